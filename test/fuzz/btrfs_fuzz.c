/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../../hosted/hosted.h"

/* Look at every name of a directory: its listing, its lookup, its first bytes. */
static enum err visit(void *ctx, struct str name, enum fs_type type)
{
	struct fs *fs = ctx;
	struct fs_node n;
	uint8_t have[4096];
	if (name.n == 0 || name.n > FS_NAME_MAX)
		__builtin_trap();
	if (fs->ops->lookup(fs, &fs->root, name, &n))
		return OK;
	if (type == FS_FILE && n.type == FS_FILE)
		(void)!fs_read(fs, &n, 0, have, min_u64(n.size, sizeof have));
	return OK;
}

/* The input is a volume. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fs_ops *const drivers[] = { &btrfs_fs };
	struct fs fs = { .where = "disk" };
	struct blk disk;
	struct arena a;
	blk_mem(&disk, data, size);
	arena_init(&a, &hosted_exact, 4 << 20);
	if (!fs_mount(&fs, &disk, &a, drivers, 1))
		(void)!fs_list(&fs, &fs.root, visit, &fs);
	arena_release(&a);
	return 0;
}
