/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bls.h"

/* --- variables ------------------------------------------------------------------------ */

static bool is_name(char c)
{
	char l = ascii_lower(c);
	return (l >= 'a' && l <= 'z') || is_digit(c) || c == '_';
}

/* What Fedora's and tuned's tools write into entries, and set in grubenv or not at all. */
static bool is_known(struct str name)
{
	static const char *const known[] = { "kernelopts",   "tuned_params", "tuned_initrd",
					     "early_initrd", "grub_users",   "grub_arg",
					     "grub_class",   "extra_cmdline" };
	for (size_t i = 0; i < array_len(known); i++)
		if (str_eq(name, str_of(known[i])))
			return true;
	return false;
}

/* The name behind the '$' at s[at], and where it ends; empty: none. */
static struct str name_at(struct str s, size_t at, size_t *end)
{
	bool braces = at + 1 < s.n && s.p[at + 1] == '{';
	size_t from = at + 1 + braces, to = from;
	while (to < s.n && is_name(s.p[to]))
		to++;
	*end = to + braces;
	if (to == from || (braces && (to == s.n || s.p[to] != '}')))
		return STR("");
	return str_sub(s, from, to);
}

enum err bls_expand(struct conf *c, const struct env *vars, bool all, struct str value,
		    struct str *out)
{
	struct text t = { .arena = c->arena };
	*out = value;
	if (str_find(value, '$', 0) == value.n)
		return OK;
	for (size_t i = 0, end; i < value.n; i = end) { /* end lies behind i */
		struct str name = value.p[i] == '$' ? name_at(value, i, &end) : STR("");
		struct str v = name.n ? env_get(vars, name) : (struct str){ NULL, 0 };
		if (!name.n)
			end = i + 1;
		if (v.p)
			text_put(&t, v);
		else if (!name.n || (!all && !is_known(name)))
			text_put(&t, str_sub(value, i, end));
	}
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err bls_values(struct conf *c, const struct env *vars, bool all, const struct bls_entry *e,
		    const char *key, struct str *out)
{
	struct str rest = e->text, name, value, want = str_of(key);
	struct text t = { .arena = c->arena };
	while (bls_line(&rest, &name, &value)) { /* ends with the text */
		if (!str_eq(name, want))
			continue;
		try(bls_expand(c, vars, all, value, &value));
		value = str_trim(value);
		if (t.n && value.n)
			text_char(&t, ' ');
		text_put(&t, value);
	}
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

/* --- files -------------------------------------------------------------------------------- */

/* From the root, with slashes of one kind. */
static enum err with_prefix(struct conf *c, const char *prefix, struct str path, struct str *out)
{
	struct text t = { .arena = c->arena };
	text_put(&t, str_of(prefix));
	if (path.n && path.p[0] != '/' && path.p[0] != '\\')
		text_char(&t, '/');
	for (size_t i = 0; i < path.n; i++)
		text_char(&t, path.p[i] == '\\' ? '/' : path.p[i]);
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err bls_find(struct conf *c, const struct bls_entry *e, struct str path, struct boot_file *out)
{
	const struct str boot = STR("/boot");
	struct str as_is, other;
	try(with_prefix(c, "", path, &as_is));
	enum err err = c->host->open(c->host, e->device, as_is, out);
	if (err != ERR_NOENT)
		return err;
	if (str_starts(as_is, boot) && as_is.n > boot.n && as_is.p[boot.n] == '/')
		other = str_sub(as_is, boot.n, as_is.n);
	else
		try(with_prefix(c, "/boot", path, &other));
	err = c->host->open(c->host, e->device, other, out);
	if (!err)
		log_at(c->log, LOG_DEBUG, "%.*s is not there: taking %.*s", STR_ARG(as_is),
		       STR_ARG(other));
	return err;
}

static enum err open_file(struct conf *c, const struct conf_source *src, const struct bls_entry *e,
			  struct str path, struct boot_file *out)
{
	struct str as_is;
	enum err err = bls_find(c, e, path, out);
	if (!err)
		return OK;
	try(with_prefix(c, "", path, &as_is));
	/* Says what is wrong, and looks at the other devices that it may be on. */
	return conf_open(c, src, e->device, as_is, out);
}

/* All files of the initrd keys. */
static enum err open_initrds(struct conf *c, const struct conf_source *src, const struct env *vars,
			     const struct bls_entry *e, const struct boot_file **out, size_t *n)
{
	struct boot_file *f = arena_array(c->arena, struct boot_file, PLAN_INITRD_MAX);
	struct str all, word;
	if (!f)
		return ERR_NOMEM;
	*out = f;
	*n = 0;
	try(bls_values(c, vars, false, e, "initrd", &all));
	while (str_word(&all, &word)) { /* ends with the text */
		if (*n == PLAN_INITRD_MAX) {
			log_at(c->log, LOG_ERROR, "(%.*s)%.*s/%.*s: over the limit of %d initrds",
			       STR_ARG(e->device), STR_ARG(e->dir), STR_ARG(e->file),
			       PLAN_INITRD_MAX);
			return ERR_LIMIT;
		}
		try(open_file(c, src, e, word, &f[*n]));
		(*n)++;
	}
	return OK;
}

/* The file that holds the kernel. */
static enum err open_kernel(struct conf *c, const struct conf_source *src,
			    const struct bls_entry *e, struct boot_file *out)
{
	*out = e->image;
	if (e->is_image)
		return OK;
	return open_file(c, src, e, e->kernel.n ? e->kernel : e->uki.n ? e->uki : e->efi, out);
}

enum err bls_plan(struct conf *c, const struct conf_source *src, const struct env *vars,
		  const struct bls_entry *e, struct boot_plan *out)
{
	struct uki u;
	*out = (struct boot_plan){ .kind = BOOT_LINUX, .title = e->title };
	try(bls_values(c, vars, false, e, "options", &out->cmdline));
	try(open_kernel(c, src, e, &out->kernel));
	try(open_initrds(c, src, vars, e, &out->initrd, &out->n_initrd));
	enum err err = uki_read(c, &out->kernel, e->profile, &u);
	if (!err) {
		try(uki_plan(c, &u, out->initrd, out->n_initrd, out->cmdline, out));
		return uki_addons(c, &u, out);
	}
	if (err != ERR_FORMAT || e->kernel.n)
		return err == ERR_FORMAT ? OK : err;
	log_at(c->log, LOG_ERROR, "(%.*s)%.*s: needs UEFI: it is no unified kernel image",
	       STR_ARG(out->kernel.device), STR_ARG(out->kernel.path));
	return ERR_UNSUPPORTED;
}

const char *bls_hopeless(struct conf *c, const struct bls_entry *e)
{
	struct boot_file file;
	struct uki u;
	if (e->kernel.n || e->is_image)
		return NULL;
	enum err err = bls_find(c, e, e->uki.n ? e->uki : e->efi, &file);
	if (!err)
		err = uki_read(c, &file, e->profile, &u);
	return err == ERR_FORMAT ? "needs UEFI" : NULL;
}
