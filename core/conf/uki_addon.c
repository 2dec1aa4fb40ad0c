/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uki.h"
#include "../base/str.h"

/* Addons in the order of systemd-stub(7): those of the file system, then the image's own. */
struct addons {
	struct conf *c;
	const struct uki *u;
	struct str uname;
	struct text cmdline;
	struct boot_file ucode[UKI_ADDONS_MAX], initrd[UKI_ADDONS_MAX];
	size_t n_ucode, n_initrd;
	size_t n; /* addons that were looked at */
};
/* The names of one directory, sorted. */
struct names {
	struct conf *c;
	struct str dir;
	struct str name[UKI_ADDONS_MAX];
	size_t n;
	uint32_t left;
};

static bool is_addon(struct str name)
{
	const struct str end = STR(".addon.efi");
	return name.n > end.n && name.p[0] != '.' &&
	       str_eq_nocase(str_sub(name, name.n - end.n, name.n), end);
}

static enum err take_name(void *ctx, struct str name, enum fs_type type)
{
	struct names *d = ctx;
	if (d->left-- == 0 || d->n == UKI_ADDONS_MAX)
		return ERR_LIMIT;
	if (type == FS_DIR || !is_addon(name))
		return OK;
	struct str own = str_dup(d->c->arena, name);
	if (!own.p)
		return ERR_NOMEM;
	size_t at = d->n++;
	for (; at && str_cmp(own, d->name[at - 1]) < 0; at--)
		d->name[at] = d->name[at - 1];
	d->name[at] = own;
	return OK;
}

static void say(struct conf *c, const struct boot_file *f, const char *what)
{
	log_at(c->log, LOG_WARN, "(%.*s)%.*s: %s: left out", STR_ARG(f->device), STR_ARG(f->path),
	       what);
}

/* What the stub demands of an addon. */
static bool fits(struct addons *a, enum err e, const struct uki *addon, struct str uname)
{
	const char *what = NULL;
	if (e == OK)
		what = "has a kernel, so it is no addon";
	else if (e != ERR_FORMAT || !addon->machine)
		what = "is no addon of a unified kernel image";
	else if (addon->machine != a->u->machine)
		what = "for another kind of machine";
	else if (uname.n && a->uname.n && !str_eq(uname, a->uname))
		what = "for another kernel";
	if (what)
		say(a->c, &addon->file, what);
	return !what;
}

static void keep_part(const struct uki *addon, enum uki_section s, struct boot_file *v, size_t *n)
{
	if (addon->section[s].part.p && addon->section[s].len)
		v[(*n)++] = addon->section[s];
}

static enum err take_addon(struct addons *a, const struct boot_file *f)
{
	struct uki *addon = arena_new(a->c->arena, struct uki);
	struct str uname = STR(""), args;
	if (!addon)
		return ERR_NOMEM;
	enum err e = uki_read(a->c, f, 0, addon);
	if (e == ERR_NOMEM)
		return e;
	addon->file = *f;
	if (e == ERR_FORMAT && addon->machine)
		try(uki_text(a->c, addon, UKI_UNAME, &uname));
	if (!fits(a, e, addon, str_trim(uname)))
		return OK;
	try(uki_cmdline(a->c, addon, &args));
	if (args.n)
		text_fmt(&a->cmdline, "%s%.*s", a->cmdline.n ? " " : "", STR_ARG(args));
	keep_part(addon, UKI_UCODE, a->ucode, &a->n_ucode);
	keep_part(addon, UKI_INITRD, a->initrd, &a->n_initrd);
	return OK;
}

/* All addons of a directory, which need not be there. */
static enum err read_dir(struct addons *a, struct str dir)
{
	enum { NAMES_MAX = 16384 };
	struct names *d = arena_new(a->c->arena, struct names);
	struct conf_host *h = a->c->host;
	struct str device = a->u->file.device;
	if (!d)
		return ERR_NOMEM;
	*d = (struct names){ .c = a->c, .dir = dir, .left = NAMES_MAX };
	enum err e = h->list(h, device, dir, take_name, d);
	if (e == ERR_NOMEM)
		return e;
	if (e && e != ERR_NOENT && e != ERR_TYPE)
		log_at(a->c->log, LOG_ERROR, "(%.*s)%.*s: %s", STR_ARG(device), STR_ARG(dir),
		       e == ERR_LIMIT ? "over the limit of 32 addons" : err_text(e));
	for (size_t i = 0; i < d->n && a->n < UKI_ADDONS_MAX; i++, a->n++) {
		struct text path = { .arena = a->c->arena };
		struct boot_file f = { .device = device };
		text_fmt(&path, "%.*s/%.*s", STR_ARG(dir), STR_ARG(d->name[i]));
		f.path = text_str(&path);
		if (path.bad)
			return ERR_NOMEM;
		e = h->open(h, device, f.path, &f);
		if (e == ERR_NOMEM)
			return e;
		if (e)
			say(a->c, &f, err_text(e));
		else
			try(take_addon(a, &f));
	}
	return OK;
}

/* "/EFI/Linux/NAME.efi.extra.d"; plain: without the counters of NAME+LEFT-DONE.efi. */
static enum err own_dir(struct addons *a, bool plain, struct str *out)
{
	struct text t = { .arena = a->c->arena };
	struct str path = a->u->file.path;
	size_t plus = path.n, dot = path.n;
	while (dot && path.p[dot - 1] != '.' && path.p[dot - 1] != '/')
		dot--;
	for (size_t i = dot; i && path.p[i - 1] != '/'; i--)
		if (path.p[i - 1] == '+' && plus == path.n)
			plus = i - 1;
	*out = STR("");
	if (plain && plus == path.n)
		return OK;
	if (plain)
		text_fmt(&t, "%.*s.%.*s.extra.d", STR_ARG(str_sub(path, 0, plus)),
			 STR_ARG(str_sub(path, dot, path.n)));
	else
		text_fmt(&t, "%.*s.extra.d", STR_ARG(path));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

/* Microcode: the kernel takes the first that fits, so the last addon comes first. */
static enum err put_files(const struct addons *a, struct boot_plan *plan)
{
	size_t n = plan->n_initrd + a->n_ucode + a->n_initrd, at = 0;
	struct boot_file *f = arena_array(a->c->arena, struct boot_file, n);
	if (!f)
		return ERR_NOMEM;
	for (size_t i = a->n_ucode; i-- > 0;)
		f[at++] = a->ucode[i];
	for (size_t i = 0; i < plan->n_initrd; i++)
		f[at++] = plan->initrd[i];
	for (size_t i = 0; i < a->n_initrd; i++)
		f[at++] = a->initrd[i];
	plan->initrd = f;
	plan->n_initrd = n;
	return OK;
}

static enum err put_args(const struct addons *a, struct boot_plan *plan)
{
	struct text t = { .arena = a->c->arena };
	if (!a->cmdline.n)
		return OK;
	text_fmt(&t, "%.*s%s%.*s", STR_ARG(plan->cmdline), plan->cmdline.n ? " " : "",
		 STR_ARG(text_str(&a->cmdline)));
	plan->cmdline = text_str(&t);
	return t.bad || a->cmdline.bad ? ERR_NOMEM : OK;
}

enum err uki_addons(struct conf *c, const struct uki *u, struct boot_plan *plan)
{
	struct addons *a = arena_new(c->arena, struct addons);
	struct str dir;
	if (!a)
		return ERR_NOMEM;
	*a = (struct addons){ .c = c, .u = u, .cmdline.arena = c->arena };
	try(uki_text(c, u, UKI_UNAME, &a->uname));
	a->uname = str_trim(a->uname);
	try(read_dir(a, STR("/loader/addons")));
	for (int plain = 0; plain < 2; plain++) {
		try(own_dir(a, plain, &dir));
		if (dir.n)
			try(read_dir(a, dir));
	}
	if (a->n == UKI_ADDONS_MAX)
		log_at(c->log, LOG_WARN, "(%.*s)%.*s: 32 addons: more are left out",
		       STR_ARG(u->file.device), STR_ARG(u->file.path));
	if (a->n_ucode + a->n_initrd)
		try(put_files(a, plan));
	return put_args(a, plan);
}
