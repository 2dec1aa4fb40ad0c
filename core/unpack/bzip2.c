/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec.h"
#include <bzlib.h>

static unsigned some(size_t n)
{
	return (unsigned)min_size(n, 1u << 30);
}

/* Out of room with input to go: even the shortest rest is the stream's 10-byte end. */
static enum err result(int b, size_t left, size_t room)
{
	if (b == BZ_MEM_ERROR)
		return ERR_NOMEM;
	return b == BZ_OK && left && !room ? ERR_LIMIT : ERR_CORRUPT;
}

/* One stream: moves src and dst past what was used. */
static enum err stream(struct span *src, uint8_t **dst, size_t *room)
{
	bz_stream b = { .bzalloc = NULL };
	int e = BZ2_bzDecompressInit(&b, 0, 0);
	bool moved = true;
	while (e == BZ_OK && moved) {
		unsigned in = some(src->n), out = some(*room);
		b.next_in = (char *)src->p; /* bzlib.h lacks the const */
		b.avail_in = in;
		b.next_out = (char *)*dst;
		b.avail_out = out;
		e = BZ2_bzDecompress(&b);
		moved = b.avail_in != in || b.avail_out != out;
		src->p += in - b.avail_in;
		src->n -= in - b.avail_in;
		*dst += out - b.avail_out;
		*room -= out - b.avail_out;
	}
	BZ2_bzDecompressEnd(&b);
	return e == BZ_STREAM_END ? OK : result(e, src->n, *room);
}

enum err bzip2_unpack(struct span src, uint8_t *dst, size_t *n)
{
	size_t room = *n;
	enum err e;
	do { /* a stream is 14 bytes at least */
		e = stream(&src, &dst, &room);
	} while (!e && unpack_detect(src) == UNPACK_BZIP2);
	*n -= room;
	return e;
}
