/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base.h"
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t size, used; /* both count this header */
};

void arena_init(struct arena *a, struct pages *from, size_t limit)
{
	*a = (struct arena){ .pages = from, .limit = limit };
}

/* The place for size bytes in b, or 0: an offset from the block's start. */
static size_t block_fit(const struct arena_block *b, size_t size, size_t align)
{
	uintptr_t base = (uintptr_t)b, at = (base + b->used + align - 1) & ~(uintptr_t)(align - 1);
	size_t off = at - base;
	return off <= b->size && size <= b->size - off ? off : 0;
}

static struct arena_block *block_new(struct arena *a, size_t size, size_t align)
{
	size_t need, pad = align > _Alignof(struct arena_block) ? align : 0;
	if (__builtin_add_overflow(size, sizeof(struct arena_block) + pad, &need))
		return NULL;
	if (need < a->pages->grain)
		need = a->pages->grain;
	if (a->used > a->limit || need > a->limit - a->used)
		return NULL;
	struct arena_block *b = a->pages->get(a->pages, need);
	if (!b)
		return NULL;
	*b = (struct arena_block){ .next = a->head, .size = need, .used = sizeof *b };
	a->used += need;
	a->head = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t size, size_t align)
{
	struct arena_block *b = a->head;
	size_t off = b && a->pages->grain ? block_fit(b, size, align) : 0;
	if (!off) {
		b = block_new(a, size, align);
		off = b ? block_fit(b, size, align) : 0;
	}
	if (!off)
		return NULL;
	b->used = off + size;
	/* Nothing in a block is given out twice. */
	return a->pages->zeroed ? (char *)b + off : memset((char *)b + off, 0, size);
}

void *arena_array_(struct arena *a, size_t n, size_t size, size_t align)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return arena_alloc(a, bytes, align);
}

void arena_release(struct arena *a)
{
	while (a->head) {
		struct arena_block *b = a->head;
		a->head = b->next;
		a->pages->put(a->pages, b, b->size);
	}
	a->used = 0;
}
