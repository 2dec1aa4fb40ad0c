/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../dom0/tries.h"
#include <string.h>

static struct tries t;

static struct str text(void)
{
	return (struct str){ t.text, t.n };
}

static void set(const char *s)
{
	t.n = strlen(s);
	memcpy(t.text, s, t.n);
}

TEST(the_last_boot_comes_first)
{
	set("");
	tries_put(&t, STR("(hd0)/loader/entries/a+3.conf"));
	tries_put(&t, STR("(hd0)/loader/entries/b c+3.conf"));
	tries_put(&t, STR("(hd0)/loader/entries/a+3.conf"));
	check_str(text(), "2 (hd0)/loader/entries/a+3.conf\n1 (hd0)/loader/entries/b c+3.conf\n");
	check_u64(tries_count(&t, STR("(hd0)/loader/entries/b c+3.conf")), 1);
	check_u64(tries_count(&t, STR("(hd0)/loader/entries/b")), 0);
}

TEST(lines_without_sense_are_dropped)
{
	set("x a\n\n7\n7 \n18446744073709551615 b\n99999999999999999999 c\n3 d");
	check_u64(tries_count(&t, STR("a")), 0);
	check_u64(tries_count(&t, STR("c")), 0);
	check_u64(tries_count(&t, STR("d")), 3);
	tries_put(&t, STR("b"));
	check_str(text(), "18446744073709551615 b\n3 d\n");
}

TEST(a_full_file_forgets_what_is_oldest)
{
	char name[TRIES_MAX];
	memset(name, 'n', sizeof name);
	set("");
	for (size_t i = 0; i < 300; i++) {
		name[0] = (char)('a' + i % 26);
		tries_put(&t, (struct str){ name, 1000 + i % 26 });
		check(t.n <= sizeof t.text);
	}
	check_u64(tries_count(&t, (struct str){ name, 1000 + 299 % 26 }), 1);
	struct str before = str_dup(test_arena(), text());
	tries_put(&t, (struct str){ name, sizeof name }); /* has no room at all */
	check(before.n == t.n && memcmp(before.p, t.text, t.n) == 0);
	tries_put(&t, (struct str){ name, sizeof name - 24 });
	check_u64(tries_count(&t, (struct str){ name, sizeof name - 24 }), 1);
}
