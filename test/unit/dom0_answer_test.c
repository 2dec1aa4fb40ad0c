/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/answer.h"
#include "../test.h"

static struct str print(struct answer a, enum format f)
{
	struct text t = { .arena = test_arena() };
	check_ok(answer_print(&a, f, &t));
	return text_str(&t);
}

static struct str repr(struct str s)
{
	struct text t = { .arena = test_arena() };
	repr_print(s, &t);
	check(!t.bad);
	return text_str(&t);
}

static struct str path(const char *cwd, const char *dir)
{
	struct text t = { .arena = test_arena() };
	text_put(&t, STR("x")); /* what stands before is left alone */
	path_print(str_of(cwd), str_of(dir), &t);
	return str_sub(text_str(&t), 1, t.n);
}

TEST(sxp)
{
	struct answer a = { STR("/x/boot_kernel.a"), STR("/x/boot_ramdisk.b"), STR("ro  quiet") };
	check_str(print(a, FORMAT_SXP), "linux (kernel '/x/boot_kernel.a')"
					"(ramdisk '/x/boot_ramdisk.b')(args 'ro  quiet')");
	a.ramdisk.n = a.args.n = 0;
	check_str(print(a, FORMAT_SXP), "linux (kernel '/x/boot_kernel.a')");
}

TEST(simple)
{
	struct answer a = { STR("/k"), STR("/r"), STR(" x") };
	check_str(print(a, FORMAT_SIMPLE), "kernel /k\nramdisk /r\nargs  x\n\n");
	a.ramdisk.n = a.args.n = 0;
	check_str(print(a, FORMAT_SIMPLE), "kernel /k\n\n");
}

TEST(simple0)
{
	struct answer a = { STR("/k"), STR("/r"), STR("x\ny") };
	struct str s = print(a, FORMAT_SIMPLE0);
	check(str_eq(s, STR("kernel /k\0ramdisk /r\0args x\ny\0\0")));
}

TEST(a_delimiter_in_a_value_is_refused)
{
	struct answer a = { STR("/k"), { NULL, 0 }, STR("x\nkernel /etc/shadow") };
	struct text t = { .arena = test_arena() };
	check_err(answer_print(&a, FORMAT_SIMPLE, &t), ERR_SYNTAX);
	a.args = STR("x\0kernel /etc/shadow");
	check_err(answer_print(&a, FORMAT_SIMPLE0, &t), ERR_SYNTAX);
	check_str(print(a, FORMAT_SXP), "linux (kernel '/k')(args 'x\\x00kernel /etc/shadow')");
}

/* Each pair as Python 3.11 prints it. */
TEST(quoting_is_pythons)
{
	check_str(repr(STR("")), "''");
	check_str(repr(STR("it's")), "\"it's\"");
	check_str(repr(STR("say \"it\"")), "'say \"it\"'");
	check_str(repr(STR("it's \"it\"")), "'it\\'s \"it\"'");
	check_str(repr(STR("a\\b\tc\r\n")), "'a\\\\b\\tc\\r\\n'");
	check_str(repr(STR("\x1b[2J\x7f")), "'\\x1b[2J\\x7f'");
	check_str(repr(STR("caf\xc3\xa9 \xe2\x82\xac")), "'caf\xc3\xa9 \xe2\x82\xac'");
	check_str(repr(STR("\xc2\x85\xc2\xa0\xe2\x80\xae")), "'\\x85\\xa0\\u202e'");
	check_str(repr(STR("\xf3\xa0\x80\x81\xf0\x9f\x98\x80")), "'\\U000e0001\xf0\x9f\x98\x80'");
	check_str(repr(STR("\xff\xc3")), "'\\udcff\\udcc3'");
	check_str(repr(STR("\xef\xbf\xbd")), "'\xef\xbf\xbd'");
}

TEST(paths_come_out_absolute_and_clean)
{
	check_str(path("/", "/var//run/./xen/"), "/var/run/xen");
	check_str(path("/home/me", "out"), "/home/me/out");
	check_str(path("/home/me", "../../../x/"), "/x");
	check_str(path("/home/me", "."), "/home/me");
	check_str(path("/home", "/a/b/../../.."), "/");
	check_str(path("/home", "//a//..//b"), "/b");
}

TEST(random_names_use_mkstemps_alphabet)
{
	uint8_t raw[ANSWER_RANDOM];
	bool seen[256] = { false };
	char name[ANSWER_RANDOM + 1];
	for (unsigned i = 0; i < 256; i++) {
		for (unsigned k = 0; k < ANSWER_RANDOM; k++)
			raw[k] = (uint8_t)(i + k);
		random_name(raw, name);
		check_u64(str_of(name).n, 8);
		for (unsigned k = 0; k < ANSWER_RANDOM; k++)
			seen[(uint8_t)name[k]] = true;
	}
	for (unsigned c = 0; c < 256; c++)
		check(seen[c] == ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'));
}
