/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PVH_H
#define PVH_H
#include "x86.h"
/* A PVH guest's own: start, page tables, traps. 64 bits only. */

/*
 * From entry_pvh.S: hvm_start_info, by its physical address. The page tables
 * of entry_pvh.S show the first 4 GiB at 0 and in the window.
 */
_Noreturn void pvh_start(uint32_t start_info);

#define PVH_WINDOW 0x200000000000ull /* address of PFN 0: slot 64 of the root table */

/* Calls go through hyper_page from here on. */
void hyper_begin_pvh(void);

/*
 * pvh_map.c: the domain's memory becomes mem.h's, and the loader goes from
 * where the domain builder put it, which is where kernels want to be, to the
 * highest memory below 4 GiB. Its own addresses stay the same. false: no room.
 */
bool pvh_map_begin(const struct start *s);
/* A page that is no RAM, mapped; NULL: no memory for page tables. */
void *pvh_map_frame(uint64_t pfn);
/* n PFNs below 4 GiB that the memory map knows nothing of, the first of them; 0: none. */
uint64_t pvh_hole(size_t n);

/* trap_pvh.c */
void pvh_traps(bool on);
unsigned long pvh_fault(void);
#endif
