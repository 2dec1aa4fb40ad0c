/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ext.h"
#include "../base/crc.h"
#include "../base/rd.h"
#include "../base/sum.h"
#include <string.h>

/* Inodes, and the data that some of them hold inside. */

/* The fields of an inode that matter here. */
struct inode {
	uint64_t ino;
	uint16_t i_mode, i_links_count, i_extra_isize;
	uint64_t i_size;
	int64_t i_mtime;
	uint32_t i_flags, i_generation, i_checksum;
};

static void inode_decode(const struct ext *x, struct rd r, struct inode *i)
{
	i->i_mode = rd_le16(&r);
	rd_seek(&r, 0x04);
	i->i_size = rd_le32(&r);
	rd_seek(&r, 0x10);
	i->i_mtime = (int32_t)rd_le32(&r);
	rd_seek(&r, 0x1a);
	i->i_links_count = rd_le16(&r);
	rd_seek(&r, 0x20);
	i->i_flags = rd_le32(&r);
	rd_seek(&r, 0x64);
	i->i_generation = rd_le32(&r);
	rd_seek(&r, 0x6c);
	uint64_t i_size_high = rd_le32(&r);
	if ((i->i_mode & 0170000) == 0100000 || ext_has(x->incompat, EXT_LARGEDIR))
		i->i_size |= i_size_high << 32;
	rd_seek(&r, 0x7c);
	i->i_checksum = rd_le16(&r);
	i->i_extra_isize = 0;
	if (x->inode_size == 128)
		return;
	rd_seek(&r, 0x80);
	i->i_extra_isize = rd_le16(&r);
	if (i->i_extra_isize >= 4)
		i->i_checksum |= (uint32_t)rd_le16(&r) << 16;
	rd_seek(&r, 0x88);
	if (i->i_extra_isize >= 12) /* two more bits of seconds, then nanoseconds */
		i->i_mtime += (int64_t)(rd_le32(&r) & 3) << 32;
}

static uint32_t le32_sum(uint32_t crc, uint32_t v)
{
	uint8_t le[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };
	return crc32c(crc, le, sizeof le);
}

/* i_checksum_lo and _hi: over the inode with zeros in their place. */
static bool inode_sum_ok(const struct ext *x, const struct inode *i, const uint8_t *p,
			 uint32_t seed)
{
	static const uint8_t zero[2];
	bool has_hi = i->i_extra_isize >= 4;
	uint32_t c = crc32c(seed, p, 0x7c);
	c = crc32c(c, zero, 2);
	c = crc32c(c, p + 0x7e, 2);
	if (x->inode_size > 128) {
		c = crc32c(c, p + 0x80, 2);
		c = crc32c(c, has_hi ? zero : p + 0x82, 2);
		c = crc32c(c, p + 0x84, x->inode_size - 0x84);
	}
	return sum_match(i->i_checksum, has_hi ? c : c & UINT16_MAX);
}

static enum err inode_check(struct fs *fs, const struct inode *i, const uint8_t *p, uint32_t seed)
{
	const struct ext *x = fs->priv;
	if (ext_has(x->ro_compat, EXT_METADATA_CSUM) && !inode_sum_ok(x, i, p, seed))
		return fs_corrupt(fs, "checksum of inode", i->ino);
	if (i->i_mode == 0 || i->i_links_count == 0)
		return fs_corrupt(fs, "a name leads to the unused inode", i->ino);
	if (x->inode_size > 128 && (i->i_extra_isize > x->inode_size - 128 || i->i_extra_isize % 4))
		return fs_corrupt(fs, "i_extra_isize of inode", i->ino);
	return OK;
}

/*
 * Inline data begins in i_block and goes on in the value of the extended
 * attribute "system.data", which lies behind the inode's last field.
 */
static enum err inline_tail(struct fs *fs, const struct inode *i, struct rd r, struct fs_node *out)
{
	enum { NAME_SYSTEM = 7 };
	const uint32_t xattr_magic = 0xea020000;
	size_t at = 128u + i->i_extra_isize;
	rd_seek(&r, at);
	if (rd_le32(&r) != xattr_magic)
		return OK;
	struct rd values = rd_of(r.p + r.at, rd_left(&r));
	r = values;
	while (rd_ok(&r)) { /* an entry has 16 bytes or more */
		uint8_t e_name_len = rd_u8(&r), e_name_index = rd_u8(&r);
		uint16_t e_value_offs = rd_le16(&r);
		uint32_t e_value_inum = rd_le32(&r), e_value_size = rd_le32(&r);
		rd_skip(&r, 4);
		struct span name = rd_take(&r, e_name_len);
		if (e_name_len == 0 && e_name_index == 0 && e_value_offs == 0)
			return OK;
		rd_skip(&r, -(size_t)e_name_len & 3);
		if (e_name_index != NAME_SYSTEM || name.n != 4 || memcmp(name.p, "data", 4) != 0)
			continue;
		rd_seek(&values, e_value_offs);
		rd_skip(&values, e_value_size);
		if (!rd_ok(&values) || e_value_inum)
			break;
		out->u[EXT_U_TAIL] = out->u[EXT_U_AT] + at + 4 + e_value_offs;
		out->u[EXT_U_TAIL_SIZE] = e_value_size;
		return OK;
	}
	return fs_corrupt(fs, "extended attributes of inode", i->ino);
}

static enum fs_type type_of(uint16_t i_mode)
{
	switch (i_mode & 0170000) {
	case 0100000:
		return FS_FILE;
	case 0040000:
		return FS_DIR;
	case 0120000:
		return FS_LINK;
	}
	return FS_OTHER;
}

/* A link's target of less than 60 bytes stands in i_block; then no flag says where it is. */
static enum ext_form form_of(const struct inode *i)
{
	bool link = type_of(i->i_mode) == FS_LINK;
	if (i->i_flags & EXT_FL_INLINE_DATA)
		return EXT_INLINE;
	if (i->i_flags & EXT_FL_EXTENTS)
		return EXT_EXTENT_TREE;
	return link && i->i_size < EXT_I_BLOCK_SIZE ? EXT_INLINE : EXT_POINTERS;
}

/* Byte offset of an inode, and a copy of it. */
static enum err inode_find(struct fs *fs, uint64_t ino, uint64_t *at, const uint8_t **p)
{
	const struct ext *x = fs->priv;
	uint64_t table = 0;
	if (ino > x->inodes || (ino < x->first_ino && ino != EXT_ROOT_INO))
		return fs_corrupt(fs, "a name leads to the impossible inode", ino);
	uint32_t n = (uint32_t)(ino - 1), group = n / x->inodes_per_group;
	try(ext_inode_table(fs, group, &table));
	uint64_t off = (uint64_t)(n % x->inodes_per_group) * x->inode_size;
	uint64_t block = table + (off >> x->block_bits);
	off &= x->block_size - 1;
	try(ext_hold(fs, EXT_SLOT_INODE, NULL, block, NULL, p));
	*p += off;
	*at = (block << x->block_bits) + off;
	return OK;
}

enum err ext_inode(struct fs *fs, uint64_t ino, struct fs_node *out)
{
	const struct ext *x = fs->priv;
	struct inode i = { .ino = ino };
	const uint8_t *p = NULL;
	uint64_t at = 0;
	try(inode_find(fs, ino, &at, &p));
	inode_decode(x, rd_of(p, x->inode_size), &i);
	uint32_t seed = le32_sum(le32_sum(x->seed, (uint32_t)ino), i.i_generation);
	try(inode_check(fs, &i, p, seed));
	*out = (struct fs_node){
		.type = type_of(i.i_mode),
		.size = i.i_size,
		.id = ino,
		.mtime = i.i_mtime,
		.u = { [EXT_U_AT] = at,
		       [EXT_U_FLAGS] = i.i_flags,
		       [EXT_U_SEED] = seed,
		       [EXT_U_FORM] = form_of(&i) },
	};
	if (i.i_flags & EXT_FL_INLINE_DATA)
		return inline_tail(fs, &i, rd_of(p, x->inode_size), out);
	return OK;
}
