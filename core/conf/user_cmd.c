/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"

static enum err add_user(struct sh *sh, struct str name, struct secret secret)
{
	struct boot_user *u = arena_new(sh->c->arena, struct boot_user);
	if (!u)
		return ERR_NOMEM;
	if (sh->users->n++ >= SH_USERS_MAX)
		return sh_limit(sh, "users", SH_USERS_MAX);
	*u = (struct boot_user){ .older = sh->users->newest, .name = name, .secret = secret };
	sh->users->newest = u;
	return OK;
}

/* A user whose password nothing can fit is none, and what only that one may do nobody may. */
static enum err password(struct sh *sh, const struct sh_args *a, enum secret_kind kind)
{
	if (a->n != 3) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: a user and a password are due",
			STR_ARG(a->v[0]));
		return OK;
	}
	struct secret s = { .kind = kind, .text = a->v[2] };
	enum err e = secret_look(&s);
	if (e)
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s %.*s: %s", STR_ARG(a->v[0]), STR_ARG(a->v[1]),
			e == ERR_LIMIT ? "more than 1000000 rounds, or too long"
				       : "not what grub-mkpasswd-pbkdf2 makes");
	if (e || !sh->users)
		return OK;
	return add_user(sh, a->v[1], s);
}

enum err cmd_password(struct sh *sh, const struct sh_args *a)
{
	return password(sh, a, SECRET_PLAIN);
}

enum err cmd_password_pbkdf2(struct sh *sh, const struct sh_args *a)
{
	return password(sh, a, SECRET_PBKDF2);
}
