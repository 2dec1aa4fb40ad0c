/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
/*
 * legacy_configfile, syslinux_configfile and their like: a menu in another
 * language. GRUB translates it into script; here its own language reads it and
 * boots what it has, behind an entry of this one.
 */
extern const struct conf_ops extlinux_conf, legacy_conf; /* core/tables.h lies to the right */

/* One such file; what its entries need. */
struct sh_foreign {
	const struct conf_ops *ops;
	struct conf_source src;
	void *priv;
};

/* The language's own conf for one call: everything but priv is as it is here. */
static struct conf conf_of(const struct conf *c, const struct sh_foreign *f)
{
	struct conf own = *c;
	own.priv = f->priv;
	return own;
}

static enum err wrap(struct sh *sh, const struct sh_foreign *f, const struct boot_entry *from,
		     size_t n, const struct boot_entry *parent, struct boot_entry **out)
{
	struct boot_entry *v = arena_array(sh->c->arena, struct boot_entry, n);
	struct sh_body *b = arena_array(sh->c->arena, struct sh_body, n);
	if (!v || !b)
		return n ? ERR_NOMEM : OK;
	for (size_t i = 0; i < n; i++) {
		if (++sh->budget->entries > sh->c->limits.entries)
			return sh_limit(sh, "entries", sh->c->limits.entries);
		b[i] = (struct sh_body){ .foreign = f, .entry = &from[i] };
		v[i] = from[i];
		v[i].parent = parent;
		v[i].body = &b[i];
		if (!from[i].children)
			continue;
		/* As deep as the other language lets menus be. */
		try(wrap(sh, f, from[i].children, from[i].n_children, &v[i], &b[i].children));
		v[i].children = b[i].children ? b[i].children : &from[i];
	}
	*out = v;
	return OK;
}

/* The wrapper of e in v, which has the same shape as the menu that e stands in. */
static const struct boot_entry *wrapper(const struct boot_entry *v, const struct boot_entry *e)
{
	return e->parent ? &wrapper(v, e->parent)->children[e->index] : &v[e->index];
}

static enum err take_menu(struct sh *sh, const struct boot_menu *m, struct boot_entry *v)
{
	const struct boot_entry **fallback =
		arena_array(sh->c->arena, const struct boot_entry *, m->n_fallback);
	struct sh_taken *t = arena_new(sh->c->arena, struct sh_taken);
	if (!t || (m->n_fallback && !fallback))
		return ERR_NOMEM;
	for (size_t i = 0; i < m->n_fallback; i++)
		fallback[i] = wrapper(v, m->fallback[i]);
	*t = (struct sh_taken){ .menu = *m, .v = v };
	t->menu.entry = v;
	t->menu.chosen = m->chosen ? wrapper(v, m->chosen) : NULL;
	t->menu.fallback = fallback;
	sh->taken = t;
	sh->flow = FLOW_MENU;
	return OK;
}

/* To the menu that is being built. */
static enum err add_entries(struct sh *sh, const struct boot_menu *m, const struct boot_entry *v)
{
	for (size_t i = 0; sh->menu && i < m->n; i++) {
		struct sh_entry *n = arena_new(sh->c->arena, struct sh_entry);
		if (!n)
			return ERR_NOMEM;
		n->e = v[i];
		n->body = *(const struct sh_body *)v[i].body;
		n->e.body = &n->body;
		*sh->menu->end = n;
		sh->menu->end = &n->next;
		sh->menu->n++;
	}
	return OK;
}

static enum err load(struct sh *sh, const struct conf_ops *ops, const struct sh_path *p,
		     bool own_menu)
{
	struct sh_foreign *f = arena_new(sh->c->arena, struct sh_foreign);
	struct boot_menu menu = { 0 };
	struct boot_entry *v = NULL;
	struct str text;
	bool found;
	if (!f)
		return ERR_NOMEM;
	try(sh_read(sh, p, &text, &found));
	if (!found)
		return OK;
	*f = (struct sh_foreign){
		.ops = ops, .src = { p->device, p->path, { (const uint8_t *)text.p, text.n } }
	};
	struct conf own = conf_of(sh->c, f);
	enum err e = ops->load(&own, &f->src, &menu);
	f->priv = own.priv;
	if (e == ERR_NOMEM || e == ERR_LIMIT)
		return e;
	if (e || !menu.n) {
		sh_fail(sh, SH_BAD_FILE, "(%.*s)%.*s: no entry", STR_ARG(p->device),
			STR_ARG(p->path));
		return OK;
	}
	try(wrap(sh, f, menu.entry, menu.n, NULL, &v));
	return own_menu ? take_menu(sh, &menu, v) : add_entries(sh, &menu, v);
}

/* syslinux_*: what the file's relative names are counted from is read from its place. */
static int file_name(struct sh *sh, const struct sh_args *a, struct str *out)
{
	static const struct sh_opt opt[] = {
		{ "root", 'r', OPT_VALUE },    { "cwd", 'c', OPT_VALUE },
		{ "isolinux", 'i', OPT_FLAG }, { "pxelinux", 'p', OPT_FLAG },
		{ "syslinux", 's', OPT_FLAG },
	};
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value;
	int i;
	*out = (struct str){ NULL, 0 };
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) /* each turn takes an argument */
		if (i == OPT_WORD)
			*out = value;
	return i;
}

enum err cmd_foreign(struct sh *sh, const struct sh_args *a)
{
	bool legacy =
		str_starts(a->v[0], STR("legacy_")) || str_starts(a->v[0], STR("extract_legacy_"));
	bool own_menu = str_eq(a->v[0], STR("legacy_configfile")) ||
			str_eq(a->v[0], STR("syslinux_configfile"));
	struct sh_path p;
	struct str name;
	if (file_name(sh, a, &name) == OPT_BAD)
		return OK;
	if (!name.p) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: no file named", STR_ARG(a->v[0]));
		return OK;
	}
	try(sh_path(sh, name, &p));
	return load(sh, legacy ? &legacy_conf : &extlinux_conf, &p, own_menu);
}

enum err sh_foreign_choose(struct conf *c, const struct sh_body *b, struct boot_plan *out)
{
	struct conf own = conf_of(c, b->foreign);
	return b->foreign->ops->choose(&own, b->entry, out);
}

enum err sh_foreign_text(struct conf *c, const struct sh_body *b, struct str *out)
{
	struct conf own = conf_of(c, b->foreign);
	return b->foreign->ops->text(&own, b->entry, out);
}

enum err sh_foreign_edit(struct conf *c, struct sh_body *b, struct str text)
{
	struct conf own = conf_of(c, b->foreign);
	struct boot_entry *e = arena_new(c->arena, struct boot_entry);
	if (!e)
		return ERR_NOMEM;
	try(b->foreign->ops->edit(&own, b->entry, text, e));
	b->entry = e;
	return OK;
}
