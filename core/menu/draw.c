/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "draw.h"
#include "width.h"
#include "../base/fmt.h"
#include "../base/str.h"
#include "../base/utf.h"
#include <string.h>

enum {
	ROWS_MAX = 999,
	COLS_MAX = 250,
	COLS_MIN = 8,  /* narrower screens do not exist; they may wrap */
	ROWS_FULL = 9, /* from here on there is room for more than the list */
	NOTICE_MAX = 3,
	MARK = 2,  /* columns before a title */
	HEAD = 60, /* of a title at most this much is shown in reverse: it is sent twice a move */
};

void out_flush(struct out *o)
{
	if (o->n)
		o->con->write(o->con, o->buf, o->n);
	o->n = 0;
}

static void put(struct out *o, struct str s)
{
	for (size_t done = 0; done < s.n;) { /* the buffer always takes some */
		size_t n = min_size(s.n - done, sizeof o->buf - o->n);
		memcpy(o->buf + o->n, s.p + done, n);
		o->n += n;
		done += n;
		if (o->n == sizeof o->buf)
			out_flush(o);
	}
}

static void put_fmt(struct out *o, const char *fmt, ...) printf_like(2, 3);
static void put_fmt(struct out *o, const char *fmt, ...)
{
	char line[128];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	put(o, (struct str){ line, min_size(n, sizeof line - 1) });
}

static void go_to(struct out *o, size_t row, size_t col)
{
	put_fmt(o, "\x1b[%zu;%zuH", row, col);
}

static void put_cut(struct out *o, struct str s, size_t cols)
{
	put(o, str_sub(s, 0, width_fit(s, cols)));
}

void draw_layout(struct layout *l, const struct con *c, struct str notice)
{
	size_t rows = min_size(c->rows && c->cols ? c->rows : 24, ROWS_MAX);
	size_t cols = min_size(c->rows && c->cols ? c->cols : 80, COLS_MAX);
	*l = (struct layout){ .cols = (cols < COLS_MIN ? (size_t)COLS_MIN : cols) - 1 };
	if (rows < ROWS_FULL) {
		l->list_row = 1;
		l->list_rows = rows > 1 ? rows - 1 : 1;
		l->note_row = rows > 1 ? rows : 0;
		return;
	}
	l->title_row = 1;
	l->notice_row = 2;
	l->notice_rows = min_size((notice.n + l->cols - 1) / l->cols, NOTICE_MAX);
	l->rule_row = l->notice_row + l->notice_rows;
	l->list_row = l->rule_row + 1;
	l->help_row = rows;
	l->note_row = rows - 1;
	l->list_rows = rows - 2 - l->rule_row - 1;
}

/* A piece of foreign text, safe for a terminal, without an end that cannot be seen anyway. */
static struct str clean(struct str s, char *buf, size_t cap)
{
	size_t n = min_size(s.n, cap);
	if (n)
		memcpy(buf, s.p, n);
	return (struct str){ buf, str_clean(buf, n) };
}

static void put_clean(struct out *o, struct str s, size_t cols)
{
	char buf[4 * COLS_MAX];
	put_cut(o, clean(s, buf, sizeof buf), cols);
}

/* --- one row of the list ----------------------------------------------------- */

struct row {
	char text[2 * COLS_MAX];
	size_t n;    /* at most the columns of the screen, in columns and in bytes */
	size_t head; /* of it in reverse when selected */
};

static void row_of(struct row *r, const struct boot_entry *e, size_t cols)
{
	struct str tail = e->children ? STR(" >>") : STR("");
	size_t room = cols - MARK - tail.n;
	struct str title = clean(e->title, r->text, sizeof r->text - 8);
	r->n = width_fit(title, room);
	if (r->n < title.n) {
		struct str dots = str_sub(STR("..."), 0, room);
		r->n = width_fit(title, room - dots.n);
		memcpy(r->text + r->n, dots.p, dots.n);
		r->n += dots.n;
	}
	memcpy(r->text + r->n, tail.p, tail.n);
	r->n += tail.n;
	r->head = width_fit((struct str){ r->text, r->n }, HEAD);
}

enum row_part { ROW_HEAD, ROW_WHOLE };

static void draw_row(struct out *o, const struct layout *l, const struct menu *s, size_t i,
		     enum row_part part)
{
	size_t n;
	const struct boot_entry *e = menu_level(s, &n);
	struct row r;
	if (i >= n || i < s->top || i - s->top >= l->list_rows)
		return;
	row_of(&r, &e[i], l->cols);
	bool selected = i == s->at;
	go_to(o, l->list_row + (i - s->top), 1);
	put(o, selected ? STR("> \x1b[7m") : STR("  "));
	put(o, (struct str){ r.text, r.head });
	if (selected)
		put(o, STR("\x1b[0m"));
	if (part == ROW_WHOLE)
		put(o, (struct str){ r.text + r.head, r.n - r.head });
}

/* --- the parts of the screen ------------------------------------------------- */

/* The submenus that lead to this one, outermost first. */
static void draw_title(struct out *o, const struct layout *l, const struct menu *s)
{
	size_t depth = 0;
	if (!l->title_row)
		return;
	go_to(o, l->title_row, 1);
	put(o, STR("domboot"));
	for (const struct boot_entry *e = s->in; e; e = e->parent)
		depth++;
	/* Three levels are more than anybody has; of deeper ones the innermost count. */
	size_t shown = min_size(depth, 3), room = (l->cols - 7) / (shown ? shown : 1);
	for (size_t i = shown; room > 3 && i-- > 0;) {
		const struct boot_entry *e = s->in;
		for (size_t up = i; up; up--)
			e = e->parent;
		put(o, STR(" > "));
		put_clean(o, e->title, room - 3);
	}
}

static void draw_notice(struct out *o, const struct layout *l, struct str notice)
{
	char buf[NOTICE_MAX * COLS_MAX];
	struct str rest = clean(notice, buf, sizeof buf);
	for (size_t i = 0; i < l->notice_rows; i++) {
		size_t n = width_fit(rest, l->cols);
		go_to(o, l->notice_row + i, 1);
		put(o, str_sub(rest, 0, n));
		rest = str_sub(rest, n, rest.n);
	}
}

static bool more_above(const struct menu *s)
{
	return s->top > 0;
}

static bool more_below(const struct menu *s)
{
	size_t n;
	menu_level(s, &n);
	return n - s->top > s->rows;
}

static void draw_mark(struct out *o, size_t row, bool on, const char *text)
{
	go_to(o, row, 4);
	put(o, on ? str_of(text) : STR("---"));
}

static void draw_rules(struct out *o, const struct layout *l, const struct menu *s)
{
	char line[COLS_MAX];
	size_t below = l->rule_row + l->list_rows + 1;
	if (!l->rule_row)
		return;
	memset(line, '-', sizeof line);
	go_to(o, l->rule_row, 1);
	put(o, (struct str){ line, l->cols });
	go_to(o, below, 1);
	put(o, (struct str){ line, l->cols });
	if (more_above(s))
		draw_mark(o, l->rule_row, true, " ^ ");
	if (more_below(s))
		draw_mark(o, below, true, " v ");
}

static void draw_list(struct out *o, const struct layout *l, const struct menu *s, bool erase)
{
	for (size_t i = 0; i < l->list_rows; i++) {
		if (erase) {
			go_to(o, l->list_row + i, 1);
			put(o, STR("\x1b[K"));
		}
		draw_row(o, l, s, s->top + i, ROW_WHOLE);
	}
}

static void draw_note(struct out *o, const struct layout *l, const struct menu *s,
		      struct str notice)
{
	char count[64];
	struct str text = { count, 0 };
	if (!l->note_row)
		return;
	if (s->left_s >= 0)
		text.n = fmt_to(count, sizeof count,
				"Booting in %ld s. Any key stops the countdown.", s->left_s);
	else if (s->note == NOTE_LOCKED)
		text = STR("This entry needs a password. It cannot be booted from the menu.");
	else if (s->note == NOTE_LEAVE)
		text = STR("Leave without booting? Press y to leave, any other key to stay.");
	go_to(o, l->note_row, 1);
	if (text.n)
		put_cut(o, text, l->cols);
	else if (!l->notice_rows)
		put_clean(o, notice, l->cols);
	put(o, STR("\x1b[K"));
}

static void draw_help(struct out *o, const struct layout *l, const struct menu *s)
{
	if (!l->help_row)
		return;
	go_to(o, l->help_row, 1);
	put_cut(o,
		s->in ? STR("Up, Down: select   Enter: boot   Esc: back")
		      : STR("Up, Down: select   Enter: boot   Esc: leave"),
		l->cols);
}

/* The cursor waits on the selected row: for braille, and where reverse video does not show. */
static void park(struct out *o, const struct layout *l, const struct menu *s)
{
	go_to(o, l->list_row + (s->at - s->top), 1);
	out_flush(o);
}

void draw_all(struct out *o, const struct layout *l, const struct menu *s, struct str notice)
{
	put(o, STR("\x1b[0m\x1b[2J"));
	draw_title(o, l, s);
	draw_notice(o, l, notice);
	draw_rules(o, l, s);
	draw_list(o, l, s, false);
	draw_note(o, l, s, notice);
	draw_help(o, l, s);
	park(o, l, s);
}

/* Move the list by one row inside the terminal; the row that comes in is blank. */
static void scroll(struct out *o, const struct layout *l, bool up)
{
	size_t last = l->list_row + l->list_rows - 1;
	put_fmt(o, "\x1b[%zu;%zur", l->list_row, last);
	go_to(o, up ? last : l->list_row, 1);
	put(o, up ? STR("\n") : STR("\x1bM"));
	put(o, STR("\x1b[r"));
}

static void draw_marks_change(struct out *o, const struct layout *l, const struct menu *was,
			      const struct menu *s)
{
	if (!l->rule_row)
		return;
	if (more_above(was) != more_above(s))
		draw_mark(o, l->rule_row, more_above(s), " ^ ");
	if (more_below(was) != more_below(s))
		draw_mark(o, l->rule_row + l->list_rows + 1, more_below(s), " v ");
}

static void draw_move(struct out *o, const struct layout *l, const struct menu *was,
		      const struct menu *s)
{
	bool down = s->top == was->top + 1, up = was->top == s->top + 1;
	draw_marks_change(o, l, was, s);
	if (s->top != was->top && ((!down && !up) || l->list_rows < 2)) {
		draw_list(o, l, s, true);
		return;
	}
	if (s->top != was->top)
		scroll(o, l, down);
	draw_row(o, l, s, was->at, ROW_HEAD);
	draw_row(o, l, s, s->at, s->top != was->top ? ROW_WHOLE : ROW_HEAD);
}

void draw_change(struct out *o, const struct layout *l, const struct menu *was,
		 const struct menu *s, struct str notice)
{
	if (s->in != was->in) {
		draw_all(o, l, s, notice);
		return;
	}
	if (s->note != was->note || s->left_s != was->left_s)
		draw_note(o, l, s, notice);
	else if (s->at == was->at)
		return;
	if (s->at != was->at)
		draw_move(o, l, was, s);
	park(o, l, s);
}

void draw_end(struct out *o, const struct layout *l, struct str title)
{
	put(o, STR("\x1b[0m\x1b[2J\x1b[H"));
	if (title.n) {
		struct str verb = STR("Booting ");
		put_cut(o, verb, l->cols);
		put_clean(o, title, l->cols - min_size(verb.n, l->cols));
		put(o, STR("\r\n"));
	}
	out_flush(o);
}
