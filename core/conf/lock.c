/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lock.h"
#include "../base/str.h"

struct secret lock_secret(struct str text)
{
	static const char *const id[] = { "$1$", "$4$", "$5$", "$6$" };
	struct secret s = { .kind = SECRET_PLAIN, .text = text };
	for (size_t i = 0; i < array_len(id); i++)
		if (str_starts(text, str_of(id[i])))
			s.kind = SECRET_CRYPT;
	return s;
}

static size_t count(const struct boot_user *u)
{
	size_t n = 0;
	for (; u; u = u->older)
		n++;
	return n;
}

enum err lock_of(struct arena *a, const struct boot_user *users, const struct boot_lock **out)
{
	struct boot_lock *l = arena_new(a, struct boot_lock);
	const struct boot_user **v = arena_array(a, const struct boot_user *, count(users));
	if (!l || !v)
		return ERR_NOMEM;
	l->user = v;
	for (; users; users = users->older)
		v[l->n++] = users;
	*out = l;
	return OK;
}

static bool is_separator(char c)
{
	return is_blank(c) || c == ',' || c == ';' || c == '&' || c == '|' || c == '\n';
}

static bool in_list(struct str name, struct str list)
{
	size_t from = 0;
	for (size_t i = 0; i <= list.n; i++) {
		if (i < list.n && !is_separator(list.p[i]))
			continue;
		if (i > from && str_eq(name, str_sub(list, from, i)))
			return true;
		from = i + 1;
	}
	return false;
}

/* A later password of the same user counts. */
static bool is_newest(const struct boot_user *users, const struct boot_user *u)
{
	while (users != u && !str_eq(users->name, u->name))
		users = users->older;
	return users == u;
}

enum err lock_of_names(struct arena *a, const struct boot_user *users, struct str names,
		       struct str more, const struct boot_lock **out)
{
	struct boot_lock *l = arena_new(a, struct boot_lock);
	const struct boot_user **v = arena_array(a, const struct boot_user *, count(users));
	if (!l || !v)
		return ERR_NOMEM;
	l->user = v;
	for (const struct boot_user *u = users; u; u = u->older)
		if ((in_list(u->name, names) || in_list(u->name, more)) && is_newest(users, u))
			v[l->n++] = u;
	*out = l;
	return OK;
}
