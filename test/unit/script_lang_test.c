/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GRUB 2 script, the language: one small script for each behaviour. */
#include "../../core/tables.h"
#include "../script.h"

TEST(words)
{
	says("echo a b  c\n", "a b c\n");
	says("echo 'a  b' \"c  d\"\n", "a  b c  d\n");
	says("echo a\\ b\\\\c\n", "a b\\c\n");
	says("echo 'a\\b' \"c\\d\"\n", "a\\b c\\d\n");
	says("echo \"a\\\"b\\$c\"\n", "a\"b$c\n");
	says("echo a\"b\"'c'\n", "abc\n");
	says("echo a\\\nb\n", "ab\n");
	says("echo a#b # c\n", "a#b\n");
	says("# echo a\n  # 'b\necho c", "c\n");
	says("echo '' \"\" x\n", "  x\n");
	says("echo a; echo b\n", "a\nb\n");
}

TEST(variables)
{
	says("set a=1\nb=2; echo $a ${b} x$a\"$b\"y\n", "1 2 x12y\n");
	says("set a='x  y'; echo $a \"$a\"\n", "x y x  y\n");
	says("echo [$nope] \"$nope\" x\n", "[]  x\n");
	says("set a=b=c; echo $a\n", "b=c\n");
	says("set a=1; unset a; echo x$a\n", "x\n");
	says("set root=(hd1); echo $root\n", "hd1\n");
	says("echo $prefix $config_directory $grub_platform\n",
	     "(hd0,msdos1)/boot/grub (hd0,msdos1)/boot/grub xen\n");
}

TEST(syntax_errors_cost_their_line)
{
	says("echo a && echo b\necho c\n", "c\n");
	says("echo a; echo b }\necho c\n", "c\n");
	says("if true; then\necho a > b\nfi\necho c\n", "c\n");
	says("echo 'a\necho b\n", "");
	says("echo a\r\necho b\r\n", "a\nb\n");
	check(test_logged("grub.cfg:1: syntax error: a quote is not closed"));
}

TEST(conditions)
{
	says("if true; then echo a; else echo b; fi\n", "a\n");
	says("if false; then echo a; elif true; then echo b; else echo c; fi\n", "b\n");
	says("if false\nthen\necho a\nelif false\nthen echo b\nelse\necho c\nfi\n", "c\n");
	says("if ! false; then echo a; fi\n", "a\n");
	says("if nosuchcommand; then echo yes $?; fi\n", "yes 0\n");
	says("false; echo $?; true; echo $?\n", "1\n0\n");
}

TEST(loops)
{
	says("for x in a b c; do echo $x; done\n", "a\nb\nc\n");
	says("for x in; do echo $x; done; echo e\n", "e\n");
	says("set l='a b'; for x in $l \"$l\"; do echo $x.; done\n", "a.\nb.\na b.\n");
	says("i=x; while [ $i != xxxx ]; do i=x$i; echo $i; done\n", "xx\nxxx\nxxxx\n");
	says("i=x; until [ $i = xxx ]; do i=x$i; echo $i; done\n", "xx\nxxx\n");
	says("for a in 1 2; do for b in 1 2; do echo $a$b; break 2; done; done\n", "11\n");
	says("for a in 1 2; do for b in 1 2; do echo $a$b; continue 2; done; done\n", "11\n21\n");
	says("for a in 1 2 3; do if [ $a = 2 ]; then continue; fi; echo $a; done\n", "1\n3\n");
}

TEST(functions)
{
	says("function f { echo $# $1 $2; }\nf a 'b c'\n", "2 a b c\n");
	says("function f { for x in \"$@\"; do echo $x.; done; }\nf a 'b c'\n", "a.\nb c.\n");
	says("function f { return 3; echo no; }\nf; echo $?\n", "3\n");
	says("function f { shift; echo $1; setparams x y; echo $2; }\nf a b\n", "b\ny\n");
	says("function f { echo 1; }\nfunction f { echo 2; }\nf\n", "2\n");
	says("function f { a=1; }\nf; echo $a\n", "1\n");
	says("function f { f; }\nf; echo on\n", "on\n");
	check(test_logged("over the limit of depth"));
}

TEST(test_command)
{
	says("if [ a = a -a b != c ]; then echo y; fi\n", "y\n");
	says("if [ a = b -o b = b ]; then echo y; fi\n", "y\n");
	says("if [ ! a = b ]; then echo y; fi\n", "y\n");
	says("if [ '(' a = b ')' -o c ]; then echo y; fi\n", "y\n");
	says("if [ 10 -gt 9 -a 2 -le 2 -a -1 -lt 0 ]; then echo y; fi\n", "y\n");
	says("if [ a -a '' ]; then echo y; else echo n; fi\n", "n\n");
	says("if [ -z '' -a -n a ]; then echo y; fi\n", "y\n");
	says("if [ vm9 -plt vm10 ]; then echo y; fi\n", "y\n");
	says("if [ -f /vmlinuz -a -e /dir -a -d /dir -a ! -f /dir -a ! -e /no ]; then echo y; fi\n",
	     "y\n");
	says("if [ -s /vmlinuz -a ! -s /empty ]; then echo y; fi\n", "y\n");
	says("if [ -f (hd1)/other -a ! -f (hd7)/other ]; then echo y; fi\n", "y\n");
	says("if [ /initrd -nt /vmlinuz -a /vmlinuz -ot /initrd ]; then echo y; fi\n", "y\n");
	says("if test x = x; then echo y; fi\n", "y\n");
	says("[ a\necho $?\n", "0\n");
}

TEST(search)
{
	says("search --no-floppy --fs-uuid --set=dev 12ab-cd34; echo $dev\n", "hd1\n");
	says("search -n -u 12ab-cd34 -s; echo $root\n", "hd1\n");
	says("search --label --set data; echo $root\n", "hd1\n");
	says("search --file /other --set=dev --hint hd0; echo $dev\n", "hd1\n");
	says("search.fs_uuid 12ab-cd34 dev; echo $dev\n", "hd1\n");
	says("search --fs-uuid --set=root none; echo $root $?\n", "hd0,msdos1 5\n");
	says("search --no-floppy --part-label USR-A --set dev; echo $dev\n", "hd1\n");
	says("search --part-uuid 7130C94A --set dev --hint hd1; echo $dev\n", "hd1\n");
	says("search --part-uuid 7130C94A --set dev --hint hd0; echo $dev\n", "hd1\n");
	says("search --disk-uuid 00000000-0000-0000-0000-000000000001; echo $?\n", "0\n");
	says("search.part_label USR-A a hd0,; search.part_uuid 7130C94A b; echo $a $b\n",
	     "hd1 hd1\n");
	says("search.disk_uuid 00000000-0000-0000-0000-000000000001 c; echo $c\n", "hd1\n");
}

TEST(probe)
{
	says("probe -f $root --set=f; probe --set g --fs (hd1); echo $f $g\n", "ext2 fat\n");
	says("probe -u hd1 -s u; probe --set=l --label hd1; echo $u $l\n", "12ab-cd34 data\n");
	says("set x=old; probe --set=x --label hd0,msdos1; echo $x $?\n", "old 24\n");
}

TEST(subvolumes)
{
	static const struct host_file file[] = {
		{ .device = "hd0,msdos1", .path = "/a" },
		{ .device = "hd0,msdos1", .path = "/@/s/x" },
		{ .device = "hd0,msdos1", .path = "/@/s/d/x" },
		{ .device = "hd0,msdos1", .path = "/@deep/y" },
		{ .device = "hd1", .path = "/@/s/x" },
	};
	static const struct host_fact fact[] = { { "fs:hd0,msdos1", "btrfs" },
						 { "fs:hd1", "ext" } };
	struct script_world w = { .file = file, .n_file = array_len(file), .fact = fact };
	w.n_fact = array_len(fact);
	struct script *s = script_in(
		w, "function t { if [ -f $1 ]; then echo y; else echo n; fi; }\n"
		   "btrfs_subvol=@/s; t /x; btrfs_relative_path=yes; t /x; t /a; t (hd1)/x\n"
		   "btrfs_subvol=; t /x\n"
		   "btrfs-mount-subvol ($root) /m/ @/s; t /m/x; t /mx; t /x\n"
		   "btrfs-mount-subvol (hd0,msdos1) /m/d /@deep; t /m/d/y; t /m/d/x; t (hd1)/m/x\n"
		   "btrfs-mount-subvol (hd1) /m @/s; echo $?; btrfs-mount-subvol (hd1); echo $?\n");
	check_str(text_str(&s->said), "n\ny\ny\nn\nn\ny\nn\nn\ny\nn\nn\n18\n18\n");
}

TEST(the_usr_that_coreos_boots)
{
	says("gptprio.next -d dev -u uuid; echo $dev $uuid $?\n", "hd1 7130c94a 0\n");
	says("root=hd1; uuid=x; gptprio.next -d dev -u uuid; echo $uuid $?\n", "x 5\n");
}

TEST(patterns)
{
	says("for f in /v*z /none*; do echo $f; done\n", "/vmlinuz\n/none*\n");
	says("echo (hd1)/o*r '/v*'\n", "(hd1)/other /v*\n");
	says("echo /*r? /vm?\n", "/initrd /vm?\n");
	says("echo (*) (hd*,*) (h?2) \"(*)\"\n", "(hd0,msdos1) (hd1) (hd0,msdos1) (h?2) (*)\n");
	says("echo (*)/ (hd*)/other (*)/v*z (hd?)/none\n",
	     "(hd0,msdos1)/ (hd1)/ (hd1)/other (hd0,msdos1)/vmlinuz (hd?)/none\n");
	says("loopback l /initrd; loopback m /vmlinuz; loopback -d l; echo (*)\n",
	     "(m) (hd0,msdos1) (hd1)\n");
}

TEST(disks_in_grubs_order)
{
	static const struct host_file file[] = {
		{ .device = "hd0,msdos1", .path = "/x" }, { .device = "hd0,msdos2", .path = "/x" },
		{ .device = "hd0", .path = "/y" },	  { .device = "hd1,msdos1", .path = "/x" },
		{ .device = "hd1,msdos2", .path = "/x" },
	};
	static const struct host_fact fact[] = { { "uuid:hd0,msdos1", "12ab-cd34" },
						 { "uuid:hd1,msdos1", "12ab-cd34" } };
	struct script_world w = { .file = file, .n_file = array_len(file) };
	w.fact = fact;
	w.n_fact = array_len(fact);
	struct script *s =
		script_in(w, "echo (*)\n"
			     "search --file --set=d /x; echo $d\n"
			     "search --file --set=d --hint hd1, /x; echo $d\n"
			     "search --file --set=d --hint hd1,msdos1 /x; echo $d\n"
			     "search --fs-uuid --set=d 12AB-CD34; echo $d\n"
			     "search --fs-uuid --set=d --hint hd1, 12AB-CD34; echo $d\n"
			     "loopback l /x; search --fs-uuid --set=d 12AB-CD34; echo $d\n");
	check_str(text_str(&s->said), "(hd0) (hd0,msdos2) (hd0,msdos1) (hd1,msdos2) (hd1,msdos1)\n"
				      "hd0,msdos2\nhd1,msdos2\nhd1,msdos1\n"
				      "hd0,msdos1\nhd1,msdos1\nhd0,msdos1\n");
}

TEST(counters)
{
	says("a=9; increment a; echo $a; decrement b; echo $b; decrement b; echo $b\n",
	     "10\n-1\n-2\n");
	says("fwsetup --is-supported; echo $?\n", "1\n");
	says("a=-1; increment a; echo $a; increment; echo $?\n", "0\n18\n");
}

TEST(cpuid)
{
	says("cpuid; echo $?; cpuid -l; echo $?; cpuid --pae x; echo $?\n", "0\n0\n0\n");
	says("grub_cpu=i386; cpuid --long-mode; echo $?; cpuid -p; echo $?\n", "1\n0\n");
	says("cpuid -x; echo $?\n", "18\n");
}

TEST(the_last_result)
{
	says("echo \"<$?>\" $#; true\nfalse\n\n)(}\necho $?\n", "<>\n1\n");
	says("function f { echo $#; }\nf a b; eval 'true; x ; }\necho no'; echo $?\n", "2\n0\n");
}

TEST(limits_end_what_never_ends)
{
	static const struct {
		const char *text, *limit;
	} never[] = {
		{ "function f { for i in 1 2 3 4 5 6 7 8 9; do f; done; }\nf\n", "steps" },
		{ "a=xxxxxxxxxx; while true; do a=$a$a; done\n", "bytes in the words" },
		{ "i=; while true; do i=x$i; eval v$i=1; done\n", "limit" },
		{ "while true; do menuentry a { true; }; done\n", "4096 entries" },
		{ "source /boot/grub/grub.cfg\nsource /boot/grub/grub.cfg\nsource "
		  "/boot/grub/grub.cfg\n",
		  "limit" },
		{ "until false; do for i in /*; do true; done; done\n", "steps" },
	};
	for (size_t i = 0; i < array_len(never); i++) {
		const struct host_file file[] = { { .device = "hd0,msdos1",
						    .path = "/boot/grub/grub.cfg",
						    .text = never[i].text } };
		struct conf_limits l = CONF_LIMITS_DEFAULT;
		l.steps = 100000;
		l.bytes = 32u << 20;
		script_in((struct script_world){ .file = file, .n_file = 1, .limits = l },
			  never[i].text);
		check(test_logged(never[i].limit));
	}
}

/* A text of one kind of byte, of the size that a configuration may have. */
static enum err many(const char *unit, size_t n)
{
	struct text t = { .arena = test_arena() };
	for (size_t i = 0; i < n; i++)
		text_put(&t, str_of(unit));
	text_char(&t, '\0');
	check(!t.bad);
	return script(t.p)->loaded;
}

TEST(large_texts_end_soon)
{
	check_err(many("{", 1000000), ERR_NOENT);
	check_err(many("}", 1000000), ERR_NOENT);
	check_err(many("if true; then ", 70000), ERR_NOENT);
	check_err(many("$", 1000000), ERR_NOENT);
	check_err(many("a", 4000000), ERR_NOENT);
	check_err(many("abcdefgh", 600000), ERR_LIMIT);
	check(test_logged("over the limit of 4194304 bytes in a configuration file"));
}

TEST(budgets)
{
	struct conf_limits l = CONF_LIMITS_DEFAULT;
	l.steps = 1000;
	check_err(script_in((struct script_world){ .limits = l }, "while true; do true; done")
			  ->loaded,
		  ERR_LIMIT);
	check(test_logged("over the limit of 1000 steps"));
	script("a=x; while true; do a=$a$a; done");
	check(test_logged("bytes in the words of one command"));
	struct script_world slow = { .limits = CONF_LIMITS_DEFAULT, .work_each = 16 * 300000 };
	const char *looks = "[ -f /a ]; [ -f /b ]; echo two; [ -f /c ]; [ -f /d ]; echo four";
	check_str(text_str(&script_in(slow, looks)->said), "two\n");
	check(test_logged("over the limit of 1000000 steps"));
	script("while true; do loopback l /vmlinuz; loopback -d l; done");
	check(test_logged("over the limit of 256 loopback commands"));
}

TEST(a_full_arena_is_a_limit)
{
	struct arena small;
	arena_init(&small, &hosted_pages, 8u << 20);
	struct table_host host;
	table_host_init(&host, NULL, 0, NULL, 0);
	struct conf c = { .host = &host.host, .arena = &small, .log = test_log() };
	c.limits = CONF_LIMITS_DEFAULT;
	static const char text[] = "while true; do true; done\n";
	struct conf_source src = { STR("hd0"), STR("/grub.cfg"), { (const uint8_t *)text, 26 } };
	struct boot_menu menu;
	enum err e = grub2_conf.load(&c, &src, &menu);
	arena_release(&small);
	check_err(e, ERR_LIMIT);
	check(test_logged("/grub.cfg:1: over the limit of 8388608 bytes of memory"));
}
