/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pvh.h"
#include "../jump_pvh.h"
#include <string.h>

/*
 * Page tables of our own: the image at its own addresses, wherever it lies,
 * and the window, where every PFN has a fixed address and is mapped 2 MiB at a
 * time when it is first asked for. A mapping touches nothing, so memory that
 * the hypervisor has not filled yet (populate on demand) stays so.
 */
enum {
	ENTRIES = 512,
	REGION = 512, /* pages of 2 MiB */
	POOL = 16,    /* spare pages for tables: the first tables take 11 */
	POOL_LOW = 3, /* enough to map a fresh page: two tables in the window, and one */
	LEVELS = 4,
};
#define PTE_P	  1ull
#define PTE_RW	  2ull
#define PTE_LARGE 0x80ull
#define PTE_NX	  (1ull << 63)
#define PTE_FRAME 0x000ffffffffff000ull
#define BELOW_4G  (1ull << (32 - PAGE_SHIFT))
/* Where devices are on a PC: what is no RAM below it is nobody's. */
#define DEVICES 0xfec00ull

static const struct start *start;
static uint64_t *root;
static uint64_t image_pfn; /* where the image lies */
static uint64_t pool[POOL];
static size_t n_pool;

_Noreturn void jump_pvh(uint32_t entry, uint32_t esi, uint32_t ebx, uint64_t shift);

static void *window_va(uint64_t pfn)
{
	return (void *)(uintptr_t)(PVH_WINDOW + (pfn << PAGE_SHIFT));
}

/* PFNs are frame numbers; UINT64_MAX where there is no RAM. */
static uint64_t ram_pfn(uint64_t pfn)
{
	uint64_t at = pfn << PAGE_SHIFT;
	for (size_t i = 0; i < start->n_map; i++) {
		const struct pvh_range *m = &start->map[i];
		if (m->type == 1 && at >= m->addr && m->size >= PAGE_SIZE &&
		    at - m->addr <= m->size - PAGE_SIZE)
			return pfn;
	}
	return UINT64_MAX;
}

static uint64_t va_pfn(const void *va)
{
	uint64_t at = (uint64_t)(uintptr_t)va, image = (uint64_t)(uintptr_t)image_start;
	return at >= PVH_WINDOW ? (at - PVH_WINDOW) >> PAGE_SHIFT
				: image_pfn + ((at - image) >> PAGE_SHIFT);
}

/* The entry of this level that translates va, with the tables above it; NULL: no page for one. */
static uint64_t *entry(uint64_t va, unsigned level)
{
	uint64_t *table = root;
	for (unsigned at = LEVELS;; at--) {
		uint64_t *e = &table[va >> (PAGE_SHIFT + 9 * (at - 1)) & (ENTRIES - 1)];
		if (at == level)
			return e;
		if (!(*e & PTE_P)) {
			if (!n_pool)
				return NULL;
			uint64_t pfn = pool[--n_pool];
			memset(window_va(pfn), 0, PAGE_SIZE);
			*e = pfn << PAGE_SHIFT | PTE_P | PTE_RW;
		}
		table = window_va((*e & PTE_FRAME) >> PAGE_SHIFT);
	}
}

static bool map_page(uint64_t va, uint64_t pfn, uint64_t access)
{
	uint64_t *e = entry(va, 1);
	if (e)
		*e = pfn << PAGE_SHIFT | PTE_P | access;
	return e;
}

static bool map_region(uint64_t pfn)
{
	pfn &= ~(uint64_t)(REGION - 1);
	uint64_t *e = entry(PVH_WINDOW + (pfn << PAGE_SHIFT), 2);
	if (e)
		*e = pfn << PAGE_SHIFT | PTE_P | PTE_RW | PTE_LARGE | PTE_NX;
	return e;
}

/* Keep the pool so full that a page for it can be mapped. */
static bool pool_fill(void)
{
	while (n_pool < POOL_LOW + 1) {
		uint64_t pfn = mem_reserve(1, UINT64_MAX);
		if (pfn == UINT64_MAX || !map_region(pfn))
			return false;
		pool[n_pool++] = pfn;
	}
	return true;
}

static void *window_map(uint64_t pfn, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ram_pfn(pfn + i) == UINT64_MAX)
			return NULL;
	for (uint64_t at = pfn; at < pfn + n; at = (at | (REGION - 1)) + 1)
		if (!pool_fill() || !map_region(at))
			return NULL;
	return window_va(pfn);
}

/* Nobody minds what is mapped here: there are no page tables but our own. */
static enum err protect(void *va, size_t n, bool mapped)
{
	(void)va;
	(void)n;
	(void)mapped;
	return ERR_UNSUPPORTED;
}

static const struct mem_ops pvh_ops = { ram_pfn, va_pfn, window_map, protect };

void *pvh_map_frame(uint64_t pfn)
{
	return pool_fill() && map_region(pfn) ? window_va(pfn) : NULL;
}

uint64_t pvh_hole(size_t n)
{
	for (uint64_t pfn = DEVICES - n; pfn > 0; pfn--) {
		bool listed = false;
		for (size_t i = 0; i < start->n_map; i++) {
			const struct pvh_range *m = &start->map[i];
			uint64_t end = m->addr + m->size;
			listed |= m->addr < (pfn + n) << PAGE_SHIFT && end > pfn << PAGE_SHIFT;
		}
		if (!listed)
			return pfn;
	}
	return 0;
}

/* All that is no RAM, and what the domain builder put there. */
static void mark_all(uint64_t image, uint64_t n)
{
	uint64_t total = 0;
	for (size_t i = 0; i < start->n_map; i++)
		if (start->map[i].type == 1 && start->map[i].addr + start->map[i].size > total)
			total = start->map[i].addr + start->map[i].size;
	mem_begin(&pvh_ops, total >> PAGE_SHIFT);
	mem_mark(0, total >> PAGE_SHIFT, MEM_HOLE);
	for (size_t i = 0; i < start->n_map; i++) {
		const struct pvh_range *m = &start->map[i];
		uint64_t from = (m->addr + PAGE_SIZE - 1) >> PAGE_SHIFT;
		uint64_t to = (m->addr + m->size) >> PAGE_SHIFT;
		if (m->type == 1 && from < to)
			mem_mark(from, to - from, MEM_FREE);
	}
	mem_mark(image, n, MEM_IMAGE);
	mem_mark(start->mod_pfn, (start->mod_len + PAGE_SIZE - 1) >> PAGE_SHIFT, MEM_GIVEN);
}

static bool map_image(uint64_t n, uint64_t tables)
{
	uint64_t va = (uint64_t)(uintptr_t)image_start;
	uint64_t jump = (uint64_t)(uintptr_t)jump_pvh - va;
	for (uint64_t i = 0; i < n; i++) {
		bool text = va + i * PAGE_SIZE < (uint64_t)(uintptr_t)text_end;
		if (!map_page(va + i * PAGE_SIZE, image_pfn + i, text ? 0 : PTE_RW | PTE_NX))
			return false;
	}
	for (uint64_t pfn = image_pfn; pfn < tables + POOL + REGION; pfn += REGION)
		if (!map_region(pfn))
			return false;
	return map_page((image_pfn << PAGE_SHIFT) + jump, image_pfn + (jump >> PAGE_SHIFT), 0);
}

bool pvh_map_begin(const struct start *s)
{
	uint64_t n = (uint64_t)(image_end - image_start) >> PAGE_SHIFT;
	uint64_t old = (uint64_t)(uintptr_t)image_start >> PAGE_SHIFT;
	start = s;
	mark_all(old, n);
	image_pfn = mem_reserve(n + POOL, BELOW_4G);
	if (image_pfn == UINT64_MAX)
		return false;
	for (uint64_t i = 0; i < POOL; i++)
		pool[n_pool++] = image_pfn + n + i;
	root = memset(window_va(pool[--n_pool]), 0, PAGE_SIZE);
	mem_mark(image_pfn, n, MEM_IMAGE);
	mem_mark(old, n, MEM_FREE);
	if (!map_image(n, image_pfn + n))
		return false;
	/*
	 * Nothing may be written between the copy and the switch, so that the
	 * copy goes on where the original ends, stack and all.
	 */
	uint64_t count = n * PAGE_SIZE, cr3 = va_pfn(root) << PAGE_SHIFT;
	void *to = window_va(image_pfn);
	const void *from = image_start;
	asm volatile("rep movsb\n\tmov %[cr3], %%cr3"
		     : "+c"(count), "+D"(to), "+S"(from)
		     : [cr3] "r"(cr3)
		     : "memory");
	return true;
}

void jump_pvh_to(uint32_t entry_at, uint32_t ebx, uint32_t esi)
{
	uint64_t image = (uint64_t)(uintptr_t)image_start;
	jump_pvh(entry_at, esi, ebx, (image_pfn << PAGE_SHIFT) - image);
}
