/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/base/crc.h"
#include "../../core/tables.h"
#include "../test.h"
#include <lzo/lzo1x.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

/*
 * Volumes made by hand: trees of one block each, or of three, in one chunk that
 * maps LOGICAL to PHYSICAL. Every byte may lie, with a good checksum on top.
 */
enum {
	NODE = 4096,
	SUPER = 65536,
	PHYSICAL = 128 << 10,
	SIZE = 1 << 20,
	HEAD = 101,
	COPY = 448 << 10, /* from a block to its copy, where there is one */
	/* tree blocks, counted from PHYSICAL */
	CHUNKS = 0,
	ROOTS = NODE,
	TOP = 2 * NODE,
	SUB = 3 * NODE,
	RIGHT = 4 * NODE,
	DATA = 64 << 10,
	GENERATION = 7,
};
#define LOGICAL (1ull << 30)
static uint8_t image[SIZE];
static struct blk disk;
static struct fs fs;

static void le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void seal(size_t at, size_t n)
{
	le(image + at, (uint32_t)~crc32c(~0u, image + at + 32, n - 32), 4);
}

/* The block being filled, and the room left in it before the last item's data. */
static size_t block, room;
static uint32_t items;

static void leaf(size_t which, uint8_t level)
{
	block = PHYSICAL + which;
	room = NODE - HEAD;
	items = 0;
	memset(image + block, 0, NODE);
	le(image + block + 48, LOGICAL + which, 8);
	le(image + block + 80, GENERATION, 8);
	image[block + 100] = level;
}

static void close_leaf(void)
{
	le(image + block + 96, items, 4);
	seal(block, NODE);
}

static void put_key(uint8_t *p, uint64_t objectid, uint8_t type, uint64_t offset)
{
	le(p, objectid, 8);
	p[8] = type;
	le(p + 9, offset, 8);
}

/* Keys must come in order. */
static void item(uint64_t objectid, uint8_t type, uint64_t offset, const void *data, size_t n)
{
	uint8_t *p = image + block + HEAD + items++ * 25;
	room -= n;
	put_key(p, objectid, type, offset);
	le(p + 17, room, 4);
	le(p + 21, n, 4);
	memcpy(image + block + HEAD + room, data, n);
}

static void pointer(uint64_t objectid, uint8_t type, uint64_t offset, size_t which)
{
	uint8_t *p = image + block + HEAD + items++ * 33;
	put_key(p, objectid, type, offset);
	le(p + 17, LOGICAL + which, 8);
	le(p + 25, GENERATION, 8);
}

static void inode(uint64_t n, uint32_t mode, uint64_t size)
{
	uint8_t d[160] = { 0 };
	le(d + 16, size, 8);
	le(d + 52, mode, 4);
	le(d + 136, 1000000000 + n, 8);
	item(n, 1, 0, d, sizeof d);
}

static size_t put_name(uint8_t *d, const char *name, uint64_t to, uint8_t to_type, uint8_t type)
{
	size_t n = strlen(name);
	memset(d, 0, 30);
	put_key(d, to, to_type, 0);
	le(d + 27, n, 2);
	d[29] = type;
	memcpy(d + 30, name, n);
	return 30 + n;
}

static uint32_t hash(const char *name)
{
	return crc32c(~1u, name, strlen(name));
}

struct entry {
	const char *name;
	uint64_t to;
	uint8_t to_type, type;
};

/* Both forms of a directory's names: by hash, which must be sorted, and in order. */
static void directory(uint64_t n, const struct entry *e, size_t count)
{
	uint8_t d[300];
	uint64_t last = 0;
	inode(n, 040755, 0);
	for (size_t done = 0; done < count; done++) { /* selection by hash */
		const struct entry *next = NULL;
		for (size_t i = 0; i < count; i++)
			if (hash(e[i].name) + 1ull > last &&
			    (!next || hash(e[i].name) < hash(next->name)))
				next = &e[i];
		last = hash(next->name) + 2ull;
		item(n, 84, hash(next->name), d,
		     put_name(d, next->name, next->to, next->to_type, next->type));
	}
	for (size_t i = 0; i < count; i++)
		item(n, 96, 2 + i, d, put_name(d, e[i].name, e[i].to, e[i].to_type, e[i].type));
}
#define DIRECTORY(n, ...)                                                                          \
	directory(n, (const struct entry[]){ __VA_ARGS__ },                                        \
		  sizeof((const struct entry[]){ __VA_ARGS__ }) / sizeof(struct entry))

static void root_item(uint64_t subvol, size_t which, uint8_t level)
{
	uint8_t d[239] = { 0 };
	le(d + 160, GENERATION, 8);
	le(d + 168, 256, 8);
	le(d + 176, LOGICAL + which, 8);
	d[238] = level;
	item(subvol, 132, 0, d, sizeof d);
}

/* One chunk for all; copies: 1, or 2 as DUP has it. */
static size_t put_chunk(uint8_t *d, uint64_t type, uint16_t copies)
{
	memset(d, 0, 48 + 32 * 2);
	le(d, SIZE - PHYSICAL - (copies > 1 ? COPY : 0), 8);
	le(d + 24, type, 8);
	le(d + 44, copies, 2);
	for (size_t i = 0; i < copies; i++) {
		le(d + 48 + i * 32, 1, 8);
		le(d + 56 + i * 32, PHYSICAL + i * COPY, 8);
	}
	return 48 + 32u * copies;
}

static void super(uint64_t type, uint16_t copies)
{
	uint8_t *s = image + SUPER, d[112];
	memset(image, 0, sizeof image);
	for (size_t i = 0; i < 16; i++)
		s[32 + i] = (uint8_t)(i * 17);
	le(s + 48, SUPER, 8);
	memcpy(s + 64, "_BHRfS_M", 8);
	le(s + 72, GENERATION, 8);
	le(s + 80, LOGICAL + ROOTS, 8);
	le(s + 88, LOGICAL + CHUNKS, 8);
	le(s + 144, 4096, 4);
	le(s + 148, NODE, 4);
	le(s + 164, GENERATION, 8);
	le(s + 188, 0x341, 8);
	le(s + 201, 1, 8);
	le(s + 209, SIZE, 8);
	memcpy(s + 299, "label", 6);
	size_t n = put_chunk(d, type, copies);
	put_key(s + 811, 256, 228, LOGICAL);
	memcpy(s + 811 + 17, d, n);
	le(s + 160, 17 + n, 4);
	seal(SUPER, NODE);
	leaf(CHUNKS, 0);
	item(256, 228, LOGICAL, d, n);
	close_leaf();
}

/* The tree of roots when there is only the top. */
static void one_root(uint8_t level)
{
	leaf(ROOTS, 0);
	root_item(5, TOP, level);
	close_leaf();
}

static void extent_inline(uint64_t n, uint8_t packing, uint64_t ram, const void *p, size_t len)
{
	uint8_t d[2100] = { 0 };
	le(d + 8, ram, 8);
	d[16] = packing;
	memcpy(d + 21, p, len);
	item(n, 108, 0, d, 21 + len);
}

/* at: of the whole extent, from DATA. */
static void extent(uint64_t n, uint64_t from, uint8_t packing, uint8_t type, uint64_t ram,
		   uint64_t at, uint64_t disk_n, uint64_t offset, uint64_t len)
{
	uint8_t d[53] = { 0 };
	le(d + 8, ram, 8);
	d[16] = packing;
	d[20] = type;
	le(d + 21, at == UINT64_MAX ? 0 : LOGICAL + DATA + at, 8);
	le(d + 29, disk_n, 8);
	le(d + 37, offset, 8);
	le(d + 45, len, 8);
	item(n, 108, from, d, sizeof d);
}

static enum err mount_in(struct arena *a, struct log *log)
{
	blk_mem(&disk, image, sizeof image);
	fs = (struct fs){ .where = "disk", .log = log };
	return fs_mount(&fs, &disk, a, fs_drivers, n_fs_drivers);
}

static enum err mount(void)
{
	return mount_in(test_arena(), test_log());
}

static struct fs_node open_ok(const char *path)
{
	struct fs_node n = { 0 };
	check_ok(fs_open(&fs, str_of(path), &n));
	return n;
}

static enum err open_err(const char *path)
{
	struct fs_node n;
	return fs_open(&fs, str_of(path), &n);
}

static char listing[4096];
static enum err add_name(void *ctx, struct str name, enum fs_type type)
{
	size_t *n = ctx, left = sizeof listing - *n;
	if (name.n + 3 > left)
		return ERR_LIMIT;
	memcpy(listing + *n, name.p, name.n);
	*n += name.n;
	listing[(*n)++] = "f/@o"[type];
	listing[*n] = 0;
	return OK;
}
static enum err list(const struct fs_node *dir)
{
	size_t n = 0;
	listing[0] = 0;
	return fs_list(&fs, dir, add_name, &n);
}

TEST(names_types_and_times)
{
	super(4, 1);
	one_root(0);
	leaf(TOP, 0);
	DIRECTORY(256, { "vmlinuz", 257, 1, 1 }, { "dir", 258, 1, 2 }, { "link", 259, 1, 7 },
		  { "fifo", 260, 1, 5 });
	inode(257, 0100644, 5);
	extent_inline(257, 0, 5, "hello", 5);
	DIRECTORY(258, { "x", 257, 1, 1 });
	inode(259, 0120777, 5);
	extent_inline(259, 0, 5, "dir/x", 5);
	inode(260, 010644, 0);
	close_leaf();
	check_ok(mount());
	check_str(str_of(fs.ops->name), "btrfs");
	check_str(str_of(fs.label), "label");
	check_str(str_of(fs.uuid), "00112233-4455-6677-8899-aabbccddeeff");
	check_ok(list(&fs.root));
	check_str(str_of(listing), "dir/vmlinuzflink@fifoo");
	struct fs_node f = open_ok("/link");
	char have[5];
	check_u64(f.size, 5);
	check_u64(f.mtime, 1000000257);
	check_ok(fs_read(&fs, &f, 0, have, 5));
	check(memcmp(have, "hello", 5) == 0);
	check(open_ok("fifo").type == FS_OTHER);
	check_err(open_err("VMLINUZ"), ERR_NOENT);
	check_err(open_err("dir/y"), ERR_NOENT);
}

TEST(two_names_of_one_hash)
{
	uint8_t d[200];
	super(4, 1);
	one_root(0);
	leaf(TOP, 0);
	inode(256, 040755, 0);
	size_t n = put_name(d, "first", 258, 1, 1);
	n += put_name(d + n, "second", 257, 1, 1);
	item(256, 84, hash("second"), d, n);
	inode(257, 0100644, 0);
	close_leaf();
	check_ok(mount());
	check_u64(open_ok("second").id, 257);
	check_err(open_err("third"), ERR_NOENT);
	check_ok(list(&fs.root));
	check_str(str_of(listing), "firstfsecondf");
}

/* Four pages of text that packs well, and differs from page to page. */
static uint8_t plain[4 * 4096];
static void plain_fill(void)
{
	for (size_t i = 0; i < sizeof plain; i++)
		plain[i] = (uint8_t)(i % 61 + (i >> 10));
}

static size_t pack_zlib(uint8_t *to, size_t n)
{
	uLongf len = 32768;
	check(compress(to, &len, plain, n) == Z_OK);
	return len;
}

static size_t pack_zstd(uint8_t *to, size_t n)
{
	return ZSTD_compress(to, 32768, plain, n, 3);
}

static size_t pack_lzo(uint8_t *to, size_t n)
{
	static uint8_t work[LZO1X_1_MEM_COMPRESS];
	size_t at = 4;
	for (size_t i = 0; i < n; i += 4096) {
		lzo_uint len;
		check(!lzo1x_1_compress(plain + i, min_size(4096, n - i), to + at + 4, &len, work));
		le(to + at, len, 4);
		at += 4 + len;
		if (4096 - at % 4096 < 4)
			at += 4096 - at % 4096;
	}
	le(to, at, 4);
	return at;
}

TEST(what_lies_in_files)
{
	static uint8_t have[10 * 4096], want[sizeof have];
	super(4, 1);
	one_root(0);
	leaf(TOP, 0);
	DIRECTORY(256, { "f", 257, 1, 1 });
	inode(257, 0100644, sizeof have);
	/* hole 0; part of an extent 1 and 2; prealloc 3; written hole 4; gap 5; data 6; gap */
	extent(257, 4096, 0, 1, 4 * 4096, 0, 4 * 4096, 4096, 2 * 4096);
	extent(257, 3 * 4096, 0, 2, 4096, 8 * 4096, 4096, 0, 4096);
	extent(257, 4 * 4096, 0, 1, 4096, UINT64_MAX, 0, 0, 4096);
	extent(257, 6 * 4096, 0, 1, 4096, 6 * 4096, 4096, 0, 4096);
	close_leaf();
	for (size_t i = 0; i < SIZE - PHYSICAL - DATA; i++)
		image[PHYSICAL + DATA + i] = (uint8_t)(i * 31 >> 5);
	memcpy(want + 4096, image + PHYSICAL + DATA + 4096, 2 * 4096);
	memcpy(want + 6 * 4096, image + PHYSICAL + DATA + 6 * 4096, 4096);
	check_ok(mount());
	struct fs_node f = open_ok("f");
	check_ok(fs_read(&fs, &f, 0, have, sizeof have));
	check(memcmp(have, want, sizeof have) == 0);
	for (size_t off = 0; off < sizeof have; off += 1000) {
		size_t n = min_size(5000, sizeof have - off);
		check_ok(fs_read(&fs, &f, off, have, n));
		check(memcmp(have, want + off, n) == 0);
	}
}

TEST(packed_extents)
{
	static size_t (*const pack[])(uint8_t *, size_t) = { NULL, pack_zlib, pack_lzo, pack_zstd };
	static uint8_t have[sizeof plain];
	plain_fill();
	for (uint8_t how = 1; how <= 3; how++) {
		uint8_t small[32768];
		super(4, 1);
		one_root(0);
		leaf(TOP, 0);
		DIRECTORY(256, { "whole", 257, 1, 1 }, { "part", 258, 1, 1 },
			  { "inline", 259, 1, 1 });
		size_t n = pack[how](image + PHYSICAL + DATA, sizeof plain);
		uint64_t disk_n = (n + 4095) / 4096 * 4096;
		inode(257, 0100644, sizeof plain - 9);
		extent(257, 0, how, 1, sizeof plain, 0, disk_n, 0, sizeof plain);
		inode(258, 0100644, 2 * 4096);
		extent(258, 0, how, 1, sizeof plain, 0, disk_n, 4096, 2 * 4096);
		inode(259, 0100644, 1500);
		n = pack[how](small, 1500);
		extent_inline(259, how, 1500, small, n);
		close_leaf();
		check_ok(mount());
		struct fs_node f = open_ok("whole");
		check_ok(fs_read(&fs, &f, 0, have, sizeof plain - 9));
		check(memcmp(have, plain, sizeof plain - 9) == 0);
		for (size_t off = 0; off + 3000 < sizeof plain; off += 999) {
			check_ok(fs_read(&fs, &f, off, have, 3000));
			check(memcmp(have, plain + off, 3000) == 0);
		}
		f = open_ok("part");
		check_ok(fs_read(&fs, &f, 0, have, 2 * 4096));
		check(memcmp(have, plain + 4096, 2 * 4096) == 0);
		f = open_ok("inline");
		check_ok(fs_read(&fs, &f, 7, have, 1493));
		check(memcmp(have, plain + 7, 1493) == 0);
		/* damage */
		f = open_ok("whole");
		memset(image + PHYSICAL + DATA, 0xff, 4096);
		check_err(fs_read(&fs, &f, 0, have, sizeof plain - 9), ERR_CORRUPT);
		check(test_logged("no good copy of the packed extent"));
	}
}

TEST(packed_extents_that_lie)
{
	uint8_t have[4096];
	plain_fill();
	for (int i = 0; i < 5; i++) {
		super(4, 1);
		one_root(0);
		leaf(TOP, 0);
		DIRECTORY(256, { "f", 257, 1, 1 });
		inode(257, 0100644, 4096);
		uint64_t ram = i == 0 ? 132 << 10 : i == 1 ? 4095 : 4096;
		uint64_t disk_n = i == 2 ? 132 << 10 : 4096;
		uint64_t at = i == 3 ? SIZE : 0, offset = i == 4 ? UINT64_MAX - 100 : 0;
		extent(257, 0, 1, 1, ram, at, disk_n, offset, 4096);
		close_leaf();
		pack_zlib(image + PHYSICAL + DATA, 4096);
		check_ok(mount());
		struct fs_node f = open_ok("f");
		check_err(fs_read(&fs, &f, 0, have, 4096), ERR_CORRUPT);
	}
}

static void file_of(const char *text)
{
	leaf(SUB, 0);
	DIRECTORY(256, { text, 257, 1, 1 });
	inode(257, 0100644, 0);
	close_leaf();
}

/* Subvolume 300 named "sub", perhaps the default, perhaps known to its parent. */
static void subvolumes(uint64_t chosen, bool ref)
{
	uint8_t d[100];
	super(4, 1);
	leaf(ROOTS, 0);
	root_item(5, TOP, 0);
	if (ref)
		item(5, 156, 300, "", 0);
	item(6, 84, hash("default"), d, put_name(d, "default", chosen, 132, 2));
	root_item(300, SUB, 0);
	close_leaf();
	leaf(TOP, 0);
	DIRECTORY(256, { "sub", 300, 132, 2 }, { "top", 257, 1, 1 });
	inode(257, 0100644, 0);
	close_leaf();
	file_of("inner");
}

TEST(subvolumes_are_directories)
{
	subvolumes(5, true);
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), "topfsub/");
	check_u64(open_ok("sub/inner").id, 257);
	check_err(open_err("inner"), ERR_NOENT);
	check_err(open_err("sub/top"), ERR_NOENT);
	/* in a snapshot the name remains, and leads to nothing */
	subvolumes(5, false);
	check_ok(mount());
	struct fs_node sub = open_ok("sub");
	check(sub.type == FS_DIR);
	check_ok(list(&sub));
	check_str(str_of(listing), "");
	check_err(open_err("sub/inner"), ERR_NOENT);
}

TEST(the_default_subvolume_is_the_root_and_the_top_is_behind_it)
{
	subvolumes(300, true);
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), "innerf");
	check_u64(open_ok("/inner").id, 257);
	check_u64(open_ok("/sub/inner").id, 257);
	check_u64(open_ok("/top").id, 257);
	check_err(open_err("/none"), ERR_NOENT);
	subvolumes(301, true);
	check_ok(mount());
	check(test_logged("default subvolume 301 is not there"));
	check_u64(open_ok("/top").id, 257);
}

TEST(the_other_copy_helps)
{
	super(4 | 0x20, 2);
	one_root(0);
	leaf(TOP, 0);
	DIRECTORY(256, { "f", 257, 1, 1 });
	inode(257, 0100644, 0);
	close_leaf();
	memcpy(image + PHYSICAL + COPY, image + PHYSICAL, COPY);
	image[PHYSICAL + TOP + 200] ^= 1;
	image[PHYSICAL + CHUNKS] ^= 1;
	check_ok(mount());
	check_u64(open_ok("f").id, 257);
	image[PHYSICAL + COPY + TOP + 200] ^= 1;
	check_err(mount(), ERR_CORRUPT);
	check(test_logged("no good copy of the tree block"));
}

TEST(what_other_devices_hold_is_not_here)
{
	super(4 | 0x8, 2); /* RAID0 */
	one_root(0);
	check_err(mount(), ERR_UNSUPPORTED);
	check(test_logged("striped over several devices"));
	super(4 | 0x10, 1);
	image[SUPER + 201] = 2; /* this is device 2 */
	seal(SUPER, NODE);
	one_root(0);
	check_err(mount(), ERR_UNSUPPORTED);
	check(test_logged("on another device"));
	super(4 | 0x8, 1); /* RAID0 of one device is plain */
	one_root(0);
	leaf(TOP, 0);
	inode(256, 040755, 0);
	close_leaf();
	check_ok(mount());
}

/* A top tree of two leaves under one block. */
static void two_leaves(void)
{
	super(4, 1);
	one_root(1);
	leaf(TOP, 1);
	pointer(256, 1, 0, SUB);
	pointer(257, 108, 0, RIGHT);
	close_leaf();
	leaf(SUB, 0);
	DIRECTORY(256, { "f", 257, 1, 1 }, { "g", 258, 1, 1 });
	inode(257, 0100644, 4100);
	close_leaf();
	leaf(RIGHT, 0);
	extent(257, 0, 0, 1, 8192, 0, 8192, 0, 8192);
	inode(258, 0100644, 1);
	close_leaf();
}

TEST(trees_of_more_than_one_level)
{
	uint8_t have[4100];
	two_leaves();
	image[PHYSICAL + DATA + 4099] = 'x';
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), "ffgf");
	struct fs_node f = open_ok("f");
	check_ok(fs_read(&fs, &f, 0, have, sizeof have));
	check_u64(have[4099], 'x');
	f = open_ok("g"); /* all hole, and no next leaf to look into */
	check_ok(fs_read(&fs, &f, 0, have, 1));
	check_u64(have[0], 0);
}

TEST(blocks_that_are_not_what_their_parents_say)
{
	static const struct {
		size_t block, at, n;
		uint64_t v;
	} bad[] = {
		{ SUB, 48, 8, LOGICAL + RIGHT }, /* bytenr */
		{ SUB, 80, 8, 6 },		 /* generation */
		{ SUB, 100, 1, 1 },		 /* level */
		{ SUB, 100, 1, 8 },
		{ SUB, 96, 4, 0 }, /* nritems */
		{ SUB, 96, 4, 160 },
		{ SUB, 96, 4, UINT32_MAX },
		{ SUB, HEAD, 8, 255 },		/* first key */
		{ SUB, HEAD + 25, 8, 256 - 1 }, /* order */
		{ SUB, HEAD + 17, 4, NODE },	/* item's data */
		{ SUB, HEAD + 21, 4, UINT32_MAX },
		{ TOP, HEAD + 17, 8, LOGICAL + TOP }, /* a pointer to itself */
		{ TOP, HEAD + 17, 8, LOGICAL - 1 },   /* into no chunk */
		{ TOP, HEAD + 17, 8, UINT64_MAX },
		{ TOP, HEAD + 17, 8, LOGICAL + SIZE - PHYSICAL - 1 }, /* off the end */
		{ TOP, HEAD + 25, 8, 8 },
		{ TOP, 96, 4, 0 },
	};
	for (size_t i = 0; i < array_len(bad); i++) {
		size_t b = PHYSICAL + bad[i].block;
		two_leaves();
		le(image + b + bad[i].at, bad[i].v, bad[i].n);
		seal(b, NODE);
		check_err(mount(), ERR_CORRUPT);
	}
	two_leaves();
	image[PHYSICAL + SUB + 2000] ^= 0x40;
	check_err(mount(), ERR_CORRUPT);
}

TEST(superblocks)
{
	static const struct {
		size_t at, n;
		uint64_t v;
		enum err want;
	} bad[] = {
		{ 64, 1, 'x', ERR_FORMAT },	     { 48, 8, 0, ERR_CORRUPT },
		{ 148, 4, 0, ERR_CORRUPT },	     { 148, 4, 2048, ERR_CORRUPT },
		{ 148, 4, 5000, ERR_CORRUPT },	     { 148, 4, 1u << 31, ERR_CORRUPT },
		{ 144, 4, 0, ERR_CORRUPT },	     { 160, 4, 2049, ERR_CORRUPT },
		{ 160, 4, 0, ERR_CORRUPT },	     { 160, 4, 30, ERR_CORRUPT },
		{ 198, 1, 8, ERR_CORRUPT },	     { 199, 1, 255, ERR_CORRUPT },
		{ 188, 8, 0x2000, ERR_UNSUPPORTED }, { 72, 8, 8, ERR_CORRUPT },
		{ 80, 8, 0, ERR_CORRUPT },	     { 88, 8, 1, ERR_CORRUPT },
	};
	for (size_t i = 0; i < array_len(bad); i++) {
		super(4, 1);
		one_root(0);
		le(image + SUPER + bad[i].at, bad[i].v, bad[i].n);
		seal(SUPER, NODE);
		check_err(mount(), bad[i].want);
		check(bad[i].want != ERR_FORMAT || !test_logged("btrfs"));
	}
	super(4, 1);
	image[SUPER + 1000] ^= 1;
	check_err(mount(), ERR_CORRUPT);
	check(test_logged("checksum of the superblock"));
}

/* Whatever the bytes: an answer, within bounds that ASan knows. */
static void explore(struct arena *a)
{
	static uint8_t have[sizeof plain];
	static const char *const path[] = { "/packed", "/plain", "/inline", "/sub/f" };
	struct fs_node n;
	if (mount_in(a, NULL))
		return;
	(void)!list(&fs.root);
	for (size_t i = 0; i < array_len(path); i++)
		if (!fs_open(&fs, str_of(path[i]), &n) && n.type == FS_FILE && n.size)
			(void)!fs_read(&fs, &n, n.size / 3, have,
				       (size_t)min_u64(n.size - n.size / 3, sizeof have));
}

static void sweep(size_t base, size_t from, size_t to)
{
	static const uint8_t v[] = { 0xff, 1 };
	for (size_t at = base + from; at < base + to; at++)
		for (size_t i = 0; i < array_len(v); i++) {
			struct arena a;
			uint8_t was = image[at];
			image[at] = v[i] == 1 ? (uint8_t)(was + 1) : v[i];
			if (base < PHYSICAL + DATA)
				seal(base, NODE);
			arena_init(&a, &test_pages, 4 << 20);
			explore(&a);
			arena_release(&a);
			image[at] = was;
			if (base < PHYSICAL + DATA)
				seal(base, NODE);
		}
}

TEST(every_byte_may_lie)
{
	uint8_t d[100];
	plain_fill();
	super(4, 1);
	leaf(ROOTS, 0);
	root_item(5, TOP, 0);
	item(5, 156, 300, "", 0);
	item(6, 84, hash("default"), d, put_name(d, "default", 5, 132, 2));
	root_item(300, SUB, 0);
	close_leaf();
	leaf(TOP, 0);
	DIRECTORY(256, { "packed", 257, 1, 1 }, { "plain", 258, 1, 1 }, { "inline", 259, 1, 1 },
		  { "sub", 300, 132, 2 });
	size_t n = pack_lzo(image + PHYSICAL + DATA, sizeof plain);
	inode(257, 0100644, sizeof plain);
	extent(257, 0, 2, 1, sizeof plain, 0, (n + 4095) / 4096 * 4096, 0, sizeof plain);
	inode(258, 0100644, 8192);
	extent(258, 0, 0, 1, 8192, 0, 8192, 0, 8192);
	inode(259, 0100644, 5);
	extent_inline(259, 0, 5, "hello", 5);
	close_leaf();
	file_of("f");
	sweep(SUPER, 32, 300);
	sweep(SUPER, 811, 811 + 17 + 80);
	sweep(PHYSICAL + CHUNKS, 48, HEAD + 25);
	sweep(PHYSICAL + ROOTS, 48, HEAD + 4 * 25);
	sweep(PHYSICAL + ROOTS, NODE - 239, NODE);
	sweep(PHYSICAL + TOP, 48, HEAD + 12 * 25);
	sweep(PHYSICAL + TOP, NODE - 800, NODE);
	sweep(PHYSICAL + DATA, 0, 200);
}
