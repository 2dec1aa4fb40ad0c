/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "blk.h"
#include <string.h>

enum {
	WAYS = 4,
	LINE_WORK = 16, /* with what is then made of it: checksums, entries of directories */
};

struct line {
	uint64_t number; /* offset / line size; valid when stamp != 0 */
	uint64_t stamp;	 /* time of last use */
	uint8_t *bytes;
};

/* Set-associative: a lookup looks at WAYS lines, whatever the size. */
struct cache {
	struct blk *blk;
	struct line *line;
	uint32_t size; /* bytes of a line */
	uint32_t sets;
	uint64_t now;
};

struct cache *cache_new(struct blk *b, struct arena *a, uint32_t size, uint32_t lines)
{
	uint32_t sets = lines < WAYS ? 1 : lines / WAYS;
	struct cache *c = arena_new(a, struct cache);
	struct line *line = arena_array(a, struct line, (size_t)sets * WAYS);
	uint8_t *bytes = arena_alloc(a, (size_t)sets * WAYS * size, size);
	if (!c || !line || !bytes)
		return NULL;
	for (size_t i = 0; i < (size_t)sets * WAYS; i++)
		line[i].bytes = bytes + i * size;
	*c = (struct cache){ .blk = b, .line = line, .size = size, .sets = sets };
	return c;
}

/* The line that holds number, or the set's least recently used one. */
static struct line *pick(struct cache *c, uint64_t number)
{
	struct line *set = c->line + number % c->sets * WAYS, *oldest = set;
	for (struct line *l = set; l < set + WAYS; l++) {
		if (l->stamp && l->number == number)
			return l;
		if (l->stamp < oldest->stamp)
			oldest = l;
	}
	return oldest;
}

static enum err line_get(struct cache *c, uint64_t number, struct line **out)
{
	struct line *l = pick(c, number);
	blk_count(c->blk, LINE_WORK);
	if (!l->stamp || l->number != number) {
		uint64_t off = number * c->size;
		l->stamp = 0;
		try(blk_read(c->blk, off, l->bytes, (size_t)min_u64(c->size, c->blk->size - off)));
		l->number = number;
	}
	l->stamp = ++c->now;
	*out = l;
	return OK;
}

enum err cache_read(struct cache *c, uint64_t off, void *dst, size_t len)
{
	uint8_t *to = dst;
	if (off > c->blk->size || len > c->blk->size - off)
		return ERR_IO;
	while (len) {
		struct line *l;
		size_t at = (size_t)(off % c->size), n = min_size(len, c->size - at);
		try(line_get(c, off / c->size, &l));
		memcpy(to, l->bytes + at, n);
		to += n;
		off += n;
		len -= n;
	}
	return OK;
}

void cache_forget(struct cache *c)
{
	for (size_t i = 0; i < (size_t)c->sets * WAYS; i++)
		c->line[i].stamp = 0;
}
