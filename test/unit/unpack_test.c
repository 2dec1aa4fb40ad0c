/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/unpack/unpack.h"
#include "../test.h"
#include <string.h>

/* "domboot\n", packed by the tools; test/unpack/check.sh has the real work. */
#define SPAN(lit) ((struct span){ (const uint8_t *)(lit), sizeof(lit) - 1 })
static const struct {
	enum unpack_format f;
	const char *name;
	struct span s;
} sample[] = {
	{ UNPACK_GZIP, "gzip",
	  SPAN("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\xc9\xcf\x4d\xca\xcf\x2f\xe1"
	       "\x02\x00\x29\x4b\xad\x90\x08\x00\x00\x00") },
	{ UNPACK_BZIP2, "bzip2",
	  SPAN("\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xd8\x1f\xb9\x2c\x00\x00\x01\x41"
	       "\x80\x00\x10\x14\x02\x84\x00\x20\x00\x22\x18\x68\x30\x02\xb0\x1f\x61\x77"
	       "\x24\x53\x85\x09\x0d\x81\xfb\x92\xc0") },
	{ UNPACK_LZMA, "lzma",
	  SPAN("\x5d\x00\x00\x80\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00\x32\x1b\xc9\xf2"
	       "\xa8\x9f\xf5\x76\xaf\x51\xf7\xff\xff\xee\x90\x80\x00") },
	{ UNPACK_XZ, "xz",
	  SPAN("\xfd\x37\x7a\x58\x5a\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x16\x00"
	       "\x00\x00\x74\x2f\xe5\xa3\x01\x00\x07\x64\x6f\x6d\x62\x6f\x6f\x74\x0a\x00"
	       "\x29\x4b\xad\x90\x00\x01\x1c\x08\x44\x60\x2a\xc8\x90\x42\x99\x0d\x01\x00"
	       "\x00\x00\x00\x01\x59\x5a") },
	{ UNPACK_LZO, "lzo",
	  SPAN("\x89\x4c\x5a\x4f\x00\x0d\x0a\x1a\x0a\x10\x40\x20\xa0\x09\x40\x01\x05\x03"
	       "\x00\x00\x0d\x00\x00\x00\x00\x6b\x04\xd4\x1d\x00\x00\x00\x00\x00\x29\xb9"
	       "\x02\xd0\x00\x00\x00\x08\x00\x00\x00\x08\x0e\xa4\x02\xff\x64\x6f\x6d\x62"
	       "\x6f\x6f\x74\x0a\x00\x00\x00\x00") },
	{ UNPACK_LZ4, "lz4",
	  SPAN("\x02\x21\x4c\x18\x09\x00\x00\x00\x80\x64\x6f\x6d\x62\x6f\x6f\x74\x0a") },
	{ UNPACK_ZSTD, "zstd",
	  SPAN("\x28\xb5\x2f\xfd\x24\x08\x41\x00\x00\x64\x6f\x6d\x62\x6f\x6f\x74\x0a\xe3"
	       "\xf8\x3e\x21") },
};

TEST(samples_unpack)
{
	for (size_t i = 0; i < array_len(sample); i++) {
		char dst[8];
		size_t n = sizeof dst;
		check_u64(unpack_detect(sample[i].s), sample[i].f);
		check_str(str_of(unpack_name(sample[i].f)), sample[i].name);
		check_ok(unpack(sample[i].f, sample[i].s, dst, &n));
		check_str(((struct str){ dst, n }), "domboot\n");
	}
}

TEST(claimed_sizes)
{
	uint64_t n;
	check(unpack_size(UNPACK_GZIP, sample[0].s, &n) && n == 8);
	check(!unpack_size(UNPACK_GZIP, (struct span){ sample[0].s.p, 17 }, &n));
	check(!unpack_size(UNPACK_LZMA, sample[2].s, &n)); /* xz writes none */
	check(!unpack_size(UNPACK_LZMA, (struct span){ sample[2].s.p, 12 }, &n));
	check(unpack_size(UNPACK_ZSTD, sample[6].s, &n) && n == 8);
	check(!unpack_size(UNPACK_LZ4, sample[5].s, &n));
	check(!unpack_size(UNPACK_NONE, sample[0].s, &n));
}

TEST(what_is_no_format)
{
	char dst[1];
	size_t n = sizeof dst;
	check_u64(unpack_detect(SPAN("")), UNPACK_NONE);
	check_u64(unpack_detect(SPAN("\x1f")), UNPACK_NONE);
	check_u64(unpack_detect(SPAN("\x7f"
				     "ELF")),
		  UNPACK_NONE);
	check_err(unpack(UNPACK_NONE, sample[0].s, dst, &n), ERR_FORMAT);
}

TEST(bytes_after_the_stream_do_not_matter)
{
	for (size_t i = 0; i < array_len(sample); i++) {
		uint8_t src[256], dst[8];
		size_t n = sizeof dst;
		if (sample[i].f == UNPACK_LZ4) /* its frame has no end of its own */
			continue;
		memcpy(src, sample[i].s.p, sample[i].s.n);
		memcpy(src + sample[i].s.n, "\x08\0\0\0", 4); /* a bzImage's trailer */
		check_ok(unpack(sample[i].f, (struct span){ src, sample[i].s.n + 4 }, dst, &n));
		check_u64(n, 8);
	}
}

TEST(bare_streams_unpack_by_name)
{
	static const struct {
		enum unpack_format f;
		struct span s;
	} bare[] = {
		{ UNPACK_ZLIB,
		  SPAN("\x78\x9c\x4b\xc9\xcf\x4d\xca\xcf\x2f\xe1\x02\x00\x0e\xa4\x02\xff") },
		{ UNPACK_LZO1X, SPAN("\x19"
				     "domboot\n\x11\x00\x00") },
	};
	for (size_t i = 0; i < array_len(bare); i++) {
		char dst[9];
		size_t n = sizeof dst;
		check_u64(unpack_detect(bare[i].s), UNPACK_NONE);
		check_ok(unpack(bare[i].f, bare[i].s, dst, &n));
		check_str(((struct str){ dst, n }), "domboot\n");
		n = 7;
		check_err(unpack(bare[i].f, bare[i].s, dst, &n), ERR_LIMIT);
		for (size_t cut = 0; cut < bare[i].s.n; cut++) {
			n = sizeof dst;
			check_err(unpack(bare[i].f, (struct span){ bare[i].s.p, cut }, dst, &n),
				  ERR_CORRUPT);
		}
	}
}
