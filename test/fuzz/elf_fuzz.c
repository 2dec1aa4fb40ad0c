/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../load/pv.h"
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

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct image_file f = { { p, n }, { "", 0 }, NULL };
	struct image img;
	if (image_parse(&f, &img))
		return 0;
	lay_out(&f, &img, true);
	lay_out(&f, &img, false);
	return 0;
}
