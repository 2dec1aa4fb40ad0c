/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/tables.h"
#include <string.h>

/* Images made by hand: each sector has its part, and every byte of it may lie. */
enum {
	SECTOR = 2048,
	ROOT = 20, /* sectors */
	SUB = 21,
	MORE = 22, /* continuations */
	JOLIET = 24,
	DATA = 28,
	SECTORS = 40,
};
static uint8_t image[SECTORS * SECTOR];
static struct blk disk;
static struct fs fs;
static size_t at; /* where the next record goes */

static void both(size_t off, uint32_t v)
{
	for (size_t i = 0; i < 4; i++) {
		image[off + i] = (uint8_t)(v >> 8 * i);
		image[off + 7 - i] = (uint8_t)(v >> 8 * i);
	}
}

struct rec {
	const char *name; /* NULL: "." */
	uint8_t flags;
	uint32_t block, size;
	const void *su; /* system use fields */
	size_t su_n;
};

static void record_at(size_t off, const struct rec *r)
{
	size_t name_n = r->name ? strlen(r->name) : 1;
	size_t su = 33 + name_n + !(name_n & 1);
	memset(image + off, 0, su);
	image[off] = (uint8_t)(su + r->su_n);
	both(off + 2, r->block);
	both(off + 10, r->size);
	memcpy(image + off + 18, (uint8_t[]){ 100, 2, 29, 12, 30, 59, 4 }, 7);
	image[off + 25] = r->flags;
	image[off + 32] = (uint8_t)name_n;
	if (r->name)
		memcpy(image + off + 33, r->name, name_n);
	if (r->su_n)
		memcpy(image + off + su, r->su, r->su_n);
}

static void record(struct rec r)
{
	record_at(at, &r);
	at += image[at];
}
#define FIELDS(...) .su = (uint8_t[]){ __VA_ARGS__ }, .su_n = sizeof((uint8_t[]){ __VA_ARGS__ })
#define PX(mode)                                                                                   \
	'P', 'X', 12, 1, (uint8_t)(mode), (mode) >> 8, 0, 0, 0, 0, (mode) >> 8, (uint8_t)(mode)
#define CE(block, off, len)                                                                        \
	'C', 'E', 28, 1, block, 0, 0, 0, 0, 0, 0, block, (uint8_t)(off), (off) >> 8, 0, 0, 0, 0,   \
		(off) >> 8, (uint8_t)(off), (uint8_t)(len), (len) >> 8, 0, 0, 0, 0, (len) >> 8,    \
		(uint8_t)(len)

static void dots(uint32_t block)
{
	at = (size_t)block * SECTOR;
	record((struct rec){ NULL, 2, block, SECTOR,
			     FIELDS('S', 'P', 7, 1, 0xbe, 0xef, 0, PX(040755)) });
	record((struct rec){ "\1", 2, ROOT, SECTOR, .su = NULL });
}

static void descriptor(uint32_t sector, uint8_t type, const char *label, uint32_t root)
{
	size_t d = (size_t)sector * SECTOR;
	struct rec r = { NULL, 2, root, SECTOR, .su = NULL };
	image[d] = type;
	memcpy(image + d + 1, "CD001\1", 6);
	memcpy(image + d + 40, label, 32);
	image[d + 129] = SECTOR >> 8;
	record_at(d + 156, &r);
	memcpy(image + d + 813, "2001020304050607", 16);
	memcpy(image + d + 830, "0000000000000000", 16);
}

/* An empty volume with Rock Ridge; records go into the root directory. */
static void rock(void)
{
	memset(image, 0, sizeof image);
	descriptor(16, 1, "VOLUME                          ", ROOT);
	descriptor(17, 255, "                                ", 0);
	for (size_t i = DATA * SECTOR; i < sizeof image; i++)
		image[i] = (uint8_t)(i * 31 >> 4);
	dots(SUB);
	dots(ROOT);
}

/* The same without it, and with a Joliet tree. */
static void joliet(void)
{
	rock();
	at = ROOT * SECTOR;
	record((struct rec){ NULL, 2, ROOT, SECTOR, .su = NULL });
	image[at] = 0;
	descriptor(17, 2, "\0J\0o\0l\0i\0e\0t\0 \0 \0 \0 \0 \0 \0 \0 \0 \0 ", JOLIET);
	memcpy(image + 17 * SECTOR + 88, "%/E", 3);
	descriptor(18, 255, "                                ", 0);
	at = JOLIET * SECTOR;
	record((struct rec){ NULL, 2, JOLIET, SECTOR, .su = NULL });
}

static enum err mount_in(struct arena *a, struct log *log)
{
	blk_mem(&disk, image, sizeof image);
	fs = (struct fs){ .where = "cd", .log = log };
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
	listing[(*n)++] = type == FS_DIR ? '/' : type == FS_LINK ? '@' : ' ';
	listing[*n] = 0;
	return OK;
}
static enum err list(const struct fs_node *dir)
{
	size_t n = 0;
	listing[0] = 0;
	return fs_list(&fs, dir, add_name, &n);
}

static void check_listing(const char *want)
{
	check_ok(mount());
	check_ok(list(&fs.root));
	check_str(str_of(listing), want);
}

TEST(rock_ridge_names_count_by_case)
{
	rock();
	record((struct rec){ "A.;1", 0, DATA, 3000,
			     FIELDS('N', 'M', 8, 1, 1, 'M', 'i', 'x', 'N', 'M', 7, 1, 0, 'e', 'd',
				    PX(0100644)) });
	record((struct rec){ "NONAME.;1", 0, DATA, 0, .su = NULL });
	record((struct rec){ "PIPE.;1", 0, DATA, 0, FIELDS(PX(010644)) });
	record((struct rec){ "SUB", 2, SUB, SECTOR, FIELDS('N', 'M', 8, 1, 0, 'S', 'u', 'b') });
	check_listing("Mixed noname pipe Sub/");
	check_u64(open_ok("Mixed").size, 3000);
	check_err(open_err("mixed"), ERR_NOENT);
	check_err(open_err("a"), ERR_NOENT);
	check(open_ok("NoName").type == FS_FILE && open_ok("pipe").type == FS_OTHER);
	check_str(str_of(fs.label), "VOLUME");
	check_str(str_of(fs.uuid), "2001-02-03-04-05-06-07");
	check_u64(open_ok("Mixed").mtime, 951827459 - 3600);
}

TEST(times_of_files_are_the_last_change)
{
	rock();
	record((struct rec){
		"A", 0, DATA, 0,
		FIELDS('T', 'F', 19, 1, 3, 90, 1, 1, 0, 0, 0, 0, 90, 1, 2, 0, 0, 1, 0xfc) });
	record((struct rec){ "B", 0, DATA, 0,
			     FIELDS('T', 'F', 22, 1, 0x82, '1', '9', '9', '0', '0', '1', '0', '2',
				    '0', '0', '0', '0', '0', '1', '0', '0', 0xfc) });
	record((struct rec){ "C", 0, DATA, 0, FIELDS('T', 'F', 6, 1, 2, 90) });
	check_ok(mount());
	check_u64(open_ok("a").mtime, 631238401 + 3600);
	check_u64(open_ok("b").mtime, 631238401 + 3600);
	check_u64(open_ok("c").mtime, 951827459 - 3600);
}

TEST(plain_and_joliet_names_are_met_in_any_case)
{
	joliet();
	record((struct rec){ .name = "", .block = DATA, .size = 10 });
	size_t r = JOLIET * SECTOR + 34;
	image[r + 32] = 8;
	memcpy(image + r + 33,
	       "\0K\0\xe4\0;\0"
	       "1",
	       8);
	image[r] = 42;
	check_listing("K\xc3\xa4 ");
	check_u64(open_ok("k\xc3\xa4").size, 10);
	check_str(str_of(fs.label), "Joliet");
	joliet();
	image[17 * SECTOR + 88] = 0; /* another character set: not Joliet */
	at = ROOT * SECTOR + 34;
	record((struct rec){ "VMLINUZ.;1", 0, DATA, 20, .su = NULL });
	record((struct rec){ "GRUB.CFG;12", 0, DATA, 30, .su = NULL });
	record((struct rec){ "BOTH", 4, DATA, 1, .su = NULL }); /* associated: not the file */
	record((struct rec){ "BOTH", 0, DATA, 2, .su = NULL });
	check_listing("vmlinuz grub.cfg both ");
	check_u64(open_ok("/VMLinuz").size, 20);
	check_u64(open_ok("/grub.cfg").size, 30);
	check_u64(open_ok("/both").size, 2);
}

TEST(files_of_several_extents)
{
	static uint8_t have[5000];
	struct fs_extent x;
	rock();
	record((struct rec){ "BIG", 0x80, DATA + 4, 2048, FIELDS(PX(0100644)) });
	record((struct rec){ "BIG", 0x80, DATA, 0, FIELDS(PX(0100644)) });
	record((struct rec){ "BIG", 0x80, DATA + 1, 2048, FIELDS(PX(0100644)) });
	record((struct rec){ "BIG", 0, DATA + 7, 904, FIELDS(PX(0100644)) });
	record((struct rec){ "NEXT", 0, DATA, 1, FIELDS(PX(0100644)) });
	check_listing("big next ");
	struct fs_node f = open_ok("big");
	check_u64(f.size, 5000);
	check_ok(fs_read(&fs, &f, 0, have, sizeof have));
	check(memcmp(have, image + (DATA + 4) * SECTOR, 2048) == 0);
	check(memcmp(have + 2048, image + (DATA + 1) * SECTOR, 2048) == 0);
	check(memcmp(have + 4096, image + (DATA + 7) * SECTOR, 904) == 0);
	check_ok(fs.ops->map(&fs, &f, 4100, &x));
	check_u64(x.at, (DATA + 7) * SECTOR + 4);
	check_u64(x.len, 900);
}

TEST(a_file_without_its_last_extent)
{
	rock();
	record((struct rec){ "BIG", 0x80, DATA + 4, 2048, .su = NULL });
	check_ok(mount());
	check_err(list(&fs.root), ERR_CORRUPT);
	check(test_logged("the last extent of a file is missing"));
}

TEST(an_extended_attribute_record_precedes_the_data)
{
	uint8_t c;
	rock();
	size_t r = at;
	record((struct rec){ "A", 0, DATA, 5, .su = NULL });
	image[r + 1] = 2;
	check_ok(mount());
	struct fs_node f = open_ok("a");
	check_ok(fs_read(&fs, &f, 3, &c, 1));
	check_u64(c, image[(DATA + 2) * SECTOR + 3]);
}

TEST(what_cannot_be_read_is_said)
{
	uint8_t c;
	rock();
	record((struct rec){ "ZF", 0, DATA, 5,
			     FIELDS('Z', 'F', 16, 1, 'p', 'z', 4, 15, 9, 0, 0, 0, 0, 0, 0, 9) });
	size_t r = at;
	record((struct rec){ "MIX", 0, DATA, 5, .su = NULL });
	image[r + 26] = image[r + 27] = 1;
	record((struct rec){ "LINK", 0, DATA, 0, FIELDS('S', 'L', 7, 1, 0, 0x20, 0, PX(0120777)) });
	check_ok(mount());
	struct fs_node f = open_ok("zf");
	check_err(fs_read(&fs, &f, 0, &c, 1), ERR_UNSUPPORTED);
	check(test_logged("zisofs"));
	f = open_ok("mix");
	check_err(fs_read(&fs, &f, 0, &c, 1), ERR_UNSUPPORTED);
	check(test_logged("interleaved"));
	check_err(open_err("link"), ERR_UNSUPPORTED);
}

static void check_target(const char *want)
{
	struct fs_node l;
	char have[100];
	size_t n;
	check_ok(mount());
	check_ok(fs_lookup(&fs, STR("link"), &l));
	check(l.type == FS_LINK);
	check_u64(l.size, strlen(want));
	check_ok(fs.ops->readlink(&fs, &l, have, sizeof have, &n));
	check_str(((struct str){ have, n }), want);
	if (n)
		check_err(fs.ops->readlink(&fs, &l, have, n - 1, &n), ERR_LIMIT);
}

TEST(links_are_put_together)
{
	rock();
	record((struct rec){ "LINK", 0, DATA, 0,
			     FIELDS(PX(0120777), 'S', 'L', 12, 1, 1, 8, 0, 0, 1, 'a', 4, 0, 'S',
				    'L', 14, 1, 0, 2, 0, 1, 2, 'b', 'c', 0, 1, 'd') });
	check_target("/a/.././bcd");
	rock();
	record((struct rec){ "LINK", 0, DATA, 0, FIELDS(PX(0120777)) });
	check_target("");
	check_err(open_err("link"), ERR_NOENT);
}

TEST(fields_go_on_elsewhere)
{
	static const uint8_t more[] = { 'N', 'M', 7, 1, 1, 'b', 'c', CE(MORE, 512, 7) };
	rock();
	record((struct rec){ "X", 0, DATA, 1, FIELDS('N', 'M', 6, 1, 1, 'a', CE(MORE, 100, 35)) });
	memcpy(image + MORE * SECTOR + 100, more, sizeof more);
	memcpy(image + MORE * SECTOR + 512, "NM\7\1\0de", 7);
	check_listing("abcde ");
	/* a circle */
	image[MORE * SECTOR + 100 + 7 + 12] = 100;
	image[MORE * SECTOR + 100 + 7 + 13] = 0;
	image[MORE * SECTOR + 100 + 7 + 20] = 35;
	check_ok(mount());
	check_err(list(&fs.root), ERR_CORRUPT);
	check(test_logged("go on too often"));
}

TEST(continuations_stay_in_their_block)
{
	static const uint8_t bad[][28] = {
		{ CE(MORE, 2000, 49) },
		{ CE(MORE, 2049, 1) },
		{ CE(MORE, 0, 2049) },
		{ CE(SECTORS, 0, 10) },
		{ CE(MORE, 0xffff, 0xffff) },
		{ 'C',	'E',  28, 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff,
		  0xff, 0xff, 0,  0, 0,	   0,	 1,    0,    0, 0, 0, 0, 0,    0 },
		{ 'C', 'E', 28, 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 },
	};
	for (size_t i = 0; i < array_len(bad); i++) {
		rock();
		record((struct rec){ "X", 0, DATA, 1, bad[i], sizeof bad[i] });
		check_ok(mount());
		check_err(list(&fs.root), ERR_CORRUPT);
	}
}

TEST(names_that_are_no_names)
{
	rock();
	record((struct rec){ "ONE", 0, DATA, 1, FIELDS('N', 'M', 8, 1, 0, 'a', '/', 'b') });
	record((struct rec){ "TWO", 0, DATA, 1, FIELDS('N', 'M', 7, 1, 0, '.', '.') });
	record((struct rec){ "THREE", 0, DATA, 1, FIELDS('N', 'M', 5, 1, 4) });
	record((struct rec){ "FOUR", 0, DATA, 1, FIELDS('N', 'M', 4, 1) });
	record((struct rec){ "A/B", 0, DATA, 1, .su = NULL });
	record((struct rec){ ";1", 0, DATA, 1, .su = NULL });
	/* 300 bytes in three pieces */
	memset(image + MORE * SECTOR, 'n', SECTOR);
	for (size_t i = 0; i < 3; i++)
		memcpy(image + MORE * SECTOR + i * 105, "NM\x69\1\1", 5);
	record((struct rec){ "LONG", 0, DATA, 1, FIELDS(CE(MORE, 0, 315)) });
	check_listing("three four long ");
}

TEST(fields_that_lie_about_their_length)
{
	static const uint8_t field[][30] = {
		{ 'N', 'M', 7, 1, 0, 'a', 'b' },
		{ PX(0120777) },
		{ 'S', 'L', 8, 1, 0, 0, 1, 'a' },
		{ 'T', 'F', 12, 1, 2, 90, 1, 2, 0, 0, 1, 0 },
		{ CE(MORE, 0, 100) },
		{ 'C', 'L', 12, 1, SUB, 0, 0, 0, 0, 0, 0, SUB },
	};
	for (size_t i = 0; i < array_len(field); i++)
		for (int len = 0; len < 256; len++) {
			struct fs_node n;
			char target[10];
			size_t target_n;
			struct arena a;
			rock();
			size_t r = at;
			record((struct rec){ "LINK", 0, DATA, 1, field[i], field[i][2] });
			image[r + 38 + 2] = (uint8_t)len;
			arena_init(&a, &test_pages, 4 << 20);
			check_ok(mount_in(&a, NULL));
			enum err e = list(&fs.root);
			if (!fs_lookup(&fs, STR("link"), &n) && n.type == FS_LINK)
				(void)!fs.ops->readlink(&fs, &n, target, sizeof target, &target_n);
			arena_release(&a);
			check(e == OK || e == ERR_CORRUPT);
		}
}

TEST(relocated_directories_are_where_they_belong)
{
	rock();
	record((struct rec){ "DEEP", 0, DATA, 2048,
			     FIELDS('C', 'L', 12, 1, SUB, 0, 0, 0, 0, 0, 0, SUB) });
	record((struct rec){ "MOVED", 2, SUB, SECTOR, FIELDS('R', 'E', 4, 1) });
	at = SUB * SECTOR + image[SUB * SECTOR];
	at += image[at];
	record((struct rec){ "FILE", 0, DATA, 7, .su = NULL });
	check_listing("deep/");
	check_u64(open_ok("deep/file").size, 7);
	static const uint8_t wrong[] = { DATA, SECTORS, 0xff };
	for (size_t i = 0; i < sizeof wrong; i++) {
		rock();
		record((struct rec){ "DEEP", 0, DATA, 2048,
				     FIELDS('C', 'L', 12, 1, wrong[i], 0, 0, 0, 0, 0, 0, 0) });
		check_ok(mount());
		check_err(open_err("deep/x"), ERR_CORRUPT);
	}
}

TEST(directories_that_contain_themselves)
{
	char path[200] = "";
	rock();
	record((struct rec){ "D", 2, ROOT, SECTOR, .su = NULL });
	check_ok(mount());
	check_ok(list(&fs.root));
	for (int i = 0; i < 60; i++)
		strcat(path, "d/");
	check(open_ok(path).id == fs.root.id);
	strcat(path, "d/d/d/d/d/d");
	check_err(open_err(path), ERR_LIMIT);
}

TEST(records_that_lie_about_their_length)
{
	for (int len = 1; len < 256; len++) {
		rock();
		record((struct rec){ "X", 0, DATA, 1, FIELDS(PX(0100644)) });
		size_t r = ROOT * SECTOR + image[ROOT * SECTOR];
		r += image[r];
		image[r] = (uint8_t)len;
		check_ok(mount());
		enum err e = list(&fs.root);
		check(e == (len < 34 ? ERR_CORRUPT : OK) || listing[0] == 'x');
	}
}

TEST(records_do_not_cross_sectors)
{
	rock();
	both(16 * SECTOR + 156 + 10, 2 * SECTOR); /* the root directory goes on into SUB */
	image[SUB * SECTOR] = 0;
	while (at <= (ROOT + 1) * SECTOR - 40)
		record((struct rec){ "ABCDEF", 0, DATA, 1, .su = NULL });
	check_ok(mount());
	check_ok(list(&fs.root));
	at -= 40;
	image[at] = (uint8_t)((ROOT + 1) * SECTOR - at + 1);
	check_ok(mount());
	check_err(list(&fs.root), ERR_CORRUPT);
}

TEST(volumes_that_are_none_or_damaged)
{
	rock();
	image[16 * SECTOR + 1] = 'X';
	check_err(mount(), ERR_FORMAT);
	check(!test_logged("iso9660"));
	rock();
	image[16 * SECTOR] = 3;
	check_err(mount(), ERR_CORRUPT);
	rock();
	image[16 * SECTOR + 129] = 3;
	check_err(mount(), ERR_CORRUPT);
	rock();
	image[16 * SECTOR + 156 + 25] = 0;
	check_err(mount(), ERR_CORRUPT);
	check(test_logged("cd: iso9660: damaged: flags of the root directory"));
	rock(); /* no end of the descriptors: the first primary one counts */
	for (uint32_t i = 17; i < 20; i++)
		descriptor(i, 1, "OTHER                           ", DATA);
	check_ok(mount());
	check_str(str_of(fs.label), "VOLUME");
	rock();
	both(16 * SECTOR + 156 + 10, 0x7fffffff);
	check_ok(mount());
	check_err(list(&fs.root), ERR_CORRUPT);
	rock();
	both(16 * SECTOR + 156 + 2, 0xffffffff);
	check_ok(mount());
	check_err(list(&fs.root), ERR_CORRUPT);
}

/* Whatever the bytes: an answer, within bounds that ASan knows. */
static void explore(struct arena *a)
{
	uint8_t have[64];
	struct fs_node n;
	if (mount_in(a, NULL))
		return;
	(void)!list(&fs.root);
	if (!fs_open(&fs, STR("/sub/link"), &n) && n.type == FS_FILE && n.size >= sizeof have)
		(void)!fs_read(&fs, &n, n.size - sizeof have, have, sizeof have);
	if (!fs_open(&fs, STR("/big"), &n) && n.type == FS_FILE && n.size >= sizeof have)
		(void)!fs_read(&fs, &n, n.size / 2, have, sizeof have);
}

static void sweep(size_t from, size_t to)
{
	static const uint8_t v[] = { 0, 0xff, 0x7f, 3, 1 };
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < array_len(v); k++) {
			struct arena a;
			uint8_t was = image[i];
			image[i] = v[k] == 1 ? (uint8_t)(was + 1) : v[k];
			arena_init(&a, &test_pages, 4 << 20);
			explore(&a);
			arena_release(&a);
			image[i] = was;
		}
}

TEST(every_byte_may_lie)
{
	static const uint8_t more[] = { 'N', 'M', 7,  1, 0, 'n', 'k', 'T', 'F', 12,
					1,   2,	  90, 1, 2, 0,	 0,   1,   0 };
	rock();
	record((struct rec){ "BIG", 0x80, DATA + 4, 2048, FIELDS(PX(0100644)) });
	record((struct rec){ "BIG", 0, DATA + 7, 904, .su = NULL });
	record((struct rec){ "SUB", 2, SUB, SECTOR, .su = NULL });
	size_t end = at;
	at = SUB * SECTOR + image[SUB * SECTOR];
	at += image[at];
	record((struct rec){ "LINK", 0, DATA, 0,
			     FIELDS('N', 'M', 7, 1, 1, 'l', 'i', PX(0120777), 'S', 'L', 14, 1, 0, 4,
				    0, 0, 3, 'b', 'i', 'g', 0, 0, CE(MORE, 0, 19)) });
	memcpy(image + MORE * SECTOR, more, sizeof more);
	sweep(16 * SECTOR, 16 * SECTOR + 8);
	sweep(16 * SECTOR + 120, 16 * SECTOR + 190);
	sweep(ROOT * SECTOR, end);
	sweep(SUB * SECTOR, at);
	sweep(MORE * SECTOR, MORE * SECTOR + sizeof more);
}
