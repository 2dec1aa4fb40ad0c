/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fat.h"
#include "../base/fmt.h"
#include "../base/rd.h"
#include "../base/str.h"
#include <string.h>

enum {
	BOOT_SIZE = 512,
	FAT12_MAX = 4084, /* clusters; more of them make a FAT16 */
	FAT32_MAX = 0x0ffffff5,
	RECORD = 32,
};

/* The boot sector's parameter block, in sectors where nothing else is said. */
struct bpb {
	bool jump, signature, named; /* three marks of a FAT; old tools leave some out */
	uint32_t bytes_per_sector, sectors_per_cluster, reserved, num_fats, root_entries;
	uint32_t media, total, fat_size, ext_flags, root_cluster, volume_id;
	bool fat32;
};

static void bpb_tail(struct rd *r, struct bpb *b)
{
	rd_seek(r, b->fat32 ? 66 : 38);
	uint8_t extended = rd_u8(r);
	b->volume_id = rd_le32(r);
	if (extended != 0x28 && extended != 0x29)
		b->volume_id = 0;
	rd_seek(r, b->fat32 ? 82 : 54);
	struct span type = rd_take(r, 3);
	b->named = memcmp(type.p, "FAT", 3) == 0;
	rd_seek(r, 510);
	b->signature = rd_le16(r) == 0xaa55;
}

static void bpb_decode(const uint8_t raw[BOOT_SIZE], struct bpb *b)
{
	struct rd r = rd_of(raw, BOOT_SIZE);
	uint8_t jump = rd_u8(&r);
	b->jump = jump == 0xeb || jump == 0xe9;
	rd_seek(&r, 11);
	b->bytes_per_sector = rd_le16(&r);
	b->sectors_per_cluster = rd_u8(&r);
	b->reserved = rd_le16(&r);
	b->num_fats = rd_u8(&r);
	b->root_entries = rd_le16(&r);
	b->total = rd_le16(&r);
	b->media = rd_u8(&r);
	b->fat_size = rd_le16(&r);
	rd_seek(&r, 32);
	uint32_t total32 = rd_le32(&r);
	if (!b->total)
		b->total = total32;
	/* This, and not the number of clusters: so do Linux, mtools and mkfs -F 32. */
	b->fat32 = b->fat_size == 0;
	if (b->fat32) {
		b->fat_size = rd_le32(&r);
		b->ext_flags = rd_le16(&r);
		rd_skip(&r, 2); /* version */
		b->root_cluster = rd_le32(&r);
	}
	bpb_tail(&r, b);
}

static bool is_power_of_two(uint32_t n)
{
	return n && !(n & (n - 1));
}

/* NTFS and exFAT have no reserved sectors and no FATs in these fields. */
static bool bpb_is_fat(const struct bpb *b)
{
	if (!b->jump && !b->signature && !b->named)
		return false;
	if (!is_power_of_two(b->bytes_per_sector) || b->bytes_per_sector < 512 ||
	    b->bytes_per_sector > 4096)
		return false;
	return is_power_of_two(b->sectors_per_cluster) && b->reserved && b->num_fats &&
	       (b->media == 0xf0 || b->media >= 0xf8);
}

/* An ext file system leaves the first kilobyte alone, and with it an old boot sector. */
static bool is_ext(struct fs *fs)
{
	uint8_t raw[128];
	if (cache_read(fs->cache, 1024, raw, sizeof raw))
		return false;
	struct rd r = rd_of(raw, sizeof raw);
	uint32_t inodes = rd_le32(&r), blocks = rd_le32(&r);
	rd_seek(&r, 24);
	uint32_t log_block_size = rd_le32(&r);
	rd_seek(&r, 56);
	uint16_t magic = rd_le16(&r);
	rd_seek(&r, 76);
	return magic == 0xef53 && inodes && blocks && log_block_size <= 6 && rd_le32(&r) <= 1;
}

static enum err bpb_read(struct fs *fs, struct bpb *b)
{
	uint8_t raw[BOOT_SIZE];
	if (fs->disk->size < sizeof raw)
		return ERR_FORMAT;
	try(cache_read(fs->cache, 0, raw, sizeof raw));
	bpb_decode(raw, b);
	return bpb_is_fat(b) && !is_ext(fs) ? OK : ERR_FORMAT;
}

/* The FAT that counts: with mirroring off, one is named (FAT32 only). */
static uint32_t active_fat(struct fs *fs, const struct bpb *b)
{
	uint32_t active = b->ext_flags & 0x80 ? b->ext_flags & 0x0f : 0;
	if (active < b->num_fats)
		return active;
	log_at(fs->log, LOG_WARN,
	       "%s: fat: FAT %u is in use, and there are only %u: taking the first", fs->where,
	       active, b->num_fats);
	return 0;
}

/* Clusters that have a FAT entry and lie on the device: the bound of every walk. */
static uint32_t usable_clusters(struct fs *fs, const struct bpb *b, const struct fat *f,
				uint64_t clusters)
{
	uint64_t entries = (uint64_t)b->fat_size * b->bytes_per_sector * 8 / f->bits;
	uint64_t here = (fs->disk->size - f->data_off) / f->cluster_size;
	clusters = min_u64(clusters, entries < 2 ? 0 : entries - 2);
	if (clusters > here)
		log_at(fs->log, LOG_WARN, "%s: fat: the device ends before the file system does",
		       fs->where);
	return (uint32_t)min_u64(min_u64(clusters, here), FAT32_MAX);
}

static enum err layout(struct fs *fs, const struct bpb *b, struct fat *f)
{
	uint32_t sector = b->bytes_per_sector;
	uint64_t root = (uint64_t)b->reserved + (uint64_t)b->num_fats * b->fat_size;
	uint64_t data = root + ((uint64_t)b->root_entries * RECORD + sector - 1) / sector;
	if (!b->fat_size)
		return fs_corrupt(fs, "no sectors in a FAT, of which there are", b->num_fats);
	if (data >= b->total || data >= fs->disk->size / sector)
		return fs_corrupt(fs, "the first cluster lies past the end, in sector", data);
	uint64_t clusters = (b->total - data) / b->sectors_per_cluster;
	f->bits = b->fat32 ? 32 : clusters > FAT12_MAX ? 16 : 12;
	f->cluster_size = sector * b->sectors_per_cluster;
	f->fat_off = (b->reserved + (uint64_t)active_fat(fs, b) * b->fat_size) * sector;
	f->root_off = root * sector;
	f->root_size = b->fat32 ? 0 : b->root_entries * RECORD;
	f->data_off = data * sector;
	f->n_clusters = usable_clusters(fs, b, f, clusters);
	if (!f->n_clusters)
		return fs_corrupt(fs, "there are no clusters from sector", data);
	if (b->fat32 && !fat_is_cluster(f, b->root_cluster))
		return fs_corrupt(fs, "the root directory is in cluster", b->root_cluster);
	if (!b->fat32 && !f->root_size)
		return fs_corrupt(fs, "entries in the root directory", 0);
	return OK;
}

/* As blkid has it, the label is the one of the root directory; the boot sector's does not count. */
static enum err label_read(struct fs *fs)
{
	struct fat_dir d;
	struct fat_entry e;
	try(fat_dir_open(fs, &fs->root, &d));
	enum err err = fat_dir_next(&d, &e);
	while (!err && !e.label) /* fat_dir_next() ends after 65536 records */
		err = fat_dir_next(&d, &e);
	if (!err)
		fmt_to(fs->label, sizeof fs->label, "%.*s", (int)e.short_n, e.short_name);
	return err == ERR_NOENT ? OK : err;
}

static enum err fat_mount(struct fs *fs)
{
	struct bpb b = { 0 };
	try(bpb_read(fs, &b));
	struct fat *f = arena_new(fs->arena, struct fat);
	if (!f)
		return ERR_NOMEM;
	try(layout(fs, &b, f));
	fs->priv = f;
	fs->root = (struct fs_node){ .type = FS_DIR };
	fs->root.u[FAT_U_CLUSTER] = b.root_cluster;
	fs->root.u[FAT_U_FIXED] = !b.fat32;
	fs->plain = true;
	if (b.volume_id)
		fmt_to(fs->uuid, sizeof fs->uuid, "%04X-%04X", b.volume_id >> 16,
		       b.volume_id & 0xffff);
	return label_read(fs);
}

bool fat_is_cluster(const struct fat *f, uint32_t cluster)
{
	return cluster >= 2 && cluster - 2 < f->n_clusters;
}

uint64_t fat_cluster_off(const struct fat *f, uint32_t cluster)
{
	return f->data_off + (uint64_t)(cluster - 2) * f->cluster_size;
}

/* The FAT entry of a valid cluster. */
static enum err entry_read(struct fs *fs, uint32_t cluster, uint32_t *value)
{
	const struct fat *f = fs->priv;
	uint8_t raw[4];
	size_t n = f->bits == 32 ? 4 : 2;
	try(cache_read(fs->cache, f->fat_off + (uint64_t)cluster * f->bits / 8, raw, n));
	struct rd r = rd_of(raw, n);
	if (f->bits == 32)
		*value = rd_le32(&r) & 0x0fffffff;
	else if (f->bits == 16)
		*value = rd_le16(&r);
	else
		*value = cluster & 1 ? rd_le16(&r) >> 4 : rd_le16(&r) & 0x0fff;
	return OK;
}

enum err fat_next(struct fs *fs, uint32_t cluster, uint32_t *next)
{
	const struct fat *f = fs->priv;
	uint32_t end = f->bits == 32 ? 0x0ffffff8 : f->bits == 16 ? 0xfff8 : 0x0ff8;
	try(entry_read(fs, cluster, next));
	if (*next >= end)
		return ERR_NOENT;
	if (!fat_is_cluster(f, *next))
		return fs_corrupt(fs, "a chain leads nowhere after cluster", cluster);
	return OK;
}

/* Make the run as long as it is on the disk, up to the file's cluster number last. */
static void run_extend(struct fs *fs, struct fat_run *r, uint32_t last)
{
	const struct fat *f = fs->priv;
	uint32_t next;
	/* Bound: clusters in ascending order. What cannot be read is met when it is wanted. */
	while (r->index + r->n <= last && fat_is_cluster(f, r->cluster + r->n) &&
	       entry_read(fs, r->cluster + r->n - 1, &next) == OK && next == r->cluster + r->n)
		r->n++;
}

/* Bring the run to the one that holds the file's cluster number index. */
static enum err run_find(struct fs *fs, const struct fs_node *file, uint32_t index)
{
	struct fat *f = fs->priv;
	struct fat_run r = f->run;
	uint32_t first = (uint32_t)file->u[FAT_U_CLUSTER], next;
	uint32_t last = (uint32_t)((file->size - 1) / f->cluster_size);
	if (!fat_is_cluster(f, first) || last >= f->n_clusters)
		return fs_corrupt(fs, "a file has bytes and no clusters for them: first cluster",
				  first);
	if (r.first_cluster != first || index < r.index)
		r = (struct fat_run){ first, 0, first, 1 };
	while (index - r.index >= r.n) { /* index <= last < n_clusters */
		enum err e = fat_next(fs, r.cluster + r.n - 1, &next);
		if (e == ERR_NOENT)
			return fs_corrupt(fs, "a chain ends before its file, at cluster",
					  r.cluster + r.n - 1);
		try(e);
		r = (struct fat_run){ first, r.index + r.n, next, 1 };
	}
	run_extend(fs, &r, last);
	f->run = r;
	return OK;
}

static enum err fat_map(struct fs *fs, const struct fs_node *file, uint64_t off,
			struct fs_extent *out)
{
	const struct fat *f = fs->priv;
	uint32_t index = (uint32_t)(off / f->cluster_size);
	uint64_t in = off % f->cluster_size;
	try(run_find(fs, file, index));
	uint32_t skip = index - f->run.index;
	*out = (struct fs_extent){
		.kind = FS_DATA,
		.len = (uint64_t)(f->run.n - skip) * f->cluster_size - in,
		.at = fat_cluster_off(f, f->run.cluster + skip) + in,
	};
	return OK;
}

/* Names differ by more than their case, and a short name stands for its file too. */
static enum err fat_lookup(struct fs *fs, const struct fs_node *dir, struct str name,
			   struct fs_node *out)
{
	struct fat_dir d;
	struct fat_entry e;
	try(fat_dir_open(fs, dir, &d));
	while (true) { /* fat_dir_next() ends after 65536 records */
		try(fat_dir_next(&d, &e));
		if (e.label)
			continue;
		if (str_eq_nocase(name, (struct str){ e.name, e.name_n }) ||
		    str_eq_nocase(name, (struct str){ e.short_name, e.short_n }))
			break;
	}
	*out = e.node;
	return OK;
}

static enum err fat_list(struct fs *fs, const struct fs_node *dir, fs_name_fn *fn, void *ctx)
{
	struct fat_dir d;
	struct fat_entry e;
	enum err err;
	try(fat_dir_open(fs, dir, &d));
	while ((err = fat_dir_next(&d, &e)) == OK) /* ends after 65536 records */
		if (!e.label)
			try(fn(ctx, (struct str){ e.name, e.name_n }, e.node.type));
	return err == ERR_NOENT ? OK : err;
}

/* The file's clusters may be anywhere, so there are no holes and nothing inline. */
const struct fs_ops fat_fs = {
	.name = "fat",
	.mount = fat_mount,
	.lookup = fat_lookup,
	.list = fat_list,
	.map = fat_map,
};
