/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MENU_SHELL_H
#define MENU_SHELL_H
#include "../conf/shell.h"
#include "edit.h"
#include "input.h"
#include "out.h"
/*
 * The command line on a terminal that scrolls: reading lines, with a history and
 * completion, and showing what commands print, page by page. Nothing is written
 * to the last column. Some 50 KiB: for an arena.
 */
enum { SHELL_LINE = 4096, SHELL_PAST = 16384 };
struct shell {
	struct conf_user user; /* what the commands get */
	struct log log;	       /* their complaints */
	struct con *con;
	struct input in;
	struct out out;
	bool gone; /* the console */
	/* The page. */
	size_t rows, cols;
	size_t row, col; /* lines since a key was pressed; columns of this one */
	/* The line, and what of it is on the screen. */
	struct str prompt;
	bool hidden;
	struct edit edit;
	char text[SHELL_LINE], shown[SHELL_LINE], clean[SHELL_LINE];
	size_t n_shown, left, cursor;
	bool drawn;
	/* Earlier lines, each with a newline, the oldest first; at: the one that is shown. */
	char past[SHELL_PAST], draft[SHELL_LINE];
	size_t n_past, at, n_draft;
};
void shell_init(struct shell *s, struct con *con);
/* A page begins here, on a screen whose size is asked for where it is not known. */
void shell_begin(struct shell *s);
/* A language that lines are for. */
struct shell_lang {
	struct conf *c;
	const struct shell_ops *ops;
	void *state;
};
/*
 * Read lines and run them, until something comes of one: not SHELL_READY and not
 * SHELL_MORE. last: there is no menu to go back to, and r, b and p are commands,
 * too. ERR_IO: the console is gone; others as of shell_ops.run.
 */
enum err shell_run(struct shell *s, const struct shell_lang *l, bool last, enum shell_end *end);
/* One line, in s->text until the next. lang may be NULL: then nothing is completed or remembered.
 * ERR_CANCEL: Esc or ^D on an empty line. */
enum err shell_read(struct shell *s, struct str prompt, const struct shell_lang *lang, bool hidden,
		    struct str *out);
/* What r, b and p want; SHELL_READY: it is none of them. */
enum shell_end shell_key_word(struct str line);
#endif
