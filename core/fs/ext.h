/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXT_H
#define EXT_H
#include "fs.h"
/*
 * ext2, ext3 and ext4: what the files of this driver share. Field names and
 * numbers are those of "ext4 Data Structures and Algorithms" in the kernel's
 * documentation. A journal is not replayed.
 */

enum { /* s_feature_incompat */
       EXT_COMPRESSION = 0x1,
       EXT_FILETYPE = 0x2,
       EXT_RECOVER = 0x4,
       EXT_JOURNAL_DEV = 0x8,
       EXT_META_BG = 0x10,
       EXT_EXTENTS = 0x40,
       EXT_64BIT = 0x80,
       EXT_MMP = 0x100,
       EXT_FLEX_BG = 0x200,
       EXT_EA_INODE = 0x400,
       EXT_DIRDATA = 0x1000,
       EXT_CSUM_SEED = 0x2000,
       EXT_LARGEDIR = 0x4000,
       EXT_INLINE_DATA = 0x8000,
       EXT_ENCRYPT = 0x10000,
       EXT_CASEFOLD = 0x20000,
};
enum { EXT_SPARSE_SUPER2 = 0x200 }; /* s_feature_compat */
enum {				    /* s_feature_ro_compat */
       EXT_SPARSE_SUPER = 0x1,
       EXT_GDT_CSUM = 0x10,
       EXT_METADATA_CSUM = 0x400,
       /* Those under which a file's blocks are its own and may hold anything: large_file,
	* btree_dir, huge_file, dir_nlink, extra_isize, quota, bigalloc, project, orphan_present. */
       EXT_PLAIN = EXT_SPARSE_SUPER | EXT_GDT_CSUM | EXT_METADATA_CSUM | 0x2 | 0x4 | 0x8 | 0x20 |
		   0x40 | 0x100 | 0x200 | 0x2000 | 0x10000,
};
enum { /* i_flags */
       EXT_FL_ENCRYPT = 0x800,
       EXT_FL_INDEX = 0x1000,
       EXT_FL_EXTENTS = 0x80000,
       EXT_FL_INLINE_DATA = 0x10000000,
};
enum { EXT_ROOT_INO = 2 };
enum { EXT_BLOCK_MIN = 1024, EXT_BLOCK_MAX = 65536, EXT_I_BLOCK = 0x28, EXT_I_BLOCK_SIZE = 60 };

/*
 * The last block of each kind, checked once and kept: extent and pointer blocks
 * by their height above the data, then the others.
 */
enum { EXT_TREE_MAX = 5 };
enum ext_slot {
	EXT_SLOT_TREE,
	EXT_SLOT_DIR = EXT_TREE_MAX,
	EXT_SLOT_INODE,
	EXT_SLOT_GROUP,
	EXT_SLOTS
};
struct ext_held {
	uint64_t number, owner; /* owner: inode number, 0 for none; number 0: the slot is empty */
	uint8_t *p;		/* block_size bytes */
};

struct ext {
	uint32_t compat, incompat, ro_compat;
	uint32_t block_size, block_bits;
	uint64_t blocks; /* s_blocks_count; times block_size it fits into 64 bits */
	uint32_t first_data_block, blocks_per_group;
	uint64_t groups;
	uint32_t inodes, inodes_per_group, first_ino;
	uint32_t inode_size, desc_size; /* both at most block_size */
	uint32_t first_meta_bg, backup_bgs[2];
	uint8_t uuid[16];
	uint32_t seed; /* of every metadata_csum */
	uint64_t found_in,
		found_to; /* the last name found in a long directory, and where it ends */
	struct ext_held held[EXT_SLOTS];
};

/* What fs_node.u holds. */
enum {
	EXT_U_AT,    /* where the inode lies, bytes from the start of the disk */
	EXT_U_FLAGS, /* i_flags */
	EXT_U_SEED,  /* checksum of inode number and generation: where those of its blocks begin */
	EXT_U_FORM,  /* enum ext_form */
	EXT_U_TAIL,  /* EXT_INLINE: where the data behind i_block lies ... */
	EXT_U_TAIL_SIZE, /* ... and its bytes */
};
enum ext_form { EXT_POINTERS, EXT_EXTENT_TREE, EXT_INLINE };

static inline bool ext_has(uint32_t features, uint32_t bit)
{
	return (features & bit) != 0;
}

/* Judges the copy of a block; height: the slot's. */
typedef enum err ext_check_fn(struct fs *fs, const struct fs_node *owner, uint32_t height,
			      const uint8_t *p);
/*
 * A copy of a block, already checked when it was held before. Valid until the
 * slot is used for another block. owner and check may be NULL.
 */
enum err ext_hold(struct fs *fs, enum ext_slot slot, const struct fs_node *owner, uint64_t block,
		  ext_check_fn *check, const uint8_t **out);
/* The block where this group's inodes begin. */
enum err ext_inode_table(struct fs *fs, uint32_t group, uint64_t *block);
/* The inode with this number, which a directory named. */
enum err ext_inode(struct fs *fs, uint64_t ino, struct fs_node *out);

/* fs_ops.map, fs_ops.lookup, fs_ops.list. */
enum err ext_map(struct fs *fs, const struct fs_node *f, uint64_t off, struct fs_extent *out);
enum err ext_lookup(struct fs *fs, const struct fs_node *dir, struct str name, struct fs_node *out);
enum err ext_list(struct fs *fs, const struct fs_node *dir, fs_name_fn *fn, void *ctx);
#endif
