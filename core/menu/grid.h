/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GRID_H
#define GRID_H
#include "draw.h"
/*
 * A screen of lines that change a little at a time: what is there already is
 * not sent again. About 20 KiB: for an arena, not for a stack.
 */
enum { GRID_ROWS = 64, GRID_COLS = 250 };
struct grid {
	struct out out;
	size_t rows, cols; /* that may be used */
	uint16_t n[GRID_ROWS];
	char text[GRID_ROWS][GRID_COLS];
	bool blank; /* nothing of it is on the screen */
};
void grid_init(struct grid *g, struct con *con);
/*
 * Show text, which is safe and no longer than cols in columns and in bytes, in
 * a row from 0; rows that are not there do not matter.
 */
void grid_row(struct grid *g, size_t row, struct str text);
/* The cursor's place, after the last row was shown: sends all that is left to send. */
void grid_cursor(struct grid *g, size_t row, size_t col);
#endif
