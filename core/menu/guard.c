/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guard.h"
#include "../base/str.h"

static bool is_in(const struct guard *g, const struct boot_user *u)
{
	for (size_t i = 0; g && i < g->n; i++)
		if (str_eq(g->in[i].name, u->name) && g->in[i].secret.kind == u->secret.kind &&
		    str_eq(g->in[i].secret.text, u->secret.text))
			return true;
	return false;
}

static bool is_open(const struct guard *g, const struct boot_lock *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_in(g, l->user[i]))
			return true;
	return false;
}

/* Of a lock and those that go with it, two at most, the first that is closed. */
static bool is_closed(const struct guard *g, const struct boot_lock *l,
		      const struct boot_lock **lock)
{
	*lock = NULL;
	if (!l)
		return true;
	for (; l && is_open(g, l); l = l->also)
		;
	*lock = l && l->n ? l : NULL;
	return l;
}

bool guard_closed(const struct guard *g, const struct boot_entry *e, const struct boot_lock **lock)
{
	for (; e; e = e->parent) /* ends with the submenus' depth */
		if (e->restricted && is_closed(g, e->lock, lock))
			return true;
	return false;
}

bool guard_menu_closed(const struct guard *g, const struct boot_menu *m,
		       const struct boot_lock **lock)
{
	return m->guarded && is_closed(g, m->guard, lock);
}

bool guard_names(const struct boot_lock *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->user[i]->name.n)
			return true;
	return false;
}

static void let_in(struct guard *g, const struct boot_user *u)
{
	g->failures = 0;
	g->in[g->n % GUARD_USERS] = *u;
	g->n = min_size(g->n + 1, GUARD_USERS);
}

bool guard_try(struct guard *g, const struct boot_lock *l, struct str name, struct str password)
{
	const struct boot_user *fits = NULL;
	bool known = false;
	for (size_t i = 0; i < l->n; i++) {
		const struct boot_user *u = l->user[i];
		if (u->name.n && !str_eq(u->name, name))
			continue;
		known = true;
		if (secret_fits(&u->secret, password) && !fits)
			fits = u;
	}
	if (!known && l->n)
		(void)secret_fits(&l->user[0]->secret, password);
	if (fits)
		let_in(g, fits);
	else
		g->failures++;
	return fits;
}

uint32_t guard_delay_ms(const struct guard *g)
{
	enum { FIRST_MS = 1000, DOUBLINGS = 3 };
	unsigned n = g->failures ? g->failures - 1 : 0;
	return (uint32_t)FIRST_MS << (n < DOUBLINGS ? n : DOUBLINGS);
}
