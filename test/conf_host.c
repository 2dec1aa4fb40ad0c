/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf_host.h"
#include "../core/base/str.h"
#include <stdio.h>
#include <string.h>

/* Past "msdos" or "gpt", where a partition's number may begin. */
static struct str number_of(struct str partition)
{
	size_t i = 0;
	while (i < partition.n && !is_digit(partition.p[i]))
		i++;
	return str_sub(partition, i, partition.n);
}

static bool same_device(struct str a, struct str b)
{
	size_t ca = str_find(a, ',', 0), cb = str_find(b, ',', 0);
	if (!str_eq(str_sub(a, 0, ca), str_sub(b, 0, cb)) || (ca < a.n) != (cb < b.n))
		return false;
	return str_eq(number_of(str_sub(a, ca + 1, a.n)), number_of(str_sub(b, cb + 1, b.n)));
}

/* The next component of a path; empty ones do not count. */
static bool next_name(struct str *rest, struct str *name)
{
	while (str_split(rest, '/', name))
		if (name->n)
			return true;
	return false;
}

/* Whether path starts with all of prefix's components; what is left of it. */
static bool below(struct str path, struct str prefix, struct str *rest)
{
	struct str a, b;
	while (next_name(&prefix, &b))
		if (!next_name(&path, &a) || !str_eq(a, b))
			return false;
	*rest = path;
	return true;
}

static size_t size_of(const struct world_file *f)
{
	return !f->text ? 1 : f->n ? f->n : strlen(f->text);
}

static enum err find(struct world *w, struct str device, struct str path,
		     const struct world_file **out)
{
	struct str rest, name;
	enum err e = ERR_NOENT;
	for (const struct world_file *f = w->file; f->device; f++) {
		if (!same_device(device, str_of(f->device)) || !below(str_of(f->path), path, &rest))
			continue;
		*out = f;
		if (!next_name(&rest, &name))
			return OK;
		e = ERR_TYPE; /* a directory */
	}
	return e;
}

static enum err world_open(struct conf_host *h, struct str device, struct str path,
			   struct boot_file *out)
{
	const struct world_file *f;
	enum err e = find(container_of(h, struct world, door), device, path, &f);
	if (e && e != ERR_TYPE)
		return e;
	*out = (struct boot_file){
		.node = { .type = e ? FS_DIR : FS_FILE, .size = size_of(f) },
		.device = str_of(f->device),
		.path = path,
	};
	return OK;
}

static enum err world_read(struct conf_host *h, struct str device, struct str path, size_t max,
			   struct arena *a, struct span *out)
{
	const struct world_file *f;
	try(find(container_of(h, struct world, door), device, path, &f));
	size_t n = size_of(f);
	if (n > max)
		return ERR_LIMIT;
	char *p = arena_alloc(a, n, 1);
	if (!p)
		return ERR_NOMEM;
	memcpy(p, f->text ? f->text : "x", n);
	*out = (struct span){ (uint8_t *)p, n };
	return OK;
}

/* Whether an earlier file has told the same name of this directory. */
static bool told(struct world *w, const struct world_file *upto, struct str device, struct str path,
		 struct str name)
{
	struct str rest, other;
	for (const struct world_file *f = w->file; f < upto; f++)
		if (same_device(device, str_of(f->device)) && below(str_of(f->path), path, &rest) &&
		    next_name(&rest, &other) && str_eq(other, name))
			return true;
	return false;
}

static enum err world_list(struct conf_host *h, struct str device, struct str path, fs_name_fn *fn,
			   void *ctx)
{
	struct world *w = container_of(h, struct world, door);
	struct str rest, name, more;
	bool any = false;
	for (const struct world_file *f = w->file; f->device; f++) {
		if (!same_device(device, str_of(f->device)) || !below(str_of(f->path), path, &rest))
			continue;
		if (!next_name(&rest, &name))
			return ERR_TYPE;
		any = true;
		if (!told(w, f, device, path, name))
			try(fn(ctx, name, next_name(&rest, &more) ? FS_DIR : FS_FILE));
	}
	return any ? OK : ERR_NOENT;
}

/* The device of the n-th line of both tables together; NULL: past the end. */
static const char *device_at(struct world *w, size_t n)
{
	for (const struct world_file *f = w->file; f->device; f++)
		if (n-- == 0)
			return f->device;
	for (const struct world_fact *f = w->fact; f && f->name; f++)
		if (n-- == 0)
			return strchr(f->name, ':') ? strchr(f->name, ':') + 1 : "";
	return NULL;
}

static struct str fact_of(struct world *w, const char *what, struct str device)
{
	for (const struct world_fact *f = w->fact; f && f->name; f++) {
		struct str name = str_of(f->name);
		size_t colon = str_find(name, ':', 0);
		if (str_eq(str_sub(name, 0, colon), str_of(what)) &&
		    same_device(str_sub(name, colon + 1, name.n), device))
			return str_of(f->value);
	}
	return (struct str){ NULL, 0 };
}

static bool matches(struct world *w, struct str device, enum search_by by, struct str key)
{
	struct boot_file f;
	if (by == SEARCH_FILE)
		return world_open(&w->door, device, key, &f) == OK;
	struct str have = fact_of(w, by == SEARCH_UUID ? "uuid" : "label", device);
	return have.p && (by == SEARCH_UUID ? str_eq_nocase(have, key) : str_eq(have, key));
}

static enum err world_search(struct conf_host *h, enum search_by by, struct str key,
			     struct str *device)
{
	struct world *w = container_of(h, struct world, door);
	const char *d = w->boot;
	for (size_t i = 0; d || i == 0; d = device_at(w, i++)) {
		if (!d || !*d || !key.n || !matches(w, str_of(d), by, key))
			continue;
		*device = str_of(d);
		return OK;
	}
	return ERR_NOENT;
}

static struct str world_get(struct conf_host *h, struct str name)
{
	struct world *w = container_of(h, struct world, door);
	char what[32];
	size_t colon = str_find(name, ':', 0);
	snprintf(what, sizeof what, "%.*s", (int)colon, name.p);
	return fact_of(w, what, str_sub(name, colon + 1, name.n));
}

void world_init(struct world *w, const struct world_file *file, const struct world_fact *fact)
{
	*w = (struct world){
		.door = { world_open, world_read, world_list, world_search, world_get },
		.file = file,
		.fact = fact,
	};
}

static void print_entries(const struct boot_menu *m, const struct boot_entry *e, size_t n,
			  unsigned depth, struct text *out)
{
	for (size_t i = 0; i < n; i++) {
		for (unsigned d = 0; d < depth; d++)
			text_put(out, STR("  "));
		text_fmt(out, "%c %.*s", &e[i] == m->chosen ? '*' : '-', STR_ARG(e[i].title));
		if (e[i].id.n && !str_eq(e[i].id, e[i].title))
			text_fmt(out, " [%.*s]", STR_ARG(e[i].id));
		if (e[i].hotkey)
			text_fmt(out, " (key %c)", e[i].hotkey);
		text_fmt(out, "%s line %u\n", e[i].restricted ? " (locked)" : "", e[i].line);
		if (e[i].children)
			print_entries(m, e[i].children, e[i].n_children, depth + 1, out);
	}
}

void world_print_menu(const struct boot_menu *m, struct text *out)
{
	print_entries(m, m->entry, m->n, 0, out);
	text_fmt(out, "timeout %d%s; %s\n", m->timeout_s, m->hidden ? " hidden" : "",
		 m->why ? m->why : "");
	for (size_t i = 0; i < m->n_fallback; i++)
		text_fmt(out, "fallback %.*s\n", STR_ARG(m->fallback[i]->title));
}
