/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootls [-p PARTITION] [-c|-r|-i] IMAGE[@OFFSET] [PATH]: look into the file
 * system that lies in a partition of IMAGE, or OFFSET bytes into it.
 *   (none)  TYPE SIZE MTIME NAME for each name of the directory PATH
 *   -r      TYPE SIZE SUM PATH for all that is below PATH; SUM: CRC-32 of a
 *           file's data, of a link's target; "-" for the others
 *   -c      the file's data
 *   -i      driver, UUID, label; "-" for what is not there
 * TYPE is f, d, l or o (other); SIZE is 0 but for files and links.
 */
#include "../core/base/crc.h"
#include "../core/base/str.h"
#include "../core/blk/part.h"
#include "../core/tables.h"
#include "../hosted/hosted.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 20, MEMORY = 256 << 20 };
static const char letter[] = { [FS_FILE] = 'f', [FS_DIR] = 'd', [FS_LINK] = 'l', [FS_OTHER] = 'o' };

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "bootls: %s: %s\n", what, why);
	return 1;
}

static uint64_t shown_size(const struct fs_node *n)
{
	return n->type == FS_FILE || n->type == FS_LINK ? n->size : 0;
}

/* The data of a file in pieces: to standard output, or only summed. */
static enum err each_chunk(struct fs *fs, const struct fs_node *f, bool show, uint32_t *sum)
{
	static char chunk[CHUNK];
	*sum = UINT32_MAX;
	for (uint64_t at = 0; at < f->size; at += CHUNK) {
		size_t n = (size_t)min_u64(f->size - at, CHUNK);
		try(fs_read(fs, f, at, chunk, n));
		if (!show)
			*sum = crc32_ieee(*sum, chunk, n);
		else if (fwrite(chunk, 1, n, stdout) != n)
			return ERR_IO;
	}
	*sum = ~*sum;
	return OK;
}

static enum err print_link(struct fs *fs, const struct fs_node *l, const char *path)
{
	char target[FS_PATH_MAX];
	size_t n;
	try(fs_readlink(fs, l, target, sizeof target, &n));
	printf("l %llu %08x %s -> %.*s\n", (unsigned long long)l->size,
	       ~crc32_ieee(UINT32_MAX, target, n), path, (int)n, target);
	return OK;
}

struct tree {
	struct fs *fs;
	const struct fs_node *dir;
	char *path; /* FS_PATH_MAX bytes, shared by all levels */
	size_t len, depth;
	enum err first; /* error: what can be read is shown all the same */
};

static enum err tree_name(void *ctx, struct str name, enum fs_type type);

static enum err tree_node(struct tree *t, const struct fs_node *n)
{
	uint32_t sum;
	if (n->type == FS_LINK)
		return print_link(t->fs, n, t->path);
	if (n->type == FS_FILE) {
		try(each_chunk(t->fs, n, false, &sum));
		printf("f %llu %08x %s\n", (unsigned long long)n->size, sum, t->path);
		return OK;
	}
	printf("%c 0 - %s\n", letter[n->type], t->path);
	if (n->type != FS_DIR)
		return OK;
	if (t->depth >= FS_DEPTH_MAX)
		return ERR_LIMIT;
	struct tree below = { t->fs, n, t->path, strlen(t->path), t->depth + 1, OK };
	enum err e = fs_list(t->fs, n, tree_name, &below);
	return e ? e : below.first;
}

static enum err tree_name(void *ctx, struct str name, enum fs_type type)
{
	struct tree *t = ctx;
	struct fs_node n;
	enum err e = ERR_LIMIT;
	if (name.n + 1 < FS_PATH_MAX - t->len) {
		snprintf(t->path + t->len, name.n + 2, "/%.*s", STR_ARG(name));
		e = t->fs->ops->lookup(t->fs, t->dir, name, &n);
	}
	if (!e && n.type != type)
		e = ERR_CORRUPT;
	if (!e)
		e = tree_node(t, &n);
	if (e && !t->first) {
		t->first = e;
		fail(t->path, err_text(e));
	}
	t->path[t->len] = 0;
	return OK;
}

static enum err list_name(void *ctx, struct str name, enum fs_type type)
{
	struct tree *t = ctx;
	struct fs_node n = { .type = type };
	enum err e = t->fs->ops->lookup(t->fs, t->dir, name, &n);
	printf("%c %llu %lld %.*s%s%s\n", letter[n.type], (unsigned long long)shown_size(&n),
	       (long long)n.mtime, STR_ARG(name), e ? ": " : "", e ? err_text(e) : "");
	return OK;
}

static enum err show(struct fs *fs, int what, const char *name)
{
	char path[FS_PATH_MAX] = "";
	struct fs_node n;
	struct tree t = { fs, &n, path, 0, 0, OK };
	uint32_t sum;
	if (what == 'i') {
		printf("%s %s %s\n", fs->ops->name, fs->uuid[0] ? fs->uuid : "-",
		       fs->label[0] ? fs->label : "-");
		return OK;
	}
	if (strlen(name) >= sizeof path)
		return ERR_LIMIT;
	try(fs_open(fs, str_of(name), &n));
	if (what == 'c')
		return n.type == FS_FILE ? each_chunk(fs, &n, true, &sum) : ERR_TYPE;
	if (what != 'r')
		return fs_list(fs, &n, list_name, &t);
	strcpy(path, strcmp(name, "/") == 0 ? "" : name);
	return tree_node(&t, &n);
}

/* The partition with this number, as a disk. */
static int slice(struct blk *out, struct blk *disk, uint64_t number, const char *image)
{
	struct arena a;
	struct part_table t;
	int bad = 1;
	arena_init(&a, &hosted_pages, 1 << 20);
	enum err e = part_scan(disk, &a, hosted_log(LOG_INFO), &t);
	for (size_t i = 0; !e && i < t.n; i++)
		if (t.part[i].number == number)
			bad = blk_slice(out, disk, t.part[i].off, t.part[i].size) != OK;
	arena_release(&a);
	return bad ? fail(image, e ? err_text(e) : "no such partition") : 0;
}

static int look(struct blk *disk, const char *image, int what, const char *path)
{
	struct fs fs = { .where = image, .log = hosted_log(LOG_INFO) };
	struct arena a;
	arena_init(&a, &hosted_pages, MEMORY);
	enum err e = fs_mount(&fs, disk, &a, fs_drivers, n_fs_drivers);
	if (e)
		fail(image, err_text(e));
	else if ((e = show(&fs, what, path)))
		fail(path, err_text(e));
	arena_release(&a);
	return e || fflush(stdout) ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct blk disk, part;
	uint64_t off = 0, number = 0;
	int c, what = 0;
	while ((c = getopt(argc, argv, "p:cri")) != -1) {
		if (c == '?' || (c == 'p' && !str_u64(str_of(optarg), &number)))
			return 2;
		what = c == 'p' ? what : c;
	}
	if (optind + 1 != argc && optind + 2 != argc) {
		fprintf(stderr, "usage: bootls [-p PARTITION] [-c|-r|-i] IMAGE[@OFFSET] [PATH]\n");
		return 2;
	}
	char *image = argv[optind], *at = strrchr(image, '@');
	if (at && str_u64(str_of(at + 1), &off))
		*at = 0;
	if (hosted_open(&disk, image))
		return fail(image, strerror(errno));
	if (off > disk.size || blk_slice(&part, &disk, off, disk.size - off))
		return fail(image, "the offset lies past the end");
	if (number && slice(&part, &disk, number, image))
		return 1;
	return look(&part, image, what, optind + 1 < argc ? argv[optind + 1] : "/");
}
