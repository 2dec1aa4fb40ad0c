/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUARD_H
#define GUARD_H
#include "../conf/conf.h"
/*
 * Who has shown that they know their password. It lasts as long as the
 * configuration: who was let in once is let in again.
 */
enum { GUARD_USERS = 8 };
struct guard {
	struct boot_user in[GUARD_USERS]; /* the newest ones, by name and secret */
	size_t n;
	unsigned failures; /* since the last success */
};
/*
 * Whether a lock of e, or of a submenu that it is in, is closed; *lock is one
 * that is, or NULL where nobody can open it. g may be NULL: nobody is in.
 */
bool guard_closed(const struct guard *g, const struct boot_entry *e, const struct boot_lock **lock);
/* The same for the menu's own lock, which the editor and the command line are behind. */
bool guard_menu_closed(const struct guard *g, const struct boot_menu *m,
		       const struct boot_lock **lock);
/* Whether any of those who may open it has a name to be asked for. */
bool guard_names(const struct boot_lock *l);
/* Open l. Takes as long for a user who is not there as for one who is. */
bool guard_try(struct guard *g, const struct boot_lock *l, struct str name, struct str password);
/* How long to wait after the last failure: 1 s, and twice as long each time, up to 8 s. */
uint32_t guard_delay_ms(const struct guard *g);
#endif
