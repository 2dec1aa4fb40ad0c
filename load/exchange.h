/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXCHANGE_H
#define EXCHANGE_H
#include "../core/base/base.h"
/*
 * A permutation of page frames: which of today's PFNs has the frame that a PFN
 * will have tomorrow. Made of swaps only, so it cannot lose or double a frame.
 * Memory follows the number of frames that move, not the size of the domain.
 */
struct exchange {
	struct arena *arena;
	struct exchange_node *root;
};
#define EXCHANGE_PFN_MAX UINT32_MAX

/* Tomorrow's pfn has the frame of today's exchange_at(pfn). */
uint64_t exchange_at(const struct exchange *x, uint64_t pfn);
/* The inverse: where the frame of today's pfn goes. */
uint64_t exchange_find(const struct exchange *x, uint64_t pfn);
/* Tomorrow's a and b get each other's frames. ERR_NOMEM: nothing changed. */
enum err exchange_swap(struct exchange *x, uint64_t a, uint64_t b);
/* The frame of today's old goes to tomorrow's pfn; the one that was there takes its place. */
enum err exchange_place(struct exchange *x, uint64_t pfn, uint64_t old);
/* Step *pfn to the first one at or after it that gets a new frame; false: there is none. */
bool exchange_next(const struct exchange *x, uint64_t *pfn);
#endif
