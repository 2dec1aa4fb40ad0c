/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/tables.h"
#include <string.h>

/*
 * Volumes made by hand, one cluster a sector of 512 bytes: small enough to say
 * where each byte lies, and to let each of them lie.
 */
enum { SECTOR = 512, SIZE = 5000 * SECTOR, RECORD = 32 };
static uint8_t image[SIZE];
static size_t fat_at, root_at, data_at; /* bytes */
static uint32_t bits, total;
static struct blk disk;
static struct fs fs;

static void le(size_t at, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		image[at + i] = (uint8_t)(i < 8 ? v >> 8 * i : 0);
}

static void fat_set(uint32_t cluster, uint32_t v)
{
	size_t at = fat_at + (size_t)cluster * bits / 8;
	if (bits == 32)
		le(at, v, 4);
	else if (bits == 16)
		le(at, v & 0xffff, 2);
	else if (cluster & 1)
		le(at, (v & 0xfff) << 4 | (image[at] & 0xf), 2);
	else
		le(at, (v & 0xfff) | (image[at + 1] & 0xf0u) << 8, 2);
}

static size_t cluster_at(uint32_t cluster)
{
	return data_at + (cluster - 2) * (size_t)SECTOR;
}

/* An empty volume with two FATs; bits 12 and 16: 32 root entries; 32: root in cluster 2. */
static void volume(uint32_t b)
{
	uint32_t fat_size = b == 16 ? 20 : 3, reserved = b == 32 ? 4 : 1;
	bits = b;
	total = b == 16 ? 5000 : 300;
	memset(image, 0, sizeof image);
	memcpy(image, "\xeb\x3c\x90TESTFAT ", 11);
	le(11, SECTOR, 2);
	image[13] = 1;
	le(14, reserved, 2);
	image[16] = 2;
	le(17, b == 32 ? 0 : 32, 2);
	le(19, total, 2);
	image[21] = 0xf8;
	if (b == 32) {
		le(36, fat_size, 4);
		le(44, 2, 4);
	} else {
		le(22, fat_size, 2);
	}
	image[b == 32 ? 66 : 38] = 0x29;
	le(b == 32 ? 67 : 39, 0x1234abcd, 4);
	le(510, 0xaa55, 2);
	fat_at = reserved * SECTOR;
	root_at = fat_at + 2 * (size_t)fat_size * SECTOR;
	data_at = root_at + (b == 32 ? 0 : 2 * SECTOR);
	fat_set(0, 0x0ffffff8);
	fat_set(1, 0x0fffffff);
	if (b == 32)
		fat_set(2, 0x0fffffff);
}

/* The record at byte `at`; returns the place of the next one. */
static size_t record(size_t at, const char *name11, uint8_t attr, uint32_t cluster, uint32_t size)
{
	memset(image + at, 0, RECORD);
	memcpy(image + at, name11, 11);
	image[at + 11] = attr;
	le(at + 20, cluster >> 16, 2);
	le(at + 26, cluster & 0xffff, 2);
	le(at + 28, size, 4);
	return at + RECORD;
}

static uint8_t sum_of(const char *name11)
{
	uint8_t sum = 0;
	for (size_t i = 0; i < 11; i++)
		sum = (uint8_t)((sum >> 1 | sum << 7) + (uint8_t)name11[i]);
	return sum;
}

/* All parts of a long name for the short name that follows. */
static size_t long_name(size_t at, const uint16_t *u, size_t n, const char *name11)
{
	size_t parts = (n + 12) / 13;
	for (size_t part = parts; part >= 1; part--, at += RECORD) {
		memset(image + at, 0, RECORD);
		image[at] = (uint8_t)(part | (part == parts ? 0x40u : 0));
		image[at + 11] = 0x0f;
		image[at + 13] = sum_of(name11);
		for (size_t i = 0; i < 13; i++) {
			size_t k = (part - 1) * 13 + i;
			size_t to = at + 2 * i + (i < 5 ? 1 : i < 11 ? 4 : 6);
			le(to, k < n ? u[k] : k == n ? 0 : 0xffff, 2);
		}
	}
	return at;
}

static size_t long_text(size_t at, const char *text, const char *name11)
{
	uint16_t u[300];
	size_t n = strlen(text);
	for (size_t i = 0; i < n; i++)
		u[i] = (uint8_t)text[i];
	return long_name(at, u, n, name11);
}

/* Clusters in the order given are one chain. */
static void chain(const uint32_t *cluster, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fat_set(cluster[i], i + 1 < n ? cluster[i + 1] : 0x0fffffff);
}
#define CHAIN(...)                                                                                 \
	chain((const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

static enum err mount_in(struct arena *a, struct log *log)
{
	blk_mem(&disk, image, (size_t)total * SECTOR);
	static const struct fs_ops *const drivers[] = { &fat_fs };
	fs = (struct fs){ .where = "disk", .log = log };
	return fs_mount(&fs, &disk, a, drivers, array_len(drivers));
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
	listing[(*n)++] = type == FS_DIR ? '/' : ' ';
	listing[*n] = 0;
	return OK;
}
static enum err list(const struct fs_node *dir)
{
	size_t n = 0;
	listing[0] = 0;
	return fs_list(&fs, dir, add_name, &n);
}

TEST(each_size_of_fat_is_read)
{
	for (uint32_t b = 12; b <= 32; b = b == 12 ? 16 : b + 16) {
		uint8_t want[3 * SECTOR], have[3 * SECTOR];
		volume(b);
		size_t at = record(root_at, "A       TXT", 0x20, 7, 1500);
		record(at, "SUB        ", 0x10, 4, 0);
		at = record(cluster_at(4), ".          ", 0x10, 4, 0);
		at = record(at, "..         ", 0x10, 0, 0);
		record(at, "B          ", 0, 0, 0);
		CHAIN(4);
		CHAIN(7, 8, 3);
		for (size_t i = 0; i < sizeof want; i++)
			image[cluster_at(i < 1024 ? 7 : 3) + i % 1024] = want[i] = (uint8_t)(i * 7);
		check_ok(mount());
		check_str(str_of(fs.uuid), "1234-ABCD");
		check_ok(list(&fs.root));
		check_str(str_of(listing), "A.TXT SUB/");
		struct fs_node sub = open_ok("/sub");
		check_ok(list(&sub));
		check_str(str_of(listing), "B ");
		check_u64(open_ok("/SUB/b").size, 0);
		check_err(open_err("/a.txt/b"), ERR_NOENT);
		check_err(open_err("/c"), ERR_NOENT);
		struct fs_node f = open_ok("/a.txt");
		check_u64(f.size, 1500);
		check_ok(fs_read(&fs, &f, 0, have, 1500));
		check(memcmp(have, want, 1500) == 0);
		check_ok(fs_read(&fs, &f, 1400, have, 100));
		check(memcmp(have, want + 1400, 100) == 0);
		check_ok(fs_read(&fs, &f, 3, have, 1490));
		check(memcmp(have, want + 3, 1490) == 0);
	}
}

TEST(map_answers_in_whole_runs)
{
	struct fs_extent x;
	volume(16);
	record(root_at, "A          ", 0, 10, 5 * SECTOR + 1);
	CHAIN(10, 11, 12, 20, 21, 13);
	check_ok(mount());
	struct fs_node f = open_ok("a");
	static const struct {
		uint64_t off, at, len;
	} want[] = {
		{ 0, 10 * SECTOR, 3 * SECTOR },
		{ 700, 10 * SECTOR + 700, 3 * SECTOR - 700 },
		{ 3 * SECTOR, 20 * SECTOR, 2 * SECTOR },
		{ 5 * SECTOR, 13 * SECTOR, SECTOR },
		{ 4 * SECTOR + 1, 21 * SECTOR + 1, SECTOR - 1 }, /* back again */
		{ 0, 10 * SECTOR, 3 * SECTOR },
	};
	for (size_t i = 0; i < array_len(want); i++) {
		check_ok(fs.ops->map(&fs, &f, want[i].off, &x));
		check(x.kind == FS_DATA);
		check_u64(x.at, data_at - 2 * SECTOR + want[i].at);
		check_u64(x.len, want[i].len);
	}
}

static uint64_t reads_of_fat;
static enum err counting_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	reads_of_fat += off < root_at;
	memcpy(dst, (const uint8_t *)b->priv + off, len);
	return OK;
}
static enum err counting_drain(struct blk *b)
{
	(void)b;
	return OK;
}

TEST(a_long_file_is_not_walked_from_its_start_again)
{
	static const struct blk_ops ops = { .start = counting_start, .drain = counting_drain };
	static uint8_t have[4800 * SECTOR];
	volume(16);
	record(root_at, "A          ", 0, 2, 4800 * SECTOR);
	for (uint32_t c = 2; c < 4802; c++) /* every second one: no run is longer than 1 */
		fat_set(c, c < 2402 ? c + 2400 : c - 2399);
	fat_set(4801, 0xffff);
	check_ok(mount());
	disk.ops = &ops;
	/* A cache of one line: each step that goes elsewhere shows. */
	fs.cache = cache_new(&disk, test_arena(), 512, 1);
	struct fs_node f = open_ok("a");
	reads_of_fat = 0;
	for (size_t i = 0; i < sizeof have; i += 16 * SECTOR)
		check_ok(fs_read(&fs, &f, i, have + i, 16 * SECTOR));
	check(reads_of_fat < 4 * 4800);
}

TEST(long_names_come_whole_or_not_at_all)
{
	static const char s[] = "LONGNA~1TXT";
	volume(12);
	size_t at = long_text(root_at, "A long name with 26 units.", s);
	record(at, s, 0, 0, 1);
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), "A long name with 26 units. ");
	check_u64(open_ok("/a LONG name with 26 units.").size, 1);
	check_u64(open_ok("longna~1.txt").size, 1);

	static const struct {
		size_t part, byte; /* to damage: of the two parts, the second comes first */
	} orphan[] = { { 0, 0 }, { 1, 0 }, { 0, 13 }, { 1, 13 }, { 2, 3 } };
	for (size_t i = 0; i < array_len(orphan); i++) {
		volume(12);
		at = long_text(root_at, "A long name with 26 units.", s);
		record(at, s, 0, 0, 1);
		image[root_at + orphan[i].part * RECORD + orphan[i].byte] ^= 4;
		check_ok(mount());
		check_ok(list(&fs.root));
		check(listing[0] == 'L');
	}
}

TEST(a_deleted_record_parts_a_name_from_its_file)
{
	static const char s[] = "LONGNA~1TXT";
	volume(12);
	size_t at = long_text(root_at, "A long name", s);
	image[at] = 0xe5;
	record(at + RECORD, s, 0, 0, 1);
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), "LONGNA~1.TXT ");
}

TEST(the_longest_name_and_one_more)
{
	static const char s[] = "LONGNA~1   ";
	char text[300];
	memset(text, 'x', sizeof text);
	for (size_t n = 255; n <= 273; n += 18) { /* 255 units in 20 parts, 273 in 21 */
		text[n] = 0;
		volume(12);
		size_t at = long_text(root_at, text, s);
		record(at, s, 0, 0, 1);
		check_ok(mount());
		check_ok(list(&fs.root));
		check_u64(strlen(listing), n == 255 ? 256 : strlen("LONGNA~1 "));
		text[n] = 'x';
		text[255] = 0;
		check_err(open_err(text), n == 255 ? OK : ERR_NOENT);
		text[255] = 'x';
	}
}

TEST(names_are_utf8)
{
	static const uint16_t u[] = { 'K', 0xe4, 0x20ac, 0xd83d, 0xdc27, 0xd800 };
	static const char s[] = "K\x84"
				"~1       ";
	volume(12);
	size_t at = long_name(root_at, u, array_len(u), s);
	at = record(at, s, 0, 0, 1);
	at = record(at, "\x05\x81\xff        ", 0, 0, 2);
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing),
		  "K\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7\xef\xbf\xbd \xcf\x83\xc3\xbc\xc2\xa0 ");
	check_u64(open_ok("k\xc3\xa4~1").size, 1);
	/* 200 units that need 600 bytes: the short name must do */
	uint16_t wide[200];
	for (size_t i = 0; i < array_len(wide); i++)
		wide[i] = 0x20ac;
	volume(12);
	record(long_name(root_at, wide, array_len(wide), s), s, 0, 0, 1);
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), "K\xc3\xa4~1 ");
}

TEST(names_that_are_no_names)
{
	static const char s[] = "GOOD       ";
	volume(12);
	size_t at = record(long_text(root_at, "../evil", s), s, 0, 0, 1);
	at = record(long_text(at, "..", s), s, 0, 0, 2);
	at = record(at, "A/B     C  ", 0, 0, 3);
	at = record(at, "        EXT", 0, 0, 4);
	at = record(long_text(at, "fine", "A/B        "), "A/B        ", 0, 0, 5);
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), "GOOD GOOD .EXT fine ");
}

TEST(short_names_keep_the_case_that_nt_noted)
{
	volume(12);
	size_t at = record(root_at, "AB      C  ", 0, 0, 1);
	image[root_at + 12] = 0x08;
	image[at + 12] = 0x10;
	record(at, "DE      F  ", 0, 0, 1);
	image[at + 12] = 0x10;
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), "ab.C DE.f ");
}

TEST(the_label_is_the_root_directorys)
{
	volume(16);
	memcpy(image + 43, "BOOTSECTOR ", 11);
	check_ok(mount());
	check_str(str_of(fs.label), "");
	size_t at = record(root_at, "A          ", 0, 0, 1);
	at = long_text(at, "orphan", "MY LABEL   ");
	record(at, "MY LABEL\x84  ", 0x08, 0, 0);
	check_ok(mount());
	check_str(str_of(fs.label), "MY LABEL\xc3\xa4");
	check_ok(list(&fs.root));
	check_str(str_of(listing), "A ");
	check_err(open_err("my label\xc3\xa4"), ERR_NOENT);
}

TEST(times_are_seconds_since_1970)
{
	static const struct {
		int y, mo, d, h, mi, s;
		int64_t want;
	} t[] = {
		{ 1980, 1, 1, 0, 0, 0, 315532800 },
		{ 2000, 2, 29, 23, 59, 58, 951868798 },
		{ 2023, 12, 31, 12, 30, 2, 1704025802 },
		{ 2099, 12, 31, 0, 0, 0, 4102358400 },
		{ 2100, 3, 1, 0, 0, 0, 4107542400 },
		{ 2101, 1, 1, 0, 0, 0, 4133980800 },
		{ 2107, 12, 31, 0, 0, 0, 4354732800 },
		{ 1980, 0, 1, 1, 1, 2, 0 },
		{ 1980, 13, 1, 0, 0, 0, 0 },
		{ 1980, 1, 0, 0, 0, 0, 0 },
	};
	for (size_t i = 0; i < array_len(t); i++) {
		volume(12);
		record(root_at, "A          ", 0, 0, 1);
		le(root_at + 22, (uint64_t)(t[i].h << 11 | t[i].mi << 5 | t[i].s / 2), 2);
		le(root_at + 24, (uint64_t)((t[i].y - 1980) << 9 | t[i].mo << 5 | t[i].d), 2);
		check_ok(mount());
		check_u64(open_ok("a").mtime, t[i].want);
	}
}

TEST(other_file_systems_are_not_mine)
{
	volume(16);
	le(14, 0, 2); /* NTFS: no reserved sectors, no FATs, no root entries */
	image[16] = 0;
	check_err(mount(), ERR_FORMAT);
	volume(16);
	memcpy(image + 3, "EXFAT   ", 8);
	memset(image + 11, 0, 53);
	check_err(mount(), ERR_FORMAT);
	volume(16); /* ext, made over an old FAT boot sector */
	le(1024, 16, 4);
	le(1028, 100, 4);
	memset(image + 1032, 0, 80);
	le(1024 + 56, 0xef53, 2);
	check_err(mount(), ERR_FORMAT);
	volume(16);
	image[0] = 0xfa; /* neither jump nor signature nor the word FAT */
	image[510] = 0;
	check_err(mount(), ERR_FORMAT);
	total = 0;
	check_err(mount(), ERR_FORMAT);
	check(!test_logged("fat"));
}

TEST(a_fat_with_one_mark_is_enough)
{
	for (int mark = 0; mark < 3; mark++) {
		volume(16);
		if (mark != 0)
			image[0] = 0;
		if (mark != 1)
			image[510] = 0;
		if (mark == 2)
			memcpy(image + 54, "FAT16   ", 8);
		check_ok(mount());
	}
}

TEST(a_damaged_boot_sector_is_said_to_be_one)
{
	static const struct {
		uint32_t bits;
		size_t at, n;
		uint64_t v;
	} bad[] = {
		{ 16, 22, 18, 0 },	   { 16, 22, 2, 0xffff },     { 16, 17, 2, 0 },
		{ 16, 19, 2, 41 },	   { 16, 19, 2, 43 },	      { 32, 36, 4, 0 },
		{ 32, 36, 4, 0xffffffff }, { 32, 44, 4, 0 },	      { 32, 44, 4, 1 },
		{ 32, 44, 4, 300 },	   { 32, 44, 4, 0xffffffff }, { 32, 19, 2, 0 },
		{ 16, 16, 1, 255 },	   { 16, 14, 2, 0xffff },
	};
	for (size_t i = 0; i < array_len(bad); i++) {
		volume(bad[i].bits);
		le(bad[i].at, bad[i].v, bad[i].n);
		check_err(mount(), ERR_CORRUPT);
	}
	check(test_logged("disk: fat: damaged: no sectors in a FAT"));
}

TEST(a_truncated_device_keeps_what_is_there)
{
	uint8_t have[2 * SECTOR];
	volume(16);
	size_t at = record(root_at, "HERE       ", 0, 10, 2 * SECTOR);
	record(at, "GONE       ", 0, 4000, 2 * SECTOR);
	CHAIN(10, 11);
	CHAIN(4000, 4001);
	total = 2000;
	check_ok(mount());
	check(test_logged("the device ends before the file system"));
	struct fs_node f = open_ok("here");
	check_ok(fs_read(&fs, &f, 0, have, sizeof have));
	f = open_ok("gone");
	check_err(fs_read(&fs, &f, 0, have, sizeof have), ERR_CORRUPT);
}

TEST(the_fat_in_use_may_be_the_second)
{
	uint8_t have[2 * SECTOR];
	volume(32);
	record(root_at, "A          ", 0, 10, 2 * SECTOR);
	CHAIN(10, 20);
	memcpy(image + fat_at + 3 * SECTOR, image + fat_at, 3 * SECTOR);
	CHAIN(10, 0);
	image[cluster_at(20)] = 'x';
	le(40, 0x81, 2);
	check_ok(mount());
	struct fs_node f = open_ok("a");
	check_ok(fs_read(&fs, &f, 0, have, sizeof have));
	check_u64(have[SECTOR], 'x');
	le(40, 0x8f, 2);
	check_ok(mount());
	check(test_logged("FAT 15 is in use"));
	check_err(fs_read(&fs, &f, 0, have, sizeof have), ERR_CORRUPT);
}

TEST(chains_that_lead_nowhere)
{
	static const uint32_t next[] = { 0, 1, 0x0ffffff7, 0x0fffffff, 300, 0x0ffffff0 };
	uint8_t have[3 * SECTOR];
	for (uint32_t b = 12; b <= 32; b = b == 12 ? 16 : b + 16)
		for (size_t i = 0; i < array_len(next); i++) {
			volume(b);
			record(root_at, "A          ", 0, 10, sizeof have);
			CHAIN(10, 11);
			fat_set(11, b == 16 && i == 4 ? 5000 : next[i]);
			check_ok(mount());
			struct fs_node f = open_ok("a");
			check_ok(fs_read(&fs, &f, 0, have, 2 * SECTOR));
			check_err(fs_read(&fs, &f, 0, have, sizeof have), ERR_CORRUPT);
			check_err(fs_read(&fs, &f, 2 * SECTOR, have, 1), ERR_CORRUPT);
		}
}

TEST(first_clusters_that_are_none)
{
	static const uint32_t first[] = { 0, 1, 4999, 0xfff7, 0xffff };
	uint8_t have[1];
	for (size_t i = 0; i < array_len(first); i++) {
		volume(16);
		size_t at = record(root_at, "A          ", 0, first[i], 1);
		record(at, "D          ", 0x10, first[i], 0);
		check_ok(mount());
		struct fs_node f = open_ok("a"), d = open_ok("d");
		check_err(fs_read(&fs, &f, 0, have, 1), ERR_CORRUPT);
		check_err(list(&d), ERR_CORRUPT);
		check_err(open_err("d/x"), ERR_CORRUPT);
	}
}

TEST(loops_end)
{
	static uint8_t have[300 * SECTOR];
	volume(12);
	size_t at = record(root_at, "A          ", 0, 10, sizeof have / 2);
	at = record(at, "BIG        ", 0, 10, 0xffffffff);
	record(at, "D          ", 0x10, 20, 0);
	CHAIN(10, 11);
	fat_set(11, 10);
	fat_set(20, 20);
	for (size_t i = 0; i < SECTOR / RECORD; i++)
		record(cluster_at(20) + i * RECORD, "D          ", 0x10, 20, 0);
	check_ok(mount());
	struct fs_node f = open_ok("a"), big = open_ok("big"), d = open_ok("d/d/d");
	check_ok(fs_read(&fs, &f, 0, have, sizeof have / 2));
	check_err(fs_read(&fs, &big, 0, have, 1), ERR_CORRUPT);
	check_err(open_err("d/e"), ERR_CORRUPT);
	check(test_logged("a directory does not end"));
	check_err(list(&d), ERR_LIMIT); /* of the test's own buffer */
}

TEST(large_sectors_and_clusters)
{
	uint8_t have[10];
	volume(16);
	le(11, 4096, 2); /* 1 boot sector, 2 FATs of 2, 1 for the root, clusters of 16 KiB */
	image[13] = 4;
	le(22, 2, 2);
	le(19, 600, 2);
	le(17, 128, 2);
	fat_at = 4096;
	bits = 12;
	total = SIZE / SECTOR;
	fat_set(3, 0xfff);
	record(5 * 4096, "A          ", 0, 3, 16384);
	memcpy(image + 6 * 4096 + 16384 * 2 - 10, "0123456789", 10);
	check_ok(mount());
	struct fs_node f = open_ok("a");
	check_ok(fs_read(&fs, &f, 16374, have, 10));
	check(memcmp(have, "0123456789", 10) == 0);
}

/* Whatever the bytes: an answer, within bounds that ASan knows. */
static void explore(struct arena *a)
{
	uint8_t have[700];
	struct fs_node n;
	if (mount_in(a, NULL) || list(&fs.root))
		return;
	if (!fs_open(&fs, STR("/long name of sub/b"), &n) && n.size >= sizeof have)
		(void)!fs_read(&fs, &n, n.size - sizeof have, have, sizeof have);
	if (!fs_open(&fs, STR("sub"), &n) && n.type == FS_DIR)
		(void)!list(&n);
	if (!fs_open(&fs, STR("a"), &n) && n.type == FS_FILE && n.size >= sizeof have)
		(void)!fs_read(&fs, &n, 0, have, sizeof have);
}

static void sweep(size_t from, size_t to)
{
	static const uint8_t v[] = { 0, 0xff, 0x7f, 1, 0xe5 };
	for (size_t at = from; at < to; at++)
		for (size_t i = 0; i < array_len(v); i++) {
			struct arena a;
			uint8_t was = image[at];
			image[at] = v[i] == 1 ? (uint8_t)(was + 1) : v[i];
			arena_init(&a, &test_pages, 4 << 20);
			explore(&a);
			arena_release(&a);
			image[at] = was;
		}
}

TEST(every_byte_may_lie)
{
	for (uint32_t b = 12; b <= 32; b += 20) {
		volume(b);
		size_t at = record(root_at, "A          ", 0, 10, 3 * SECTOR);
		at = record(long_text(at, "long name of sub", "SUB        "), "SUB        ", 0x10,
			    4, 0);
		at = record(cluster_at(4), "B          ", 0, 20, 2 * SECTOR);
		CHAIN(4);
		CHAIN(10, 11, 9);
		CHAIN(20, 21);
		sweep(0, b == 32 ? 90 : 64);
		sweep(fat_at, fat_at + 22 * b / 8);
		sweep(root_at, root_at + 5 * RECORD);
		sweep(cluster_at(4), cluster_at(4) + RECORD);
	}
}
