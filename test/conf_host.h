/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONF_HOST_H
#define CONF_HOST_H
#include "../core/conf/conf.h"
/*
 * The world of a configuration test: a table of files and one of facts. A
 * device exists when a file of it or a fact about it is in the table; "hd0,1",
 * "hd0,msdos1" and "hd0,gpt1" are the same one, and go by the table's name.
 * Directories are what the paths imply.
 */
struct world_file {
	const char *device; /* NULL ends the table */
	const char *path;   /* absolute */
	const char *text;   /* NULL: some byte or other */
	size_t n;	    /* of text; 0: it ends with a NUL */
};
struct world_fact {
	const char *name; /* "uuid:hd0,msdos1"; NULL ends the table */
	const char *value;
};
struct world {
	struct conf_host door;
	const struct world_file *file;
	const struct world_fact *fact; /* may be NULL */
	const char *boot;	       /* the device that a search looks at first; may be NULL */
};
/* The conf_host of these tables. */
void world_init(struct world *w, const struct world_file *file, const struct world_fact *fact);
/* The text of a menu: one entry a line, a star at the chosen one; then how it boots. */
void world_print_menu(const struct boot_menu *m, struct text *out);
#endif
