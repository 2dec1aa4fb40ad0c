/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attempt.h"
#include "base/str.h"

/* Where a walk over a menu stands: the entry, or NULL at the end. Never recursive. */
static const struct boot_entry *next_entry(const struct boot_menu *m, const struct boot_entry *e)
{
	if (e->children && e->n_children)
		return e->children;
	for (; e; e = e->parent) { /* up at most as deep as the menu */
		size_t n = e->parent ? e->parent->n_children : m->n;
		if (e->index + 1 < n)
			return e + 1;
	}
	return NULL;
}

static const struct boot_entry *first_entry(const struct boot_menu *m)
{
	return m->n ? m->entry : NULL;
}

const struct boot_entry *boot_leaf(const struct boot_menu *m, size_t i)
{
	for (const struct boot_entry *e = first_entry(m); e; e = next_entry(m, e))
		if (!e->children && i-- == 0)
			return e;
	return NULL;
}

static bool named(const struct boot_entry *e, struct str name)
{
	return str_eq(e->title, name) || (e->id.n && str_eq(e->id, name));
}

static const struct boot_entry *first_leaf(const struct boot_entry *e)
{
	while (e->children && e->n_children) /* as deep as the menu */
		e = e->children;
	return e->children ? NULL : e;
}

/* "a>b>c": each part a number, title or id among the siblings. */
static const struct boot_entry *by_path(const struct boot_menu *m, struct str path)
{
	const struct boot_entry *at = m->entry, *found = NULL;
	size_t n = m->n;
	struct str part;
	while (str_split(&path, '>', &part)) {
		uint64_t number;
		bool counted = str_u64(part, &number);
		found = NULL;
		for (size_t i = 0; i < n && !found; i++)
			if (counted ? i == number : named(&at[i], part))
				found = &at[i];
		if (!found)
			return NULL;
		at = found->children;
		n = found->n_children;
	}
	return found ? first_leaf(found) : NULL;
}

static const struct boot_entry *by_name(const struct boot_menu *m, struct str name)
{
	for (const struct boot_entry *e = first_entry(m); e; e = next_entry(m, e))
		if (named(e, name))
			return first_leaf(e);
	return NULL;
}

enum err boot_pick(struct boot *b, const struct boot_menu *m, struct str name,
		   const struct boot_entry **out)
{
	uint64_t number;
	*out = NULL;
	if (str_u64(name, &number))
		*out = number < SIZE_MAX ? boot_leaf(m, (size_t)number) : NULL;
	if (!*out)
		*out = by_name(m, name);
	if (!*out && str_find(name, '>', 0) < name.n)
		*out = by_path(m, name);
	if (*out)
		return OK;
	struct str config = boot_config(b);
	log_at(boot_log(b), LOG_ERROR, "%.*s has no entry \"%.*s\"", STR_ARG(config),
	       STR_ARG(name));
	return ERR_NOENT;
}
