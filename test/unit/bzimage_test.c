/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel.h"
#include <stdlib.h>
#include <zlib.h>

static struct kernel k;
static uint8_t elf[20000];

static void bzimage(void)
{
	for (size_t i = 0; i < sizeof elf; i++)
		elf[i] = (uint8_t)(i * i >> 7);
	memcpy(elf,
	       "\x7f"
	       "ELF",
	       4);
	kernel_bzimage(&k, elf, sizeof elf, 0x37dd000);
}

static enum err parse(struct bzimage *b)
{
	struct image_file f = kernel_file(&k);
	return bzimage_parse(&f, b);
}

TEST(header)
{
	struct bzimage b;
	bzimage();
	check_ok(parse(&b));
	check_u64(b.version, 0x20f);
	check_u64(b.kernel_off, 3 * 512);
	check(b.payload.p == k.b + 3 * 512 + 0x2cc);
	check_u64(b.unpacked, sizeof elf);
	check(b.relocatable);
	check_u64(b.xloadflags, 0x7f);
	check_u64(b.cmdline_max, 2047);
	check_u64(b.initrd_max, 0x7fffffff);
	check_u64(b.pref_address, 0x1000000);
	check_u64(b.init_size, 0x37dd000);
}

TEST(older_protocols)
{
	struct bzimage b;
	bzimage();
	put_n(&k, 0x206, 0x0208, 2);
	put_n(&k, 0x1f1, 0, 1); /* means 4 */
	k.n += 2 * 512;
	check_ok(parse(&b));
	check_u64(b.kernel_off, 5 * 512);
	check(!b.pref_address && !b.xloadflags);
	put_n(&k, 0x206, 0x0207, 2);
	check_err(parse(&b), ERR_UNSUPPORTED);
	check(test_logged("vmlinux: boot protocol 2.07 is too old"));
}

TEST(unpacks)
{
	struct image_packing p;
	bzimage();
	struct image_file f = kernel_file(&k);
	check_ok(image_packing(&f, &p));
	check(p.exact);
	check_u64(p.size, sizeof elf);
	uint8_t *dst = malloc(p.size);
	size_t n = p.size;
	check_ok(image_unpack(&f, &p, dst, &n));
	check(n == sizeof elf && memcmp(dst, elf, n) == 0);
	free(dst);
}

TEST(payload_extremes)
{
	struct bzimage b;
	const uint64_t v[] = { UINT32_MAX, UINT32_MAX - 3 * 512, 1u << 31, 20000 };
	for (size_t i = 0; i < array_len(v); i++)
		for (size_t at = 0x248; at <= 0x24c; at += 4) {
			bzimage();
			put_n(&k, at, v[i], 4);
			check_err(parse(&b), ERR_CORRUPT);
		}
	bzimage();
	put_n(&k, 0x24c, 4, 4);
	check_err(parse(&b), ERR_CORRUPT);
	bzimage();
	put_n(&k, 0x1f1, 255, 1);
	check_err(parse(&b), ERR_CORRUPT);
	for (size_t n = 0; n < 0x264; n += 3) {
		bzimage();
		k.n = n;
		check(parse(&b) != OK);
	}
}

static enum err unpack_with_size(uint32_t size)
{
	struct image_packing p;
	bzimage();
	size_t end = 3 * 512 + 0x2cc + k.b[0x24c] + 256u * k.b[0x24d];
	put_n(&k, end - 4, size, 4);
	struct image_file f = kernel_file(&k);
	try(image_packing(&f, &p));
	uint8_t *dst = malloc(p.size);
	size_t n = p.size;
	enum err e = image_unpack(&f, &p, dst, &n);
	free(dst);
	return e;
}

TEST(the_trailer_must_tell_the_truth)
{
	check_err(unpack_with_size(sizeof elf - 1), ERR_CORRUPT);
	check_err(unpack_with_size(0), ERR_CORRUPT);
	check_err(unpack_with_size(UINT32_MAX), ERR_CORRUPT);
	check(test_logged("says that it unpacks to 4294967295 bytes"));
	check_err(unpack_with_size(sizeof elf + 4096), ERR_CORRUPT);
}

TEST(damage_inside)
{
	struct image_packing p;
	bzimage();
	k.b[3 * 512 + 0x2cc + 60] ^= 0x55;
	struct image_file f = kernel_file(&k);
	check_ok(image_packing(&f, &p));
	uint8_t *dst = malloc(p.size);
	size_t n = p.size;
	check_err(image_unpack(&f, &p, dst, &n), ERR_CORRUPT);
	check(test_logged("vmlinux: gzip: damaged compressed data") || test_logged("unpacks to"));
	free(dst);
	k.b[3 * 512 + 0x2cc] = 0;
	check_err(image_packing(&f, &p), ERR_UNSUPPORTED);
}

TEST(other_files)
{
	struct image_packing p;
	struct image_file f = { .name = STR("file"), .log = test_log() };
	f.bytes = (struct span){ (const uint8_t *)"\x7f"
						  "ELF",
				 4 };
	check_ok(image_packing(&f, &p));
	check_u64(p.format, UNPACK_NONE);
	f.bytes = (struct span){ (const uint8_t *)"\x28\xb5\x2f\xfd", 4 };
	check_ok(image_packing(&f, &p));
	check(p.format == UNPACK_ZSTD && !p.exact && p.size == SIZE_MAX);
	f.bytes = (struct span){ (const uint8_t *)"MZ\x90", 3 };
	check_err(image_packing(&f, &p), ERR_FORMAT);
	check(test_logged("file: an EFI program"));
	f.bytes = (struct span){ NULL, 0 };
	check_err(image_packing(&f, &p), ERR_FORMAT);
	check(test_logged("file: neither a bzImage nor an ELF kernel"));
}
