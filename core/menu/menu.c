/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "menu.h"
#include "draw.h"
#include "keys.h"
#include "state.h"

/* One showing of a menu: the state, what of it is on the screen, and the console. */
struct session {
	struct con *con;
	struct str notice;
	struct layout layout;
	struct menu now, drawn;
	bool visible;	 /* false: hidden until a key comes */
	bool painted;	 /* something of ours is on the screen */
	bool redraw;	 /* and what it is, is not sure */
	uint64_t end_ms; /* of the countdown */
	struct keys keys;
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

static void draw(struct session *s)
{
	if (!s->visible)
		return;
	if (s->redraw || !s->painted)
		draw_all(&s->out, &s->layout, &s->now, s->notice);
	else
		draw_change(&s->out, &s->layout, &s->drawn, &s->now, s->notice);
	s->redraw = false;
	s->painted = true;
	s->drawn = s->now;
}

/* When the screen or the meaning of the last byte changes by itself. */
static uint64_t next_event(const struct session *s)
{
	uint64_t at = CON_FOREVER;
	if (counting(s))
		at = s->end_ms - 1000 * (uint64_t)(s->now.left_s ? s->now.left_s - 1 : 0);
	if (keys_pending(&s->keys))
		at = min_u64(at, s->con->now_ms(s->con) + KEY_GAP_MS);
	return at;
}

/* KEY_NONE: something else happened. */
static enum err next_key(struct session *s, struct key *k)
{
	*k = (struct key){ .code = KEY_NONE };
	/* Draw only when nothing more is waiting: pasted text costs no output. */
	int byte = s->con->byte(s->con, 0);
	if (byte == -1) {
		draw(s);
		byte = s->con->byte(s->con, next_event(s));
		if (byte == -1 && keys_pending(&s->keys))
			*k = keys_gap(&s->keys);
	}
	if (byte >= 0)
		*k = keys_byte(&s->keys, (uint8_t)byte);
	return byte == -2 ? ERR_IO : OK;
}

static enum menu_out apply(struct session *s, struct key k)
{
	if (s->visible || k.code == KEY_NONE)
		return menu_key(&s->now, k);
	/* The key that brings up a hidden menu has no other effect. */
	s->visible = true;
	s->now.left_s = -1;
	return MENU_STAY;
}

static enum err session_run(struct session *s)
{
	for (;;) { /* until the user or the clock decides, or the console is gone */
		struct key k;
		enum menu_out out = counting(s) ? tick(s) : MENU_STAY;
		if (out != MENU_BOOT) {
			try(next_key(s, &k));
			out = apply(s, k);
		}
		s->redraw |= out == MENU_REDRAW;
		if (out == MENU_BOOT)
			return OK;
		if (out == MENU_LEAVE)
			return ERR_CANCEL;
	}
}

enum err menu_run(const struct boot_menu *m, struct str notice, struct con *c,
		  const struct boot_entry **chosen)
{
	struct session s = { .con = c, .notice = notice, .out = { .con = c } };
	if (!m->chosen)
		return ERR_NOENT;
	draw_layout(&s.layout, c, notice);
	menu_begin(&s.now, m, s.layout.list_rows);
	if (m->timeout_s >= 0) {
		s.now.left_s = m->timeout_s;
		s.end_ms = c->now_ms(c) + (uint64_t)m->timeout_s * 1000;
	}
	s.visible = !counting(&s) || !(m->hidden || m->timeout_s == 0) || notice.n;
	enum err e = session_run(&s);
	if (e != ERR_IO && s.painted)
		draw_end(&s.out, &s.layout,
			 e ? (struct str){ NULL, 0 } : menu_selected(&s.now)->title);
	*chosen = menu_selected(&s.now);
	return e;
}
