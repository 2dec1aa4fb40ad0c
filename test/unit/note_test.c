/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel.h"

static struct kernel k;
static struct image img;

static enum err parse(void)
{
	struct image_file f = kernel_file(&k);
	return image_parse(&f, &img);
}

/* A kernel whose notes are what fill puts at 4096. */
static enum err with(void (*fill)(void))
{
	kernel_begin(&k, false);
	k.n = 4096;
	fill();
	phdr(&k, 1, 64, 0x1000, 16, 16);
	phdr(&k, 4, 4096, 0, k.n - 4096, 0);
	return parse();
}

TEST(as_linux_has_them)
{
	kernel_linux(&k);
	check_ok(parse());
	check_u64(img.xen.num[XEN_NOTE_ENTRY], LINUX_BASE + 0x1000800);
	check_u64(img.xen.num[XEN_NOTE_PHYS32_ENTRY], 0x1000456);
	check_str(img.xen.text[XEN_NOTE_FEATURES], "!writable_page_tables"); /* no NUL there */
	check_str(img.xen.text[XEN_NOTE_LOADER], "generic");
	check(!xen_note_has(&img.xen, XEN_NOTE_HYPERCALL_PAGE) && !img.xen.legacy);
}

static void widths(void)
{
	note_num(&k, XEN_NOTE_ENTRY, 0x12, 1);
	note_num(&k, XEN_NOTE_HYPERCALL_PAGE, 0x1234, 2);
	note_num(&k, XEN_NOTE_VIRT_BASE, 0x40000000, 4);   /* illumos */
	note(&k, "Xen", 3, XEN_NOTE_LOADER, "generic", 7); /* a name without NUL, too */
	note(&k, "GNU", 4, XEN_NOTE_VIRT_BASE, "xxxxxxxx", 8);
	note(&k, "Xen", 4, 99, "xxxxxxxx", 8);
	note_text(&k, XEN_NOTE_GUEST_OS, "first");
	note_text(&k, XEN_NOTE_GUEST_OS, "last");
	const uint32_t reloc[] = { 0x200000, 0x1000000 };
	note(&k, "Xen", 4, XEN_NOTE_PHYS32_RELOC, reloc, sizeof reloc);
}

TEST(the_descriptor_tells_the_width)
{
	check_ok(with(widths));
	check_u64(img.xen.num[XEN_NOTE_ENTRY], 0x12);
	check_u64(img.xen.num[XEN_NOTE_HYPERCALL_PAGE], 0x1234);
	check_u64(img.xen.num[XEN_NOTE_VIRT_BASE], 0x40000000);
	check_str(img.xen.text[XEN_NOTE_LOADER], "generic");
	check_str(img.xen.text[XEN_NOTE_GUEST_OS], "last");
	check_u64(img.xen.reloc[0], 0x200000);
	check_u64(img.xen.reloc[1], 0x1000000);
	check_u64(img.xen.reloc[2], 0);
}

/* As .note.gnu.property: a header of 16 bytes leaves nothing to pad in a run aligned to 8. */
static void of_eight(void)
{
	note(&k, "GNU", 4, 5, "xxxxxxxxxxxxxxxx", 16);
	note(&k, "Xen", 4, XEN_NOTE_LOADER, "generic", 8);
}

TEST(runs_aligned_to_eight)
{
	check_ok(with(of_eight));
	put_n(&k, phdr_at(&k, 1, 48), 8, 8);
	check_ok(parse());
	check_str(img.xen.text[XEN_NOTE_LOADER], "generic");
}

static void three_bytes(void)
{
	note_num(&k, XEN_NOTE_ENTRY, 0, 3);
}
static void no_bytes(void)
{
	note_num(&k, XEN_NOTE_ENTRY, 0, 0);
}
static void long_name(void)
{
	note_text(&k, XEN_NOTE_LOADER, "generic");
	put_n(&k, 4096, 0xfffffffc, 4);
}
static void long_desc(void)
{
	note_num(&k, XEN_NOTE_ENTRY, 1, 8);
	put_n(&k, 4100, 0xffffffff, 4);
}
static void long_text(void)
{
	note(&k, "Xen", 4, XEN_NOTE_LOADER, "generic!", 8);
	put_n(&k, 4100, 9, 4);
}
/* As grub-mkimage -O i386-xen writes its last note. */
static void grub_last(void)
{
	note_text(&k, XEN_NOTE_LOADER, "generic");
	note_text(&k, XEN_NOTE_PAE_MODE, "yes");
	put_n(&k, 4096 + 24 + 4, 12, 4);
}
static void half_header(void)
{
	k.n += 6;
}

/* Notes of gcc's have 8-byte alignment: the value begins at 16, the next note at 32. */
static void aligned_to_8(void)
{
	note(&k, "GNU", 4, 5, "0123456789abcdef", 16);
	note(&k, "Xen", 4, XEN_NOTE_LOADER, "generic", 8);
}

TEST(eight_byte_alignment)
{
	check_ok(with(aligned_to_8));
	put_n(&k, phdr_at(&k, 1, 48), 8, 8);
	check_ok(parse());
	check_str(img.xen.text[XEN_NOTE_LOADER], "generic");
}

TEST(a_text_ends_at_its_nul)
{
	check_ok(with(grub_last));
	check_str(img.xen.text[XEN_NOTE_LOADER], "generic");
	check_str(img.xen.text[XEN_NOTE_PAE_MODE], "yes");
}

TEST(damaged_notes)
{
	check_err(with(three_bytes), ERR_CORRUPT);
	check(test_logged("Xen note 1 has 3 bytes"));
	check_err(with(no_bytes), ERR_CORRUPT);
	check_err(with(long_name), ERR_CORRUPT);
	check_err(with(long_desc), ERR_CORRUPT);
	check_err(with(long_text), ERR_CORRUPT);
	check_err(with(half_header), ERR_CORRUPT);
	kernel_linux(&k);
	put_n(&k, phdr_at(&k, 1, 32), 1 << 20, 8);
	check_err(parse(), ERR_CORRUPT);
}

/* Section headers at 0x3000: none, data, strings. */
static void sections(uint32_t type, size_t off, size_t n)
{
	static const char names[] = "\0__xen_guest\0.shstrtab";
	kernel_begin(&k, false);
	phdr(&k, 1, 64, 0x1000, 16, 16);
	memcpy(k.b + 0x2000, names, sizeof names);
	put_n(&k, 40, 0x3000, 8);
	put_n(&k, 60, 3, 2);
	put_n(&k, 62, 2, 2);
	put_n(&k, 0x3040, 1, 4); /* name */
	put_n(&k, 0x3044, type, 4);
	put_n(&k, 0x3040 + 24, off, 8);
	put_n(&k, 0x3040 + 32, n, 8);
	put_n(&k, 0x3084, 3, 4);
	put_n(&k, 0x3080 + 24, 0x2000, 8);
	put_n(&k, 0x3080 + 32, sizeof names, 8);
	k.n = 0x30c0;
}

TEST(notes_in_a_section)
{
	sections(7, 0x1000, 24);
	size_t n = k.n;
	k.n = 0x1000;
	note_num(&k, XEN_NOTE_ENTRY, 0x1008, 8);
	k.n = n;
	check_ok(parse());
	check_u64(img.xen.num[XEN_NOTE_ENTRY], 0x1008);
	check(!img.xen.legacy);
}

static enum err legacy(const char *s)
{
	sections(1, 0x1000, strlen(s) + 1);
	memcpy(k.b + 0x1000, s, strlen(s) + 1);
	return parse();
}

TEST(the_old_string)
{
	check_ok(legacy("GUEST_OS=linux,GUEST_VER=2.6,XEN_VER=xen-3.0,VIRT_BASE=0xffffffff80000000,"
			"VIRT_ENTRY=0xffffffff80100000,HYPERCALL_PAGE=0x102,FEATURES="
			"writable_page_tables,LOADER=generic,BSD_SYMTAB"));
	check(img.xen.legacy);
	check_u64(img.xen.num[XEN_NOTE_VIRT_BASE], LINUX_BASE);
	check_u64(img.xen.num[XEN_NOTE_HYPERCALL_PAGE], 0x102);
	check_str(img.xen.text[XEN_NOTE_FEATURES], "writable_page_tables");
	check(xen_note_has(&img.xen, XEN_NOTE_BSD_SYMTAB));
	check_err(legacy("VIRT_BASE=0x1ffffffffffffffff"), ERR_CORRUPT);
	check_err(legacy("VIRT_BASE=12q"), ERR_CORRUPT);
	check_err(legacy("VIRT_BASE=0x"), ERR_CORRUPT);
	check_ok(legacy(",,=,=="));
	check_u64(img.xen.present, 0);
}

TEST(damaged_sections)
{
	check_ok(legacy("LOADER=generic"));
	put_n(&k, 40, UINT64_MAX - 64, 8); /* shoff */
	check_err(parse(), ERR_CORRUPT);
	(void)legacy("LOADER=generic");
	put_n(&k, 58, 16, 2); /* shentsize */
	check_err(parse(), ERR_CORRUPT);
	(void)legacy("LOADER=generic");
	put_n(&k, 60, 0xffff, 2); /* shnum */
	check_err(parse(), ERR_CORRUPT);
	(void)legacy("LOADER=generic");
	put_n(&k, 0x3040, 0xffffff, 4); /* the name lies outside */
	check_ok(parse());
	check_u64(img.xen.present, 0);
	(void)legacy("LOADER=generic");
	put_n(&k, 0x3080 + 32, 3, 8); /* strings without end */
	check_ok(parse());
	check_u64(img.xen.present, 0);
}
