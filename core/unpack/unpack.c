/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec.h"
#include <string.h>

static const struct {
	const char *name, *magic;
	size_t magic_n;
	codec_fn *fn;
	codec_size_fn *size;
} codec[] = {
	[UNPACK_GZIP] = { "gzip", "\x1f\x8b", 2, gzip_unpack, gzip_size },
	[UNPACK_BZIP2] = { "bzip2", "BZh", 3, bzip2_unpack, NULL },
	/* No magic, in truth: the usual lc/lp/pb byte and the low byte of a dictionary size. */
	[UNPACK_LZMA] = { "lzma", "\x5d\x00", 2, lzma_unpack, lzma_size },
	[UNPACK_XZ] = { "xz", "\xfd\x37zXZ\x00", 6, xz_unpack, NULL },
	[UNPACK_LZO] = { "lzo", "\x89LZO\x00", 5, lzo_unpack, NULL },
	[UNPACK_LZ4] = { "lz4", "\x02\x21\x4c\x18", 4, lz4_unpack, NULL },
	[UNPACK_ZSTD] = { "zstd", "\x28\xb5\x2f\xfd", 4, zstd_unpack, zstd_size },
	[UNPACK_ZLIB] = { "zlib", NULL, 0, zlib_unpack, NULL },
	[UNPACK_LZO1X] = { "lzo1x", NULL, 0, lzo1x_unpack, NULL },
};

const char *unpack_name(enum unpack_format f)
{
	return f == UNPACK_NONE ? "none" : codec[f].name;
}

enum unpack_format unpack_detect(struct span head)
{
	for (size_t i = UNPACK_GZIP; i < array_len(codec); i++)
		if (codec[i].magic && head.n >= codec[i].magic_n &&
		    memcmp(head.p, codec[i].magic, codec[i].magic_n) == 0)
			return (enum unpack_format)i;
	return UNPACK_NONE;
}

enum err unpack(enum unpack_format f, struct span src, void *dst, size_t *n)
{
	return f == UNPACK_NONE ? ERR_FORMAT : codec[f].fn(src, dst, n);
}

bool unpack_size(enum unpack_format f, struct span src, uint64_t *size)
{
	return f != UNPACK_NONE && codec[f].size && codec[f].size(src, size);
}
