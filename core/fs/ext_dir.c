/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ext.h"
#include "../base/crc.h"
#include "../base/rd.h"
#include "../base/str.h"
#include "../base/sum.h"
#include <string.h>

/*
 * Directories, read from front to back: the inner blocks of a hash tree are
 * made so that they show one unused entry each.
 */
enum {
	ENTRY_MIN = 12,		  /* no rec_len is smaller: room for a name of one byte */
	TAIL_SIZE = 12,		  /* ext4_dir_entry_tail */
	TAIL_TYPE = 0xde,	  /* in the place of the file type */
	PARENT_SIZE = 4,	  /* inline directories begin with their parent's inode number */
	DIR_SIZE_MAX = 256 << 20, /* some five million names */
};

/* ext4_dir_entry_2 */
struct entry {
	uint32_t inode, rec_len;
	uint8_t name_len, file_type;
	struct str name;
};

/* rec_len has 16 bits; 65536 is written as one of two values that it cannot have. */
static uint32_t rec_len_decode(uint32_t rec_len, uint32_t block_size)
{
	return block_size == EXT_BLOCK_MAX && (rec_len == 0 || rec_len == 65535) ? EXT_BLOCK_MAX
										 : rec_len;
}

static struct entry entry_decode(const struct ext *x, struct rd *r)
{
	struct entry e;
	e.inode = rd_le32(r);
	e.rec_len = rec_len_decode(rd_le16(r), x->block_size);
	e.name_len = rd_u8(r);
	e.file_type = rd_u8(r);
	struct span name = rd_take(r, e.name_len);
	e.name = (struct str){ (const char *)name.p, name.n };
	return e;
}

/*
 * Where the hash tree's entries begin if this block is one of its inner blocks
 * (dx_root, dx_node), else 0.
 */
static size_t dx_entries(const struct ext *x, const struct fs_node *dir, const uint8_t *p)
{
	struct rd r = rd_of(p, x->block_size);
	if (!(dir->u[EXT_U_FLAGS] & EXT_FL_INDEX))
		return 0;
	struct entry first = entry_decode(x, &r);
	if (first.inode == 0 && first.rec_len == x->block_size)
		return 8;
	rd_seek(&r, first.rec_len == 12 ? 12 : x->block_size);
	struct entry second = entry_decode(x, &r);
	rd_seek(&r, 28);
	if (second.rec_len != x->block_size - 12 || !str_eq(second.name, STR("..")))
		return 0;
	/* dx_root_info: info_length follows the hash version. */
	rd_skip(&r, 1);
	return rd_u8(&r) == 8 ? 32 : 0;
}

/* dx_countlimit and dx_tail: a checksum behind the last possible entry, over those in use. */
static bool dx_sum_ok(const struct ext *x, const uint8_t *p, size_t entries, uint32_t seed)
{
	static const uint8_t zero[4];
	struct rd r = rd_of(p, x->block_size);
	rd_seek(&r, entries);
	size_t limit = rd_le16(&r), count = rd_le16(&r), tail = entries + limit * 8;
	rd_seek(&r, tail + 4);
	uint32_t dt_checksum = rd_le32(&r);
	if (!rd_ok(&r) || count > limit)
		return false;
	uint32_t c = crc32c(seed, p, entries + count * 8);
	c = crc32c(c, p + tail, 4);
	return sum_match(dt_checksum, crc32c(c, zero, 4));
}

static bool leaf_sum_ok(const struct ext *x, const uint8_t *p, uint32_t seed)
{
	size_t tail = x->block_size - TAIL_SIZE;
	struct rd r = rd_of(p, x->block_size);
	rd_seek(&r, tail);
	struct entry e = entry_decode(x, &r);
	uint32_t det_checksum = rd_le32(&r);
	return e.inode == 0 && e.rec_len == TAIL_SIZE && e.name_len == 0 &&
	       e.file_type == TAIL_TYPE && sum_match(det_checksum, crc32c(seed, p, tail));
}

static enum err check_block(struct fs *fs, const struct fs_node *dir, uint32_t slot,
			    const uint8_t *p)
{
	const struct ext *x = fs->priv;
	uint32_t seed = (uint32_t)dir->u[EXT_U_SEED];
	(void)slot;
	if (!ext_has(x->ro_compat, EXT_METADATA_CSUM))
		return OK;
	size_t entries = dx_entries(x, dir, p);
	if (entries ? dx_sum_ok(x, p, entries, seed) : leaf_sum_ok(x, p, seed))
		return OK;
	return fs_corrupt(fs, "checksum in the directory with inode", dir->id);
}

/* The bytes of a directory from some offset up to where its entries may not cross. */
struct part {
	const uint8_t *p; /* NULL: a hole */
	uint64_t n;
};

/* Inline: i_block without the parent's number, then the attribute's value; both are whole. */
static enum err inline_part(struct fs *fs, const struct fs_node *dir, uint64_t off,
			    struct part *out)
{
	const struct ext *x = fs->priv;
	uint64_t at = dir->u[EXT_U_AT];
	const uint8_t *p;
	try(ext_hold(fs, EXT_SLOT_DIR, NULL, at >> x->block_bits, NULL, &p));
	p += at & (x->block_size - 1);
	if (off < EXT_I_BLOCK_SIZE) {
		*out = (struct part){ p + EXT_I_BLOCK + off, EXT_I_BLOCK_SIZE - off };
		return OK;
	}
	off -= EXT_I_BLOCK_SIZE;
	p += dir->u[EXT_U_TAIL] - at;
	*out = (struct part){ p + off, dir->u[EXT_U_TAIL_SIZE] - off };
	return OK;
}

static enum err block_part(struct fs *fs, const struct fs_node *dir, uint64_t off, struct part *out)
{
	const struct ext *x = fs->priv;
	uint64_t within = off & (x->block_size - 1);
	struct fs_extent e;
	const uint8_t *p;
	try(ext_map(fs, dir, off, &e));
	if (e.kind == FS_HOLE) {
		*out = (struct part){ NULL, e.len };
		return OK;
	}
	try(ext_hold(fs, EXT_SLOT_DIR, dir, e.at >> x->block_bits, check_block, &p));
	*out = (struct part){ p + within, x->block_size - within };
	return OK;
}

/* A place in a directory. */
struct walk {
	const struct fs_node *dir;
	uint64_t at, end;
	struct part part; /* from at on; n == 0: to be looked up */
	bool is_inline;
};

static enum err walk_begin(struct fs *fs, const struct fs_node *dir, struct walk *w)
{
	*w = (struct walk){ .dir = dir, .end = dir->size };
	if (dir->u[EXT_U_FLAGS] & EXT_FL_ENCRYPT)
		return fs_unsupported(fs, "encrypted is the directory with inode", dir->id);
	w->is_inline = dir->u[EXT_U_FORM] == EXT_INLINE;
	if (w->is_inline) {
		w->at = PARENT_SIZE;
		w->end = EXT_I_BLOCK_SIZE + dir->u[EXT_U_TAIL_SIZE];
	}
	if (w->end > DIR_SIZE_MAX) {
		log_at(fs->log, LOG_ERROR, "%s: %s: directory with inode %llu: over %d bytes",
		       fs->where, fs->ops->name, (unsigned long long)dir->id, DIR_SIZE_MAX);
		return ERR_LIMIT;
	}
	return OK;
}

static bool is_name(const struct entry *e)
{
	return e->inode && e->name_len && !str_eq(e->name, STR(".")) && !str_eq(e->name, STR(".."));
}

static void walk_by(struct walk *w, uint64_t n)
{
	w->at += n;
	w->part.n -= n;
	if (w->part.p)
		w->part.p += n;
}

/*
 * The next name; ERR_NOENT: no more. It lies in the held block: who reads
 * something else before the next step sets part.n to 0.
 */
static enum err walk_next(struct fs *fs, struct walk *w, struct entry *e)
{
	const struct ext *x = fs->priv;
	while (w->at < w->end) { /* each turn moves on by ENTRY_MIN or a block */
		if (!w->part.n)
			try(w->is_inline ? inline_part(fs, w->dir, w->at, &w->part)
					 : block_part(fs, w->dir, w->at, &w->part));
		if (!w->part.p) {
			walk_by(w, w->part.n);
			continue;
		}
		struct rd r = rd_of(w->part.p, (size_t)w->part.n);
		*e = entry_decode(x, &r);
		if (!rd_ok(&r) || e->rec_len < ENTRY_MIN || e->rec_len % 4 ||
		    e->rec_len > w->part.n || e->rec_len < 8u + e->name_len)
			return fs_corrupt(fs, "an entry of the directory with inode", w->dir->id);
		walk_by(w, e->rec_len);
		if (is_name(e))
			return OK;
	}
	return ERR_NOENT;
}

/* from: where to begin, or 0. */
static enum err find(struct fs *fs, const struct fs_node *dir, uint64_t from, struct str name,
		     struct entry *e)
{
	struct ext *x = fs->priv;
	struct walk w;
	try(walk_begin(fs, dir, &w));
	w.at = from ? from : w.at;
	do
		try(walk_next(fs, &w, e));
	while (!str_eq(e->name, name));
	if (dir->size > x->block_size) { /* one that is worth it */
		x->found_in = dir->id;
		x->found_to = w.at;
	}
	return OK;
}

/* Names are often asked for in the order in which they were listed. */
enum err ext_lookup(struct fs *fs, const struct fs_node *dir, struct str name, struct fs_node *out)
{
	const struct ext *x = fs->priv;
	struct entry e;
	bool goes_on = x->found_in == dir->id;
	if (!goes_on || find(fs, dir, x->found_to, name, &e))
		try(find(fs, dir, 0, name, &e));
	return ext_inode(fs, e.inode, out);
}

/* Old file systems do not keep types in directories. A broken inode must not hide the others. */
static enum fs_type entry_type(struct fs *fs, const struct entry *e)
{
	static const enum fs_type type[] = { FS_OTHER, FS_FILE,	 FS_DIR,   FS_OTHER,
					     FS_OTHER, FS_OTHER, FS_OTHER, FS_LINK };
	const struct ext *x = fs->priv;
	struct fs_node n;
	if (ext_has(x->incompat, EXT_FILETYPE) && e->file_type)
		return e->file_type < array_len(type) ? type[e->file_type] : FS_OTHER;
	return ext_inode(fs, e->inode, &n) ? FS_OTHER : n.type;
}

enum err ext_list(struct fs *fs, const struct fs_node *dir, fs_name_fn *fn, void *ctx)
{
	struct walk w;
	struct entry e;
	enum err got;
	try(walk_begin(fs, dir, &w));
	while (!(got = walk_next(fs, &w, &e))) { /* see there */
		char name[FS_NAME_MAX];
		memcpy(name, e.name.p, e.name_len);
		w.part.n = 0;
		try(fn(ctx, (struct str){ name, e.name.n }, entry_type(fs, &e)));
	}
	return got == ERR_NOENT ? OK : got;
}
