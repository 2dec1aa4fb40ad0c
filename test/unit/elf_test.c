/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel.h"
#include <stdlib.h>

static struct kernel k;

static enum err parse(struct image *img)
{
	struct image_file f = kernel_file(&k);
	return image_parse(&f, img);
}

TEST(segments_come_sorted)
{
	struct image img;
	kernel_begin(&k, false);
	kernel_entry(&k, 0x2010);
	phdr(&k, 1, 0x500, 0x3000, 0x100, 0x200);
	phdr(&k, 1, 0x400, 0x2000, 0x100, 0x100);
	phdr(&k, 1, 0, 0x9000, 0, 0); /* empty */
	k.n = 0x600;
	check_ok(parse(&img));
	check_u64(img.n_seg, 2);
	check_u64(img.low, 0x2000);
	check_u64(img.high, 0x3200);
	check_u64(img.seg[0].file_off, 0x400);
	check_u64(img.seg[1].mem_len, 0x200);
	check_u64(img.entry, 0x2010);
	check(img.is64 && !img.xen.present);
}

TEST(both_widths)
{
	struct image img;
	kernel_begin(&k, true);
	kernel_entry(&k, 0xc0100000);
	phdr(&k, 1, 0x400, 0x100000, 0x100, 0x300);
	k.n = 0x500;
	check_ok(parse(&img));
	check(!img.is64);
	check_u64(img.entry, 0xc0100000);
	check_u64(img.high, 0x100300);
}

TEST(other_files_are_not_elf)
{
	struct image img;
	kernel_linux(&k);
	k.b[1] = 'F';
	check_err(parse(&img), ERR_FORMAT);
	k.n = 3;
	check_err(parse(&img), ERR_FORMAT);
	check(!test_logged("vmlinux"));
}

TEST(other_machines)
{
	struct image img;
	kernel_linux(&k);
	put_n(&k, 18, 183, 2);
	check_err(parse(&img), ERR_UNSUPPORTED);
	check(test_logged("vmlinux: not an x86 kernel (ELF machine 183)"));
	kernel_linux(&k);
	k.b[5] = 2; /* big-endian */
	check_err(parse(&img), ERR_UNSUPPORTED);
}

/* One field of the code's program header set to v. */
static enum err bent(size_t off64, uint64_t v)
{
	struct image img;
	kernel_linux(&k);
	put_n(&k, phdr_at(&k, 0, off64), v, 8);
	return parse(&img);
}

TEST(segment_extremes)
{
	const uint64_t huge[] = { UINT64_MAX, UINT64_MAX - 4095, 1ull << 63, 1ull << 32 };
	for (size_t i = 0; i < array_len(huge); i++) {
		check_err(bent(8, huge[i]), ERR_CORRUPT);  /* offset */
		check_err(bent(32, huge[i]), ERR_CORRUPT); /* filesz */
		check(bent(40, huge[i]) != OK);		   /* memsz */
	}
	check_err(bent(24, UINT64_MAX - 8), ERR_CORRUPT); /* paddr */
	check(test_logged("wraps around"));
	check_err(bent(40, 1ull << 31), ERR_LIMIT);
	check_err(bent(40, 4095), ERR_CORRUPT); /* less than in the file */
	check_err(bent(0, 0), ERR_CORRUPT);
	check(test_logged("nothing to load"));
}

TEST(table_extremes)
{
	struct image img;
	const size_t at[] = { 54, 56, 32 }; /* phentsize, phnum, phoff */
	for (size_t i = 0; i < array_len(at); i++) {
		kernel_linux(&k);
		put_n(&k, at[i], UINT64_MAX, i == 2 ? 8 : 2);
		check_err(parse(&img), ERR_CORRUPT);
		kernel_linux(&k);
		put_n(&k, at[i], 0, 2);
		check(parse(&img) != OK);
	}
	for (size_t n = 4; n < 64; n++) { /* cut inside the header */
		kernel_linux(&k);
		k.n = n;
		check(parse(&img) != OK);
	}
}

TEST(overlaps)
{
	struct image img;
	kernel_linux(&k);
	phdr(&k, 1, 64, 0x1004fff, 8, 8);
	check_err(parse(&img), ERR_CORRUPT);
	kernel_linux(&k);
	phdr(&k, 1, 8192 + 4095, 0x1005000, 8, 8);
	check_err(parse(&img), ERR_CORRUPT); /* past the file */
	k.n += 16;
	check_err(parse(&img), ERR_UNSUPPORTED);
	check(test_logged("share bytes"));
}

TEST(too_many_segments)
{
	struct image img;
	kernel_begin(&k, true);
	for (uint64_t i = 0; i < IMAGE_SEGS + 1; i++)
		phdr(&k, 1, 0, i << 12, 0, 1);
	k.n = 4096;
	check_err(parse(&img), ERR_LIMIT);
}

/* Any byte of a small kernel with any of a few values: must end, cleanly. */
TEST(mutations)
{
	static const uint8_t value[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct image img;
	kernel_linux(&k);
	put_n(&k, phdr_at(&k, 0, 8), 64, 8); /* what is loaded: the headers */
	put_n(&k, phdr_at(&k, 0, 32), 64, 8);
	memmove(k.b + 256, k.b + 4096, 512); /* the notes, nearer */
	put_n(&k, phdr_at(&k, 1, 8), 256, 8);
	uint8_t *exact = malloc(768); /* so that ASan sees the end */
	check(exact);
	for (size_t i = 0; i < 768 * array_len(value); i++) {
		struct image_file f = { { exact, 768 }, STR("m"), NULL };
		memcpy(exact, k.b, 768);
		exact[i / array_len(value)] = value[i % array_len(value)];
		if (!image_parse(&f, &img))
			check(img.n_seg && img.high >= img.low);
	}
	free(exact);
}
