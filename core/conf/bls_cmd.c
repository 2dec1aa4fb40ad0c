/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bls.h"
#include "cmd.h"

/*
 * GRUB's commands that make menu entries of files: blscfg (Fedora's and openSUSE's
 * patch; GRUB 2.14) and uki (2.14), and what a chainloader of a unified kernel
 * image comes to where there is no firmware. An entry is what menuentry would
 * make of the same words, with commands that are evaluated when it boots.
 */

/* What a blscfg is told, and what it found. */
struct blscfg {
	struct sh *sh;
	const char *below;    /* "/loader/entries", "/EFI/Linux" */
	struct sh_path named; /* path.p == NULL: the usual places */
	bool only, except;    /* the default entry alone, or all but it */
	struct bls_list list;
};

/* --- one entry ------------------------------------------------------------------------ */

static enum err put_file(struct conf *c, const struct bls_entry *e, struct str path, struct text *t)
{
	struct boot_file f;
	enum err err = bls_find(c, e, path, &f);
	if (err == ERR_NOMEM)
		return err;
	if (err) /* whoever boots it hears that it is not there */
		f = (struct boot_file){ .device = e->device, .path = path };
	text_fmt(t, " (%.*s)%s%.*s", STR_ARG(f.device), str_starts(f.path, STR("/")) ? "" : "/",
		 STR_ARG(f.path));
	return OK;
}

/* Files of $early_initrd lie beside the kernel. */
static enum err put_early(struct sh *sh, const struct bls_entry *e, struct text *t)
{
	struct str early, word;
	size_t dir = e->kernel.n;
	try(sh_get(sh, STR("early_initrd"), &early));
	while (dir && e->kernel.p[dir - 1] != '/')
		dir--;
	while (str_word(&early, &word)) { /* ends with the text */
		struct text path = { .arena = sh->c->arena };
		text_fmt(&path, "%.*s%.*s", (int)dir, e->kernel.p, STR_ARG(word));
		if (path.bad)
			return ERR_NOMEM;
		try(put_file(sh->c, e, text_str(&path), t));
	}
	return OK;
}

static enum err put_initrds(struct sh *sh, const struct bls_entry *e, struct text *t)
{
	struct text files = { .arena = sh->c->arena };
	struct str all, word;
	try(put_early(sh, e, &files));
	try(bls_values(sh->c, &sh->s.vars, true, e, "initrd", &all));
	while (str_word(&all, &word)) /* ends with the text */
		try(put_file(sh->c, e, word, &files));
	if (files.n)
		text_fmt(t, "initrd%.*s\n", (int)files.n, files.p);
	return files.bad ? ERR_NOMEM : OK;
}

/* The commands that boot e. */
static enum err commands(struct sh *sh, const struct bls_entry *e, struct str *out)
{
	struct text t = { .arena = sh->c->arena };
	struct str options;
	try(bls_values(sh->c, &sh->s.vars, true, e, "options", &options));
	if (e->is_image) {
		text_fmt(&t, "chainloader (%.*s)%.*s", STR_ARG(e->device), STR_ARG(e->image.path));
	} else {
		text_put(&t, e->kernel.n ? STR("linux") : STR("chainloader"));
		try(put_file(sh->c, e, e->kernel.n ? e->kernel : e->uki.n ? e->uki : e->efi, &t));
	}
	if (options.n)
		text_fmt(&t, " %.*s", STR_ARG(options));
	if (e->profile)
		text_fmt(&t, " @%u", e->profile);
	text_char(&t, '\n');
	if (e->kernel.n)
		try(put_initrds(sh, e, &t));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

/* The words of the menuentry command that adds e. */
static enum err add_entry(struct sh *sh, const struct bls_entry *e)
{
	struct str users, text;
	try(bls_expand(sh->c, &sh->s.vars, true, e->grub_users, &users));
	try(commands(sh, e, &text));
	const struct str v[] = {
		STR("menuentry"),
		STR("--id"),
		e->id,
		STR("--source"),
		text,
		STR("--hotkey"),
		e->grub_hotkey,
		users.n ? STR("--users") : STR("--unrestricted"),
		users.n ? users : STR("--unrestricted"),
		STR("--"),
		e->title.n ? e->title : e->id,
	};
	struct str *own = arena_array(sh->c->arena, struct str, array_len(v));
	if (!own)
		return ERR_NOMEM;
	for (size_t i = 0; i < array_len(v); i++)
		own[i] = v[i];
	return cmd_menuentry(sh, &(struct sh_args){ .v = own, .n = array_len(v) });
}

/* The same, as if the entry's own file were the script. */
static enum err add_from(struct sh *sh, const struct bls_entry *e)
{
	struct text name = { .arena = sh->c->arena };
	struct str file = sh->file;
	uint32_t line = sh->line;
	text_fmt(&name, "(%.*s)%.*s/%.*s", STR_ARG(e->device), STR_ARG(e->dir), STR_ARG(e->file));
	if (name.bad)
		return ERR_NOMEM;
	sh->file = text_str(&name);
	sh->line = 1;
	enum err err = add_entry(sh, e);
	sh->file = file;
	sh->line = line;
	return err;
}

/* --- the commands ----------------------------------------------------------------------- */

static enum err read_dir(struct blscfg *b, struct str device, struct str dir)
{
	struct conf *c = b->sh->c;
	enum err e = str_eq(str_of(b->below), STR("/EFI/Linux"))
			     ? bls_read_images(c, device, dir, &b->list)
			     : bls_read(c, device, dir, &b->list);
	uint32_t steps = SH_LOOK + b->list.names + SH_LOOK * b->list.files;
	b->list.names = b->list.files = 0;
	try(sh_spend(b->sh, steps));
	return e == ERR_LIMIT ? sh_limit(b->sh, "entries", c->limits.entries) : e;
}

/* A directory, or the file of one entry. */
static enum err read_named(struct blscfg *b)
{
	struct str dir = b->named.path;
	size_t cut = dir.n;
	while (cut && dir.p[cut - 1] == '/')
		cut--;
	dir = str_sub(dir, 0, cut);
	enum err e = read_dir(b, b->named.device, dir);
	if (e != ERR_NOENT)
		return e;
	while (cut && dir.p[cut - 1] != '/')
		cut--;
	struct bls_entry one = { .device = b->named.device };
	one.dir = str_sub(dir, 0, cut ? cut - 1 : 0);
	one.file = str_sub(dir, cut, dir.n);
	bool found;
	try(sh_read(b->sh, &b->named, &one.text, &found));
	return found ? bls_add(b->sh->c, &one, &b->list) : OK;
}

/* The usual directory of a device, or the same below /boot. */
static enum err read_device(struct blscfg *b, struct str device)
{
	struct text t = { .arena = b->sh->c->arena };
	struct str dir;
	try(sh_get(b->sh, STR("blsdir"), &dir));
	if (!dir.n || str_eq(str_of(b->below), STR("/EFI/Linux")))
		dir = str_of(b->below);
	enum err e = read_dir(b, device, dir);
	if (e != ERR_NOENT)
		return e;
	text_fmt(&t, "/boot%.*s", STR_ARG(dir));
	return t.bad ? ERR_NOMEM : read_dir(b, device, text_str(&t));
}

/* $root, $boot where that is another, and where neither has any, beside the script. */
static enum err read_usual(struct blscfg *b)
{
	struct str root, boot;
	try(sh_get(b->sh, STR("root"), &root));
	try(sh_get(b->sh, STR("boot"), &boot));
	struct str device[] = { root, boot, b->sh->src->device };
	for (size_t i = 0; i < array_len(device); i++) {
		bool again = i && str_eq(device[i], root);
		if (!device[i].n || again || (i == 2 && b->list.n))
			continue;
		try(sh_unloop(b->sh, &device[i]));
		enum err e = read_device(b, device[i]);
		if (e && e != ERR_NOENT)
			return e;
	}
	return OK;
}

static enum err read_options(struct blscfg *b, const struct sh_args *a, bool *good)
{
	static const struct sh_opt opt[] = {
		{ "path", 'p', OPT_VALUE },	   { "enable-fallback", 'f', OPT_FLAG },
		{ "show-default", 'd', OPT_FLAG }, { "show-non-default", 'n', OPT_FLAG },
		{ "entry", 'e', OPT_VALUE },
	};
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value;
	int i;
	while ((i = sh_opt_next(b->sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		bool word = i == OPT_WORD;
		b->only |= i == 2 || (word && str_eq(value, STR("default")));
		b->except |= i == 3 || (word && str_eq(value, STR("non-default")));
		if (i == 0 || i == 4 || (word && str_find(value, '/', 0) < value.n))
			try(sh_path(b->sh, value, &b->named));
	}
	*good = i != OPT_BAD;
	return OK;
}

/* The entry that $default means; the first one where it means none of these. */
static enum err default_of(struct blscfg *b, const struct bls_entry **out)
{
	struct str want;
	uint64_t number;
	size_t i = 0;
	try(sh_get(b->sh, STR("default"), &want));
	bool counted = sh_number(want, &number);
	*out = b->list.first;
	for (const struct bls_entry *e = b->list.first; e; e = e->next, i++)
		if (counted ? i == number : str_eq(want, e->id) || str_eq(want, e->title))
			*out = e;
	return OK;
}

static enum err add_entries(struct sh *sh, const struct sh_args *a, const char *below)
{
	struct blscfg b = { .sh = sh, .below = below };
	const struct bls_entry *chosen;
	bool good;
	try(read_options(&b, a, &good));
	if (!good)
		return OK;
	enum err e = b.named.path.p ? read_named(&b) : read_usual(&b);
	if (e && e != ERR_NOENT)
		return e;
	if (!b.list.n)
		sh_fail(sh, SH_NO_FILE, "%.*s: no entry found", STR_ARG(a->v[0]));
	bls_sort(&b.list, bls_by_file);
	try(default_of(&b, &chosen));
	for (const struct bls_entry *i = b.list.first; i; i = i->next)
		if (b.only == b.except || b.only == (i == chosen))
			try(add_from(sh, i));
	return OK;
}

enum err cmd_blscfg(struct sh *sh, const struct sh_args *a)
{
	return add_entries(sh, a, "/loader/entries");
}

enum err cmd_uki(struct sh *sh, const struct sh_args *a)
{
	return add_entries(sh, a, "/EFI/Linux");
}
