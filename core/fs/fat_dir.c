/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fat.h"
#include "../base/date.h"
#include "../base/rd.h"
#include "../base/str.h"
#include "../base/utf.h"
#include <string.h>

enum {
	RECORD = 32,
	RECORDS_MAX = 65536, /* 2 MiB: no system makes a larger directory */
	NAME_RAW = 11,
	ATTR_VOLUME_ID = 0x08,
	ATTR_DIRECTORY = 0x10,
	ATTR_LONG_NAME = 0x0f,
	ATTR_LONG_NAME_MASK = 0x3f,
	LAST_LONG_ENTRY = 0x40,
	CASE_BASE_LOWER = 0x08, /* in NTRes, set by Windows NT and later */
	CASE_EXT_LOWER = 0x10,
	DELETED = 0xe5,
};

/*
 * Bytes from 0x80 of a short name. The volume does not say which code page they
 * are in; 437 is what Linux assumes.
 */
static const uint16_t cp437[128] = {
	0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea, 0x00eb, 0x00e8,
	0x00ef, 0x00ee, 0x00ec, 0x00c4, 0x00c5, 0x00c9, 0x00e6, 0x00c6, 0x00f4, 0x00f6, 0x00f2,
	0x00fb, 0x00f9, 0x00ff, 0x00d6, 0x00dc, 0x00a2, 0x00a3, 0x00a5, 0x20a7, 0x0192, 0x00e1,
	0x00ed, 0x00f3, 0x00fa, 0x00f1, 0x00d1, 0x00aa, 0x00ba, 0x00bf, 0x2310, 0x00ac, 0x00bd,
	0x00bc, 0x00a1, 0x00ab, 0x00bb, 0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562,
	0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534,
	0x252c, 0x251c, 0x2500, 0x253c, 0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560,
	0x2550, 0x256c, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256b,
	0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580, 0x03b1, 0x00df, 0x0393,
	0x03c0, 0x03a3, 0x03c3, 0x00b5, 0x03c4, 0x03a6, 0x0398, 0x03a9, 0x03b4, 0x221e, 0x03c6,
	0x03b5, 0x2229, 0x2261, 0x00b1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00f7, 0x2248, 0x00b0,
	0x2219, 0x00b7, 0x221a, 0x207f, 0x00b2, 0x25a0, 0x00a0,
};

enum err fat_dir_open(struct fs *fs, const struct fs_node *dir, struct fat_dir *d)
{
	uint32_t cluster = (uint32_t)dir->u[FAT_U_CLUSTER];
	*d = (struct fat_dir){ .fs = fs, .cluster = cluster };
	if (dir->u[FAT_U_FIXED])
		d->cluster = 0;
	else if (!fat_is_cluster(fs->priv, cluster))
		return fs_corrupt(fs, "a directory begins in cluster", cluster);
	return OK;
}

/* The next record and where it lies; ERR_NOENT behind the last one. */
static enum err record_read(struct fat_dir *d, uint8_t raw[RECORD], uint64_t *at)
{
	const struct fat *f = d->fs->priv;
	uint32_t per_cluster = f->cluster_size / RECORD;
	if (!d->cluster) {
		if (d->n >= f->root_size / RECORD)
			return ERR_NOENT;
		*at = f->root_off + (uint64_t)d->n * RECORD;
	} else {
		if (d->n && d->n % per_cluster == 0)
			try(fat_next(d->fs, d->cluster, &d->cluster));
		if (d->n >= RECORDS_MAX)
			return fs_corrupt(d->fs, "a directory does not end, at cluster",
					  d->cluster);
		*at = fat_cluster_off(f, d->cluster) + d->n % per_cluster * RECORD;
	}
	d->n++;
	try(cache_read(d->fs->cache, *at, raw, RECORD));
	return raw[0] ? OK : ERR_NOENT;
}

/* --- long names --- */

/* Parts come last first and carry their number; anything out of order is an orphan. */
static void lfn_add(struct fat_lfn *l, const uint8_t raw[RECORD])
{
	struct rd r = rd_of(raw, RECORD);
	uint8_t ord = rd_u8(&r), number = ord & (uint8_t)~LAST_LONG_ENTRY;
	rd_seek(&r, 13);
	uint8_t checksum = rd_u8(&r);
	if (ord & LAST_LONG_ENTRY)
		*l = (struct fat_lfn){ .parts = number, .left = number, .checksum = checksum };
	if (number == 0 || number > FAT_LFN_PARTS || number != l->left || checksum != l->checksum) {
		l->parts = 0;
		return;
	}
	l->left--;
	uint16_t *unit = l->unit + l->left * FAT_LFN_UNITS;
	rd_seek(&r, 1);
	for (size_t i = 0; i < FAT_LFN_UNITS; i++) {
		if (i == 5)
			rd_seek(&r, 14);
		if (i == 11)
			rd_seek(&r, 28);
		unit[i] = rd_le16(&r);
	}
}

static uint8_t checksum_of(const uint8_t name[NAME_RAW])
{
	uint8_t sum = 0;
	for (size_t i = 0; i < NAME_RAW; i++)
		sum = (uint8_t)((sum >> 1 | sum << 7) + name[i]);
	return sum;
}

static bool is_name(struct str s)
{
	return s.n && !str_eq(s, STR(".")) && !str_eq(s, STR("..")) && str_find(s, '/', 0) == s.n &&
	       str_find(s, 0, 0) == s.n;
}

/* The long name of the record whose short name is raw, into e; false when it has none. */
static bool lfn_take(const struct fat_lfn *l, const uint8_t raw[NAME_RAW], struct fat_entry *e)
{
	size_t n = 0;
	if (!l->parts || l->left || l->checksum != checksum_of(raw))
		return false;
	while (n < (size_t)l->parts * FAT_LFN_UNITS && l->unit[n])
		n++;
	if (n > FAT_NAME_UNITS)
		return false;
	e->name_n = utf16_to_utf8(l->unit, n, e->name, sizeof e->name);
	return e->name_n <= sizeof e->name && is_name((struct str){ e->name, e->name_n });
}

/* --- short names --- */

static size_t put_byte(char *to, uint8_t c, bool lower)
{
	if (c >= 0x80)
		return utf8_put(cp437[c - 0x80], to);
	*to = lower ? ascii_lower((char)c) : (char)c;
	return 1;
}

/* n bytes without the blanks at their end, in UTF-8: 3 bytes for one at most. */
static size_t put_field(char *to, const uint8_t *p, size_t n, bool lower)
{
	size_t len = 0;
	while (n && p[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < n; i++)
		len += put_byte(to + len, p[i], lower);
	return len;
}

/* Into e; false when it is no name at all. */
static bool short_name(const uint8_t raw[NAME_RAW], uint8_t nt_case, struct fat_entry *e)
{
	uint8_t name[NAME_RAW];
	memcpy(name, raw, sizeof name);
	if (name[0] == 0x05) /* so that a first byte 0xe5 does not look deleted */
		name[0] = DELETED;
	if (e->label) {
		e->short_n = put_field(e->short_name, name, NAME_RAW, false);
		return true;
	}
	e->short_n = put_field(e->short_name, name, 8, nt_case & CASE_BASE_LOWER);
	e->short_name[e->short_n] = '.';
	size_t ext =
		put_field(e->short_name + e->short_n + 1, name + 8, 3, nt_case & CASE_EXT_LOWER);
	e->short_n += ext ? ext + 1 : 0;
	return is_name((struct str){ e->short_name, e->short_n });
}

/* --- records --- */

/* Local time without a zone, taken as UTC. */
static int64_t dos_time(uint16_t date, uint16_t time)
{
	struct date d = {
		.year = 1980u + (date >> 9),
		.month = date >> 5 & 15,
		.day = date & 31,
		.hour = time >> 11,
		.minute = time >> 5 & 63,
		.second = (time & 31) * 2u,
	};
	return date_unix(&d);
}

static void node_decode(const struct fat *f, const uint8_t raw[RECORD], struct fs_node *node)
{
	struct rd r = rd_of(raw, RECORD);
	rd_seek(&r, NAME_RAW);
	node->type = rd_u8(&r) & ATTR_DIRECTORY ? FS_DIR : FS_FILE;
	rd_seek(&r, 20);
	uint32_t cluster_hi = rd_le16(&r);
	uint16_t time = rd_le16(&r), date = rd_le16(&r);
	uint32_t cluster = rd_le16(&r), size = rd_le32(&r);
	if (f->bits == 32) /* OS/2 kept other things there before FAT32 */
		cluster |= cluster_hi << 16;
	node->size = node->type == FS_FILE ? size : 0;
	node->mtime = dos_time(date, time);
	node->u[FAT_U_CLUSTER] = cluster;
}

/* Whether the record, which is no part of a long name, is one that callers want to see. */
static bool entry_decode(const struct fat_dir *d, const uint8_t raw[RECORD], uint64_t at,
			 struct fat_entry *e)
{
	struct rd r = rd_of(raw, RECORD);
	rd_seek(&r, NAME_RAW);
	uint8_t attr = rd_u8(&r), nt_case = rd_u8(&r);
	*e = (struct fat_entry){ .label = attr & ATTR_VOLUME_ID };
	node_decode(d->fs->priv, raw, &e->node);
	e->node.id = at / RECORD;
	bool has_short = short_name(raw, nt_case, e);
	if (e->label)
		return has_short;
	if (!has_short)
		e->short_n = 0;
	if (!lfn_take(&d->lfn, raw, e)) {
		e->name_n = e->short_n;
		memcpy(e->name, e->short_name, e->short_n);
	}
	return e->name_n > 0;
}

enum err fat_dir_next(struct fat_dir *d, struct fat_entry *e)
{
	uint8_t raw[RECORD];
	uint64_t at = 0;
	while (true) { /* record_read() ends after RECORDS_MAX */
		try(record_read(d, raw, &at));
		bool part = (raw[NAME_RAW] & ATTR_LONG_NAME_MASK) == ATTR_LONG_NAME;
		bool found = false;
		if (raw[0] != DELETED && part) {
			lfn_add(&d->lfn, raw);
			continue;
		}
		if (raw[0] != DELETED)
			found = entry_decode(d, raw, at, e);
		d->lfn.parts = 0;
		if (found)
			return OK;
	}
}
