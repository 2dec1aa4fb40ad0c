/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "edit.h"
#include "input.h"
#include "width.h"
#include "../base/str.h"
#include "../base/utf.h"
#include <string.h>

static struct str text_of(const struct edit *e)
{
	return (struct str){ e->p, e->n };
}

/* --- characters and rows ------------------------------------------------------- */

/* One character off *at as it is shown: at most 4 bytes and 4 columns, safe. */
static size_t show(const struct edit *e, size_t *at, char out[4])
{
	size_t from = *at;
	if (e->p[from] == '\t') {
		(*at)++;
		memset(out, ' ', 4);
		return 4;
	}
	(void)utf8_next(text_of(e), at);
	memcpy(out, e->p + from, *at - from);
	return str_clean(out, *at - from);
}

static size_t line_start(const struct edit *e, size_t at)
{
	while (at > 0 && e->p[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(const struct edit *e, size_t at)
{
	return str_find(text_of(e), '\n', at);
}

/* The end of the row that begins at from: a newline, the text's end, or all that fits. */
static size_t row_end(const struct edit *e, size_t from)
{
	size_t cols = 0, bytes = 0;
	while (from < e->n && e->p[from] != '\n') {
		char c[4];
		size_t next = from, n = show(e, &next, c);
		cols += width_columns((struct str){ c, n });
		bytes += n;
		if (cols > e->width || bytes > e->width)
			break;
		from = next;
	}
	return from;
}

static size_t next_row(const struct edit *e, size_t from)
{
	size_t end = row_end(e, from);
	return end < e->n && e->p[end] == '\n' ? end + 1 : end;
}

/* Where the row begins that the cursor is in when it is at `at`. */
static size_t row_start(const struct edit *e, size_t at)
{
	size_t from = line_start(e, at), last = line_end(e, at);
	for (;;) { /* every row holds something, or is the last */
		size_t end = row_end(e, from);
		if (at < end || end == last)
			return from;
		from = end;
	}
}

static size_t column(const struct edit *e, size_t at)
{
	size_t cols = 0, i = row_start(e, at);
	while (i < at) {
		char c[4];
		size_t n = show(e, &i, c);
		cols += width_columns((struct str){ c, n });
	}
	return cols;
}

static size_t back(const struct edit *e, size_t at)
{
	if (at == 0)
		return 0;
	/* No character is longer than 4 bytes; what is none is one byte. */
	for (size_t n = min_size(at, 4); n > 1; n--) {
		size_t i = at - n;
		(void)utf8_next(text_of(e), &i);
		if (i == at)
			return at - n;
	}
	return at - 1;
}

static size_t forward(const struct edit *e, size_t at)
{
	if (at < e->n)
		(void)utf8_next(text_of(e), &at);
	return at;
}

/* --- changes ------------------------------------------------------------------- */

static void insert(struct edit *e, const char *p, size_t n)
{
	if (n > e->cap - e->n)
		return;
	memmove(e->p + e->at + n, e->p + e->at, e->n - e->at);
	memcpy(e->p + e->at, p, n);
	e->n += n;
	e->at += n;
}

static void take_out(struct edit *e, size_t from, size_t to)
{
	memmove(e->p + from, e->p + to, e->n - to);
	e->n -= to - from;
	e->at = from;
}

static void cut(struct edit *e, size_t from, size_t to)
{
	e->n_cut = min_size(to - from, EDIT_CUT);
	memcpy(e->cut, e->p + from, e->n_cut);
	take_out(e, from, to);
}

/* --- keys ---------------------------------------------------------------------- */

/* To the column that the vertical moves began in, or the row's last place before it. */
static void place(struct edit *e, size_t row)
{
	size_t cols = 0, end = row_end(e, row), at = row;
	bool wraps = end < e->n && e->p[end] != '\n';
	while (at < end) {
		char c[4];
		size_t next = at, n = show(e, &next, c);
		cols += width_columns((struct str){ c, n });
		if (cols > e->goal || (wraps && next == end))
			break;
		at = next;
	}
	e->at = at;
}

static void move_rows(struct edit *e, size_t n, bool up)
{
	for (; n; n--) {
		size_t row = row_start(e, e->at), next = next_row(e, row);
		if (up && row)
			place(e, row_start(e, row - 1));
		else if (!up && (next > row_end(e, row) || next < e->n))
			place(e, next);
	}
}

/* The keys that move up and down; they alone keep the goal. */
static bool vertical_key(struct edit *e, enum key_code code)
{
	bool up = code == KEY_UP || code == KEY_PGUP;
	bool page = code == KEY_PGUP || code == KEY_PGDN;
	bool vertical = up || page || code == KEY_DOWN;
	if (vertical && !e->vertical)
		e->goal = column(e, e->at);
	e->vertical = vertical;
	if (!vertical)
		return false;
	move_rows(e, page ? e->rows : 1, up);
	return true;
}

static void horizontal_key(struct edit *e, enum key_code code)
{
	switch (code) {
	case KEY_LEFT:
		e->at = back(e, e->at);
		break;
	case KEY_RIGHT:
		e->at = forward(e, e->at);
		break;
	case KEY_HOME:
		e->at = line_start(e, e->at);
		break;
	case KEY_END:
		e->at = line_end(e, e->at);
		break;
	case KEY_DELETE:
		take_out(e, e->at, forward(e, e->at));
		break;
	case KEY_ENTER:
		insert(e, "\n", 1);
		break;
	default:
		break;
	}
}

/* A line's end or, where the cursor is there already, the newline. */
static void cut_to_end(struct edit *e)
{
	size_t end = line_end(e, e->at);
	cut(e, e->at, end > e->at ? end : min_size(end + 1, e->n));
}

/* Back over blanks and then over what are none, within the line. */
static size_t word_start(const struct edit *e, size_t at)
{
	size_t line = line_start(e, at);
	while (at > line && is_blank(e->p[at - 1]))
		at--;
	while (at > line && !is_blank(e->p[at - 1]))
		at--;
	return at;
}

static enum edit_out char_key(struct edit *e, uint8_t c)
{
	size_t was = e->at;
	switch (c) {
	case KEY_CTRL('h'):
	case 0x7f:
		take_out(e, back(e, e->at), was);
		break;
	case KEY_CTRL('k'):
		cut_to_end(e);
		break;
	case KEY_CTRL('u'):
		cut(e, line_start(e, e->at), was);
		break;
	case KEY_CTRL('w'):
		cut(e, word_start(e, was), was);
		break;
	case KEY_CTRL('y'):
		insert(e, e->cut, e->n_cut);
		break;
	case KEY_CTRL('o'):
		insert(e, "\n", 1);
		e->at = was;
		break;
	case KEY_CTRL('l'):
		return EDIT_REDRAW;
	case KEY_CTRL('x'):
		return EDIT_BOOT;
	case KEY_CTRL('c'):
		return EDIT_SHELL;
	default:
		if (c >= 0x20 || c == '\t')
			insert(e, (const char *)&c, 1);
	}
	return EDIT_STAY;
}

static enum key_code canonical(struct key k)
{
	static const struct {
		uint8_t c;
		enum key_code code;
	} same[] = {
		{ KEY_CTRL('p'), KEY_UP },     { KEY_CTRL('n'), KEY_DOWN },
		{ KEY_CTRL('b'), KEY_LEFT },   { KEY_CTRL('f'), KEY_RIGHT },
		{ KEY_CTRL('a'), KEY_HOME },   { KEY_CTRL('e'), KEY_END },
		{ KEY_CTRL('d'), KEY_DELETE },
	};
	for (size_t i = 0; k.code == KEY_CHAR && i < array_len(same); i++)
		if (k.byte == same[i].c)
			return same[i].code;
	return k.code;
}

enum edit_out edit_key(struct edit *e, struct key k)
{
	enum edit_out out = EDIT_STAY;
	k.code = canonical(k);
	if (k.code == KEY_NONE || k.code == KEY_SIZE || vertical_key(e, k.code))
		return EDIT_STAY;
	if (k.code == KEY_ESC)
		return EDIT_LEAVE;
	if (k.code == KEY_F10)
		return EDIT_BOOT;
	if (k.code == KEY_F2)
		return EDIT_SHELL;
	if (k.code == KEY_CHAR)
		out = char_key(e, k.byte);
	else
		horizontal_key(e, k.code);
	return out;
}

/* --- the screen ---------------------------------------------------------------- */

/* The row that begins at from, and a backslash where its line goes on. */
static void draw_row(const struct edit *e, struct grid *g, size_t row, size_t from)
{
	char line[GRID_COLS];
	size_t n = 0, end = row_end(e, from);
	while (from < end) {
		char c[4];
		size_t k = show(e, &from, c);
		memcpy(line + n, c, k);
		n += k;
	}
	if (end < e->n && e->p[end] != '\n')
		line[n++] = '\\';
	grid_row(g, row, (struct str){ line, n });
}

/* Move top so that the cursor's row is on the screen; how far down it is then. */
static size_t scroll(struct edit *e)
{
	size_t cursor = row_start(e, e->at), down = 0;
	/* A change at the start of a row may have drawn it into the row above. */
	e->top = row_start(e, min_size(e->top, e->n));
	if (cursor < e->top)
		e->top = cursor;
	for (size_t row = e->top; row < cursor; row = next_row(e, row))
		down++;
	for (; down >= e->rows; down--)
		e->top = next_row(e, e->top);
	return down;
}

static void draw_rule(struct grid *g, size_t row)
{
	char line[GRID_COLS];
	memset(line, '-', sizeof line);
	grid_row(g, row, (struct str){ line, g->cols });
}

/* Rows of the screen that are not the text's, when there are enough. */
enum { ABOVE = 2, BELOW = 2, ROWS_FRAMED = 7 };

static void draw_frame(struct grid *g, struct str title, struct str notice, bool has_shell)
{
	char line[2 * GRID_COLS];
	const struct str help = has_shell ? STR("^X or F10: boot   ^C or F2: command line   Esc: "
						"back, changes are lost")
					  : STR("^X or F10: boot   Esc: back, changes are lost");
	size_t n = sizeof "Edit: " - 1;
	memcpy(line, "Edit: ", n);
	struct str name = text_clean(title, line + n, sizeof line - n);
	n = width_cut(line, n + name.n, g->cols);
	grid_row(g, 0, (struct str){ line, n });
	struct str said = text_clean(notice, line, sizeof line);
	if (said.n)
		grid_row(g, 1, str_sub(said, 0, width_fit(said, g->cols)));
	else
		draw_rule(g, 1);
	draw_rule(g, g->rows - BELOW);
	grid_row(g, g->rows - 1, str_sub(help, 0, width_fit(help, g->cols)));
}

void edit_draw(struct edit *e, struct grid *g, struct str title, struct str notice)
{
	bool framed = g->rows >= ROWS_FRAMED;
	size_t first = framed ? ABOVE : 0;
	e->rows = framed ? g->rows - ABOVE - BELOW : g->rows;
	e->width = g->cols - 1;
	size_t down = scroll(e), from = e->top;
	bool over = false; /* past the last row of the text */
	if (framed)
		draw_frame(g, title, notice, e->has_shell);
	for (size_t i = 0; i < e->rows; i++) {
		if (over) {
			grid_row(g, first + i, STR(""));
			continue;
		}
		draw_row(e, g, first + i, from);
		size_t next = next_row(e, from);
		over = next == row_end(e, from) && next == e->n;
		from = next;
	}
	grid_cursor(g, first + down, column(e, e->at));
}

/* --- running ------------------------------------------------------------------- */

/* The size of the screen may be another one now. */
static void begin_screen(struct editor *ed, struct con *con, bool ask)
{
	if (ask && con->measure)
		con->measure(con, true);
	grid_init(&ed->grid, con);
}

static bool ends(enum edit_out out, bool has_shell)
{
	return out == EDIT_BOOT || out == EDIT_LEAVE || (out == EDIT_SHELL && has_shell);
}

enum err edit_run(struct editor *ed, struct con *con, struct str title, struct str notice,
		  struct str *text, enum edit_out *how)
{
	struct input in = { .con = con };
	struct edit *e = &ed->edit;
	if (text->n > EDIT_MAX)
		return ERR_LIMIT;
	if (text->n)
		memmove(ed->text, text->p, text->n);
	*e = (struct edit){ .p = ed->text, .n = text->n, .cap = EDIT_MAX };
	e->has_shell = *how == EDIT_SHELL;
	begin_screen(ed, con, false);
	for (;;) { /* until the user decides or the console is gone */
		struct key k;
		bool any;
		try(input_poll(&in, &k, &any));
		if (!any || !e->rows) {
			edit_draw(e, &ed->grid, title, notice);
			if (!any)
				try(input_wait(&in, CON_FOREVER, &k));
		}
		*how = edit_key(e, k);
		*text = text_of(e);
		if (ends(*how, e->has_shell))
			return OK;
		if (*how == EDIT_REDRAW || k.code == KEY_SIZE)
			begin_screen(ed, con, k.code != KEY_SIZE);
	}
}
