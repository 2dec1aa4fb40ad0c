/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VT_H
#define VT_H
#include "../core/base/utf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/*
 * A terminal that knows what a VT100 knows and what the menu may use. Any
 * other sequence, writing past the right edge and scrolling where no region
 * asks for it set bad.
 */
enum { VT_ROWS = 60, VT_COLS = 260 };
struct vt {
	size_t rows, cols, row, col; /* from 0 */
	size_t saved_row, saved_col;
	bool scrolls;	    /* is used as a page that goes on below */
	size_t top, bottom; /* the scrolling region */
	bool reverse;
	const char *bad;
	size_t n_asked;			 /* where the cursor is; nobody answers but the test */
	uint32_t cell[VT_ROWS][VT_COLS]; /* 0: blank; 1: the right half of a wide character */
	bool inverse[VT_ROWS][VT_COLS];
	char seq[32]; /* of an escape sequence, or of a character in UTF-8 */
	size_t n_seq;
	char text[VT_ROWS * (VT_COLS * 4 + 4)];
};

static void vt_init(struct vt *v, size_t rows, size_t cols)
{
	memset(v, 0, sizeof *v);
	v->rows = rows;
	v->cols = cols;
	v->bottom = rows - 1;
}

static void vt_line_blank(struct vt *v, size_t row, size_t from)
{
	memset(v->cell[row] + from, 0, (v->cols - from) * sizeof v->cell[0][0]);
	memset(v->inverse[row] + from, 0, (v->cols - from) * sizeof v->inverse[0][0]);
}

static void vt_scroll(struct vt *v, bool up)
{
	if (v->top == 0 && v->bottom == v->rows - 1 && !v->scrolls)
		v->bad = "the whole screen scrolled";
	for (size_t i = 0; i < v->bottom - v->top; i++) {
		size_t to = up ? v->top + i : v->bottom - i, from = up ? to + 1 : to - 1;
		memcpy(v->cell[to], v->cell[from], sizeof v->cell[0]);
		memcpy(v->inverse[to], v->inverse[from], sizeof v->inverse[0]);
	}
	vt_line_blank(v, up ? v->bottom : v->top, 0);
}

static void vt_print(struct vt *v, uint32_t cp, size_t width)
{
	if (v->col + width >= v->cols + (width == 0)) {
		v->bad = "text in the last column";
		return;
	}
	for (size_t i = 0; i < width; i++) {
		v->cell[v->row][v->col] = i ? 1 : cp;
		v->inverse[v->row][v->col++] = v->reverse;
	}
}

static void vt_csi(struct vt *v, char final)
{
	unsigned a = 0, b = 0;
	int n = sscanf(v->seq + 2, "%u;%u", &a, &b);
	if (final == 'H' && (n == 2 || n < 1)) {
		v->row = a ? a - 1 : 0;
		v->col = b ? b - 1 : 0;
		if ((v->row >= v->rows || v->col >= v->cols) && a != 999)
			v->bad = "the cursor left the screen";
		v->row = min_size(v->row, v->rows - 1);
		v->col = min_size(v->col, v->cols - 1);
	} else if (final == 'J' && a == 2) {
		for (size_t i = 0; i < v->rows; i++)
			vt_line_blank(v, i, 0);
	} else if (final == 'C') {
		v->col += a ? a : 1;
		if (v->col >= v->cols)
			v->bad = "the cursor left the screen";
		v->col = min_size(v->col, v->cols - 1);
	} else if (final == 'K' && a == 0) {
		vt_line_blank(v, v->row, v->col);
	} else if (final == 'm' && (a == 0 || a == 7)) {
		v->reverse = a == 7;
	} else if (final == 'n' && a == 6) {
		v->n_asked++;
	} else if (final == 'r') {
		v->top = n == 2 ? a - 1 : 0;
		v->bottom = n == 2 ? b - 1 : v->rows - 1;
		v->row = v->col = 0;
		if (v->bottom >= v->rows || v->top >= v->bottom)
			v->bad = "a bad scrolling region";
	} else {
		v->bad = "an unknown control sequence";
	}
}

static void vt_escape(struct vt *v, char c)
{
	if (v->n_seq == 2 && (c == '7' || c == '8')) {
		*(c == '7' ? &v->saved_row : &v->row) = c == '7' ? v->row : v->saved_row;
		*(c == '7' ? &v->saved_col : &v->col) = c == '7' ? v->col : v->saved_col;
	} else if (v->n_seq == 2 && c == 'M') {
		if (v->row == v->top)
			vt_scroll(v, false);
		else if (v->row)
			v->row--;
	} else if (v->n_seq == 2 && c == '[') {
		return;
	} else if (v->n_seq > 2 && c >= '@') {
		vt_csi(v, c);
	} else if (v->n_seq > 2 && v->n_seq < sizeof v->seq - 1) {
		return;
	} else {
		v->bad = "an unknown escape sequence";
	}
	v->n_seq = 0;
}

static void vt_plain(struct vt *v, char c)
{
	size_t at = 0;
	struct str s = { v->seq, v->n_seq };
	if (c == '\r') {
		v->col = 0;
	} else if (c == '\n' && v->row == v->bottom) {
		vt_scroll(v, true);
	} else if (c == '\n') {
		v->row++;
	} else if ((uint8_t)c < 0x20 || c == 0x7f) {
		v->bad = "a control character";
	} else {
		uint32_t cp = utf8_next(s, &at);
		if (cp == 0xfffd && v->n_seq < 4)
			return; /* not whole yet */
		bool wide = cp >= 0x2e80 && cp < 0xfe70;
		vt_print(v, cp, cp >= 0x300 && cp <= 0x36f ? 0 : wide ? 2 : 1);
		if (cp == 0xfffd || (cp >= 0x80 && cp < 0xa0))
			v->bad = "unsafe text";
	}
	v->n_seq = 0;
}

static void vt_write(struct vt *v, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		v->seq[v->n_seq++] = p[i];
		v->seq[v->n_seq] = 0;
		if (v->seq[0] != 0x1b)
			vt_plain(v, p[i]);
		else if (v->n_seq > 1)
			vt_escape(v, p[i]);
	}
}

/* The screen as lines, without blanks at their ends; reverse video in []. */
static const char *vt_text(struct vt *v)
{
	size_t n = 0, end = 0;
	for (size_t r = 0; r < v->rows; r++) {
		for (size_t c = 0; c <= v->cols; c++) {
			bool was = c && v->inverse[r][c - 1];
			bool is = c < v->cols && v->inverse[r][c];
			if (is != was)
				v->text[n++] = is ? '[' : ']';
			if (c == v->cols || v->cell[r][c] == 1)
				continue;
			uint32_t cp = v->cell[r][c] ? v->cell[r][c] : ' ';
			n += utf8_put(cp, v->text + n);
		}
		while (n > end && v->text[n - 1] == ' ')
			n--;
		v->text[n++] = '\n';
		end = n;
	}
	while (n > 1 && v->text[n - 1] == '\n' && v->text[n - 2] == '\n')
		n--;
	v->text[n] = 0;
	return v->text;
}
#endif
