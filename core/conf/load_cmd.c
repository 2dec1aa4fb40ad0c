/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
#include "uki.h"

/*
 * The command line as GRUB's loaders write it: an argument with a blank in it
 * in double quotes as a whole, a backslash before each quote and backslash.
 */
static void put_arg(struct text *t, struct str s)
{
	bool blank = str_find(s, ' ', 0) < s.n;
	if (blank)
		text_char(t, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' || s.p[i] == '\'' || s.p[i] == '"')
			text_char(t, '\\');
		text_char(t, s.p[i]);
	}
	if (blank)
		text_char(t, '"');
}

static enum err put_args(struct sh *sh, const struct sh_args *a, size_t from, struct str *out)
{
	struct text t = { .arena = sh->c->arena };
	for (size_t i = from; i < a->n; i++) {
		if (i > from)
			text_char(&t, ' ');
		put_arg(&t, a->v[i]);
	}
	*out = t.p ? text_str(&t) : (struct str){ "", 0 };
	return t.bad ? ERR_NOMEM : OK;
}

/* *found: OK, or why there is no such file (logged); the result is about memory alone. */
static enum err open_file(struct sh *sh, struct str name, struct boot_file *out, enum err *found)
{
	struct sh_path p;
	try(sh_path(sh, name, &p));
	*found = conf_open(sh->c, sh->src, p.device, p.path, out);
	if (*found == OK && out->node.type != FS_FILE) {
		log_at(sh->c->log, LOG_ERROR, "(%.*s)%.*s: %s", STR_ARG(p.device), STR_ARG(p.path),
		       err_text(ERR_TYPE));
		*found = ERR_TYPE;
	}
	if (*found && sh->c->user) /* who has just read it */
		sh->status = SH_NO_FILE;
	else if (*found)
		sh_fail(sh, SH_NO_FILE, "%.*s: %s", STR_ARG(name), err_text(*found));
	return *found == ERR_NOMEM ? ERR_NOMEM : OK;
}

/* Options before the file's name: "--nounzip", "--quirk-...". */
static size_t skip_options(const struct sh_args *a)
{
	size_t i = 1;
	while (i < a->n && str_starts(a->v[i], STR("--")))
		i++;
	return i;
}

static enum err load_kernel(struct sh *sh, const struct sh_args *a, enum sh_loaded kind)
{
	struct sh_loader l = { .kind = kind };
	size_t at = kind == LOADED_MULTIBOOT ? skip_options(a) : 1;
	if (at >= a->n) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: no file named", STR_ARG(a->v[0]));
		return OK;
	}
	try(open_file(sh, a->v[at], &l.kernel, &l.kernel_err));
	if (l.kernel_err)
		l.kind = LOADED_NOTHING;
	try(put_args(sh, a, at + 1, &l.args));
	sh->s.loader = l;
	return OK;
}

enum err cmd_linux(struct sh *sh, const struct sh_args *a)
{
	return load_kernel(sh, a, LOADED_LINUX);
}

enum err cmd_multiboot(struct sh *sh, const struct sh_args *a)
{
	return load_kernel(sh, a, LOADED_MULTIBOOT);
}

/* "FILE", or "newc:NAME:FILE". */
static enum err open_initrd(struct sh *sh, struct str word, struct boot_file *out, enum err *found)
{
	struct str rest = str_sub(word, sizeof "newc:" - 1, word.n);
	size_t colon = str_find(rest, ':', 0);
	if (!str_starts(word, STR("newc:")) || colon == rest.n)
		return open_file(sh, word, out, found);
	try(open_file(sh, str_sub(rest, colon + 1, rest.n), out, found));
	return *found ? OK : sh_newc(sh, str_sub(rest, 0, colon), out);
}

enum err cmd_initrd(struct sh *sh, const struct sh_args *a)
{
	struct sh_loader *l = &sh->s.loader;
	if (a->n < 2 || l->kind != LOADED_LINUX) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: %s", STR_ARG(a->v[0]),
			a->n < 2 ? "no file named" : "no kernel is loaded yet");
		return OK;
	}
	if (a->n - 1 > PLAN_INITRD_MAX)
		return sh_limit(sh, "initrds", PLAN_INITRD_MAX);
	struct boot_file *v = arena_array(sh->c->arena, struct boot_file, a->n - 1);
	if (!v)
		return ERR_NOMEM;
	l->initrd_err = OK;
	for (size_t i = 1; i < a->n; i++) {
		enum err found;
		try(open_initrd(sh, a->v[i], &v[i - 1], &found));
		if (found)
			l->initrd_err = found;
	}
	l->initrd = v;
	l->n_initrd = a->n - 1;
	return OK;
}

enum err cmd_module(struct sh *sh, const struct sh_args *a)
{
	struct sh_loader *l = &sh->s.loader;
	size_t at = skip_options(a);
	enum err found;
	if (at >= a->n || l->kind != LOADED_MULTIBOOT) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: %s", STR_ARG(a->v[0]),
			at >= a->n ? "no file named" : "no kernel is loaded yet");
		return OK;
	}
	struct sh_module *m = arena_new(sh->c->arena, struct sh_module);
	if (!m)
		return ERR_NOMEM;
	m->older = l->module;
	try(open_file(sh, a->v[at], &m->m.file, &found));
	if (found)
		l->initrd_err = found;
	try(put_args(sh, a, at + 1, &m->m.args));
	l->module = m;
	l->n_module++;
	return OK;
}

/* Loaders of what does not run as a Xen guest: remembered for the message. */
enum err cmd_other(struct sh *sh, const struct sh_args *a)
{
	if (a->n == 2 && str_eq(a->v[1], STR("--is-supported"))) { /* fwsetup's question */
		sh->status = SH_FALSE;
		return OK;
	}
	sh->s.loader = (struct sh_loader){ .kind = LOADED_OTHER, .other = a->v[0] };
	return OK;
}

/* What an image brings along: its own initrds and, where no options are given, its command line. */
static enum err load_image(struct sh *sh, const struct uki *u, struct str args)
{
	struct boot_plan p = { 0 };
	try(uki_plan(sh->c, u, NULL, 0, args, &p));
	try(uki_addons(sh->c, u, &p));
	sh->s.loader = (struct sh_loader){
		.kind = LOADED_LINUX,
		.kernel = p.kernel,
		.args = p.cmdline,
		.initrd = p.initrd,
		.n_initrd = p.n_initrd,
	};
	return OK;
}

/* Not sectors: "+1", "(hd0,2)0+1". */
static bool is_file(struct str word)
{
	size_t close = str_starts(word, STR("(")) ? str_find(word, ')', 0) + 1 : 0;
	return str_starts(str_sub(word, close, word.n), STR("/"));
}

/*
 * A unified kernel image boots without the firmware that would run it. "@1" as
 * the last argument asks for a profile, as systemd's stub has it.
 */
enum err cmd_chainloader(struct sh *sh, const struct sh_args *a)
{
	struct sh_args words = *a;
	struct boot_file f;
	struct uki u;
	struct str args;
	enum err e;
	uint64_t profile = 0;
	size_t at = skip_options(a);
	if (at >= a->n)
		return cmd_other(sh, a);
	struct str last = a->v[a->n - 1];
	if (at + 1 < a->n && last.n && last.p[0] == '@' &&
	    str_u64(str_sub(last, 1, last.n), &profile))
		words.n--;
	if (!is_file(a->v[at]))
		return cmd_other(sh, a);
	try(put_args(sh, &words, at + 1, &args));
	try(open_file(sh, a->v[at], &f, &e));
	if (!e)
		e = uki_read(sh->c, &f, (uint32_t)min_u64(profile, UINT32_MAX), &u);
	if (e == ERR_NOMEM)
		return e;
	return e ? cmd_other(sh, a) : load_image(sh, &u, args);
}

enum err cmd_boot(struct sh *sh, const struct sh_args *a)
{
	(void)a;
	if (sh->s.loader.kind == LOADED_NOTHING)
		sh_fail(sh, SH_NO_KERNEL, "boot: no kernel is loaded yet");
	else
		sh->flow = FLOW_BOOT;
	return OK;
}
