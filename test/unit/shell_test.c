/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: keys, pages, completion, and the commands of both languages. */
#include "../table_host.h"
#include "../test.h"
#include "../vt.h"
#include "../../core/menu/complete.h"
#include "../../core/menu/shell.h"
#include "../../core/tables.h"
#include <stdio.h>
#include <string.h>

/* --- a world ----------------------------------------------------------------------- */

static const char tabs[] = "a\tb\n";
static const char bytes[] = "\x00\x01"
			    "abc\x1b[2J\xff"
			    "0123456789";
static const struct host_file files[] = {
	{ .device = "hd0,msdos1", .path = "/boot/vmlinuz-6.1", .mtime = 1764140400 },
	{ .device = "hd0,msdos1", .path = "/boot/vmlinuz-6.2", .mtime = 86400 },
	{ .device = "hd0,msdos1", .path = "/boot/initrd-6.1" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/grub/grub.cfg",
	  .text = "menuentry one { linux /boot/vmlinuz-6.1 }\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/grub/guarded.cfg",
	  .text = "set superusers=root\npassword root x\nmenuentry two { linux /boot/vmlinuz-6.2 "
		  "}\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/grub/menu.lst",
	  .text = "timeout 3\ntitle old\nkernel /boot/vmlinuz-6.1 one\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/grub/grubenv",
	  .text = "# GRUB Environment Block\nsaved_entry=two\n##########" },
	{ .device = "hd0,msdos1", .path = "/boot/off.cfg", .text = "halt\n" },
	{ .device = "hd0,msdos1", .path = "/etc/motd", .text = "one\ntwo\n" },
	{ .device = "hd0,msdos1", .path = "/etc/bytes", .text = bytes, .n = sizeof bytes - 1 },
	{ .device = "hd0,msdos1", .path = "/etc/tabs", .text = tabs },
	{ .device = "hd0,msdos1", .path = "/etc/.hidden" },
	{ .device = "hd0", .path = "/none" },
	{ .device = "hd1", .path = "/data/motd", .text = "one\nTwo\n" },
};
static const struct host_fact facts[] = {
	{ "grub_platform", "xen" },	    { "grub_cpu", "x86_64" },
	{ "fs:hd0,msdos1", "ext" },	    { "label:hd0,msdos1", "root\x1b" },
	{ "uuid:hd0,msdos1", "0000-1111" }, { "device:hd0,msdos1", "hd0,msdos1" },
	{ "uuid:hd1", "12ab-cd34" },	    { "fs:hd1", "fat" },
};

/* What is typed, in one go or bit by bit; afterwards the console is gone. */
struct typist {
	struct con con;
	const char *keys;
	size_t n, at;
	bool slow; /* each key after what came of the last is drawn */
	bool watched;
	uint64_t now;
	size_t sent, most; /* bytes for one key */
	struct vt vt;
	char seen[sizeof((struct vt *)0)->text]; /* the screen when a key was last waited for */
};
static struct typist typist;
static struct shell shell;
static struct table_host host;
static struct conf conf;
static struct shell_lang lang;

static void typist_write(struct con *c, const char *p, size_t n)
{
	struct typist *t = container_of(c, struct typist, con);
	t->sent += n;
	vt_write(&t->vt, p, n);
}

static int typist_byte(struct con *c, uint64_t deadline)
{
	struct typist *t = container_of(c, struct typist, con);
	t->now += deadline && deadline != CON_FOREVER && t->at == t->n ? deadline - t->now : 0;
	if (t->slow && !deadline)
		return -1;
	if (deadline && typist.watched)
		strcpy(t->seen, vt_text(&t->vt));
	if (deadline) {
		t->most = t->most > t->sent ? t->most : t->sent;
		t->sent = 0;
	}
	if (t->at == t->n)
		return deadline == CON_FOREVER ? -2 : -1;
	return (uint8_t)t->keys[t->at++];
}

static uint64_t typist_now(struct con *c)
{
	return container_of(c, struct typist, con)->now;
}

static void begin_with(const struct shell_ops *ops, const struct boot_entry *e)
{
	static const struct conf_source src = { { "hd0,msdos1", 10 },
						{ "/boot/grub/grub.cfg", 19 },
						{ NULL, 0 } };
	struct typist *t = &typist;
	memset(t, 0, sizeof *t);
	memset(&shell, 0, sizeof shell);
	t->con = (struct con){ .write = typist_write,
			       .byte = typist_byte,
			       .now_ms = typist_now,
			       .rows = 24,
			       .cols = 80 };
	t->now = 1000;
	vt_init(&t->vt, 24, 80);
	t->vt.scrolls = true;
	table_host_init(&host, files, array_len(files), facts, array_len(facts));
	shell_init(&shell, &t->con);
	shell_begin(&shell);
	conf = (struct conf){ .host = &host.host,
			      .arena = test_arena(),
			      .log = &shell.log,
			      .limits = CONF_LIMITS_DEFAULT,
			      .user = &shell.user };
	lang = (struct shell_lang){ .c = &conf, .ops = ops };
	check_ok(ops->begin(&conf, &src, e, &lang.state));
}

static enum shell_end type_n(const char *keys, size_t n, bool last)
{
	enum shell_end end = SHELL_READY;
	typist.keys = keys;
	typist.n = n;
	typist.at = 0;
	enum err e = shell_run(&shell, &lang, last, &end);
	check(e == OK || e == ERR_IO);
	if (typist.vt.bad)
		test_fail(__FILE__, __LINE__, "the terminal saw %s", typist.vt.bad);
	return e ? SHELL_READY : end;
}

static enum shell_end type(const char *keys)
{
	return type_n(keys, strlen(keys), false);
}

/* The screen after lines were typed into a fresh command line. */
static const char *grub2(const char *keys)
{
	begin_with(&grub2_shell, NULL);
	(void)type(keys);
	return vt_text(&typist.vt);
}

static const char *legacy(const char *keys)
{
	begin_with(&legacy_shell, NULL);
	(void)type(keys);
	return vt_text(&typist.vt);
}
#define check_grub2(keys, want)	 check_str(str_of(grub2(keys)), want)
#define check_legacy(keys, want) check_str(str_of(legacy(keys)), want)

/* What boot makes of all that was typed. */
static struct str planned(void)
{
	struct text t = { .arena = test_arena() };
	struct boot_plan p = { .kind = BOOT_LINUX };
	enum err e = lang.ops->plan(&conf, lang.state, &p);
	if (e)
		text_fmt(&t, "%s\n", err_text(e));
	else
		plan_print(&p, &t);
	return text_str(&t);
}

/* --- keys ---------------------------------------------------------------------------- */

TEST(lines_are_edited)
{
	check_grub2("echo b\x01\x06\x06\x06\x06\x06"
		    "a\r",
		    "grub> echo ab\nab\ngrub>\n");
	check_grub2("echo one two\x17three\x01\x04\x05!\r",
		    "grub> cho one three!\nerror: cho: no such "
		    "command; did you mean echo?\ngrub>\n");
	check_grub2("eho x\x1b[D\x1b[D\x1b[D\x02"
		    "c\x0b\x19\r",
		    "grub> echo x\nx\ngrub>\n");
	check_grub2("echo a\x15"
		    "echo b\x7f"
		    "c\r",
		    "grub> echo c\nc\ngrub>\n");
	check_grub2("echo a\x1b[H\x1b[F\x1b[3~b\r", "grub> echo ab\nab\ngrub>\n");
	check_grub2("echo a\x03"
		    "echo b\r",
		    "grub> echo a^C\ngrub> echo b\nb\ngrub>\n");
	check_grub2("echo \xc3\xa4\xe6\xbc\xa2\xff\x1b[D\x1b[Dx\r",
		    "grub> echo \xc3\xa4x\xe6\xbc\xa2?\n\xc3\xa4x\xe6\xbc\xa2?\ngrub>\n");
	check_grub2("echo a\x0c\r", "grub> echo a\na\ngrub>\n");
}

TEST(esc_and_exit_leave)
{
	begin_with(&grub2_shell, NULL);
	check(type("exit\r") == SHELL_EXIT);
	check(type("\x1b"
		   "[A\r") == SHELL_EXIT);
	check(type("\x04") == SHELL_EXIT);
	typist.slow = true;
	check(type("abc\x1b\x1b") == SHELL_EXIT); /* the first one empties the line */
	check(type("halt\r") == SHELL_HALT);
	check(type("reboot\r") == SHELL_REBOOT);
	/* Without a menu there is nothing to leave to, and three more words. */
	check(type_n("\x04halt\r", 6, true) == SHELL_HALT);
	check(type_n("r\r", 2, true) == SHELL_AGAIN);
	check(type_n("b\r", 2, true) == SHELL_REBOOT);
	check(type_n("p\r", 2, true) == SHELL_HALT);
	check(type("p\r") == SHELL_READY);
}

TEST(lines_come_back)
{
	begin_with(&grub2_shell, NULL);
	(void)type("echo 1\recho 2\r\r\x1b[A\x1b[A\r");
	check(strstr(vt_text(&typist.vt), "grub>\ngrub> echo 1\n1\ngrub>"));
	(void)type("dra\x10\x10\x10\x0e\x0e\x0e\x0e"
		   "ft\r");
	check(strstr(vt_text(&typist.vt), "grub> draft\nerror: draft: no such command"));
	/* More than is kept: the oldest are forgotten, whole. */
	static char line[600];
	memset(line, '#', sizeof line - 1);
	line[sizeof line - 2] = '\r';
	for (int i = 0; i < 40; i++) {
		line[0] = (char)('A' + i);
		(void)type(line);
	}
	check(shell.n_past <= SHELL_PAST && shell.past[1] == '#');
}

TEST(long_lines_move_aside)
{
	char keys[300];
	snprintf(keys, sizeof keys, "echo %0100d\x01\x1b[C\x1b[C", 7);
	begin_with(&grub2_shell, NULL);
	(void)type(keys);
	check(strstr(vt_text(&typist.vt), "grub> echo 0000"));
	check_u64(typist.vt.col, 8);
	begin_with(&grub2_shell, NULL);
	keys[105] = 0;
	(void)type(keys);
	check(strstr(vt_text(&typist.vt), "grub><00000"));
	check(strstr(vt_text(&typist.vt), "0007"));
	(void)type("\x1b[A");
}

TEST(a_key_costs_little)
{
	static const char keys[] =
		"echo 0123456789012345678901234567890123456789012345678901234567890"
		"12345678901234567890123456789\x1b[D\x1b[D\x1b[D\x01\x05\x17\x19x";
	begin_with(&grub2_shell, NULL);
	typist.slow = true;
	(void)type(keys);
	check(typist.most < 200 && typist.most > 60);
	(void)type("\x15"
		   "abc");
	typist.most = typist.sent = 0;
	(void)type("ab");
	check(typist.most < 20);
}

TEST(a_command_may_take_several_lines)
{
	check_grub2("if true; then\recho yes\rfi\r",
		    "grub> if true; then\n> echo yes\n> fi\nyes\ngrub>\n");
	check_grub2("echo 'a\rb'\r", "grub> echo 'a\n> b'\na\nb\ngrub>\n");
	/* An empty line, or ^C, ends what does not end by itself. */
	check_grub2(
		"for x in 1; do\r\recho z\r",
		"grub> for x in 1; do\n>\nerror: syntax error: the text ends in the middle of a "
		"command; what began in li\nne 1 is skipped\ngrub> echo z\nz\ngrub>\n");
}

TEST(a_page_at_a_time)
{
	static const char loop[] =
		"x=12345678; for a in 1 2 3 4 5 6 7 8; do for b in 1 2 3 4 5 6 7 8; "
		"do echo line $a$b; done; done\r";
	char keys[200];
	begin_with(&grub2_shell, NULL);
	typist.watched = true;
	(void)type(loop);
	check(strstr(typist.seen, "line 37\n--MORE--"));
	snprintf(keys, sizeof keys, "%s\r\r", loop);
	begin_with(&grub2_shell, NULL);
	typist.watched = true;
	(void)type(keys);
	check(strstr(typist.seen, "line 41\n--MORE--"));
	snprintf(keys, sizeof keys, "%s q", loop);
	begin_with(&grub2_shell, NULL);
	(void)type(keys);
	check(strstr(vt_text(&typist.vt), "line 66\ngrub>"));
	/* What comes after q in the same line is not shown, in the next one it is. */
	snprintf(keys, sizeof keys, "%sqecho again\r", loop);
	begin_with(&grub2_shell, NULL);
	(void)type(keys);
	check(strstr(vt_text(&typist.vt), "line 37\ngrub> echo again\nagain\ngrub>"));
}

TEST(text_wraps_before_the_last_column)
{
	char keys[300];
	snprintf(keys, sizeof keys, "echo %0160d\r", 7);
	begin_with(&grub2_shell, NULL);
	(void)type(keys);
	check(strstr(vt_text(&typist.vt), "00\n07\ngrub>"));
}

/* --- completion ------------------------------------------------------------------------ */

static const char *completed(const struct shell_ops *ops, const char *line)
{
	struct completion c;
	static char out[200];
	begin_with(ops, NULL);
	enum err e = complete(&lang, str_of(line), test_arena(), &c);
	size_t n =
		(size_t)snprintf(out, sizeof out, "%s+%.*s", e ? err_text(e) : "", STR_ARG(c.more));
	for (size_t i = 0; i < c.n && c.n > 1 && n < sizeof out; i++)
		n += (size_t)snprintf(out + n, sizeof out - n, " %.*s", STR_ARG(c.v[i]));
	return out;
}
#define check_tab(line, want)  check_str(str_of(completed(&grub2_shell, line)), want)
#define check_tab0(line, want) check_str(str_of(completed(&legacy_shell, line)), want)

TEST(tab_completes)
{
	check_tab("ech", "+o ");
	check_tab("echo; hexd", "+ump ");
	check_tab("list", "+_ list_env list_trusted");
	check_tab("nothing", "+");
	check_tab("ls (hd0,", "+msdos1)");
	check_tab("ls (h", "+d (hd0) (hd0,msdos1) (hd1)");
	check_tab("linux (hd0,msdos1)/boot/v", "+mlinuz-6. vmlinuz-6.1 vmlinuz-6.2");
	check_tab("initrd /boot/i", "+nitrd-6.1 ");
	check_tab("ls /et", "+c/");
	check_tab("cat /etc/", "+ bytes motd tabs");
	check_tab("cat /etc/.", "+hidden ");
	check_tab("search --file=/etc/mo", "+td ");
	check_tab("cat /nowhere/", "+");
	check_tab("cat (hd9)/", "+");
	check_tab("echo $feature_def", "+ault_font_path");
	check_tab("echo ${pref", "+ix}");
	check_tab("cat $root/", "+");
	check_tab("set pref", "+ix=");
	check_tab0("kern", "+el kernel kernel$"); /* Solaris' */
	check_tab0("kernel (hd0,", "+0)");
	check_tab0("kernel (hd0,0)/boot/in", "+itrd-6.1 ");
}

TEST(tab_shows_what_there_is)
{
	check_grub2("cat /et\tmo\t\r", "grub> cat /etc/motd\none\ntwo\ngrub>\n");
	begin_with(&grub2_shell, NULL);
	(void)type("ls /boot/vm\t\t");
	check_str(
		str_of(vt_text(&typist.vt)),
		"grub> ls /boot/vmlinuz-6.\nvmlinuz-6.1  vmlinuz-6.2\ngrub> ls /boot/vmlinuz-6.\n");
}

/* --- GRUB 2's commands --------------------------------------------------------------------- */

TEST(devices_and_files)
{
	check_grub2("ls\r", "grub> ls\n(hd0,msdos1) (hd0) (hd1)\ngrub>\n");
	check_grub2("ls (hd0,1)\r", "grub> ls (hd0,1)\n(hd0,msdos1): ext, label \"root?\", UUID "
				    "0000-1111, 1.5 MiB\ngrub>\n");
	check_grub2("ls -l\r",
		    "grub> ls -l\n(hd0,msdos1): ext, label \"root?\", UUID 0000-1111, 1.5 MiB\n"
		    "(hd0): no file system that domboot knows, 1.5 MiB\n"
		    "(hd1): fat, UUID 12ab-cd34, 1.5 MiB\ngrub>\n");
	check_grub2("ls /boot\r",
		    "grub> ls /boot\ngrub/ initrd-6.1 off.cfg vmlinuz-6.1 vmlinuz-6.2\ngrub>\n");
	check_grub2("ls -la /etc (hd1)/\r",
		    "grub> ls -la /etc (hd1)/\n"
		    "1            1970-01-01 00:00  .hidden\n20           1970-01-01 00:00  bytes\n"
		    "8            1970-01-01 00:00  motd\n4            1970-01-01 00:00  tabs\n"
		    "DIR          1970-01-01 00:00  data/\ngrub>\n");
	check_grub2(
		"ls -l /boot/vmlinuz-6.1\r",
		"grub> ls -l /boot/vmlinuz-6.1\n1            2025-11-26 07:00  /boot/vmlinuz-6.1\n"
		"grub>\n");
	check_grub2("ls /gone\rls (hd7)\r",
		    "grub> ls /gone\nerror: ls: /gone: no such file or directory\ngrub> ls (hd7)\n"
		    "error: ls: (hd7): no such file or directory\ngrub>\n");
}

TEST(what_is_in_files)
{
	check_grub2("cat /etc/motd\r", "grub> cat /etc/motd\none\ntwo\ngrub>\n");
	check_grub2("cat /etc/tabs\r", "grub> cat /etc/tabs\na       b\ngrub>\n");
	check_grub2("cat /etc/bytes\r", "grub> cat /etc/bytes\n??abc?[2J?0123456789\ngrub>\n");
	check_grub2(
		"hexdump /etc/bytes\r",
		"grub> hexdump /etc/bytes\n"
		"00000000  00 01 61 62 63 1b 5b 32 4a ff 30 31 32 33 34 35  |..abc.[2J.012345|\n"
		"00000010  36 37 38 39                                      |6789|\ngrub>\n");
	check_grub2("hexdump -s 2 -n 3 /etc/bytes\r",
		    "grub> hexdump -s 2 -n 3 /etc/bytes\n"
		    "00000002  61 62 63                                         |abc|\ngrub>\n");
	check_grub2("cmp /etc/motd (hd1)/data/motd\recho $?\r",
		    "grub> cmp /etc/motd (hd1)/data/motd\nthey differ at byte 4: 0x74, 0x54\n"
		    "grub> echo $?\n1\ngrub>\n");
	check_grub2("cmp /etc/motd /etc/motd\r",
		    "grub> cmp /etc/motd /etc/motd\nthe files are the same\ngrub>\n");
	check_grub2("cat /boot\rcat\r",
		    "grub> cat /boot\nerror: cat: /boot: not a regular file\ngrub> "
		    "cat\nerror: cat: no file named\ngrub>\n");
	check_grub2("list_env\r", "grub> list_env\nsaved_entry=two\ngrub>\n");
}

TEST(asking)
{
	check_grub2("search --file /data/motd\r", "grub> search --file /data/motd\nhd1\ngrub>\n");
	check_grub2("probe --fs-uuid (hd1)\r", "grub> probe --fs-uuid (hd1)\n12ab-cd34\ngrub>\n");
	check_grub2("date\r", "grub> date\n2025-11-26 07:00:00 Wednesday (UTC)\ngrub>\n");
	check_grub2("read x\rhello\recho $x!\r",
		    "grub> read x\n hello\ngrub> echo $x!\nhello!\ngrub>\n");
	check_grub2("echo -n a; echo b\r", "grub> echo -n a; echo b\nab\ngrub>\n");
	check_grub2("help cmp\r",
		    "grub> help cmp\ncmp FILE FILE               compare two files\ngrub>\n");
	check_grub2("insmod ext2\r", "grub> insmod ext2\ninsmod: does nothing here\ngrub>\n");
	check(strstr(grub2("x=1; set\r"), "\nroot=hd0,msdos1\nx=1\ngrub>"));
	begin_with(&grub2_shell, NULL);
	(void)type("sleep 3; echo up\r");
	check(strstr(vt_text(&typist.vt), "\nup\n") && typist.now >= 4000);
	(void)type("help\r      ");
	check(strstr(vt_text(&typist.vt),
		     "unset NAME                  take a variable away\ngrub>"));
}

TEST(a_typed_kernel_boots)
{
	begin_with(&grub2_shell, NULL);
	check(type("boot\r") == SHELL_READY);
	check(strstr(vt_text(&typist.vt), "error: boot: no kernel is loaded yet"));
	check(type("linux /boot/gone\r") == SHELL_READY);
	check(strstr(vt_text(&typist.vt), "/boot/gone: no such file"));
	check(type("linux /boot/vmlinuz-6.1 root=/dev/xvda1 ro\rinitrd /boot/initrd-6.1\rboot\r") ==
	      SHELL_BOOT);
	check_str(planned(), "kind linux\n"
			     "kernel (hd0,msdos1)/boot/vmlinuz-6.1\n"
			     "args root=/dev/xvda1 ro\n"
			     "initrd (hd0,msdos1)/boot/initrd-6.1\n");
	check(type("chainloader +1; boot\r") == SHELL_BOOT);
	check_str(planned(), "a feature that domboot does not read\n");
	check(strstr(vt_text(&typist.vt), "error: chainloader cannot boot a Xen guest\n"));
}

TEST(another_configuration_gives_its_menu)
{
	struct boot_menu m;
	begin_with(&grub2_shell, NULL);
	check(type("configfile /boot/grub/guarded.cfg\r") == SHELL_MENU);
	lang.ops->menu(lang.state, &m);
	check(m.n == 1 && m.guarded && m.guard && m.entry[0].restricted);
	check_str(m.entry[0].title, "two");
	check(type("normal\r") == SHELL_MENU);
	check(type("configfile /boot/off.cfg\r") == SHELL_HALT);
	check(type("source /boot/off.cfg\r") == SHELL_HALT);
	check(type("configfile /gone\r") == SHELL_READY);
	begin_with(&legacy_shell, NULL);
	check(type("configfile (hd0,0)/boot/grub/menu.lst\r") == SHELL_MENU);
	lang.ops->menu(lang.state, &m);
	check(m.n == 1 && m.timeout_s == 3);
	check(type("configfile /gone\r") == SHELL_READY);
	check(strstr(vt_text(&typist.vt), "error: no such file or directory /gone"));
}

TEST(it_begins_where_the_menu_is)
{
	static const char text[] = "set a=1\nfunction f { echo f $a; }\nmenuentry x { true }\n";
	struct boot_menu m;
	begin_with(&grub2_shell, NULL);
	struct conf c = conf;
	c.user = NULL;
	c.log = test_log();
	struct conf_source src = { STR("hd1"),
				   STR("/x.cfg"),
				   { (const uint8_t *)text, sizeof text - 1 } };
	check_ok(grub2_conf.load(&c, &src, &m));
	begin_with(&grub2_shell, m.entry);
	(void)type("f\ra=2\rf\rf x\r");
	check(strstr(vt_text(&typist.vt), "f 1\n"));
	check(strstr(vt_text(&typist.vt), "f 2\n"));
	/* And leaves no trace there. */
	begin_with(&grub2_shell, m.entry);
	check_str(str_of((type("f\r"), vt_text(&typist.vt))), "grub> f\nf 1\ngrub>\n");
}

TEST(budgets_are_a_lines)
{
	begin_with(&grub2_shell, NULL);
	conf.limits.steps = 1000;
	(void)type("while true; do true; done\recho on\r");
	check(strstr(vt_text(&typist.vt),
		     "over the limit of 1000 steps\ngrub> echo on\non\ngrub>"));
}

/* --- GRUB legacy's ----------------------------------------------------------------------- */

TEST(legacy_counts_from_zero)
{
	check_legacy("root (hd0,0)\r", "grub> root (hd0,0)\n(hd0,0): ext, label \"root?\", UUID "
				       "0000-1111, 1.5 MiB\ngrub>\n");
	check_legacy("root (hd5,0)\rfind /data/motd\r",
		     "grub> root (hd5,0)\nerror: no such file or directory (hd5,0)\n"
		     "grub> find /data/motd\n (hd1)\ngrub>\n");
	check_legacy("find /boot/vmlinuz-6.1\r", "grub> find /boot/vmlinuz-6.1\n (hd0,0)\ngrub>\n");
	check_legacy("cat (hd0,0)/etc/motd\r", "grub> cat (hd0,0)/etc/motd\none\ntwo\ngrub>\n");
	check_legacy("ls\rls -l /etc/motd\r",
		     "grub> ls\n(hd0,0) (hd0) (hd1)\ngrub> ls -l /etc/motd\n"
		     "8            1970-01-01 00:00  /etc/motd\ngrub>\n");
	check_legacy("geometry (hd1)\r",
		     "grub> geometry (hd1)\n(hd1): fat, UUID 12ab-cd34, 1.5 MiB\ngrub>\n");
	check_legacy("cmp /etc/motd /etc/motd\r",
		     "grub> cmp /etc/motd /etc/motd\nthe files are the same\ngrub>\n");
	check_legacy("makeactive\rkernl x\r",
		     "grub> makeactive\nnothing to do for makeactive\n"
		     "grub> kernl x\nerror: kernl: no such command; did you mean kernel?\ngrub>\n");
	check_legacy("pause now\rxhelp quit\r",
		     "grub> pause now\nnow\ngrub> help quit\n"
		     "quit                        back to the menu\ngrub>\n");
}

TEST(legacy_boots)
{
	begin_with(&legacy_shell, NULL);
	check(type("boot\r") == SHELL_READY);
	check(type("kernel /boot/gone\r") == SHELL_READY);
	check(strstr(vt_text(&typist.vt), "/boot/gone: no such file"));
	check(type("root (hd0,0)\rkernel /boot/vmlinuz-6.1 ro\rmodule /boot/initrd-6.1\rboot\r") ==
	      SHELL_BOOT);
	check_str(planned(), "kind linux\n"
			     "kernel (hd0,msdos1)/boot/vmlinuz-6.1\n"
			     "args ro\n"
			     "initrd (hd0,msdos1)/boot/initrd-6.1\n");
	check(type("halt\r") == SHELL_HALT);
	check(type("quit\r") == SHELL_EXIT);
}

TEST(md5crypt_makes_a_password_that_fits)
{
	begin_with(&legacy_shell, NULL);
	(void)type("md5crypt\rgeheim\r");
	const char *at = strstr(vt_text(&typist.vt), "Encrypted: $1$");
	check(at && !strstr(vt_text(&typist.vt), "geheim"));
	struct str rest = str_of(at + 11), text;
	check(str_split(&rest, '\n', &text));
	check(secret_fits(&(struct secret){ SECRET_CRYPT, text }, STR("geheim")));
}

/* --- whatever is typed -------------------------------------------------------------------- */

static void garbage(const struct shell_ops *ops, uint32_t x, bool slow)
{
	static const char *const words[] = {
		"ls ",	 "cat ",    "(hd0,1)/boot/",
		"set ",	 "echo ",   "if ",
		"; ",	 "then ",   "fi\r",
		"\r",	 "\t",	    "$",
		"{ ",	 "} ",	    "'",
		"\"",	 "\x1b[A",  "\x1b[B",
		"help ", "source ", "/etc/bytes ",
		"\x10",	 "\x17",    "\x19",
		" ",	 "q",	    "for ",
	};
	enum { SIZE = 1 << 19 };
	char *keys = arena_alloc(test_arena(), SIZE + 64, 1);
	size_t n = 0;
	while (n < (slow ? 1 << 14 : SIZE)) {
		x = x * 1664525 + 1013904223;
		if (x >> 30) {
			const char *w = words[(x >> 8) % array_len(words)];
			memcpy(keys + n, w, strlen(w));
			n += strlen(w);
		} else {
			keys[n++] = (char)(x & 0x8000000 ? 0xc3 + (x >> 28) : x >> 20 & 0x7f);
		}
	}
	begin_with(ops, NULL);
	typist.slow = slow;
	conf.limits.steps = 2000;
	struct arena words_arena;
	arena_init(&words_arena, &test_pages, 64 << 20);
	conf.arena = &words_arena;
	struct conf_source src = { STR("hd0,msdos1"), STR("/boot/grub/grub.cfg"), { NULL, 0 } };
	check_ok(ops->begin(&conf, &src, NULL, &lang.state));
	typist.keys = keys;
	typist.n = n;
	typist.at = 0;
	for (int i = 0; typist.at < typist.n && i < 1 << 20; i++) {
		enum shell_end end;
		struct boot_plan p;
		enum err e = shell_run(&shell, &lang, i & 1, &end);
		if (!e && end == SHELL_BOOT)
			(void)ops->plan(&conf, lang.state, &p);
		if (e == ERR_NOMEM) {
			arena_release(&words_arena);
			check_ok(ops->begin(&conf, &src, NULL, &lang.state));
		}
		if (typist.vt.bad)
			test_fail(__FILE__, __LINE__, "the terminal saw %s", typist.vt.bad);
		shell.gone = false;
	}
	arena_release(&words_arena);
}

TEST(a_megabyte_of_garbage)
{
	garbage(&grub2_shell, 1, false);
	garbage(&legacy_shell, 2, false);
	garbage(&grub2_shell, 3, true);
	garbage(&legacy_shell, 4, true);
}
