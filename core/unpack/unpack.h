/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UNPACK_H
#define UNPACK_H
#include "../base/base.h"
/*
 * Decompression, memory to memory, by Debian's libraries. The formats are the
 * ones in which Linux packs itself (Linux scripts/Makefile.lib) and files are
 * commonly packed.
 */
enum unpack_format {
	UNPACK_NONE,
	UNPACK_GZIP,
	UNPACK_BZIP2,
	UNPACK_LZMA,
	UNPACK_XZ,
	UNPACK_LZO,
	UNPACK_LZ4, /* the legacy frame that the kernel build uses */
	UNPACK_ZSTD,
};
const char *unpack_name(enum unpack_format f);
/* By magic number; UNPACK_NONE when no format fits. */
enum unpack_format unpack_detect(struct span head);
/*
 * Unpack src into dst; *n is the room there and becomes the length made. The
 * stream may be followed by other bytes (a bzImage's size trailer), which are
 * ignored. ERR_CORRUPT: damaged or cut off; ERR_LIMIT: the room is too small;
 * ERR_NOMEM: the library's own work space (the shell bounds malloc).
 */
enum err unpack(enum unpack_format f, struct span src, void *dst, size_t *n);
#endif
