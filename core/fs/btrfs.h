/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BTRFS_H
#define BTRFS_H
#include "fs.h"
/*
 * Shared by btrfs.c (volume, subvolumes, names), btrfs_tree.c (chunks and
 * trees) and btrfs_data.c (extents). Names and layouts: Btrfs on-disk format
 * (btrfs.readthedocs.io, dev/On-disk-format).
 *
 * All places are logical addresses. Chunks say where they are on the devices;
 * the trees, which hold all else, are made of blocks of nodesize bytes: sorted
 * keys with pointers down in the upper levels, sorted keys with items in level 0.
 */

enum {
	BTRFS_LEVELS = 8,
	BTRFS_NODE_MIN = 4096,
	BTRFS_NODE_MAX = 65536,
	BTRFS_SYS_CHUNKS_MAX = 2048,
	BTRFS_COPIES_MAX = 4,
	BTRFS_PACKED_MAX = 128 << 10, /* a packed extent, packed and plain */
};
/* Key types. */
enum {
	BTRFS_INODE_ITEM = 1,
	BTRFS_DIR_ITEM = 84,
	BTRFS_DIR_INDEX = 96,
	BTRFS_EXTENT_DATA = 108,
	BTRFS_ROOT_ITEM = 132,
	BTRFS_ROOT_REF = 156,
	BTRFS_CHUNK_ITEM = 228,
};
struct btrfs_key {
	uint64_t objectid;
	uint8_t type;
	uint64_t offset;
};
struct btrfs_item {
	struct btrfs_key key;
	struct span data; /* good until the next call into a tree */
};
/* Where a tree begins. */
struct btrfs_root {
	uint64_t bytenr, generation;
	uint8_t level;
	bool is_chunk_tree; /* its blocks are found by the superblock's chunks alone */
};
/* A range of logical addresses, and its copies on this device. */
struct btrfs_chunk {
	uint64_t logical, length, type;
	uint64_t copy[BTRFS_COPIES_MAX]; /* bytes from the start of the device */
	uint32_t n_copies;
	bool striped; /* over several devices: not in one piece anywhere */
};
/* A tree block that was read and checked. */
struct btrfs_node {
	uint64_t bytenr, generation;
	uint64_t stamp; /* time of last use; 0: empty */
	uint32_t nritems;
	uint8_t level;
	uint8_t *raw;
};
enum { BTRFS_RECENT = 8 };
struct btrfs {
	uint32_t nodesize, sectorsize;
	uint16_t csum_type;
	uint64_t devid;
	struct btrfs_root chunks, roots; /* the chunk tree, the tree of tree roots */
	uint64_t top, chosen;		 /* subvolumes: of all, and the default one */
	struct fs_node top_root;
	uint8_t sys_chunk[BTRFS_SYS_CHUNKS_MAX];
	uint32_t sys_chunk_n;
	struct btrfs_chunk recent[BTRFS_RECENT];
	uint32_t next_recent;
	struct btrfs_node *node;
	uint32_t n_nodes;
	uint64_t now;
	uint8_t *packed, *plain; /* BTRFS_PACKED_MAX each, NULL until they are needed */
	uint64_t plain_of;	 /* whose bytes are in plain: disk_bytenr, 0: nobody's */
};

/* What fs_node.u means here. */
enum { BTRFS_U_BYTENR, BTRFS_U_GENERATION, BTRFS_U_LEVEL, BTRFS_U_SUBVOL };
static inline struct btrfs_root btrfs_tree_of(const struct fs_node *n)
{
	return (struct btrfs_root){
		.bytenr = n->u[BTRFS_U_BYTENR],
		.generation = n->u[BTRFS_U_GENERATION],
		.level = (uint8_t)n->u[BTRFS_U_LEVEL],
	};
}

/* The chunk that holds logical; ERR_UNSUPPORTED where this device has not all of its bytes. */
enum err btrfs_chunk_find(struct fs *fs, uint64_t logical, bool system, struct btrfs_chunk *out);
/* Room for tree blocks, by nodesize. */
enum err btrfs_nodes_init(struct fs *fs);
/* Read from the device, past the cache where that can be. */
enum err btrfs_disk_read(struct fs *fs, uint64_t at, void *dst, size_t len);

int btrfs_key_cmp(const struct btrfs_key *a, const struct btrfs_key *b);
/* The item of this key, of the last one before it, or of the first one after it. ERR_NOENT: none.
 */
enum err btrfs_find(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		    struct btrfs_item *out);
enum err btrfs_find_le(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		       struct btrfs_item *out);
enum err btrfs_find_ge(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		       struct btrfs_item *out);

enum err btrfs_map(struct fs *fs, const struct fs_node *file, uint64_t off, struct fs_extent *out);
enum err btrfs_decode(struct fs *fs, const struct fs_node *file, uint64_t off, void *dst,
		      size_t len);
#endif
