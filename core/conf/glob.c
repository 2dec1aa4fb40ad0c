/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
#include "pattern.h"

static bool is_magic(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '*' || s.p[i] == '?')
			return true;
		i += s.p[i] == '\\';
	}
	return false;
}

/* Without its backslashes. */
static enum err plain(struct sh *sh, struct str s, struct str *out)
{
	struct text t = { .arena = sh->c->arena };
	for (size_t i = 0; i < s.n; i++) {
		i += s.p[i] == '\\' && i + 1 < s.n;
		text_char(&t, s.p[i]);
	}
	*out = t.p ? text_str(&t) : (struct str){ "", 0 };
	return t.bad ? ERR_NOMEM : OK;
}

/* Names found in one directory, kept until the listing is over. */
struct found {
	struct found *next;
	struct str name;
};
struct listing {
	struct sh *sh;
	struct str pattern;
	struct found *first, **end;
	size_t seen;
	bool dirs; /* links may lead to directories, so only plain files are out */
};

static enum err see(void *ctx, struct str name, enum fs_type type)
{
	struct listing *l = ctx;
	if (++l->seen > SH_LISTING_MAX)
		return sh_limit(l->sh, "names in one directory", SH_LISTING_MAX);
	if ((l->dirs && type == FS_FILE) || !pattern_match(l->pattern, name, false))
		return OK;
	struct found *f = arena_new(l->sh->c->arena, struct found);
	if (!f)
		return ERR_NOMEM;
	f->name = str_dup(l->sh->c->arena, name);
	if (!f->name.p)
		return ERR_NOMEM;
	*l->end = f;
	l->end = &f->next;
	return OK;
}

/* One evaluation of a pattern: rest of it, behind the names fixed so far. */
struct walk {
	struct sh *sh;
	struct str device, prefix; /* "(dev)" as written, or empty */
	sh_glob_fn *fn;
	void *ctx;
	unsigned depth;
};
enum { GLOB_DEPTH_MAX = 16 }; /* components of a pattern */

static enum err found_one(struct walk *w, struct str path)
{
	struct text t = { .arena = w->sh->c->arena };
	text_put(&t, w->prefix);
	text_put(&t, path);
	return t.bad ? ERR_NOMEM : w->fn(w->ctx, text_str(&t));
}

static enum err child(struct walk *w, struct str dir, struct str name, struct str *out)
{
	struct text t = { .arena = w->sh->c->arena };
	text_fmt(&t, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err walk(struct walk *w, struct str dir, struct str rest);

static enum err enter(struct walk *w, struct str dir, struct str name, struct str rest)
{
	struct boot_file f;
	struct str path;
	try(sh_spend(w->sh, SH_LOOK));
	try(child(w, dir, name, &path));
	if (!str_empty(rest))
		return walk(w, path, rest);
	struct conf_host *h = w->sh->c->host;
	return h->open(h, w->device, path, &f) ? OK : found_one(w, path);
}

static enum err scan(struct walk *w, struct str dir, struct str pattern, struct str rest)
{
	struct conf_host *h = w->sh->c->host;
	struct listing l = { .sh = w->sh, .pattern = pattern, .dirs = !str_empty(rest) };
	l.end = &l.first;
	enum err e = h->list(h, w->device, str_empty(dir) ? STR("/") : dir, see, &l);
	if (e == ERR_NOMEM || e == ERR_LIMIT)
		return e;
	for (struct found *f = l.first; f; f = f->next) /* SH_LISTING_MAX at most */
		try(enter(w, dir, f->name, rest));
	return OK;
}

/* rest is "/component/component..."; depth is bounded by GLOB_DEPTH_MAX. */
static enum err walk(struct walk *w, struct str dir, struct str rest)
{
	size_t end = str_find(rest, '/', 1);
	struct str part = str_sub(rest, 1, end), name;
	rest = str_sub(rest, end, rest.n);
	if (++w->depth > GLOB_DEPTH_MAX)
		return sh_limit(w->sh, "directories in a pattern", GLOB_DEPTH_MAX);
	enum err e;
	if (is_magic(part)) {
		e = scan(w, dir, part, rest);
	} else {
		e = plain(w->sh, part, &name);
		if (!e)
			e = enter(w, dir, name, rest);
	}
	w->depth--;
	return e;
}

/* rest: what stands behind the device, "" or "/component...". */
static enum err on_device(struct walk *w, struct str device, struct str rest)
{
	struct sh_path p;
	try(sh_path(w->sh, device, &p));
	w->prefix = device;
	w->device = p.device;
	if (str_starts(rest, STR("/")))
		return walk(w, (struct str){ "", 0 }, rest);
	return OK;
}

/* A '/' alone is a name of each device, as in GRUB. */
static enum err on_devices(struct walk *w, struct str pattern, struct str rest)
{
	struct sh_devices all;
	try(sh_spend(w->sh, SH_LOOK));
	try(sh_devices(w->sh, &all));
	for (size_t i = 0; i < all.n; i++) { /* ends with the disks */
		struct text t = { .arena = w->sh->c->arena };
		text_fmt(&t, "(%.*s)", STR_ARG(all.v[i]));
		if (t.bad)
			return ERR_NOMEM;
		if (!pattern_match(pattern, text_str(&t), false))
			continue;
		if (rest.n > 1) {
			try(on_device(w, text_str(&t), rest));
			continue;
		}
		w->prefix = text_str(&t);
		try(found_one(w, rest));
	}
	return OK;
}

enum err sh_glob(struct sh *sh, struct str pattern, sh_glob_fn *fn, void *ctx)
{
	struct walk w = { .sh = sh, .fn = fn, .ctx = ctx };
	struct str device = { "", 0 };
	size_t end = 0;
	if (str_starts(pattern, STR("("))) {
		end = str_find(pattern, '/', 0);
		if (is_magic(str_sub(pattern, 0, end)))
			return on_devices(&w, str_sub(pattern, 0, end),
					  str_sub(pattern, end, pattern.n));
		end = str_find(pattern, ')', 0) + 1;
	}
	try(plain(sh, str_sub(pattern, 0, end), &device));
	return on_device(&w, device, str_sub(pattern, end, pattern.n));
}
