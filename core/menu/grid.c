/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grid.h"
#include "width.h"
#include "../base/str.h"
#include <string.h>

void grid_init(struct grid *g, struct con *con)
{
	size_t rows, cols;
	con_size(con, &rows, &cols);
	*g = (struct grid){ .rows = min_size(rows, GRID_ROWS), .cols = min_size(cols, GRID_COLS) };
	g->out.con = con;
	g->blank = true;
}

/* Where old and new text begin to differ, at the start of a character. */
static size_t common(struct str a, struct str b)
{
	size_t i = 0, n = min_size(a.n, b.n);
	while (i < n && a.p[i] == b.p[i])
		i++;
	/* A mark that combines with the last character is part of it: send that again, too. */
	while (i > 0 && i < b.n && (uint8_t)b.p[i] >= 0x80)
		i--;
	return i;
}

void grid_row(struct grid *g, size_t row, struct str text)
{
	if (row >= g->rows)
		return;
	if (g->blank) {
		out_put(&g->out, STR("\x1b[0m\x1b[2J"));
		memset(g->n, 0, sizeof g->n);
		g->blank = false;
	}
	struct str was = { g->text[row], g->n[row] };
	text = str_sub(text, 0, g->cols);
	if (str_eq(was, text))
		return;
	size_t same = common(was, text);
	out_go_to(&g->out, row + 1, width_columns(str_sub(text, 0, same)) + 1);
	out_put(&g->out, str_sub(text, same, text.n));
	if (width_columns(was) > width_columns(text))
		out_put(&g->out, STR("\x1b[K"));
	memcpy(g->text[row], text.p, text.n);
	g->n[row] = (uint16_t)text.n;
}

void grid_cursor(struct grid *g, size_t row, size_t col)
{
	out_go_to(&g->out, min_size(row + 1, g->rows), min_size(col, g->cols) + 1);
	out_flush(&g->out);
}
