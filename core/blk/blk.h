/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BLK_H
#define BLK_H
#include "../base/base.h"
/*
 * A readable run of bytes. Disks, partitions, images in memory and files
 * opened as disks are all struct blk.
 */
struct blk;
struct blk_ops {
	/*
	 * Begin one read. The range lies inside the device, and off, len and
	 * dst are multiples of blk->align: blk.c saw to it. The read may finish
	 * now or later; start blocks only while the queue is full.
	 */
	enum err (*start)(struct blk *b, uint64_t off, void *dst, size_t len);
	/* Wait for every started read: the first error of the batch, or OK. */
	enum err (*drain)(struct blk *b);
	/*
	 * NULL, both of them, where nothing may be written: only a shell's
	 * driver has them. write: the range as for start; it has happened when
	 * this returns, and what was read before may be stale. flush: all that
	 * was written outlives the machine.
	 */
	enum err (*write)(struct blk *b, uint64_t off, const void *src, size_t len);
	enum err (*flush)(struct blk *b);
};
struct blk {
	const struct blk_ops *ops;
	uint64_t size;	/* bytes */
	uint32_t align; /* power of two: 1 where the driver does not care */
	uint32_t
		sector; /* logical sector size in bytes (512, 4096): partition tables count in it */
	struct blk *parent; /* slices: where base points */
	uint64_t base;
	const char *name; /* for messages */
	void *priv;
	/*
	 * What was asked of it and its slices since it was made, for budgets, in units of some
	 * 50 ns: 16 for each line of a cache, and one for each 256 bytes that were read.
	 */
	uint64_t work;
};
/*
 * The one place where a range is checked: ERR_IO outside the device. dst must
 * stay untouched until blk_drain() says OK. Unaligned requests are ERR_IO too:
 * cache_read() and fs_start() align for their callers.
 */
enum err blk_start(struct blk *b, uint64_t off, void *dst, size_t len);
enum err blk_drain(struct blk *b);
enum err blk_read(struct blk *b, uint64_t off, void *dst, size_t len); /* start and drain */
void blk_count(struct blk *b, uint64_t n);			       /* n more for work */
bool blk_writable(const struct blk *b);
/* Ranges as in blk_start(). ERR_UNSUPPORTED: not writable. */
enum err blk_write(struct blk *b, uint64_t off, const void *src, size_t len);
enum err blk_flush(struct blk *b);
/* Make child the range [off, off + size) of parent: ERR_CORRUPT where that leaves it. */
enum err blk_slice(struct blk *child, struct blk *parent, uint64_t off, uint64_t size);
void blk_mem(struct blk *b, const void *p, size_t n); /* an image in memory */

/* Metadata goes through a small cache and is copied out, never aliased. Any offset and length. */
struct cache;
/* line bytes (a power of two, >= b->align) times lines; NULL: the arena is full. */
struct cache *cache_new(struct blk *b, struct arena *a, uint32_t line, uint32_t lines);
enum err cache_read(struct cache *c, uint64_t off, void *dst, size_t len);
void cache_forget(struct cache *c); /* the device was written to */
#endif
