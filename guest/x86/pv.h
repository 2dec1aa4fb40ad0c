/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PV_H
#define PV_H
#include "x86.h"
/* A PV guest's own: start, page tables, traps. */

struct start_info;
_Noreturn void pv_start(const struct start_info *si); /* from entry_pv.S */

/* Addresses, by width: 64/pv_space.c, 32/pv_space.c. */
struct pv_space {
	unsigned levels; /* of page tables */
	uint64_t boot;	 /* address of PFN 0 as the domain builder mapped it */
	uint64_t window; /* address of PFN 0 in our own mappings */
	uint64_t reach;	 /* PFNs from here on have no address */
	uint64_t places; /* of frames that are none of our PFNs: PV_PLACES pages */
};
struct pv_space pv_space(void);
/* What only this width needs at its start, with memory in place. */
void pv_width_begin(void);
/* 32 bits: the first address that is Xen's; its table of PFNs by MFN begins there. */
uint32_t pv_xen_start(void);

/* pv_map.c: the live page tables become mem.h's. */
void pv_map_begin(const struct start *s);
/* Map a machine frame that is none of our PFNs (shared_info, grant table) at place n. */
enum { PV_PLACES = 16 };
void *pv_map_frame(unsigned n, uint64_t mfn);
#endif
