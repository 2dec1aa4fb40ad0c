/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "iso9660.h"
#include "../base/fmt.h"
#include "../base/rd.h"
#include "../base/str.h"
#include "../base/utf.h"
#include <string.h>

enum {
	FIRST_DESCRIPTOR = 16, /* sector */
	DESCRIPTORS_MAX = 64,
	DESCRIPTOR_PRIMARY = 1,
	DESCRIPTOR_SUPPLEMENTARY = 2,
	DESCRIPTOR_END = 255,
	ROOT_RECORD = 156, /* in a descriptor */
	ROOT_RECORD_SIZE = 34,
	RECORD_HEAD = 33,
	RECORD_MAX = 255,
	DIR_MAX = 8 << 20, /* bytes of a directory: 50,000 names */
	FLAG_DIRECTORY = 2,
	FLAG_ASSOCIATED = 4,
	FLAG_MULTI_EXTENT = 0x80,
	S_IFMT = 0170000,
	S_IFDIR = 0040000,
	S_IFREG = 0100000,
	S_IFLNK = 0120000,
};

/*
 * What fs_node.u means here, all in bytes: the first extent, and for links and
 * files of several extents the records that say more.
 */
enum { ISO_U_AT, ISO_U_LEN, ISO_U_RECORD, ISO_U_END, ISO_U_FLAGS };
enum { ISO_SEVERAL = 1, ISO_PACKED = 2, ISO_INTERLEAVED = 4 };

/* A directory record as it stands, ECMA-119 section 9.1. */
struct record {
	uint8_t raw[RECORD_MAX];
	uint64_t at; /* byte offset on the disk */
	uint64_t extent_at;
	uint32_t size;
	uint8_t flags;
	bool interleaved;
	int64_t mtime;
	struct span name, system_use; /* in raw */
};
/* A walk over the records from `at` up to `end`. */
struct walk {
	struct fs *fs;
	uint64_t at, end;
};

static bool record_decode(const struct iso *iso, uint8_t len, struct record *rec)
{
	struct rd r = rd_of(rec->raw, len);
	uint8_t date[ISO_DATE_SHORT];
	rd_skip(&r, 1);
	uint8_t xattr_len = rd_u8(&r);
	uint64_t extent = rd_le32(&r);
	rd_skip(&r, 4);
	rec->extent_at = (extent + xattr_len) * iso->block;
	rec->size = rd_le32(&r);
	rd_skip(&r, 4);
	rd_copy(&r, date, sizeof date);
	rec->mtime = iso_date_short(date);
	rec->flags = rd_u8(&r);
	uint8_t unit = rd_u8(&r), gap = rd_u8(&r);
	rec->interleaved = unit || gap;
	rd_skip(&r, 4); /* volume sequence number */
	uint8_t name_len = rd_u8(&r);
	rec->name = rd_take(&r, name_len);
	if (rd_left(&r) && !(name_len & 1))
		rd_skip(&r, 1); /* the fields begin at an even place */
	rec->system_use = rd_take(&r, rd_left(&r));
	return rd_ok(&r) && name_len;
}

/* The next record; ERR_NOENT: no more. Records do not cross sectors, and zeros fill these up. */
static enum err record_next(struct walk *w, struct record *rec)
{
	uint8_t len = 0;
	while (true) { /* moves on by at least a byte each time, up to end */
		if (w->at >= w->end)
			return ERR_NOENT;
		try(cache_read(w->fs->cache, w->at, &len, 1));
		if (len)
			break;
		w->at += ISO_SECTOR - w->at % ISO_SECTOR;
	}
	if (len <= RECORD_HEAD || len > ISO_SECTOR - w->at % ISO_SECTOR || len > w->end - w->at)
		return fs_corrupt(w->fs, "length of a directory record", len);
	try(cache_read(w->fs->cache, w->at, rec->raw, len));
	rec->at = w->at;
	w->at += len;
	return record_decode(w->fs->priv, len, rec)
		       ? OK
		       : fs_corrupt(w->fs, "length of a name in a directory record", rec->raw[32]);
}

static enum err dir_open(struct fs *fs, const struct fs_node *dir, struct walk *w)
{
	uint64_t at = dir->u[ISO_U_AT], len = dir->u[ISO_U_LEN];
	if (len > DIR_MAX)
		return fs_corrupt(fs, "bytes in a directory", len);
	if (at > fs->disk->size || len > fs->disk->size - at)
		return fs_corrupt(fs, "a directory leaves the device, at byte", at);
	*w = (struct walk){ .fs = fs, .at = at, .end = at + len };
	return OK;
}

/* --- names --- */

struct entry {
	char name[FS_NAME_MAX];
	size_t n;
	bool any_case; /* this name is met in any case */
	struct fs_node node;
};

static bool is_name(struct str s)
{
	return s.n && !str_eq(s, STR(".")) && !str_eq(s, STR("..")) && str_find(s, '/', 0) == s.n &&
	       str_find(s, 0, 0) == s.n;
}

static void name_plain(struct span raw, struct entry *e)
{
	for (size_t i = 0; i < raw.n && raw.p[i] != ';'; i++)
		e->name[e->n++] = ascii_lower((char)raw.p[i]);
	if (e->n && e->name[e->n - 1] == '.')
		e->n--;
}

static void name_joliet(struct span raw, struct entry *e)
{
	uint16_t unit[RECORD_MAX / 2];
	size_t n = 0;
	struct rd r = rd_of(raw.p, raw.n);
	while (rd_left(&r) >= 2 && n < array_len(unit)) {
		unit[n] = rd_be16(&r);
		if (unit[n] == ';')
			break;
		n++;
	}
	e->n = utf16_to_utf8(unit, n, e->name, sizeof e->name);
}

/* The record's name; false when it has none that can be used. */
static bool name_read(const struct iso *iso, const struct record *rec, const struct iso_susp *s,
		      struct entry *e)
{
	e->n = 0;
	e->any_case = !s->name_n;
	if (s->name_n) {
		memcpy(e->name, s->name, s->name_n);
		e->n = s->name_n;
	} else if (iso->names == ISO_JOLIET) {
		name_joliet(rec->name, e);
	} else {
		name_plain(rec->name, e);
	}
	return e->n <= sizeof e->name && is_name((struct str){ e->name, e->n });
}

/* --- nodes --- */

static enum fs_type type_of(const struct record *rec, const struct iso_susp *s)
{
	uint32_t mode = s->mode & S_IFMT;
	if (rec->flags & FLAG_DIRECTORY || s->child)
		return FS_DIR;
	if (mode == S_IFLNK)
		return FS_LINK;
	return !s->mode || mode == S_IFREG ? FS_FILE : FS_OTHER;
}

static void node_fill(const struct record *rec, const struct iso_susp *s, struct fs_node *n)
{
	*n = (struct fs_node){
		.type = type_of(rec, s),
		.size = rec->size,
		.id = rec->at,
		.mtime = s->mtime ? s->mtime : rec->mtime,
	};
	n->u[ISO_U_AT] = rec->extent_at;
	n->u[ISO_U_LEN] = rec->size;
	n->u[ISO_U_RECORD] = rec->at;
	n->u[ISO_U_FLAGS] =
		(s->packed ? ISO_PACKED : 0u) | (rec->interleaved ? ISO_INTERLEAVED : 0u);
	if (n->type == FS_LINK)
		n->size = s->link_n;
	if (n->type == FS_DIR) {
		n->size = 0;
		n->id = rec->extent_at;
	}
}

/* A directory too deep for ISO 9660 lies elsewhere; its own first record says how long it is. */
static enum err child_follow(struct fs *fs, uint32_t block, struct fs_node *n)
{
	const struct iso *iso = fs->priv;
	struct record rec;
	uint64_t at = (uint64_t)block * iso->block;
	struct walk w = { .fs = fs, .at = at, .end = at + ISO_SECTOR };
	enum err e = record_next(&w, &rec);
	if (e || !(rec.flags & FLAG_DIRECTORY))
		return fs_corrupt(fs, "no directory at the place of a relocated one, block", block);
	n->id = n->u[ISO_U_AT] = rec.extent_at;
	n->u[ISO_U_LEN] = rec.size;
	return OK;
}

/* The file goes on in the records that follow: they end with one that lacks the flag. */
static enum err extents_sum(struct walk *w, struct fs_node *n)
{
	struct record rec;
	n->u[ISO_U_FLAGS] |= ISO_SEVERAL;
	n->u[ISO_U_END] = w->end;
	do {
		enum err e = record_next(w, &rec);
		if (e == ERR_NOENT)
			return fs_corrupt(w->fs, "the last extent of a file is missing, record at",
					  n->id);
		try(e);
		n->size += rec.size;
	} while (rec.flags & FLAG_MULTI_EXTENT); /* bound: the directory's end */
	return OK;
}

static enum err susp_of(struct fs *fs, const struct record *rec, struct iso_susp *s)
{
	const struct iso *iso = fs->priv;
	struct rd r = rd_of(rec->system_use.p, rec->system_use.n);
	if (iso->names != ISO_ROCK)
		return OK;
	rd_skip(&r, iso->skip);
	return iso_susp_read(fs, rd_take(&r, rd_left(&r)), s);
}

/* The next name of the directory, with everything about it; ERR_NOENT: no more. */
static enum err entry_next(struct walk *w, struct entry *e)
{
	struct record rec;
	while (true) { /* record_next() ends */
		struct iso_susp s = { 0 };
		try(record_next(w, &rec));
		bool dots = rec.name.n == 1 && rec.name.p[0] <= 1; /* "." and ".." */
		if (dots || rec.flags & FLAG_ASSOCIATED)
			continue;
		try(susp_of(w->fs, &rec, &s));
		node_fill(&rec, &s, &e->node);
		if (rec.flags & FLAG_MULTI_EXTENT)
			try(extents_sum(w, &e->node));
		if (s.relocated || !name_read(w->fs->priv, &rec, &s, e))
			continue;
		return s.child ? child_follow(w->fs, s.child, &e->node) : OK;
	}
}

static enum err iso_lookup(struct fs *fs, const struct fs_node *dir, struct str name,
			   struct fs_node *out)
{
	struct walk w;
	struct entry e;
	bool found = false;
	try(dir_open(fs, dir, &w));
	while (!found) { /* entry_next() ends */
		try(entry_next(&w, &e));
		struct str have = { e.name, e.n };
		found = e.any_case ? str_eq_nocase(have, name) : str_eq(have, name);
	}
	*out = e.node;
	return OK;
}

static enum err iso_list(struct fs *fs, const struct fs_node *dir, fs_name_fn *fn, void *ctx)
{
	struct walk w;
	struct entry e;
	enum err err;
	try(dir_open(fs, dir, &w));
	while ((err = entry_next(&w, &e)) == OK) /* ends */
		try(fn(ctx, (struct str){ e.name, e.n }, e.node.type));
	return err == ERR_NOENT ? OK : err;
}

static enum err iso_readlink(struct fs *fs, const struct fs_node *link, char *buf, size_t cap,
			     size_t *n)
{
	struct record rec;
	struct iso_susp s = { .link = buf, .link_cap = cap };
	uint64_t at = link->u[ISO_U_RECORD];
	struct walk w = { .fs = fs, .at = at, .end = at + RECORD_MAX };
	try(record_next(&w, &rec));
	try(susp_of(fs, &rec, &s));
	if (s.link_bad)
		return fs_unsupported(fs, "parts of a symbolic link, record at", at);
	*n = s.link_n;
	return s.link_n > cap ? ERR_LIMIT : OK;
}

/* --- data --- */

/* Find the extent that holds the file's byte *off; *off becomes the offset in it. */
static enum err extent_find(struct fs *fs, const struct fs_node *file, uint64_t *off,
			    struct record *rec)
{
	struct walk w = { .fs = fs, .at = file->u[ISO_U_RECORD], .end = file->u[ISO_U_END] };
	enum err e;
	while ((e = record_next(&w, rec)) == OK) { /* ends */
		if (*off < rec->size)
			return OK;
		*off -= rec->size;
	}
	return e == ERR_NOENT ? fs_corrupt(fs, "a file ends early, record at", file->id) : e;
}

static enum err iso_map(struct fs *fs, const struct fs_node *file, uint64_t off,
			struct fs_extent *out)
{
	struct record rec = { .extent_at = file->u[ISO_U_AT],
			      .size = (uint32_t)file->u[ISO_U_LEN] };
	if (file->u[ISO_U_FLAGS] & ISO_PACKED)
		return fs_unsupported(fs, "zisofs compression, record at", file->id);
	if (file->u[ISO_U_FLAGS] & ISO_INTERLEAVED)
		return fs_unsupported(fs, "an interleaved file, record at", file->id);
	if (file->u[ISO_U_FLAGS] & ISO_SEVERAL)
		try(extent_find(fs, file, &off, &rec));
	*out = (struct fs_extent){ FS_DATA, rec.size - off, rec.extent_at + off };
	return OK;
}

/* --- volume --- */

static enum err descriptor_read(struct fs *fs, uint32_t i, uint8_t raw[ISO_SECTOR])
{
	uint64_t at = (FIRST_DESCRIPTOR + (uint64_t)i) * ISO_SECTOR;
	if (at > fs->disk->size || fs->disk->size - at < ISO_SECTOR)
		return ERR_FORMAT;
	try(cache_read(fs->cache, at, raw, ISO_SECTOR));
	return memcmp(raw + 1, "CD001", 5) == 0 ? OK : ERR_FORMAT;
}

/* Joliet is a supplementary descriptor with one of three escape sequences for UCS-2. */
static bool is_joliet(const uint8_t raw[ISO_SECTOR])
{
	const uint8_t *escape = raw + 88;
	return raw[0] == DESCRIPTOR_SUPPLEMENTARY && escape[0] == '%' && escape[1] == '/' &&
	       (escape[2] == '@' || escape[2] == 'C' || escape[2] == 'E');
}

/* The first primary descriptor, and a Joliet one where there is one (else joliet[0] is 0). */
static enum err descriptors_read(struct fs *fs, uint8_t primary[ISO_SECTOR],
				 uint8_t joliet[ISO_SECTOR])
{
	uint8_t raw[ISO_SECTOR];
	primary[0] = joliet[0] = 0;
	for (uint32_t i = 0; i < DESCRIPTORS_MAX; i++) {
		enum err e = descriptor_read(fs, i, raw);
		if (e == ERR_FORMAT && i)
			break;
		try(e);
		if (raw[0] == DESCRIPTOR_END)
			break;
		if (raw[0] == DESCRIPTOR_PRIMARY && !primary[0])
			memcpy(primary, raw, sizeof raw);
		else if (is_joliet(raw) && !joliet[0])
			memcpy(joliet, raw, sizeof raw);
	}
	return primary[0] ? OK : fs_corrupt(fs, "no primary descriptor from sector", 16);
}

static enum err root_of(struct fs *fs, const uint8_t descriptor[ISO_SECTOR])
{
	struct record rec = { .at = 0 };
	struct iso_susp s = { 0 };
	memcpy(rec.raw, descriptor + ROOT_RECORD, ROOT_RECORD_SIZE);
	if (!record_decode(fs->priv, ROOT_RECORD_SIZE, &rec) || !(rec.flags & FLAG_DIRECTORY))
		return fs_corrupt(fs, "flags of the root directory", rec.flags);
	node_fill(&rec, &s, &fs->root);
	return OK;
}

/* Whether the root directory's record of itself has Rock Ridge's fields. */
static bool has_rock_ridge(struct fs *fs)
{
	struct iso *iso = fs->priv;
	struct iso_susp s = { 0 };
	struct record rec;
	struct walk w;
	if (dir_open(fs, &fs->root, &w) || record_next(&w, &rec) ||
	    !iso_susp_find(&rec.system_use, &iso->skip))
		return false;
	return iso_susp_read(fs, rec.system_use, &s) == OK && s.mode;
}

/* blkid's UUID is a date in 16 digits; all of them 0: there is no date. */
static bool uuid_from(struct fs *fs, const uint8_t date[ISO_DATE_LONG])
{
	const char *d = (const char *)date;
	bool some = false;
	for (size_t i = 0; i < 16; i++) {
		if (!is_digit(d[i]))
			return false;
		some |= d[i] != '0';
	}
	if (some)
		fmt_to(fs->uuid, sizeof fs->uuid, "%.4s-%.2s-%.2s-%.2s-%.2s-%.2s-%.2s", d, d + 4,
		       d + 6, d + 8, d + 10, d + 12, d + 14);
	return some;
}

/* joliet: where its names are the ones that are used, or NULL. Its label is cut at 16 characters.
 */
static void identify(struct fs *fs, const uint8_t primary[ISO_SECTOR], const uint8_t *joliet)
{
	enum { VOLUME_ID = 40, VOLUME_ID_SIZE = 32, CREATION = 813, MODIFICATION = 830 };
	struct entry e = { .n = 0 };
	struct str label = { (const char *)primary + VOLUME_ID, VOLUME_ID_SIZE };
	if (!uuid_from(fs, primary + MODIFICATION))
		(void)uuid_from(fs, primary + CREATION);
	if (joliet) {
		name_joliet((struct span){ joliet + VOLUME_ID, VOLUME_ID_SIZE }, &e);
		label = (struct str){ e.name, e.n };
	}
	label = str_trim(str_sub(label, 0, str_find(label, 0, 0)));
	fmt_to(fs->label, sizeof fs->label, "%.*s", STR_ARG(label));
}

static enum err iso_mount(struct fs *fs)
{
	uint8_t primary[ISO_SECTOR], joliet[ISO_SECTOR];
	try(descriptors_read(fs, primary, joliet));
	struct iso *iso = arena_new(fs->arena, struct iso);
	if (!iso)
		return ERR_NOMEM;
	struct rd r = rd_of(primary, sizeof primary);
	rd_seek(&r, 128);
	iso->block = rd_le16(&r);
	if (iso->block != 512 && iso->block != 1024 && iso->block != ISO_SECTOR)
		return fs_corrupt(fs, "bytes in a block", iso->block);
	fs->priv = iso;
	try(root_of(fs, primary));
	iso->names = has_rock_ridge(fs) ? ISO_ROCK : joliet[0] ? ISO_JOLIET : ISO_PLAIN;
	identify(fs, primary, iso->names == ISO_JOLIET ? joliet : NULL);
	return iso->names == ISO_JOLIET ? root_of(fs, joliet) : OK;
}

const struct fs_ops iso9660_fs = {
	.name = "iso9660",
	.mount = iso_mount,
	.lookup = iso_lookup,
	.list = iso_list,
	.readlink = iso_readlink,
	.map = iso_map,
};
