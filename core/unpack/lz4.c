/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../base/rd.h"
#include "codec.h"
#include <lz4.h>

/*
 * The legacy frame (lz4_Frame_format.md, "Legacy frame"): the magic number,
 * then independent blocks of a packed size and that many bytes, each but the
 * last one unpacking to 8 MiB. It has no end mark, no sizes and no checksums.
 */
enum { BLOCK = 8 << 20 };
#define MAGIC 0x184c2102u

enum { BAD = -1, TOO_LONG = -2 };
/* Bytes made. The library does not tell a bad block from one that needs more room. */
static int block(struct span s, uint8_t *dst, int room)
{
	const char *src = (const char *)s.p;
	int n = (int)s.n, got = LZ4_decompress_safe(src, (char *)dst, n, room);
	if (got >= 0)
		return got;
	if (room == BLOCK)
		return BAD;
	return LZ4_decompress_safe_partial(src, (char *)dst, n, room, room) == room ? TOO_LONG
										    : BAD;
}

enum err lz4_unpack(struct span src, uint8_t *dst, size_t *n)
{
	struct rd r = rd_of(src.p, src.n);
	size_t made = 0;
	while (rd_left(&r)) { /* each round takes 4 bytes of src at least */
		uint32_t packed = rd_le32(&r);
		if (packed == MAGIC)
			continue;
		struct span s = rd_take(&r, packed);
		if (!rd_ok(&r) || packed > LZ4_COMPRESSBOUND(BLOCK))
			return ERR_CORRUPT;
		int got = block(s, dst + made, (int)min_size(*n - made, BLOCK));
		if (got < 0)
			return got == TOO_LONG ? ERR_LIMIT : ERR_CORRUPT;
		made += (size_t)got;
	}
	*n = made;
	return OK;
}
