/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../load/pvh.h"
#include "kernel.h"

#define MIB (1ull << 20)
#define GIB (1ull << 30)
static struct kernel k;

/* --- a domain: its memory map, and which pages of it are taken ------------------ */

enum { TAKEN_MAX = 8 };
static struct pvh_range map[3];
static uint64_t taken[TAKEN_MAX][2]; /* PFNs: [from, to) */
static size_t n_taken;

static uint64_t find(void *ctx, uint64_t from, uint64_t to, uint64_t n)
{
	check(ctx == &map && n > 0);
	for (size_t i = 0; i < array_len(map); i++) {
		uint64_t at = map[i].addr / PVH_PAGE, end = at + map[i].size / PVH_PAGE;
		at = at < from ? from : at;
		end = end > to ? to : end;
		for (size_t t = 0; t < n_taken && map[i].type == 1; t++)
			if (taken[t][0] < at + n && at < taken[t][1])
				at = taken[t][1];
		if (map[i].type == 1 && at < end && end - at >= n)
			return at;
	}
	return UINT64_MAX;
}
static const struct pvh_memory mem = { map, array_len(map), find, &map };

/* As libxl makes it: RAM from 0, what is reserved at the end of the first 4 GiB, RAM above. */
static void domain(uint64_t low, uint64_t high)
{
	map[0] = (struct pvh_range){ 0, low, 1 };
	map[1] = (struct pvh_range){ 0xfc000000, 0x3000000, 4 };
	map[2] = (struct pvh_range){ 4 * GIB, high, 1 };
	n_taken = 0;
}
static void take(uint64_t from, uint64_t to) /* in ascending order */
{
	taken[n_taken][0] = from / PVH_PAGE;
	taken[n_taken++][1] = to / PVH_PAGE;
}

/* --- kernels ---------------------------------------------------------------------- */

/* One page of code at an address, a hole of zeros behind, and the note; reloc: three words or NULL.
 */
static void elf(uint64_t at, const uint32_t *reloc)
{
	kernel_begin(&k, false);
	k.n = 4096;
	note_num(&k, XEN_NOTE_PHYS32_ENTRY, at + 0x234, 4);
	if (reloc)
		note(&k, "Xen", 4, XEN_NOTE_PHYS32_RELOC, reloc, 12);
	phdr(&k, 4, 4096, 0, k.n - 4096, 0);
	k.n = 3 * 4096;
	phdr(&k, 1, 8192, at, 4096, 0x5000);
}
static enum err ask(struct pvh_kernel *out)
{
	struct image_file f = kernel_file(&k);
	struct image img;
	try(image_parse(&f, &img));
	return pvh_kernel_elf(&f, &img, out);
}

static struct bzimage bz(void)
{
	return (struct bzimage){ .version = 0x20f,
				 .kernel_off = 1024,
				 .relocatable = true,
				 .cmdline_max = 2047,
				 .initrd_max = 0x7fffffff,
				 .align = 2 << 20,
				 .init_size = 48 << 20,
				 .pref_address = 16 << 20 };
}
static enum err ask_linux(const struct bzimage *b, struct pvh_kernel *out)
{
	struct image_file f = { { k.b, 12 << 10 }, STR("vmlinuz"), test_log() };
	return pvh_kernel_linux(&f, b, out);
}

static struct pvh_module module[3];
static enum err lay(const struct pvh_kernel *want, struct pvh_layout *l, size_t modules)
{
	struct image_file f = kernel_file(&k);
	l->kernel = want;
	l->module = module;
	l->n_module = modules;
	return pvh_layout(&f, &mem, l);
}

static uint64_t field(const uint8_t *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

TEST(elf_kernels)
{
	struct pvh_kernel want;
	elf(16 * MIB + 0x10, NULL);
	check_ok(ask(&want));
	check(!want.by_linux && !want.align);
	check_u64(want.start, 16 * MIB);
	check_u64(want.end, 16 * MIB + 0x5010);
	check_u64(want.entry, 16 * MIB + 0x244);
	elf(16 * MIB, (uint32_t[]){ 0, 0, 0 });
	check_ok(ask(&want));
	check(want.align == 2 * MIB && want.min == MIB && want.max == 4 * GIB);
	elf(16 * MIB, (uint32_t[]){ 0x10000, 0x200000, 0x3fffffff });
	check_ok(ask(&want));
	check(want.align == 0x10000 && want.min == 2 * MIB && want.max == GIB);
	elf(16 * MIB, (uint32_t[]){ 0x30000, 0, 0 }); /* no power of two: stays */
	check_ok(ask(&want));
	check_u64(want.align, 0);
}

TEST(symbols_lie_behind_the_image)
{
	struct pvh_kernel want;
	elf(16 * MIB + 0x10, NULL);
	k.n = 0x2800;
	note_text(&k, XEN_NOTE_BSD_SYMTAB, "yes");
	phdr(&k, 4, 0x2800, 0, k.n - 0x2800, 0);
	kernel_symbols(&k, 0x105, 0x733);
	check_ok(ask(&want));
	check_u64(want.symbols.at, 16 * MIB + 0x5010);
	check_u64(want.end, want.symbols.at + want.symbols.size);
}

TEST(elf_refusals)
{
	struct pvh_kernel want;
	kernel_linux(&k);
	check_ok(ask(&want));
	kernel_begin(&k, false);
	k.n = 4096;
	note_text(&k, XEN_NOTE_LOADER, "generic");
	phdr(&k, 4, 4096, 0, k.n - 4096, 0);
	k.n = 3 * 4096;
	phdr(&k, 1, 8192, MIB, 4096, 4096);
	check_err(ask(&want), ERR_UNSUPPORTED);
	check(test_logged("vmlinux: no PHYS32_ENTRY note: kernel built without CONFIG_PVH; use "
			  "type=\"pv\""));
	kernel_begin(&k, true);
	k.n = 3 * 4096;
	phdr(&k, 1, 8192, MIB, 4096, 4096);
	check_err(ask(&want), ERR_UNSUPPORTED);
	check(test_logged("no Xen notes: not a kernel for a PVH guest"));
	elf(4 * GIB - 4096, NULL);
	check_err(ask(&want), ERR_UNSUPPORTED);
	elf(MIB, NULL);
	put_n(&k, 4096 + 16, MIB + 0x5000, 4); /* the entry, behind the last byte */
	check_err(ask(&want), ERR_CORRUPT);
	check(test_logged("PHYS32_ENTRY 105000 lies outside the image"));
}

TEST(linux_kernels)
{
	struct pvh_kernel want;
	struct bzimage b = bz();
	check_ok(ask_linux(&b, &want));
	check(want.by_linux && want.start == 16 * MIB && want.end == 64 * MIB);
	check(want.entry == 16 * MIB && want.align == 2 * MIB && want.min == 16 * MIB);
	check_u64(want.cmdline_max, 2047);
	check_u64(want.module_max, 2 * GIB);
	b.xloadflags = 2; /* may have its initrd above 4 GiB */
	b.relocatable = false;
	b.cmdline_max = 0;
	b.init_size = 100; /* less than the file has */
	check_ok(ask_linux(&b, &want));
	check(want.module_max == UINT64_MAX && !want.align && want.cmdline_max == 255);
	check_u64(want.end - want.start, 11 << 10);
	b.version = 0x209;
	check_err(ask_linux(&b, &want), ERR_UNSUPPORTED);
	check(test_logged("vmlinuz: boot protocol 2.09 is too old for a PVH guest"));
	b = bz();
	b.pref_address = UINT64_MAX - 4095;
	check_err(ask_linux(&b, &want), ERR_CORRUPT);
	b.pref_address = 0x12345;
	check_err(ask_linux(&b, &want), ERR_CORRUPT);
}

/* Kernel, facts, modules, one behind the other. */
TEST(a_plain_layout)
{
	struct pvh_kernel want;
	struct pvh_layout l = { .cmdline = STR("quiet") };
	domain(256 * MIB, 0);
	elf(16 * MIB, NULL);
	check_ok(ask(&want));
	module[0] = (struct pvh_module){ .size = 5000 };
	module[1] = (struct pvh_module){ .size = 4096, .cmdline = STR("second") };
	module[2] = (struct pvh_module){ .size = 0 };
	check_ok(lay(&want, &l, 3));
	check_u64(l.load, 16 * MIB);
	check_u64(l.info, 16 * MIB + 0x5000);
	check_u64(l.info_pages, 1);
	check_u64(module[0].at, 16 * MIB + 0x6000);
	check_u64(module[1].at, 16 * MIB + 0x8000);
	check_u64(module[2].at, 16 * MIB + 0x9000);
}

/* What is in use is stepped over; a kernel that may move does. */
TEST(around_what_is_taken)
{
	struct pvh_kernel want;
	struct pvh_layout l = { .cmdline = STR("") };
	domain(256 * MIB, 0);
	take(16 * MIB + 0x3000, 16 * MIB + 0x4000);
	take(18 * MIB + 0x4000, 18 * MIB + 0x5000);
	take(20 * MIB + 0x5000, 20 * MIB + 0x6000);
	elf(16 * MIB, (uint32_t[]){ 2 << 20, 16 << 20, 64 << 20 });
	check_ok(ask(&want));
	check_ok(lay(&want, &l, 0));
	check_u64(l.load, 20 * MIB);
	check_u64(l.info, 20 * MIB + 0x6000);
	elf(16 * MIB, NULL);
	check_ok(ask(&want));
	check_err(lay(&want, &l, 0), ERR_LIMIT);
	check(test_logged("needs 17 MiB, guest has 256 MiB, with holes and what the loader uses"));
}

TEST(limits_of_places)
{
	struct pvh_kernel want;
	struct pvh_layout l = { .cmdline = STR("") };
	/* A kernel that ends at 1 GiB has its facts below. */
	domain(2 * GIB, GIB);
	elf(GIB - 0x5000, NULL);
	check_ok(ask(&want));
	check_ok(lay(&want, &l, 0));
	check_u64(l.info, MIB);
	/* An initrd goes below 4 GiB, or above where Linux allows that. */
	struct bzimage b = bz();
	check_ok(ask_linux(&b, &want));
	module[0] = (struct pvh_module){ .size = 1990 * MIB };
	check_err(lay(&want, &l, 1), ERR_LIMIT);
	check(test_logged("vmlinux: needs 2055 MiB, guest has 3072 MiB, with holes"));
	domain(2 * GIB, 3 * GIB);
	b.xloadflags = 2;
	check_ok(ask_linux(&b, &want));
	check_ok(lay(&want, &l, 1));
	check_u64(module[0].at, 4 * GIB);
	domain(64 * MIB - 4096, 0);
	check_err(lay(&want, &l, 0), ERR_LIMIT);
	check(test_logged("vmlinux: needs 65 MiB, guest has 63 MiB"));
	static char line[3000];
	l.cmdline = (struct str){ line, 2048 };
	check_err(lay(&want, &l, 0), ERR_LIMIT);
	check(test_logged("command line of 2048 bytes: this kernel takes 2047"));
}

TEST(the_facts_of_an_elf)
{
	struct pvh_kernel want;
	struct pvh_layout l = { .cmdline = STR("root=/dev/xvda1 ro"), .rsdp = 0xfc000000 };
	static uint8_t block[4096];
	domain(256 * MIB, 0);
	elf(MIB, NULL);
	check_ok(ask(&want));
	check_ok(lay(&want, &l, 0));
	pvh_info_elf(&l, &mem, block);
	check_u64(field(block, 4), 0x336ec578);
	check_u64(field(block + 4, 4), 1);
	check_u64(field(block + 12, 4) | field(block + 16, 8), 0); /* no modules: no list */
	check(strcmp((char *)block + field(block + 24, 8) - l.info, "root=/dev/xvda1 ro") == 0);
	check_u64(field(block + 32, 8), 0xfc000000);
	check_u64(field(block + 48, 4), 3);
	const uint8_t *e = block + (field(block + 40, 8) - l.info);
	for (size_t i = 0; i < 3; i++, e += 24)
		check(field(e, 8) == map[i].addr && field(e + 8, 8) == map[i].size &&
		      field(e + 16, 8) == map[i].type);
	module[0] = (struct pvh_module){ .size = 5000 };
	module[1] = (struct pvh_module){ .size = 70, .cmdline = STR("") };
	module[2] = (struct pvh_module){ .size = 80, .cmdline = STR("third") };
	check_ok(lay(&want, &l, 3));
	memset(block, 0, sizeof block);
	pvh_info_elf(&l, &mem, block);
	check_u64(field(block + 12, 4), 3);
	const uint8_t *m = block + (field(block + 16, 8) - l.info);
	for (size_t i = 0; i < 3; i++)
		check(field(m + 32 * i, 8) == module[i].at &&
		      field(m + 32 * i + 8, 8) == module[i].size && !field(m + 32 * i + 24, 8));
	check_u64(field(m + 16, 8), 0);
	check_u64(block[field(m + 48, 8) - l.info], 0);
	check(strcmp((char *)block + field(m + 80, 8) - l.info, "third") == 0);
	check(strcmp((char *)block + field(block + 24, 8) - l.info, "root=/dev/xvda1 ro") == 0);
}

/* A text that ends with the page has its NUL on the next one. */
TEST(the_block_is_large_enough)
{
	struct pvh_kernel want;
	static char line[4096];
	static uint8_t block[2 * 4096];
	memset(line, 'x', sizeof line);
	domain(256 * MIB, 0);
	elf(MIB, NULL);
	check_ok(ask(&want));
	for (size_t n = 3900; n < 4000; n++) {
		struct pvh_layout l = { .cmdline = { line, n } };
		check_ok(lay(&want, &l, 0));
		memset(block, 0, sizeof block);
		pvh_info_elf(&l, &mem, block);
		uint64_t end = field(block + 24, 8) - l.info + n + 1;
		check_u64(l.info_pages, (end + 4095) / 4096);
		check_u64(strlen((char *)block + end - n - 1), n);
	}
}

TEST(the_facts_of_a_bzimage)
{
	struct pvh_kernel want;
	struct pvh_layout l = { .cmdline = STR("quiet"), .rsdp = 0xfc001234 };
	static uint8_t block[2 * 4096], setup[4096];
	struct bzimage b = bz();
	domain(256 * MIB, 5 * GIB);
	check_ok(ask_linux(&b, &want));
	module[0] = (struct pvh_module){ .size = 5000 };
	check_ok(lay(&want, &l, 1));
	check(l.info == 64 * MIB && l.info_pages == 2 && module[0].at == l.info + 8192);
	module[0].at = 0x123456000; /* as if it were above 4 GiB */
	memset(setup, 0xee, sizeof setup);
	setup[0x201] = 0x6a; /* the header ends at 0x26c */
	pvh_info_linux(&l, &mem, (struct span){ setup, sizeof setup }, block);
	for (size_t i = 0; i < 0x1f1; i++)
		if (i != 0x1e8 && (i < 0x70 || i >= 0x78) && (i < 0xc0 || i >= 0xc8))
			check_u64(block[i], 0);
	check_u64(block[0x1f1], 0xee);
	check_u64(block[0x26b], 0xee);
	check_u64(block[0x26c], 0);
	check_u64(field(block + 0x70, 8), 0xfc001234);
	check_u64(block[0x210], 0xff);
	check_u64(field(block + 0x214, 4), 16 * MIB);
	check_u64(field(block + 0x218, 4), 0x23456000);
	check_u64(field(block + 0xc0, 4), 1);
	check_u64(field(block + 0x21c, 4), 5000);
	check_u64(field(block + 0x228, 4), l.info + 4096);
	check(strcmp((char *)block + 4096, "quiet") == 0);
	check_u64(block[0x1e8], 3);
	check_u64(field(block + 0x2d0 + 40, 8), 4 * GIB);
	check_u64(field(block + 0x2d0 + 48, 8), 5 * GIB);
	check_u64(field(block + 0x2d0 + 20 + 16, 4), 4);
	/* A header that says that it is longer than there is room. */
	setup[0x201] = 0xff;
	memset(block, 0, sizeof block);
	pvh_info_linux(&l, &mem, (struct span){ setup, sizeof setup }, block);
	check_u64(block[0x28f], 0xee);
	check_u64(block[0x290], 0);
}
