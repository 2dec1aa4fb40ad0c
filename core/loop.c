/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/str.h"
#include "disks.h"

static enum err loop_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	const struct loop *l = b->priv;
	return fs_start(l->fs, &l->node, off, dst, len);
}

static enum err loop_drain(struct blk *b)
{
	const struct loop *l = b->priv;
	return blk_drain(l->fs->disk);
}

static const struct blk_ops ops = { .start = loop_start, .drain = loop_drain };

/* Behind the bracket that closes the one at the front's end: the device may be such a name itself.
 */
static size_t path_of(struct str name)
{
	size_t open = 0, i = 0;
	for (; i < name.n; i++) {
		open += name.p[i] == '(';
		if (name.p[i] == ')' && --open == 0)
			return i + 1;
	}
	return i;
}

static enum err open_file(struct disks *d, struct str device, struct str path, struct loop *l)
{
	struct volume *v;
	try(disks_find(d, device, &v));
	if (disks_mount(d, v))
		return ERR_NOENT;
	try(fs_open(&v->fs, path, &l->node));
	l->fs = &v->fs;
	return l->node.type == FS_FILE ? OK : ERR_TYPE;
}

static enum err make(struct disks *d, struct str name, struct disk **out)
{
	size_t at = path_of(name);
	struct loop found = { 0 }, *l;
	try(open_file(d, str_sub(name, 5, at - 1), str_sub(name, at, name.n), &found));
	if (d->n_loop >= LOOPS_MAX) {
		log_at(d->log, LOG_ERROR, "%.*s: over the limit of %d files opened as disks",
		       STR_ARG(name), LOOPS_MAX);
		return ERR_LIMIT;
	}
	l = arena_new(d->arena, struct loop);
	if (!l)
		return ERR_NOMEM;
	*l = found;
	l->name = str_dup(d->arena, name);
	if (!l->name.p)
		return ERR_NOMEM;
	l->blk = (struct blk){ .ops = &ops,
			       .size = l->node.size,
			       .align = 1,
			       .sector = 512,
			       .name = l->name.p,
			       .priv = l };
	l->disk.blk = &l->blk;
	try(disk_init(d, &l->disk, l->name));
	l->older = d->loop;
	d->loop = l;
	d->n_loop++;
	*out = &l->disk;
	return OK;
}

static enum err find(struct disks *d, struct str name, struct disk **out)
{
	for (struct loop *l = d->loop; l; l = l->older) { /* LOOPS_MAX at most */
		if (!str_eq(l->name, name))
			continue;
		*out = &l->disk;
		return OK;
	}
	return make(d, name, out);
}

/* How deep a name is nested; its device is looked up first, so this bounds the recursion. */
static size_t depth_of(struct str name)
{
	size_t n = 0;
	while (str_starts(str_sub(name, 5 * n, name.n), STR("loop(")))
		n++;
	return n;
}

enum err loop_find(struct disks *d, struct str name, struct disk **out, struct str *rest)
{
	size_t comma = name.n;
	*rest = (struct str){ "", 0 };
	if (depth_of(name) > LOOPS_MAX)
		return ERR_LIMIT;
	enum err e = find(d, name, out);
	if (e != ERR_NOENT)
		return e;
	/* No such file: the last comma may stand before a partition. */
	while (comma > path_of(name) && name.p[comma - 1] != ',')
		comma--;
	if (comma == path_of(name))
		return e;
	*rest = str_sub(name, comma, name.n);
	return find(d, str_sub(name, 0, comma - 1), out);
}
