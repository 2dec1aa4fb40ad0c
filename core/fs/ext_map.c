/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ext.h"
#include "../base/crc.h"
#include "../base/rd.h"
#include "../base/sum.h"

/* Where a file's bytes lie: extent trees, pointer blocks, inline data. */

/* A run of blocks from the one that was asked for: count > 0 of them; start 0: a hole. */
struct run {
	uint64_t start, count;
};

/* ext4_extent_header, and what follows it. */
enum { EH_MAGIC = 0xf30a, EH_SIZE = 12, EH_ENTRY_SIZE = 12 };
struct extent_node {
	struct rd entries;
	uint32_t n, eh_max, depth;
};

static bool node_decode(const uint8_t *p, size_t size, uint32_t depth, struct extent_node *out)
{
	struct rd r = rd_of(p, size);
	uint16_t eh_magic = rd_le16(&r);
	out->n = rd_le16(&r);
	out->eh_max = rd_le16(&r);
	out->depth = rd_le16(&r);
	out->entries = r;
	rd_skip(&out->entries, 4); /* eh_generation */
	return eh_magic == EH_MAGIC && out->n <= out->eh_max && out->depth == depth &&
	       out->eh_max <= (size - EH_SIZE) / EH_ENTRY_SIZE;
}

/* A block of an extent tree, with the checksum behind its last possible entry. */
static enum err check_node(struct fs *fs, const struct fs_node *owner, uint32_t depth,
			   const uint8_t *p)
{
	const struct ext *x = fs->priv;
	struct extent_node n;
	if (!node_decode(p, x->block_size, depth, &n))
		return fs_corrupt(fs, "a block in the extent tree of inode", owner->id);
	if (!ext_has(x->ro_compat, EXT_METADATA_CSUM))
		return OK;
	size_t tail = EH_SIZE + (size_t)n.eh_max * EH_ENTRY_SIZE;
	struct rd r = rd_of(p, x->block_size);
	rd_seek(&r, tail);
	uint32_t et_checksum = rd_le32(&r);
	if (!rd_ok(&r) || !sum_match(et_checksum, crc32c((uint32_t)owner->u[EXT_U_SEED], p, tail)))
		return fs_corrupt(fs, "checksum in the extent tree of inode", owner->id);
	return OK;
}

/* ei_block and ee_block are the first four bytes of an entry. */
static uint32_t entry_block(struct extent_node *n, uint32_t i)
{
	rd_seek(&n->entries, EH_SIZE + (size_t)i * EH_ENTRY_SIZE);
	return rd_le32(&n->entries);
}

/*
 * How many entries begin at or before want; the cursor stands behind the block
 * number of the last of them. *next: where the one after it begins, if any.
 */
static uint32_t entry_find(struct extent_node *n, uint64_t want, uint64_t *next)
{
	uint32_t low = 0, high = n->n;
	while (low < high) { /* halves each turn */
		uint32_t mid = low + (high - low) / 2;
		if (entry_block(n, mid) <= want)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < n->n)
		*next = min_u64(*next, entry_block(n, low));
	if (low)
		(void)entry_block(n, low - 1);
	return low;
}

/* The extent under the cursor, from want on; where it ends before want, a hole up to next. */
static bool extent_decode(struct rd *r, uint64_t ee_block, uint64_t want, uint64_t next,
			  struct run *out)
{
	enum { UNWRITTEN = 32768 };
	uint32_t ee_len = rd_le16(r);
	uint64_t ee_start = (uint64_t)rd_le16(r) << 32;
	ee_start |= rd_le32(r);
	bool unwritten = ee_len > UNWRITTEN;
	uint64_t len = unwritten ? ee_len - UNWRITTEN : ee_len, skip = want - ee_block;
	if (!rd_ok(r) || len == 0 || ee_start == 0 || next < ee_block + len)
		return false;
	if (skip >= len)
		*out = (struct run){ 0, next - want };
	else
		*out = (struct run){ unwritten ? 0 : ee_start + skip, len - skip };
	return true;
}

static uint64_t index_decode(struct rd *r)
{
	uint64_t ei_leaf = rd_le32(r);
	return ei_leaf | (uint64_t)rd_le16(r) << 32;
}

/* From the root in i_block down: each step must come closer to the leaves by one. */
static enum err find_extent(struct fs *fs, const struct fs_node *f, const uint8_t *i_block,
			    uint64_t want, struct run *out)
{
	const struct ext *x = fs->priv;
	const uint8_t *p = i_block;
	size_t size = EXT_I_BLOCK_SIZE;
	uint64_t next = UINT64_C(1) << 32;
	struct rd r = rd_of(p, size);
	struct extent_node n;
	rd_seek(&r, 6);
	uint32_t depth = rd_le16(&r);
	if (depth > EXT_TREE_MAX || !node_decode(p, size, depth, &n))
		return fs_corrupt(fs, "the root of the extent tree of inode", f->id);
	for (;; depth--) { /* at most EXT_TREE_MAX steps */
		if (!entry_find(&n, want, &next)) {
			*out = (struct run){ 0, next - want };
			return OK;
		}
		if (depth == 0)
			break;
		try(ext_hold(fs, EXT_SLOT_TREE + depth - 1, f, index_decode(&n.entries), check_node,
			     &p));
		if (!node_decode(p, x->block_size, depth - 1, &n))
			return fs_corrupt(fs, "the extent tree of inode", f->id);
	}
	rd_seek(&n.entries, n.entries.at - 4);
	uint32_t ee_block = rd_le32(&n.entries);
	if (!extent_decode(&n.entries, ee_block, want, next, out))
		return fs_corrupt(fs, "an extent of inode", f->id);
	return OK;
}

static uint32_t pointer_at(const uint8_t *table, size_t n, uint64_t i)
{
	struct rd r = rd_of(table, n * 4);
	rd_seek(&r, (size_t)i * 4);
	return rd_le32(&r);
}

/* All that lies in one piece from pointer i of a table of n on. */
static struct run pointer_run(const uint8_t *table, size_t n, uint64_t i)
{
	uint32_t start = pointer_at(table, n, i);
	uint64_t count = 1;
	while (i + count < n && /* at most the table */
	       pointer_at(table, n, i + count) == (start ? start + count : 0))
		count++;
	return (struct run){ start, count };
}

/* ext2's way: twelve pointers, then three to trees of pointer blocks with height 1, 2 and 3. */
static enum err find_pointer(struct fs *fs, const struct fs_node *f, const uint8_t *i_block,
			     uint64_t want, struct run *out)
{
	enum { DIRECT = 12, POINTERS = 15 };
	const struct ext *x = fs->priv;
	uint32_t bits = x->block_bits - 2, height = 1;
	const uint8_t *table;
	if (want < DIRECT) {
		*out = pointer_run(i_block, DIRECT, want);
		return OK;
	}
	want -= DIRECT;
	for (; height <= 3 && want >> height * bits; height++)
		want -= UINT64_C(1) << height * bits;
	if (height > 3)
		return fs_corrupt(fs, "too large for block pointers is inode", f->id);
	uint32_t block = pointer_at(i_block, POINTERS, DIRECT - 1 + height);
	while (height--) { /* three times at most */
		uint64_t span = UINT64_C(1) << height * bits;
		if (!block) {
			*out = (struct run){ 0, (span << bits) - want };
			return OK;
		}
		try(ext_hold(fs, EXT_SLOT_TREE + height, f, block, NULL, &table));
		if (height == 0)
			break;
		block = pointer_at(table, x->block_size / 4, want / span);
		want %= span;
	}
	*out = pointer_run(table, x->block_size / 4, want);
	return OK;
}

/* i_block first, then the tail; a size beyond that means zeros. */
static void map_inline(const struct fs_node *f, uint64_t off, struct fs_extent *out)
{
	uint64_t tail = f->u[EXT_U_TAIL_SIZE], end = EXT_I_BLOCK_SIZE + tail;
	if (off < EXT_I_BLOCK_SIZE)
		*out = (struct fs_extent){ FS_INLINE, EXT_I_BLOCK_SIZE - off,
					   f->u[EXT_U_AT] + EXT_I_BLOCK + off };
	else if (off < end)
		*out = (struct fs_extent){ FS_INLINE, end - off,
					   f->u[EXT_U_TAIL] + off - EXT_I_BLOCK_SIZE };
	else
		*out = (struct fs_extent){ FS_HOLE, f->size - off, 0 };
}

enum err ext_map(struct fs *fs, const struct fs_node *f, uint64_t off, struct fs_extent *out)
{
	const struct ext *x = fs->priv;
	uint8_t i_block[EXT_I_BLOCK_SIZE];
	uint64_t want = off >> x->block_bits, within = off & (x->block_size - 1);
	struct run r = { 0 };
	if (f->u[EXT_U_FLAGS] & EXT_FL_ENCRYPT)
		return fs_unsupported(fs, "encrypted is inode", f->id);
	if (f->u[EXT_U_FORM] == EXT_INLINE) {
		map_inline(f, off, out);
		return OK;
	}
	if (want >> 32) /* block numbers in a file have 32 bits */
		return fs_corrupt(fs, "too large is inode", f->id);
	try(cache_read(fs->cache, f->u[EXT_U_AT] + EXT_I_BLOCK, i_block, sizeof i_block));
	if (f->u[EXT_U_FORM] == EXT_EXTENT_TREE)
		try(find_extent(fs, f, i_block, want, &r));
	else
		try(find_pointer(fs, f, i_block, want, &r));
	if (r.start && (r.start >= x->blocks || r.count > x->blocks - r.start))
		return fs_corrupt(fs, "data outside the file system has inode", f->id);
	*out = (struct fs_extent){ r.start ? FS_DATA : FS_HOLE, (r.count << x->block_bits) - within,
				   (r.start << x->block_bits) + within };
	return OK;
}
