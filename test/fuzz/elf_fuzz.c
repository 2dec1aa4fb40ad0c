/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../load/pv.h"
#include "../../load/pvh.h"
#include <stdlib.h>

static uint64_t mfn(void *ctx, uint64_t pfn)
{
	(void)ctx;
	return pfn + 1;
}

/* What an image asks for must never lead outside the domain. */
static void lay_out(const struct image_file *f, const struct image *img, bool is64)
{
	enum { PAGES = 1 << 18 };
	struct pv_kernel k;
	struct pv_layout l;
	static uint64_t entry[512];
	if (pv_kernel(f, img, is64, &k) || pv_layout(f, &k, PAGES, 12345, &l))
		return;
	if (l.end > PAGES || l.kernel.pfn + l.kernel.n > l.end || l.map[0].n > PAGES)
		abort();
	for (uint64_t i = 0; i < l.tables.n && i < 4; i++)
		pv_table(&l, l.tables.pfn + i, entry, mfn, NULL);
}

enum { RAM_PAGES = 1 << 18 }; /* from 0 on */
static uint64_t find(void *ctx, uint64_t from, uint64_t to, uint64_t n)
{
	(void)ctx;
	to = to < RAM_PAGES ? to : RAM_PAGES;
	return n && from < to && n <= to - from ? from : UINT64_MAX;
}

static void lay_out_pvh(const struct image_file *f, const struct image *img)
{
	static const struct pvh_range map[] = { { 0, (uint64_t)RAM_PAGES * PVH_PAGE, 1 } };
	static const struct pvh_memory mem = { map, 1, find, NULL };
	static uint8_t block[PVH_PAGE];
	struct pvh_kernel k;
	struct pvh_module module[2] = { { .size = 12345 }, { .size = 1 } };
	struct pvh_layout l = { .kernel = &k, .module = module, .n_module = 2 };
	if (pvh_kernel_elf(f, img, &k) || pvh_layout(f, &mem, &l))
		return;
	uint64_t end = (uint64_t)RAM_PAGES * PVH_PAGE, size = k.end - k.start;
	if (k.start > k.end || l.load > end || size > end - l.load || l.info_pages != 1 ||
	    l.info >= end || module[0].at >= end || k.entry - k.start >= size)
		abort();
	if (l.info < l.load + size && l.load < l.info + PVH_PAGE)
		abort();
	for (size_t i = 0; i < img->n_seg; i++)
		if (img->seg[i].paddr < k.start || img->seg[i].mem_len > k.end - img->seg[i].paddr)
			abort();
	pvh_info_elf(&l, &mem, block);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct image_file f = { { p, n }, { "", 0 }, NULL };
	struct image img;
	if (image_parse(&f, &img))
		return 0;
	lay_out(&f, &img, true);
	lay_out(&f, &img, false);
	lay_out_pvh(&f, &img);
	return 0;
}
