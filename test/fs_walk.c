/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fs_walk.h"
#include "../core/base/crc.h"
#include "../hosted/hosted.h"

enum { DEPTH_MAX = 8, FIRST = 256, LAST = 64 };
struct level {
	struct fs_walk *w;
	const struct fs_node *dir;
	int depth;
};

static void note(struct fs_walk *w, enum err e)
{
	w->errors += e != OK;
	w->sum = crc32c(w->sum, &e, sizeof e);
}

static void look_at_bytes(struct fs_walk *w, const struct fs_node *f, uint64_t off, size_t n)
{
	uint8_t have[FIRST];
	enum err e = fs_read(w->fs, f, off, have, n);
	note(w, e);
	if (!e)
		w->sum = crc32c(w->sum, have, n);
}

static void look_at_file(struct fs_walk *w, const struct fs_node *f)
{
	look_at_bytes(w, f, 0, min_u64(f->size, FIRST));
	if (f->size > FIRST)
		look_at_bytes(w, f, f->size - LAST, LAST);
}

static void look_at_link(struct fs_walk *w, const struct fs_node *l)
{
	char target[FS_PATH_MAX];
	size_t n = 0;
	enum err e = fs_readlink(w->fs, l, target, sizeof target, &n);
	note(w, e);
	if (!e)
		w->sum = crc32c(w->sum, target, n);
}

static enum err look_at_name(void *ctx, struct str name, enum fs_type type)
{
	struct level *l = ctx;
	struct fs_walk *w = l->w;
	struct fs_node n;
	if (name.n == 0 || name.n > FS_NAME_MAX)
		__builtin_trap();
	if (w->names == w->names_max)
		return ERR_LIMIT;
	w->names++;
	w->sum = crc32c(w->sum, name.p, name.n);
	w->sum = crc32c(w->sum, &type, sizeof type);
	enum err e = w->fs->ops->lookup(w->fs, l->dir, name, &n);
	note(w, e);
	if (e)
		return OK;
	w->sum = crc32c(w->sum, &n.size, sizeof n.size);
	if (w->data && (n.type == FS_FILE || n.type == FS_LINK))
		w->data(w, &n);
	if (n.type == FS_FILE)
		look_at_file(w, &n);
	if (n.type == FS_LINK)
		look_at_link(w, &n);
	struct level below = { w, &n, l->depth + 1 };
	if (n.type == FS_DIR && below.depth < DEPTH_MAX)
		note(w, fs_list(w->fs, &n, look_at_name, &below));
	return OK;
}

void fs_walk(struct fs_walk *w)
{
	struct level top = { w, &w->fs->root, 0 };
	note(w, fs_list(w->fs, &w->fs->root, look_at_name, &top));
}

void fs_walk_image(const struct fs_ops *driver, const uint8_t *image, size_t n)
{
	struct fs fs = { .where = "disk" };
	struct fs_walk w = { .fs = &fs, .names_max = 100 };
	struct blk disk;
	struct arena a;
	blk_mem(&disk, image, n);
	arena_init(&a, &hosted_exact, 4 << 20);
	if (!fs_mount(&fs, &disk, &a, &driver, 1))
		fs_walk(&w);
	arena_release(&a);
}
