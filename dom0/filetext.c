/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "filetext.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err refuse(const char *path, enum err e, const char *what, char why[OPTS_WHY])
{
	fmt_to(why, OPTS_WHY, "%s: %s", path, what);
	return e;
}

static enum err slurp(int fd, const char *path, size_t max, struct arena *a, struct str *out,
		      char why[OPTS_WHY])
{
	struct stat st;
	if (fstat(fd, &st))
		return refuse(path, ERR_IO, strerror(errno), why);
	if (!S_ISREG(st.st_mode))
		return refuse(path, ERR_TYPE, err_text(ERR_TYPE), why);
	if ((uint64_t)st.st_size > max)
		return refuse(path, ERR_LIMIT, "too large for what it should be", why);
	char *p = arena_alloc(a, (size_t)st.st_size + 1, 1);
	if (!p)
		return refuse(path, ERR_NOMEM, err_text(ERR_NOMEM), why);
	*out = (struct str){ p, 0 };
	while (out->n < (size_t)st.st_size) { /* every read moves on or ends it */
		ssize_t n = read(fd, p + out->n, (size_t)st.st_size - out->n);
		if (n < 0)
			return refuse(path, ERR_IO, strerror(errno), why);
		if (n == 0)
			break;
		out->n += (size_t)n;
	}
	return OK;
}

enum err filetext_read(const char *path, size_t max, struct arena *a, struct str *out,
		       char why[OPTS_WHY])
{
	/* To open a pipe must not wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return refuse(path, errno == ENOENT ? ERR_NOENT : ERR_IO, strerror(errno), why);
	enum err e = slurp(fd, path, max, a, out, why);
	close(fd);
	return e;
}
