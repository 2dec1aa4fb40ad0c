/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/attempt.h"

/* 0 "Debian", [ "Advanced": 1 "old" (id old-id), 2 "2 legs" ], 3 "Last" */
static struct boot_entry sub[2], top[3];
static struct boot_menu menu(void)
{
	sub[0] = (struct boot_entry){ .title = STR("old"), .id = STR("old-id"), .parent = &top[1] };
	sub[1] = (struct boot_entry){ .title = STR("2 legs"), .parent = &top[1], .index = 1 };
	top[0] = (struct boot_entry){ .title = STR("Debian") };
	top[1] = (struct boot_entry){ .title = STR("Advanced"),
				      .id = STR("adv"),
				      .index = 1,
				      .children = sub,
				      .n_children = 2 };
	top[2] = (struct boot_entry){ .title = STR("Last"), .index = 2 };
	return (struct boot_menu){ .entry = top, .n = 3, .chosen = &top[0] };
}

static const struct boot_entry *pick(const char *name)
{
	struct platform p = { .log = test_log() };
	struct boot b = { .platform = &p, .config = STR("(hd0)/grub.cfg") };
	struct boot_menu m = menu();
	const struct boot_entry *e;
	b.log = *test_log();
	return boot_pick(&b, &m, str_of(name), &e) ? NULL : e;
}

TEST(leaves_are_counted_through_submenus)
{
	struct boot_menu m = menu();
	check(boot_leaf(&m, 0) == &top[0]);
	check(boot_leaf(&m, 1) == &sub[0]);
	check(boot_leaf(&m, 2) == &sub[1]);
	check(boot_leaf(&m, 3) == &top[2]);
	check(!boot_leaf(&m, 4));
	check(!boot_leaf(&(struct boot_menu){ .n = 0 }, 0));
}

TEST(entries_are_found_by_number_title_id_and_path)
{
	check(pick("0") == &top[0]);
	check(pick("3") == &top[2]);
	check(pick("Last") == &top[2]);
	check(pick("old-id") == &sub[0]);
	check(pick("2 legs") == &sub[1]);
	check(pick("Advanced") == &sub[0]);
	check(pick("adv>old") == &sub[0]);
	check(pick("1>1") == &sub[1]);
	check(pick("Advanced>2 legs") == &sub[1]);
}

TEST(an_entry_that_is_not_there_is_an_error)
{
	check(!pick("4"));
	check(!pick("debian"));
	check(!pick("1>2"));
	check(!pick("Debian>0"));
	check(test_logged("(hd0)/grub.cfg has no entry \"Debian>0\""));
}
