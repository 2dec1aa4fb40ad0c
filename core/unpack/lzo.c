/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../base/rd.h"
#include "codec.h"
#include <lzo/lzo1x.h>
#include <string.h>

/*
 * The container of lzop 1.x, which has no specification but its source: a
 * header, then blocks {unpacked, packed, checksums, bytes} ended by a zero.
 * Numbers are big-endian.
 */
enum {
	MAGIC = 9,	       /* 89 4c 5a 4f 00 0d 0a 1a 0a */
	VERSION_LONG = 0x0940, /* from here on the header has the longer form */
	METHOD_LAST = 3,       /* 1..3: all kinds of LZO1X */
	BLOCK_MAX = 64 << 20,
	/* flags */
	ADLER_UNPACKED = 0x1,
	ADLER_PACKED = 0x2,
	CRC_UNPACKED = 0x100,
	CRC_PACKED = 0x200,
	HEADER_FILTER = 0x800,
	HEADER_CRC = 0x1000,
};

struct block {
	uint32_t unpacked, packed;
	uint32_t adler_unpacked, crc_unpacked, adler_packed, crc_packed;
};

static enum err header(struct rd *r, uint32_t *flags)
{
	rd_skip(r, MAGIC);
	size_t from = r->at;
	uint16_t version = rd_be16(r);
	rd_skip(r, 2); /* the library's version */
	if (version >= VERSION_LONG)
		rd_skip(r, 2); /* the version needed to extract */
	uint8_t method = rd_u8(r);
	if (version >= VERSION_LONG)
		rd_skip(r, 1); /* level */
	*flags = rd_be32(r);
	if (*flags & HEADER_FILTER || method < 1 || method > METHOD_LAST)
		return rd_ok(r) ? ERR_UNSUPPORTED : ERR_CORRUPT;
	rd_skip(r, version >= VERSION_LONG ? 12 : 8); /* mode, time */
	rd_skip(r, rd_u8(r));			      /* name */
	size_t len = rd_ok(r) ? r->at - from : 0;
	uint32_t have = *flags & HEADER_CRC ? lzo_crc32(0, r->p + from, len)
					    : lzo_adler32(1, r->p + from, len);
	uint32_t want = rd_be32(r);
	return rd_ok(r) && have == want ? OK : ERR_CORRUPT;
}

static void block_read(struct rd *r, uint32_t flags, struct block *b)
{
	*b = (struct block){ .unpacked = rd_be32(r) };
	if (!b->unpacked)
		return;
	b->packed = rd_be32(r);
	bool both = b->packed < b->unpacked;
	if (flags & ADLER_UNPACKED)
		b->adler_unpacked = rd_be32(r);
	if (flags & CRC_UNPACKED)
		b->crc_unpacked = rd_be32(r);
	if (flags & ADLER_PACKED && both)
		b->adler_packed = rd_be32(r);
	if (flags & CRC_PACKED && both)
		b->crc_packed = rd_be32(r);
}

static bool sums_fit(const uint8_t *p, uint32_t n, bool adler, uint32_t a, bool crc, uint32_t c)
{
	return (!adler || lzo_adler32(1, p, n) == a) && (!crc || lzo_crc32(0, p, n) == c);
}

static enum err block_unpack(const struct block *b, uint32_t flags, const uint8_t *src,
			     uint8_t *dst)
{
	lzo_uint made = b->unpacked;
	if (b->packed == b->unpacked) {
		memcpy(dst, src, b->packed);
	} else {
		if (!sums_fit(src, b->packed, flags & ADLER_PACKED, b->adler_packed,
			      flags & CRC_PACKED, b->crc_packed))
			return ERR_CORRUPT;
		int e = lzo1x_decompress_safe(src, b->packed, dst, &made, NULL);
		if (e != LZO_E_OK || made != b->unpacked)
			return ERR_CORRUPT;
	}
	return sums_fit(dst, b->unpacked, flags & ADLER_UNPACKED, b->adler_unpacked,
			flags & CRC_UNPACKED, b->crc_unpacked)
		       ? OK
		       : ERR_CORRUPT;
}

enum err lzo_unpack(struct span src, uint8_t *dst, size_t *n)
{
	struct rd r = rd_of(src.p, src.n);
	size_t made = 0;
	uint32_t flags;
	try(header(&r, &flags));
	for (;;) { /* each round takes 8 bytes of src at least */
		struct block b;
		block_read(&r, flags, &b);
		struct span packed = rd_take(&r, b.packed);
		if (!rd_ok(&r) || b.packed > b.unpacked || b.unpacked > BLOCK_MAX)
			return ERR_CORRUPT;
		if (!b.unpacked)
			break;
		if (b.unpacked > *n - made)
			return ERR_LIMIT;
		try(block_unpack(&b, flags, packed.p, dst + made));
		made += b.unpacked;
	}
	*n = made;
	return OK;
}

enum err lzo1x_unpack(struct span src, uint8_t *dst, size_t *n)
{
	lzo_uint made = *n;
	int e = lzo1x_decompress_safe(src.p, src.n, dst, &made, NULL);
	*n = made;
	return e == LZO_E_OK ? OK : e == LZO_E_OUTPUT_OVERRUN ? ERR_LIMIT : ERR_CORRUPT;
}
