/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "menu.h"
#include "ask.h"
#include "draw.h"
#include "edit.h"
#include "input.h"
#include "state.h"

/* One showing of a menu: the state, what of it is on the screen, and the console. */
struct session {
	struct con *con;
	struct str notice;
	struct menu_host *host; /* NULL: choosing is all that there is */
	struct editor *editor;	/* once it was wanted */
	struct layout layout;
	struct menu now, drawn;
	bool visible;	 /* false: hidden until a key comes */
	bool painted;	 /* something of ours is on the screen */
	bool redraw;	 /* and what it is, is not sure */
	bool typed;	 /* somebody is there */
	uint64_t end_ms; /* of the countdown */
	struct input input;
	struct out out;
};

static bool counting(const struct session *s)
{
	return s->now.left_s >= 0;
}

static enum menu_out tick(struct session *s)
{
	uint64_t now = s->con->now_ms(s->con);
	uint64_t left = now < s->end_ms ? (s->end_ms - now + 999) / 1000 : 0;
	enum menu_out out = menu_tick(&s->now, (long)left);
	if (!left && out != MENU_BOOT) /* locked: now the user must see why */
		s->visible = true;
	return out;
}

static void resize(struct session *s)
{
	draw_layout(&s->layout, s->con, s->notice);
	menu_resize(&s->now, s->layout.list_rows);
	s->redraw = true;
}

static void measure(struct session *s, bool again)
{
	if (s->con->measure)
		s->con->measure(s->con, again);
	resize(s);
}

static void draw(struct session *s)
{
	if (!s->visible)
		return;
	if (!s->painted)
		measure(s, false);
	if (s->redraw || !s->painted)
		draw_all(&s->out, &s->layout, &s->now, s->notice);
	else
		draw_change(&s->out, &s->layout, &s->drawn, &s->now, s->notice);
	s->redraw = false;
	s->painted = true;
	s->drawn = s->now;
}

/* When the screen changes by itself. */
static uint64_t next_tick(const struct session *s)
{
	if (!counting(s))
		return CON_FOREVER;
	return s->end_ms - 1000 * (uint64_t)(s->now.left_s ? s->now.left_s - 1 : 0);
}

/* KEY_NONE: something else happened. */
static enum err next_key(struct session *s, struct key *k)
{
	bool any;
	try(input_poll(&s->input, k, &any));
	if (any)
		return OK;
	draw(s);
	return input_wait(&s->input, next_tick(s), k);
}

static enum menu_out apply(struct session *s, struct key k)
{
	if (k.code == KEY_SIZE)
		resize(s);
	bool key = k.code != KEY_NONE && k.code != KEY_SIZE;
	s->typed |= key;
	if (s->visible || !key)
		return menu_key(&s->now, k);
	/* The key that brings up a hidden menu has no other effect. */
	s->visible = true;
	s->now.left_s = -1;
	return MENU_STAY;
}

/* OK: boot the text in *out, or what else it says there; ERR_CANCEL: back to the menu. */
static enum err edit(struct session *s, struct menu_choice *out)
{
	const struct boot_entry *e = menu_selected(&s->now);
	struct str text = out->text;
	if (!s->editor)
		s->editor = arena_new(s->host->arena, struct editor);
	if (!s->editor)
		return ERR_NOMEM;
	if (!text.p)
		try(s->host->text(s->host, e, &text));
	enum edit_out how = s->now.has_shell ? EDIT_SHELL : EDIT_LEAVE;
	enum err r = edit_run(s->editor, s->con, e->title, s->notice, &text, &how);
	resize(s);
	s->typed = true;
	out->shell = !r && how == EDIT_SHELL;
	out->text = r || how == EDIT_LEAVE ? (struct str){ NULL, 0 } : text;
	if (r == ERR_LIMIT)
		s->now.note = NOTE_LONG;
	return r == ERR_LIMIT || (!r && how == EDIT_LEAVE) ? ERR_CANCEL : r;
}

/*
 * Ask for the password of what the key k, or the clock, wanted, and want it
 * again. ERR_DENIED: nobody is there.
 */
static enum err unlock(struct session *s, struct key k, enum menu_out *out)
{
	struct menu_host *h = s->host;
	struct ask a = {
		.in = &s->input,
		.out = &s->out,
		.row = s->layout.note_row ? s->layout.note_row : 1,
		.cols = s->layout.cols,
		.first_ms = CON_FOREVER,
	};
	if (!s->typed && h && h->patience_s)
		a.first_ms = s->con->now_ms(s->con) + 1000 * (uint64_t)h->patience_s;
	draw(s);
	*out = MENU_STAY;
	s->now.note = NOTE_LOCKED;
	if (!h || !h->guard)
		return OK;
	enum err e = ask_password(&a, h->guard, s->now.closed);
	if (e == ERR_NOENT)
		return ERR_DENIED;
	s->typed = s->redraw = true;
	if (e == ERR_IO)
		return e;
	s->now.note = e == ERR_DENIED ? NOTE_DENIED : NOTE_NONE;
	if (!e)
		*out = k.code == KEY_NONE ? menu_tick(&s->now, 0) : menu_key(&s->now, k);
	return OK;
}

/* The next thing that the user or the clock wants. */
static enum err next_wish(struct session *s, enum menu_out *out)
{
	struct key k = { .code = KEY_NONE };
	*out = counting(s) ? tick(s) : MENU_STAY;
	if (*out == MENU_STAY) {
		try(next_key(s, &k));
		*out = apply(s, k);
	}
	/* An entry may be behind one lock, and its menu behind another. */
	for (unsigned i = 0; *out == MENU_ASK && i < GUARD_USERS; i++)
		try(unlock(s, k, out));
	return OK;
}

static enum err session_run(struct session *s, struct menu_choice *choice)
{
	enum menu_out out = choice->text.p ? MENU_EDIT : MENU_STAY;
	for (;;) { /* until the user or the clock decides, or the console is gone */
		enum err e = out == MENU_EDIT ? edit(s, choice) : ERR_CANCEL;
		if (e != ERR_CANCEL)
			return e;
		try(next_wish(s, &out));
		if (out == MENU_REDRAW)
			measure(s, true);
		choice->shell = out == MENU_SHELL;
		if (out == MENU_BOOT || out == MENU_SHELL)
			return OK;
		if (out == MENU_LEAVE)
			return ERR_CANCEL;
	}
}

static void session_begin(struct session *s, const struct boot_menu *m,
			  const struct boot_entry *first)
{
	struct boot_menu at = *m;
	at.chosen = first;
	draw_layout(&s->layout, s->con, s->notice);
	menu_begin(&s->now, &at, s->layout.list_rows);
	s->now.m = m;
	s->now.has_editor = s->host && s->host->text;
	s->now.has_shell = s->host && s->host->has_shell;
	s->now.guard = s->host ? s->host->guard : NULL;
	if (m->timeout_s >= 0) {
		s->now.left_s = m->timeout_s;
		s->end_ms = s->con->now_ms(s->con) + (uint64_t)m->timeout_s * 1000;
	}
	s->visible = !counting(s) || !(m->hidden || m->timeout_s == 0) || s->notice.n;
}

enum err menu_run(const struct boot_menu *m, struct str notice, struct con *c, struct menu_host *h,
		  struct menu_choice *out)
{
	struct session s = {
		.con = c,
		.notice = notice,
		.host = h,
		.input = { .con = c },
		.out = { .con = c },
	};
	if (!m->chosen)
		return ERR_NOENT;
	out->shell = false;
	session_begin(&s, m, out->text.p ? out->entry : m->chosen);
	enum err e = session_run(&s, out);
	out->entry = menu_selected(&s.now);
	out->typed = s.typed;
	out->drawn = s.painted || s.editor;
	if (e != ERR_IO && out->drawn)
		draw_end(&s.out, &s.layout,
			 e || out->shell ? (struct str){ NULL, 0 } : out->entry->title);
	return e;
}
