/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEM_OPS_H
#define MEM_OPS_H
#include "mem.h"
/* How mem.c is told about the machine: one table for PV, one for PVH. */
struct mem_ops {
	uint64_t (*mfn)(uint64_t pfn); /* pfn < mem_total() */
	uint64_t (*pfn)(const void *va);
	void *(*map)(uint64_t pfn, size_t n);		      /* see mem_map */
	enum err (*protect)(void *va, size_t n, bool mapped); /* see mem_unmap, mem_remap */
};
void mem_begin(const struct mem_ops *how, uint64_t pages);
/* Say what a range is. false: the table of runs is full, and nothing changed. */
bool mem_mark(uint64_t pfn, uint64_t n, enum mem_kind kind);
/* The highest n free pages in a row below a PFN, now MEM_USED, not mapped; UINT64_MAX: none. */
uint64_t mem_reserve(size_t n, uint64_t below);
#endif
