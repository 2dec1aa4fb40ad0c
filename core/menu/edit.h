/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EDIT_H
#define EDIT_H
#include "grid.h"
#include "keys.h"
/*
 * The editor of an entry's commands: several lines, those that are too long
 * are shown in several rows. The keys are those of GRUB's editor: arrows, ^P ^N
 * ^B ^F, Home End ^A ^E, PgUp PgDn, Backspace, Delete ^D, ^K ^U ^W ^Y, ^O, Enter.
 */
enum { EDIT_MAX = 65536, EDIT_CUT = 4096 };
struct edit {
	char *p; /* the text; cap bytes */
	size_t n, cap;
	size_t at;	    /* the cursor: a byte of it, or n */
	size_t goal;	    /* the column that up and down keep to, while vertical */
	bool vertical;	    /* the last key went up or down */
	size_t top;	    /* where the first row on the screen begins */
	size_t rows, width; /* of the text's part of the screen */
	bool has_shell;	    /* there is a command line to go to */
	size_t n_cut;
	char cut[EDIT_CUT]; /* what ^K and ^U took away */
};
enum edit_out {
	EDIT_STAY,
	EDIT_BOOT,   /* ^X, F10 */
	EDIT_SHELL,  /* ^C, F2 */
	EDIT_LEAVE,  /* Esc */
	EDIT_REDRAW, /* ^L */
};
enum edit_out edit_key(struct edit *e, struct key k);
/* notice, when not empty, stands below the title. */
void edit_draw(struct edit *e, struct grid *g, struct str title, struct str notice);

/* All that the editor needs: some 100 KiB, for an arena. */
struct editor {
	struct grid grid;
	struct edit edit;
	char text[EDIT_MAX];
};
/*
 * Let the user change *text, which then lies in ed. *how, EDIT_SHELL to begin
 * with where there is a command line, is what ended it: EDIT_BOOT, EDIT_SHELL or
 * EDIT_LEAVE. ERR_IO: the console is gone; ERR_LIMIT: the text is longer than
 * EDIT_MAX.
 */
enum err edit_run(struct editor *ed, struct con *con, struct str title, struct str notice,
		  struct str *text, enum edit_out *how);
#endif
