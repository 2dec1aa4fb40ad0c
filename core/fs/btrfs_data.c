/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "btrfs.h"
#include "../base/rd.h"
#include "../unpack/unpack.h"
#include <string.h>

enum {
	EXTENT_INLINE = 0,
	EXTENT_REG = 1,
	EXTENT_PREALLOC = 2,
	INLINE_HEAD = 21,
	PACKED_NONE = 0,
	PACKED_ZLIB = 1,
	PACKED_LZO = 2,
	PACKED_ZSTD = 3,
	PAGE = 4096,
};

/* struct btrfs_file_extent_item, for the file's bytes from start on. */
struct extent {
	uint64_t start, num_bytes;
	uint64_t ram_bytes; /* of the whole extent, plain: the file may use a part */
	uint64_t disk_bytenr, disk_num_bytes, offset; /* offset: of the part, in the plain bytes */
	uint8_t compression, type;
	struct span data; /* EXTENT_INLINE, until the next call into a tree */
};

static bool extent_decode(const struct btrfs_item *item, struct extent *x)
{
	struct rd r = rd_of(item->data.p, item->data.n);
	uint64_t end;
	*x = (struct extent){ .start = item->key.offset };
	rd_skip(&r, 8); /* generation */
	x->ram_bytes = rd_le64(&r);
	x->compression = rd_u8(&r);
	bool other = rd_u8(&r) || rd_le16(&r); /* encryption, other_encoding */
	x->type = rd_u8(&r);
	if (x->type == EXTENT_INLINE) {
		x->num_bytes = x->ram_bytes;
		x->data = rd_take(&r, rd_left(&r));
	} else {
		x->disk_bytenr = rd_le64(&r);
		x->disk_num_bytes = rd_le64(&r);
		x->offset = rd_le64(&r);
		x->num_bytes = rd_le64(&r);
	}
	if (!rd_ok(&r) || other || x->type > EXTENT_PREALLOC || x->compression > PACKED_ZSTD)
		return false;
	return add_u64(x->start, x->num_bytes, &end) && add_u64(x->offset, x->num_bytes, &end) &&
	       (!x->compression || end <= x->ram_bytes);
}

/* What covers the file's byte off; ERR_NOENT: a hole, of *hole bytes. */
static enum err extent_find(struct fs *fs, const struct fs_node *file, uint64_t off,
			    struct extent *x, uint64_t *hole)
{
	struct btrfs_root tree = btrfs_tree_of(file);
	struct btrfs_key key = { file->id, BTRFS_EXTENT_DATA, off };
	struct btrfs_item item;
	enum err e = btrfs_find_le(fs, &tree, &key, &item);
	if (e && e != ERR_NOENT)
		return e;
	if (!e && item.key.objectid == file->id && item.key.type == BTRFS_EXTENT_DATA) {
		if (!extent_decode(&item, x))
			return fs_corrupt(fs, "bad extent in inode", file->id);
		if (off - x->start < x->num_bytes)
			return OK;
	}
	*hole = file->size - off;
	key.offset = off + 1; /* off is less than a size, so this does not wrap */
	e = btrfs_find_ge(fs, &tree, &key, &item);
	if (!e && item.key.objectid == file->id && item.key.type == BTRFS_EXTENT_DATA)
		*hole = item.key.offset - off;
	return e ? e : ERR_NOENT;
}

static enum err map_plain(struct fs *fs, const struct extent *x, uint64_t in, struct fs_extent *out)
{
	struct btrfs_chunk c;
	uint64_t logical;
	if (!add_u64(x->disk_bytenr, x->offset + in, &logical))
		return fs_corrupt(fs, "an extent lies at", x->disk_bytenr);
	try(btrfs_chunk_find(fs, logical, false, &c));
	uint64_t left = c.length - (logical - c.logical);
	out->kind = FS_DATA;
	out->len = min_u64(x->num_bytes - in, left);
	if (!add_u64(c.copy[0], logical - c.logical, &out->at))
		return fs_corrupt(fs, "a copy of a chunk lies at", c.copy[0]);
	return OK;
}

enum err btrfs_map(struct fs *fs, const struct fs_node *file, uint64_t off, struct fs_extent *out)
{
	struct extent x;
	*out = (struct fs_extent){ .kind = FS_HOLE };
	enum err e = extent_find(fs, file, off, &x, &out->len);
	if (e)
		return e == ERR_NOENT ? OK : e;
	uint64_t in = off - x.start;
	out->len = x.num_bytes - in;
	if (x.type == EXTENT_INLINE || (x.disk_bytenr && x.type == EXTENT_REG && x.compression))
		out->kind = FS_ENCODED;
	else if (x.disk_bytenr && x.type == EXTENT_REG)
		return map_plain(fs, &x, in, out);
	return OK;
}

/*
 * Btrfs's own frame around LZO: the length of all, then segments, each with its
 * length. A length does not cross a sector; the rest of that is skipped.
 */
static enum err lzo_frame(struct span src, uint32_t sectorsize, uint8_t *dst, size_t *n)
{
	struct rd head = rd_of(src.p, src.n);
	struct rd r = rd_of(src.p, min_size(rd_le32(&head), src.n));
	size_t made = 0;
	rd_skip(&r, 4);
	if (!rd_ok(&r))
		return ERR_CORRUPT;
	while (made < *n && r.at < r.n) { /* a segment is 4 bytes at least */
		size_t len = *n - made, left = sectorsize - r.at % sectorsize;
		if (left < 4)
			rd_skip(&r, left);
		struct span segment = rd_take(&r, rd_le32(&r));
		if (!rd_ok(&r))
			return ERR_CORRUPT;
		try(unpack(UNPACK_LZO1X, segment, dst + made, &len));
		made += len;
	}
	*n = made;
	return OK;
}

/* Fill dst with the whole extent; what the packed bytes do not give is zeros. */
static enum err extent_unpack(struct fs *fs, const struct extent *x, struct span src, uint8_t *dst)
{
	const struct btrfs *b = fs->priv;
	size_t want = (size_t)x->ram_bytes, n = want;
	enum err e;
	if (x->compression == PACKED_LZO)
		e = lzo_frame(src, b->sectorsize, dst, &n);
	else
		e = unpack(x->compression == PACKED_ZLIB ? UNPACK_ZLIB : UNPACK_ZSTD, src, dst, &n);
	if (e == ERR_NOMEM)
		return e;
	if (e || n > want)
		return ERR_CORRUPT;
	memset(dst + n, 0, want - n);
	return OK;
}

static enum err buffers_init(struct fs *fs)
{
	struct btrfs *b = fs->priv;
	if (b->packed)
		return OK;
	b->plain = arena_alloc(fs->arena, BTRFS_PACKED_MAX, PAGE);
	uint8_t *packed = arena_alloc(fs->arena, BTRFS_PACKED_MAX, PAGE);
	if (!b->plain || !packed)
		return ERR_NOMEM;
	b->packed = packed;
	return OK;
}

/* The whole extent into dst, from the first of its copies that unpacks. */
static enum err extent_read(struct fs *fs, const struct extent *x, uint8_t *dst)
{
	struct btrfs *b = fs->priv;
	struct btrfs_chunk c;
	size_t n = (size_t)x->disk_num_bytes;
	try(btrfs_chunk_find(fs, x->disk_bytenr, false, &c));
	uint64_t in = x->disk_bytenr - c.logical, at;
	for (uint32_t i = 0; i < c.n_copies && n <= c.length - in; i++) {
		if (!add_u64(c.copy[i], in, &at) || btrfs_disk_read(fs, at, b->packed, n))
			continue;
		enum err e = extent_unpack(fs, x, (struct span){ b->packed, n }, dst);
		if (e != ERR_CORRUPT)
			return e;
	}
	return fs_corrupt(fs, "no good copy of the packed extent at", x->disk_bytenr);
}

/* Part of a packed extent: whole ones go straight to dst, of others plain keeps the rest. */
static enum err decode_packed(struct fs *fs, const struct extent *x, uint64_t in, uint8_t *dst,
			      size_t len)
{
	struct btrfs *b = fs->priv;
	if (x->ram_bytes > BTRFS_PACKED_MAX || x->disk_num_bytes > BTRFS_PACKED_MAX)
		return fs_corrupt(fs, "bytes in a packed extent", x->ram_bytes);
	try(buffers_init(fs));
	if (in == 0 && len == x->ram_bytes)
		return extent_read(fs, x, dst);
	if (b->plain_of != x->disk_bytenr) {
		b->plain_of = 0;
		try(extent_read(fs, x, b->plain));
		b->plain_of = x->disk_bytenr;
	}
	memcpy(dst, b->plain + in, len);
	return OK;
}

static enum err decode_inline(struct fs *fs, const struct extent *x, uint64_t in, uint8_t *dst,
			      size_t len)
{
	struct btrfs *b = fs->priv;
	struct span plain = x->data;
	if (x->ram_bytes > BTRFS_PACKED_MAX)
		return fs_corrupt(fs, "bytes in an inline extent", x->ram_bytes);
	if (x->compression) {
		try(buffers_init(fs));
		b->plain_of = 0;
		if (extent_unpack(fs, x, x->data, b->plain))
			return fs_corrupt(fs, "an inline extent that does not unpack, bytes",
					  x->data.n);
		plain = (struct span){ b->plain, (size_t)x->ram_bytes };
	}
	if (in > plain.n || len > plain.n - in)
		return fs_corrupt(fs, "bytes in an inline extent", plain.n);
	memcpy(dst, plain.p + in, len);
	return OK;
}

enum err btrfs_decode(struct fs *fs, const struct fs_node *file, uint64_t off, void *dst,
		      size_t len)
{
	struct extent x;
	uint64_t hole;
	enum err e = extent_find(fs, file, off, &x, &hole);
	if (e == ERR_NOENT || (!e && len > x.num_bytes - (off - x.start)))
		return fs_corrupt(fs, "bad extent in inode", file->id);
	try(e);
	uint64_t in = x.offset + (off - x.start);
	return x.type == EXTENT_INLINE ? decode_inline(fs, &x, in, dst, len)
				       : decode_packed(fs, &x, in, dst, len);
}
