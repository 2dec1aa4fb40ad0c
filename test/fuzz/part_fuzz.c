/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/blk/part.h"
#include "../../hosted/hosted.h"

/* The input is a disk. Whatever it holds, the partitions found lie on it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct blk disk;
	struct arena a;
	struct part_table t;
	blk_mem(&disk, data, size);
	arena_init(&a, &hosted_exact, 1 << 20);
	if (part_scan(&disk, &a, NULL, &t))
		__builtin_trap();
	for (size_t i = 0; i < t.n; i++)
		if (t.part[i].off >= size || t.part[i].size > size - t.part[i].off ||
		    !t.part[i].size)
			__builtin_trap();
	arena_release(&a);
	return 0;
}
