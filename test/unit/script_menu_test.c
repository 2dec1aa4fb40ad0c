/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GRUB 2 script: menus, what is chosen, and the plans of entries. */
#include "../script.h"
#include <stdio.h>
#include "../../core/tables.h"

#define LINUX "linux /vmlinuz\n"

TEST(an_entry_becomes_a_plan)
{
	struct script *s = script("menuentry 'A b' --class x --id i {\n"
				  "linux /vmlinuz root=/dev/xvda1 ro 'a b' c\\'d\n"
				  "initrd /initrd (hd1)/other\n}\n");
	check_ok(s->loaded);
	check_u64(s->menu.n, 1);
	check_str(s->menu.entry[0].title, "A b");
	check_str(s->menu.entry[0].id, "i");
	check_str(s->menu.entry[0].source, "(hd0,msdos1)/boot/grub/grub.cfg");
	check_u64(s->menu.entry[0].line, 1);
	check_str(script_plan(s, s->menu.chosen),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\n"
		  "args root=/dev/xvda1 ro \"a b\" c\\'d\n"
		  "initrd (hd0,msdos1)/initrd\ninitrd (hd1)/other\n");
}

TEST(a_run_leaves_no_trace)
{
	struct script *s = script("n=x\nfunction f { true; }\nmenuentry a {\n"
				  "echo $n; n=${n}x\nlinux /vmlinuz $n\n}\n");
	check_str(script_plan(s, s->menu.chosen),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs xx\n");
	check_str(script_plan(s, s->menu.chosen),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs xx\n");
	check_str(text_str(&s->said), "x\nx\n");
}

TEST(entries_see_their_title_and_the_last_values)
{
	struct script *s = script(
		"for i in 1 2; do menuentry e$i x { echo $1 $2 $# $i $chosen; " LINUX "}; done\n");
	check_u64(s->menu.n, 2);
	(void)script_plan(s, &s->menu.entry[0]);
	check_str(text_str(&s->said), "e1 x 2 2 e1\n");
}

TEST(submenus_see_exported_variables)
{
	struct script *s = script("a=1; b=2; export b\nsubmenu s {\n c=$a$b\n"
				  " menuentry x$a$b { echo $c $chosen; " LINUX "}\n}\n");
	const struct boot_entry *sub = &s->menu.entry[0];
	check_u64(sub->n_children, 1);
	check_str(sub->children[0].title, "x2");
	check(sub->children[0].parent == sub);
	check(s->menu.chosen == &sub->children[0]);
	(void)script_plan(s, s->menu.chosen);
	check_str(text_str(&s->said), "2 s>x2\n");
}

static struct str chosen(const char *set)
{
	struct text t = { .arena = test_arena() };
	text_fmt(&t,
		 "%s\nmenuentry zero { true; }\nsubmenu sub --id s {\n"
		 " menuentry one --id i1 { true; }\n submenu deep { menuentry 'a>b' { true; }; "
		 "}\n}\n"
		 "menuentry 2x --id last { true; }\n%c",
		 set, 0);
	const struct boot_entry *e = script(t.p)->menu.chosen;
	check(e);
	return e->title;
}

TEST(defaults)
{
	check_str(chosen(""), "zero");
	check_str(chosen("default=2"), "2x");
	check_str(chosen("default=7"), "zero");
	check_str(chosen("default=last"), "2x");
	check_str(chosen("default='1 zero'"), "one");
	check_str(chosen("default=0x2"), "2x");
	check_str(chosen("default=none"), "zero");
	check_str(chosen("default=1"), "one");
	check_str(chosen("default=sub"), "one");
	check_str(chosen("default='s>1'"), "a>b");
	check_str(chosen("default='s>nothing'"), "one");
	check_str(chosen("default='sub>deep>a>>b'"), "a>b");
}

TEST(timeouts_and_fallback)
{
	struct script *s = script("timeout=5\nfallback='1 7 0'\nmenuentry a { true; }\n"
				  "menuentry b { true; }\n");
	check_u64(s->menu.timeout_s, 5);
	check(!s->menu.hidden);
	check_u64(s->menu.n_fallback, 2);
	check_str(s->menu.fallback[0]->title, "b");
	s = script("timeout=0; timeout_style=hidden\nmenuentry a { true; }\n");
	check_u64(s->menu.timeout_s, 0);
	check(s->menu.hidden);
	check(script("menuentry a { true; }\n")->menu.timeout_s < 0);
	s = script("if sleep --interruptible 3; then timeout=0; fi\nmenuentry a { true; }\n");
	check_u64(s->menu.timeout_s, 3);
	check(s->menu.hidden);
}

TEST(passwords)
{
	struct script *s = script("superusers=root\nmenuentry a { true; }\n"
				  "menuentry b --unrestricted { true; }\n"
				  "submenu c { menuentry d --unrestricted { true; }; }\n");
	check(s->menu.entry[0].restricted);
	check(!s->menu.entry[1].restricted);
	check(s->menu.entry[2].children[0].restricted);
	check(!script("menuentry a { true; }\n")->menu.entry[0].restricted);
	/* GRUB asks as soon as the variable is set. */
	s = script("superusers=''\nmenuentry a { true; }\n");
	check(s->menu.guarded && s->menu.entry[0].restricted && !s->menu.guard->n);
}

/* "NAME=TEXT ..." of those who open a lock, the newest first. */
static const char *users(const struct boot_lock *l)
{
	static char buf[256];
	size_t n = 0;
	buf[0] = 0;
	for (size_t i = 0; l && i < l->n; i++)
		n += (size_t)snprintf(buf + n, sizeof buf - n, "%.*s=%.*s ",
				      STR_ARG(l->user[i]->name), STR_ARG(l->user[i]->secret.text));
	return l ? buf : "none";
}

TEST(users_of_entries_and_menus)
{
	struct script *s = script("set superusers='root,admin'\nexport superusers\n"
				  "password root r\npassword bob b\npassword alice a\n"
				  "menuentry a { true; }\n"
				  "menuentry b --users bob { true; }\n"
				  "menuentry c --users 'alice bob' { true; }\n"
				  "submenu d --users bob { menuentry e { true; }\n"
				  "menuentry f --unrestricted { true; }; password admin x; }\n"
				  "password root new\npassword one\n");
	check_str(str_of(users(s->menu.guard)), "root=new ");
	check_str(str_of(users(s->menu.entry[0].lock)), "root=new ");
	check_str(str_of(users(s->menu.entry[1].lock)), "root=new bob=b ");
	check_str(str_of(users(s->menu.entry[2].lock)), "root=new alice=a bob=b ");
	check_str(str_of(users(s->menu.entry[3].children[0].lock)), "admin=x root=new ");
	check_str(str_of(users(s->menu.entry[3].children[1].lock)), "root=new bob=b ");
	check(test_logged("password: a user and a password are due"));
}

TEST(a_password_that_nothing_fits_locks)
{
	struct script *s = script("set superusers=root\n"
				  "password_pbkdf2 root grub.pbkdf2.sha512.2000000.00.00\n"
				  "menuentry a { true; }\n");
	check(s->menu.guarded && s->menu.guard->n == 0);
	check(test_logged("password_pbkdf2 root: more than 1000000 rounds"));
	s = script("set superusers=root\npassword_pbkdf2 root geheim\nmenuentry a { true; }\n");
	check(s->menu.guard->n == 0 && test_logged("not what grub-mkpasswd-pbkdf2 makes"));
}

/* The menu of a file that an entry names is not shown: its password cannot be asked for. */
TEST(a_configfile_does_not_lead_round_a_password)
{
	static const struct host_file file[] = {
		{ .device = "hd0,msdos1", .path = "/vmlinuz" },
		{ .device = "hd0,msdos1",
		  .path = "/other.cfg",
		  .text = "superusers=root\nmenuentry x { linux /vmlinuz; }\n" },
	};
	struct script *s = script_in((struct script_world){ .file = file, .n_file = 2 },
				     "menuentry a { configfile /other.cfg; }\n");
	check_str(script_plan(s, &s->menu.entry[0]), "a password is needed\n");
	check(test_logged("\"x\" needs a password"));
}

TEST(what_cannot_boot)
{
	struct script *s = script("menuentry a { linux /none; initrd /initrd; }\n"
				  "menuentry b { linux /vmlinuz; initrd /none; }\n"
				  "menuentry c { chainloader +1; }\nmenuentry d { true; }\n"
				  "menuentry e { linux /dir; }\n");
	check_str(script_plan(s, &s->menu.entry[0]), "no such file or directory\n");
	check(test_logged("(hd0,msdos1)/none: no such file or directory"));
	check_str(script_plan(s, &s->menu.entry[1]), "no such file or directory\n");
	check_str(script_plan(s, &s->menu.entry[2]), "a feature that domboot does not read\n");
	check(test_logged("\"c\" uses chainloader, which cannot boot a Xen guest"));
	check_str(script_plan(s, &s->menu.entry[3]), "no such file or directory\n");
	check_str(script_plan(s, &s->menu.entry[4]), "not a regular file\n");
	check_err(script("echo nothing\n")->loaded, ERR_NOENT);
}

TEST(loaders)
{
	struct script *s =
		script("menuentry a { linux /vmlinuz 1; initrd /initrd; linux /vmlinuz 2; }\n"
		       "menuentry b { initrd /initrd; linux /vmlinuz; }\n"
		       "menuentry c { linux16 /vmlinuz; initrd16 /none; initrd16 /initrd; }\n"
		       "menuentry d { linux (hd9,gpt7)/vmlinuz; boot; linux /none; }\n");
	check_str(script_plan(s, &s->menu.entry[0]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs 2\n");
	check_str(script_plan(s, &s->menu.entry[1]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs \n");
	check_str(script_plan(s, &s->menu.entry[2]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs \ninitrd (hd0,msdos1)/initrd\n");
	check_str(script_plan(s, &s->menu.entry[3]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs \n");
	check(test_logged("/vmlinuz is not on (hd9,gpt7): taken from (hd0,msdos1)"));
}

TEST(initrds_that_grub_puts_into_an_archive)
{
	struct script *s = script("menuentry a { " LINUX
				  "initrd /initrd newc:/etc/seed:(hd1)/other newc:x:/empty\n}\n"
				  "menuentry b { " LINUX "initrd newc:/etc/seed:/none\n}\n"
				  "menuentry c { " LINUX "initrd newc:/etc/seed\n}\n");
	check_str(script_plan(s, &s->menu.entry[0]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs \ninitrd (hd0,msdos1)/initrd\n"
		  "initrd (hd1)/other:etc/seed\ninitrd (hd0,msdos1)/empty:x\n");
	check_str(script_plan(s, &s->menu.entry[1]), "no such file or directory\n");
	check(test_logged("(hd0,msdos1)/none: no such file or directory"));
	check_str(script_plan(s, &s->menu.entry[2]), "no such file or directory\n");
	check(test_logged("newc:/etc/seed: no such file or directory"));
	char text[1200] = "menuentry a { " LINUX "initrd newc:";
	for (size_t i = 0, n = str_of(text).n; i < 1025; i++)
		text[n + i] = 'a';
	fmt_to(text + str_of(text).n, 16, ":/initrd\n}\n");
	s = script(text);
	check_str(script_plan(s, s->menu.chosen), "over a limit\n");
	check(test_logged("1024 bytes in the name of newc:"));
}

TEST(a_hypervisor_entry_boots_its_kernel)
{
	static const struct host_file disk[] = { { .device = "hd0,msdos1", .path = "/xen-4.17.gz" },
						 { .device = "hd0,msdos1", .path = "/vmlinuz" },
						 { .device = "hd0,msdos1", .path = "/initrd" },
						 { .device = "hd0,msdos1", .path = "/gnumach-xen" },
						 { .device = "hd0,msdos1", .path = "/tboot.gz" },
						 { .device = "hd0,msdos1",
						   .path = "/vmlinuz-xen" } };
	struct script_world w = { .file = disk, .n_file = array_len(disk) };
	struct script *s =
		script_in(w, "menuentry a {\nmultiboot /xen-4.17.gz placeholder x=1\n"
			     "module /vmlinuz placeholder root=/dev/sda1 ro\n"
			     "module --nounzip /initrd\n}\n"
			     "menuentry b { multiboot /vmlinuz a; module /initrd b; }\n"
			     "menuentry c { multiboot /gnumach-xen c; module /vmlinuz d; }\n"
			     "menuentry d { multiboot /vmlinuz-xen; module /initrd; }\n"
			     "menuentry e {\nmultiboot2 /tboot.gz logging=serial\n"
			     "module2 /vmlinuz e\nmodule2 /initrd\nmodule2 /gnumach-xen\n}\n"
			     "menuentry f {\nmultiboot /tboot.gz x\nmodule /xen-4.17.gz y\n"
			     "module /vmlinuz placeholder f\nmodule /initrd\n}\n");
	check_str(script_plan(s, &s->menu.entry[0]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs root=/dev/sda1 ro\n"
		  "initrd (hd0,msdos1)/initrd\n");
	check_str(script_plan(s, &s->menu.entry[1]),
		  "kind multiboot\nkernel (hd0,msdos1)/vmlinuz\nargs a\n"
		  "module (hd0,msdos1)/initrd b\n");
	check_str(script_plan(s, &s->menu.entry[4]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs e\ninitrd (hd0,msdos1)/initrd\n");
	check_str(script_plan(s, &s->menu.entry[5]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs f\ninitrd (hd0,msdos1)/initrd\n");
	/* These only have the name in theirs. */
	check_str(script_plan(s, &s->menu.entry[2]),
		  "kind multiboot\nkernel (hd0,msdos1)/gnumach-xen\nargs c\n"
		  "module (hd0,msdos1)/vmlinuz d\n");
	check_str(script_plan(s, &s->menu.entry[3]),
		  "kind multiboot\nkernel (hd0,msdos1)/vmlinuz-xen\nargs \n"
		  "module (hd0,msdos1)/initrd \n");
}

static const struct host_file env_disk[] = {
	{ .device = "hd0,msdos1", .path = "/vmlinuz" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/grub/grubenv",
	  .text = "# GRUB Environment Block\nsaved_entry=b\\\\c\nnext_entry=one\n"
		  "a=x\\\ny\n####\n#" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/grub/custom.cfg",
	  .text = "menuentry c { " LINUX "}" },
	{ .device = "hd0,msdos1", .path = "/cmdline.txt", .text = "a=1 b\x1b[2J\nc=2\n" },
};

TEST(file_env_takes_what_prints)
{
	struct script_world w = { .file = env_disk, .n_file = array_len(env_disk) };
	struct script *s = script_in(w, "file_env -f ($root)/cmdline.txt v; echo $? \"$v\"\n"
					"file_env w; echo $w\n"
					"file_env -f /nope v; echo $? $v\n"
					"file_env -f /cmdline.txt; echo $?\n");
	check_str(text_str(&s->said), "0 a=1 b\n# GRUB Environment Block\n5 a=1 b\n18\n");
}

TEST(environment_block)
{
	struct script_world w = { .file = env_disk, .n_file = array_len(env_disk) };
	struct script *s =
		script_in(w, "load_env; echo \"$saved_entry $a\"\n"
			     "default=$next_entry; next_entry=; save_env next_entry\n"
			     "load_env; echo x$next_entry\n"
			     "menuentry one { saved_entry=$chosen; save_env saved_entry; "
			     "unset a; save_env a; " LINUX "}\n");
	check_str(text_str(&s->said), "b\\c x?y\nx\n");
	check_str(str_of(s->menu.why), "next_entry \"one\"");
	const char *plan = "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs \n"
			   "env (hd0,msdos1)/boot/grub/grubenv next_entry=\n"
			   "env (hd0,msdos1)/boot/grub/grubenv saved_entry=one\n"
			   "env (hd0,msdos1)/boot/grub/grubenv a=\n";
	check_str(script_plan(s, s->menu.chosen), plan);
	check_str(script_plan(s, s->menu.chosen), plan);
}

TEST(other_files)
{
	struct script_world w = { .file = env_disk, .n_file = array_len(env_disk) };
	struct script *s =
		script_in(w, "source $prefix/custom.cfg\nsource /none\n. /boot/grub/custom.cfg");
	check_u64(s->menu.n, 2);
	check_str(s->menu.entry[1].source, "(hd0,msdos1)/boot/grub/custom.cfg");
	s = script_in(w, "menuentry a { true; }\nconfigfile /boot/grub/custom.cfg\n");
	check_u64(s->menu.n, 1);
	check_str(s->menu.entry[0].title, "c");
	s = script_in(w, "menuentry a { configfile /boot/grub/custom.cfg; }\n");
	check_str(script_plan(s, s->menu.chosen),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs \n");
	s = script_in(w, "linux /vmlinuz x\nboot\n");
	check_str(script_plan(s, s->menu.chosen),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs x\n");
}

TEST(entries_can_be_changed_and_run)
{
	struct str text;
	struct boot_entry e;
	struct script *s = script("x=1\nmenuentry a b {\n\tlinux /nope\n}\n");
	check_ok(grub2_conf.text(&s->c, s->menu.chosen, &text));
	check_str(text, "\n\tlinux /nope\n");
	check_ok(grub2_conf.edit(&s->c, s->menu.chosen,
				 STR("if true; then\nlinux /vmlinuz $x $2\nfi"), &e));
	check_str(script_plan(s, &e), "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs 1 b\n");
	check_str(script_plan(s, s->menu.chosen), "no such file or directory\n");
}

/* Menus of other languages, as a live system's grub.cfg names them. */
static const struct host_file other_disk[] = {
	{ .device = "hd0,msdos1", .path = "/vmlinuz" },
	{ .device = "hd0,msdos1",
	  .path = "/menu.lst",
	  .text = "default 1\nfallback 0\ntimeout 3\ntitle one\nkernel (hd0,0)/vmlinuz 1\n"
		  "title two\nkernel /vmlinuz 2\n" },
	{ .device = "hd0,msdos1",
	  .path = "/isolinux.cfg",
	  .text = "DEFAULT b\nLABEL a\nKERNEL /vmlinuz\nAPPEND a\nMENU BEGIN more\n"
		  "LABEL b\nKERNEL /vmlinuz\nAPPEND b\nMENU END\n" },
};

TEST(menus_in_other_languages)
{
	struct script_world w = { .file = other_disk, .n_file = array_len(other_disk) };
	const char *two = "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs 2\n";
	struct script *s = script_in(w, "legacy_configfile /menu.lst\n");
	check_u64(s->menu.n, 2);
	check_u64(s->menu.timeout_s, 3);
	check(s->menu.fallback[0] == &s->menu.entry[0]);
	check(s->menu.chosen == &s->menu.entry[1]);
	check_str(script_plan(s, s->menu.chosen), two);
	s = script_in(w, "menuentry m { legacy_configfile /menu.lst; }\n");
	check_str(script_plan(s, s->menu.chosen), two);
	s = script_in(w, "menuentry m { true; }\nextract_legacy_entries_source /menu.lst\n"
			 "syslinux_source -i /isolinux.cfg\ndefault=2\nlegacy_source /none\n"
			 "syslinux_configfile\n");
	check_u64(s->menu.n, 5);
	check_str(script_plan(s, s->menu.chosen), two);
	const struct boot_entry *more = &s->menu.entry[4];
	check(more->n_children == 1 && more->children[0].parent == more);
	check_str(script_plan(s, &more->children[0]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs b\n");
	check(test_logged("syslinux_configfile: no file named"));
}

TEST(entries_in_other_languages_can_be_changed)
{
	struct script_world w = { .file = other_disk, .n_file = array_len(other_disk) };
	struct script *s = script_in(w, "legacy_configfile /menu.lst\n");
	struct boot_entry e;
	struct str text;
	check_ok(grub2_conf.text(&s->c, s->menu.chosen, &text));
	check_str(str_trim(text), "kernel /vmlinuz 2");
	check_ok(grub2_conf.edit(&s->c, s->menu.chosen, STR("kernel /vmlinuz 3\n"), &e));
	check_str(script_plan(s, &e), "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs 3\n");
}

static const struct host_file sums_disk[] = {
	{ .device = "hd0,msdos1", .path = "/d/abc", .text = "abc" },
	{ .device = "hd0,msdos1",
	  .path = "/good",
	  .text = "900150983cd24fb0d6963f7d28e17f72  abc\n" },
	{ .device = "hd0,msdos1",
	  .path = "/wrong",
	  .text = "900150983cd24fb0d6963f7d28e17f73 *abc\nnonsense\n" },
};

TEST(digests)
{
	struct script_world w = { .file = sums_disk, .n_file = array_len(sums_disk) };
	struct script *s = script_in(w, "md5sum --check /good --prefix /d; echo $?\n"
					"hashsum --hash MD5 -c /good -p /d; echo $?\n"
					"md5sum --check /good; echo $?\n"
					"md5sum -k -c /wrong -p /d; echo $?\n"
					"sha256sum -c /good -p /d; echo $?\n"
					"sha1sum /d/abc; echo $?\nmd5sum /none; echo $?\n"
					"hashsum /d/abc; echo $?\nmd5sum; echo $?\n");
	check_str(text_str(&s->said), "0\n0\n1\n1\n1\n0\n5\n18\n18\n");
	check(test_logged("a9993e364706816aba3e25717850c26c9cd0d89d  /d/abc"));
}
