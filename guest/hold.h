/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HOLD_H
#define HOLD_H
#include "mem.h"
/* Pages taken for the next kernel. Given back together when it cannot be booted. */
struct held;
struct hold {
	struct arena *arena;
	struct held *head;
};
/* As mem_pages(); NULL also when the arena is full. */
void *hold_pages(struct hold *h, size_t n);
/* As mem_take() and mem_map(); NULL, and nothing changed, unless all of them are free. */
void *hold_take(struct hold *h, uint64_t pfn, size_t n);
/* Give one run of hold_pages() back before the others. */
void hold_drop(struct hold *h, void *p);
void hold_release(struct hold *h);
#endif
