/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CODEC_H
#define CODEC_H
#include "unpack.h"
/* One decompressor each; unpack.c dispatches. Contract as of unpack(). */
typedef enum err codec_fn(struct span src, uint8_t *dst, size_t *n);
codec_fn gzip_unpack, bzip2_unpack, lzma_unpack, xz_unpack, lzo_unpack, lz4_unpack, zstd_unpack;
codec_fn zlib_unpack, lzo1x_unpack;
/* What unpack_size() asks; false where the stream does not say. */
typedef bool codec_size_fn(struct span src, uint64_t *size);
codec_size_fn gzip_size, lzma_size, zstd_size;
#endif
