/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LEGACY_H
#define LEGACY_H
#include "conf.h"
/*
 * GRUB legacy's menu.lst, shared by its two halves: legacy.c makes a menu of
 * it, legacy_run.c a plan of one entry.
 */

/* Lines without comments, with continuations joined, cut into command and arguments. */
struct legacy_lines {
	struct str text;
	size_t at;
	uint32_t line; /* the number of the last one read */
	char *buf;     /* as long as text: holds the current line */
};
struct legacy_command {
	struct str name, args; /* valid until the next line is read */
	struct str all;	       /* both, and what is between them */
	size_t at;	       /* of the line, in text */
	uint32_t line;
};
/* line: how many come before text in its file. */
enum err legacy_lines_init(struct legacy_lines *l, struct arena *a, struct str text, uint32_t line);
/* "2", "0x2"; what follows the digits does not count. false: there are none. */
bool legacy_number(struct str s, uint64_t *out);
bool legacy_next(struct legacy_lines *l, struct legacy_command *out);
/* pygrub takes every line that begins so for a title, and "titled" works for its users. */
bool legacy_is_title(const struct legacy_command *c);

/* boot_entry.body: the commands of an entry. */
struct legacy_body {
	struct conf_source src;
	struct str text;
	uint32_t line;			 /* how many come before text */
	uint32_t number;		 /* of the entry, as `default` counts */
	struct str fallback;		 /* the menu's: numbers between blanks */
	const struct boot_entry *chosen; /* of a submenu: its default */
};
/* The file in which savedefault keeps a number for "default saved": beside src. */
enum err legacy_default_path(struct arena *a, const struct conf_source *src, struct str *out);

/*
 * A file as a command names it. device: GRUB 2's name without brackets; empty:
 * the configuration's own. The strings live in the arena.
 */
struct legacy_file {
	struct str device, path, args;
};
/*
 * Where the body's configfile command leads, or the menu of the partition whose
 * boot sector it chainloads; ERR_NOENT: neither.
 */
enum err legacy_configfile(struct conf *c, const struct legacy_body *b, struct legacy_file *out);
/* Run the body's commands: conf_ops.choose. */
enum err legacy_run(struct conf *c, const struct legacy_body *b, struct boot_plan *out);
#endif
