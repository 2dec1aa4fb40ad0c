/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "btrfs.h"
#include "../base/crc.h"
#include "../base/rd.h"
#include "../base/str.h"
#include "../base/sum.h"
#include "../base/uuid.h"
#include <string.h>

enum {
	SUPER_SIZE = 4096,
	CSUM_SIZE = 32,
	CSUM_CRC32C = 0,
	TOP_SUBVOL = 5,	   /* the file system's tree when there is no other */
	ROOT_TREE_DIR = 6, /* objectid: whose name "default" is */
	EMPTY_SUBVOL = 2,  /* inode number of what a snapshot shows for subvolumes */
	FT_REG_FILE = 1,   /* types in directories */
	FT_DIR = 2,
	FT_SYMLINK = 7,
	S_IFMT = 0170000,
	S_IFDIR = 0040000,
	S_IFREG = 0100000,
	S_IFLNK = 0120000,
};
/* The superblock's copies; the last one is on large devices only. */
static const uint64_t super_at[] = { 64 << 10, 64 << 20, 256ull << 30 };

/*
 * incompat_flags that change nothing for a reader of the trees, or that are
 * read: all up to zoned but this (12), and simple quotas (16).
 */
#define INCOMPAT_KNOWN 0x10fffull

struct super {
	uint8_t fsid[16], label[64];
	uint64_t bytenr, generation, root, chunk_root, log_root;
	uint64_t chunk_root_generation, incompat_flags;
	uint64_t devid, device_bytes;
	uint32_t sectorsize, nodesize, sys_chunk_array_size;
	uint16_t csum_type;
	uint8_t root_level, chunk_root_level;
	uint8_t raw[SUPER_SIZE];
};

static void super_decode(struct super *s)
{
	struct rd r = rd_of(s->raw, sizeof s->raw);
	rd_seek(&r, 32);
	rd_copy(&r, s->fsid, sizeof s->fsid);
	s->bytenr = rd_le64(&r);
	rd_seek(&r, 72);
	s->generation = rd_le64(&r);
	s->root = rd_le64(&r);
	s->chunk_root = rd_le64(&r);
	s->log_root = rd_le64(&r);
	rd_seek(&r, 144);
	s->sectorsize = rd_le32(&r);
	s->nodesize = rd_le32(&r);
	rd_skip(&r, 8); /* leafsize, stripesize */
	s->sys_chunk_array_size = rd_le32(&r);
	s->chunk_root_generation = rd_le64(&r);
	rd_skip(&r, 16); /* compat_flags, compat_ro_flags */
	s->incompat_flags = rd_le64(&r);
	s->csum_type = rd_le16(&r);
	s->root_level = rd_u8(&r);
	s->chunk_root_level = rd_u8(&r);
	rd_skip(&r, 1); /* log_root_level */
	s->devid = rd_le64(&r);
	s->device_bytes = rd_le64(&r);
	rd_seek(&r, 299);
	rd_copy(&r, s->label, sizeof s->label);
}

/* One copy of the superblock: ERR_FORMAT where there is none, ERR_CORRUPT where it is bad. */
static enum err super_read(struct fs *fs, uint64_t at, struct super *s)
{
	if (at > fs->disk->size || SUPER_SIZE > fs->disk->size - at)
		return ERR_FORMAT;
	try(cache_read(fs->cache, at, s->raw, SUPER_SIZE));
	if (memcmp(s->raw + 64, "_BHRfS_M", 8) != 0)
		return ERR_FORMAT;
	super_decode(s);
	struct rd r = rd_of(s->raw, sizeof s->raw);
	bool good =
		s->csum_type != CSUM_CRC32C ||
		sum_match(rd_le32(&r), ~crc32c(~0u, s->raw + CSUM_SIZE, SUPER_SIZE - CSUM_SIZE));
	return good && s->bytenr == at ? OK : ERR_CORRUPT;
}

/* The first copy decides whether this is Btrfs at all: tools that wipe it leave the others. */
static enum err super_find(struct fs *fs, struct super *s)
{
	enum err e = super_read(fs, super_at[0], s);
	for (size_t i = 1; e == ERR_CORRUPT && i < array_len(super_at); i++) {
		if (super_read(fs, super_at[i], s))
			continue;
		log_at(fs->log, LOG_WARN, "%s: btrfs: the superblock is damaged: using copy %u",
		       fs->where, (unsigned)i);
		return OK;
	}
	return e == ERR_CORRUPT ? fs_corrupt(fs, "checksum of the superblock at", super_at[0]) : e;
}

static bool is_power_of_two(uint32_t n)
{
	return n && !(n & (n - 1));
}

static enum err super_check(struct fs *fs, const struct super *s)
{
	uint64_t unknown = s->incompat_flags & ~INCOMPAT_KNOWN;
	if (unknown)
		return fs_unsupported(fs, "incompat_flags", unknown);
	if (!is_power_of_two(s->nodesize) || s->nodesize < BTRFS_NODE_MIN ||
	    s->nodesize > BTRFS_NODE_MAX)
		return fs_corrupt(fs, "nodesize", s->nodesize);
	if (!is_power_of_two(s->sectorsize) || s->sectorsize < 512 ||
	    s->sectorsize > BTRFS_NODE_MAX)
		return fs_corrupt(fs, "sectorsize", s->sectorsize);
	if (s->sys_chunk_array_size > BTRFS_SYS_CHUNKS_MAX)
		return fs_corrupt(fs, "sys_chunk_array_size", s->sys_chunk_array_size);
	if (s->root_level >= BTRFS_LEVELS || s->chunk_root_level >= BTRFS_LEVELS)
		return fs_corrupt(fs, "level of a root", s->root_level);
	if (s->log_root)
		log_at(fs->log, LOG_INFO,
		       "%s: btrfs: its log is not replayed: what was written "
		       "last may be missing",
		       fs->where);
	if (s->device_bytes > fs->disk->size)
		log_at(fs->log, LOG_WARN, "%s: btrfs: the device ends before the file system does",
		       fs->where);
	return OK;
}

static enum err volume_init(struct fs *fs, const struct super *s)
{
	struct btrfs *b = arena_new(fs->arena, struct btrfs);
	if (!b)
		return ERR_NOMEM;
	*b = (struct btrfs){
		.nodesize = s->nodesize,
		.sectorsize = s->sectorsize,
		.csum_type = s->csum_type,
		.devid = s->devid,
		.chunks = { s->chunk_root, s->chunk_root_generation, s->chunk_root_level, true },
		.roots = { s->root, s->generation, s->root_level, false },
		.sys_chunk_n = s->sys_chunk_array_size,
	};
	struct rd r = rd_of(s->raw, sizeof s->raw);
	rd_seek(&r, 811);
	rd_copy(&r, b->sys_chunk, sizeof b->sys_chunk);
	fs->priv = b;
	return btrfs_nodes_init(fs);
}

/* --- inodes and subvolumes --- */

static enum fs_type type_of(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return FS_FILE;
	case S_IFDIR:
		return FS_DIR;
	case S_IFLNK:
		return FS_LINK;
	default:
		return FS_OTHER;
	}
}

/* The inode of a tree, of which out->u tells already. */
static enum err inode_read(struct fs *fs, uint64_t inode, struct fs_node *out)
{
	struct btrfs_root tree = btrfs_tree_of(out);
	struct btrfs_key key = { inode, BTRFS_INODE_ITEM, 0 };
	struct btrfs_item item;
	enum err e = btrfs_find(fs, &tree, &key, &item);
	if (e == ERR_NOENT)
		return fs_corrupt(fs, "a name without inode", inode);
	try(e);
	struct rd r = rd_of(item.data.p, item.data.n);
	rd_seek(&r, 16);
	uint64_t size = rd_le64(&r);
	rd_seek(&r, 52);
	out->type = type_of(rd_le32(&r));
	rd_seek(&r, 136);
	out->mtime = (int64_t)rd_le64(&r);
	out->size = out->type == FS_FILE || out->type == FS_LINK ? size : 0;
	out->id = inode;
	return rd_ok(&r) && out->size <= INT64_MAX ? OK : fs_corrupt(fs, "bad inode", inode);
}

/* The root directory of a subvolume; ERR_NOENT: there is no such subvolume. */
static enum err subvol_root(struct fs *fs, uint64_t subvol, struct fs_node *out)
{
	const struct btrfs *b = fs->priv;
	struct btrfs_key key = { subvol, BTRFS_ROOT_ITEM, 0 };
	struct btrfs_item item;
	try(btrfs_find_ge(fs, &b->roots, &key, &item));
	if (item.key.objectid != subvol || item.key.type != BTRFS_ROOT_ITEM)
		return ERR_NOENT;
	struct rd r = rd_of(item.data.p, item.data.n);
	*out = (struct fs_node){ .type = FS_DIR };
	rd_seek(&r, 160);
	out->u[BTRFS_U_GENERATION] = rd_le64(&r);
	uint64_t root_dirid = rd_le64(&r);
	out->u[BTRFS_U_BYTENR] = rd_le64(&r);
	rd_seek(&r, 238);
	out->u[BTRFS_U_LEVEL] = rd_u8(&r);
	out->u[BTRFS_U_SUBVOL] = subvol;
	if (!rd_ok(&r) || out->u[BTRFS_U_LEVEL] >= BTRFS_LEVELS)
		return fs_corrupt(fs, "bad root of subvolume", subvol);
	return inode_read(fs, root_dirid, out);
}

/*
 * A subvolume by its name in dir. A snapshot keeps the names of the subvolumes
 * in what it was made of, and shows empty directories there.
 */
static enum err subvol_open(struct fs *fs, const struct fs_node *dir, uint64_t subvol,
			    struct fs_node *out)
{
	const struct btrfs *b = fs->priv;
	struct btrfs_key ref = { dir->u[BTRFS_U_SUBVOL], BTRFS_ROOT_REF, subvol };
	struct btrfs_item item;
	enum err e = btrfs_find(fs, &b->roots, &ref, &item);
	if (!e)
		e = subvol_root(fs, subvol, out);
	if (e != ERR_NOENT)
		return e;
	*out = *dir;
	out->id = EMPTY_SUBVOL;
	return OK;
}

/* --- names --- */

/* struct btrfs_dir_item; several names of the same hash share an item. */
struct name {
	struct btrfs_key location;
	uint8_t type;
	struct str text;
};

static bool name_next(struct rd *r, struct name *n)
{
	n->location.objectid = rd_le64(r);
	n->location.type = rd_u8(r);
	n->location.offset = rd_le64(r);
	rd_skip(r, 8); /* transid */
	uint16_t data_len = rd_le16(r), name_len = rd_le16(r);
	n->type = rd_u8(r);
	struct span text = rd_take(r, name_len);
	n->text = (struct str){ (const char *)text.p, text.n };
	rd_skip(r, data_len);
	return rd_ok(r);
}

/* Find name among those of its hash, in the directory objectid of a tree. */
static enum err name_find(struct fs *fs, const struct btrfs_root *tree, uint64_t objectid,
			  struct str name, struct btrfs_key *location)
{
	struct btrfs_key key = { objectid, BTRFS_DIR_ITEM, crc32c(~1u, name.p, name.n) };
	struct btrfs_item item;
	struct name n;
	try(btrfs_find(fs, tree, &key, &item));
	struct rd r = rd_of(item.data.p, item.data.n);
	while (rd_left(&r)) { /* a name is 30 bytes at least */
		if (!name_next(&r, &n))
			return fs_corrupt(fs, "bad names in directory", objectid);
		if (str_eq(n.text, name)) {
			*location = n.location;
			return OK;
		}
	}
	return ERR_NOENT;
}

static enum err lookup_in(struct fs *fs, const struct fs_node *dir, struct str name,
			  struct fs_node *out)
{
	struct btrfs_root tree = btrfs_tree_of(dir);
	struct btrfs_key location;
	try(name_find(fs, &tree, dir->id, name, &location));
	*out = (struct fs_node){ .type = FS_DIR };
	memcpy(out->u, dir->u, sizeof out->u);
	if (location.type == BTRFS_ROOT_ITEM)
		return subvol_open(fs, dir, location.objectid, out);
	return inode_read(fs, location.objectid, out);
}

/*
 * Paths are seen from the default subvolume, as the kernel mounts it (openSUSE),
 * or else from the top of all (GRUB, and with it most others: "/@/boot").
 */
static enum err btrfs_lookup(struct fs *fs, const struct fs_node *dir, struct str name,
			     struct fs_node *out)
{
	const struct btrfs *b = fs->priv;
	enum err e = lookup_in(fs, dir, name, out);
	bool root = dir->id == fs->root.id && dir->u[BTRFS_U_SUBVOL] == b->chosen;
	if (e != ERR_NOENT || !root || b->chosen == b->top)
		return e;
	return lookup_in(fs, &b->top_root, name, out);
}

static enum fs_type type_in_dir(uint8_t type)
{
	return type == FT_REG_FILE  ? FS_FILE
	       : type == FT_DIR	    ? FS_DIR
	       : type == FT_SYMLINK ? FS_LINK
				    : FS_OTHER;
}

static bool is_name(struct str s)
{
	return s.n && s.n <= FS_NAME_MAX && !str_eq(s, STR(".")) && !str_eq(s, STR("..")) &&
	       str_find(s, '/', 0) == s.n && str_find(s, 0, 0) == s.n;
}

/* Names that an item has for one hash: which one is next, and whether there are more. */
struct same_hash {
	size_t nth;
	bool more;
};

/* text: FS_NAME_MAX bytes, for a name that is_name(). */
static enum err name_at(struct fs *fs, const struct btrfs_item *item, struct same_hash *at,
			char *text, struct name *n)
{
	struct rd r = rd_of(item->data.p, item->data.n);
	for (size_t i = 0; i <= at->nth; i++) /* a name is 30 bytes at least */
		if (!name_next(&r, n))
			return fs_corrupt(fs, "bad names in directory", item->key.objectid);
	if (is_name(n->text))
		memcpy(text, n->text.p, n->text.n);
	at->more = rd_left(&r);
	at->nth = at->more ? at->nth + 1 : 0;
	return OK;
}

/*
 * By hash, as GRUB has it, and so in the order in which its scripts find files.
 * (The kernel goes by DIR_INDEX, the order in which they were made.)
 */
static enum err btrfs_list(struct fs *fs, const struct fs_node *dir, fs_name_fn *fn, void *ctx)
{
	struct btrfs_root tree = btrfs_tree_of(dir);
	struct btrfs_key key = { dir->id, BTRFS_DIR_ITEM, 0 };
	struct btrfs_item item;
	struct same_hash at = { 0 };
	enum err e;
	/* Bound: keys ascend, each out of a tree block of its own place; in an item, at does. */
	while ((e = btrfs_find_ge(fs, &tree, &key, &item)) == OK) {
		char text[FS_NAME_MAX];
		struct name n;
		if (item.key.objectid != dir->id || item.key.type != BTRFS_DIR_ITEM)
			break;
		key = item.key;
		try(name_at(fs, &item, &at, text, &n));
		/* fn may use the tree, and with it the memory that the name was in. */
		if (is_name(n.text))
			try(fn(ctx, (struct str){ text, n.text.n }, type_in_dir(n.type)));
		if (!at.more && !add_u64(key.offset, 1, &key.offset))
			break;
	}
	return e == ERR_NOENT ? OK : e;
}

/* --- mounting --- */

/* The name "default" in the tree of roots says which subvolume to mount. */
static enum err roots_find(struct fs *fs)
{
	struct btrfs *b = fs->priv;
	struct btrfs_key location = { 0 };
	b->top = b->chosen = TOP_SUBVOL;
	enum err e = subvol_root(fs, b->top, &b->top_root);
	if (e == ERR_NOENT)
		return fs_corrupt(fs, "there is no subvolume", b->top);
	try(e);
	fs->root = b->top_root;
	e = name_find(fs, &b->roots, ROOT_TREE_DIR, STR("default"), &location);
	if (e == ERR_NOENT || (!e && location.objectid == b->top))
		return OK;
	try(e);
	e = subvol_root(fs, location.objectid, &fs->root);
	if (e == ERR_NOENT) {
		log_at(fs->log, LOG_WARN, "%s: btrfs: the default subvolume %llu is not there",
		       fs->where, (unsigned long long)location.objectid);
		fs->root = b->top_root;
		return OK;
	}
	try(e);
	b->chosen = location.objectid;
	return OK;
}

static enum err btrfs_mount(struct fs *fs)
{
	struct super s;
	try(super_find(fs, &s));
	try(super_check(fs, &s));
	try(volume_init(fs, &s));
	uuid_print(s.fsid, fs->uuid);
	memcpy(fs->label, s.label, sizeof fs->label - 1);
	fs->label[sizeof fs->label - 1] = 0;
	try(roots_find(fs));
	return fs->root.type == FS_DIR ? OK
				       : fs_corrupt(fs, "type of the root directory", fs->root.id);
}

const struct fs_ops btrfs_fs = {
	.name = "btrfs",
	.mount = btrfs_mount,
	.lookup = btrfs_lookup,
	.list = btrfs_list,
	.map = btrfs_map,
	.decode = btrfs_decode,
};
