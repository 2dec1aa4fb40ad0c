/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "btrfs.h"
#include "../base/crc.h"
#include "../base/rd.h"
#include "../base/sum.h"

enum {
	HEAD = 101, /* struct btrfs_header */
	KEY_SIZE = 17,
	ITEM_SIZE = 25,
	PTR_SIZE = 33,
	CSUM_SIZE = 32,
	CSUM_CRC32C = 0,
	NODES_BYTES = 512 << 10, /* for tree blocks in memory */
	NODES_MIN = 8,
	FIRST_CHUNK_TREE = 256, /* objectid of all chunks */
	PAGE = 4096,
	/* chunk types */
	RAID0 = 0x8,
	RAID10 = 0x40,
	RAID5 = 0x80,
	RAID6 = 0x100,
};

static struct btrfs_key key_decode(struct rd *r)
{
	struct btrfs_key k = { .objectid = rd_le64(r) };
	k.type = rd_u8(r);
	k.offset = rd_le64(r);
	return k;
}

int btrfs_key_cmp(const struct btrfs_key *a, const struct btrfs_key *b)
{
	if (a->objectid != b->objectid)
		return a->objectid < b->objectid ? -1 : 1;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return 0;
}

enum err btrfs_disk_read(struct fs *fs, uint64_t at, void *dst, size_t len)
{
	size_t mask = fs->disk->align - 1;
	if (((uintptr_t)dst | at | len) & mask)
		return cache_read(fs->cache, at, dst, len);
	return blk_read(fs->disk, at, dst, len);
}

/* --- chunks --- */

static bool chunk_decode(const struct btrfs *b, uint64_t logical, struct rd *r,
			 struct btrfs_chunk *c)
{
	uint64_t end;
	*c = (struct btrfs_chunk){ .logical = logical, .length = rd_le64(r) };
	rd_skip(r, 16); /* owner, stripe_len */
	c->type = rd_le64(r);
	rd_skip(r, 12); /* io_align, io_width, sector_size */
	uint16_t num_stripes = rd_le16(r);
	rd_skip(r, 2); /* sub_stripes */
	c->striped = c->type & (RAID0 | RAID10 | RAID5 | RAID6) && num_stripes != 1;
	for (uint16_t i = 0; i < num_stripes && rd_ok(r); i++) {
		uint64_t devid = rd_le64(r), offset = rd_le64(r);
		rd_skip(r, 16); /* dev_uuid */
		if (devid == b->devid && c->n_copies < BTRFS_COPIES_MAX)
			c->copy[c->n_copies++] = offset;
	}
	return rd_ok(r) && add_u64(logical, c->length, &end);
}

static bool chunk_holds(const struct btrfs_chunk *c, uint64_t logical)
{
	return logical >= c->logical && logical - c->logical < c->length;
}

/* The superblock brings the chunks of the chunk tree along. */
static enum err chunk_find_system(struct fs *fs, uint64_t logical, struct btrfs_chunk *c)
{
	const struct btrfs *b = fs->priv;
	struct rd r = rd_of(b->sys_chunk, b->sys_chunk_n);
	while (rd_left(&r)) { /* a key and a chunk are 65 bytes at least */
		struct btrfs_key k = key_decode(&r);
		if (!chunk_decode(b, k.offset, &r, c))
			break;
		if (chunk_holds(c, logical))
			return OK;
	}
	return ERR_NOENT;
}

static enum err chunk_find_any(struct fs *fs, uint64_t logical, struct btrfs_chunk *c)
{
	const struct btrfs *b = fs->priv;
	struct btrfs_key key = { FIRST_CHUNK_TREE, BTRFS_CHUNK_ITEM, logical };
	struct btrfs_item item;
	/* No deeper than this: blocks of the chunk tree are found by chunk_find_system(). */
	try(btrfs_find_le(fs, &b->chunks, &key, &item));
	struct rd r = rd_of(item.data.p, item.data.n);
	if (item.key.objectid != FIRST_CHUNK_TREE || item.key.type != BTRFS_CHUNK_ITEM ||
	    !chunk_decode(b, item.key.offset, &r, c) || !chunk_holds(c, logical))
		return ERR_NOENT;
	return OK;
}

static const struct btrfs_chunk *chunk_recent(const struct btrfs *b, uint64_t logical)
{
	for (size_t i = 0; i < BTRFS_RECENT; i++)
		if (chunk_holds(&b->recent[i], logical))
			return &b->recent[i];
	return NULL;
}

enum err btrfs_chunk_find(struct fs *fs, uint64_t logical, bool system, struct btrfs_chunk *out)
{
	struct btrfs *b = fs->priv;
	const struct btrfs_chunk *recent = chunk_recent(b, logical);
	if (recent) {
		*out = *recent;
		return OK;
	}
	enum err e =
		system ? chunk_find_system(fs, logical, out) : chunk_find_any(fs, logical, out);
	if (e == ERR_NOENT)
		return fs_corrupt(fs, "no chunk holds the address", logical);
	try(e);
	if (out->striped)
		return fs_unsupported(fs, "striped over several devices: chunk of type", out->type);
	if (!out->n_copies)
		return fs_unsupported(fs, "on another device of several: chunk at", out->logical);
	b->recent[b->next_recent++ % BTRFS_RECENT] = *out;
	return OK;
}

/* --- tree blocks --- */

enum err btrfs_nodes_init(struct fs *fs)
{
	struct btrfs *b = fs->priv;
	uint32_t n = NODES_BYTES / b->nodesize;
	b->n_nodes = n < NODES_MIN ? NODES_MIN : n;
	b->node = arena_array(fs->arena, struct btrfs_node, b->n_nodes);
	if (!b->node)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < b->n_nodes; i++) {
		b->node[i].raw = arena_alloc(fs->arena, b->nodesize, PAGE);
		if (!b->node[i].raw)
			return ERR_NOMEM;
	}
	return OK;
}

static struct rd at_entry(const struct btrfs *b, const struct btrfs_node *n, uint32_t i)
{
	struct rd r = rd_of(n->raw, b->nodesize);
	rd_seek(&r, HEAD + (size_t)i * (n->level ? PTR_SIZE : ITEM_SIZE));
	return r;
}

static struct btrfs_key key_at(const struct btrfs *b, const struct btrfs_node *n, uint32_t i)
{
	struct rd r = at_entry(b, n, i);
	return key_decode(&r);
}

/* Item i of a leaf; its place counts from the end of the header. */
static bool item_at(const struct btrfs *b, const struct btrfs_node *n, uint32_t i,
		    struct btrfs_item *out)
{
	struct rd r = at_entry(b, n, i);
	out->key = key_decode(&r);
	uint32_t offset = rd_le32(&r), size = rd_le32(&r);
	rd_seek(&r, HEAD);
	rd_skip(&r, offset);
	out->data = rd_take(&r, size);
	return rd_ok(&r);
}

/* Whether keys ascend and items lie inside. */
static bool entries_good(const struct btrfs *b, const struct btrfs_node *n)
{
	uint32_t room = (b->nodesize - HEAD) / (n->level ? PTR_SIZE : ITEM_SIZE);
	struct btrfs_key last = { 0 };
	struct btrfs_item item;
	if (n->nritems > room)
		return false;
	for (uint32_t i = 0; i < n->nritems; i++) {
		struct btrfs_key k = key_at(b, n, i);
		if (i && btrfs_key_cmp(&last, &k) >= 0)
			return false;
		if (!n->level && !item_at(b, n, i, &item))
			return false;
		last = k;
	}
	return true;
}

/* crc32c, which mkfs chooses; blocks with another one (xxhash, SHA-256, BLAKE2) go unchecked. */
static bool sum_good(const struct btrfs *b, const struct btrfs_node *n)
{
	struct rd r = rd_of(n->raw, CSUM_SIZE);
	return b->csum_type != CSUM_CRC32C ||
	       sum_match(rd_le32(&r), ~crc32c(~0u, n->raw + CSUM_SIZE, b->nodesize - CSUM_SIZE));
}

static bool header_good(const struct btrfs *b, struct btrfs_node *n)
{
	struct rd r = rd_of(n->raw, HEAD);
	rd_seek(&r, 48);
	bool place = rd_le64(&r) == n->bytenr;
	rd_seek(&r, 80);
	n->generation = rd_le64(&r);
	rd_skip(&r, 8); /* owner */
	n->nritems = rd_le32(&r);
	n->level = rd_u8(&r);
	return place && n->level < BTRFS_LEVELS && entries_good(b, n);
}

/* The first good copy of the block. */
static enum err node_read(struct fs *fs, uint64_t bytenr, bool system, struct btrfs_node *n)
{
	const struct btrfs *b = fs->priv;
	struct btrfs_chunk c;
	n->stamp = 0;
	n->bytenr = bytenr;
	try(btrfs_chunk_find(fs, bytenr, system, &c));
	uint64_t in = bytenr - c.logical, at;
	for (uint32_t i = 0; i < c.n_copies; i++)
		if (add_u64(c.copy[i], in, &at) && !btrfs_disk_read(fs, at, n->raw, b->nodesize) &&
		    sum_good(b, n) && header_good(b, n))
			return OK;
	return fs_corrupt(fs, "no good copy of the tree block at", bytenr);
}

static struct btrfs_node *node_pick(struct btrfs *b, uint64_t bytenr)
{
	struct btrfs_node *oldest = b->node;
	for (struct btrfs_node *n = b->node; n < b->node + b->n_nodes; n++) {
		if (n->stamp && n->bytenr == bytenr)
			return n;
		if (n->stamp < oldest->stamp)
			oldest = n;
	}
	return oldest;
}

/*
 * The tree block at root->bytenr, as a pointer in a parent or root describes
 * it; first: the key it must begin with, or NULL.
 */
static enum err node_get(struct fs *fs, const struct btrfs_root *root,
			 const struct btrfs_key *first, struct btrfs_node **out)
{
	struct btrfs *b = fs->priv;
	struct btrfs_node *n = node_pick(b, root->bytenr);
	if (!n->stamp || n->bytenr != root->bytenr) {
		struct btrfs_chunk c;
		/* May use blocks of the chunk tree, and with them the oldest slot. */
		try(btrfs_chunk_find(fs, root->bytenr, root->is_chunk_tree, &c));
		n = node_pick(b, root->bytenr);
		try(node_read(fs, root->bytenr, root->is_chunk_tree, n));
	}
	n->stamp = ++b->now;
	*out = n;
	struct btrfs_key k = key_at(b, n, 0);
	if (n->level != root->level || n->generation != root->generation ||
	    (n->nritems == 0 && (first || n->level)) || (first && btrfs_key_cmp(first, &k)))
		return fs_corrupt(fs, "not what its parent says: tree block at", root->bytenr);
	return OK;
}

/* How many keys of the block are not after key. */
static uint32_t count_le(const struct btrfs *b, const struct btrfs_node *n,
			 const struct btrfs_key *key)
{
	uint32_t lo = 0, hi = n->nritems;
	while (lo < hi) { /* halves each time */
		uint32_t mid = lo + (hi - lo) / 2;
		struct btrfs_key k = key_at(b, n, mid);
		if (btrfs_key_cmp(&k, key) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Down to the leaf where key belongs; next: the first key of what follows the leaf. */
static enum err descend(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
			struct btrfs_node **leaf, struct btrfs_key *next, bool *has_next)
{
	const struct btrfs *b = fs->priv;
	struct btrfs_root at = *root;
	struct btrfs_key first;
	*has_next = false;
	try(node_get(fs, &at, NULL, leaf));
	while (at.level > 0) { /* at most BTRFS_LEVELS */
		uint32_t n = count_le(b, *leaf, key), i = n ? n - 1 : 0;
		if (i + 1 < (*leaf)->nritems) {
			*next = key_at(b, *leaf, i + 1);
			*has_next = true;
		}
		struct rd r = at_entry(b, *leaf, i);
		first = key_decode(&r);
		at.bytenr = rd_le64(&r);
		at.generation = rd_le64(&r);
		at.level--;
		try(node_get(fs, &at, &first, leaf));
	}
	return OK;
}

enum err btrfs_find_le(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		       struct btrfs_item *out)
{
	const struct btrfs *b = fs->priv;
	struct btrfs_node *leaf;
	struct btrfs_key next;
	bool has_next;
	try(descend(fs, root, key, &leaf, &next, &has_next));
	uint32_t n = count_le(b, leaf, key);
	return n && item_at(b, leaf, n - 1, out) ? OK : ERR_NOENT;
}

enum err btrfs_find(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		    struct btrfs_item *out)
{
	try(btrfs_find_le(fs, root, key, out));
	return btrfs_key_cmp(&out->key, key) == 0 ? OK : ERR_NOENT;
}

enum err btrfs_find_ge(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		       struct btrfs_item *out)
{
	const struct btrfs *b = fs->priv;
	struct btrfs_node *leaf;
	struct btrfs_key next, unused;
	bool has_next;
	try(descend(fs, root, key, &leaf, &next, &has_next));
	uint32_t n = count_le(b, leaf, key);
	if (n && item_at(b, leaf, n - 1, out) && btrfs_key_cmp(&out->key, key) == 0)
		return OK;
	if (n == leaf->nritems) {
		if (!has_next)
			return ERR_NOENT;
		/* Blocks are not empty and begin with their parent's key: here it is. */
		try(descend(fs, root, &next, &leaf, &unused, &has_next));
		n = 0;
	}
	return item_at(b, leaf, n, out) ? OK : ERR_NOENT;
}
