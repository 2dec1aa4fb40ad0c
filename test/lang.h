/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LANG_H
#define LANG_H
#include "table_host.h"
#include "test.h"
/* A configuration language in a test: one text, evaluated against one table. */
struct lang {
	const struct conf_ops *ops;
	const char *path;	/* of the text, on hd0,msdos1 */
	struct table_host host; /* set up by the test */
	struct conf conf;
	struct conf_source src;
	struct boot_menu menu;
};
enum err lang_load(struct lang *l, const char *text, size_t n, struct conf_limits limits);
/* As plan_print shows it, or err_text. */
struct str lang_plan(struct lang *l, const struct boot_entry *e);
#endif
