/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../load/pvh.h"
#include <stdlib.h>

/* The part that runs fits into the room that the header asks for, below 4 GiB. */
static void lay_out(const struct image_file *f, const struct bzimage *b)
{
	static const struct pvh_memory mem = { NULL, 0, NULL, NULL };
	static uint8_t block[2 * PVH_PAGE];
	struct pvh_kernel k;
	struct pvh_layout l = { .kernel = &k };
	if (pvh_kernel_linux(f, b, &k))
		return;
	if (k.start > k.end || k.end > 1ull << 32 || f->bytes.n - b->kernel_off > k.end - k.start)
		abort();
	pvh_info_linux(&l, &mem, f->bytes, block);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct image_file f = { { p, n }, { "", 0 }, NULL };
	struct image_packing packing;
	struct bzimage b;
	enum { ROOM = 1 << 16 };
	size_t made = ROOM;
	uint8_t *dst = malloc(ROOM);
	if (!bzimage_parse(&f, &b)) {
		if (b.payload.n > n)
			abort();
		lay_out(&f, &b);
	}
	if (dst && !image_packing(&f, &packing) && packing.format != UNPACK_NONE &&
	    !image_unpack(&f, &packing, dst, &made) && made > ROOM)
		abort();
	free(dst);
	return 0;
}
