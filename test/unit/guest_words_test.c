/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../guest/words.h"
#include "../test.h"
#include <string.h>

static char line[1024];
static struct boot_want want;
static struct boot_var var[WORDS_VARS];

static void parse(const char *text)
{
	strcpy(line, text);
	want = (struct boot_want){ .var = var };
	words_parse(line, &want, test_log());
}

TEST(pv_grubs_form)
{
	parse("(hd0,0)/boot/grub/menu.lst");
	check_str(want.config, "(hd0,0)/boot/grub/menu.lst");
	check(want.legacy_numbers && !want.has_timeout);
	parse("(hd0)/boot/grub/menu.lst other (hd1)/second");
	check_str(want.config, "(hd0)/boot/grub/menu.lst");
	parse("");
	check(!want.config.n);
}

TEST(what_xl_puts_in_front)
{
	parse("root=/dev/xvda1 ro (hd0,0)/menu.lst console=hvc0");
	check_str(want.config, "(hd0,0)/menu.lst");
	parse("--vtpm-label=*:guest_t (hd0,0)/menu.lst");
	check_str(want.config, "(hd0,0)/menu.lst");
	parse("root=/dev/xvda1 ro quiet");
	check(!want.config.n && !want.args.n && !want.chosen.n);
}

TEST(keys_of_our_own)
{
	parse("config=/boot/grub/other.cfg default=2 timeout=7 append='quiet splash=x'");
	check_str(want.config, "/boot/grub/other.cfg");
	check_str(want.chosen, "2");
	check(want.has_timeout && want.timeout_s == 7);
	check_str(want.args, "quiet splash=x");
	parse("default=\"Debian GNU/Linux\" timeout=-1");
	check_str(want.chosen, "Debian GNU/Linux");
	check(want.has_timeout && want.timeout_s == -1);
}

TEST(quotes_group_and_vanish)
{
	parse("  config=\"/a b\"'c d'/e\t append=\"it's\"  ");
	check_str(want.config, "/a bc d/e");
	check_str(want.args, "it's");
	parse("append='never closed (hd0)/x");
	check_str(want.args, "never closed (hd0)/x");
	check(!want.config.n);
	parse("''");
	check(!want.config.n);
}

TEST(a_timeout_that_is_none)
{
	parse("timeout=soon");
	check(!want.has_timeout);
	check(test_logged("timeout=soon: not a number"));
	parse("timeout=99999999999999999999");
	check(!want.has_timeout);
}

TEST(the_screen_is_asked_for)
{
	static const struct {
		char line[START_CMDLINE];
		bool vfb;
	} table[] = {
		{ "vfb=yes", true },   { "root=x  'vfb=yes' (hd0)/m", true }, { "vfb=no", false },
		{ "xvfb=yes", false }, { "append='vfb=yes x'", false },	      { "", false },
	};
	for (size_t i = 0; i < array_len(table); i++)
		check(words_vfb(table[i].line) == table[i].vfb);
	parse("vfb=yes (hd0)/menu.lst");
	check_str(want.config, "(hd0)/menu.lst");
}

static void check_var(size_t i, const char *name, const char *value)
{
	check(i < want.n_var);
	check_str(var[i].name, name);
	check_str(var[i].value, value);
}

TEST(variables_for_a_script)
{
	parse("xen_grub_env_a=b  root=/dev/xvda1 xen_grub_env_Two xen_grub_env_=");
	check_u64(want.n_var, 3);
	check_var(0, "xen_grub_env_a", "b");
	check_var(1, "xen_grub_env_Two", "1");
	check_var(2, "xen_grub_env_", "");
	parse("xen_grub_env_q='a \"b'\"c 'd\" xen_grub_env_e=a\\ b\\\\c\\'d append='x\\y'");
	check_u64(want.n_var, 2);
	check_var(0, "xen_grub_env_q", "a \"bc 'd");
	check_var(1, "xen_grub_env_e", "a b\\c'd");
	check_str(want.args, "x\\y");
	parse("xen_grub_env_end=\\");
	check_var(0, "xen_grub_env_end", "\\");
}

TEST(variables_that_grub_would_not_take)
{
	parse("xen_grub_env_a1=x xen_grub_env_b-c=x xgrub_env_d=x xen_grub_env_e=x");
	check_u64(want.n_var, 1);
	check_var(0, "xen_grub_env_e", "x");
	check(test_logged("xen_grub_env_a1: only letters and _"));
	parse("xen_grub_env_a=x default=2 b=\xc3\xa4");
	check_u64(want.n_var, 0);
	check_str(want.chosen, "2");
	char many[1024] = "";
	for (int i = 0; i <= WORDS_VARS; i++)
		strcat(many, "xen_grub_env_x=1 ");
	parse(many);
	check_u64(want.n_var, WORDS_VARS);
	check(test_logged("over the limit of 32 variables"));
}

TEST(the_command_line_wins)
{
	strcpy(line, "(hd0)/line timeout=soon xen_grub_env_v=line");
	want = (struct boot_want){ .var = var };
	check(words_set(&want, STR("config"), STR("(hd1)/before"), test_log()));
	check(words_set(&want, STR("default"), STR("before"), test_log()));
	check(words_set(&want, STR("timeout"), STR("7"), test_log()));
	check(words_set(&want, STR("xen_grub_env_v"), STR("before"), test_log()));
	check(!words_set(&want, STR("root"), STR("/dev/xvda1"), test_log()));
	words_parse(line, &want, test_log());
	check_str(want.config, "(hd0)/line");
	check_str(want.chosen, "before");
	check(want.has_timeout && want.timeout_s == 7);
	check_var(1, "xen_grub_env_v", "line");
	parse("");
	strcpy(line, "(nd)/x");
	check(words_set(&want, STR("config"), STR("(hd1)/before"), test_log()));
	words_parse(line, &want, test_log());
	check_str(want.config, "(hd1)/before");
}

TEST(debug_makes_the_log_talk)
{
	struct log log = *test_log();
	log.level = LOG_INFO;
	want = (struct boot_want){ .var = var };
	strcpy(line, "debug=1 debugs");
	words_parse(line, &want, &log);
	check(log.level == LOG_INFO);
	strcpy(line, "debug");
	words_parse(line, &want, &log);
	check(log.level == LOG_DEBUG);
}

TEST(the_network_is_not_there)
{
	parse("(nd)/menu.lst");
	check(!want.config.n);
	check(test_logged("network boot is not supported"));
}

TEST(one_word_by_its_key)
{
	char first[] = "pvh=linux root=/dev/xvda1 'pvh=a b' pvh xpvh=1";
	check_str(words_value(first, STR("pvh")), "a b");
	char again[] = "pvh root= =x";
	check(words_value(again, STR("pvh")).p == NULL);
	char empty[] = "pvh root= =x";
	struct str v = words_value(empty, STR("root"));
	check(v.p != NULL && v.n == 0);
}
