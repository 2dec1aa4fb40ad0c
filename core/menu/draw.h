/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRAW_H
#define DRAW_H
#include "out.h"
#include "state.h"
/*
 * The menu as bytes for a VT100: cursor positioning, erasing, reverse video
 * and the scrolling region, nothing else. Plain ASCII but for the titles,
 * which are made safe. Nothing is written to the last column or beyond the
 * last row, so no terminal wraps or scrolls by itself.
 */

/*
 * Where things go. Rows count from 1; 0: there is no room for it. On a screen
 * of a few rows there is the list, and one row for all that is to be said.
 */
struct layout {
	size_t cols; /* that may be written to */
	size_t title_row;
	size_t notice_row, notice_rows;
	size_t rule_row; /* above the list; another one is below it */
	size_t list_row, list_rows;
	size_t note_row; /* the countdown, a question */
	size_t help_row;
};
void draw_layout(struct layout *l, const struct con *c, struct str notice);

/* The whole screen. */
void draw_all(struct out *o, const struct layout *l, const struct menu *s, struct str notice);
/* From what was drawn last to s, with as few bytes as it takes. */
void draw_change(struct out *o, const struct layout *l, const struct menu *was,
		 const struct menu *s, struct str notice);
/* Clear the screen and say what comes next; title may be empty. */
void draw_end(struct out *o, const struct layout *l, struct str title);
#endif
