/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec.h"
#include <zstd.h>
#include <zstd_errors.h>

static enum err result(size_t z)
{
	switch (ZSTD_getErrorCode(z)) {
	case ZSTD_error_no_error:
		return OK;
	case ZSTD_error_dstSize_tooSmall:
		return ERR_LIMIT;
	case ZSTD_error_memory_allocation:
		return ERR_NOMEM;
	case ZSTD_error_frameParameter_unsupported:
	case ZSTD_error_dictionary_wrong:
		return ERR_UNSUPPORTED;
	default:
		return ERR_CORRUPT;
	}
}

/* One frame: moves src and *made. Whole frames need no window beside dst. */
static enum err frame(ZSTD_DCtx *z, struct span *src, uint8_t *dst, size_t *made, size_t room)
{
	size_t len = ZSTD_findFrameCompressedSize(src->p, src->n);
	try(result(len));
	size_t got = ZSTD_decompressDCtx(z, dst + *made, room - *made, src->p, len);
	try(result(got));
	*made += got;
	src->p += len;
	src->n -= len;
	return OK;
}

enum err zstd_unpack(struct span src, uint8_t *dst, size_t *n)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	size_t made = 0;
	enum err e;
	if (!z)
		return ERR_NOMEM;
	do { /* a frame is 9 bytes at least */
		e = frame(z, &src, dst, &made, *n);
	} while (!e && unpack_detect(src) == UNPACK_ZSTD);
	ZSTD_freeDCtx(z);
	*n = made;
	return e;
}

bool zstd_size(struct span src, uint64_t *size)
{
	*size = ZSTD_getFrameContentSize(src.p, src.n);
	return *size != ZSTD_CONTENTSIZE_UNKNOWN && *size != ZSTD_CONTENTSIZE_ERROR;
}
