/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hold.h"

struct held {
	struct held *next;
	void *p;
	size_t n; /* pages */
};

/* What lies right behind the last run only makes it longer. */
static bool keep(struct hold *h, void *p, size_t n)
{
	struct held *last = h->head;
	if (last && (char *)last->p + last->n * PAGE_SIZE == (char *)p) {
		last->n += n;
		return true;
	}
	struct held *r = arena_new(h->arena, struct held);
	if (!r)
		return false;
	*r = (struct held){ last, p, n };
	h->head = r;
	return true;
}

void *hold_pages(struct hold *h, size_t n)
{
	struct held *r = arena_new(h->arena, struct held);
	void *p = r ? mem_pages(n) : NULL;
	if (!p)
		return NULL;
	*r = (struct held){ h->head, p, n };
	h->head = r;
	return p;
}

void *hold_take(struct hold *h, uint64_t pfn, size_t n)
{
	void *p = mem_map(pfn, n); /* first: it may itself take pages, these even */
	if (!p || !mem_take(pfn, n))
		return NULL;
	if (keep(h, p, n))
		return p;
	mem_free(p, n);
	return NULL;
}

void hold_drop(struct hold *h, void *p)
{
	for (struct held **at = &h->head; *at; at = &(*at)->next)
		if ((*at)->p == p) {
			mem_free(p, (*at)->n);
			*at = (*at)->next;
			return;
		}
}

void hold_release(struct hold *h)
{
	for (; h->head; h->head = h->head->next)
		mem_free(h->head->p, h->head->n);
}
