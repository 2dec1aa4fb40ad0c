/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef JUMP_PV_H
#define JUMP_PV_H
#include "xen/hypercall.h"
#include <stdbool.h>
/*
 * The last page: the new kernel's stack. It is written here, shown at its new
 * address in the live tables too, and the processor goes on in it while the
 * tables change.
 */
struct jump_pv {
	struct mmu_update graft; /* makes the live tables show the page at there */
	struct mmuext_op flush;
	struct mmuext_op swap[2]; /* new tables; give up the old ones */
	uint64_t there;		  /* the page's address in the new tables */
	uint64_t start_info, entry;
};
/* Copies its code behind *page, which begins a page, and never returns. */
_Noreturn void jump_pv(struct jump_pv *page);
/*
 * The live page table entry of this level (4: the root's) that translates va:
 * its machine address and value. false: there is no table of that level.
 */
bool pv_live_entry(uint64_t va, unsigned level, uint64_t *machine, uint64_t *pte);
#endif
