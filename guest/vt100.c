/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vt100.h"
#include "../core/base/utf.h"
#include "../core/menu/width.h"
#include <string.h>

enum { PLAIN, AFTER_ESC, IN_CSI, IN_CHARSET };
enum { ESC = 0x1b, TAB = 8, ARG_MAX = 9999 };

static struct cell blank(void)
{
	return (struct cell){ .cp = ' ' };
}

/* Cells from (row, col) on, n of them, over the ends of rows. */
static void erase(struct vt100 *t, size_t row, size_t col, size_t n)
{
	struct cell *c = &t->cell[0][0] + row * VT100_COLS + col;
	for (size_t i = 0; i < n; i++)
		c[i] = blank();
}

void vt100_init(struct vt100 *t)
{
	*t = (struct vt100){ .bottom = VT100_ROWS - 1 };
	erase(t, 0, 0, VT100_ROWS * VT100_COLS);
}

/* --- moving -------------------------------------------------------------------- */

/* The column that is meant, also when a wrap is due. */
static size_t column(const struct vt100 *t)
{
	return min_size(t->col, VT100_COLS - 1);
}

static void scroll_up(struct vt100 *t)
{
	size_t rows = t->bottom - t->top;
	memmove(t->cell[t->top], t->cell[t->top + 1], rows * sizeof t->cell[0]);
	erase(t, t->bottom, 0, VT100_COLS);
}

static void scroll_down(struct vt100 *t)
{
	size_t rows = t->bottom - t->top;
	memmove(t->cell[t->top + 1], t->cell[t->top], rows * sizeof t->cell[0]);
	erase(t, t->top, 0, VT100_COLS);
}

static void line_feed(struct vt100 *t)
{
	t->col = column(t);
	if (t->row == t->bottom)
		scroll_up(t);
	else if (t->row < VT100_ROWS - 1)
		t->row++;
}

static void line_back(struct vt100 *t)
{
	t->col = column(t);
	if (t->row == t->top)
		scroll_down(t);
	else if (t->row > 0)
		t->row--;
}

static void go_to(struct vt100 *t, size_t row, size_t col)
{
	t->row = min_size(row, VT100_ROWS - 1);
	t->col = min_size(col, VT100_COLS - 1);
}

/* --- characters ------------------------------------------------------------------ */

/* A wide character that loses one half loses the other. */
static void split(struct vt100 *t, size_t col)
{
	if (col < VT100_COLS && !t->cell[t->row][col].cp) {
		t->cell[t->row][col] = blank();
		t->cell[t->row][col - 1] = blank();
	}
}

static void put(struct vt100 *t, uint32_t cp)
{
	size_t width = width_of(cp);
	if (!width || (cp >= 0x7f && cp < 0xa0)) /* C1 controls */
		return;
	if (t->col + width > VT100_COLS) {
		t->col = 0;
		line_feed(t);
	}
	split(t, t->col);
	split(t, t->col + width);
	t->cell[t->row][t->col] = (struct cell){ cp, t->attr };
	if (width == 2)
		t->cell[t->row][t->col + 1] = (struct cell){ 0, t->attr };
	t->col += width;
}

static size_t utf_length(uint8_t lead)
{
	return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

/* Everything of a character has come, or will not come any more. */
static void utf_end(struct vt100 *t)
{
	struct str s = { t->utf, t->n_utf };
	for (size_t at = 0; at < s.n;) /* each turn uses up a byte */
		put(t, utf8_next(s, &at));
	t->n_utf = 0;
}

static void character(struct vt100 *t, uint8_t c)
{
	bool goes_on = c >= 0x80 && c < 0xc0;
	if (!goes_on)
		utf_end(t);
	t->utf[t->n_utf++] = (char)c;
	if (t->n_utf == utf_length((uint8_t)t->utf[0]))
		utf_end(t);
}

static void control(struct vt100 *t, uint8_t c)
{
	utf_end(t);
	if (c == '\r')
		t->col = 0;
	else if (c == '\n' || c == '\v' || c == '\f')
		line_feed(t);
	else if (c == '\b')
		t->col = column(t) ? column(t) - 1 : 0;
	else if (c == '\t')
		go_to(t, t->row, (t->col / TAB + 1) * TAB);
}

/* --- sequences -------------------------------------------------------------------- */

/* Parameter i; 0 and none mean 1. */
static size_t arg(const struct vt100 *t, size_t i)
{
	return t->arg[i] ? t->arg[i] : 1;
}

/* ED and EL: how is 0 from the cursor on, 1 up to it, 2 all; of cells first to end. */
static void erase_part(struct vt100 *t, size_t how, size_t first, size_t end)
{
	size_t at = t->row * VT100_COLS + column(t);
	if (how == 0)
		first = at;
	else if (how == 1)
		end = at + 1;
	if (how <= 2)
		erase(t, first / VT100_COLS, first % VT100_COLS, end - first);
}

/* SGR: of what it can say, reverse video. */
static void rendition(struct vt100 *t)
{
	for (size_t i = 0; i <= min_size(t->n_arg, array_len(t->arg) - 1); i++) {
		if (t->arg[i] == 7)
			t->attr |= CELL_REVERSE;
		else if (t->arg[i] == 0 || t->arg[i] == 27)
			t->attr = 0;
	}
}

/* DECSTBM; the cursor goes home. */
static void region(struct vt100 *t)
{
	size_t top = arg(t, 0) - 1;
	size_t bottom = t->arg[1] ? min_size(t->arg[1], VT100_ROWS) - 1 : VT100_ROWS - 1;
	if (top >= bottom)
		return;
	t->top = top;
	t->bottom = bottom;
	go_to(t, 0, 0);
}

static void move(struct vt100 *t, uint8_t final)
{
	size_t n = arg(t, 0), row = t->row, col = column(t);
	if (final == 'A')
		row -= min_size(n, row);
	else if (final == 'B')
		row += n;
	else if (final == 'C')
		col += n;
	else
		col -= min_size(n, col);
	go_to(t, row, col);
}

static void sequence(struct vt100 *t, uint8_t final)
{
	if (t->private_use)
		return;
	switch (final) {
	case 'A':
	case 'B':
	case 'C':
	case 'D':
		move(t, final);
		break;
	case 'H':
	case 'f':
		go_to(t, arg(t, 0) - 1, arg(t, 1) - 1);
		break;
	case 'J':
		erase_part(t, t->arg[0], 0, VT100_ROWS * VT100_COLS);
		break;
	case 'K':
		erase_part(t, t->arg[0], t->row * VT100_COLS, (t->row + 1) * VT100_COLS);
		break;
	case 'm':
		rendition(t);
		break;
	case 'r':
		region(t);
		break;
	}
}

static void digit(unsigned *arg, uint8_t c)
{
	*arg = (unsigned)min_size(*arg * 10u + (c - '0'), ARG_MAX);
}

static void in_csi(struct vt100 *t, uint8_t c)
{
	if (c >= '0' && c <= '9') {
		if (t->n_arg < array_len(t->arg))
			digit(&t->arg[t->n_arg], c);
	} else if (c == ';') {
		t->n_arg++;
	} else if (c < '@') {
		t->private_use = true;
	} else {
		t->state = PLAIN;
		sequence(t, c);
	}
}

/* DECSC, DECRC */
static void save(struct vt100 *t)
{
	t->saved.row = t->row;
	t->saved.col = column(t);
	t->saved.attr = t->attr;
}

static void restore(struct vt100 *t)
{
	go_to(t, t->saved.row, t->saved.col);
	t->attr = t->saved.attr;
}

static void after_esc(struct vt100 *t, uint8_t c)
{
	t->state = PLAIN;
	if (c == '[') {
		t->state = IN_CSI;
		t->private_use = false;
		t->n_arg = 0;
		t->arg[0] = t->arg[1] = 0;
	} else if (c >= ' ' && c < '0') {
		t->state = IN_CHARSET; /* one more byte says which */
	} else if (c == '7') {
		save(t);
	} else if (c == '8') {
		restore(t);
	} else if (c == 'M') {
		line_back(t);
	} else if (c == 'D' || c == 'E') {
		t->col = c == 'E' ? 0 : t->col;
		line_feed(t);
	} else if (c == 'c') {
		vt100_init(t);
	}
}

static void byte(struct vt100 *t, uint8_t c)
{
	if (c == ESC) {
		utf_end(t);
		t->state = AFTER_ESC;
	} else if (c < ' ') {
		control(t, c); /* acts in the middle of a sequence, too */
	} else if (t->state == AFTER_ESC) {
		after_esc(t, c);
	} else if (t->state == IN_CSI) {
		in_csi(t, c);
	} else if (t->state == IN_CHARSET) {
		t->state = PLAIN;
	} else if (c != 0x7f) {
		character(t, c);
	}
}

void vt100_write(struct vt100 *t, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		byte(t, (uint8_t)p[i]);
}

struct cell vt100_cell(const struct vt100 *t, size_t row, size_t col)
{
	struct cell c = t->cell[row][col];
	if (row == t->row && col == column(t))
		c.attr |= CELL_CURSOR;
	return c;
}
