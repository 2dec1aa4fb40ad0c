/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../lang.h"
#include "../pe.h"
#include "../../core/conf/bls.h"
#include "../../core/tables.h"
#include <string.h>

/* The language of the Boot Loader Specification over a table of files. */
static struct lang lang;
#define menu lang.menu

enum { ROWS = 32 };
static struct host_file row[ROWS];
static size_t n_rows;
static struct host_fact fact[ROWS];
static size_t n_facts;

static void reset(void)
{
	n_rows = n_facts = 0;
}

static void file_on(const char *device, const char *path, const char *text)
{
	row[n_rows++] = (struct host_file){ .device = device, .path = path, .text = text };
}

static void file(const char *path, const char *text)
{
	file_on("hd0,msdos1", path, text);
}

static void know(const char *name, const char *value)
{
	fact[n_facts++] = (struct host_fact){ name, value };
}

static enum err load_at(const char *path, const char *text, struct conf_limits limits)
{
	lang = (struct lang){ .ops = &bls_conf, .path = path };
	table_host_init(&lang.host, row, n_rows, fact, n_facts);
	return lang_load(&lang, text, strlen(text), limits);
}

static enum err load(void)
{
	return load_at("/loader/entries", "", CONF_LIMITS_DEFAULT);
}

static struct str plan(void)
{
	enum err e = load();
	return e ? str_of(err_text(e)) : lang_plan(&lang, menu.chosen);
}

static void check_order(const char *const *id, size_t n)
{
	check_ok(load());
	check_u64(menu.n, n);
	for (size_t i = 0; i < n; i++)
		check_str(menu.entry[i].id, id[i]);
}

#define DIR    "/loader/entries/"
#define KERNEL "kind linux\nkernel (hd0,msdos1)/vmlinuz\n"

/* --- entries ---------------------------------------------------------------------- */

TEST(an_entry_with_all_keys)
{
	reset();
	file("/m/6.1/linux", NULL);
	file("/m/6.1/initrd", NULL);
	file("/ucode", NULL);
	file(DIR "m-6.1.conf",
	     "# written by a tool\ntitle      Some Linux\nversion\t6.1\nmachine-id m\n"
	     "sort-key some\noptions    root=UUID=1 ro\n\noptions quiet\r\narchitecture x64\n"
	     "devicetree /x.dtb\nlinux /m/6.1/linux\ninitrd ucode\ninitrd /m/6.1/initrd\n"
	     "grub_class kernel\ngrub_users $grub_users\n");
	check_str(plan(), "kind linux\nkernel (hd0,msdos1)/m/6.1/linux\n"
			  "args root=UUID=1 ro quiet\ninitrd (hd0,msdos1)/ucode\n"
			  "initrd (hd0,msdos1)/m/6.1/initrd\n");
	check_str(menu.chosen->title, "Some Linux");
	check_str(menu.chosen->id, "m-6.1");
	check_str(menu.chosen->source, "(hd0,msdos1)/loader/entries/m-6.1.conf");
	check(!menu.guarded && !menu.chosen->restricted);
}

TEST(files_that_are_no_entries_are_left_out)
{
	reset();
	file("/vmlinuz", NULL);
	file(DIR "a.conf", "title A\nlinux /vmlinuz\n");
	file(DIR "b.conf", "title no kernel\n");
	file(DIR "c.conf", "title arm\nlinux /vmlinuz\narchitecture AA64\n");
	file(DIR "d.conf.rpmsave", "linux /vmlinuz\n");
	file(DIR ".e.conf", "linux /vmlinuz\n");
	file(DIR "sub.conf/x", NULL);
	file(DIR "F.CONF", "linux /vmlinuz\n");
	check_ok(load());
	check_u64(menu.n, 2);
	check_str(menu.entry[0].id, "a");
	check_str(menu.entry[1].title, "F");
	check(test_logged("entries/b.conf: has no kernel: left out"));
	check(test_logged("entries/c.conf: for another kind of machine: left out"));
}

TEST(a_file_that_is_too_large_hides_no_other)
{
	static char large[BLS_FILE_MAX + 2];
	reset();
	memset(large, '#', sizeof large - 1);
	file("/vmlinuz", NULL);
	file(DIR "a.conf", large);
	file(DIR "b.conf", "linux /vmlinuz\n");
	check_str(plan(), KERNEL "args \n");
	check(test_logged("entries/a.conf: "));
}

TEST(no_entry_is_an_error)
{
	reset();
	check_err(load(), ERR_NOENT);
	file(DIR "b.conf", "title no kernel\n");
	check_err(load(), ERR_NOENT);
}

TEST(the_kernel_lies_with_or_without_boot_in_front)
{
	reset();
	file("/boot/vmlinuz", NULL);
	file("/initrd", NULL);
	file(DIR "a.conf", "linux \\vmlinuz\ninitrd /boot/initrd\n");
	check_str(plan(), "kind linux\nkernel (hd0,msdos1)/boot/vmlinuz\nargs \n"
			  "initrd (hd0,msdos1)/initrd\n");
}

TEST(a_missing_file_is_named)
{
	reset();
	file("/vmlinuz", NULL);
	file(DIR "a.conf", "linux /vmlinuz\ninitrd /gone\n");
	file(DIR "b.conf", "linux bad/vmlinuz\n");
	check_str(plan(), err_text(ERR_NOENT));
	check(test_logged("/bad/vmlinuz: no such file"));
	check_u64(menu.n_fallback, 1);
	check_str(lang_plan(&lang, menu.fallback[0]), err_text(ERR_NOENT));
	check(test_logged("/gone: no such file"));
}

TEST(entries_below_boot)
{
	reset();
	file("/boot/k", NULL);
	file("/boot/loader/entries/a.conf", "linux /k\n");
	check_ok(load_at("/boot/loader/entries/", "", CONF_LIMITS_DEFAULT));
	check_str(lang_plan(&lang, menu.chosen), "kind linux\nkernel (hd0,msdos1)/boot/k\nargs \n");
}

TEST(one_entry_that_somebody_names)
{
	reset();
	file("/vmlinuz", NULL);
	file(DIR "b.conf", "linux /gone\n");
	check_ok(load_at(DIR "a.conf", "title A\nlinux vmlinuz\n", CONF_LIMITS_DEFAULT));
	check_u64(menu.n, 1);
	check_str(menu.chosen->id, "a");
	check_str(lang_plan(&lang, menu.chosen), KERNEL "args \n");
}

/* --- order ------------------------------------------------------------------------ */

TEST(without_sort_keys_by_file_name_the_newest_first)
{
	static const char *const id[] = { "m-6.10", "m-6.9", "m-6.9~rc1" };
	reset();
	file(DIR "m-6.9.conf", "linux /k\n");
	file(DIR "m-6.9~rc1.conf", "linux /k\n");
	file(DIR "m-6.10.conf", "linux /k\n");
	check_order(id, 3);
}

TEST(sort_keys_come_first_and_machines_before_versions)
{
	static const char *const id[] = { "c", "b", "a", "d", "z" };
	reset();
	file(DIR "z.conf", "version 99\nlinux /k\n");
	file(DIR "d.conf", "sort-key fedora\nversion 9\nlinux /k\n");
	file(DIR "a.conf", "sort-key debian\nmachine-id 2\nversion 9\nlinux /k\n");
	file(DIR "b.conf", "sort-key debian\nmachine-id 1\nversion 6.1\nlinux /k\n");
	file(DIR "c.conf", "sort-key debian\nmachine-id 1\nversion 6.10\nlinux /k\n");
	check_order(id, 5);
}

TEST(entries_without_tries_left_come_last)
{
	static const char *const id[] = { "m-2", "m-2", "m-1", "m-4", "m-3" };
	reset();
	file(DIR "m-4+0-3.conf", "linux /k\n");
	file(DIR "m-2+1-2.conf", "linux /k\n");
	file(DIR "m-2+3.conf", "linux /k\n");
	file(DIR "m-1.conf", "linux /k\n");
	file(DIR "m-3+0-1.conf", "linux /k\n");
	check_order(id, 5);
	check_str(menu.entry[0].source, "(hd0,msdos1)/loader/entries/m-2+3.conf");
}

TEST(what_only_looks_like_a_counter_is_a_name)
{
	static const char *const id[] = { "x+1-2-3", "x+1-", "x+", "x++", "c++" };
	reset();
	file(DIR "x+1-2-3.conf", "linux /k\n");
	file(DIR "x+1-.conf", "linux /k\n");
	file(DIR "x+.conf", "linux /k\n");
	file(DIR "x++.conf", "linux /k\n");
	file(DIR "c++.conf", "linux /k\n");
	check_order(id, 5);
}

TEST(many_entries_stay_sorted)
{
	static char name[300][40];
	static struct host_file many[300];
	struct bls_list list = { 0 };
	for (size_t i = 0; i < 300; i++) {
		fmt_to(name[i], sizeof name[i], DIR "m-%zu.conf", i * 7919 % 300);
		many[i] = (struct host_file){ .device = "hd0",
					      .path = name[i],
					      .text = "linux /k\n" };
	}
	table_host_init(&lang.host, many, 300, NULL, 0);
	struct conf c = { .host = &lang.host.host, .arena = test_arena(), .log = test_log() };
	c.limits = CONF_LIMITS_DEFAULT;
	check_ok(bls_read(&c, STR("hd0"), STR("/loader/entries"), &list));
	bls_sort(&list, bls_by_file);
	size_t i = 300;
	for (const struct bls_entry *e = list.first; e; e = e->next) {
		char want[40];
		fmt_to(want, sizeof want, "m-%zu", --i);
		check_str(e->id, want);
	}
	check_u64(i, 0);
	check_str(list.last->id, "m-0");
}

TEST(a_directory_that_takes_too_long_shows_what_was_read)
{
	reset();
	file("/loader/entries/a.conf", "linux /vmlinuz\n");
	file("/loader/entries/b.conf", "linux /vmlinuz\n");
	file("/loader/entries/c.conf", "linux /vmlinuz\n");
	lang = (struct lang){ .ops = &bls_conf, .path = "/loader/entries" };
	table_host_init(&lang.host, row, n_rows, NULL, 0);
	lang.host.work_each = 20 << 20;
	check_ok(lang_load(&lang, "", 0, CONF_LIMITS_DEFAULT));
	check_u64(menu.n, 2);
	check(test_logged("(hd0,msdos1)/loader/entries: takes too long to read"));
}

TEST(equal_titles_are_told_apart)
{
	reset();
	file(DIR "a.conf", "title Same\nversion 1\nlinux /k\n");
	file(DIR "b.conf", "title Same\nversion 2\nlinux /k\n");
	file(DIR "c.conf", "title Same\nversion 2\nlinux /k\n");
	file(DIR "d.conf", "title Other\nversion 2\nlinux /k\n");
	file(DIR "e.conf", "title Same\nlinux /k\n");
	check_ok(load());
	check_str(menu.entry[0].title, "Same (e)");
	check_str(menu.entry[1].title, "Other");
	check_str(menu.entry[2].title, "Same (c)");
	check_str(menu.entry[3].title, "Same (b)");
	check_str(menu.entry[4].title, "Same (1)");
}

/* --- what boots by itself ----------------------------------------------------------- */

static void three(void)
{
	reset();
	file("/k", NULL);
	file(DIR "arch.conf", "title Arch\nlinux /k\n");
	file(DIR "arch-lts.conf", "title Arch LTS\nlinux /k\n");
	file(DIR "zz.conf", "title Last\nid old-id\nlinux /k\n");
}

static void check_chosen(const char *id, const char *why)
{
	check_ok(load());
	check_str(menu.chosen->id, id);
	check_str(str_of(menu.why), why);
}

TEST(the_first_one_without_a_wish)
{
	three();
	check_chosen("zz", "the first entry");
	check_u64(menu.timeout_s, 0);
	check(menu.hidden);
	check_u64(menu.n_fallback, 2);
}

TEST(loader_conf)
{
	three();
	file("/loader/loader.conf",
	     "# x\ndefault  ARCH-*\ntimeout 4\nconsole-mode max\neditor no\n");
	check_chosen("arch-lts", "default of loader.conf");
	check_u64(menu.timeout_s, 4);
	check(!menu.hidden);
	check(menu.guarded);
}

TEST(a_default_may_be_a_pattern_with_or_without_suffix)
{
	static const char *const same[] = { "default arch.conf\n", "default arch\n",
					    "default ar?h.c*\n", "default [a-c]rch.conf\n",
					    "default [!z]*h.conf\n" };
	for (size_t i = 0; i < array_len(same); i++) {
		three();
		file("/loader/loader.conf", same[i]);
		check_chosen("arch", "default of loader.conf");
	}
	three();
	file("/loader/loader.conf", "default nothing*\n");
	check_chosen("zz", "the first entry");
}

TEST(timeouts)
{
	static const struct {
		const char *text;
		int s;
		bool hidden;
	} t[] = { { "timeout menu-force\n", -1, false },
		  { "timeout menu-hidden\n", 0, true },
		  { "timeout 0\n", 0, true },
		  { "timeout 99999999999\n", 86400, false } };
	for (size_t i = 0; i < array_len(t); i++) {
		three();
		file("/loader/loader.conf", t[i].text);
		check_ok(load());
		check(menu.timeout_s == t[i].s && menu.hidden == t[i].hidden);
	}
}

#define ENV_BLOCK "# GRUB Environment Block\n"

TEST(saved_and_one_shot_entries_of_grubenv)
{
	three();
	file("/grub2/grubenv", ENV_BLOCK "saved_entry=old-id\n####");
	file("/loader/loader.conf", "default @saved\n");
	check_chosen("zz", "saved_entry of grubenv");
	three();
	file("/boot/grub2/grubenv", ENV_BLOCK "saved_entry=arch\nnext_entry=arch-lts\n####");
	check_chosen("arch-lts", "next_entry of grubenv");
	check_str(lang_plan(&lang, menu.entry),
		  "kind linux\nkernel (hd0,msdos1)/k\nargs \n"
		  "env (hd0,msdos1)/boot/grub2/grubenv next_entry=\n");
	three();
	file("/grub/grubenv", ENV_BLOCK "saved_entry=2\n");
	check_chosen("arch-lts", "saved_entry of grubenv");
	three();
	file("/grub/grubenv", "no block");
	check_chosen("zz", "the first entry");
}

TEST(sdbootutil_keeps_default_and_timeout_in_grubenv)
{
	static const char env[] = ENV_BLOCK "default=arch-lts.conf\ntimeout=7\n####";
	three();
	file("/EFI/opensuse/grubenv", env);
	check_chosen("arch-lts", "default of grubenv");
	check_u64(menu.timeout_s, 7);
	check(!menu.hidden);
	/* loader.conf, where it says something */
	three();
	file("/EFI/sles/grubenv", env);
	file("/loader/loader.conf", "default arch*\ntimeout 3\n");
	check_chosen("arch", "default of loader.conf");
	check_u64(menu.timeout_s, 3);
	/* an entry that is gone, and to wait for ever */
	three();
	file("/EFI/systemd/grubenv", ENV_BLOCK "default=gone.conf\ntimeout=-1\n####");
	check_ok(load());
	check_str(str_of(menu.why), "the first entry");
	check(menu.timeout_s < 0);
}

TEST(variables_of_grubenv_in_options_and_initrds)
{
	reset();
	file("/vmlinuz", NULL);
	file("/initrd", NULL);
	file("/tuned.img", NULL);
	file("/grub2/grubenv",
	     ENV_BLOCK "kernelopts=root=/dev/xvda1 ro\ntuned_initrd=/tuned.img\n");
	file(DIR "a.conf", "linux /vmlinuz\noptions $kernelopts ${tuned_params} a=$b ${c $ $$\n"
			   "initrd /initrd $tuned_initrd\n");
	check_str(plan(), KERNEL "args root=/dev/xvda1 ro  a=$b ${c $ $$\n"
				 "initrd (hd0,msdos1)/initrd\ninitrd (hd0,msdos1)/tuned.img\n");
}

/* --- other partitions, images -------------------------------------------------------- */

TEST(the_disks_boot_partitions_are_one_menu)
{
	static const char *const id[] = { "c", "b", "a" };
	reset();
	know("esp:hd0,msdos1", "hd0,gpt2");
	know("xbootldr:hd0,msdos1", "hd0,gpt3");
	file(DIR "a.conf", "linux /k\n");
	file_on("hd0,gpt2", DIR "b.conf", "linux /k\n");
	file_on("hd0,gpt2", "/loader/loader.conf", "default a*\n");
	file_on("hd0,gpt3", DIR "c.conf", "linux /k\n");
	file_on("hd0,gpt3", "/k", NULL);
	check_order(id, 3);
	check_str(menu.chosen->id, "a");
	check_str(lang_plan(&lang, menu.entry), "kind linux\nkernel (hd0,gpt3)/k\nargs \n");
}

static const struct pe_section image[] = {
	{ ".osrel", "ID=some\nIMAGE_VERSION=3\nPRETTY_NAME=Image\n", 0 },
	{ ".cmdline", "quiet", 0 },
	{ ".linux", "kernel", 0 },
	{ ".profile", "ID=a\n", 0 },
	{ ".profile", "ID=b\n", 0 },
	{ ".cmdline", "debug", 0 },
};

static void image_at(const char *path, uint16_t machine, const struct pe_section *v, size_t n)
{
	struct str s = pe_make(test_arena(), machine, v, n);
	row[n_rows++] =
		(struct host_file){ .device = "hd0,msdos1", .path = path, .text = s.p, .n = s.n };
}

TEST(images_are_sorted_among_the_entries)
{
	reset();
	image_at("/EFI/Linux/i+2-1.efi", 0x8664, image, 3);
	file(DIR "m.conf", "sort-key some\nversion 4\nlinux /k\n");
	file(DIR "n.conf", "sort-key some\nversion 2\nlinux /k\n");
	check_ok(load());
	check_u64(menu.n, 3);
	check_str(menu.entry[1].title, "Image");
	check_str(menu.entry[1].id, "i");
}

TEST(an_entry_may_name_an_image)
{
	reset();
	image_at("/i.efi", 0x8664, image, array_len(image));
	file(DIR "a.conf", "title A\nuki /i.efi\nprofile 1\n");
	check_str(plan(), "kind linux\nkernel (hd0,msdos1)/i.efi:.linux\nargs debug\n");
	reset();
	image_at("/i.efi", 0x8664, image, array_len(image));
	file(DIR "a.conf", "title A\nefi /i.efi\noptions mine\n");
	check_str(plan(), "kind linux\nkernel (hd0,msdos1)/i.efi:.linux\nargs mine\n");
	reset();
	image_at("/i.efi", 0x8664, image, array_len(image));
	file(DIR "a.conf", "title A\nlinux /i.efi\n");
	check_str(plan(), "kind linux\nkernel (hd0,msdos1)/i.efi:.linux\nargs quiet\n");
	reset();
	image_at("/i.efi", 0x8664, image, array_len(image));
	file(DIR "a.conf", "title A\nuki /i.efi\nprofile 2\n");
	check_str(plan(), err_text(ERR_NOENT));
	check(test_logged("/i.efi: there is no profile 2"));
}

TEST(other_efi_programs_are_shown_and_passed_over)
{
	reset();
	file("/shell.efi", "MZ but no more");
	file("/k", NULL);
	file(DIR "a.conf", "title A\nlinux /k\n");
	file(DIR "z.conf", "title Shell\nefi /shell.efi\n");
	check_ok(load());
	check_str(menu.entry[0].title, "Shell");
	check(str_eq(str_of(menu.entry[0].hopeless), STR("needs UEFI")));
	check_str(menu.chosen->title, "A");
	check_u64(menu.n_fallback, 0);
	check_str(lang_plan(&lang, &menu.entry[0]), err_text(ERR_UNSUPPORTED));
	check(test_logged("/shell.efi: needs UEFI"));
}

TEST(an_entry_can_be_edited)
{
	struct str text;
	struct boot_entry e;
	three();
	check_ok(load());
	check_ok(bls_conf.text(&lang.conf, menu.chosen, &text));
	check_str(text, "title Last\nid old-id\nlinux /k\n");
	check_ok(bls_conf.edit(&lang.conf, menu.chosen, STR("linux k\noptions 1\n"), &e));
	check_str(lang_plan(&lang, &e), "kind linux\nkernel (hd0,msdos1)/k\nargs 1\n");
}

/* --- limits ------------------------------------------------------------------------- */

TEST(too_many_entries_are_cut_and_told)
{
	struct conf_limits limits = CONF_LIMITS_DEFAULT;
	three();
	limits.entries = 2;
	check_ok(load_at("/loader/entries", "", limits));
	check_u64(menu.n, 2);
	check(test_logged("/loader/entries: over the limit of 2 entries"));
}

TEST(too_many_initrds_are_refused_by_name)
{
	static char text[4096] = "linux /k\ninitrd";
	reset();
	file("/k", NULL);
	file(DIR "a.conf", text);
	for (size_t i = 0; i <= PLAN_INITRD_MAX; i++)
		strcat(text, " k");
	check_str(plan(), err_text(ERR_LIMIT));
	check(test_logged("a.conf: over the limit of 64 initrds"));
}

/* --- what the shell counts ------------------------------------------------------ */

TEST(what_the_shell_counted_uses_tries_up)
{
	reset();
	file(DIR "m-2+2.conf", "linux /new\n");
	file(DIR "m-1.conf", "linux /old\n");
	file("/new", NULL);
	file("/old", NULL);
	know("tries:(hd0,msdos1)/loader/entries/m-2+2.conf", "1");
	check_str(plan(), "kind linux\nkernel (hd0,msdos1)/new\nargs \n"
			  "counted (hd0,msdos1)/loader/entries/m-2+2.conf\n");
	fact[0].value = "2";
	check_str(plan(), "kind linux\nkernel (hd0,msdos1)/old\nargs \n");
	fact[0].value = "18446744073709551615";
	check_str(plan(), "kind linux\nkernel (hd0,msdos1)/old\nargs \n");
	fact[0].value = "many";
	check_ok(load());
	check_str(menu.chosen->id, "m-2");
}
