/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/blk/blk.h"
#include <string.h>

static uint8_t image[16384];

static struct blk disk(void)
{
	struct blk b;
	for (size_t i = 0; i < sizeof image; i++)
		image[i] = (uint8_t)(i * 7 >> 3);
	blk_mem(&b, image, sizeof image);
	return b;
}

TEST(ranges_are_checked_without_wrapping)
{
	struct blk b = disk();
	char c[16];
	check_ok(blk_read(&b, sizeof image - 16, c, 16));
	check_ok(blk_read(&b, sizeof image, c, 0));
	check_err(blk_read(&b, sizeof image - 15, c, 16), ERR_IO);
	check_err(blk_read(&b, UINT64_MAX, c, 2), ERR_IO);
	check_err(blk_read(&b, 8, c, SIZE_MAX), ERR_IO);
}

TEST(slices_stay_inside)
{
	struct blk b = disk(), s, t;
	uint8_t c[4];
	check_ok(blk_slice(&s, &b, 4096, 4096));
	check_ok(blk_slice(&t, &s, 100, 50));
	check_ok(blk_read(&t, 46, c, 4));
	check(memcmp(c, image + 4096 + 146, 4) == 0);
	check_err(blk_read(&t, 47, c, 4), ERR_IO);
	check_err(blk_slice(&t, &s, 4097, 0), ERR_CORRUPT);
	check_err(blk_slice(&t, &s, 1, UINT64_MAX), ERR_CORRUPT);
}

static enum err image_write(struct blk *b, uint64_t off, const void *src, size_t len)
{
	(void)b;
	memcpy(image + off, src, len);
	return OK;
}

static enum err image_flush(struct blk *b)
{
	*(unsigned *)b->priv += 1;
	return OK;
}

TEST(only_a_driver_that_can_write_writes)
{
	struct blk b = disk(), s;
	uint8_t c[4] = { 1, 2, 3, 4 };
	check(!blk_writable(&b));
	check_err(blk_write(&b, 0, c, 4), ERR_UNSUPPORTED);
	check_err(blk_flush(&b), ERR_UNSUPPORTED);
	check_ok(blk_slice(&s, &b, 4096, 4096));
	check(!blk_writable(&s));
}

TEST(writes_stay_inside)
{
	unsigned flushed = 0;
	struct blk b = disk(), s;
	const struct blk_ops ops = { b.ops->start, b.ops->drain, image_write, image_flush };
	uint8_t c[4] = { 1, 2, 3, 4 };
	b.ops = &ops;
	b.priv = &flushed;
	check_ok(blk_slice(&s, &b, 4096, 4096));
	check_ok(blk_write(&s, 4092, c, 4));
	check(!memcmp(image + 8188, c, 4));
	check_ok(blk_write(&s, 4096, c, 0));
	check_err(blk_write(&s, 4093, c, 4), ERR_IO);
	check_err(blk_write(&s, UINT64_MAX, c, 4), ERR_IO);
	check_ok(blk_flush(&s));
	check_u64(flushed, 1);
	b.align = s.align = 4;
	check_err(blk_write(&s, 2, c, 4), ERR_IO);
}

TEST(unaligned_reads_are_refused_below_the_cache)
{
	struct blk b = disk();
	_Alignas(512) uint8_t c[1024];
	b.align = 512;
	check_ok(blk_read(&b, 512, c, 512));
	check_err(blk_read(&b, 1, c, 512), ERR_IO);
	check_err(blk_read(&b, 512, c, 100), ERR_IO);
	check_err(blk_read(&b, 512, c + 1, 512), ERR_IO);
}

TEST(work_is_counted_at_the_disk)
{
	struct blk b = disk(), part, inner;
	uint8_t c[4096];
	check_ok(blk_slice(&part, &b, 512, 9000));
	check_ok(blk_slice(&inner, &part, 512, 8000));
	check_ok(blk_read(&inner, 0, c, 4096));
	check_u64(b.work, 4096 / 256 + 1);
	struct cache *cache = cache_new(&inner, test_arena(), 512, 8);
	check_ok(cache_read(cache, 0, c, 1));
	uint64_t first = b.work;
	check_ok(cache_read(cache, 1, c, 1));
	check_u64(b.work, first + 16);
}

TEST(cache_gives_any_range)
{
	struct blk b = disk();
	uint8_t c[9000];
	b.align = 512;
	struct cache *cache = cache_new(&b, test_arena(), 512, 8);
	for (size_t off = 0; off < 7000; off += 333) {
		check_ok(cache_read(cache, off, c, sizeof c - off / 2));
		check(memcmp(c, image + off, sizeof c - off / 2) == 0);
	}
	check_err(cache_read(cache, sizeof image - 1, c, 2), ERR_IO);
	check_ok(cache_read(cache, sizeof image - 1, c, 1));
	check_ok(cache_read(cache, 0, c, 1));
	image[0] ^= 0xff;
	check_ok(cache_read(cache, 0, c, 1));
	check(c[0] != image[0]);
	cache_forget(cache);
	check_ok(cache_read(cache, 0, c, 1));
	check_u64(c[0], image[0]);
}
