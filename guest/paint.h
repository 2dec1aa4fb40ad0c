/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAINT_H
#define PAINT_H
#include "font.h"
#include "vt100.h"
/*
 * A terminal's screen as dots of a byte each, of which red and green have 3
 * bits and blue the lowest 2: only what has changed.
 */
enum { PAINT_WIDTH = VT100_COLS * FONT_COLS, PAINT_HEIGHT = VT100_ROWS * FONT_ROWS };
enum { PAINT_INK = 0xb6, PAINT_PAPER = 0 }; /* light grey, black */

struct rect {
	size_t x, y, width, height; /* in dots */
};
struct paint {
	uint8_t *dots;				   /* PAINT_HEIGHT rows of PAINT_WIDTH */
	struct cell shown[VT100_ROWS][VT100_COLS]; /* what they show */
};

void paint_begin(struct paint *p, uint8_t *dots); /* a black screen */
/* Bring the dots up to date; *changed encloses all that were written. false: none were. */
bool paint_vt100(struct paint *p, const struct vt100 *t, struct rect *changed);
#endif
