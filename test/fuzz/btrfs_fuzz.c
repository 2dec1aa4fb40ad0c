/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../../hosted/hosted.h"
#include <string.h>

/* The input is a device of 256 MiB with holes: its pages, each behind its number (16 bits). */
enum { PAGE = 4096, RECORD = 2 + PAGE };
static struct span input;

static enum err start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	(void)b;
	memset(dst, 0, len);
	for (const uint8_t *p = input.p; p + RECORD <= input.p + input.n; p += RECORD) {
		uint64_t at = (uint64_t)(p[0] | p[1] << 8) * PAGE, end = off + len;
		uint64_t from = at > off ? at : off, to = min_u64(end, at + PAGE);
		if (from < to)
			memcpy((uint8_t *)dst + (from - off), p + 2 + (from - at), to - from);
	}
	return OK;
}

static enum err drain(struct blk *b)
{
	(void)b;
	return OK;
}

static enum err visit(void *ctx, struct str name, enum fs_type type)
{
	static uint8_t have[256 << 10];
	struct fs *fs = ctx;
	struct fs_node n;
	if (name.n == 0 || name.n > FS_NAME_MAX)
		__builtin_trap();
	if (!fs->ops->lookup(fs, &fs->root, name, &n) && type == n.type && type == FS_FILE)
		(void)!fs_read(fs, &n, n.size / 9, have, min_u64(n.size - n.size / 9, sizeof have));
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct blk_ops ops = { .start = start, .drain = drain };
	static const struct fs_ops *const drivers[] = { &btrfs_fs };
	struct blk disk = { .ops = &ops, .size = 65536 * PAGE, .align = PAGE, .sector = 512 };
	struct fs fs = { .where = "disk" };
	struct arena a;
	input = (struct span){ data, size };
	arena_init(&a, &hosted_exact, 4 << 20);
	if (!fs_mount(&fs, &disk, &a, drivers, 1))
		(void)!fs_list(&fs, &fs.root, visit, &fs);
	arena_release(&a);
	return 0;
}
