/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange.h"

/* A radix tree of four levels, 36 bits of PFN; absent parts stay as they are. */
enum { BITS = 9, FAN = 1 << BITS, LEVELS = 4 };
struct exchange_node {
	struct exchange_node *below[FAN];
};
/* Both directions, as the difference (xor) to the PFN itself: zero is "stays". */
struct leaf {
	uint32_t at[FAN], find[FAN];
};

static size_t index_of(uint64_t pfn, unsigned level)
{
	return pfn >> BITS * level & (FAN - 1);
}

static struct leaf *leaf_get(const struct exchange *x, uint64_t pfn)
{
	struct exchange_node *n = x->root;
	for (unsigned level = LEVELS - 1; n && level > 0; level--)
		n = n->below[index_of(pfn, level)];
	return (struct leaf *)(void *)n;
}

static struct leaf *leaf_make(struct exchange *x, uint64_t pfn)
{
	struct exchange_node **at = &x->root;
	for (unsigned level = LEVELS - 1;; level--) {
		if (!*at)
			*at = level ? arena_new(x->arena, struct exchange_node)
				    : (void *)arena_new(x->arena, struct leaf);
		if (!*at || !level)
			return (struct leaf *)(void *)*at;
		at = &(*at)->below[index_of(pfn, level)];
	}
}

uint64_t exchange_at(const struct exchange *x, uint64_t pfn)
{
	const struct leaf *l = leaf_get(x, pfn);
	return l ? pfn ^ l->at[pfn % FAN] : pfn;
}

uint64_t exchange_find(const struct exchange *x, uint64_t pfn)
{
	const struct leaf *l = leaf_get(x, pfn);
	return l ? pfn ^ l->find[pfn % FAN] : pfn;
}

static void set(struct leaf *l, uint64_t pfn, struct leaf *l_old, uint64_t old)
{
	l->at[pfn % FAN] = (uint32_t)(old ^ pfn);
	l_old->find[old % FAN] = (uint32_t)(old ^ pfn);
}

enum err exchange_swap(struct exchange *x, uint64_t a, uint64_t b)
{
	if (a == b)
		return OK;
	uint64_t old_a = exchange_at(x, a), old_b = exchange_at(x, b);
	struct leaf *la = leaf_make(x, a), *lb = leaf_make(x, b);
	struct leaf *loa = leaf_make(x, old_a), *lob = leaf_make(x, old_b);
	if (!la || !lb || !loa || !lob)
		return ERR_NOMEM;
	set(la, a, lob, old_b);
	set(lb, b, loa, old_a);
	return OK;
}

enum err exchange_place(struct exchange *x, uint64_t pfn, uint64_t old)
{
	return exchange_swap(x, pfn, exchange_find(x, old));
}

/* How many PFNs from pfn on are known to stay: the part of the tree that is not there. */
static uint64_t absent(const struct exchange *x, uint64_t pfn)
{
	const struct exchange_node *n = x->root;
	for (unsigned level = LEVELS - 1;; level--) {
		uint64_t span = 1ull << BITS * (level + 1);
		if (!n)
			return span - pfn % span;
		if (!level)
			return 0;
		n = n->below[index_of(pfn, level)];
	}
}

bool exchange_next(const struct exchange *x, uint64_t *pfn)
{
	while (*pfn <= EXCHANGE_PFN_MAX) { /* moves forward with each round */
		uint64_t skip = absent(x, *pfn);
		if (!skip && exchange_at(x, *pfn) != *pfn)
			return true;
		*pfn += skip ? skip : 1;
	}
	return false;
}
