/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/tables.h"
#include <string.h>

/*
 * Volumes made by hand, for what no mkfs makes: 1 KiB blocks, no checksums,
 * the inode table in blocks 3 to 6, the root directory in block 10.
 */
enum { BS = 1024, BLOCKS = 64, INODES = 32, SB = 1024, GDT = 2 * BS, TABLE = 3, ROOT_BLOCK = 10 };
enum { FILETYPE = 0x2, EXTENTS = 0x40, WIDE = 0x80, INLINE = 0x8000, ENCRYPT = 0x10000 };
enum { FL_ENCRYPT = 0x800, FL_EXTENTS = 0x80000, FL_INLINE = 0x10000000 };
static uint8_t image[BLOCKS * BS];
/* A second piece of the disk, for large block numbers. */
static uint8_t far[2 * BS];
static uint64_t far_at;
static size_t starts; /* reads of the device */
static uint32_t inode_size;
static struct blk disk;
static struct fs fs;

static void put(void *base, size_t at, uint64_t v, size_t n)
{
	uint8_t *p = base;
	for (size_t i = 0; i < n; i++)
		p[at + i] = (uint8_t)(v >> 8 * i);
}

static void le(size_t at, uint64_t v, size_t n)
{
	put(image, at, v, n);
}

static void overlap(uint8_t *dst, uint64_t off, size_t len, const uint8_t *src, uint64_t at,
		    size_t n)
{
	uint64_t from = off > at ? off : at, to = min_u64(off + len, at + n);
	if (from < to)
		memcpy(dst + (from - off), src + (from - at), (size_t)(to - from));
}

static enum err start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	(void)b;
	starts++;
	memset(dst, 0, len);
	overlap(dst, off, len, image, 0, sizeof image);
	overlap(dst, off, len, far, far_at, sizeof far);
	return OK;
}

static enum err drain(struct blk *b)
{
	(void)b;
	return OK;
}

static size_t inode_at(uint32_t ino)
{
	return TABLE * BS + (ino - 1) * inode_size;
}

/* Returns where its i_block is. */
static size_t inode(uint32_t ino, uint16_t mode, uint64_t size, uint32_t flags)
{
	size_t at = inode_at(ino);
	memset(image + at, 0, inode_size);
	le(at, mode, 2);
	le(at + 0x04, size, 4);
	le(at + 0x10, 1000, 4);
	le(at + 0x1a, 1, 2);
	le(at + 0x20, flags, 4);
	le(at + 0x6c, size >> 32, 4);
	if (inode_size > 128)
		le(at + 0x80, 32, 2);
	return at + 0x28;
}

static size_t entry(size_t at, uint32_t ino, uint16_t rec_len, const char *name, uint8_t type)
{
	le(at, ino, 4);
	le(at + 4, rec_len, 2);
	le(at + 6, strlen(name), 1);
	le(at + 7, type, 1);
	memcpy(image + at + 8, name, strlen(name));
	return at + rec_len;
}

/* A volume with an empty root directory; the place for its first entry is returned. */
static size_t volume(uint32_t incompat, uint32_t isize)
{
	memset(image, 0, sizeof image);
	far_at = UINT64_C(1) << 60;
	inode_size = isize;
	le(SB, INODES, 4);
	le(SB + 4, BLOCKS, 4);
	le(SB + 0x14, 1, 4);
	le(SB + 0x20, 8192, 4);
	le(SB + 0x28, INODES, 4);
	le(SB + 0x38, 0xef53, 2);
	le(SB + 0x4c, 1, 4);
	le(SB + 0x54, 11, 4);
	le(SB + 0x58, isize, 2);
	le(SB + 0x60, incompat, 4);
	le(GDT + 8, TABLE, 4);
	le(inode(2, 0040755, BS, 0), ROOT_BLOCK, 4);
	size_t at = entry(ROOT_BLOCK * BS, 2, 12, ".", 2);
	at = entry(at, 2, 12, "..", 2);
	entry(at, 0, BS - 24, "", 0);
	disk = (struct blk){ .ops = &(const struct blk_ops){ .start = start, .drain = drain },
			     .size = sizeof image,
			     .align = 512,
			     .sector = 512,
			     .name = "disk" };
	return at;
}

/* A volume with one name, "f", for inode 12. */
static void one_name(uint32_t incompat)
{
	size_t at = volume(incompat, 128);
	entry(at, 12, BS - 24, "f", 1);
}

static enum err mount(void)
{
	static const struct blk_ops ops = { .start = start, .drain = drain };
	static const struct fs_ops *const drivers[] = { &ext_fs };
	disk.ops = &ops;
	fs = (struct fs){ .where = "disk", .log = test_log() };
	return fs_mount(&fs, &disk, test_arena(), drivers, 1);
}

static struct fs_node open_ok(const char *path)
{
	struct fs_node n = { 0 };
	check_ok(fs_lookup(&fs, str_of(path), &n));
	return n;
}

/* Mount, open "f", read it whole. */
static enum err read_f(void)
{
	struct fs_node n;
	static _Alignas(4096) uint8_t have[64 << 20];
	check_ok(mount());
	try(fs_open(&fs, STR("f"), &n));
	starts = 0;
	return fs_read(&fs, &n, 0, have, (size_t)min_u64(n.size, sizeof have));
}

TEST(superblock_fields_at_their_limits)
{
	static const struct {
		size_t at, n;
		uint64_t value;
		enum err want;
		const char *log;
	} t[] = {
		{ 0x38, 2, 0, ERR_FORMAT, NULL },
		{ 0x00, 4, 0, ERR_FORMAT, NULL },
		{ 0x04, 4, 0, ERR_FORMAT, NULL },
		{ 0x18, 4, 7, ERR_FORMAT, NULL },
		{ 0x18, 4, UINT32_MAX, ERR_FORMAT, NULL },
		{ 0x4c, 4, 2, ERR_FORMAT, NULL },
		{ 0x04, 4, 1, ERR_CORRUPT, "s_blocks_count (1)" },
		{ 0x14, 4, UINT32_MAX, ERR_CORRUPT, "s_blocks_count (64)" },
		{ 0x20, 4, 0, ERR_CORRUPT, "s_blocks_per_group (0)" },
		{ 0x28, 4, 0, ERR_CORRUPT, "s_inodes_per_group (0)" },
		{ 0x28, 4, 8193, ERR_CORRUPT, "s_inodes_per_group (8193)" },
		{ 0x58, 2, 0, ERR_CORRUPT, "s_inode_size (0)" },
		{ 0x58, 2, 64, ERR_CORRUPT, "s_inode_size (64)" },
		{ 0x58, 2, 129, ERR_CORRUPT, "s_inode_size (129)" },
		{ 0x58, 2, 2048, ERR_CORRUPT, "s_inode_size (2048)" },
		{ 0x28, 4, 1, ERR_CORRUPT, "a group that is not there (1)" },
		{ 0x00, 4, 1, ERR_CORRUPT, "inode (2)" },
		{ 0x20, 4, 1, OK, NULL },
		{ 0x20, 4, UINT32_MAX, OK, NULL },
		{ 0x104, 4, UINT32_MAX, OK, NULL }, /* s_first_meta_bg */
		{ 0x174, 1, 255, OK, NULL },	    /* s_log_groups_per_flex */
		{ 0xfe, 2, 0xffff, OK, NULL },	    /* s_desc_size, without 64bit */
		{ 0x00, 4, UINT32_MAX, OK, NULL },
		{ 0x04, 4, UINT32_MAX, OK, "truncated" },
	};
	for (size_t i = 0; i < array_len(t); i++) {
		volume(FILETYPE, 128);
		le(SB + t[i].at, t[i].value, t[i].n);
		enum err e = mount();
		if (e != t[i].want || (t[i].log && !test_logged(t[i].log)))
			test_fail(__FILE__, __LINE__, "row %zu: %s", i, err_text(e));
	}
}

TEST(features_by_name_and_number)
{
	static const uint16_t desc_size[] = { 0, 16, 48, 2048, 0xffff };
	for (uint32_t bit = 0; bit < 32; bit++) {
		bool known = 0x3f7d6 & ~0x1000u & 1u << bit;
		volume(FILETYPE | 1u << bit, 128);
		le(SB + 0xfe, 64, 2);
		check_err(mount(), known ? OK : ERR_UNSUPPORTED);
	}
	check(test_logged("compression"));
	check(test_logged("external journal"));
	check(test_logged("bit number (31)"));
	check(test_logged("not cleanly unmounted"));
	for (size_t i = 0; i < array_len(desc_size); i++) {
		volume(WIDE, 128);
		le(SB + 0xfe, desc_size[i], 2);
		check_err(mount(), ERR_CORRUPT);
	}
	volume(WIDE, 128);
	le(SB + 0xfe, 64, 2);
	le(SB + 0x150, UINT32_MAX,
	   4); /* s_blocks_count_hi: bytes still fit into 64 bits, barely not */
	check_err(mount(), ERR_CORRUPT);
	volume(FILETYPE, 128);
	le(SB + 0x64, 0x400, 4); /* metadata_csum with another checksum than CRC-32C */
	check_err(mount(), ERR_UNSUPPORTED);
}

TEST(damaged_directory_entries)
{
	static const struct {
		uint16_t rec_len;
		uint8_t name_len;
	} t[] = { { 0, 1 }, { 8, 0 }, { 10, 1 }, { 14, 1 }, { 12, 5 }, { 1004, 1 }, { 65535, 1 } };
	struct fs_node n;
	for (size_t i = 0; i < array_len(t); i++) {
		size_t at = volume(FILETYPE, 128);
		inode(12, 0100644, 0, 0);
		entry(at, 12, t[i].rec_len, "f", 1);
		le(at + 6, t[i].name_len, 1);
		check_ok(mount());
		check_err(fs_open(&fs, STR("g"), &n), ERR_CORRUPT);
	}
	check(test_logged("an entry of the directory with inode (2)"));
}

TEST(impossible_and_unused_inodes)
{
	static const uint32_t ino[] = { 1, 3, 10, INODES + 1, UINT32_MAX, 13 };
	struct fs_node n;
	for (size_t i = 0; i < array_len(ino); i++) {
		size_t at = volume(FILETYPE, 128);
		entry(at, ino[i], BS - 24, "f", 1);
		check_ok(mount());
		check_err(fs_open(&fs, STR("f"), &n), ERR_CORRUPT);
	}
	check(test_logged("the impossible inode (4294967295)"));
	check(test_logged("the unused inode (13)"));
	one_name(FILETYPE);
	le(inode_at(2), 0100644, 2);
	check_err(mount(), ERR_CORRUPT);
	volume(FILETYPE, 128);
	le(GDT + 8, BLOCKS - 1, 4);
	check_err(mount(), ERR_CORRUPT);
	le(GDT + 8, 0, 4);
	check_err(mount(), ERR_CORRUPT);
	check(test_logged("metadata outside the file system, in block (0)"));
}

/* An extent tree's header and its entries of twelve bytes. */
static size_t header(size_t at, uint16_t entries, uint16_t max, uint16_t depth)
{
	le(at, 0xf30a, 2);
	le(at + 2, entries, 2);
	le(at + 4, max, 2);
	le(at + 6, depth, 2);
	return at + 12;
}

static size_t extent(size_t at, uint32_t block, uint16_t len, uint64_t start_block)
{
	le(at, block, 4);
	le(at + 4, len, 2);
	le(at + 6, start_block >> 32, 2);
	le(at + 8, start_block, 4);
	return at + 12;
}

static size_t child(size_t at, uint32_t block, uint64_t leaf)
{
	le(at, block, 4);
	le(at + 4, leaf, 4);
	le(at + 8, leaf >> 32, 2);
	return at + 12;
}

TEST(extent_roots_that_lie)
{
	static const struct {
		uint16_t entries, max, depth, len;
		uint64_t start_block;
	} t[] = {
		{ 5, 5, 0, 1, 20 },	    { 2, 1, 0, 1, 20 },		{ 1, 65535, 0, 1, 20 },
		{ 1, 4, 6, 1, 20 },	    { 1, 4, 65535, 1, 20 },	{ 1, 4, 0, 0, 20 },
		{ 1, 4, 0, 1, 0 },	    { 1, 4, 0, 1, BLOCKS },	{ 1, 4, 0, 2, BLOCKS - 1 },
		{ 1, 4, 0, 1, 0xffffffff }, { 1, 4, 0, 1, 1ull << 47 },
	};
	for (size_t i = 0; i < array_len(t); i++) {
		one_name(FILETYPE | EXTENTS);
		size_t at = inode(12, 0100644, BS, FL_EXTENTS);
		at = header(at, t[i].entries, t[i].max, t[i].depth);
		extent(at, 0, t[i].len, t[i].start_block);
		if (read_f() != ERR_CORRUPT)
			test_fail(__FILE__, __LINE__, "row %zu", i);
	}
	one_name(FILETYPE | EXTENTS);
	inode(12, 0100644, BS, FL_EXTENTS); /* no magic number */
	check_err(read_f(), ERR_CORRUPT);
}

TEST(extent_trees_that_go_round)
{
	one_name(FILETYPE | EXTENTS);
	size_t at = inode(12, 0100644, BS, FL_EXTENTS);
	child(header(at, 1, 4, 5), 0, 20);
	child(header(20 * BS, 1, 84, 5), 0, 20); /* itself */
	check_err(read_f(), ERR_CORRUPT);
	header(20 * BS, 1, 84, 4);
	check_err(read_f(), ERR_CORRUPT);
	header(at, 1, 4, 1);
	header(20 * BS, 1, 85, 0); /* more than a block holds */
	check_err(read_f(), ERR_CORRUPT);
	header(20 * BS, 1, 84, 0);
	check_err(read_f(), ERR_CORRUPT); /* an index read as an extent: length 20, but no start */
	extent(20 * BS + 12, 0, 1, 21);
	check_ok(read_f());
	child(at + 12, 0, BLOCKS);
	check_err(read_f(), ERR_CORRUPT);
	child(at + 12, 0, 0);
	check_err(read_f(), ERR_CORRUPT);
}

static const uint8_t *bytes_of(const char *path, size_t n)
{
	static uint8_t have[64 * BS];
	struct fs_node f = open_ok(path);
	check(f.size == n && n <= sizeof have);
	check_ok(fs_read(&fs, &f, 0, have, n));
	return have;
}

TEST(extents_out_of_order_overlap)
{
	one_name(FILETYPE | EXTENTS);
	size_t at = header(inode(12, 0100644, 6 * BS, FL_EXTENTS), 2, 4, 0);
	extent(extent(at, 0, 3, 20), 2, 2, 30); /* block 2 twice */
	check_err(read_f(), ERR_CORRUPT);
	extent(extent(at, 0, 2, 20), 2, 2, 30); /* and the last two are a hole */
	check_ok(read_f());
	extent(extent(at, 4, 2, 20), 1, 2, 30); /* not sorted: any answer but a crash or a hang */
	(void)!read_f();
	extent(at, 1, 1, 20); /* a hole before, none behind: unwritten */
	extent(at + 12, 2, 32768 + 4, 40);
	memset(image + 20 * BS, 'a', BS);
	memset(image + 40 * BS, 'x', 4 * BS);
	check_ok(mount());
	const uint8_t *p = bytes_of("f", 6 * BS);
	check(p[BS - 1] == 0 && p[BS] == 'a' && p[2 * BS - 1] == 'a');
	for (size_t i = 2 * BS; i < 6 * BS; i++)
		check(p[i] == 0);
}

TEST(one_read_for_what_is_in_one_piece)
{
	const uint32_t bits = FILETYPE | EXTENTS;
	one_name(bits);
	le(SB + 4, 1 << 20, 4);
	disk.size = (uint64_t)BS << 20;
	size_t at = header(inode(12, 0100644, 48 << 20, FL_EXTENTS), 2, 4, 0);
	extent(extent(at, 0, 32768, 1000), 32768, 16384, 33768);
	check_ok(read_f());
	check_u64(starts, 1);
	extent(at + 12, 32768, 16384, 33769);
	check_ok(read_f());
	check_u64(starts, 2);
}

/* A table of n pointers from `from` on, each one more than the last. */
static void pointers(size_t at, uint32_t from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		le(at + i * 4, from + i, 4);
}

TEST(pointer_blocks_in_few_reads)
{
	one_name(FILETYPE);
	le(SB + 4, 1 << 20, 4);
	disk.size = (uint64_t)BS << 20;
	size_t at = inode(12, 0100644, (12 + 256 + 512) * BS, 0);
	pointers(at, 1000, 12);
	le(at + 48, 20, 4);
	pointers(20 * BS, 1012, 256); /* goes on where the direct ones end */
	le(at + 52, 21, 4);
	le(21 * BS, 22, 4);
	le(21 * BS + 4, 23, 4);
	pointers(22 * BS, 5000, 256);
	pointers(23 * BS, 5256, 256);
	check_ok(read_f());
	check_u64(starts, 3); /* two pieces, and one cache line that holds blocks 20 to 23 */
}

TEST(pointers_that_lead_nowhere)
{
	/* The first block of: direct, indirect, double, triple. */
	static const uint32_t first[] = { 0, 12, 268, 65804 };
	struct fs_node n = { 0 };
	uint8_t have;
	for (size_t i = 0; i < array_len(first); i++) {
		for (uint32_t to = 0; to < 2; to++) {
			one_name(FILETYPE);
			size_t at = inode(12, 0100644, (first[i] + 1ull) * BS, 0);
			le(at + 4 * (i ? 11 + i : 0), to ? BLOCKS + to : 0, 4);
			check_ok(mount());
			n = open_ok("f");
			/* No pointer: a hole. One past the end: an error. */
			check_err(fs_read(&fs, &n, n.size - 1, &have, 1), to ? ERR_CORRUPT : OK);
		}
	}
	one_name(FILETYPE);
	inode(12, 0100644, (65804ull + (1 << 24) + 1) * BS, 0);
	check_ok(mount());
	n = open_ok("f");
	check_err(fs_read(&fs, &n, n.size - 1, &have, 1), ERR_CORRUPT);
	check(test_logged("too large for block pointers is inode (12)"));
}

TEST(sizes_past_all_blocks)
{
	static const uint64_t size[] = { INT64_MAX, UINT64_MAX, 1ull << 42, (1ull << 42) + 1 };
	struct fs_node n = { 0 };
	uint8_t have;
	for (size_t i = 0; i < array_len(size); i++) {
		one_name(FILETYPE | EXTENTS);
		header(inode(12, 0100644, size[i], FL_EXTENTS), 0, 4, 0);
		check_ok(mount());
		check_ok(fs_open(&fs, STR("f"), &n));
		check_u64(n.size, size[i]);
		check_err(fs_read(&fs, &n, n.size - 1, &have, 1), i == 2 ? OK : ERR_CORRUPT);
	}
}

TEST(link_targets_of_all_sizes)
{
	static const struct {
		uint64_t size;
		enum err want;
	} t[] = {
		{ 1, OK },
		{ 59, OK },
		{ 60, OK },
		{ 1024, OK },
		{ 4096, OK },
		{ 4097, ERR_LIMIT },
		{ INT32_MAX, ERR_LIMIT },
		{ UINT32_MAX, ERR_LIMIT },
		{ UINT64_MAX, ERR_LIMIT }, /* the upper half does not count */
		{ 0, OK },
	};
	static char have[4096];
	size_t n;
	for (size_t i = 0; i < array_len(t); i++) {
		one_name(FILETYPE);
		size_t at = inode(12, 0120777, t[i].size, 0);
		if (t[i].size < 60)
			memset(image + at, 'a', 60);
		else
			pointers(at, 20, 12);
		memset(image + 20 * BS, 'a', 4 * BS);
		check_ok(mount());
		struct fs_node l = open_ok("f");
		check_u64(l.size, (uint32_t)t[i].size);
		check_err(fs_readlink(&fs, &l, have, sizeof have, &n), t[i].want);
		if (t[i].want == OK)
			check(n == t[i].size && (n == 0 || (have[0] == 'a' && have[n - 1] == 'a')));
		struct fs_node f;
		if (t[i].size == 0)
			check_err(fs_open(&fs, STR("f"), &f), ERR_NOENT);
	}
}

static enum err count(void *ctx, struct str name, enum fs_type type)
{
	size_t *n = ctx;
	struct fs_node f;
	check_ok(fs.ops->lookup(&fs, &fs.root, name, &f)); /* may take the block away */
	check_u64(f.type, type);
	check_u64(name.p[0], 'a' + *n);
	++*n;
	return *n == 100 ? ERR_CANCEL : OK;
}

TEST(a_listing_survives_lookups)
{
	volume(0, 128); /* and no types in the directory */
	size_t at = inode(2, 0040755, 4 * BS, 0), n = 0;
	le(at, ROOT_BLOCK, 4);
	le(at + 8, 20, 4); /* block 1 is a hole */
	le(at + 12, 21, 4);
	inode(12, 0100644, 0, 0);
	inode(13, 0120777, 1, 0);
	inode(14, 0020600, 0, 0);
	entry(entry(ROOT_BLOCK * BS + 24, 12, 500, "a", 0), 13, 500, "b", 0);
	entry(entry(20 * BS, 0, 512, "gone", 0), 12, 512, "c", 0);
	entry(entry(21 * BS, 14, 512, "d", 0), 2, 512, "e", 0);
	check_ok(mount());
	check_ok(fs_list(&fs, &fs.root, count, &n));
	check_u64(n, 5);
	n = 'a' - 'a';
	fs_name_fn *fn = count;
	le(inode_at(2) + 4, UINT32_MAX, 4);
	check_ok(mount());
	check_err(fs_list(&fs, &fs.root, fn, &n), ERR_LIMIT);
	check(test_logged("directory with inode 2: over"));
}

TEST(inline_data_and_its_attribute)
{
	/* From the end of the inode's fields: magic number, one entry, the value. */
	for (int i = 0; i < 6; i++) {
		size_t root = volume(FILETYPE | INLINE, 256);
		entry(root, 12, BS - 24, "f", 1);
		size_t at = inode(12, 0100644, 70, FL_INLINE), xattr = inode_at(12) + 160;
		memset(image + at, 'a', 60);
		le(xattr, 0xea020000, 4);
		le(xattr + 4, 4, 1);
		le(xattr + 5, 7, 1);
		le(xattr + 6, 40, 2);
		le(xattr + 12, 8, 4);
		memcpy(image + xattr + 20, "data", 4);
		memset(image + xattr + 44, 'b', 8);
		switch (i) { /* what is wrong */
		case 1:
			le(xattr + 6, 85, 2);
			break;
		case 2:
			le(xattr + 12, UINT32_MAX, 4);
			break;
		case 3:
			le(xattr + 8, 13, 4); /* the value in another inode */
			break;
		case 4:
			le(xattr + 4, 255, 1);
			break;
		case 5:
			le(inode_at(12) + 0x80, 132, 2);
			break;
		}
		struct fs_node n;
		check_ok(mount());
		check_err(fs_open(&fs, STR("f"), &n), i ? ERR_CORRUPT : OK);
		if (i)
			continue;
		const uint8_t *p = bytes_of("f", 70);
		check(p[59] == 'a' && p[60] == 'b' && p[67] == 'b' && p[68] == 0 && p[69] == 0);
	}
}

TEST(encrypted_things_are_named)
{
	struct fs_node n = { 0 };
	size_t names = 0;
	char have;
	one_name(FILETYPE | ENCRYPT);
	inode(12, 0100644, 1, FL_ENCRYPT);
	check_err(read_f(), ERR_UNSUPPORTED);
	check(test_logged("encrypted is inode (12)"));
	inode(12, 0120777, 1, FL_ENCRYPT);
	check_ok(mount());
	n = open_ok("f");
	check_err(fs_read(&fs, &n, 0, &have, 1), ERR_UNSUPPORTED);
	inode(12, 0040755, BS, FL_ENCRYPT);
	check_ok(mount());
	n = open_ok("f");
	check_err(fs_open(&fs, STR("f/x"), &n), ERR_UNSUPPORTED);
	check_err(fs_list(&fs, &n, count, &names), ERR_UNSUPPORTED);
}

TEST(times_after_2038_and_before_1970)
{
	static const struct {
		uint32_t i_mtime, extra;
		int64_t want;
	} t[] = {
		{ 0x7fffffff, 0, INT32_MAX },
		{ 0x80000000, 0, INT32_MIN },
		{ 0x80000000, 1 | 999u << 2, 0x80000000ll },
		{ 0x7fffffff, 3, 0x37fffffffll },
	};
	for (size_t i = 0; i < array_len(t); i++) {
		entry(volume(FILETYPE, 256), 12, BS - 24, "f", 1);
		inode(12, 0100644, 0, 0);
		le(inode_at(12) + 0x10, t[i].i_mtime, 4);
		le(inode_at(12) + 0x88, t[i].extra, 4);
		check_ok(mount());
		check(open_ok("f").mtime == t[i].want);
	}
}

TEST(block_numbers_of_48_bits)
{
	const uint64_t block = (UINT64_C(1) << 40) + 7;
	one_name(FILETYPE | EXTENTS | WIDE);
	far_at = block * BS;
	disk.size = far_at + sizeof far;
	le(SB + 0xfe, 64, 2);
	le(SB + 4, block + 2, 4);
	le(SB + 0x150, (block + 2) >> 32, 4);
	size_t at = inode(12, 0100644, 2 * BS, FL_EXTENTS);
	extent(header(at, 1, 4, 0), 0, 2, block);
	memset(far, 'f', sizeof far);
	check_ok(mount());
	const uint8_t *p = bytes_of("f", 2 * BS);
	check(p[0] == 'f' && p[2 * BS - 1] == 'f');
	/* The inode table up there. */
	memcpy(far, image + TABLE * BS, sizeof far);
	memset(image + TABLE * BS, 0, sizeof far);
	le(GDT + 8, block, 4);
	le(GDT + 0x28, block >> 32, 4);
	check_ok(mount());
	check_u64(open_ok("f").size, 2 * BS);
}
