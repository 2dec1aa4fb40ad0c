/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sweep NAME DRIVER IMAGE [verify]: every byte of the image that is in use and
 * not a file's data, with each of a few values in its place, and every word too:
 * the whole tree is looked at after each change, and must end soon. With
 * "verify" (all metadata of the image has checksums) the tree must be the same
 * or there must be an error. Prints an ok or not ok line.
 */
#include "../fs_walk.h"
#include "../../core/base/str.h"
#include "../../core/tables.h"
#include "../../hosted/hosted.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAMES_MAX = 2000, CACHE_LINE = 1024, CACHE_LINES = 64, MEMORY = 4 << 20, CHUNK = 64 };
static struct {
	const char *name;
	const struct fs_ops *ops;
	uint8_t *image, *is_data; /* is_data: a flag for each byte */
	size_t size;
	bool verify;
	uint32_t sum; /* of the unharmed tree */
	size_t steps, errors, differ;
	clock_t slowest;
	size_t slowest_at;
} s;

static void mark_data(struct fs_walk *w, const struct fs_node *f)
{
	struct fs_extent x;
	for (uint64_t at = 0; at < f->size; at += x.len) {
		if (w->fs->ops->map(w->fs, f, at, &x) || x.len == 0)
			break;
		if (x.kind == FS_DATA && x.at <= s.size && x.len <= s.size - x.at)
			memset(s.is_data + x.at, 1, x.len);
	}
}

/* A small cache: setting up a large one would take most of the time. */
static bool look(uint32_t *sum, void (*data)(struct fs_walk *w, const struct fs_node *f))
{
	struct arena a;
	struct blk disk;
	struct fs fs = { .ops = s.ops, .disk = &disk, .arena = &a, .where = "disk" };
	struct fs_walk w = { .fs = &fs, .names_max = NAMES_MAX, .data = data };
	arena_init(&a, &hosted_exact, MEMORY);
	blk_mem(&disk, s.image, s.size);
	fs.cache = cache_new(&disk, &a, CACHE_LINE, CACHE_LINES);
	bool good = !s.ops->mount(&fs);
	if (good)
		fs_walk(&w);
	arena_release(&a);
	*sum = w.sum;
	return good && !w.errors;
}

static void step(size_t at)
{
	uint32_t sum;
	clock_t from = clock();
	bool good = look(&sum, NULL);
	clock_t took = clock() - from;
	s.steps++;
	s.errors += !good;
	if (good && sum != s.sum && s.differ++ == 0 && s.verify)
		printf("%s: byte %zu\n", s.name, at);
	if (took > s.slowest) {
		s.slowest = took;
		s.slowest_at = at;
	}
}

/* Files' data, and what nobody has written. */
static bool is_dull(size_t at)
{
	size_t from = at - at % CHUNK, n = min_size(CHUNK, s.size - from);
	const uint8_t *p = s.image + from;
	if (s.is_data[at])
		return true;
	return (p[0] == 0 || p[0] == 0xff) && memcmp(p, p + 1, n - 1) == 0;
}

static void bytes_at(size_t at)
{
	uint8_t was = s.image[at];
	uint8_t now[] = { (uint8_t)(was + 1), 0xff, 0, (uint8_t)(was - 1), 0x7f };
	/* Where there are checksums, any change is like any other. */
	for (size_t i = 0; i < (s.verify ? 1 : sizeof now); i++) {
		s.image[at] = now[i];
		if (now[i] != was)
			step(at);
	}
	s.image[at] = was;
}

/* The greatest unsigned number, and the greatest signed one in both orders. */
static void words_at(size_t at)
{
	static const char now[][5] = { "\xff\xff\xff\xff", "\xff\xff\xff\x7f", "\x7f\xff\xff\xff" };
	uint8_t was[4];
	memcpy(was, s.image + at, 4);
	for (size_t i = 0; i < array_len(now); i++) {
		memcpy(s.image + at, now[i], 4);
		if (memcmp(was, now[i], 4) != 0)
			step(at);
	}
	memcpy(s.image + at, was, 4);
}

static bool load(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		return false;
	s.size = (size_t)st.st_size;
	s.image = malloc(s.size);
	s.is_data = calloc(1, s.size);
	bool good = s.image && s.is_data && read(fd, s.image, s.size) == st.st_size;
	close(fd);
	return good;
}

int main(int argc, char **argv)
{
	if (argc < 4 || !load(argv[3]))
		return 2;
	s.name = argv[1];
	s.verify = argc > 4;
	for (size_t i = 0; i < n_fs_drivers; i++)
		if (strcmp(fs_drivers[i]->name, argv[2]) == 0)
			s.ops = fs_drivers[i];
	if (!s.ops || !look(&s.sum, mark_data)) {
		printf("not ok %s: the image is not read as it is\n", s.name);
		return 1;
	}
	for (size_t at = 0; at < s.size; at++) {
		if (is_dull(at))
			continue;
		bytes_at(at);
		if (!s.verify && at % 4 == 0 && at + 4 <= s.size)
			words_at(at);
	}
	free(s.image);
	free(s.is_data);
	bool bad = s.slowest > CLOCKS_PER_SEC || (s.verify && s.differ) || !s.errors;
	printf("%s %s%s%zu steps, %zu errors, %zu other trees, slowest %ld ms at %zu\n",
	       bad ? "not ok" : "ok", s.name, bad ? ": " : " # ", s.steps, s.errors, s.differ,
	       (long)(s.slowest * 1000 / CLOCKS_PER_SEC), s.slowest_at);
	return bad;
}
