/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../lang.h"
#include "../pe.h"
#include "../../core/conf/uki.h"
#include "../../core/tables.h"
#include <string.h>

/* One image at /EFI/Linux/a.efi, and what the language makes of it. */
static struct lang lang;
#define menu lang.menu

static enum err load(struct str image)
{
	struct host_file *f = arena_array(test_arena(), struct host_file, 2);
	f[0] = (struct host_file){
		.device = "hd0,msdos1", .path = "/EFI/Linux/a.efi", .text = image.p, .n = image.n
	};
	f[1] = (struct host_file){ .device = "hd0,msdos1", .path = "/extra" };
	lang = (struct lang){ .ops = &bls_conf, .path = "/EFI/Linux" };
	table_host_init(&lang.host, f, 2, NULL, 0);
	return lang_load(&lang, "", 0, CONF_LIMITS_DEFAULT);
}

static enum err load_sections(const struct pe_section *v, size_t n)
{
	return load(pe_make(test_arena(), 0x8664, v, n));
}

static const struct pe_section whole[] = {
	{ ".text", "stub", 0 },
	{ ".osrel",
	  "NAME=\"Some Linux\"\nID=some\nVERSION_ID=7\nPRETTY_NAME=\"Some \\\"Linux\\\" 7\"\n", 0 },
	{ ".cmdline", "root=/dev/xvda2\tquiet\n\0\0\0", 25 },
	{ ".uname", "6.1.0-7", 0 },
	{ ".ucode", "microcode", 0 },
	{ ".initrd", "an initrd", 0 },
	{ ".linux", "a kernel", 0 },
};
#define FILE_A	"(hd0,msdos1)/EFI/Linux/a.efi:"
#define INITRDS "initrd " FILE_A ".ucode\ninitrd " FILE_A ".initrd\n"

TEST(an_image_is_an_entry)
{
	check_ok(load_sections(whole, array_len(whole)));
	check_u64(menu.n, 1);
	check_str(menu.entry->title, "Some \"Linux\" 7");
	check_str(menu.entry->id, "a");
	check_str(menu.entry->source, "(hd0,msdos1)/EFI/Linux/a.efi");
	check(!menu.entry->hopeless);
	check_str(lang_plan(&lang, menu.chosen),
		  "kind linux\nkernel " FILE_A ".linux\nargs root=/dev/xvda2 quiet\n" INITRDS);
}

TEST(parts_are_ranges_of_the_file)
{
	struct boot_plan p;
	uint8_t buf[16] = { 0 };
	check_ok(load_sections(whole, array_len(whole)));
	check_ok(bls_conf.choose(&lang.conf, menu.chosen, &p));
	check_u64(p.kernel.len, 8);
	check_u64(p.initrd[1].len, 9);
	struct boot_file whole_file = p.kernel;
	whole_file.part.p = NULL;
	check_ok(lang.host.host.bytes(&lang.host.host, &whole_file, p.kernel.off, buf, 8));
	check(memcmp(buf, "a kernel", 8) == 0);
}

TEST(an_image_is_edited_as_the_entry_that_names_it)
{
	struct str text;
	struct boot_entry e;
	check_ok(load_sections(whole, array_len(whole)));
	check_ok(bls_conf.text(&lang.conf, menu.chosen, &text));
	check_str(text, "uki /EFI/Linux/a.efi\noptions root=/dev/xvda2 quiet\n");
	check_ok(bls_conf.edit(&lang.conf, menu.chosen,
			       STR("uki /EFI/Linux/a.efi\noptions single\ninitrd extra\n"), &e));
	check_str(lang_plan(&lang, &e), "kind linux\nkernel " FILE_A ".linux\nargs single\n" INITRDS
					"initrd (hd0,msdos1)/extra\n");
}

TEST(profiles_are_entries_with_sections_of_their_own)
{
	static const struct pe_section v[] = {
		{ ".osrel", "ID=x\nPRETTY_NAME=X\n", 0 },
		{ ".linux", "kernel", 0 },
		{ ".cmdline", "base", 0 },
		{ ".initrd", "initrd", 0 },
		{ ".profile", "ID=main\nTITLE=\"As usual\"\n", 0 },
		{ ".profile", "ID=debug\nTITLE=Debugging\n", 0 },
		{ ".cmdline", "base debug", 0 },
		{ ".profile", "TITLE=", 0 },
		{ ".linux", "another kernel", 0 },
	};
	check_ok(load_sections(v, array_len(v)));
	check_u64(menu.n, 3);
	check_str(menu.entry[0].id, "a");
	check_str(menu.entry[0].title, "X (As usual)");
	check_str(lang_plan(&lang, &menu.entry[0]),
		  "kind linux\nkernel " FILE_A ".linux\nargs base\n"
		  "initrd " FILE_A ".initrd\n");
	check_str(menu.entry[1].id, "a@debug");
	check_str(menu.entry[1].title, "X (Debugging)");
	check_str(lang_plan(&lang, &menu.entry[1]),
		  "kind linux\nkernel " FILE_A ".linux\nargs base debug\n"
		  "initrd " FILE_A ".initrd\n");
	check_str(menu.entry[2].id, "a@2");
	check_str(menu.entry[2].title, "X");
}

TEST(a_section_that_memory_keeps_shorter_ends_there)
{
	struct str image = pe_make(test_arena(), 0x8664, whole, array_len(whole));
	struct boot_plan p;
	check_ok(load(image));
	check_ok(bls_conf.choose(&lang.conf, menu.chosen, &p));
	check_u64(p.kernel.len, strlen("a kernel"));
}

/* The header of section i of an image that pe_make made. */
static char *section(struct str image, size_t i)
{
	return (char *)(uintptr_t)image.p + 0x80 + 24 + 240 + i * 40;
}

TEST(without_a_size_in_memory_the_one_in_the_file_counts)
{
	struct str image = pe_make(test_arena(), 0x8664, whole, array_len(whole));
	struct boot_plan p;
	memset(section(image, 6) + 8, 0, 4);
	check_ok(load(image));
	check_ok(bls_conf.choose(&lang.conf, menu.chosen, &p));
	check_u64(p.kernel.len, 512);
}

TEST(sections_past_the_end_are_corrupt)
{
	static const size_t field[] = { 16, 20 };
	for (size_t i = 0; i < array_len(field); i++) {
		struct str image = pe_make(test_arena(), 0x8664, whole, array_len(whole));
		memset(section(image, 5) + field[i], 0xff, 4);
		check_err(load(image), ERR_NOENT);
		check(test_logged("a.efi: a section reaches past the end of the file"));
	}
}

TEST(what_is_no_image_is_left_out)
{
	static const struct pe_section no_kernel[] = { { ".text", "a boot loader", 0 } };
	check_err(load_sections(no_kernel, 1), ERR_NOENT);
	check(test_logged("a.efi: is no unified kernel image"));
	check_err(load(STR("MZ")), ERR_NOENT);
	check_err(load(STR("text")), ERR_NOENT);
	struct str image = pe_make(test_arena(), 0x8664, whole, array_len(whole));
	for (size_t n = 0; n < image.n; n += n < 0x80 ? 1 : 61) /* cut anywhere */
		check(load((struct str){ image.p, n ? n : 1 }) != ERR_NOMEM);
	memset((char *)(uintptr_t)image.p + 0x3c, 0xff, 4);
	check_err(load(image), ERR_NOENT);
}

TEST(other_machines_are_left_out)
{
	check_err(load(pe_make(test_arena(), 0xaa64, whole, array_len(whole))), ERR_NOENT);
	check(test_logged("a.efi: for another kind of machine"));
	check_ok(load(pe_make(test_arena(), 0x14c, whole, array_len(whole))));
}

TEST(too_many_sections_are_refused)
{
	struct str image = pe_make(test_arena(), 0x8664, whole, array_len(whole));
	memset((char *)(uintptr_t)image.p + 0x86, 0xff, 2);
	check_err(load(image), ERR_NOENT);
	check(test_logged("over the limit of 1024 sections"));
}

TEST(a_field_of_os_release)
{
	struct str s;
	check_ok(load_sections(whole, array_len(whole)));
	check_ok(uki_field(&lang.conf, STR("A='x \\y'\nB=\"a\\$b\"c\n#C=1\n D=2\r\n"), "A", &s));
	check_str(s, "x \\y");
	check_ok(uki_field(&lang.conf, STR("A='x \\y'\nB=\"a\\$b\"c\n#C=1\n D=2\r\n"), "B", &s));
	check_str(s, "a$bc");
	check_ok(uki_field(&lang.conf, STR("#C=1\n"), "C", &s));
	check_u64(s.n, 0);
	check_ok(uki_field(&lang.conf, STR("#C=1\n D=2\r\n"), "D", &s));
	check_str(s, "2");
}

/* --- addons ------------------------------------------------------------------------- */

static struct str addon(const char *cmdline, const char *uname, const char *initrd,
			const char *ucode)
{
	const struct pe_section v[] = {
		{ ".cmdline", cmdline, 0 },
		{ ".uname", uname, 0 },
		{ ".initrd", initrd, 0 },
		{ ".ucode", ucode, 0 },
	};
	return pe_make(test_arena(), 0x8664, v, ucode ? 4 : initrd ? 3 : uname ? 2 : 1);
}

#define AT(path_, image_)                                                                          \
	{                                                                                          \
		.device = "hd0,msdos1", .path = path_, .text = (image_).p, .n = (image_).n         \
	}

/* image as that file, with those beside it; the plan. */
static struct str plan_beside(const char *name, const struct host_file *more, size_t n)
{
	struct str image = pe_make(test_arena(), 0x8664, whole, array_len(whole));
	struct host_file *f = arena_array(test_arena(), struct host_file, n + 1);
	f[0] = (struct host_file)AT(name, image);
	for (size_t i = 0; i < n; i++)
		f[i + 1] = more[i];
	lang = (struct lang){ .ops = &bls_conf, .path = "/EFI/Linux" };
	table_host_init(&lang.host, f, n + 1, NULL, 0);
	check_ok(lang_load(&lang, "", 0, CONF_LIMITS_DEFAULT));
	return lang_plan(&lang, menu.chosen);
}

TEST(addons_add_as_the_stub_adds)
{
	const struct host_file f[] = {
		AT("/EFI/Linux/a.efi.extra.d/z.addon.efi", addon("own=2", "6.1.0-7\n", "i", "u")),
		AT("/EFI/Linux/a.efi.extra.d/B.ADDON.EFI", addon("own=1\n", NULL, NULL, NULL)),
		AT("/loader/addons/all.addon.efi", addon("all=1", "", "i", "u")),
	};
#define Z   "(hd0,msdos1)/EFI/Linux/a.efi.extra.d/z.addon.efi:"
#define ALL "(hd0,msdos1)/loader/addons/all.addon.efi:"
	check_str(plan_beside("/EFI/Linux/a.efi", f, array_len(f)),
		  "kind linux\nkernel " FILE_A ".linux\n"
		  "args root=/dev/xvda2 quiet all=1 own=1 own=2\n"
		  "initrd " Z ".ucode\ninitrd " ALL ".ucode\n" INITRDS "initrd " ALL
		  ".initrd\ninitrd " Z ".initrd\n");
}

TEST(addons_that_do_not_fit_are_left_out)
{
	static const struct pe_section kernel[] = { { ".linux", "k", 0 }, { ".cmdline", "x", 0 } };
	static const struct pe_section args[] = { { ".cmdline", "x", 0 } };
	const struct host_file f[] = {
		AT("/loader/addons/a.addon.efi", addon("x", "6.1.0-8", NULL, NULL)),
		AT("/loader/addons/b.addon.efi", pe_make(test_arena(), 0x8664, kernel, 2)),
		AT("/loader/addons/c.addon.efi", pe_make(test_arena(), 0xaa64, args, 1)),
		AT("/loader/addons/d.addon.efi", STR("text")),
		AT("/loader/addons/e.addon.efi.bak", addon("x", NULL, NULL, NULL)),
		AT("/loader/addons/f.efi", addon("x", NULL, NULL, NULL)),
		AT("/loader/addons/g.addon.efi/file", STR("of a directory")),
	};
	check_str(plan_beside("/EFI/Linux/a.efi", f, array_len(f)),
		  "kind linux\nkernel " FILE_A ".linux\nargs root=/dev/xvda2 quiet\n" INITRDS);
	check(test_logged("a.addon.efi: for another kernel: left out"));
	check(test_logged("b.addon.efi: has a kernel, so it is no addon: left out"));
	check(test_logged("c.addon.efi: for another kind of machine: left out"));
	check(test_logged("d.addon.efi: is no addon of a unified kernel image: left out"));
}

TEST(an_image_that_is_counted_has_its_addons)
{
	const struct host_file f[] = {
		AT("/EFI/Linux/a.efi.extra.d/x.addon.efi", addon("x", NULL, NULL, NULL)),
		AT("/EFI/Linux/a+3-1.efi.extra.d/y.addon.efi", addon("y", NULL, NULL, NULL)),
	};
	check_str(plan_beside("/EFI/Linux/a+3-1.efi", f, array_len(f)),
		  "kind linux\nkernel (hd0,msdos1)/EFI/Linux/a+3-1.efi:.linux\n"
		  "args root=/dev/xvda2 quiet y x\n"
		  "initrd (hd0,msdos1)/EFI/Linux/a+3-1.efi:.ucode\n"
		  "initrd (hd0,msdos1)/EFI/Linux/a+3-1.efi:.initrd\n"
		  "counted (hd0,msdos1)/EFI/Linux/a+3-1.efi\n");
}

TEST(more_addons_than_the_limit_do_not_stop_a_boot)
{
	struct host_file f[UKI_ADDONS_MAX + 8];
	struct str one = addon("x", NULL, NULL, NULL);
	for (size_t i = 0; i < array_len(f); i++) {
		struct text t = { .arena = test_arena() };
		text_fmt(&t, "/loader/addons/%zu.addon.efi%c", 100 + i, 0);
		f[i] = (struct host_file)AT(text_str(&t).p, one);
	}
	struct str plan = plan_beside("/EFI/Linux/a.efi", f, array_len(f));
	check(str_find(plan, 'x', 0) < plan.n);
	check(test_logged("over the limit of 32 addons"));
}

TEST(text_to_edit_has_no_addons)
{
	const struct host_file f[] = {
		AT("/loader/addons/all.addon.efi", addon("all=1", NULL, NULL, NULL)),
	};
	struct str text;
	plan_beside("/EFI/Linux/a.efi", f, array_len(f));
	check_ok(bls_conf.text(&lang.conf, menu.chosen, &text));
	check_str(text, "uki /EFI/Linux/a.efi\noptions root=/dev/xvda2 quiet\n");
}
