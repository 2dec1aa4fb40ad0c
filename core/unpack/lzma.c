/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../base/rd.h"
#include "codec.h"
#include <lzma.h>
#include <string.h>

/* The .lzma header: properties, dictionary size, unpacked size (lzma-file-format.txt 1.1). */
enum { HEADER = 13, DICT_AT = 1 };
#define SIZE_UNKNOWN UINT64_MAX

/*
 * The library allocates the dictionary in full, and "lzma -9" asks for 64 MiB.
 * No distance reaches further back than the output's start, so a dictionary of
 * the output's size does.
 */
static void shrink(uint8_t header[HEADER], size_t room)
{
	struct rd r = rd_of(header, HEADER);
	rd_seek(&r, DICT_AT);
	uint32_t dict = (uint32_t)min_u64(rd_le32(&r), room);
	for (size_t i = 0; i < 4; i++)
		header[DICT_AT + i] = (uint8_t)(dict >> 8 * i);
}

static enum err result(const lzma_stream *s, lzma_ret e)
{
	if (e == LZMA_STREAM_END)
		return OK;
	if (e == LZMA_MEM_ERROR)
		return ERR_NOMEM;
	/* Without a size in the header the stream has an end marker: input to go. */
	return (e == LZMA_OK || e == LZMA_BUF_ERROR) && s->avail_in && !s->avail_out ? ERR_LIMIT
										     : ERR_CORRUPT;
}

enum err lzma_unpack(struct span src, uint8_t *dst, size_t *n)
{
	uint8_t header[HEADER];
	lzma_stream s = LZMA_STREAM_INIT;
	uint64_t size;
	if (src.n < HEADER)
		return ERR_CORRUPT;
	if (lzma_size(src, &size) && size > *n)
		return ERR_LIMIT;
	memcpy(header, src.p, HEADER);
	shrink(header, *n);
	if (lzma_alone_decoder(&s, UINT64_MAX) != LZMA_OK)
		return ERR_NOMEM;
	s.next_in = header;
	s.avail_in = HEADER;
	s.next_out = dst;
	s.avail_out = *n;
	lzma_ret e = lzma_code(&s, LZMA_RUN);
	if (e == LZMA_OK && s.avail_in == 0) {
		s.next_in = src.p + HEADER;
		s.avail_in = src.n - HEADER;
		e = lzma_code(&s, LZMA_FINISH);
	}
	enum err r = result(&s, e);
	*n -= s.avail_out;
	lzma_end(&s);
	return r;
}

bool lzma_size(struct span src, uint64_t *size)
{
	struct rd r = rd_of(src.p, src.n);
	rd_seek(&r, HEADER - 8);
	*size = rd_le64(&r);
	return rd_ok(&r) && *size != SIZE_UNKNOWN;
}
