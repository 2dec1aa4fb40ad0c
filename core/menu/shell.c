/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell.h"
#include "complete.h"
#include "width.h"
#include "../base/str.h"
#include "../base/utf.h"
#include <string.h>

/* --- the page ---------------------------------------------------------------------- */

static void new_line(struct shell *s)
{
	out_put(&s->out, STR("\r\n"));
	s->col = 0;
	s->row++;
}

/* The next key, whatever it is. */
static struct key any_key(struct shell *s, uint64_t deadline_ms)
{
	struct key k = { .code = KEY_NONE };
	out_flush(&s->out);
	while (k.code == KEY_NONE || k.code == KEY_SIZE) { /* until one comes, or the deadline */
		if (input_wait(&s->in, deadline_ms, &k)) {
			s->gone = true;
			break;
		}
		if (k.code == KEY_NONE && s->con->now_ms(s->con) >= deadline_ms)
			break;
	}
	return k;
}

/* A page is full: Enter shows a line more, q ends it, any other key shows a page. */
static void more(struct shell *s)
{
	out_put(&s->out, STR("--MORE--"));
	struct key k = any_key(s, CON_FOREVER);
	out_put(&s->out, STR("\r\x1b[K"));
	s->row = k.code == KEY_ENTER || k.code == KEY_DOWN ? s->row - 1 : 0;
	s->user.enough =
		s->gone || k.code == KEY_ESC ||
		(k.code == KEY_CHAR && (k.byte == 'q' || k.byte == 'Q' || k.byte == KEY_CTRL('c')));
}

/* Begin a line where the text needs one; false: nothing more is to be shown. */
static bool room_for(struct shell *s, size_t cols)
{
	if (s->col + cols > s->cols)
		new_line(s);
	if (s->col == 0 && s->row + 1 >= s->rows)
		more(s);
	return !s->user.enough;
}

/* One character off *at. */
static bool put_char(struct shell *s, struct str text, size_t *at)
{
	char c[4];
	size_t from = *at;
	if (text.p[from] == '\n') {
		(*at)++;
		new_line(s);
		return true;
	}
	if (text.p[from] == '\t') {
		size_t n = 8 - s->col % 8;
		(*at)++;
		if (!room_for(s, n))
			return false;
		out_put(&s->out, str_sub(STR("        "), 0, n));
		s->col += n;
		return true;
	}
	(void)utf8_next(text, at);
	memcpy(c, text.p + from, *at - from);
	struct str safe = { c, str_clean(c, *at - from) };
	if (!room_for(s, width_columns(safe)))
		return false;
	out_put(&s->out, safe);
	s->col += width_columns(safe);
	return true;
}

static void measure(struct shell *s, bool again)
{
	if (s->con->measure)
		s->con->measure(s->con, again);
	con_size(s->con, &s->rows, &s->cols);
	if (s->rows < 2)
		s->rows = 2;
}

static bool shell_print(struct conf_user *u, struct str text)
{
	struct shell *s = container_of(u, struct shell, user);
	if (u->enough)
		return false;
	for (size_t at = 0; at < text.n;)
		if (!put_char(s, text, &at))
			break;
	out_flush(&s->out);
	return !u->enough;
}

static void shell_clear(struct conf_user *u)
{
	struct shell *s = container_of(u, struct shell, user);
	out_put(&s->out, STR("\x1b[0m\x1b[2J\x1b[H"));
	out_flush(&s->out);
	s->row = s->col = 0;
}

static enum err shell_ask(struct conf_user *u, struct str prompt, bool hidden, char *buf,
			  size_t cap, size_t *n)
{
	struct shell *s = container_of(u, struct shell, user);
	struct str line;
	*n = 0;
	try(shell_read(s, prompt, NULL, hidden, &line));
	*n = min_size(line.n, cap);
	if (*n)
		memcpy(buf, line.p, *n);
	if (hidden) {
		memset(s->text, 0, sizeof s->text);
		memset(s->edit.cut, 0, sizeof s->edit.cut);
		s->edit.n_cut = 0;
	}
	return OK;
}

static bool shell_wait(struct conf_user *u, uint64_t ms)
{
	struct shell *s = container_of(u, struct shell, user);
	uint64_t now = s->con->now_ms(s->con), end;
	if (!add_u64(now, ms, &end))
		end = CON_FOREVER;
	struct key k = any_key(s, end);
	u->enough |= s->gone || (k.code == KEY_CHAR && k.byte == KEY_CTRL('c'));
	return k.code != KEY_NONE;
}

static void complain(struct log *log, enum log_level level, const char *line, size_t n)
{
	struct shell *s = container_of(log, struct shell, log);
	if (s->col)
		(void)shell_print(&s->user, STR("\n"));
	if (level <= LOG_WARN)
		(void)shell_print(&s->user, STR("error: "));
	(void)shell_print(&s->user, (struct str){ line, n });
	(void)shell_print(&s->user, STR("\n"));
}

void shell_init(struct shell *s, struct con *con)
{
	s->user = (struct conf_user){ shell_print, shell_clear, shell_ask, shell_wait, false };
	s->log = (struct log){ complain, LOG_INFO };
	s->con = s->in.con = s->out.con = con;
}

void shell_begin(struct shell *s)
{
	measure(s, false);
	s->user.enough = false;
	s->row = s->col = 0;
}

/* --- the line ---------------------------------------------------------------------- */

static void put_cursor(struct shell *s)
{
	size_t col = s->prompt.n + s->cursor - s->left;
	out_put(&s->out, STR("\r"));
	if (col)
		out_fmt(&s->out, "\x1b[%zuC", col);
}

/* The bytes of a clean text that come before a column. */
static size_t bytes_to(struct str text, size_t col)
{
	size_t at = 0, cols = 0;
	while (at < text.n && cols < col) {
		size_t next = at;
		cols += width_of(utf8_next(text, &next));
		at = next;
	}
	return at;
}

static void draw_whole(struct shell *s, struct str text, size_t room)
{
	struct str rest = str_sub(text, bytes_to(text, s->left), text.n);
	size_t n = width_fit(rest, room);
	out_put(&s->out, STR("\r"));
	out_put(&s->out, str_sub(s->prompt, 0, s->prompt.n - 1));
	out_put(&s->out, s->left ? STR("<") : STR(" "));
	out_put(&s->out, str_sub(rest, 0, n));
	if (n < rest.n)
		out_put(&s->out, STR(">"));
	out_put(&s->out, STR("\x1b[K"));
	put_cursor(s);
}

/* Half a line aside when the cursor leaves what is to be seen. */
static bool follow_cursor(struct shell *s, size_t room)
{
	if (s->cursor >= s->left && s->cursor - s->left <= room)
		return false;
	s->left = s->cursor > room / 2 ? s->cursor - room / 2 : 0;
	return true;
}

static void draw(struct shell *s)
{
	const struct edit *e = &s->edit;
	size_t room = s->cols > s->prompt.n + 2 ? s->cols - s->prompt.n - 1 : 1;
	struct str before = text_clean((struct str){ s->text, s->hidden ? 0 : e->at }, s->clean,
				       sizeof s->clean);
	size_t was = s->cursor, n = before.n;
	s->cursor = width_columns(before);
	struct str text = text_clean((struct str){ s->text, s->hidden ? 0 : e->n }, s->clean,
				     sizeof s->clean);
	struct str old = { s->shown, s->n_shown };
	bool grown = s->drawn && was == width_columns(old) && n == text.n && str_starts(text, old);
	bool moved = follow_cursor(s, room);
	if (!moved && grown)
		out_put(&s->out, str_sub(text, old.n, text.n));
	else if (!moved && s->drawn && str_eq(text, old))
		put_cursor(s);
	else
		draw_whole(s, text, room);
	memcpy(s->shown, text.p, text.n);
	s->n_shown = text.n;
	s->drawn = true;
	out_flush(&s->out);
}

static void set_line(struct shell *s, struct str text)
{
	s->edit.n = min_size(text.n, sizeof s->text);
	if (s->edit.n)
		memmove(s->text, text.p, s->edit.n);
	s->edit.at = s->edit.n;
}

/* --- lines that were ------------------------------------------------------------------ */

static struct str past_line(const struct shell *s, size_t at)
{
	struct str all = { s->past, s->n_past };
	return str_sub(all, at, str_find(all, '\n', at));
}

static size_t past_before(const struct shell *s, size_t at)
{
	if (at)
		at--;
	while (at && s->past[at - 1] != '\n')
		at--;
	return at;
}

static void remember(struct shell *s, struct str line)
{
	if (!line.n || str_eq(line, past_line(s, past_before(s, s->n_past))))
		return;
	while (line.n + 1 > sizeof s->past - s->n_past) { /* each turn forgets a line */
		size_t n = past_line(s, 0).n + 1;
		s->n_past -= n;
		memmove(s->past, s->past + n, s->n_past);
	}
	memcpy(s->past + s->n_past, line.p, line.n);
	s->past[s->n_past + line.n] = '\n';
	s->n_past += line.n + 1;
}

static void recall(struct shell *s, bool up)
{
	if (up ? s->at == 0 : s->at == s->n_past)
		return;
	if (s->at == s->n_past) {
		s->n_draft = s->edit.n;
		memcpy(s->draft, s->text, s->n_draft);
	}
	s->at = up ? past_before(s, s->at) : s->at + past_line(s, s->at).n + 1;
	set_line(s,
		 s->at == s->n_past ? (struct str){ s->draft, s->n_draft } : past_line(s, s->at));
}

/* --- completion ------------------------------------------------------------------------ */

/* The line is to be drawn afresh below what was printed meanwhile. */
static void list(struct shell *s, const struct completion *c)
{
	draw(s);
	new_line(s);
	s->row = s->col = 0;
	for (size_t i = 0; i < c->n; i++) {
		if (i && !shell_print(&s->user, STR("  ")))
			break;
		if (!shell_print(&s->user, c->v[i]))
			break;
	}
	if (s->col)
		new_line(s);
	s->user.enough = false;
	s->row = s->col = 0;
	s->drawn = false;
}

static void insert(struct shell *s, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= ' ' || (uint8_t)text.p[i] >= 0x80)
			(void)edit_key(&s->edit, (struct key){ .code = KEY_CHAR,
							       .byte = (uint8_t)text.p[i] });
}

static void complete_line(struct shell *s, const struct shell_lang *l)
{
	struct arena arena;
	struct completion c;
	arena_init(&arena, l->c->arena->pages, l->c->limits.bytes);
	if (complete(l, (struct str){ s->text, s->edit.at }, &arena, &c) == OK) {
		insert(s, c.more);
		if (!c.more.n && c.n > 1)
			list(s, &c);
	}
	arena_release(&arena);
}

/* --- reading --------------------------------------------------------------------------- */

static void redraw(struct shell *s, bool again)
{
	if (again) {
		measure(s, true);
		shell_clear(&s->user);
	}
	con_size(s->con, &s->rows, &s->cols);
	s->drawn = false;
}

/* The keys that lead to other lines. */
static bool other_line(struct shell *s, const struct shell_lang *lang, struct key k)
{
	bool up = k.code == KEY_UP || (k.code == KEY_CHAR && k.byte == KEY_CTRL('p'));
	bool down = k.code == KEY_DOWN || (k.code == KEY_CHAR && k.byte == KEY_CTRL('n'));
	bool tab = k.code == KEY_CHAR && k.byte == '\t';
	if ((up || down) && lang)
		recall(s, up);
	if (tab && lang)
		complete_line(s, lang);
	return up || down || tab || k.code == KEY_PGUP || k.code == KEY_PGDN;
}

enum read_out { READ_ON, READ_DONE, READ_DROP, READ_LEAVE };

static enum read_out read_key(struct shell *s, const struct shell_lang *lang, struct key k)
{
	uint8_t c = k.code == KEY_CHAR ? k.byte : 0;
	if (k.code == KEY_ENTER)
		return READ_DONE;
	if (c == KEY_CTRL('c'))
		return READ_DROP;
	if ((k.code == KEY_ESC || c == KEY_CTRL('d')) && !s->edit.n)
		return READ_LEAVE;
	if (k.code == KEY_ESC)
		set_line(s, STR(""));
	else if (c == KEY_CTRL('l') || k.code == KEY_SIZE)
		redraw(s, k.code != KEY_SIZE);
	else if (!other_line(s, lang, k) && c != KEY_CTRL('o'))
		(void)edit_key(&s->edit, k);
	return READ_ON;
}

static void begin_line(struct shell *s, struct str prompt, bool hidden)
{
	s->prompt = prompt;
	s->hidden = hidden;
	s->user.enough = false;
	s->edit.p = s->text;
	s->edit.cap = sizeof s->text;
	s->edit.rows = 1;
	s->edit.width = sizeof s->text; /* it never wraps */
	s->edit.n = s->edit.at = 0;
	s->n_shown = s->left = s->cursor = 0;
	s->drawn = false;
	s->at = s->n_past;
	if (s->col)
		new_line(s);
}

enum err shell_read(struct shell *s, struct str prompt, const struct shell_lang *lang, bool hidden,
		    struct str *out)
{
	enum read_out r = READ_ON;
	measure(s, false);
	begin_line(s, prompt, hidden);
	while (r == READ_ON) { /* until the user decides, or the console is gone */
		struct key k;
		bool any;
		try(input_poll(&s->in, &k, &any));
		if (!any) {
			draw(s);
			try(input_wait(&s->in, CON_FOREVER, &k));
		}
		r = read_key(s, lang, k);
	}
	draw(s);
	if (r == READ_DROP && prompt.n + s->cursor - s->left + 2 <= s->cols)
		out_put(&s->out, STR("^C"));
	out_put(&s->out, STR("\r\n"));
	out_flush(&s->out);
	s->row = s->col = 0;
	*out = (struct str){ s->text, r == READ_DONE ? s->edit.n : 0 };
	return r == READ_LEAVE ? ERR_CANCEL : OK;
}

enum shell_end shell_key_word(struct str line)
{
	line = str_trim(line);
	if (line.n != 1)
		return SHELL_READY;
	switch (line.p[0]) {
	case 'r':
		return SHELL_AGAIN;
	case 'b':
		return SHELL_REBOOT;
	case 'p':
		return SHELL_HALT;
	default:
		return SHELL_READY;
	}
}

enum err shell_run(struct shell *s, const struct shell_lang *l, bool last, enum shell_end *end)
{
	*end = SHELL_READY;
	while (*end == SHELL_READY || *end == SHELL_MORE) { /* a line a turn */
		struct str line, prompt = *end == SHELL_MORE ? STR("> ") : str_of(l->ops->prompt);
		enum err e = shell_read(s, prompt, l, false, &line);
		if (e == ERR_CANCEL && !last && *end == SHELL_READY) {
			*end = SHELL_EXIT;
			return OK;
		}
		if (e && e != ERR_CANCEL)
			return e;
		remember(s, line);
		enum shell_end word =
			last && *end == SHELL_READY ? shell_key_word(line) : SHELL_READY;
		if (word == SHELL_READY)
			try(l->ops->run(l->c, l->state, line, end));
		else
			*end = word;
		if (s->gone)
			return ERR_IO;
	}
	return OK;
}
