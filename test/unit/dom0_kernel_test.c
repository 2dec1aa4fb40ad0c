/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/base/crc.h"
#include "../../dom0/kernel.h"
#include "../test.h"
#include <string.h>

enum { SECTORS = 3, PARAGRAPHS = 512, SIZE = (SECTORS + 1) * 512 + 16 * PARAGRAPHS };
static uint8_t image[SIZE + 100]; /* a signature follows */

static void put(size_t at, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		image[at + i] = (uint8_t)(v >> 8 * i);
}

static void make(const char *version)
{
	for (size_t i = 0; i < sizeof image; i++)
		image[i] = (uint8_t)(i * i >> 3);
	put(0x3c, 0x80, 4);
	memcpy(image + 0x80, "PE\0\0", 4);
	put(0x80 + 24, 0x20b, 2);
	put(0x80 + 24 + 64, 0, 4);
	put(0x80 + 24 + 112 + 32, 0, 8);
	put(0x1f1, SECTORS, 1);
	put(0x1f4, PARAGRAPHS, 4);
	put(0x20e, 0x100, 2);
	memcpy(image + 0x300, version, strlen(version) + 1);
	put(SIZE - 4, crc32_ieee(0xffffffff, image, SIZE - 4), 4);
}

static void sign(void)
{
	put(0x80 + 24 + 64, 0x12345678, 4);
	put(0x80 + 24 + 112 + 32, 0x87654321, 8);
}

static struct kernel_sum begin(void)
{
	return kernel_sum_of((struct span){ image, sizeof image });
}

static bool good(size_t piece)
{
	struct kernel_sum s = begin();
	for (size_t off = 0; off < sizeof image; off += piece)
		kernel_sum_add(&s, off, image + off, min_size(piece, sizeof image - off));
	return kernel_sum_good(&s);
}

TEST(a_sum_that_is_right)
{
	make("6.1.0-18-amd64 (x)");
	check_u64(begin().end, SIZE);
	check(good(sizeof image) && good(4096) && good(2048));
	sign();
	check(good(sizeof image) && good(4096) && good(2048));
}

TEST(a_sum_that_is_wrong)
{
	make("5.10.0");
	for (size_t i = 0; i < 50; i++) {
		size_t at = 0x500 + i * 157;
		image[at] ^= 4;
		check(!good(4096));
		image[at] ^= 4;
	}
	check(good(4096));
}

TEST(versions_that_have_none)
{
	static const char *const none[] = {
		"6.15.0", "7.0", "10.1.2", "x.y", "", "6", "6.", "6.x"
	};
	for (size_t i = 0; i < array_len(none); i++) {
		make(none[i]);
		check_u64(begin().end, 0);
		image[0x500] ^= 1;
		check(good(4096));
	}
	make("6.14.11-300.fc42");
	check_u64(begin().end, SIZE);
}

/* Heads of every length and with wild fields: no sum, or one that is only wrong. */
TEST(heads_that_make_no_sense)
{
	make("6.1.0");
	for (size_t n = 0; n < 0x400; n++)
		(void)kernel_sum_of((struct span){ image, n });
	put(0x3c, 0xffffffff, 4);
	put(0x1f4, 0xffffffff, 4);
	put(0x20e, 0xffff, 2);
	check_u64(begin().end, 0);
	put(0x20e, 0x100, 2);
	check(begin().end > SIZE && !good(4096));
}
