/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"

static const struct sh_loop *find_loop(struct sh *sh, struct str name)
{
	const struct sh_loop *l = sh->s.loop;
	while (l && !str_eq(l->name, name))
		l = l->older;
	return l && l->device.p ? l : NULL; /* p == NULL: taken away again */
}

enum err sh_unloop(struct sh *sh, struct str *device)
{
	size_t comma = str_find(*device, ',', 0);
	const struct sh_loop *l = find_loop(sh, str_sub(*device, 0, comma));
	if (!l)
		return OK;
	struct text t = { .arena = sh->c->arena };
	text_put(&t, l->device);
	text_put(&t, str_sub(*device, comma, device->n));
	*device = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err with_slash(struct sh *sh, struct str *path)
{
	struct text t = { .arena = sh->c->arena };
	text_char(&t, '/');
	text_put(&t, *path);
	*path = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err sh_path(struct sh *sh, struct str text, struct sh_path *out)
{
	size_t close = str_starts(text, STR("(")) ? str_find(text, ')', 0) : 0;
	if (close) {
		out->device = str_sub(text, 1, close);
		out->path = str_sub(text, close + 1, text.n);
	} else {
		try(sh_get(sh, STR("root"), &out->device));
		out->path = text;
	}
	/* GRUB's test takes a name without it, as pygrub does for kernels. */
	if (!str_starts(out->path, STR("/")))
		try(with_slash(sh, &out->path));
	if (str_empty(out->device))
		out->device = sh->src->device;
	try(sh_unloop(sh, &out->device));
	return sh_subvolume(sh, out);
}

enum err sh_path_text(struct sh *sh, const struct sh_path *p, struct str *out)
{
	struct text t = { .arena = sh->c->arena };
	text_fmt(&t, "(%.*s)%.*s", STR_ARG(p->device), STR_ARG(p->path));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err sh_read(struct sh *sh, const struct sh_path *p, struct str *out, bool *found)
{
	struct conf_host *h = sh->c->host;
	size_t max = sh->c->limits.file;
	struct span bytes;
	try(sh_spend(sh, SH_LOOK));
	enum err e = h->read(h, p->device, p->path, max, sh->c->arena, &bytes);
	if ((e == ERR_NOENT || e == ERR_FORMAT) && !str_eq(p->device, sh->src->device) &&
	    h->read(h, sh->src->device, p->path, max, sh->c->arena, &bytes) == OK) {
		sh_log(sh, LOG_INFO, "%.*s is not on (%.*s): taken from (%.*s)", STR_ARG(p->path),
		       STR_ARG(p->device), STR_ARG(sh->src->device));
		e = OK;
	}
	*found = e == OK;
	if (e == ERR_NOMEM)
		return e;
	if (e)
		sh_fail(sh, SH_NO_FILE, "(%.*s)%.*s: %s", STR_ARG(p->device), STR_ARG(p->path),
			err_text(e));
	else
		*out = (struct str){ (const char *)bytes.p, bytes.n };
	return OK;
}

enum err cmd_source(struct sh *sh, const struct sh_args *a)
{
	struct sh_path p;
	struct str text, name;
	bool found;
	if (a->n < 2) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: no file named", STR_ARG(a->v[0]));
		return OK;
	}
	try(sh_path(sh, a->v[1], &p));
	if (sh->include >= sh->c->limits.include) {
		sh_fail(sh, SH_TOO_DEEP, "over the limit of include: %u files inside each other",
			sh->c->limits.include);
		return OK;
	}
	try(sh_read(sh, &p, &text, &found));
	if (!found) {
		sh->status = SH_TRUE; /* as in GRUB */
		return OK;
	}
	try(sh_path_text(sh, &p, &name));
	sh->include++;
	enum err e = sh_run(sh, text, name);
	sh->include--;
	return e;
}

enum err sh_env_file(struct sh *sh, struct str named, struct sh_path *out)
{
	struct text t = { .arena = sh->c->arena };
	struct str prefix;
	if (named.p)
		return sh_path(sh, named, out);
	try(sh_get(sh, STR("prefix"), &prefix));
	text_fmt(&t, "%.*s/grubenv", STR_ARG(prefix));
	return t.bad ? ERR_NOMEM : sh_path(sh, text_str(&t), out);
}

/* The options of both commands; what is left of the arguments are names. */
struct env_args {
	struct str file;
	struct str *name;
	size_t n;
	bool bad;
};

static enum err env_args(struct sh *sh, const struct sh_args *a, struct env_args *out)
{
	static const struct sh_opt opt[] = { { "file", 'f', OPT_VALUE },
					     { "skip-sig", 's', OPT_FLAG } };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value;
	int i;
	*out = (struct env_args){ .name = arena_array(sh->c->arena, struct str, a->n) };
	if (!out->name)
		return ERR_NOMEM;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == OPT_WORD)
			out->name[out->n++] = value;
		else if (i == 0)
			out->file = value;
	}
	out->bad = i == OPT_BAD;
	return OK;
}

static bool is_wanted(const struct env_args *a, struct str name)
{
	for (size_t i = 0; i < a->n; i++)
		if (str_eq(a->name[i], name))
			return true;
	return a->n == 0;
}

enum err sh_writes(struct sh *sh, const struct sh_write *newest, const struct env_write **out,
		   size_t *n)
{
	*n = 0;
	for (const struct sh_write *w = newest; w; w = w->older)
		(*n)++;
	struct env_write *v = arena_array(sh->c->arena, struct env_write, *n);
	if (!v)
		return ERR_NOMEM;
	size_t i = *n;
	for (const struct sh_write *w = newest; w; w = w->older)
		v[--i] = w->w;
	*out = v;
	return OK;
}

/* What save_env would have written by now. */
static enum err load_writes(struct sh *sh, const struct env_args *a, const struct boot_file *f)
{
	const struct env_write *w;
	size_t n;
	try(sh_writes(sh, sh->s.write, &w, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(f->device, w[i].file.device) || !str_eq(f->path, w[i].file.path) ||
		    !is_wanted(a, w[i].name))
			continue;
		if (w[i].value.p)
			try(sh_set(sh, w[i].name, w[i].value));
		else
			env_unset(&sh->s.vars, w[i].name);
	}
	return OK;
}

static enum err load_block(struct sh *sh, const struct env_args *a, struct str text)
{
	struct env_block b;
	struct str name, value;
	if (!env_block_begin(&b, (struct span){ (const uint8_t *)text.p, text.n })) {
		sh_fail(sh, SH_BAD_FILE, "load_env: not an environment block");
		return OK;
	}
	while (env_block_next(&b, &name, &value)) { /* moves on in the text */
		if (!is_wanted(a, name))
			continue;
		value = env_block_value(value, sh->c->arena);
		if (!value.p)
			return ERR_NOMEM;
		try(sh_set(sh, name, value));
		if (str_eq(name, STR("next_entry")))
			sh->s.next_entry = value;
	}
	return OK;
}

enum err cmd_load_env(struct sh *sh, const struct sh_args *a)
{
	struct env_args e;
	struct sh_path p;
	struct boot_file f;
	struct str text;
	bool found;
	try(env_args(sh, a, &e));
	if (e.bad)
		return OK;
	try(sh_env_file(sh, e.file, &p));
	try(sh_read(sh, &p, &text, &found));
	if (!found)
		return OK;
	try(load_block(sh, &e, text));
	if (sh->s.write && sh->c->host->open(sh->c->host, p.device, p.path, &f) == OK)
		try(load_writes(sh, &e, &f));
	return OK;
}

/*
 * file_env [--file FILE] NAME, Home Assistant OS': the variable becomes the file's
 * text up to the first byte that does not print, as the end of a line.
 */
enum err cmd_file_env(struct sh *sh, const struct sh_args *a)
{
	struct env_args e;
	struct sh_path p;
	struct str text;
	bool found;
	size_t n = 0;
	try(env_args(sh, a, &e));
	if (e.bad)
		return OK;
	if (e.n != 1) {
		sh_fail(sh, SH_BAD_ARGUMENT, "file_env: one variable is due");
		return OK;
	}
	try(sh_env_file(sh, e.file, &p));
	try(sh_read(sh, &p, &text, &found));
	if (!found)
		return OK;
	while (n < text.n && text.p[n] >= ' ' && text.p[n] <= '~')
		n++;
	return sh_set(sh, e.name[0], str_sub(text, 0, n));
}

static enum err save(struct sh *sh, const struct boot_file *f, struct str name)
{
	struct sh_write *w = arena_new(sh->c->arena, struct sh_write);
	if (!w)
		return ERR_NOMEM;
	struct str value;
	try(sh_get(sh, name, &value));
	*w = (struct sh_write){ sh->s.write, { .file = *f, .name = name, .value = value } };
	sh->s.write = w;
	return OK;
}

enum err cmd_save_env(struct sh *sh, const struct sh_args *a)
{
	struct env_args e;
	struct sh_path p;
	struct boot_file f;
	try(env_args(sh, a, &e));
	if (e.bad)
		return OK;
	if (!e.n)
		sh_fail(sh, SH_BAD_ARGUMENT, "save_env: no variable named");
	try(sh_env_file(sh, e.file, &p));
	enum err found = sh->c->host->open(sh->c->host, p.device, p.path, &f);
	if (found) {
		sh_fail(sh, SH_NO_FILE, "save_env: (%.*s)%.*s: %s", STR_ARG(p.device),
			STR_ARG(p.path), err_text(found));
		return OK;
	}
	for (size_t i = 0; i < e.n; i++)
		try(save(sh, &f, e.name[i]));
	return OK;
}

static enum err add_loop(struct sh *sh, struct str name, struct str device)
{
	struct sh_loop *l = arena_new(sh->c->arena, struct sh_loop);
	if (!l)
		return ERR_NOMEM;
	*l = (struct sh_loop){ sh->s.loop, name, device, sh->s.loop ? sh->s.loop->n + 1 : 1 };
	if (l->n > SH_LOOPS_MAX)
		return sh_limit(sh, "loopback commands", SH_LOOPS_MAX);
	sh->s.loop = l;
	return OK;
}

static enum err attach(struct sh *sh, struct str name, struct str file)
{
	struct sh_path p;
	struct boot_file f;
	struct text t = { .arena = sh->c->arena };
	if (find_loop(sh, name)) {
		sh_fail(sh, SH_BAD_ARGUMENT, "loopback: the name is taken");
		return OK;
	}
	try(sh_path(sh, file, &p));
	if (sh->c->host->open(sh->c->host, p.device, p.path, &f)) {
		sh_fail(sh, SH_NO_FILE, "loopback: %.*s: no such file", STR_ARG(file));
		return OK;
	}
	text_fmt(&t, "loop(%.*s)%.*s", STR_ARG(p.device), STR_ARG(p.path));
	return t.bad ? ERR_NOMEM : add_loop(sh, name, text_str(&t));
}

static enum err detach(struct sh *sh, struct str name)
{
	if (find_loop(sh, name))
		return add_loop(sh, name, (struct str){ NULL, 0 });
	sh_fail(sh, SH_BAD_DEVICE, "loopback: %.*s is no loopback device", STR_ARG(name));
	return OK;
}

/* loopback NAME FILE, loopback -d NAME. The name then stands for "loop(device)/path". */
enum err cmd_loopback(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = { { "delete", 'd', OPT_FLAG },
					     { "decompress", 'D', OPT_FLAG } }; /* GRUB 2.12's */
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, word[2] = { 0 };
	size_t n = 0;
	bool ends = false;
	int i;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		ends |= i == 0;
		if (i == OPT_WORD && n++ < array_len(word))
			word[n - 1] = value;
	}
	if (i == OPT_BAD)
		return OK;
	if (n >= (ends ? 1u : 2u))
		return ends ? detach(sh, word[0]) : attach(sh, word[0], word[1]);
	sh_fail(sh, SH_BAD_ARGUMENT, "loopback: a name%s due", ends ? " is" : " and a file are");
	return OK;
}
