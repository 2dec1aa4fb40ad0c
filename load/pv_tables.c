/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pv.h"

/* Page table entries as the domain builder writes them; Xen adds the user bit below level 2. */
enum {
	PTE_P = 0x1,
	PTE_RW = 0x2,
	PTE_US = 0x4,
	PTE_A = 0x20,
	PTE_D = 0x40,
	PTE_TABLE = PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D,
	PTE_PAGE = PTE_P | PTE_A,
	ENTRIES = 512,
};
#define VA_MASK 0xffffffffffffull

/* Bytes that one entry of this level covers, as a shift. */
static unsigned shift(unsigned level)
{
	return 12 + 9 * (level - 1);
}

static uint64_t page_entry(const struct pv_layout *l, const struct pv_map *m, uint64_t va,
			   pv_mfn_fn *mfn, void *ctx)
{
	uint64_t i = (va >> 12) - (m->va >> 12); /* wraps to a large number below m->va */
	if (i >= m->n)
		return 0;
	uint64_t pfn = m->pfn + i;
	return mfn(ctx, pfn) << 12 | PTE_PAGE | (pv_writable(l, pfn) ? PTE_RW : 0);
}

static uint64_t table_entry(const struct pv_map *m, unsigned level, uint64_t va, pv_mfn_fn *mfn,
			    void *ctx)
{
	uint64_t i = (va >> shift(level)) - (m->va >> shift(level));
	if (!m->n || i >= m->n_table[level - 1])
		return 0;
	return mfn(ctx, m->table[level - 1] + i) << 12 | PTE_TABLE;
}

uint64_t pv_entry(const struct pv_layout *l, unsigned level, uint64_t va, pv_mfn_fn *mfn, void *ctx)
{
	uint64_t e = 0;
	for (size_t i = 0; i < array_len(l->map) && !e; i++)
		e = level == 1 ? page_entry(l, &l->map[i], va & VA_MASK, mfn, ctx)
			       : table_entry(&l->map[i], level, va & VA_MASK, mfn, ctx);
	return e;
}

void pv_table(const struct pv_layout *l, uint64_t pfn, uint64_t entry[512], pv_mfn_fn *mfn,
	      void *ctx)
{
	const struct pv_map *m = &l->map[pv_in(&l->tables, pfn) ? 0 : 1];
	unsigned level = 4;
	while (level > 1 && pfn - m->table[level] >= m->n_table[level])
		level--;
	uint64_t first = (m->va >> shift(level + 1)) + (pfn - m->table[level]);
	for (uint64_t i = 0; i < ENTRIES; i++)
		entry[i] = pv_entry(l, level, (first << 9 | i) << shift(level), mfn, ctx);
}
