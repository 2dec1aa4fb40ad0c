/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../lang.h"
#include "../../core/tables.h"
#include <stdio.h>
#include <string.h>

/* A disk with a boot partition and a root one, and a disk without partitions. */
static const struct host_file disk[] = {
	{ .device = "hd0,msdos1", .path = "/vmlinuz" },
	{ .device = "hd0,msdos1", .path = "/boot/vmlinuz-old" },
	{ .device = "hd0,msdos1", .path = "/initrd" },
	{ .device = "hd0,msdos1", .path = "/ucode" },
	{ .device = "hd0,msdos1", .path = "/xen.gz" },
	{ .device = "hd0,msdos2", .path = "/vmlinuz" },
	{ .device = "hd0,msdos2",
	  .path = "/boot/grub/menu.lst",
	  .text = "title inner\nkernel /b\n" },
	{ .device = "hd1", .path = "/bare" },
	{ .device = "hd0,msdos1", .path = "/boot/grub/default", .text = "1\n#\n#\n#\n" },
};
static const struct host_fact facts[] = {
	{ "uuid:hd0,msdos2", "1b2c-33" },
	{ "place:hd0,msdos1", "xvda, partition 1" },
};

static struct lang lang;
#define menu lang.menu

static enum err load_bytes(const char *text, size_t n, struct conf_limits limits)
{
	lang = (struct lang){ .ops = &legacy_conf, .path = "/boot/grub/menu.lst" };
	table_host_init(&lang.host, disk, array_len(disk), facts, array_len(facts));
	return lang_load(&lang, text, n, limits);
}

static enum err load(const char *text)
{
	return load_bytes(text, strlen(text), CONF_LIMITS_DEFAULT);
}

static struct str plan_of(const struct boot_entry *e)
{
	return lang_plan(&lang, e);
}

/* The plan of a menu's default. */
static struct str plan(const char *text)
{
	enum err e = load(text);
	return e ? str_of(err_text(e)) : plan_of(menu.chosen);
}

#define KERNEL "kind linux\nkernel (hd0,msdos1)/vmlinuz\n"

/* --- lines ----------------------------------------------------------------------- */

TEST(a_plain_entry)
{
	check_str(plan("default 0\ntimeout 5\n\ntitle Debian\nroot (hd0,0)\n"
		       "kernel /vmlinuz root=/dev/xvda1 ro  quiet\ninitrd /initrd\n"),
		  KERNEL "args root=/dev/xvda1 ro  quiet\ninitrd (hd0,msdos1)/initrd\n");
	check_str(menu.chosen->title, "Debian");
	check_str(menu.chosen->source, "(hd0,msdos1)/boot/grub/menu.lst");
	check_u64(menu.chosen->line, 4);
	check_u64(menu.timeout_s, 5);
}

TEST(equal_signs_blanks_tabs_and_crlf)
{
	check_str(plan("default = 1\r\ntimeout=7\r\ntitle=A\r\nkernel=/bare\r\n"
		       "title\tB =\r\n\tkernel\t/vmlinuz a=b\tc\r\n"),
		  KERNEL "args a=b c\n");
	check_str(menu.chosen->title, "B =");
	check_u64(menu.timeout_s, 7);
}

TEST(comments_and_continued_lines)
{
	check_str(plan("## ## Start Default Options ##\n# kopt=root=/dev/hda1 \\\ntitle A\n"
		       "  # kernel /bare\nkernel /vmlinuz a \\\n  b\\c # d\n"),
		  KERNEL "args a    b\\c # d\n");
	check_u64(menu.chosen->line, 3);
	check_ok(load("title A\nkernel /vmlinuz \\\n x\ntitle B\n kernel /vmlinuz"));
	check_u64(menu.entry[1].line, 4);
}

TEST(foreign_bytes_are_kept)
{
	check_str(plan("\xef\xbb\xbftitle K\xf6ln\nkernel /vmlinuz x=\xe4\n"),
		  KERNEL "args x=\xe4\n");
	check_str(menu.chosen->title, "K\xf6ln");
	check_ok(load_bytes("title a\0b\nkernel /vmlinuz\0\n", 26, CONF_LIMITS_DEFAULT));
	check_u64(menu.chosen->title.n, 3);
}

/* --- the header -------------------------------------------------------------------- */

TEST(files_without_entries)
{
	check_err(load(""), ERR_NOENT);
	check_err(load("\n#title x\ndefault 0\n"), ERR_NOENT);
	check_err(load("title last one is empty\n"), ERR_NOENT);
}

TEST(an_empty_entry_counts_where_pygrub_counts_it)
{
	check_ok(load("default 2\ntitle A\nkernel /a\ntitle ---\ntitle B\nkernel /b\ntitle C\n"));
	check_u64(menu.n, 3);
	check_str(menu.chosen->title, "B");
}

TEST(words_that_begin_with_title)
{
	check_ok(load("titles= one\nkernel /vmlinuz\ntitle=two\nkernel /vmlinuz\nTitle x\n"));
	check_u64(menu.n, 2);
	check_str(menu.entry[0].title, "= one");
	check_str(menu.entry[1].title, "two");
}

TEST(defaults_that_are_none)
{
	static const char *const text[] = { "default 2\n",
					    "default foo\n",
					    "default -1\n",
					    "default\n",
					    "default 99999999999999999999\n",
					    "" };
	for (size_t i = 0; i < array_len(text); i++) {
		char all[200];
		snprintf(all, sizeof all, "%stitle A\nkernel /a\ntitle B\nkernel /b\n", text[i]);
		check_ok(load(all));
		check_str(menu.chosen->title, "A");
	}
}

TEST(the_saved_default)
{
	check_ok(load("default saved\ntitle A\nkernel /a\ntitle B\nkernel /b\n"));
	check_str(menu.chosen->title, "B");
	check_str(str_of(menu.why), "default saved: 1");
}

TEST(timeouts)
{
	check_ok(load("title A\nkernel /a\n"));
	check(menu.timeout_s == -1 && !menu.hidden);
	check_ok(load("timeout -1\ntitle A\nkernel /a\n"));
	check(menu.timeout_s == -1);
	check_ok(load("timeout 0\nhiddenmenu\ntitle A\nkernel /a\n"));
	check(menu.timeout_s == 0 && menu.hidden);
	check_ok(load("timeout 99999999999\ntitle A\nkernel /a\n"));
	check_u64(menu.timeout_s, 86400);
	check_ok(load("timeout soon\ntitle A\nkernel /a\n"));
	check(test_logged("/menu.lst:1: not a number of seconds: timeout soon"));
}

TEST(fallbacks_in_order)
{
	check_ok(load("fallback 2 9 x 1\ntitle A\nkernel /a\ntitle B\nkernel /b\ntitle C\nboot\n"));
	check_u64(menu.n_fallback, 2);
	check_str(menu.fallback[0]->title, "C");
	check_str(menu.fallback[1]->title, "B");
}

TEST(locks_and_passwords)
{
	check_ok(load("title A\nlock\nkernel /a\ntitle B\npassword x\nkernel /b\n"));
	check(!menu.entry[0].restricted && menu.entry[1].restricted);
	check_ok(load("password --md5 $1$x\ntitle A\nlock\nkernel /a\ntitle B\nkernel /b\n"));
	check(menu.entry[0].restricted && !menu.entry[1].restricted);
	check(menu.guarded && menu.guard && menu.entry[0].lock == menu.guard);
}

TEST(passwords_of_menus_and_entries)
{
	check_ok(load("password geheim /secret.lst\ntitle A\npassword --md5 $1$ab$x\nkernel /a\n"
		      "title B\nlock\npassword own\nkernel /b\n"));
	check(test_logged("menu.lst:1: this menu is unlocked in the place of /secret.lst"));
	check_u64(menu.guard->n, 1);
	check_str(menu.guard->user[0]->secret.text, "geheim");
	check_u64(menu.guard->user[0]->secret.kind, SECRET_PLAIN);
	check_str(menu.entry[0].lock->user[0]->secret.text, "$1$ab$x");
	check_u64(menu.entry[0].lock->user[0]->secret.kind, SECRET_CRYPT);
	check_str(menu.entry[1].lock->user[0]->secret.text, "own");
	check(menu.entry[1].lock->also == menu.guard);
	/* What is no password locks all the same. */
	check_ok(load("password --md5 geheim\ntitle A\nlock\nkernel /a\n"));
	check(menu.guarded && !menu.guard && menu.entry[0].restricted && !menu.entry[0].lock);
	check_ok(load("password\ntitle A\nlock\nkernel /a\n"));
	check(menu.guarded && !menu.guard && menu.entry[0].restricted);
}

TEST(entries_over_the_limit)
{
	struct conf_limits l = CONF_LIMITS_DEFAULT;
	const char text[] = "title A\nkernel /a\ntitle B\nkernel /b\ntitle C\nkernel /c\n";
	l.entries = 3;
	check_ok(load_bytes(text, strlen(text), l));
	l.entries = 2;
	check_err(load_bytes(text, strlen(text), l), ERR_LIMIT);
	check(test_logged("over the limit of 2 entries"));
}

/* --- the commands of an entry ------------------------------------------------------ */

TEST(options_of_kernel)
{
	check_str(plan("title A\nkernel --type=linux --no-mem-option (hd0,0)/vmlinuz --x y\n"),
		  KERNEL "args --x y\n");
	check_str(plan("title A\nkernel (hd0,0)/vmlinuz"), KERNEL "args \n");
}

TEST(names_of_devices)
{
	const char *want = "kind linux\nkernel (hd0,msdos2)/vmlinuz\nargs \n";
	check_str(plan("title A\nroot (hd0,1)\nkernel /vmlinuz\n"), want);
	check_str(plan("title A\nrootnoverify (hd0,1)\nkernel /vmlinuz\n"), want);
	check_str(plan("title A\nroot (hd0,msdos2)\nkernel /vmlinuz\n"), want);
	check_str(plan("title A\nroot (hd0,0)\nkernel (hd0,1)/vmlinuz\n"), want);
	check_str(plan("title A\nuuid 1B2C-33\nkernel /vmlinuz\n"), want);
	check_str(plan("title A\nfind --set-root --ignore-floppies /boot/grub/menu.lst\n"
		       "kernel /vmlinuz\n"),
		  want);
	check_str(plan("title A\nroot (hd1)\nkernel /bare\n"),
		  "kind linux\nkernel (hd1)/bare\nargs \n");
}

TEST(devices_that_are_not_there)
{
	static const char *const root[] = {
		"(hd0)", "(hd0,7)", "(hd5,0)", "(nd)",	    "(cd)",
		"(",	 "()",	    "(hd0,a)", "(hd0,0,a)", "(hd0,99999999999999999999)"
	};
	for (size_t i = 0; i < array_len(root); i++) {
		char text[200];
		snprintf(text, sizeof text, "title A\nroot %s\nkernel /vmlinuz\n", root[i]);
		check_str(plan(text), KERNEL "args \n");
	}
	/* (hdX,Y) of a disk without partitions is that disk. */
	check_str(plan("title A\nroot (hd1,0)\nkernel /bare\n"),
		  "kind linux\nkernel (hd1)/bare\nargs \n");
	check_str(plan("title A\nuuid no-such\nkernel /vmlinuz\n"), KERNEL "args \n");
	check(test_logged("/menu.lst:2: no file system has no-such"));
}

TEST(names_without_a_slash)
{
	check_str(plan("title A\nkernel boot/vmlinuz-old\n"),
		  "kind linux\nkernel (hd0,msdos1)/boot/vmlinuz-old\nargs \n");
}

TEST(initrds)
{
	check_str(plan("title A\ninitrd /ucode /initrd\nkernel /vmlinuz\n"),
		  KERNEL "args \ninitrd (hd0,msdos1)/ucode\ninitrd (hd0,msdos1)/initrd\n");
	check_str(plan("title A\nkernel /vmlinuz\ninitrd /ucode\ninitrd /initrd\n"),
		  KERNEL "args \ninitrd (hd0,msdos1)/initrd\n");
	check_str(plan("title A\nkernel /vmlinuz\ninitrd /ucode\nkernel /vmlinuz b\n"),
		  KERNEL "args b\n");
}

TEST(files_that_are_not_there)
{
	check_str(plan("title A\nkernel /nope\n"), "no such file or directory");
	check(test_logged("xvda, partition 1: /nope: no such file or directory"));
	check_str(plan("title A\nkernel /vmlinuz\ninitrd /none\n"), "no such file or directory");
	check(test_logged("/none"));
}

TEST(xen_entries_boot_their_linux)
{
	check_str(plan("title Xen\nkernel /xen.gz dom0_mem=1G\nmodule /vmlinuz ro console=hvc0\n"
		       "module /initrd\n"),
		  KERNEL "args ro console=hvc0\ninitrd (hd0,msdos1)/initrd\n");
	check_str(plan("title Xen\nkernel /xen-4.17-amd64.gz\nmodulenounzip /vmlinuz ro\n"),
		  KERNEL "args ro\n");
}

TEST(modules)
{
	check_str(plan("title A\nkernel /vmlinuz ro\nmodule /initrd\n"),
		  KERNEL "args ro\ninitrd (hd0,msdos1)/initrd\n");
	check_str(plan("title A\nkernel /vmlinuz ro\nmodule /initrd x y\nmodule /ucode\n"),
		  "kind multiboot\nkernel (hd0,msdos1)/vmlinuz\nargs ro\n"
		  "module (hd0,msdos1)/initrd /initrd x y\n"
		  "module (hd0,msdos1)/ucode /ucode\n");
	check_str(plan("title A\nkernel /xen.gz\nmodule /initrd\n"),
		  "kind linux\nkernel (hd0,msdos1)/xen.gz\nargs \n"
		  "initrd (hd0,msdos1)/initrd\n");
}

TEST(entries_without_a_kernel)
{
	check_str(plan("title Windows\nrootnoverify (hd0,2)\nmakeactive\nchainloader +1\n"),
		  err_text(ERR_UNSUPPORTED));
	check(str_eq(str_of(menu.chosen->hopeless), STR("starts another boot loader")));
	check(test_logged("/menu.lst:1: the entry has no kernel, and there is no boot sector"));
	check_str(plan("title ----\nroot\n"), err_text(ERR_SYNTAX));
	check(str_eq(str_of(menu.chosen->hopeless), STR("has no kernel")));
	check_str(plan("title A\nkernel --type=linux\n"), err_text(ERR_SYNTAX));
}

TEST(a_chainloaded_partition_with_a_menu_is_that_menu)
{
	check_ok(load("title Other\nrootnoverify (hd0,1)\nchainloader +1\n"
		      "title Named\nchainloader (hd0,1)+1\n"
		      "title Back\nroot (hd0,0)\nchainloader +1\n"));
	check_u64(menu.n, 3);
	check_u64(menu.entry[0].n_children, 1);
	check_str(menu.entry[0].children->title, "inner");
	check(!menu.entry[0].hopeless);
	check_u64(menu.entry[1].n_children, 1);
	check(menu.entry[2].hopeless);
}

TEST(a_memory_test_is_told_and_no_fallback)
{
	check_ok(load("fallback 1\ntitle A\nkernel /vmlinuz\n"
		      "title Memory\nkernel --type=linux /boot/memtest86+.bin\n"));
	check(!menu.entry[0].hopeless);
	check(str_eq(str_of(menu.entry[1].hopeless), STR("tests memory")));
}

TEST(solaris_writes_its_commands_with_a_dollar)
{
	check_str(plan("title S\nfindroot (pool_rpool,0,a)\nbootfs rpool/ROOT/x\n"
		       "kernel$ /vmlinuz /k/$ISADIR/unix -B $ZFS-BOOTFS\nmodule$ /initrd\n"),
		  KERNEL "args /k/amd64/unix -B $ZFS-BOOTFS\ninitrd (hd0,msdos1)/initrd\n");
}

TEST(numbers_end_where_their_digits_do)
{
	check_ok(load(
		"default 0x1\nfallback 1x 09\ntitle A\nkernel /vmlinuz\ntitle B\nkernel /b\n"));
	check(menu.chosen == &menu.entry[1]);
	check_u64(menu.n_fallback, 1);
	check(menu.fallback[0] == &menu.entry[1]);
}

TEST(commands_without_effect)
{
	check_str(plan("color cyan/blue white/blue\nsplashimage=(cd)/x\ntitle A\nquiet\n"
		       "map (hd0) (hd1)\nfrobnicate 1\nkernel /vmlinuz\nboot\nkernel /gone\n"),
		  KERNEL "args \n");
	check(test_logged("/menu.lst:6: unknown command frobnicate"));
	check(!test_logged("unknown command quiet"));
}

#define SAVES(n) KERNEL "args \ndefault (hd0,msdos1)/boot/grub/default " n "\n"

TEST(savedefault_is_in_the_plan)
{
	static const struct {
		const char *command, *want;
	} table[] = {
		{ "savedefault", SAVES("1") },
		{ "savedefault 7", SAVES("7") },
		{ "savedefault fallback", SAVES("0") },
		{ "savedefault 3\nsavedefault 2", SAVES("2") },
		{ "savedefault next", KERNEL "args \n" },
	};
	for (size_t i = 0; i < array_len(table); i++) {
		struct text t = { .arena = test_arena() };
		text_fmt(&t,
			 "default 1\nfallback 1 0\ntitle A\nkernel /vmlinuz\ntitle B\n%s\n"
			 "kernel /vmlinuz\n%c",
			 table[i].command, 0);
		check_str(plan(t.p), table[i].want);
	}
	check(test_logged("/menu.lst:6: nothing to save: savedefault next"));
	check_str(plan("fallback 1\ntitle A\nsavedefault fallback\nkernel /vmlinuz\n"), SAVES("1"));
	check_str(plan("fallback 0\ntitle A\nsavedefault fallback\nkernel /vmlinuz\n"),
		  KERNEL "args \n");
	/* Where nobody made the file, there is nothing to change. */
	lang = (struct lang){ .ops = &legacy_conf, .path = "/menu.lst" };
	table_host_init(&lang.host, disk, array_len(disk), facts, array_len(facts));
	static const char text[] = "title A\nsavedefault\nkernel /vmlinuz\n";
	check_ok(lang_load(&lang, text, sizeof text - 1, CONF_LIMITS_DEFAULT));
	check_str(plan_of(menu.chosen), KERNEL "args \n");
	check(test_logged("(hd0,msdos1)/default: no such file"));
}

TEST(choosing_leaves_no_trace)
{
	check_ok(load("title A\nroot (hd0,1)\nkernel /vmlinuz a\ninitrd /x\ntitle B\n"
		      "kernel /vmlinuz b\n"));
	check_str(plan_of(&menu.entry[0]), "no such file or directory");
	check_str(plan_of(&menu.entry[1]), KERNEL "args b\n");
	check_str(plan_of(&menu.entry[1]), KERNEL "args b\n");
}

/* --- other menus ------------------------------------------------------------------ */

TEST(commands_without_a_title_are_one_entry)
{
	check_str(plan("root (hd0,0)\nkernel /vmlinuz x\nboot\n"), KERNEL "args x\n");
	check_u64(menu.timeout_s, 0);
}

TEST(configfile_is_a_submenu)
{
	check_ok(load("default 1\ntitle A\nkernel /a\ntitle more\nroot (hd0,1)\n"
		      "configfile /boot/grub/menu.lst\n"));
	check_u64(menu.n, 2);
	check_u64(menu.entry[1].n_children, 1);
	check(menu.chosen == menu.entry[1].children);
	check(menu.chosen->parent == &menu.entry[1]);
	check_str(menu.chosen->title, "inner");
	check_str(menu.chosen->source, "(hd0,msdos2)/boot/grub/menu.lst");
}

TEST(menus_that_lead_to_themselves)
{
	check_ok(load(
		"title A\nkernel /vmlinuz\ntitle again\nconfigfile (hd0,1)/boot/grub/menu.lst\n"
		"title gone\nconfigfile /nope\n"));
	check(menu.entry[1].children && !menu.entry[2].children);
	check_str(plan_of(&menu.entry[2]), err_text(ERR_SYNTAX));
	lang.src.device = STR("hd0,msdos2");
	check_ok(legacy_conf.load(&lang.conf, &lang.src, &menu));
	check(!menu.entry[1].children);
	check(test_logged("menus that lead to each other"));
}

/* --- the editor's side --------------------------------------------------------------- */

TEST(entries_can_be_changed_and_run)
{
	struct str text;
	struct boot_entry e;
	check_ok(load("title A\n\troot (hd0,1)\n\tkernel /nope x\ntitle B\n"));
	check_ok(legacy_conf.text(&lang.conf, menu.chosen, &text));
	check_str(text, "\troot (hd0,1)\n\tkernel /nope x\n");
	check_ok(legacy_conf.edit(&lang.conf, menu.chosen, STR("kernel /vmlinuz y"), &e));
	check_str(plan_of(&e), KERNEL "args y\n");
	check_str(e.title, "A");
	check_str(plan_of(menu.chosen), err_text(ERR_NOENT));
}
