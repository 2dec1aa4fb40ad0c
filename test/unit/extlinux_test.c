/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../lang.h"
#include "../../core/tables.h"
#include <stdio.h>
#include <string.h>

static const struct host_file disk[] = {
	{ .device = "hd0,msdos1", .path = "/boot/extlinux/vmlinuz" },
	{ .device = "hd0,msdos1", .path = "/boot/extlinux/initrd" },
	{ .device = "hd0,msdos1", .path = "/boot/vmlinuz" },
	{ .device = "hd0,msdos1", .path = "/ucode" },
	{ .device = "hd0,msdos1", .path = "/initrd" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/more.cfg",
	  .text = "label more\nlinux vmlinuz\nappend m\n" },
	{ .device = "hd0,msdos1", .path = "/boot/extlinux/globals.cfg", .text = "append global\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/menu2.cfg",
	  .text = "default second\nappend g2\nlabel first\nlinux vmlinuz\n"
		  "label second\nlinux vmlinuz\n"
		  "label back\nkernel menu.c32\nappend extlinux.conf\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/loop.cfg",
	  .text = "include loop.cfg\nlabel x\nlinux vmlinuz\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/extlinux.conf",
	  .text = "label main\nlinux vmlinuz\n" },
	{ .device = "hd0,msdos1", .path = "/other/dir.cfg", .text = "label inner\nlinux kernel\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/ends.cfg",
	  .text = "default e\nmenu end\nmenu end\nlabel e\nlinux vmlinuz\nmenu begin\n" },
	{ .device = "hd0,msdos1", .path = "/other/kernel" },
	/* As Debian's installer has them: help leads to the prompt, that back to the menu. */
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/di-menu.cfg",
	  .text = "label install\nlinux vmlinuz\nmenu begin dark\nlabel d\nlinux vmlinuz\n"
		  "label help\nconfig di-prompt.cfg\nmenu end\nlabel help\n"
		  "config di-prompt.cfg\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/di-prompt.cfg",
	  .text = "prompt 1\ninclude di-menu.cfg\ninclude di-exit.cfg\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/di-exit.cfg",
	  .text = "label menu\nkernel vesamenu.c32\nconfig di-main.cfg\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/extlinux/di-main.cfg",
	  .text = "include di-menu.cfg\ndefault vesamenu.c32\n" },
};

static struct lang lang;
#define menu lang.menu

static enum err load_in(const char *text, struct conf_limits limits)
{
	lang = (struct lang){ .ops = &extlinux_conf, .path = "/boot/extlinux/extlinux.conf" };
	table_host_init(&lang.host, disk, array_len(disk), NULL, 0);
	return lang_load(&lang, text, strlen(text), limits);
}

static enum err load(const char *text)
{
	return load_in(text, CONF_LIMITS_DEFAULT);
}

static struct str plan(const char *text)
{
	enum err e = load(text);
	return e ? str_of(err_text(e)) : lang_plan(&lang, menu.chosen);
}

#define KERNEL "kind linux\nkernel (hd0,msdos1)/boot/extlinux/vmlinuz\n"
#define INITRD "initrd (hd0,msdos1)/boot/extlinux/initrd\n"

/* --- labels ---------------------------------------------------------------------- */

TEST(a_label_as_u_boot_menu_writes_it)
{
	check_str(plan("default l0\nmenu title U-Boot menu\nprompt 0\ntimeout 50\n\n\n"
		       "label l0\n\tmenu label Debian GNU/Linux 12 6.1.0-30-amd64\n"
		       "\tlinux /boot/extlinux/vmlinuz\n\tinitrd /boot/extlinux/initrd\n"
		       "\tfdtdir /usr/lib/linux-image-6.1.0-30-amd64/\n\t\n"
		       "\tappend root=/dev/xvda1 ro quiet\n"),
		  KERNEL "args root=/dev/xvda1 ro quiet\n" INITRD);
	check_str(menu.chosen->title, "Debian GNU/Linux 12 6.1.0-30-amd64");
	check_str(menu.chosen->id, "l0");
	check_u64(menu.chosen->line, 7);
	check_u64(menu.timeout_s, 5);
}

TEST(words_in_any_case_and_crlf)
{
	check_str(plan("DEFAULT Linux\r\nLABEL Linux\r\n  KERNEL vmlinuz\r\n"
		       "  APPEND initrd=initrd ro\r\n"),
		  KERNEL "args ro\n" INITRD);
}

TEST(words_as_pygrub_splits_them)
{
	check_str(plan("default=b\nlabel=a\nkernel=/boot/vmlinuz\n"
		       "label \"b\"\nkernel vmlinuz inline\nappend=x y\n"),
		  KERNEL "args inline x y\n");
}

TEST(initrds_in_every_place)
{
	const char *both = KERNEL "args a b\ninitrd (hd0,msdos1)/ucode\n" INITRD;
	check_str(plan("label a\nlinux vmlinuz\nappend a initrd=/ucode,initrd b\n"), both);
	check_str(plan("label a\nappend a initrd=/ucode,initrd b initrd=/nope\nlinux vmlinuz\n"),
		  both);
	check_str(plan("label a\nlinux vmlinuz\ninitrd /ucode, initrd\nappend a b\n"), both);
	check_str(plan("label a\nlinux vmlinuz\nappend initrd=/ucode,initrd a b\ninitrd /nope\n"),
		  both);
	check_str(plan("label a\nlinux vmlinuz\nappend noinitrd=x initrd=\n"),
		  KERNEL "args noinitrd=x\n");
}

TEST(names_from_the_directory_or_the_root)
{
	/* pygrub takes relative names from the root. */
	check_str(plan("label a\nlinux boot/vmlinuz\n"),
		  "kind linux\nkernel (hd0,msdos1)/boot/vmlinuz\nargs \n");
	check_str(plan("label a\nlinux \\boot\\vmlinuz\n"),
		  "kind linux\nkernel (hd0,msdos1)/boot/vmlinuz\nargs \n");
	check_str(plan("label a\nlinux ../vmlinuz2\n"), err_text(ERR_NOENT));
	check(test_logged("(hd0,msdos1)/boot/extlinux/../vmlinuz2: no such file"));
}

TEST(append_of_its_own_or_of_all)
{
	check_str(plan("append all of us\nlabel a\nlinux vmlinuz\n"), KERNEL "args all of us\n");
	check_str(plan("append all\nlabel a\nlinux vmlinuz\nappend mine\n"), KERNEL "args mine\n");
	check_str(plan("append all\nlabel a\nlinux vmlinuz\nappend -\n"), KERNEL "args \n");
}

TEST(mboot_boots_linux)
{
	const char *want = KERNEL "args ro quiet\n" INITRD;
	check_str(plan("label a\nkernel mboot.c32\n"
		       "append xen.gz dom0_mem=1G --- vmlinuz ro quiet --- initrd\n"),
		  want);
	check_str(plan("label a\ncom32 /boot/mboot.c32\nappend vmlinuz ro quiet --- initrd\n"),
		  want);
	check_str(plan("label a\ncom32 mboot.c32\nappend xen.gz --- vmlinuz ro\n"),
		  KERNEL "args ro\n");
	check_str(plan("label a\nkernel mboot.c32\nappend xen.gz\n"), err_text(ERR_UNSUPPORTED));
}

TEST(labels_that_no_guest_can_run)
{
	static const char *const what[] = { "localboot 0", "com32 chain.c32",	"kernel hdt.c32",
					    "boot x.bs",   "kernel pxelinux.0", "pxe gpxe.0" };
	for (size_t i = 0; i < array_len(what); i++) {
		char text[100];
		snprintf(text, sizeof text, "label a\n%s\nappend hd0\n", what[i]);
		check_str(plan(text), err_text(ERR_UNSUPPORTED));
	}
	check(test_logged(
		"/boot/extlinux/extlinux.conf:1: nothing that a guest can run: chain.c32"));
	check_str(plan("label a\nappend x\n"), err_text(ERR_SYNTAX));
}

/* --- what is to boot --------------------------------------------------------------- */

TEST(what_cannot_boot_is_told_in_the_menu)
{
	check_ok(load("label a\nkernel /vmlinuz\nlabel m\nlinux /boot/memtest86+.bin\n"
		      "label l\nlocalboot 0\nlabel c\ncom32 reboot.c32\nlabel n\nmenu label N\n"
		      "label x\nkernel mboot.c32\nappend xen.gz --- /vmlinuz --- /initrd\n"));
	static const char *const want[] = { "",
					    "tests memory",
					    "starts something else",
					    "starts something else",
					    "has no kernel",
					    "" };
	check_u64(menu.n, array_len(want));
	for (size_t i = 0; i < array_len(want); i++)
		check_str(str_of(menu.entry[i].hopeless), want[i]);
}

TEST(menu_hide_hides_what_does_not_boot_by_itself)
{
	check_ok(load("default b\nonerror c\nlabel a\nmenu hide\nkernel /vmlinuz\n"
		      "label b\nmenu hide\nkernel /vmlinuz\nlabel c\nmenu hide\nkernel /vmlinuz\n"
		      "label d\nkernel /vmlinuz\n"));
	check_u64(menu.n, 3);
	check_str(menu.entry[0].id, "b");
	check_str(menu.chosen->id, "b");
}

TEST(the_default)
{
	static const struct {
		const char *head, *title;
	} t[] = {
		{ "default b\n", "b" },
		{ "default B\n", "b" },
		{ "default nobody\n", "c" }, /* MENU DEFAULT */
		{ "", "c" },
		{ "default menu.c32\n", "c" },
		{ "default a\nontimeout b\n", "b" },
		{ "default b single\n", "b" },
		{ "default a\ndefault b\n", "b" },
	};
	for (size_t i = 0; i < array_len(t); i++) {
		char text[300];
		snprintf(text, sizeof text,
			 "%slabel a\nlinux vmlinuz\nlabel b\nlinux vmlinuz\n"
			 "label c\nmenu default\nlinux vmlinuz\n",
			 t[i].head);
		check_ok(load(text));
		check_str(menu.chosen->title, t[i].title);
	}
}

TEST(a_default_that_is_a_kernel)
{
	check_str(plan("default vmlinuz root=/dev/xvda initrd=initrd\nappend x\n"
		       "label other\nlinux vmlinuz\n"),
		  KERNEL "args root=/dev/xvda x\n" INITRD);
	check_u64(menu.n, 2);
	check_err(load("default /nope\n"), ERR_NOENT);
}

TEST(timeouts)
{
	static const struct {
		const char *head;
		int seconds;
	} t[] = {
		{ "timeout 50\n", 5 },
		{ "timeout 51\n", 6 },
		{ "", 0 },
		{ "timeout 0\n", 0 },
		{ "prompt 1\n", -1 },
		{ "ui menu.c32\n", -1 },
		{ "default vesamenu.c32\ntimeout 0\n", -1 },
		{ "totaltimeout 9000\nprompt 1\n", 900 },
		{ "timeout 18446744073709551615\n", 86400 },
	};
	for (size_t i = 0; i < array_len(t); i++) {
		char text[100];
		snprintf(text, sizeof text, "%slabel a\nlinux vmlinuz\n", t[i].head);
		check_ok(load(text));
		check_u64(menu.timeout_s, t[i].seconds);
	}
	check_ok(load("menu hidden\ntimeout 5x\nlabel a\nlinux vmlinuz\n"));
	check(menu.hidden && test_logged("extlinux.conf:2: not a number: 5x"));
}

TEST(onerror_is_the_fallback)
{
	check_ok(load("onerror b -v\nlabel a\nlinux vmlinuz\nlabel b\nlinux vmlinuz\n"));
	check_u64(menu.n_fallback, 1);
	check_str(menu.fallback[0]->title, "b");
}

/* --- the menu ---------------------------------------------------------------------- */

TEST(titles_hotkeys_and_passwords)
{
	check_ok(load("menu immediate\nlabel a\nmenu label The ^Old one\nmenu passwd $1$x\n"
		      "linux vmlinuz\nlabel b\nmenu label ends in ^\nlinux vmlinuz\n"));
	check_str(menu.entry[0].title, "The Old one");
	check(menu.entry[0].hotkey == 'o' && menu.entry[0].restricted);
	check_str(menu.entry[1].title, "ends in ");
	check(!menu.entry[1].hotkey && !menu.entry[1].restricted);
	check_ok(load("label a\nmenu label ^x\nlinux vmlinuz\n"));
	check(!menu.entry[0].hotkey);
}

TEST(passwords_of_labels_and_their_master)
{
	check_ok(load("menu master passwd m\nlabel a\nmenu passwd a\nlinux vmlinuz\n"
		      "label b\nmenu passwd\nlinux vmlinuz\nlabel c\nlinux vmlinuz\n"));
	check(menu.guarded && menu.guard->n == 1);
	check_str(menu.guard->user[0]->secret.text, "m");
	check_u64(menu.entry[0].lock->n, 2);
	check_str(menu.entry[0].lock->user[0]->secret.text, "a");
	check(menu.entry[1].restricted && menu.entry[1].lock->user[0] == menu.guard->user[0]);
	check(!menu.entry[2].restricted);
	check_ok(load("allowoptions 0\nmenu master passwd m\nlabel a\nmenu passwd\nlinux v\n"));
	check(menu.guarded && !menu.guard && menu.entry[0].lock->n == 1);
	check_ok(load("label a\nmenu passwd\nlinux vmlinuz\n"));
	check(!menu.guarded && menu.entry[0].restricted && menu.entry[0].lock->n == 0);
}

TEST(text_and_ways_are_no_entries)
{
	check_ok(load("label -\nmenu label Network:\nmenu disable\nmenu separator\n"
		      "label a\nlinux vmlinuz\ntext help\nlabel inside\nmenu begin\nendtext\n"
		      "append x\nlabel q\nmenu quit\nlabel up\nmenu exit\n"));
	check_u64(menu.n, 1);
	check_str(lang_plan(&lang, menu.chosen), KERNEL "args x\n");
}

TEST(submenus)
{
	check_ok(
		load("default deep\nlabel a\nlinux vmlinuz\nmenu begin old\nmenu title Old ^ones\n"
		     "label b\nlinux vmlinuz\nmenu begin\nlabel deep\nlinux vmlinuz\nmenu end\n"
		     "menu end\nmenu begin nothing\nmenu end\nmenu end\nlabel z\nlinux vmlinuz\n"));
	check_u64(menu.n, 3);
	check_str(menu.entry[1].title, "Old ones");
	check_str(menu.entry[1].children[1].title, "Submenu");
	check(menu.chosen == menu.entry[1].children[1].children);
	check(menu.chosen->parent->parent == &menu.entry[1]);
	check_u64(menu.entry[2].index, 2);
}

TEST(submenus_have_defaults)
{
	check_ok(load("label a\nlinux vmlinuz\nmenu begin s\nmenu start\nlabel b\nlinux vmlinuz\n"
		      "label c\nmenu default\nlinux vmlinuz\nmenu end\n"));
	check_str(menu.chosen->title, "c");
	check_ok(load("label a\nlinux vmlinuz\nmenu begin s\nmenu default\nlabel b\nlinux vmlinuz\n"
		      "menu end\n"));
	check_str(menu.chosen->title, "b");
}

/* --- other files ------------------------------------------------------------------- */

TEST(included_files)
{
	check_str(plan("include globals.cfg\nlabel a\nlinux vmlinuz\ninclude more.cfg\n"
		       "menu include more.cfg tagged\ninclude nope.cfg\n"),
		  KERNEL "args global\n");
	check_u64(menu.n, 3);
	check_str(menu.entry[1].source, "(hd0,msdos1)/boot/extlinux/more.cfg");
	check_str(menu.entry[2].title, "tagged");
	check_u64(menu.entry[2].n_children, 1);
	check(test_logged("extlinux.conf:6: no such file or directory /boot/extlinux/nope.cfg"));
}

TEST(a_file_cannot_end_the_menu_it_was_put_in)
{
	check_ok(load("include ends.cfg tag\nlabel a\nlinux vmlinuz\nlabel b\nconfig ends.cfg\n"));
	check_u64(menu.n, 3);
	check_u64(menu.entry[0].n_children, 1);
	check_u64(menu.entry[2].n_children, 1);
}

TEST(files_that_include_themselves)
{
	check_ok(load("include loop.cfg\n"));
	check_u64(menu.n, 1);
	check(test_logged("a file that includes itself: loop.cfg"));
}

TEST(other_menus_are_submenus)
{
	check_ok(load("label a\nlinux vmlinuz\nlabel old\nkernel menu.c32\nappend menu2.cfg\n"
		      "label conf\nconfig /other/dir.cfg\nappend /other\nlabel none\nconfig x\n"));
	check_u64(menu.n, 4);
	check_u64(menu.entry[1].n_children, 2); /* the way back is none */
	check_str(lang_plan(&lang, &menu.entry[1].children[0]), KERNEL "args g2\n");
	check_str(lang_plan(&lang, &menu.entry[2].children[0]),
		  "kind linux\nkernel (hd0,msdos1)/other/kernel\nargs \n");
	check_str(lang_plan(&lang, &menu.entry[3]), err_text(ERR_UNSUPPORTED));
	check_str(lang_plan(&lang, menu.chosen), KERNEL "args \n");
	check_ok(load("default x\nlabel old\nkernel vesamenu.c32\nappend menu2.cfg\n"));
	check_str(menu.chosen->title, "second");
}

TEST(limits)
{
	struct conf_limits l = CONF_LIMITS_DEFAULT;
	l.entries = 2;
	check_err(load_in("label a\nlabel b\nlabel c\n", l), ERR_LIMIT);
	check(test_logged("extlinux.conf:3: over the limit of 2 entries"));
	l = CONF_LIMITS_DEFAULT;
	l.depth = 2;
	check_err(load_in("menu begin\nmenu begin\nmenu begin\n", l), ERR_LIMIT);
	l = CONF_LIMITS_DEFAULT;
	l.include = 0;
	check_err(load_in("include more.cfg\n", l), ERR_LIMIT);
	l = CONF_LIMITS_DEFAULT;
	l.steps = 1;
	check_err(load_in("prompt 0\nprompt 0\n", l), ERR_LIMIT);
}

TEST(files_without_labels)
{
	check_err(load(""), ERR_NOENT);
	check_err(load("# nothing\nui menu.c32\nmenu begin x\nmenu end\n"), ERR_NOENT);
}

TEST(labels_can_be_changed_and_run)
{
	struct str text;
	struct boot_entry e;
	check_ok(load("append all\nlabel a\nmenu label A\nlinux vmlinuz\ninitrd initrd\n"
		      "label b\ncom32 mboot.c32\nappend xen.gz --- vmlinuz b\n"));
	check_ok(extlinux_conf.text(&lang.conf, menu.chosen, &text));
	check_str(text, "linux vmlinuz\ninitrd initrd\nappend all\n");
	check_ok(extlinux_conf.edit(&lang.conf, menu.chosen, STR("linux vmlinuz\nfoo\nappend x"),
				    &e));
	check_str(lang_plan(&lang, &e), KERNEL "args x\n");
	check_ok(extlinux_conf.text(&lang.conf, &menu.entry[1], &text));
	check_ok(extlinux_conf.edit(&lang.conf, &menu.entry[1], text, &e));
	check_str(lang_plan(&lang, &e), KERNEL "args b\n");
}

/* What install media have before their own kernel. */
TEST(the_first_entry_that_boots_here_is_the_default_that_nobody_named)
{
	const char *media = "default gone\nlabel hd\nlocalboot 0x80\nlabel t\nkernel mt86plus\n"
			    "label floppy\nkernel memdisk\nappend initrd=/initrd\n"
			    "label install\nkernel vmlinuz\n";
	check_str(plan(media), KERNEL "args \n");
	check_str(menu.chosen->id, "install");
	for (size_t i = 0; i < 3; i++)
		check(menu.entry[i].hopeless);
	check_ok(load("label hd\nlocalboot 0\nmenu default\nlabel a\nkernel vmlinuz\n"));
	check_str(menu.chosen->id, "hd");
	check_ok(load("label hd\nlocalboot 0\nlabel t\nkernel memtest\n"));
	check_str(menu.chosen->id, "hd");
	check_str(plan("label hd\nlocalboot 0\nmenu begin x\nlabel a\nkernel vmlinuz\nmenu end\n"),
		  KERNEL "args \n");
}

/* --- as isolinux 6.04 itself was seen to do -------------------------------------------- */

TEST(words_behind_the_label_that_boots)
{
	check_str(plan("default a b=2\nlabel a\nlinux vmlinuz k=1\nappend l=1\n"),
		  KERNEL "args k=1 l=1 b=2\n");
	check_str(plan("default OS gui\nlabel OS\nlinux vmlinuz\nlabel OS gui\nlinux vmlinuz\n"),
		  KERNEL "args gui\n");
	check_str(plan("ui menu.c32\ndefault a b=2\nlabel a\nlinux vmlinuz\nappend l=1\n"),
		  KERNEL "args l=1\n");
}

TEST(labels_by_their_first_word)
{
	check_str(
		plan("default a\nlabel ab\nlinux vmlinuz\nlabel a b c\nlinux vmlinuz\nappend x\n"),
		KERNEL "args x\n");
}

TEST(a_label_is_a_kernel_where_there_is_such_a_file)
{
	check_str(plan("label vmlinuz\nappend initrd=initrd x\n"), KERNEL "args x\n" INITRD);
	check_ok(load("label -\nmenu label text\nlabel a\nlinux vmlinuz\n"));
	check(menu.entry[0].hopeless);
}

TEST(files_of_a_menu)
{
	const char *text = "ui %s\ndefault self\nlabel self\nlinux vmlinuz\n";
	static const struct {
		const char *ui, *first;
		size_t n;
	} t[] = {
		{ "menu.c32", "self", 1 },
		{ "menu.c32 more.cfg", "more", 1 },
		{ "vesamenu.c32 more.cfg ~", "more", 2 },
		{ "menu.c32 nope.cfg", "self", 1 },
		{ "gfxboot more.cfg", "self", 1 },
	};
	for (size_t i = 0; i < array_len(t); i++) {
		char all[200];
		snprintf(all, sizeof all, text, t[i].ui);
		check_ok(load(all));
		check_u64(menu.n, t[i].n);
		check_str(menu.entry[0].id, t[i].first);
	}
	check_ok(load("default menu.c32 more.cfg\nlabel self\nlinux vmlinuz\n"));
	check_str(menu.chosen->id, "more");
}

TEST(linux_c32_loads_what_it_is_told)
{
	check_str(plan("label a\nkernel linux.c32\nappend vmlinuz initrd=initrd x\n"),
		  KERNEL "args x\n" INITRD);
	check_str(plan("label a\ncom32 linux.c32 vmlinuz\nappend initrd=initrd x\n"),
		  KERNEL "args x\n" INITRD);
	check_str(plan("label a\ncom32 linux.c32\n"), err_text(ERR_SYNTAX));
}

TEST(a_default_that_is_another_menu)
{
	check_ok(load("default more\nlabel a\nlinux vmlinuz\nlabel more\nconfig menu2.cfg\n"));
	check_str(menu.chosen->title, "second");
	check_ok(load("default more\nlabel a\nlinux vmlinuz\nmenu begin more\nlabel b\n"
		      "linux vmlinuz\nmenu end\n"));
	check_str(menu.chosen->id, "a");
}

#define CHOICES                                                                                    \
	"label pxe\nlinux vmlinuz\nappend pxe\nlabel sys\nlinux vmlinuz\nappend sys\n"             \
	"label x32\nlinux vmlinuz\nappend 32\n"

TEST(programs_that_start_another_label)
{
	static const struct {
		const char *what, *want;
	} t[] = {
		{ "whichsys.c32\nappend -pxe- pxe -sys- sys -iso- x32", KERNEL "args sys\n" },
		{ "/x/ifcpu64.c32\nappend sys a=1 -- pxe -- x32 b", KERNEL "args sys a=1\n" },
		{ "ifcpu64.c32 sys -- x32", KERNEL "args sys\n" },
		{ "whichsys.c32\nappend -pxe- pxe", NULL },
		{ "ifcpu64.c32\nappend go -- go", NULL }, /* itself */
	};
	for (size_t i = 0; i < array_len(t); i++) {
		char all[300];
		snprintf(all, sizeof all, "default go\n" CHOICES "label go\ncom32 %s\n", t[i].what);
		check_str(plan(all), t[i].want ? t[i].want : err_text(ERR_UNSUPPORTED));
	}
	check_str(plan("default a\nlabel a\ncom32 ifcpu64.c32\nappend b -- b\nlabel b\n"
		       "com32 ifcpu64.c32\nappend a -- a\nlabel c\nlinux vmlinuz\n"),
		  err_text(ERR_UNSUPPORTED)); /* a circle ends */
	check_ok(load("default go\nlabel pxe\nlinux vmlinuz\nlabel go\ncom32 whichsys.c32\n"
		      "append -sys- sys\nlabel sys\nconfig menu2.cfg\n"));
	check_str(menu.chosen->title, "second");
}

TEST(includes_of_itself_end)
{
	static char all[20000];
	for (size_t i = 0; i + 30 < sizeof all; i += 22)
		memcpy(all + i, "include extlinux.conf\n", 23);
	check_err(load(all), ERR_LIMIT);
	check(test_logged("over the limit of 256 files"));
}

TEST(labels_that_start_each_other_end)
{
	enum { LABELS = 4000, LONGEST = 80 };
	static char all[LABELS * LONGEST];
	size_t n = 0;
	for (int i = 0; i < LABELS; i++)
		n += (size_t)snprintf(all + n, LONGEST,
				      "label l%d\ncom32 whichsys.c32\nappend -sys- l%d\n", i,
				      i + 1);
	snprintf(all + n, LONGEST, "label l%d\nlinux vmlinuz\n", LABELS);
	check_ok(load(all));
	check_u64(menu.n, LABELS + 1);
	check(!menu.entry[LABELS].hopeless);
	check(test_logged("extlinux.conf: over the limit of 256 labels that start another"));
}

TEST(files_that_lead_to_each_other)
{
	check_ok(load("include di-menu.cfg\ndefault vesamenu.c32\n"));
	check_u64(menu.n, 2); /* install, dark: help would show what is there */
	check_str(menu.chosen->id, "install");
	check_u64(menu.entry[1].n_children, 1);
}
