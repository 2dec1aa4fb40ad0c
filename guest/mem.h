/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEM_H
#define MEM_H
#include "../core/base/base.h"
/*
 * The domain's memory. A page is 4096 bytes; a PFN numbers the domain's own
 * pages from 0, an MFN the machine's (PVH: the same number). Nothing is mapped
 * or touched before somebody asks for it.
 */
enum { PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT };

enum mem_kind {
	MEM_FREE,  /* RAM that nobody uses; its content is undefined */
	MEM_USED,  /* the loader's, by mem_pages or mem_take */
	MEM_IMAGE, /* the loader's own code, data and stack */
	MEM_GIVEN, /* from the toolstack: start_info, p2m list, console, xenstore, ramdisk */
	MEM_TABLE, /* page tables that are live now: readable, never writable */
	MEM_HOLE,  /* no frame behind it, or not below mem_total() */
	MEM_FAR,   /* RAM that has no address here: what a 32-bit loader cannot reach */
};

uint64_t mem_total(void);	  /* PFNs are 0 .. mem_total() - 1 */
uint64_t mem_unused(void);	  /* how many of them are MEM_FREE, holes not yet met included */
uint64_t mem_mfn(uint64_t pfn);	  /* UINT64_MAX: a hole */
uint64_t mem_pfn(const void *va); /* of any address inside the image or the window */
enum mem_kind mem_kind(uint64_t pfn);

/* The lowest n free pages in a row in [from, to); UINT64_MAX: none. n > 0 */
uint64_t mem_find(uint64_t from, uint64_t to, uint64_t n);
/*
 * n free pages, one after the other in PFN and in address, mapped read-write,
 * not zeroed; from the top of memory downwards. NULL: there is no such run.
 */
void *mem_pages(size_t n);
void mem_free(void *p, size_t n); /* pages of mem_pages or mem_take, mapped; any part of a run */
/* Make exactly these PFNs MEM_USED; false (and no change) unless all are MEM_FREE. Maps nothing. */
bool mem_take(uint64_t pfn, size_t n);
/*
 * The window's address of these pages, mapped read-write, MEM_TABLE ones
 * read-only. A PFN always has the same address there, so neighbours are
 * contiguous. NULL: a hole or a MEM_FAR one among them, or no memory for
 * page tables.
 */
void *mem_map(uint64_t pfn, size_t n);
/*
 * Drop every mapping of these mapped pages, also those outside the window, so
 * that they can become page tables; and bring all of them back. Errors are the
 * hypervisor's refusal (ERR_IO, logged by nobody): then some pages may be done.
 */
enum err mem_unmap(void *va, size_t n);
enum err mem_remap(void *va, size_t n);
#endif
