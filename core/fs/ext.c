/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ext.h"
#include "../base/crc.h"
#include "../base/rd.h"
#include "../base/sum.h"
#include "../base/uuid.h"
#include <string.h>

/* The superblock, the groups, and the blocks that are held. */

enum { SB_AT = 1024, SB_SIZE = 1024, SB_MAGIC = 0xef53 };
enum { REV_ORIGINAL = 0, REV_DYNAMIC = 1, LOG_BLOCK_SIZE_MAX = 6 };
enum {
	KNOWN_INCOMPAT = EXT_FILETYPE | EXT_RECOVER | EXT_META_BG | EXT_EXTENTS | EXT_64BIT |
			 EXT_MMP | EXT_FLEX_BG | EXT_EA_INODE | EXT_CSUM_SEED | EXT_LARGEDIR |
			 EXT_INLINE_DATA | EXT_ENCRYPT | EXT_CASEFOLD
};

/* What is needed of the superblock while mounting only. */
struct super {
	uint32_t s_log_block_size, s_rev_level, s_checksum_seed;
	uint16_t s_magic, s_inode_size, s_desc_size;
	uint8_t s_checksum_type;
	uint8_t s_volume_name[16];
};

static void super_decode(const uint8_t sb[SB_SIZE], struct super *s, struct ext *x)
{
	struct rd r = rd_of(sb, SB_SIZE);
	x->inodes = rd_le32(&r);
	x->blocks = rd_le32(&r);
	rd_seek(&r, 0x14);
	x->first_data_block = rd_le32(&r);
	s->s_log_block_size = rd_le32(&r);
	rd_seek(&r, 0x20);
	x->blocks_per_group = rd_le32(&r);
	rd_seek(&r, 0x28);
	x->inodes_per_group = rd_le32(&r);
	rd_seek(&r, 0x38);
	s->s_magic = rd_le16(&r);
	rd_seek(&r, 0x4c);
	s->s_rev_level = rd_le32(&r);
	rd_seek(&r, 0x54);
	x->first_ino = rd_le32(&r);
	s->s_inode_size = rd_le16(&r);
	rd_seek(&r, 0x5c);
	x->compat = rd_le32(&r);
	x->incompat = rd_le32(&r);
	x->ro_compat = rd_le32(&r);
	rd_copy(&r, x->uuid, sizeof x->uuid);
	rd_copy(&r, s->s_volume_name, sizeof s->s_volume_name);
	rd_seek(&r, 0xfe);
	s->s_desc_size = rd_le16(&r);
	rd_seek(&r, 0x104);
	x->first_meta_bg = rd_le32(&r);
	rd_seek(&r, 0x150);
	if (ext_has(x->incompat, EXT_64BIT))
		x->blocks |= (uint64_t)rd_le32(&r) << 32;
	rd_seek(&r, 0x175);
	s->s_checksum_type = rd_u8(&r);
	rd_seek(&r, 0x24c);
	x->backup_bgs[0] = rd_le32(&r);
	x->backup_bgs[1] = rd_le32(&r);
	rd_seek(&r, 0x270);
	s->s_checksum_seed = rd_le32(&r);
}

/* The magic number is too short to stand alone: a FAT may have it in this place. */
static bool is_ext(const struct super *s, const struct ext *x)
{
	return s->s_magic == SB_MAGIC && s->s_log_block_size <= LOG_BLOCK_SIZE_MAX &&
	       s->s_rev_level <= REV_DYNAMIC && x->blocks &&
	       (x->inodes || ext_has(x->incompat, EXT_JOURNAL_DEV));
}

static enum err check_features(struct fs *fs, const struct ext *x)
{
	uint32_t unknown = x->incompat & ~(uint32_t)KNOWN_INCOMPAT;
	if (ext_has(unknown, EXT_JOURNAL_DEV))
		return fs_unsupported(fs, "this is an external journal, incompat feature",
				      EXT_JOURNAL_DEV);
	if (ext_has(unknown, EXT_COMPRESSION))
		return fs_unsupported(fs, "compression, incompat feature", EXT_COMPRESSION);
	if (ext_has(unknown, EXT_DIRDATA))
		return fs_unsupported(fs, "dirdata, incompat feature", EXT_DIRDATA);
	if (unknown)
		return fs_unsupported(fs, "unknown incompat feature, bit number",
				      (uint64_t)__builtin_ctz(unknown));
	return OK;
}

/* The seed of all metadata checksums; with it the superblock's own. */
static enum err check_sum(struct fs *fs, const struct super *s, struct ext *x,
			  const uint8_t sb[SB_SIZE])
{
	enum { S_CHECKSUM = 0x3fc, CRC32C = 1 };
	struct rd r = rd_of(sb, SB_SIZE);
	if (!ext_has(x->ro_compat, EXT_METADATA_CSUM))
		return OK;
	if (s->s_checksum_type != CRC32C)
		return fs_unsupported(fs, "metadata checksums of type", s->s_checksum_type);
	rd_seek(&r, S_CHECKSUM);
	if (!sum_match(rd_le32(&r), crc32c(UINT32_MAX, sb, S_CHECKSUM)))
		return fs_corrupt(fs, "checksum of the superblock at byte", SB_AT);
	x->seed = ext_has(x->incompat, EXT_CSUM_SEED) ? s->s_checksum_seed
						      : crc32c(UINT32_MAX, x->uuid, 16);
	return OK;
}

static bool is_power_of_2(uint32_t v)
{
	return v && !(v & (v - 1));
}

static enum err check_sizes(struct fs *fs, const struct super *s, struct ext *x)
{
	x->block_bits = 10 + s->s_log_block_size;
	x->block_size = 1u << x->block_bits;
	x->inode_size = 128;
	if (s->s_rev_level == REV_ORIGINAL)
		x->first_ino = 11;
	else
		x->inode_size = s->s_inode_size;
	if (x->inode_size < 128 || x->inode_size > x->block_size || !is_power_of_2(x->inode_size))
		return fs_corrupt(fs, "superblock: s_inode_size", x->inode_size);
	x->desc_size = ext_has(x->incompat, EXT_64BIT) ? s->s_desc_size : 32;
	if (x->desc_size < 32 || x->desc_size > EXT_BLOCK_MIN || !is_power_of_2(x->desc_size))
		return fs_corrupt(fs, "superblock: s_desc_size", x->desc_size);
	return OK;
}

static enum err check_counts(struct fs *fs, struct ext *x)
{
	uint64_t bytes;
	if (x->blocks <= x->first_data_block || !mul_u64(x->blocks, x->block_size, &bytes))
		return fs_corrupt(fs, "superblock: s_blocks_count", x->blocks);
	if (x->blocks_per_group == 0)
		return fs_corrupt(fs, "superblock: s_blocks_per_group", 0);
	if (x->inodes_per_group == 0 || x->inodes_per_group > 8 * x->block_size)
		return fs_corrupt(fs, "superblock: s_inodes_per_group", x->inodes_per_group);
	x->groups = (x->blocks - x->first_data_block - 1) / x->blocks_per_group + 1;
	if (bytes > fs->disk->size)
		log_at(fs->log, LOG_WARN,
		       "%s: %s: the file system has %llu bytes and the device %llu: truncated?",
		       fs->where, fs->ops->name, (unsigned long long)bytes,
		       (unsigned long long)fs->disk->size);
	return OK;
}

/* As libblkid has it: up to a NUL, without blanks at the end. */
static void set_label(struct fs *fs, const uint8_t name[16])
{
	size_t n = 0;
	while (n < 16 && name[n])
		n++;
	while (n && (name[n - 1] == ' ' || (name[n - 1] >= '\t' && name[n - 1] <= '\r')))
		n--;
	memcpy(fs->label, name, n);
	fs->label[n] = 0;
}

static void set_names(struct fs *fs, const struct super *s, const struct ext *x)
{
	static const uint8_t nil[16];
	if (memcmp(x->uuid, nil, sizeof nil) != 0)
		uuid_print(x->uuid, fs->uuid);
	set_label(fs, s->s_volume_name);
}

static enum err ext_mount(struct fs *fs)
{
	uint8_t sb[SB_SIZE];
	struct super s;
	struct ext found = { 0 }, *x;
	if (fs->disk->size < SB_AT + SB_SIZE)
		return ERR_FORMAT;
	try(cache_read(fs->cache, SB_AT, sb, sizeof sb));
	super_decode(sb, &s, &found);
	if (!is_ext(&s, &found))
		return ERR_FORMAT;
	set_names(fs, &s, &found);
	try(check_features(fs, &found));
	try(check_sum(fs, &s, &found, sb));
	try(check_sizes(fs, &s, &found));
	try(check_counts(fs, &found));
	x = arena_new(fs->arena, struct ext);
	if (!x)
		return ERR_NOMEM;
	*x = found;
	fs->priv = x;
	fs->plain = !(x->ro_compat & ~(uint32_t)EXT_PLAIN);
	if (ext_has(x->incompat, EXT_RECOVER))
		log_at(fs->log, LOG_WARN,
		       "%s: %s: not cleanly unmounted; the newest changes may be missing",
		       fs->where, fs->ops->name);
	try(ext_inode(fs, EXT_ROOT_INO, &fs->root));
	return fs->root.type == FS_DIR ? OK : fs_corrupt(fs, "no directory is inode", EXT_ROOT_INO);
}

enum err ext_hold(struct fs *fs, enum ext_slot slot, const struct fs_node *owner, uint64_t block,
		  ext_check_fn *check, const uint8_t **out)
{
	struct ext *x = fs->priv;
	struct ext_held *h = &x->held[slot];
	uint64_t id = owner ? owner->id : 0;
	*out = h->p;
	if (h->p && h->number && h->number == block && h->owner == id)
		return OK;
	/* Block 0 has the boot sector or the superblock: no pointer means it. */
	if (!block || block >= x->blocks || block >= fs->disk->size >> x->block_bits)
		return fs_corrupt(fs, "metadata outside the file system, in block", block);
	if (!h->p)
		h->p = arena_alloc(fs->arena, x->block_size, 8);
	if (!h->p)
		return ERR_NOMEM;
	h->number = 0;
	try(cache_read(fs->cache, block << x->block_bits, h->p, x->block_size));
	if (check)
		try(check(fs, owner, slot, h->p));
	h->number = block;
	h->owner = id;
	*out = h->p;
	return OK;
}

static bool is_power_of(uint64_t v, uint64_t base)
{
	while (v % base == 0) /* each turn divides v */
		v /= base;
	return v == 1;
}

/* Whether group begins with a copy of the superblock. */
static bool has_super(const struct ext *x, uint64_t group)
{
	if (group == 0)
		return true;
	if (ext_has(x->compat, EXT_SPARSE_SUPER2))
		return group == x->backup_bgs[0] || group == x->backup_bgs[1];
	if (!ext_has(x->ro_compat, EXT_SPARSE_SUPER) || group == 1)
		return true;
	return is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
}

/* The block of the group descriptor table with the given number. */
static uint64_t desc_block(const struct ext *x, uint64_t number)
{
	uint64_t super_block = SB_AT / x->block_size;
	uint64_t group = number * (x->block_size / x->desc_size);
	if (!ext_has(x->incompat, EXT_META_BG) || number < x->first_meta_bg)
		return super_block + 1 + number;
	if (group == 0)
		return super_block + 1;
	return x->first_data_block + group * x->blocks_per_group + has_super(x, group);
}

/* bg_checksum: over the group's number and its descriptor without bg_checksum itself. */
static uint16_t desc_sum(const struct ext *x, uint32_t group, const uint8_t *d)
{
	enum { BG_CHECKSUM = 0x1e };
	static const uint8_t zero[2];
	uint8_t number[4];
	for (size_t i = 0; i < 4; i++)
		number[i] = (uint8_t)(group >> 8 * i);
	if (ext_has(x->ro_compat, EXT_METADATA_CSUM)) {
		uint32_t c = crc32c(x->seed, number, sizeof number);
		c = crc32c(c, d, BG_CHECKSUM);
		c = crc32c(c, zero, sizeof zero);
		return (uint16_t)crc32c(c, d + BG_CHECKSUM + 2, x->desc_size - BG_CHECKSUM - 2);
	}
	uint16_t c = crc16(UINT16_MAX, x->uuid, sizeof x->uuid);
	c = crc16(c, number, sizeof number);
	c = crc16(c, d, BG_CHECKSUM);
	return crc16(c, d + BG_CHECKSUM + 2, x->desc_size - BG_CHECKSUM - 2);
}

enum err ext_inode_table(struct fs *fs, uint32_t group, uint64_t *block)
{
	struct ext *x = fs->priv;
	uint32_t per = x->block_size / x->desc_size;
	const uint8_t *p;
	if (group >= x->groups)
		return fs_corrupt(fs, "inodes in a group that is not there", group);
	try(ext_hold(fs, EXT_SLOT_GROUP, NULL, desc_block(x, group / per), NULL, &p));
	p += group % per * x->desc_size;
	struct rd r = rd_of(p, x->desc_size);
	rd_seek(&r, 0x08);
	*block = rd_le32(&r);
	rd_seek(&r, 0x1e);
	uint16_t bg_checksum = rd_le16(&r);
	if (x->desc_size >= 64) {
		rd_seek(&r, 0x28);
		*block |= (uint64_t)rd_le32(&r) << 32;
	}
	if (ext_has(x->ro_compat, EXT_METADATA_CSUM | EXT_GDT_CSUM) &&
	    !sum_match(bg_checksum, desc_sum(x, group, p)))
		return fs_corrupt(fs, "checksum of the descriptor of group", group);
	return OK;
}

const struct fs_ops ext_fs = {
	.name = "ext",
	.mount = ext_mount,
	.lookup = ext_lookup,
	.list = ext_list,
	.map = ext_map,
};
