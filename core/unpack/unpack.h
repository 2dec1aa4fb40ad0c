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
	UNPACK_LZO, /* lzop's container */
	UNPACK_LZ4, /* the legacy frame that the kernel build uses */
	UNPACK_ZSTD,
	/* What Btrfs packs with: never detected, ask by name. */
	UNPACK_ZLIB,  /* RFC 1950 */
	UNPACK_LZO1X, /* one block without a container; src is all of it */
};
const char *unpack_name(enum unpack_format f);
/* By magic number; UNPACK_NONE when no format fits. */
enum unpack_format unpack_detect(struct span head);
/*
 * Unpack src into dst; *n is the room there and becomes the length made.
 * Several streams in a row are one, as the tools have it (pbzip2, zstd -T).
 * Other bytes after the stream are ignored, but for UNPACK_LZ4, whose frame
 * ends where src does: cut a bzImage's size trailer off before. dst serves as
 * the window where the library can do so: at most *n bytes more are allocated.
 *
 * ERR_CORRUPT: damaged or cut off. ERR_LIMIT: the room is too small.
 * ERR_NOMEM: the library's own work space (the shell bounds malloc).
 * ERR_UNSUPPORTED: a filter or method that the library does not have.
 * After an error dst holds anything.
 */
enum err unpack(enum unpack_format f, struct span src, void *dst, size_t *n);
/*
 * The length that the stream claims for itself, untrusted: a hint for the room
 * to give. false where it does not say so cheaply.
 */
bool unpack_size(enum unpack_format f, struct span src, uint64_t *size);
#endif
