/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../../hosted/hosted.h"
#include "../fs_walk.h"

/* The input is a volume. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fs_ops *const drivers[] = { &ext_fs };
	struct fs fs = { .where = "disk" };
	struct fs_walk w = { .fs = &fs, .names_max = 100 };
	struct blk disk;
	struct arena a;
	blk_mem(&disk, data, size);
	arena_init(&a, &hosted_exact, 4 << 20);
	if (!fs_mount(&fs, &disk, &a, drivers, 1))
		fs_walk(&w);
	arena_release(&a);
	return 0;
}
