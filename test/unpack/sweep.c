/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sweep NAME PACKED ORIGINAL [exact]: unpack a real tool's output whole, in a
 * room that is wrong, cut at each 64th, and with a byte flipped at each 64th.
 * Prints ok and not ok lines.
 */
#include "../../core/unpack/unpack.h"
#include "../test.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { STEPS = 64, SECONDS_MAX = 2 };
static enum unpack_format format;
static struct span packed, original;

static struct span file(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st) < 0 || !st.st_size)
		exit(2);
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return p == MAP_FAILED ? (struct span){ 0 } : (struct span){ p, (size_t)st.st_size };
}

/* Source and room are blocks of their own, so that ASan sees both ends. */
static enum err run(size_t cut, size_t flip, size_t room, size_t *made, bool *same)
{
	uint8_t *src = malloc(cut ? cut : 1), *dst = malloc(room ? room : 1);
	time_t from = time(NULL);
	if (!src || !dst)
		exit(2);
	memcpy(src, packed.p, cut);
	if (flip < cut)
		src[flip] ^= 0x55;
	*made = room;
	enum err e = unpack(format, (struct span){ src, cut }, dst, made);
	*same = !e && *made == original.n && memcmp(dst, original.p, *made) == 0;
	free(src);
	free(dst);
	if (time(NULL) - from > SECONDS_MAX || (!e && *made > room))
		exit(3);
	return e;
}

static bool whole(void)
{
	size_t made;
	bool same;
	return !run(packed.n, SIZE_MAX, original.n, &made, &same) && same &&
	       !run(packed.n, SIZE_MAX, original.n + 4096, &made, &same) && same;
}

static bool wrong_room(void)
{
	const size_t room[] = { 0, 1, original.n / 2, original.n - 1 };
	size_t made;
	bool same;
	for (size_t i = 0; i < array_len(room); i++)
		if (run(packed.n, SIZE_MAX, room[i], &made, &same) != ERR_LIMIT)
			return false;
	return true;
}

/* A frame without end mark and sums may come out short, never whole. */
static bool cut(void)
{
	size_t made;
	bool same;
	for (size_t i = 0; i < STEPS; i++) {
		enum err e = run(packed.n * i / STEPS, SIZE_MAX, original.n, &made, &same);
		if (e != ERR_CORRUPT && !(format == UNPACK_LZ4 && made < original.n))
			return false;
	}
	return run(packed.n - 1, SIZE_MAX, original.n, &made, &same) != OK || format == UNPACK_LZ4;
}

/* lzma and lz4 carry no checksum: they must end, and inside their room. */
static bool flipped(void)
{
	size_t made;
	bool same, summed = format != UNPACK_LZMA && format != UNPACK_LZ4;
	for (size_t i = 0; i < STEPS; i++)
		if (!run(packed.n, packed.n * i / STEPS, original.n, &made, &same) && !same &&
		    summed)
			return false;
	return true;
}

static int report(const char *name, const char *what, bool good)
{
	printf(good ? "ok %s: %s\n" : "not ok %s: %s: wrong result\n", name, what);
	return !good;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	packed = file(argv[2]);
	original = file(argv[3]);
	format = unpack_detect(packed);
	int bad = report(argv[1], "whole", whole());
	if (argc > 4)
		return bad;
	bad |= report(argv[1], "wrong room", wrong_room());
	bad |= report(argv[1], "cut", cut());
	return bad | report(argv[1], "flipped", flipped());
}
