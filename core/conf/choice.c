/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sh.h"
/*
 * Which entry a menu starts with. GRUB's rules: leading digits are a number
 * and what follows them does not count; another text is an id or a title, and so
 * is one that goes on behind its digits without a blank where an entry has it,
 * since Fedora's ids begin with a machine ID; what stands behind a '>' (">>" is a plain one) is for
 * the submenu; the first entry where nothing fits.
 */

/* Where the '>' is that ends the first step of a path, or the end. */
static size_t step_end(struct str s)
{
	size_t i = 0;
	while (i < s.n && !(s.p[i] == '>' && !(i + 1 < s.n && s.p[i + 1] == '>')))
		i += s.p[i] == '>' ? 2 : 1;
	return min_size(i, s.n);
}

static bool names(struct str step, struct str name)
{
	size_t at = 0;
	for (size_t i = 0; i < step.n; i++, at++) {
		if (step.p[i] == '>')
			i++;
		if (at >= name.n || i >= step.n || name.p[at] != step.p[i])
			return false;
	}
	return at == name.n;
}

struct str sh_default_left(const struct boot_entry *e)
{
	const struct sh_body *b = e->body;
	struct str spec = env_get(&b->scope->vars, STR("default"));
	if (!spec.p && e->parent) /* menus are SH_MENUS_MAX deep at most */
		spec = sh_default_left(e->parent);
	size_t at = step_end(spec) + 1;
	return at < spec.n ? str_sub(spec, at, spec.n) : (struct str){ NULL, 0 };
}

/* Digits with something but a blank behind them. */
static bool goes_on(struct str step)
{
	size_t i = 0;
	while (i < step.n && is_digit(step.p[i]))
		i++;
	return i < step.n && !is_blank(step.p[i]);
}

/* The entry of v that the first step means, or NULL. */
static const struct boot_entry *find(const struct boot_entry *v, size_t n, struct str spec)
{
	uint64_t number;
	struct str step = str_sub(spec, 0, step_end(spec));
	bool counted = sh_number(spec, &number);
	for (size_t i = 0; i < n && (!counted || goes_on(step)); i++)
		if (names(step, v[i].id) || names(step, v[i].title))
			return &v[i];
	return counted && number < n ? &v[number] : NULL;
}

/* Down to an entry that can be booted; NULL: nothing but empty submenus there. */
static const struct boot_entry *leaf(const struct boot_entry *v, size_t n, struct str spec,
				     bool *found)
{
	*found = true;
	for (unsigned depth = 0; n && depth <= SH_MENUS_MAX; depth++) {
		const struct boot_entry *e = find(v, n, spec);
		*found = *found && (e || str_empty(spec));
		if (!e)
			e = &v[0];
		if (!e->children)
			return e;
		const struct sh_body *b = e->body;
		spec = str_sub(spec, step_end(spec) + 1, spec.n);
		struct str own = b->inner ? env_get(&b->inner->vars, STR("default")) : spec;
		if (own.p)
			spec = own;
		v = e->children;
		n = e->n_children;
	}
	return NULL;
}

/* Any entry that can be booted, the first in the menu's order. */
static const struct boot_entry *any(const struct boot_menu *m)
{
	const struct boot_entry *e = NULL;
	bool found;
	for (size_t i = 0; i < m->n && !e; i++)
		e = leaf(&m->entry[i], 1, (struct str){ "", 0 }, &found);
	return e;
}

static enum err reason(struct sh *sh, struct str spec, bool found, const char **out)
{
	struct text t = { .arena = sh->c->arena };
	struct str saved, next;
	try(sh_get(sh, STR("saved_entry"), &saved));
	next = sh->s.next_entry;
	if (str_empty(spec))
		text_put(&t, STR("the first entry: no default is set"));
	else if (!found)
		text_fmt(&t, "the first entry: default \"%.*s\" is not in the menu", STR_ARG(spec));
	else if (next.n && str_eq(spec, next))
		text_fmt(&t, "next_entry \"%.*s\"", STR_ARG(spec));
	else if (saved.n && str_eq(spec, saved))
		text_fmt(&t, "saved_entry \"%.*s\"", STR_ARG(spec));
	else
		text_fmt(&t, "default \"%.*s\"", STR_ARG(spec));
	*out = t.p;
	return t.bad ? ERR_NOMEM : OK;
}

/* Numbers between blanks; newer GRUBs also take one title or id. */
static enum err fallbacks(struct sh *sh, struct boot_menu *m)
{
	struct str list, word;
	uint64_t number;
	bool found;
	try(sh_get(sh, STR("fallback"), &list));
	const struct boot_entry **v = arena_array(sh->c->arena, const struct boot_entry *, list.n);
	if (!v)
		return list.n ? ERR_NOMEM : OK;
	m->fallback = v;
	if (!sh_number(list, &number)) {
		const struct boot_entry *e = leaf(m->entry, m->n, list, &found);
		if (e && found && list.n)
			v[m->n_fallback++] = e;
		return OK;
	}
	while (str_word(&list, &word) && sh_number(word, &number)) {
		if (number >= m->n)
			continue;
		const struct boot_entry *e = leaf(m->entry, m->n, word, &found);
		if (e)
			v[m->n_fallback++] = e;
	}
	return OK;
}

static enum err timeouts(struct sh *sh, struct boot_menu *m)
{
	struct str timeout, style;
	uint64_t n;
	try(sh_get(sh, STR("timeout"), &timeout));
	try(sh_get(sh, STR("timeout_style"), &style));
	m->timeout_s = sh_number(timeout, &n) ? (int)min_u64(n, INT32_MAX) : -1;
	m->hidden = str_eq(style, STR("hidden")) || str_eq(style, STR("countdown"));
	if (m->timeout_s == 0 && sh->s.slept) {
		m->timeout_s = (int)sh->s.slept;
		m->hidden = true;
	}
	return OK;
}

enum err sh_choice(struct sh *sh, struct boot_menu *m)
{
	struct str spec;
	bool found = false;
	try(sh_get(sh, STR("default"), &spec));
	m->chosen = leaf(m->entry, m->n, spec, &found);
	try(reason(sh, spec, found, &m->why));
	if (!m->chosen)
		m->chosen = any(m);
	try(fallbacks(sh, m));
	return timeouts(sh, m);
}
