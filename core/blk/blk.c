/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "blk.h"
#include <string.h>

static bool in_range(const struct blk *b, uint64_t off, size_t len)
{
	return off <= b->size && len <= b->size - off;
}

static bool aligned(const struct blk *b, uint64_t off, const void *dst, size_t len)
{
	return ((off | len | (uintptr_t)dst) & (b->align - 1)) == 0;
}

void blk_count(struct blk *b, uint64_t n)
{
	while (b->parent) /* slices of slices end at a disk */
		b = b->parent;
	b->work += n;
}

enum err blk_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	if (!in_range(b, off, len) || !aligned(b, off, dst, len))
		return ERR_IO;
	if (!b->parent)
		blk_count(b, len / 256 + 1);
	return len ? b->ops->start(b, off, dst, len) : OK;
}

enum err blk_drain(struct blk *b)
{
	return b->ops->drain(b);
}

enum err blk_read(struct blk *b, uint64_t off, void *dst, size_t len)
{
	enum err e = blk_start(b, off, dst, len);
	/* Whatever was started must land before dst can be given up. */
	enum err d = blk_drain(b);
	return e ? e : d;
}

bool blk_writable(const struct blk *b)
{
	return b->ops->write != NULL;
}

enum err blk_write(struct blk *b, uint64_t off, const void *src, size_t len)
{
	if (!blk_writable(b))
		return ERR_UNSUPPORTED;
	if (!in_range(b, off, len) || !aligned(b, off, src, len))
		return ERR_IO;
	return len ? b->ops->write(b, off, src, len) : OK;
}

enum err blk_flush(struct blk *b)
{
	return blk_writable(b) ? b->ops->flush(b) : ERR_UNSUPPORTED;
}

static enum err slice_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	return blk_start(b->parent, b->base + off, dst, len);
}

static enum err slice_drain(struct blk *b)
{
	return blk_drain(b->parent);
}

static enum err slice_write(struct blk *b, uint64_t off, const void *src, size_t len)
{
	return blk_write(b->parent, b->base + off, src, len);
}

static enum err slice_flush(struct blk *b)
{
	return blk_flush(b->parent);
}

enum err blk_slice(struct blk *child, struct blk *parent, uint64_t off, uint64_t size)
{
	static const struct blk_ops reads = { .start = slice_start, .drain = slice_drain };
	static const struct blk_ops writes = { slice_start, slice_drain, slice_write, slice_flush };
	if (off > parent->size || size > parent->size - off)
		return ERR_CORRUPT;
	*child = (struct blk){
		.ops = blk_writable(parent) ? &writes : &reads,
		.size = size,
		.align = parent->align,
		.sector = parent->sector,
		.parent = parent,
		.base = off,
		.name = parent->name,
	};
	return OK;
}

static enum err mem_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	memcpy(dst, (const char *)b->priv + off, len);
	return OK;
}

static enum err mem_drain(struct blk *b)
{
	(void)b;
	return OK;
}

void blk_mem(struct blk *b, const void *p, size_t n)
{
	static const struct blk_ops ops = { .start = mem_start, .drain = mem_drain };
	*b = (struct blk){
		.ops = &ops,
		.size = n,
		.align = 1,
		.sector = 512,
		.name = "memory",
		.priv = (void *)(uintptr_t)p,
	};
}
