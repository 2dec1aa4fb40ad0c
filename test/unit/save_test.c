/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan wants remembered: environment blocks, and bytes changed inside files. */
#include "../test.h"
#include "../../core/conf/env.h"
#include "../../core/fs/fs.h"
#include "../../core/tables.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- environment blocks ------------------------------------------------------------- */

#define HEAD "# GRUB Environment Block\n"
static uint8_t block[1024];

static void block_of(const char *lines)
{
	memset(block, '#', sizeof block);
	memcpy(block, lines, strlen(lines));
}

/* The lines, when what follows them is filling to the end. */
static struct str lines(void)
{
	size_t n = sizeof block;
	while (n && block[n - 1] == '#')
		n--;
	return (struct str){ (const char *)block, n };
}

static enum err set(const char *name, const char *value)
{
	return env_block_set(block, sizeof block, str_of(name),
			     value ? str_of(value) : (struct str){ NULL, 0 });
}

TEST(a_variable_is_set_where_it_stood)
{
	block_of(HEAD "# WARNING: a comment\na=1\nsaved_entry=old>one\nb=2\n");
	check_ok(set("saved_entry", "0"));
	check_str(lines(), HEAD "# WARNING: a comment\na=1\nsaved_entry=0\nb=2\n");
	check_ok(set("saved_entry", "longer than it was"));
	check_str(lines(), HEAD "# WARNING: a comment\na=1\nsaved_entry=longer than it was\nb=2\n");
	check_ok(set("new", ""));
	check_ok(set("a", NULL));
	check_ok(set("absent", NULL));
	check_str(lines(),
		  HEAD "# WARNING: a comment\nsaved_entry=longer than it was\nb=2\nnew=\n");
}

TEST(one_that_stands_twice_stands_once_afterwards)
{
	block_of(HEAD "a=1\nb=2\na=3\nab=4\n");
	check_ok(set("a", "5"));
	check_str(lines(), HEAD "a=5\nb=2\nab=4\n");
}

TEST(values_come_back_as_they_were)
{
	static const char value[] = "back\\slash, new\nline = # and \xc3\xa4";
	struct env_block b;
	struct str name, escaped;
	block_of(HEAD);
	check_ok(set("v", value));
	check_ok(set("w", "x"));
	check(env_block_begin(&b, (struct span){ block, sizeof block }));
	check(env_block_next(&b, &name, &escaped));
	check_str(name, "v");
	check_str(env_block_value(escaped, test_arena()), value);
	check(env_block_next(&b, &name, &escaped));
	check_str(name, "w");
	check(!env_block_next(&b, &name, &escaped));
	check_ok(set("v", NULL));
	check_str(lines(), HEAD "w=x\n");
}

TEST(a_block_never_grows)
{
	static char value[1024];
	block_of(HEAD);
	memset(value, 'v', sizeof block - strlen(HEAD) - 3);
	check_ok(set("a", value));
	check_u64(lines().n, sizeof block);
	check_ok(set("a", value));
	check_err(set("b", ""), ERR_LIMIT);
	block_of(HEAD);
	value[strlen(value)] = 'v';
	check_err(set("a", value), ERR_LIMIT);
	block_of(HEAD);
	value[100] = '\\';
	value[strlen(value) - 1] = 0;
	check_err(set("a", value), ERR_LIMIT);
}

TEST(what_is_no_block_or_no_name_is_refused)
{
	static const char *const name[] = { "", "a=b", "#a", "a\nb", "a\\b" };
	block_of("# GRUB environment block\na=1\n");
	check_err(set("a", "2"), ERR_CORRUPT);
	block_of(HEAD "a=1");
	check_err(set("a", "2"), ERR_CORRUPT);
	block_of(HEAD "a=1\\\n");
	check_err(set("a", "2"), ERR_CORRUPT);
	memset(block, '#', sizeof block);
	check_err(set("a", "2"), ERR_CORRUPT);
	check_err(env_block_set(block, 0, STR("a"), STR("b")), ERR_CORRUPT);
	block_of(HEAD);
	for (size_t i = 0; i < array_len(name); i++)
		check_err(set(name[i], "1"), ERR_SYNTAX);
}

/* --- bytes inside files ---------------------------------------------------------------- */

static uint8_t *image;
static size_t image_n;
enum { IMAGE_MAX = 16 << 20 };
static unsigned flushes;

static enum err image_write(struct blk *b, uint64_t off, const void *src, size_t len)
{
	(void)b;
	memcpy(image + off, src, len);
	return OK;
}

static enum err image_flush(struct blk *b)
{
	(void)b;
	flushes++;
	return OK;
}

/* A file system with a file of 10000 bytes of 'f', one of the same bytes beside it, and a sparse
 * one. */
static struct fs *mount(const char *mkfs, uint32_t align)
{
	static struct fs fs;
	static struct blk disk;
	static struct blk_ops ops;
	char command[1024];
	snprintf(command, sizeof command,
		 "set -e; d=$(mktemp -d); mkdir $d/t; cd $d/t\n"
		 "head -c 10000 /dev/zero | tr '\\0' f >file; cp file beside\n"
		 "truncate -s 20000 sparse; { %s; } >/dev/null 2>&1; cat $d/image; rm -rf $d",
		 mkfs);
	FILE *f = popen(command, "r");
	free(image);
	image = aligned_alloc(4096, IMAGE_MAX);
	check(f && image);
	image_n = fread(image, 1, IMAGE_MAX, f);
	check(pclose(f) == 0 && image_n > 0);
	blk_mem(&disk, image, image_n);
	ops = *disk.ops;
	ops.write = image_write;
	ops.flush = image_flush;
	disk.ops = &ops;
	disk.align = align;
	flushes = 0;
	fs = (struct fs){ .where = "disk", .log = test_log() };
	check_ok(fs_mount(&fs, &disk, test_arena(), fs_drivers, n_fs_drivers));
	return &fs;
}

static struct fs_node node_of(struct fs *fs, const char *path)
{
	struct fs_node n;
	check_ok(fs_open(fs, str_of(path), &n));
	return n;
}

/* Overwrite a part of the file, and see that so many bytes of the image changed and no others. */
static void overwrites(const char *mkfs, uint32_t align, uint64_t off, size_t len)
{
	struct fs *fs = mount(mkfs, align);
	struct fs_node n = node_of(fs, "/file");
	uint8_t *before = malloc(image_n), *src = malloc(len), *now = aligned_alloc(4096, 12288);
	size_t changed = 0;
	check(before && src && now);
	memcpy(before, image, image_n);
	memset(src, 'X', len);
	check_ok(fs_read(fs, &n, 0, now, (size_t)n.size)); /* into the cache, too */
	check_ok(fs_overwrite(fs, &n, off, src, len));
	check_u64(flushes, 1);
	for (size_t i = 0; i < image_n; i++) {
		changed += before[i] != image[i];
		check(before[i] == image[i] || (before[i] == 'f' && image[i] == 'X'));
	}
	check_u64(changed, len);
	check_ok(fs_read(fs, &n, 0, now, (size_t)n.size));
	for (size_t i = 0; i < n.size; i++)
		check_u64(now[i], i >= off && i - off < len ? 'X' : 'f');
	free(before);
	free(src);
	free(now);
}

#define EXT4  "mke2fs -F -t ext4 -d $d/t $d/image 2M"
#define EXT2  "mke2fs -F -t ext2 -b 1024 -d $d/t $d/image 1M"
#define FAT   "mkfs.vfat -C $d/image 4096 && mcopy -i $d/image file beside ::"
#define BTRFS "truncate -s 120M $d/image && mkfs.btrfs -M -n 4096 --shrink -r $d/t $d/image"

TEST(bytes_of_a_file_change_and_nothing_else)
{
	overwrites(EXT4, 512, 4090, 20);
	overwrites(EXT4, 4096, 5000, 5000);
	overwrites(EXT2, 1, 7, 9993);
	overwrites(FAT, 512, 0, 1024);
}

TEST(what_does_not_lie_plainly_is_not_overwritten)
{
	struct fs *fs = mount(EXT4, 512);
	struct fs_node n = node_of(fs, "/sparse");
	check_err(fs_overwrite(fs, &n, 0, "abc", 3), ERR_UNSUPPORTED);
	n = node_of(fs, "/file");
	check_err(fs_overwrite(fs, &n, 9999, "abc", 3), ERR_IO);
	check_err(fs_overwrite(fs, &n, UINT64_MAX, "abc", 3), ERR_IO);
	check_err(fs_overwrite(fs, &fs->root, 0, "abc", 3), ERR_TYPE);
	fs->plain = false;
	check_err(fs_overwrite(fs, &n, 0, "abc", 3), ERR_UNSUPPORTED);
	check_u64(flushes, 0);
	/* A feature of which nobody knows what it does to a file's bytes. */
	enum { S_FEATURE_RO_COMPAT = 1024 + 0x64, SHARED_BLOCKS = 0x40 };
	fs = mount("mke2fs -F -t ext2 -O ^metadata_csum -d $d/t $d/image 2M", 512);
	check(fs->plain);
	image[S_FEATURE_RO_COMPAT + 1] |= SHARED_BLOCKS;
	check_ok(fs_mount(fs, fs->disk, test_arena(), fs_drivers, n_fs_drivers));
	check(!fs->plain);
}

TEST(a_file_system_with_checksums_of_data_is_not_written)
{
	struct fs *fs = mount(BTRFS, 512);
	struct fs_node n = node_of(fs, "/file");
	check_err(fs_overwrite(fs, &n, 0, "abc", 3), ERR_UNSUPPORTED);
}
