/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHELL_H
#define SHELL_H
#include "conf.h"
/*
 * A configuration language as a command line: one line after the other in one
 * state. What the commands print goes to c->user, what they complain of to
 * c->log, and what they change stays until the arena of c is released.
 */
enum shell_end {
	SHELL_READY, /* for the next line */
	SHELL_MORE,  /* this one goes on in the next */
	SHELL_BOOT,  /* what is loaded: see plan */
	SHELL_MENU,  /* of another configuration: see menu */
	SHELL_EXIT,
	SHELL_HALT,
	SHELL_REBOOT,
	SHELL_AGAIN, /* look for disks once more; no command of a language's */
};
enum shell_names { SHELL_COMMANDS, SHELL_VARIABLES };
struct shell_ops {
	const char *prompt;
	bool from_zero; /* partitions are counted so: "hd0,0" is the first */
	/*
	 * In the state of the menu that e stands in; NULL: no configuration was
	 * loaded. src then still says where files without a device are.
	 */
	enum err (*begin)(struct conf *c, const struct conf_source *src, const struct boot_entry *e,
			  void **state);
	/* Errors are those that end it all: ERR_NOMEM, ERR_LIMIT; a command that fails is OK. */
	enum err (*run)(struct conf *c, void *state, struct str line, enum shell_end *end);
	/* After SHELL_BOOT. */
	enum err (*plan)(struct conf *c, void *state, struct boot_plan *out);
	/* After SHELL_MENU: for choose, text and edit of the same language, with this c. */
	void (*menu)(void *state, struct boot_menu *out);
	/* The i-th name that may be completed; false: no more. */
	bool (*name)(void *state, enum shell_names which, size_t i, struct str *out);
	struct str (*root)(void *state); /* the device of a path without one, as conf_host has it */
};
extern const struct shell_ops grub2_shell, legacy_shell;
#endif
