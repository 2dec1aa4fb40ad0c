/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAIN_H
#define PLAIN_H
#include "conf.h"
/*
 * Entries that are no more than a kernel, its arguments and its initrds: what
 * the small languages come to (guess.c, netbsd.c, freebsd.c, named.c). Shown
 * and edited as the lines "linux PATH ARGUMENTS" and "initrd PATH...".
 */
struct plain {
	struct conf_source src;
	struct str title, id;
	struct str kernel, args, initrd; /* initrd: paths with blanks between them */
	const char *hopeless;		 /* boot_entry's */
	uint32_t line;
};
/* The entries of a menu, and the first one that is not hopeless as the default. */
enum err plain_menu(struct conf *c, const struct plain *v, size_t n, struct boot_menu *out);
/* conf_ops.choose, text, edit */
enum err plain_choose(struct conf *c, const struct boot_entry *e, struct boot_plan *out);
enum err plain_text(struct conf *c, const struct boot_entry *e, struct str *out);
enum err plain_edit(struct conf *c, const struct boot_entry *e, struct str text,
		    struct boot_entry *out);
#endif
