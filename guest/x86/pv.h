/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PV_H
#define PV_H
#include "x86.h"
/* A PV guest's own: start, page tables, traps. */

_Noreturn void pv_start(const char *start_info); /* from entry_pv.S */

/* pv_map.c: the live page tables become mem.h's. */
void pv_map_begin(const struct start *s);
/* Map a machine frame that is none of our PFNs (shared_info, grant table) at place n. */
enum { PV_PLACES = 16 };
void *pv_map_frame(unsigned n, uint64_t mfn);
void pv_unmap_frames(void);
#endif
