/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"
#include "../core/base/str.h"
#include "../hosted/hosted.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NAMES_MAX = 100, /* names tried before giving up */
	PATH_MEMORY = 1 << 20,
};

static bool refuse(const char *path, const char *what)
{
	say(LOG_ERROR, "%s: %s: %s", path, what, strerror(errno));
	return false;
}

static bool absolute(struct outdir *d, const char *path)
{
	char cwd[PATH_MAX];
	struct arena a;
	arena_init(&a, &hosted_pages, PATH_MEMORY);
	struct text t = { .arena = &a };
	bool done = path[0] == '/' || getcwd(cwd, sizeof cwd);
	if (done) {
		path_print(str_of(path[0] == '/' ? "/" : cwd), str_of(path), &t);
		done = !t.bad && t.n < sizeof d->path;
		if (!done)
			errno = ENAMETOOLONG;
	}
	if (done) {
		memcpy(d->path, t.p, t.n);
		d->path[t.n] = 0;
	}
	arena_release(&a);
	return done;
}

/* path's parents as others would make them, path itself for its owner alone. */
static bool make_all(const char *path)
{
	char part[PATH_MAX];
	for (size_t i = 1; path[i] && i < sizeof part; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = 0;
		if (mkdir(part, 0755) && errno != EEXIST)
			return false;
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

bool outdir_open(struct outdir *d, const char *path, bool make)
{
	*d = (struct outdir)OUTDIR_NONE;
	if (!absolute(d, path))
		return refuse(path, "output directory");
	d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0 && errno == ENOENT && make && make_all(d->path))
		d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0)
		return refuse(d->path, "output directory");
	keeper_start(&d->keeper, d->fd);
	return true;
}

void outdir_keep(struct outdir *d)
{
	keeper_end(&d->keeper);
}

static void forget_name(struct output *o, struct outdir *d)
{
	o->name[0] = 0;
	keeper_name(&d->keeper, o->kept, NULL);
}

static bool choose_name(struct output *o, struct outdir *d)
{
	uint8_t raw[ANSWER_RANDOM];
	char end[ANSWER_RANDOM + 1];
	if (getrandom(raw, sizeof raw, 0) != sizeof raw)
		return false;
	random_name(raw, end);
	fmt_to(o->name, sizeof o->name, "%s%s", o->prefix, end);
	keeper_name(&d->keeper, o->kept, o->name);
	return true;
}

/* As a regular named file: for file systems without unnamed ones. */
static bool make_named(struct output *o, struct outdir *d)
{
	for (int i = 0; i < NAMES_MAX && choose_name(o, d); i++) {
		o->fd = openat(d->fd, o->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			       0600);
		if (o->fd >= 0)
			return true;
		if (errno != EEXIST)
			break;
	}
	forget_name(o, d);
	return false;
}

bool output_make(struct output *o, struct outdir *d, const char *prefix)
{
	*o = (struct output){ .prefix = prefix, .kept = d->files++ };
	o->fd = openat(d->fd, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
	o->unnamed = o->fd >= 0;
	/* EISDIR: the kernel is too old to know the flag; EOPNOTSUPP: the file system is. */
	if (!o->unnamed && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		make_named(o, d);
	return o->fd >= 0 || refuse(d->path, "cannot create a file");
}

static bool link_as(const struct output *o, const struct outdir *d)
{
	char self[32];
	if (linkat(o->fd, "", d->fd, o->name, AT_EMPTY_PATH) == 0)
		return true;
	if (errno == EEXIST)
		return false;
	/* Without the right to search everywhere, the long way round is allowed. */
	fmt_to(self, sizeof self, "/proc/self/fd/%d", o->fd);
	return linkat(AT_FDCWD, self, d->fd, o->name, AT_SYMLINK_FOLLOW) == 0;
}

bool output_publish(struct output *o, struct outdir *d)
{
	if (!o->unnamed)
		return true;
	for (int i = 0; i < NAMES_MAX && choose_name(o, d); i++) {
		if (link_as(o, d)) {
			o->unnamed = false;
			return true;
		}
		if (errno != EEXIST)
			break;
	}
	forget_name(o, d);
	return refuse(d->path, "cannot name a file");
}

bool output_publish_as(struct output *o, struct outdir *d, const char *name)
{
	char made[sizeof o->name];
	memcpy(made, o->name, sizeof made);
	fmt_to(o->name, sizeof o->name, "%s", name);
	if (o->unnamed ? link_as(o, d)
		       : renameat2(d->fd, made, d->fd, name, RENAME_NOREPLACE) == 0) {
		o->unnamed = false;
		/* Not before: until then the name may be somebody else's file. */
		keeper_name(&d->keeper, o->kept, name);
		return true;
	}
	memcpy(o->name, made, sizeof made);
	say(LOG_ERROR, "%s/%s: %s", d->path, name, strerror(errno));
	return false;
}

void output_drop(struct output *o, struct outdir *d)
{
	if (o->name[0]) {
		unlinkat(d->fd, o->name, 0);
		forget_name(o, d);
	}
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}
