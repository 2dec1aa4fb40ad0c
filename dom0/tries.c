/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tries.h"
#include "../core/base/str.h"
#include "../hosted/hosted.h"
#include "filetext.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the text --------------------------------------------------------------------- */

/* The next line that makes sense; false at the end. */
static bool next(struct str *rest, struct str *line, uint64_t *n, struct str *entry)
{
	struct str word;
	while (str_split(rest, '\n', line)) { /* ends with the text */
		*entry = *line;
		if (str_word(entry, &word) && str_u64(word, n) && (*entry = str_trim(*entry)).n)
			return true;
	}
	return false;
}

uint64_t tries_count(const struct tries *t, struct str entry)
{
	struct str rest = { t->text, t->n }, line, name;
	uint64_t n;
	while (next(&rest, &line, &n, &name)) /* ends with the text */
		if (str_eq(name, entry))
			return n;
	return 0;
}

void tries_put(struct tries *t, struct str entry)
{
	struct tries was = *t;
	struct str rest = { was.text, was.n }, line, name;
	uint64_t n = tries_count(t, entry);
	enum { NUMBER = 24 }; /* room for a number, a blank and a newline */
	if (entry.n + NUMBER > sizeof t->text)
		return;
	t->n = fmt_to(t->text, sizeof t->text, "%llu %.*s\n",
		      (unsigned long long)(n < UINT64_MAX ? n + 1 : n), STR_ARG(entry));
	while (next(&rest, &line, &n, &name)) { /* ends with the text */
		if (str_eq(name, entry))
			continue;
		if (line.n + 1 >= sizeof t->text - t->n)
			break;
		memcpy(t->text + t->n, line.p, line.n);
		t->n += line.n;
		t->text[t->n++] = '\n';
	}
}

/* --- the file --------------------------------------------------------------------- */

/* "/dev/vg/guest" as "DIRECTORY/%dev%vg%guest.tries"; false: it is too long. */
static bool path_of(const char *directory, const char *disk, char out[PATH_MAX])
{
	char real[PATH_MAX];
	if (!realpath(disk, real))
		return false;
	for (char *p = real; *p; p++)
		if (*p == '/')
			*p = '%';
	/* ".tries", and ".new" behind it. */
	if (strlen(real) > NAME_MAX - 10 || strlen(directory) + strlen(real) > PATH_MAX - 12)
		return false;
	fmt_to(out, PATH_MAX, "%s/%s.tries", directory, real);
	return true;
}

void tries_read(struct tries *t, const char *directory, const char *disk)
{
	char path[PATH_MAX], why[OPTS_WHY];
	struct arena a;
	struct str text;
	t->n = 0;
	if (!directory || !path_of(directory, disk, path))
		return;
	arena_init(&a, &hosted_pages, 1 << 20);
	enum err e = filetext_read(path, sizeof t->text, &a, &text, why);
	if (!e) {
		memcpy(t->text, text.p, text.n);
		t->n = text.n;
	} else if (e != ERR_NOENT) {
		say(LOG_WARN, "%s", why);
	}
	arena_release(&a);
}

static bool replace(const struct tries *t, const char *path)
{
	char fresh[PATH_MAX];
	fmt_to(fresh, sizeof fresh, "%s.new", path);
	unlink(fresh); /* of a boot that was killed */
	int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool done = write_all(fd, t->text, t->n) && fsync(fd) == 0;
	close(fd);
	if (done && rename(fresh, path) == 0)
		return true;
	unlink(fresh);
	return false;
}

void tries_add(struct tries *t, const char *directory, const char *disk, struct str entry)
{
	char path[PATH_MAX];
	if (!directory)
		return;
	tries_put(t, entry);
	if (!path_of(directory, disk, path))
		say(LOG_WARN, "%s: the name is too long to count boots by", disk);
	else if ((mkdir(directory, 0700) && errno != EEXIST) || !replace(t, path))
		say(LOG_WARN, "%s: %s: this boot is not counted", path, strerror(errno));
}
