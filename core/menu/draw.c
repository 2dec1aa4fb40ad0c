/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "draw.h"
#include "width.h"
#include "../base/fmt.h"
#include "../base/str.h"
#include <string.h>

enum {
	ROWS_FULL = 9, /* from here on there is room for more than the list */
	NOTICE_MAX = 3,
	MARK = 2,  /* columns before a title */
	HEAD = 60, /* of a title at most this much is shown in reverse: it is sent twice a move */
};

void draw_layout(struct layout *l, const struct con *c, struct str notice)
{
	size_t rows, cols;
	con_size(c, &rows, &cols);
	*l = (struct layout){ .cols = cols };
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

/* --- one row of the list ----------------------------------------------------- */

struct row {
	char text[2 * OUT_COLS_MAX];
	size_t n;    /* at most the columns of the screen, in columns and in bytes */
	size_t head; /* of it in reverse when selected */
};

static void row_of(struct row *r, const struct boot_entry *e, size_t cols)
{
	struct str tail = e->children ? STR(" >>") : e->hopeless ? STR(" (not here)") : STR("");
	if (tail.n + MARK >= cols)
		tail.n = 0;
	size_t room = cols - MARK - tail.n;
	struct str title = text_clean(e->title, r->text, sizeof r->text - 8);
	r->n = width_cut(r->text, title.n, room);
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
	out_go_to(o, l->list_row + (i - s->top), 1);
	out_put(o, selected ? STR("> \x1b[7m") : STR("  "));
	out_put(o, (struct str){ r.text, r.head });
	if (selected)
		out_put(o, STR("\x1b[0m"));
	if (part == ROW_WHOLE)
		out_put(o, (struct str){ r.text + r.head, r.n - r.head });
}

/* --- the parts of the screen ------------------------------------------------- */

/* The submenus that lead to this one, outermost first. */
static void draw_title(struct out *o, const struct layout *l, const struct menu *s)
{
	size_t depth = 0;
	if (!l->title_row)
		return;
	out_go_to(o, l->title_row, 1);
	out_put(o, STR("domboot"));
	for (const struct boot_entry *e = s->in; e; e = e->parent)
		depth++;
	/* Three levels are more than anybody has; of deeper ones the innermost count. */
	size_t shown = min_size(depth, 3), room = (l->cols - 7) / (shown ? shown : 1);
	for (size_t i = shown; room > 3 && i-- > 0;) {
		const struct boot_entry *e = s->in;
		for (size_t up = i; up; up--)
			e = e->parent;
		out_put(o, STR(" > "));
		out_clean(o, e->title, room - 3);
	}
}

static void draw_notice(struct out *o, const struct layout *l, struct str notice)
{
	char buf[NOTICE_MAX * OUT_COLS_MAX];
	struct str rest = text_clean(notice, buf, sizeof buf);
	for (size_t i = 0; i < l->notice_rows; i++) {
		size_t n = width_fit(rest, l->cols);
		out_go_to(o, l->notice_row + i, 1);
		out_put(o, str_sub(rest, 0, n));
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
	out_go_to(o, row, 4);
	out_put(o, on ? str_of(text) : STR("---"));
}

static void draw_rules(struct out *o, const struct layout *l, const struct menu *s)
{
	char line[OUT_COLS_MAX];
	size_t below = l->rule_row + l->list_rows + 1;
	if (!l->rule_row)
		return;
	memset(line, '-', sizeof line);
	out_go_to(o, l->rule_row, 1);
	out_put(o, (struct str){ line, l->cols });
	out_go_to(o, below, 1);
	out_put(o, (struct str){ line, l->cols });
	if (more_above(s))
		draw_mark(o, l->rule_row, true, " ^ ");
	if (more_below(s))
		draw_mark(o, below, true, " v ");
}

static void draw_list(struct out *o, const struct layout *l, const struct menu *s, bool erase)
{
	for (size_t i = 0; i < l->list_rows; i++) {
		if (erase) {
			out_go_to(o, l->list_row + i, 1);
			out_put(o, STR("\x1b[K"));
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
		text = STR("This is locked, and there is no password that opens it.");
	else if (s->note == NOTE_DENIED)
		text = STR("Access denied.");
	else if (s->note == NOTE_LONG)
		text = STR("This entry is too long for the editor.");
	else if (s->note == NOTE_LEAVE)
		text = STR("Leave without booting? Press y to leave, any other key to stay.");
	out_go_to(o, l->note_row, 1);
	if (text.n)
		out_cut(o, text, l->cols);
	else if (!l->notice_rows)
		out_clean(o, notice, l->cols);
	out_put(o, STR("\x1b[K"));
}

static void draw_help(struct out *o, const struct layout *l, const struct menu *s)
{
	if (!l->help_row)
		return;
	out_go_to(o, l->help_row, 1);
	struct str help = STR("Up, Down: select   Enter: boot   Esc: ");
	size_t left = l->cols - min_size(help.n, l->cols);
	out_cut(o, help, l->cols);
	const struct str more[] = {
		s->in ? STR("back") : STR("leave"),
		s->has_editor ? STR("   e: edit") : STR(""),
		s->has_shell ? STR("   c: command line") : STR(""),
	};
	for (size_t i = 0; i < array_len(more) && left > more[i].n; i++) {
		out_cut(o, more[i], left);
		left -= more[i].n;
	}
}

/* The cursor waits on the selected row: for braille, and where reverse video does not show. */
static void park(struct out *o, const struct layout *l, const struct menu *s)
{
	out_go_to(o, l->list_row + (s->at - s->top), 1);
	out_flush(o);
}

void draw_all(struct out *o, const struct layout *l, const struct menu *s, struct str notice)
{
	out_put(o, STR("\x1b[0m\x1b[2J"));
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
	out_fmt(o, "\x1b[%zu;%zur", l->list_row, last);
	out_go_to(o, up ? last : l->list_row, 1);
	out_put(o, up ? STR("\n") : STR("\x1bM"));
	out_put(o, STR("\x1b[r"));
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
	out_put(o, STR("\x1b[0m\x1b[2J\x1b[H"));
	if (title.n) {
		struct str verb = STR("Booting ");
		out_cut(o, verb, l->cols);
		out_clean(o, title, l->cols - min_size(verb.n, l->cols));
		out_put(o, STR("\r\n"));
	}
	out_flush(o);
}
