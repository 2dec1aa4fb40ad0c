/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "iso9660.h"
#include "../base/date.h"
#include "../base/rd.h"
#include <string.h>

/*
 * A system use field: two letters, length, version, data. Fields of a record
 * that does not have the room go on elsewhere (CE).
 */
enum {
	FIELD_HEAD = 4,
	CONTINUATIONS_MAX = 32,
	XA_SIZE = 14, /* what CD-ROM XA puts before the fields */
	NM_CONTINUE = 1,
	NM_CURRENT = 2,
	NM_PARENT = 4,
	SL_CONTINUE = 1,
	SL_CURRENT = 2,
	SL_PARENT = 4,
	SL_ROOT = 8,
	TF_CREATION = 1,
	TF_MODIFY = 2,
	TF_LONG_FORM = 0x80,
};

/* Dates count quarters of an hour from Greenwich. */
static int64_t zoned(const struct date *d, uint8_t quarters)
{
	int64_t t = date_unix(d);
	return t ? t - (int8_t)quarters * 900 : 0;
}

int64_t iso_date_short(const uint8_t raw[ISO_DATE_SHORT])
{
	struct date d = { raw[0] + 1900u, raw[1], raw[2], raw[3], raw[4], raw[5] };
	return zoned(&d, raw[6]);
}

/* n digits; what is none makes a date that there is not. */
static uint32_t number(struct rd *r, size_t n)
{
	uint32_t v = 0;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = rd_u8(r);
		v = c >= '0' && c <= '9' ? v * 10 + (c - '0') : 100000;
	}
	return v;
}

int64_t iso_date_long(const uint8_t raw[ISO_DATE_LONG])
{
	struct rd r = rd_of(raw, ISO_DATE_LONG);
	struct date d = { .year = number(&r, 4) };
	d.month = number(&r, 2);
	d.day = number(&r, 2);
	d.hour = number(&r, 2);
	d.minute = number(&r, 2);
	d.second = number(&r, 2);
	rd_skip(&r, 2); /* hundredths */
	return zoned(&d, rd_u8(&r));
}

/* A number in both byte orders: the little one counts. */
static uint32_t both32(struct rd *r)
{
	uint32_t v = rd_le32(r);
	rd_skip(r, 4);
	return v;
}

static void name_add(struct iso_susp *s, struct rd *r)
{
	uint8_t flags = rd_u8(r);
	struct span part = rd_take(r, rd_left(r));
	if (flags & (NM_CURRENT | NM_PARENT))
		return;
	if (part.n > sizeof s->name - s->name_n)
		s->name_bad = true;
	else if (part.n)
		memcpy(s->name + s->name_n, part.p, part.n);
	s->name_n += s->name_bad ? 0 : part.n;
}

static void link_put(struct iso_susp *s, const void *p, size_t n)
{
	if (s->link && n && s->link_n <= s->link_cap && n <= s->link_cap - s->link_n)
		memcpy(s->link + s->link_n, p, n);
	s->link_n += n;
}

/* One component of a target: a slash, unless the last one was not whole or was the root. */
static void component_add(struct iso_susp *s, uint8_t flags, struct span text)
{
	if (s->link_n && !s->link_part)
		link_put(s, "/", 1);
	if (flags & SL_ROOT)
		link_put(s, "/", 1);
	else if (flags & SL_CURRENT)
		link_put(s, ".", 1);
	else if (flags & SL_PARENT)
		link_put(s, "..", 2);
	else
		link_put(s, text.p, text.n);
	s->link_bad |= flags & ~(SL_CONTINUE | SL_CURRENT | SL_PARENT | SL_ROOT);
	s->link_part = flags & (SL_CONTINUE | SL_ROOT);
}

static void link_add(struct iso_susp *s, struct rd *r)
{
	rd_skip(r, 1);		  /* that further SL fields follow shows by itself */
	while (rd_left(r) >= 2) { /* each component is 2 bytes at least */
		uint8_t flags = rd_u8(r), n = rd_u8(r);
		struct span text = rd_take(r, n);
		if (!rd_ok(r))
			s->link_bad = true;
		else
			component_add(s, flags, text);
	}
}

static void time_add(struct iso_susp *s, struct rd *r)
{
	uint8_t flags = rd_u8(r), raw[ISO_DATE_LONG];
	size_t n = flags & TF_LONG_FORM ? ISO_DATE_LONG : ISO_DATE_SHORT;
	if (!(flags & TF_MODIFY))
		return;
	if (flags & TF_CREATION)
		rd_skip(r, n);
	rd_copy(r, raw, n);
	if (rd_ok(r))
		s->mtime = n == ISO_DATE_LONG ? iso_date_long(raw) : iso_date_short(raw);
}

/* Where the fields go on; length 0: nowhere. */
struct continuation {
	uint32_t block, offset, length;
};

static void field_read(struct iso_susp *s, const uint8_t sig[2], struct rd *r,
		       struct continuation *ce)
{
	if (memcmp(sig, "CE", 2) == 0) {
		struct continuation c = { .block = both32(r) };
		c.offset = both32(r);
		c.length = both32(r);
		if (rd_ok(r))
			*ce = c;
	} else if (memcmp(sig, "NM", 2) == 0) {
		name_add(s, r);
	} else if (memcmp(sig, "PX", 2) == 0) {
		s->mode = both32(r);
	} else if (memcmp(sig, "SL", 2) == 0) {
		link_add(s, r);
	} else if (memcmp(sig, "TF", 2) == 0) {
		time_add(s, r);
	} else if (memcmp(sig, "CL", 2) == 0) {
		s->child = both32(r);
	} else if (memcmp(sig, "RE", 2) == 0) {
		s->relocated = true;
	} else if (memcmp(sig, "ZF", 2) == 0) {
		s->packed = true;
	}
}

/* Whatever is no field ends them: records are padded, and Apple had its own ideas. */
static void area_read(struct iso_susp *s, struct span area, struct continuation *ce)
{
	struct rd r = rd_of(area.p, area.n);
	while (rd_left(&r) >= FIELD_HEAD) { /* each field is FIELD_HEAD bytes at least */
		uint8_t sig[2];
		rd_copy(&r, sig, sizeof sig);
		uint8_t len = rd_u8(&r);
		rd_skip(&r, 1); /* version */
		if (len < FIELD_HEAD || memcmp(sig, "ST", 2) == 0)
			return;
		struct rd data = rd_sub(&r, len - (size_t)FIELD_HEAD);
		if (!rd_ok(&r))
			return;
		field_read(s, sig, &data, ce);
	}
}

static enum err continuation_read(struct fs *fs, const struct continuation *ce,
				  uint8_t buf[ISO_SECTOR])
{
	const struct iso *iso = fs->priv;
	if (ce->offset > ISO_SECTOR || ce->length > ISO_SECTOR - ce->offset)
		return fs_corrupt(fs, "fields of a record leave their block", ce->block);
	enum err e = cache_read(fs->cache, (uint64_t)ce->block * iso->block + ce->offset, buf,
				ce->length);
	return e ? fs_corrupt(fs, "fields of a record cannot be read, in block", ce->block) : OK;
}

enum err iso_susp_read(struct fs *fs, struct span area, struct iso_susp *s)
{
	uint8_t buf[ISO_SECTOR];
	for (int i = 0; i < CONTINUATIONS_MAX; i++) {
		struct continuation ce = { 0 };
		area_read(s, area, &ce);
		if (!ce.length) {
			s->name_n = s->name_bad ? 0 : s->name_n;
			return OK;
		}
		try(continuation_read(fs, &ce, buf));
		area = (struct span){ buf, ce.length };
	}
	return fs_corrupt(fs, "fields of a record go on too often, times", CONTINUATIONS_MAX);
}

bool iso_susp_find(struct span *area, uint32_t *skip)
{
	static const uint8_t sp[] = { 'S', 'P', 7, 1, 0xbe, 0xef };
	for (size_t at = 0; at <= XA_SIZE; at += XA_SIZE) {
		struct rd r = rd_of(area->p, area->n);
		rd_skip(&r, at);
		struct span head = rd_take(&r, sizeof sp);
		*skip = rd_u8(&r);
		if (rd_ok(&r) && memcmp(head.p, sp, sizeof sp) == 0) {
			*area = (struct span){ area->p + at, area->n - at };
			return true;
		}
	}
	return false;
}
