/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../load/image.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct image_file f = { { p, n }, { "", 0 }, NULL };
	struct image_packing packing;
	struct bzimage b;
	enum { ROOM = 1 << 16 };
	size_t made = ROOM;
	uint8_t *dst = malloc(ROOM);
	if (dst && !bzimage_parse(&f, &b) && b.payload.n > n)
		abort();
	if (dst && !image_packing(&f, &packing) && packing.format != UNPACK_NONE &&
	    !image_unpack(&f, &packing, dst, &made) && made > ROOM)
		abort();
	free(dst);
	return 0;
}
