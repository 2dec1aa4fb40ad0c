/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootcp IMAGE[@OFFSET] DIR: copy everything out of the file system that lies
 * OFFSET bytes into IMAGE, into the new directory DIR, with its times. Prints
 * one line: TYPE UUID LABEL, "-" for what is not there. For tests: the copy is
 * held against what was put in.
 */
#include "../core/base/str.h"
#include "../core/tables.h"
#include "../hosted/hosted.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 20 };

/* A directory's names, chained in the order of the listing. */
struct name {
	struct name *next;
	struct str text;
};
struct names {
	struct arena *arena;
	struct name *first, **last;
};

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "bootcp: %s: %s\n", what, why);
	return 1;
}

static enum err keep(void *ctx, struct str text, enum fs_type type)
{
	struct names *list = ctx;
	struct name *n = arena_new(list->arena, struct name);
	(void)type;
	if (!n)
		return ERR_NOMEM;
	n->text = str_dup(list->arena, text);
	*list->last = n;
	list->last = &n->next;
	return n->text.p ? OK : ERR_NOMEM;
}

static int copy_data(struct fs *fs, const struct fs_node *f, int fd, const char *path)
{
	static char chunk[CHUNK];
	for (uint64_t at = 0; at < f->size;) {
		size_t n = (size_t)min_u64(f->size - at, sizeof chunk);
		enum err e = fs_read(fs, f, at, chunk, n);
		if (e)
			return fail(path, err_text(e));
		if (write(fd, chunk, n) != (ssize_t)n)
			return fail(path, strerror(errno));
		at += n;
	}
	return 0;
}

static int copy_file(struct fs *fs, const struct fs_node *f, const char *path)
{
	struct timespec t[2] = { { .tv_sec = f->mtime }, { .tv_sec = f->mtime } };
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
	if (fd < 0)
		return fail(path, strerror(errno));
	int bad = copy_data(fs, f, fd, path);
	if (!bad && futimens(fd, t))
		bad = fail(path, strerror(errno));
	close(fd);
	return bad;
}

static int copy_link(struct fs *fs, const struct fs_node *l, const char *path)
{
	char target[FS_PATH_MAX + 1];
	size_t n;
	enum err e = fs_readlink(fs, l, target, sizeof target - 1, &n);
	if (e)
		return fail(path, err_text(e));
	target[n] = 0;
	return symlink(target, path) ? fail(path, strerror(errno)) : 0;
}

static int copy_dir(struct fs *fs, const struct fs_node *dir, const char *path, int depth);

static int copy_name(struct fs *fs, const struct fs_node *dir, struct str name, const char *path,
		     int depth)
{
	char to[FS_PATH_MAX];
	struct fs_node n;
	if (snprintf(to, sizeof to, "%s/%.*s", path, STR_ARG(name)) >= (int)sizeof to)
		return fail(path, "too long");
	enum err e = fs->ops->lookup(fs, dir, name, &n);
	if (e)
		return fail(to, err_text(e));
	switch (n.type) {
	case FS_FILE:
		return copy_file(fs, &n, to);
	case FS_LINK:
		return copy_link(fs, &n, to);
	case FS_DIR:
		return copy_dir(fs, &n, to, depth + 1);
	case FS_OTHER:
		break;
	}
	return 0;
}

static int copy_dir(struct fs *fs, const struct fs_node *dir, const char *path, int depth)
{
	struct arena a;
	struct names list = { .arena = &a, .last = &list.first };
	int bad = 0;
	if (depth > FS_DEPTH_MAX)
		return fail(path, "too deep");
	if (mkdir(path, 0755))
		return fail(path, strerror(errno));
	arena_init(&a, &hosted_pages, 64 << 20);
	enum err e = fs_list(fs, dir, keep, &list);
	if (e)
		bad = fail(path, err_text(e));
	for (struct name *n = list.first; n; n = n->next)
		bad |= copy_name(fs, dir, n->text, path, depth);
	arena_release(&a);
	return bad;
}

static int copy_fs(struct blk *disk, const char *image, const char *to)
{
	struct fs fs = { .where = image, .log = hosted_log(LOG_INFO) };
	struct arena a;
	arena_init(&a, &hosted_pages, 64 << 20);
	enum err e = fs_mount(&fs, disk, &a, fs_drivers, n_fs_drivers);
	if (e)
		return fail(image, err_text(e));
	printf("%s %s %s\n", fs.ops->name, fs.uuid[0] ? fs.uuid : "-",
	       fs.label[0] ? fs.label : "-");
	int bad = copy_dir(&fs, &fs.root, to, 0);
	arena_release(&a);
	return bad;
}

int main(int argc, char **argv)
{
	struct blk disk, part;
	uint64_t off = 0;
	if (argc != 3) {
		fprintf(stderr, "usage: bootcp IMAGE[@OFFSET] DIR\n");
		return 2;
	}
	char *at = strrchr(argv[1], '@');
	if (at && str_u64(str_of(at + 1), &off))
		*at = 0;
	if (hosted_open(&disk, argv[1]))
		return fail(argv[1], strerror(errno));
	if (off > disk.size || blk_slice(&part, &disk, off, disk.size - off))
		return fail(argv[1], "the offset lies past the end");
	return copy_fs(&part, argv[1], argv[2]);
}
