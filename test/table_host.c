/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_host.h"
#include <string.h>

static struct table_host *of(struct conf_host *h)
{
	return container_of(h, struct table_host, host);
}

static struct str text_of(const struct host_file *f)
{
	if (!f->text)
		return STR("k");
	return (struct str){ f->text, f->n ? f->n : strlen(f->text) };
}

/* Past "msdos" or "gpt", where a partition's number may begin. */
static struct str number_of(struct str partition)
{
	size_t i = 0;
	while (i < partition.n && !is_digit(partition.p[i]))
		i++;
	return str_sub(partition, i, partition.n);
}

/* Without repeated slashes and without one at the end. */
static struct str tidy(struct str path, char *buf, size_t cap)
{
	size_t n = 0;
	for (size_t i = 0; i < path.n && n < cap; i++)
		if (path.p[i] != '/' || (i + 1 < path.n && path.p[i + 1] != '/'))
			buf[n++] = path.p[i];
	return (struct str){ buf, n };
}

static bool same_device(struct str a, struct str b)
{
	char a_buf[FS_PATH_MAX], b_buf[FS_PATH_MAX];
	if (str_starts(a, STR("loop(")) && str_starts(b, STR("loop("))) { /* paths, for the most */
		a = tidy(a, a_buf, sizeof a_buf);
		b = tidy(b, b_buf, sizeof b_buf);
	}
	size_t ca = str_find(a, ',', 0), cb = str_find(b, ',', 0);
	if (!str_eq(str_sub(a, 0, ca), str_sub(b, 0, cb)) || (ca < a.n) != (cb < b.n))
		return false;
	return str_eq(number_of(str_sub(a, ca + 1, a.n)), number_of(str_sub(b, cb + 1, b.n)));
}

/* The row that path names, or a row below it, which makes it a directory. */
static const struct host_file *find(struct table_host *t, struct str device, struct str path,
				    enum fs_type *type)
{
	char have_buf[FS_PATH_MAX], want_buf[FS_PATH_MAX];
	struct str want = tidy(path, want_buf, sizeof want_buf);
	for (size_t i = 0; i < t->n_file; i++) {
		const struct host_file *f = &t->file[i];
		struct str have = tidy(str_of(f->path), have_buf, sizeof have_buf);
		if (!same_device(device, str_of(f->device)) || !str_starts(have, want))
			continue;
		if (have.n != want.n && have.p[want.n] != '/')
			continue;
		bool dir = have.n != want.n || str_ends(str_of(f->path), STR("/"));
		*type = dir ? FS_DIR : FS_FILE;
		return f;
	}
	return NULL;
}

static enum err host_open(struct conf_host *h, struct str device, struct str path,
			  struct boot_file *out)
{
	enum fs_type type;
	const struct host_file *f = find(of(h), device, path, &type);
	of(h)->work += of(h)->work_each;
	if (!f || (path.n && path.p[0] != '/'))
		return ERR_NOENT;
	*out = (struct boot_file){ .device = str_of(f->device), .path = path };
	out->node = (struct fs_node){ .type = type, .mtime = f->mtime };
	out->node.size = type == FS_FILE ? text_of(f).n : 0;
	return OK;
}

static enum err host_read(struct conf_host *h, struct str device, struct str path, size_t max,
			  struct arena *a, struct span *out)
{
	enum fs_type type;
	const struct host_file *f = find(of(h), device, path, &type);
	of(h)->work += of(h)->work_each;
	if (!f)
		return ERR_NOENT;
	if (type != FS_FILE)
		return ERR_TYPE;
	struct str s = text_of(f);
	if (s.n > max)
		return ERR_LIMIT;
	s = str_dup(a, s);
	*out = (struct span){ (const uint8_t *)s.p, s.n };
	return s.p ? OK : ERR_NOMEM;
}

/* Was this name of this directory listed for an earlier row? */
static bool is_repeat(struct table_host *t, size_t row, struct str dir, struct str name)
{
	char path[FS_PATH_MAX];
	enum fs_type type;
	size_t n = fmt_to(path, sizeof path, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
	struct str device = str_of(t->file[row].device);
	return find(t, device, (struct str){ path, n }, &type) < &t->file[row];
}

static enum err host_list(struct conf_host *h, struct str device, struct str path, fs_name_fn *fn,
			  void *ctx)
{
	struct table_host *t = of(h);
	char have_buf[FS_PATH_MAX], want_buf[FS_PATH_MAX];
	struct str want = tidy(path, want_buf, sizeof want_buf);
	enum fs_type type;
	if (!find(t, device, path, &type))
		return ERR_NOENT;
	if (type != FS_DIR)
		return ERR_TYPE;
	for (size_t i = 0; i < t->n_file; i++) {
		struct str have = tidy(str_of(t->file[i].path), have_buf, sizeof have_buf);
		if (!same_device(device, str_of(t->file[i].device)) || !str_starts(have, want) ||
		    have.n <= want.n || have.p[want.n] != '/')
			continue;
		size_t end = str_find(have, '/', want.n + 1);
		struct str name = str_sub(have, want.n + 1, end);
		if (is_repeat(t, i, want, name))
			continue;
		bool dir = end < have.n || str_ends(str_of(t->file[i].path), STR("/"));
		try(fn(ctx, name, dir ? FS_DIR : FS_FILE));
	}
	return OK;
}

static enum err search_file(struct table_host *t, struct str path, struct str *device)
{
	for (size_t i = 0; i < t->n_file; i++) {
		struct str d = str_of(t->file[i].device);
		enum fs_type type;
		if (!find(t, d, path, &type))
			continue;
		*device = d;
		return OK;
	}
	return ERR_NOENT;
}

static enum err host_search(struct conf_host *h, enum search_by by, struct str key,
			    struct str *device)
{
	struct table_host *t = of(h);
	if (by == SEARCH_FILE)
		return search_file(t, key, device);
	const struct str prefixes[] = {
		[SEARCH_LABEL] = STR("label:"),		  [SEARCH_UUID] = STR("uuid:"),
		[SEARCH_PART_LABEL] = STR("part-label:"), [SEARCH_PART_UUID] = STR("part-uuid:"),
		[SEARCH_DISK_UUID] = STR("disk-uuid:"),
	};
	struct str prefix = prefixes[by];
	for (size_t i = 0; i < t->n_fact; i++) {
		struct str name = str_of(t->fact[i].name);
		if (!str_starts(name, prefix) || !str_eq_nocase(key, str_of(t->fact[i].value)))
			continue;
		*device = str_sub(name, prefix.n, name.n);
		return OK;
	}
	return ERR_NOENT;
}

/* "place:hd0,1" is "place:hd0,msdos1", too. */
static bool same_fact(struct str a, struct str b)
{
	size_t ca = str_find(a, ':', 0), cb = str_find(b, ':', 0);
	return str_eq(str_sub(a, 0, ca), str_sub(b, 0, cb)) &&
	       same_device(str_sub(a, ca + 1, a.n), str_sub(b, cb + 1, b.n));
}

static struct str host_fact(struct conf_host *h, struct str name)
{
	struct table_host *t = of(h);
	for (size_t i = 0; i < t->n_fact; i++)
		if (same_fact(name, str_of(t->fact[i].name)))
			return str_of(t->fact[i].value);
	return (struct str){ NULL, 0 };
}

/* The devices in the order in which the rows first name them, without what loopback makes. */
static bool host_device(struct conf_host *h, size_t i, struct conf_device *out)
{
	struct table_host *t = of(h);
	size_t n = 0;
	for (size_t k = 0; k < t->n_file; k++) {
		bool is_new = !str_starts(str_of(t->file[k].device), STR("loop("));
		for (size_t j = 0; j < k; j++)
			is_new &= !str_eq(str_of(t->file[j].device), str_of(t->file[k].device));
		if (!is_new || n++ != i)
			continue;
		*out = (struct conf_device){ .name = str_of(t->file[k].device), .size = 3 << 19 };
		return true;
	}
	return false;
}

static enum err host_bytes(struct conf_host *h, const struct boot_file *f, uint64_t off, void *dst,
			   size_t len)
{
	enum fs_type type;
	const struct host_file *row = find(of(h), f->device, f->path, &type);
	struct str s = row ? text_of(row) : (struct str){ NULL, 0 };
	if (off > s.n || len > s.n - off)
		return ERR_IO;
	memcpy(dst, s.p + off, len);
	return OK;
}

static uint64_t host_clock(struct conf_host *h)
{
	(void)h;
	return 1764140400; /* 2025-11-26 07:00:00 UTC, a Wednesday */
}

static uint64_t host_work(struct conf_host *h)
{
	return of(h)->work;
}

void table_host_init(struct table_host *t, const struct host_file *file, size_t n_file,
		     const struct host_fact *fact, size_t n_fact)
{
	*t = (struct table_host){
		.host = { host_open, host_read, host_list, host_search, host_fact, host_device,
			  host_bytes, host_clock, host_work },
		.file = file,
		.n_file = n_file,
		.fact = fact,
		.n_fact = n_fact,
	};
}
