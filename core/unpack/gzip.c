/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../base/rd.h"
#include "codec.h"
/* zlib.h: next_in may point to const bytes. */
#define ZLIB_CONST
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 }; /* the largest window; a gzip wrapper and no other */

/* zlib counts in 32 bits: hand it at most this much at a time. */
static uInt some(size_t n)
{
	return (uInt)min_size(n, 1u << 30);
}

/* Out of room with input to go: even the shortest rest is the 8 bytes of the trailer. */
static enum err result(int z, size_t left, size_t room)
{
	if (z == Z_MEM_ERROR)
		return ERR_NOMEM;
	return z == Z_BUF_ERROR && left && !room ? ERR_LIMIT : ERR_CORRUPT;
}

/* One member: moves src and dst past what was used. */
static enum err member(z_stream *z, struct span *src, uint8_t **dst, size_t *room)
{
	int e;
	do { /* each round uses up input or room, or ends with Z_BUF_ERROR */
		uInt in = some(src->n), out = some(*room);
		z->next_in = src->p;
		z->avail_in = in;
		z->next_out = *dst;
		z->avail_out = out;
		e = inflate(z, Z_NO_FLUSH);
		src->p += in - z->avail_in;
		src->n -= in - z->avail_in;
		*dst += out - z->avail_out;
		*room -= out - z->avail_out;
	} while (e == Z_OK);
	return e == Z_STREAM_END ? OK : result(e, src->n, *room);
}

enum err gzip_unpack(struct span src, uint8_t *dst, size_t *n)
{
	z_stream z = { .zalloc = Z_NULL };
	size_t room = *n;
	enum err e = OK;
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return ERR_NOMEM;
	do { /* a member is 18 bytes at least */
		e = member(&z, &src, &dst, &room);
	} while (!e && unpack_detect(src) == UNPACK_GZIP && inflateReset(&z) == Z_OK);
	inflateEnd(&z);
	*n -= room;
	return e;
}

enum err zlib_unpack(struct span src, uint8_t *dst, size_t *n)
{
	z_stream z = { .zalloc = Z_NULL };
	size_t room = *n;
	if (inflateInit(&z) != Z_OK)
		return ERR_NOMEM;
	enum err e = member(&z, &src, &dst, &room);
	inflateEnd(&z);
	*n -= room;
	return e;
}

bool gzip_size(struct span src, uint64_t *size)
{
	struct rd r = rd_of(src.p, src.n);
	rd_seek(&r, src.n < 18 ? SIZE_MAX : src.n - 4);
	*size = rd_le32(&r); /* RFC 1952, ISIZE: modulo 2^32 */
	return rd_ok(&r);
}
