/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pv.h"
#include "../jump_pv.h"
#include "../xen/hypercall.h"
#include <string.h>

/*
 * A PV guest starts with its first PFNs ("boot pages") mapped one after the
 * other by page tables that lie among them, and are mapped read-only: Xen lets
 * nobody but itself write to a live table. Everything else is mapped when it is
 * first asked for, in a window that has a fixed address for every PFN, 2 MiB
 * at a time: a spare page is filled as a level 1 table while it is still an
 * ordinary page, loses its writable mappings, and is hooked in by one call.
 * Where the window begins with them, boot pages have this one address only.
 */
enum {
	ENTRIES = 512,
	POOL = 64,    /* spare pages for tables */
	POOL_LOW = 8, /* enough to map a fresh pool: two tables of each level */
	BATCH = 64,
};
enum pte {
	PTE_P = 1,
	PTE_RW = 2,
	PTE_US = 4, /* Xen sets it anyway: the kernel of a 64-bit PV guest is in ring 3 */
	PTE_A = 0x20,
	PTE_D = 0x40,
	PTE_TABLE = PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D,
	PTE_READ = PTE_P | PTE_US | PTE_A,
	PTE_WRITE = PTE_READ | PTE_RW | PTE_D,
};
#define PTE_FRAME 0x000ffffffffff000ull

static struct pv_space space;
static const unsigned long *p2m;
static const uint64_t *root;
static uint64_t boot_pages; /* PFNs below are mapped from space.boot on, too */
static uint64_t pool[POOL]; /* PFNs: MEM_USED, mapped writable, unused */
static size_t n_pool;

static uint64_t p2m_mfn(uint64_t pfn)
{
	return p2m[pfn] == ~0ul ? UINT64_MAX : p2m[pfn];
}

static void *window_va(uint64_t pfn)
{
	return (void *)(uintptr_t)(space.window + (pfn << PAGE_SHIFT));
}

static uint64_t boot_va(uint64_t pfn)
{
	return space.boot + (pfn << PAGE_SHIFT);
}

/* Where a page of ours can be read: a boot page where the builder mapped it. */
static void *page_va(uint64_t pfn)
{
	return pfn < boot_pages ? (void *)(uintptr_t)boot_va(pfn) : window_va(pfn);
}

static uint64_t va_pfn(const void *va)
{
	uint64_t a = (uint64_t)(uintptr_t)va;
	return (a >= space.window ? a - space.window : a - space.boot) >> PAGE_SHIFT;
}

static size_t pte_index(uint64_t va, unsigned level)
{
	return (size_t)(va >> (PAGE_SHIFT + 9 * (level - 1))) & (ENTRIES - 1);
}

/* The frame of the table of this level that translates va; UINT64_MAX: there is none. */
static uint64_t table_mfn(uint64_t va, unsigned level)
{
	uint64_t mfn = p2m_mfn(va_pfn(root));
	const uint64_t *table = root;
	for (unsigned at = space.levels; at > level; at--) {
		uint64_t e = table[pte_index(va, at)];
		if (!(e & PTE_P))
			return UINT64_MAX;
		mfn = (e & PTE_FRAME) >> PAGE_SHIFT;
		table = page_va(hyper_m2p(mfn));
	}
	return mfn;
}

static uint64_t pte_machine(uint64_t mfn, uint64_t va, unsigned level)
{
	return mfn << PAGE_SHIFT | pte_index(va, level) * 8;
}

bool pv_live_entry(uint64_t va, unsigned level, uint64_t *machine, uint64_t *pte)
{
	uint64_t mfn = table_mfn(va, level);
	if (mfn == UINT64_MAX)
		return false;
	const uint64_t *table = page_va(hyper_m2p(mfn));
	*machine = pte_machine(mfn, va, level);
	*pte = table[pte_index(va, level)];
	return true;
}

/* Changes to live tables, sent many at a time. */
struct batch {
	struct mmu_update u[BATCH];
	size_t n;
};

static enum err batch_send(struct batch *b)
{
	enum err e = b->n && hyper_mmu_update(b->u, b->n) < 0 ? ERR_IO : OK;
	b->n = 0;
	return e;
}

static enum err batch_add(struct batch *b, uint64_t va, uint64_t pte)
{
	uint64_t mfn = table_mfn(va, 1);
	if (mfn == UINT64_MAX)
		return OK;
	b->u[b->n++] = (struct mmu_update){ pte_machine(mfn, va, 1), pte };
	return b->n == BATCH ? batch_send(b) : OK;
}

/* Both addresses of a page get this access; 0: none. */
static enum err page_access(struct batch *b, uint64_t pfn, uint64_t access)
{
	uint64_t pte = access ? p2m_mfn(pfn) << PAGE_SHIFT | access : 0;
	if (pfn < boot_pages && space.window != space.boot)
		try(batch_add(b, boot_va(pfn), pte));
	return batch_add(b, (uint64_t)(uintptr_t)window_va(pfn), pte);
}

static enum err flush_tlb(void)
{
	struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };
	return hyper_mmuext(&op, 1) < 0 ? ERR_IO : OK;
}

/* A spare page, zeroed and writable, already marked as the table it will be. */
static uint64_t *table_new(uint64_t *pfn)
{
	if (!n_pool || !mem_mark(pool[n_pool - 1], 1, MEM_TABLE))
		return NULL;
	*pfn = pool[--n_pool];
	return memset(page_va(*pfn), 0, PAGE_SIZE);
}

static enum err hook(uint64_t pfn, uint64_t va, unsigned level)
{
	struct batch b = { .n = 0 };
	try(page_access(&b, pfn, PTE_READ));
	try(batch_send(&b));
	uint64_t above = table_mfn(va, level + 1);
	if (above == UINT64_MAX)
		return ERR_IO;
	struct mmu_update u = { pte_machine(above, va, level + 1),
				p2m_mfn(pfn) << PAGE_SHIFT | PTE_TABLE };
	return hyper_mmu_update(&u, 1) < 0 ? ERR_IO : OK;
}

/* Hook a filled table into the table of the level above it; refused, it is a spare page again. */
static enum err table_hook(uint64_t pfn, uint64_t va, unsigned level)
{
	struct batch b = { .n = 0 };
	enum err e = hook(pfn, va, level);
	if (e && page_access(&b, pfn, PTE_WRITE) == OK && batch_send(&b) == OK &&
	    mem_mark(pfn, 1, MEM_USED))
		pool[n_pool++] = pfn;
	return e;
}

/* Empty tables between the root's level and level 1, where va has none yet. */
static enum err upper_tables(uint64_t va)
{
	for (unsigned level = space.levels - 1; level > 1; level--) {
		uint64_t pfn;
		if (table_mfn(va, level) != UINT64_MAX)
			continue;
		if (!table_new(&pfn))
			return ERR_NOMEM;
		try(table_hook(pfn, va, level));
	}
	return OK;
}

static uint64_t window_pte(uint64_t pfn)
{
	switch (mem_kind(pfn)) {
	case MEM_HOLE:
	case MEM_FAR:
		return 0;
	case MEM_TABLE:
		return p2m_mfn(pfn) << PAGE_SHIFT | PTE_READ;
	default:
		return p2m_mfn(pfn) << PAGE_SHIFT | PTE_WRITE;
	}
}

/* Map the 2 MiB that hold pfn. */
static enum err region_map(uint64_t pfn)
{
	uint64_t first = pfn & ~(uint64_t)(ENTRIES - 1), va = (uint64_t)(uintptr_t)window_va(first);
	uint64_t table_pfn;
	if (table_mfn(va, 1) != UINT64_MAX)
		return OK;
	try(upper_tables(va));
	uint64_t *table = table_new(&table_pfn);
	if (!table)
		return ERR_NOMEM;
	for (size_t i = 0; i < ENTRIES; i++)
		table[i] = window_pte(first + i);
	return table_hook(table_pfn, va, 1);
}

static enum err regions_map(uint64_t pfn, size_t n)
{
	for (uint64_t at = pfn; at < pfn + n; at = (at | (ENTRIES - 1)) + 1)
		try(region_map(at));
	return OK;
}

/* Keep the pool so full that the next fill is sure to find the tables it needs. */
static enum err pool_fill(void)
{
	if (n_pool > POOL_LOW)
		return OK;
	size_t n = POOL - n_pool;
	uint64_t pfn = mem_reserve(n, UINT64_MAX);
	if (pfn == UINT64_MAX)
		return OK; /* what is left may do */
	enum err e = regions_map(pfn, n);
	if (e) {
		mem_mark(pfn, n, MEM_FREE);
		return e;
	}
	for (size_t i = 0; i < n; i++)
		pool[n_pool++] = pfn + i;
	return OK;
}

static void *window_map(uint64_t pfn, size_t n)
{
	if (pfn > space.reach || n > space.reach - pfn)
		return NULL;
	for (uint64_t at = pfn; at < pfn + n; at = (at | (ENTRIES - 1)) + 1)
		if (pool_fill() || region_map(at))
			return NULL;
	for (size_t i = 0; i < n; i++)
		if (p2m_mfn(pfn + i) == UINT64_MAX)
			return NULL;
	return window_va(pfn);
}

static enum err window_protect(void *va, size_t n, bool mapped)
{
	struct batch b = { .n = 0 };
	uint64_t pfn = va_pfn(va);
	for (size_t i = 0; i < n; i++)
		try(page_access(&b, pfn + i, mapped ? PTE_WRITE : 0));
	try(batch_send(&b));
	return mapped ? OK : flush_tlb();
}

/* How far the builder's mapping goes: whole level 1 tables but for the last. */
static uint64_t boot_end(void)
{
	uint64_t pfn = 0;
	while (pfn < space.reach && table_mfn(boot_va(pfn), 1) != UINT64_MAX)
		pfn += ENTRIES;
	if (!pfn)
		return 0;
	const uint64_t *last = page_va(hyper_m2p(table_mfn(boot_va(pfn - 1), 1)));
	size_t n = ENTRIES;
	while (n && !(last[n - 1] & PTE_P))
		n--;
	return pfn - ENTRIES + n;
}

static const struct mem_ops pv_ops = { p2m_mfn, va_pfn, window_map, window_protect };

static void mark_bytes(const void *from, uint64_t len, enum mem_kind kind)
{
	mem_mark(va_pfn(from), (len + PAGE_SIZE - 1) >> PAGE_SHIFT, kind);
}

void pv_map_begin(const struct start *s)
{
	space = pv_space();
	p2m = s->mfn_list;
	root = (const uint64_t *)(uintptr_t)s->pt_base;
	n_pool = 0;
	boot_pages = UINT64_MAX; /* every table read until it is known is a boot page */
	boot_pages = boot_end();
	mem_begin(&pv_ops, s->nr_pages);
	mark_bytes(image_start, (uint64_t)(image_end - image_start), MEM_IMAGE);
	mark_bytes(p2m, s->nr_pages * sizeof *p2m, MEM_GIVEN);
	mark_bytes(root, s->nr_pt_frames << PAGE_SHIFT, MEM_TABLE);
	mem_mark(hyper_m2p(s->store_mfn), 1, MEM_GIVEN);
	mem_mark(hyper_m2p(s->console_mfn), 1, MEM_GIVEN);
	mem_mark(s->mod_pfn, (s->mod_len + PAGE_SIZE - 1) >> PAGE_SHIFT, MEM_GIVEN);
	if (s->nr_pages > space.reach)
		mem_mark(space.reach, s->nr_pages - space.reach, MEM_FAR);
	/* The first pool comes from the end of the boot pages, which is padding. */
	for (uint64_t pfn = boot_pages; pfn > 0 && n_pool < POOL; pfn--)
		if (mem_kind(pfn - 1) == MEM_FREE && mem_mark(pfn - 1, 1, MEM_USED))
			pool[n_pool++] = pfn - 1;
}

void *pv_map_frame(unsigned n, uint64_t mfn)
{
	uint64_t va = space.places + ((uint64_t)n << PAGE_SHIFT), pfn;
	if (n >= PV_PLACES || pool_fill() || upper_tables(va))
		return NULL;
	if (table_mfn(va, 1) == UINT64_MAX && (!table_new(&pfn) || table_hook(pfn, va, 1)))
		return NULL;
	if (hyper_update_va_mapping(va, mfn << PAGE_SHIFT | PTE_WRITE, UVMF_INVLPG) < 0)
		return NULL;
	return (void *)(uintptr_t)va;
}
