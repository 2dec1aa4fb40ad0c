/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VT100_H
#define VT100_H
#include "../core/base/base.h"
/*
 * A terminal's screen in memory: of a VT100 (ECMA-48) what core/menu sends and
 * a log needs, which is CR, LF, BS, TAB, cursor positioning and moves, erasing,
 * reverse video, the scrolling region, saving the cursor, and UTF-8. All else is swallowed whole.
 * Pure: bytes in, cells out.
 */
enum { VT100_ROWS = 30, VT100_COLS = 80 };
enum cell_attr { CELL_REVERSE = 1, CELL_CURSOR = 2 };
struct cell {
	uint32_t cp; /* never a control character; 0: the right half of a wide one */
	uint8_t attr;
};
struct vt100 {
	struct cell cell[VT100_ROWS][VT100_COLS];
	size_t row, col;    /* of the cursor; col may be VT100_COLS: the next character wraps */
	size_t top, bottom; /* rows of the scrolling region, both in it */
	uint8_t attr;
	struct {
		size_t row, col;
		uint8_t attr;
	} saved;
	/* What has come of a sequence or a character so far. */
	uint8_t state;
	bool private_use; /* the sequence has bytes that we know nothing of */
	size_t n_arg;
	unsigned arg[2];
	char utf[4];
	size_t n_utf;
};

void vt100_init(struct vt100 *t);
void vt100_write(struct vt100 *t, const char *p, size_t n);
/* A cell as it is seen: with CELL_CURSOR where the cursor is. */
struct cell vt100_cell(const struct vt100 *t, size_t row, size_t col);
#endif
