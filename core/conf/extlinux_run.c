/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "extlinux.h"
#include "../base/str.h"

static struct str base_name(struct str path)
{
	size_t i = path.n;
	while (i && path.p[i - 1] != '/' && path.p[i - 1] != '\\')
		i--;
	return str_sub(path, i, path.n);
}

bool ext_is_module(struct str file, const char *name)
{
	return str_eq_nocase(base_name(file), str_of(name));
}

/* dir and name as one path; DOS users write backslashes. */
static enum err join(struct conf *c, struct str dir, struct str name, struct str *out)
{
	char *p = arena_alloc(c->arena, dir.n + name.n + 1, 1);
	if (!p)
		return ERR_NOMEM;
	for (size_t i = 0; i < dir.n + name.n; i++) {
		char ch = i < dir.n ? dir.p[i] : name.p[i - dir.n];
		p[i] = ch == '\\' ? '/' : ch;
	}
	*out = (struct str){ p, dir.n + name.n };
	return OK;
}

enum err ext_path(struct conf *c, const struct ext_label *l, struct str name, struct str *out)
{
	struct boot_file f;
	struct str at_root;
	if (name.n && (name.p[0] == '/' || name.p[0] == '\\'))
		return join(c, STR(""), name, out);
	try(join(c, l->dir, name, out));
	try(join(c, STR("/"), name, &at_root));
	if (c->host->open(c->host, l->src.device, *out, &f) &&
	    !c->host->open(c->host, l->src.device, at_root, &f))
		*out = at_root;
	return OK;
}

/* What a label comes to: the files' names as they are written. */
struct run {
	struct conf *c;
	const struct ext_label *l;
	struct str kernel, args;
	struct str initrd; /* names with commas between them */
};

static enum err refuse(const struct run *r, enum err e, const char *why)
{
	log_at(r->c->log, LOG_ERROR, "(%.*s)%.*s:%u: %s %.*s", STR_ARG(r->l->src.device),
	       STR_ARG(r->l->src.path), r->l->line, why, STR_ARG(r->kernel));
	return e;
}

bool ext_is_program(struct str file)
{
	size_t name = file.n;
	while (name && file.p[name - 1] != '/')
		name--;
	if (str_eq_nocase(str_sub(file, name, file.n), STR("memdisk"))) /* for BIOS floppies */
		return true;
	static const char *const ends[] = { ".c32", ".com", ".cbt", ".bss", ".bs",
					    ".bin", ".0",   ".img", ".lua" };
	for (size_t i = 0; i < array_len(ends); i++) {
		struct str end = str_of(ends[i]);
		if (file.n > end.n && str_eq_nocase(str_sub(file, file.n - end.n, file.n), end))
			return true;
	}
	return false;
}

/* Take the words initrd=... out of the arguments; the first one counts. */
static enum err take_initrd(struct run *r)
{
	struct text kept = { .arena = r->c->arena };
	struct str rest = r->args, word;
	const struct str key = STR("initrd=");
	size_t done = 0;
	while (str_word(&rest, &word)) {
		if (!str_starts(word, key))
			continue;
		size_t at = (size_t)(word.p - r->args.p);
		if (!r->initrd.n)
			r->initrd = str_sub(word, key.n, word.n);
		text_put(&kept, str_sub(r->args, done, at));
		done = at + word.n;
		if (done < r->args.n) /* and the blank behind it */
			done++;
	}
	text_put(&kept, str_sub(r->args, done, r->args.n));
	r->args = str_trim(text_str(&kept));
	return kept.bad ? ERR_NOMEM : OK;
}

/* A part of mboot.c32's arguments: "file args", up to "---". */
static bool take_part(struct str *rest, struct str *file, struct str *args)
{
	struct str all = *rest, word;
	size_t end = all.n;
	while (str_word(rest, &word)) {
		if (!str_eq(word, STR("---")))
			continue;
		end = (size_t)(word.p - all.p);
		break;
	}
	*args = str_sub(all, 0, end);
	bool some = str_word(args, file);
	*args = str_trim(*args);
	return some;
}

/*
 * "mboot.c32 xen.gz ... --- vmlinuz ... --- initrd": under Xen already, the
 * first part is of no use. Of two parts the first is Linux, as pygrub has it,
 * unless its name says something else.
 */
static enum err run_mboot(struct run *r)
{
	enum { PARTS = 3 };
	struct str file[PARTS], args[PARTS], rest = r->args;
	size_t n = 0;
	while (n < PARTS && take_part(&rest, &file[n], &args[n]))
		n++;
	if (n < 2)
		return refuse(r, ERR_UNSUPPORTED, "no kernel and initrd behind");
	size_t at = n - 2;
	if (n == 2 && str_starts(base_name(file[0]), STR("xen")))
		at = 1;
	r->kernel = file[at];
	r->args = args[at];
	r->initrd = at + 1 < n ? file[at + 1] : STR("");
	return OK;
}

static enum err open_file(struct run *r, struct str name, struct boot_file *out)
{
	struct str path;
	try(ext_path(r->c, r->l, name, &path));
	return conf_open(r->c, &r->l->src, r->l->src.device, path, out);
}

static enum err open_initrds(struct run *r, struct boot_plan *out)
{
	struct str rest = r->initrd, name;
	struct boot_file *f = arena_array(r->c->arena, struct boot_file, PLAN_INITRD_MAX);
	if (!f)
		return ERR_NOMEM;
	while (str_split(&rest, ',', &name)) {
		name = str_trim(name);
		if (!name.n)
			continue;
		if (out->n_initrd == PLAN_INITRD_MAX)
			return refuse(r, ERR_LIMIT, "over 64 initrds for");
		try(open_file(r, name, &f[out->n_initrd]));
		out->n_initrd++;
	}
	out->initrd = f;
	return OK;
}

/* Arguments behind the kernel's name come before those of APPEND. */
static enum err join_args(struct run *r, struct str inline_args)
{
	struct text t = { .arena = r->c->arena };
	text_put(&t, inline_args);
	if (inline_args.n && r->l->append.n)
		text_char(&t, ' ');
	text_put(&t, r->l->append);
	r->args = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

const char *ext_hopeless(const struct ext_label *l)
{
	struct str rest = l->kernel, kernel;
	if (!str_word(&rest, &kernel))
		return l->other ? "starts something else" : "has no kernel";
	if (ext_is_module(kernel, "mboot.c32"))
		return NULL;
	if (conf_tests_memory(kernel))
		return "tests memory";
	return l->other || ext_is_program(kernel) ? "starts something else" : NULL;
}

enum err ext_run(struct conf *c, const struct ext_label *l, struct boot_plan *out)
{
	struct run r = { .c = c, .l = l };
	struct str rest = l->kernel;
	bool some = str_word(&rest, &r.kernel);
	try(join_args(&r, str_trim(rest)));
	if (ext_is_module(r.kernel, "mboot.c32"))
		try(run_mboot(&r));
	else if (l->other || (some && ext_is_program(r.kernel)))
		return refuse(&r, ERR_UNSUPPORTED, "nothing that a guest can run:");
	else if (!some)
		return refuse(&r, ERR_SYNTAX, "the label has no kernel");
	else
		try(take_initrd(&r));
	if (!r.initrd.n)
		r.initrd = l->initrd;
	out->kind = BOOT_LINUX;
	out->cmdline = r.args;
	try(open_file(&r, r.kernel, &out->kernel));
	return open_initrds(&r, out);
}
