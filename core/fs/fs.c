/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fs.h"
#include "../base/str.h"
#include <string.h>

/* 512 KiB a mount: directories and extent trees of a few files fit many times over. */
enum { CACHE_LINE = 4096, CACHE_LINES = 128 };

enum err fs_corrupt(struct fs *fs, const char *what, uint64_t number)
{
	log_at(fs->log, LOG_ERROR, "%s: %s: damaged: %s (%llu)", fs->where, fs->ops->name, what,
	       (unsigned long long)number);
	return ERR_CORRUPT;
}

enum err fs_unsupported(struct fs *fs, const char *what, uint64_t number)
{
	log_at(fs->log, LOG_ERROR, "%s: %s: domboot cannot read this: %s (%llu)", fs->where,
	       fs->ops->name, what, (unsigned long long)number);
	return ERR_UNSUPPORTED;
}

enum err fs_mount(struct fs *fs, struct blk *disk, struct arena *a,
		  const struct fs_ops *const *drivers, size_t n)
{
	uint32_t line = disk->align > CACHE_LINE ? disk->align : CACHE_LINE;
	fs->disk = disk;
	fs->arena = a;
	fs->cache = cache_new(disk, a, line, CACHE_LINES);
	if (!fs->cache)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		fs->ops = drivers[i];
		fs->uuid[0] = fs->label[0] = 0;
		fs->plain = false;
		enum err e = fs->ops->mount(fs);
		if (e != ERR_FORMAT)
			return e;
	}
	return ERR_FORMAT;
}

/* A path being walked: what is behind us, for "..", and the text before us. */
struct walk {
	struct fs_node stack[FS_DEPTH_MAX];
	size_t depth; /* stack[depth] is where we are */
	unsigned links;
	struct str rest;
	char buf[FS_PATH_MAX];
};

enum err fs_readlink(struct fs *fs, const struct fs_node *link, char *buf, size_t cap, size_t *n)
{
	if (link->type != FS_LINK)
		return ERR_TYPE;
	if (fs->ops->readlink)
		return fs->ops->readlink(fs, link, buf, cap, n);
	if (link->size > cap)
		return ERR_LIMIT;
	*n = (size_t)link->size;
	return fs_read(fs, link, 0, buf, *n);
}

/* Put the link's target in front of what is left of the path. */
static enum err follow(struct fs *fs, struct walk *w, const struct fs_node *link)
{
	char target[FS_PATH_MAX];
	size_t n;
	if (++w->links > FS_LINKS_MAX)
		return ERR_LOOP;
	try(fs_readlink(fs, link, target, sizeof target, &n));
	if (n == 0)
		return ERR_NOENT;
	if (n > sizeof target || w->rest.n + 1 > sizeof w->buf - n)
		return ERR_LIMIT;
	memmove(w->buf + n + 1, w->rest.p, w->rest.n);
	memcpy(w->buf, target, n);
	w->buf[n] = '/';
	w->rest = (struct str){ w->buf, n + 1 + w->rest.n };
	if (target[0] == '/')
		w->depth = 0;
	return OK;
}

static bool next_component(struct walk *w, struct str *name)
{
	do {
		size_t at = str_find(w->rest, '/', 0);
		*name = str_sub(w->rest, 0, at);
		w->rest = str_sub(w->rest, at + 1, w->rest.n);
	} while (name->n == 0 && w->rest.n > 0);
	return name->n > 0;
}

/* One step down, up or along a link. Every component is used up or comes from one of FS_LINKS_MAX
 * links. */
static enum err step(struct fs *fs, struct walk *w, struct str name, bool keep_link)
{
	struct fs_node *here = &w->stack[w->depth], next;
	if (here->type != FS_DIR)
		return ERR_NOENT;
	if (str_eq(name, STR(".")))
		return OK;
	if (str_eq(name, STR(".."))) {
		w->depth -= w->depth > 0;
		return OK;
	}
	if (name.n > FS_NAME_MAX)
		return ERR_NOENT;
	try(fs->ops->lookup(fs, here, name, &next));
	if (next.type == FS_LINK && !(keep_link && w->rest.n == 0))
		return follow(fs, w, &next);
	if (w->depth + 1 >= FS_DEPTH_MAX)
		return ERR_LIMIT;
	w->stack[++w->depth] = next;
	return OK;
}

static enum err walk(struct fs *fs, struct str path, bool keep_link, struct fs_node *out)
{
	struct walk w = { .rest = { w.buf, path.n } };
	struct str name;
	if (path.n > sizeof w.buf)
		return ERR_LIMIT;
	if (path.n)
		memcpy(w.buf, path.p, path.n);
	w.stack[0] = fs->root;
	while (next_component(&w, &name))
		try(step(fs, &w, name, keep_link));
	*out = w.stack[w.depth];
	return OK;
}

enum err fs_open(struct fs *fs, struct str path, struct fs_node *out)
{
	return walk(fs, path, false, out);
}

enum err fs_lookup(struct fs *fs, struct str path, struct fs_node *out)
{
	return walk(fs, path, true, out);
}

enum err fs_list(struct fs *fs, const struct fs_node *dir, fs_name_fn *fn, void *ctx)
{
	return dir->type == FS_DIR ? fs->ops->list(fs, dir, fn, ctx) : ERR_TYPE;
}

/* Plain bytes of the disk: what is aligned goes straight to dst, the edges through the cache. */
static enum err start_data(struct fs *fs, uint64_t at, uint8_t *dst, size_t len)
{
	size_t mask = fs->disk->align - 1;
	size_t head = min_size((size_t)(0 - at) & mask, len);
	size_t body = (len - head) & ~mask;
	if (((uintptr_t)dst + head) & mask)
		return cache_read(fs->cache, at, dst, len);
	if (body)
		try(blk_start(fs->disk, at + head, dst + head, body));
	if (head)
		try(cache_read(fs->cache, at, dst, head));
	head += body;
	return head < len ? cache_read(fs->cache, at + head, dst + head, len - head) : OK;
}

static enum err start_extent(struct fs *fs, const struct fs_node *f, const struct fs_extent *x,
			     uint64_t off, uint8_t *dst, size_t len)
{
	switch (x->kind) {
	case FS_DATA:
		return start_data(fs, x->at, dst, len);
	case FS_INLINE:
		return cache_read(fs->cache, x->at, dst, len);
	case FS_ENCODED:
		return fs->ops->decode(fs, f, off, dst, len);
	case FS_HOLE:
		break;
	}
	memset(dst, 0, len);
	return OK;
}

/* The driver's answer, cut to the file and held against the device: here and nowhere else. */
static enum err map(struct fs *fs, const struct fs_node *f, uint64_t off, struct fs_extent *x)
{
	try(fs->ops->map(fs, f, off, x));
	x->len = min_u64(x->len, f->size - off);
	if (x->len == 0)
		return fs_corrupt(fs, "nothing lies at a file offset", off);
	if (x->kind != FS_DATA && x->kind != FS_INLINE)
		return OK;
	if (x->at > fs->disk->size || x->len > fs->disk->size - x->at)
		return fs_corrupt(fs, "a file reaches past the end of the device", x->at);
	return OK;
}

/* Add to x what follows it on the disk without a gap, so that one request serves both. */
static enum err merge(struct fs *fs, const struct fs_node *f, uint64_t off, size_t len,
		      struct fs_extent *x, struct fs_extent *next, bool *have_next)
{
	*have_next = false;
	while (x->len < len) {
		try(map(fs, f, off + x->len, next));
		if (x->kind != FS_DATA || next->kind != FS_DATA || next->at != x->at + x->len) {
			*have_next = true;
			return OK;
		}
		x->len += next->len;
	}
	return OK;
}

enum err fs_start(struct fs *fs, const struct fs_node *f, uint64_t off, void *dst, size_t len)
{
	uint8_t *to = dst;
	struct fs_extent x, next;
	bool have = false;
	if (f->type != FS_FILE && f->type != FS_LINK)
		return ERR_TYPE;
	if (off > f->size || len > f->size - off)
		return ERR_IO;
	while (len) { /* an extent covers at least one byte */
		if (!have)
			try(map(fs, f, off, &x));
		try(merge(fs, f, off, len, &x, &next, &have));
		size_t n = (size_t)min_u64(x.len, len);
		try(start_extent(fs, f, &x, off, to, n));
		to += n;
		off += n;
		len -= n;
		x = next;
	}
	return OK;
}

enum err fs_read(struct fs *fs, const struct fs_node *f, uint64_t off, void *dst, size_t len)
{
	enum err e = fs_start(fs, f, off, dst, len);
	enum err d = blk_drain(fs->disk);
	return e ? e : d;
}

enum err fs_slurp(struct fs *fs, const struct fs_node *f, size_t max, struct arena *a,
		  struct span *out)
{
	if (f->type != FS_FILE)
		return ERR_TYPE;
	if (f->size > max)
		return ERR_LIMIT;
	/* Page-aligned, so that a guest can have the back end write here directly. */
	uint8_t *p = arena_alloc(a, (size_t)f->size + 1, CACHE_LINE);
	if (!p)
		return ERR_NOMEM;
	*out = (struct span){ p, (size_t)f->size };
	return fs_read(fs, f, 0, p, out->n);
}

/* All or nothing, as far as it can be known before. */
static enum err check_plain(struct fs *fs, const struct fs_node *f, uint64_t off, size_t len)
{
	struct fs_extent x;
	if (!fs->plain)
		return ERR_UNSUPPORTED;
	for (uint64_t end = off + len; off < end; off += x.len) { /* an extent has some bytes */
		try(map(fs, f, off, &x));
		if (x.kind != FS_DATA)
			return ERR_UNSUPPORTED;
	}
	return OK;
}

/* Bytes inside one line, with what is around them in their sectors. */
static enum err write_line(struct fs *fs, uint8_t *line, uint64_t at, const uint8_t *src,
			   size_t len)
{
	uint64_t mask = fs->disk->align - 1, from = at & ~mask;
	size_t skip = (size_t)(at - from), whole = (size_t)((skip + len + mask) & ~mask);
	if (skip || whole != len)
		try(blk_read(fs->disk, from, line, whole));
	memcpy(line + skip, src, len);
	return blk_write(fs->disk, from, line, whole);
}

enum err fs_overwrite(struct fs *fs, const struct fs_node *f, uint64_t off, const void *src,
		      size_t len)
{
	const uint8_t *from = src;
	struct fs_extent x;
	if (f->type != FS_FILE)
		return ERR_TYPE;
	if (off > f->size || len > f->size - off)
		return ERR_IO;
	if (!blk_writable(fs->disk))
		return ERR_UNSUPPORTED;
	try(check_plain(fs, f, off, len));
	uint32_t size = fs->disk->align > CACHE_LINE ? fs->disk->align : CACHE_LINE;
	uint8_t *line = arena_alloc(fs->arena, size, size);
	if (!line)
		return ERR_NOMEM;
	cache_forget(fs->cache);
	while (len) { /* an extent covers at least one byte */
		try(map(fs, f, off, &x));
		size_t n = (size_t)min_u64(min_u64(x.len, len), size - x.at % size);
		try(write_line(fs, line, x.at, from, n));
		from += n;
		off += n;
		len -= n;
	}
	cache_forget(fs->cache);
	return blk_flush(fs->disk);
}
