/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/unpack/unpack.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enum { ROOM = 1 << 16 };
	struct span src = { p, n };
	enum unpack_format f = unpack_detect(src);
	size_t made = ROOM;
	uint64_t size;
	void *dst = malloc(ROOM);
	(void)unpack_size(f, src, &size);
	if (dst && !unpack(f, src, dst, &made) && made > ROOM)
		abort();
	free(dst);
	return 0;
}
