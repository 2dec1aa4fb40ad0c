/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOCK_H
#define LOCK_H
#include "conf.h"
/* Locks, as the languages make them. */

/* A password that is a crypt(3) text by its looks, or plain. */
struct secret lock_secret(struct str text);
/* One that all of a list may open. */
enum err lock_of(struct arena *a, const struct boot_user *users, const struct boot_lock **out);
/*
 * One that those of a list may open whose names stand in names or in more,
 * with blanks, commas, semicolons, pipes or ampersands between them (GRUB
 * manual, "Authentication and authorisation").
 */
enum err lock_of_names(struct arena *a, const struct boot_user *users, struct str names,
		       struct str more, const struct boot_lock **out);
#endif
