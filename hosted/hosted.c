/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosted.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void emit(struct log *log, enum log_level level, const char *line, size_t n)
{
	static const char *const word[] = { "error", "warning", "info", "debug" };
	(void)log;
	fprintf(stderr, "%s: %.*s\n", word[level], (int)n, line);
}

struct log *hosted_log(enum log_level level)
{
	static struct log log = { .emit = emit };
	log.level = level;
	return &log;
}

/* Of the kernel, which clears a page when it is first touched: most of a block never is. */
static void *map(struct pages *pg, size_t bytes)
{
	(void)pg;
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

static void unmap(struct pages *pg, void *p, size_t bytes)
{
	(void)pg;
	munmap(p, bytes);
}

static void *get(struct pages *pg, size_t bytes)
{
	(void)pg;
	return calloc(1, bytes);
}

static void put(struct pages *pg, void *p, size_t bytes)
{
	(void)pg;
	(void)bytes;
	free(p);
}

struct pages hosted_pages = { map, unmap, 65536, true };
struct pages hosted_exact = { get, put, 0, true };

static enum err fd_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	char *to = dst;
	while (len) { /* every pread moves on or ends it */
		ssize_t n = pread((int)(intptr_t)b->priv, to, len, (off_t)off);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_IO;
		to += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return OK;
}

static enum err fd_drain(struct blk *b)
{
	(void)b;
	return OK;
}

void hosted_fd(struct blk *b, int fd, uint64_t size, const char *name)
{
	static const struct blk_ops ops = { .start = fd_start, .drain = fd_drain };
	*b = (struct blk){
		.ops = &ops,
		.size = size,
		.align = 1,
		.sector = 512,
		.name = name,
		.priv = (void *)(intptr_t)fd,
	};
}

enum err hosted_open(struct blk *b, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	off_t end = lseek(fd, 0, SEEK_END);
	if (end < 0) {
		close(fd);
		return ERR_IO;
	}
	hosted_fd(b, fd, (uint64_t)end, path);
	return OK;
}
