/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "paint.h"

enum { CURSOR_ROWS = 2 }; /* an underline */

void paint_begin(struct paint *p, uint8_t *dots)
{
	*p = (struct paint){ .dots = dots };
	for (size_t i = 0; i < (size_t)PAINT_WIDTH * PAINT_HEIGHT; i++)
		dots[i] = PAINT_PAPER;
	for (size_t row = 0; row < VT100_ROWS; row++)
		for (size_t col = 0; col < VT100_COLS; col++)
			p->shown[row][col].cp = ' ';
}

static void draw_cell(struct paint *p, size_t row, size_t col, struct cell c)
{
	const uint8_t *glyph = font_glyph(c.cp ? c.cp : ' ');
	uint8_t *dot = p->dots + row * FONT_ROWS * PAINT_WIDTH + col * FONT_COLS;
	for (size_t y = 0; y < FONT_ROWS; y++, dot += PAINT_WIDTH) {
		unsigned bits = glyph[y];
		if (c.attr & CELL_REVERSE)
			bits ^= 0xff;
		if (c.attr & CELL_CURSOR && y >= FONT_ROWS - CURSOR_ROWS)
			bits ^= 0xff;
		for (size_t x = 0; x < FONT_COLS; x++)
			dot[x] = bits & 0x80u >> x ? PAINT_INK : PAINT_PAPER;
	}
}

struct bounds {
	size_t top, bottom, left, right; /* of cells, the last ones not in it */
};

static void enclose(struct bounds *b, size_t row, size_t col)
{
	b->top = min_size(b->top, row);
	b->left = min_size(b->left, col);
	b->bottom = row + 1; /* rows come in order */
	if (b->right <= col)
		b->right = col + 1;
}

bool paint_vt100(struct paint *p, const struct vt100 *t, struct rect *changed)
{
	struct bounds b = { .top = VT100_ROWS, .left = VT100_COLS };
	for (size_t row = 0; row < VT100_ROWS; row++) {
		for (size_t col = 0; col < VT100_COLS; col++) {
			struct cell c = vt100_cell(t, row, col), *shown = &p->shown[row][col];
			if (c.cp == shown->cp && c.attr == shown->attr)
				continue;
			draw_cell(p, row, col, c);
			*shown = c;
			enclose(&b, row, col);
		}
	}
	*changed = (struct rect){
		.x = b.left * FONT_COLS,
		.y = b.top * FONT_ROWS,
		.width = (b.right - b.left) * FONT_COLS,
		.height = (b.bottom - b.top) * FONT_ROWS,
	};
	return b.bottom > 0;
}
