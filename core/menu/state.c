/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state.h"

const struct boot_entry *menu_level(const struct menu *s, size_t *n)
{
	*n = s->in ? s->in->n_children : s->m->n;
	return s->in ? s->in->children : s->m->entry;
}

const struct boot_entry *menu_selected(const struct menu *s)
{
	size_t n;
	const struct boot_entry *e = menu_level(s, &n);
	return &e[s->at];
}

static void select(struct menu *s, size_t at)
{
	s->at = at;
	if (at < s->top)
		s->top = at;
	else if (at - s->top >= s->rows)
		s->top = at - s->rows + 1;
}

void menu_resize(struct menu *s, size_t rows)
{
	s->rows = rows;
	s->top = 0;
	select(s, s->at);
}

static void show_level(struct menu *s, const struct boot_entry *in, size_t at)
{
	size_t n;
	s->in = in;
	s->top = 0;
	menu_level(s, &n);
	select(s, at < n ? at : 0);
}

void menu_begin(struct menu *s, const struct boot_menu *m, size_t rows)
{
	*s = (struct menu){ .m = m, .rows = rows, .left_s = -1 };
	show_level(s, m->chosen->parent, m->chosen->index);
}

static enum menu_out ask(struct menu *s, const struct boot_lock *lock)
{
	s->closed = lock;
	if (lock)
		return MENU_ASK;
	s->note = NOTE_LOCKED;
	return MENU_STAY;
}

static enum menu_out enter(struct menu *s, bool may_boot)
{
	const struct boot_entry *e = menu_selected(s);
	const struct boot_lock *lock;
	bool opens = e->children && e->n_children;
	if (!opens && !may_boot)
		return MENU_STAY;
	if (guard_closed(s->guard, e, &lock))
		return ask(s, lock);
	if (opens)
		show_level(s, e, 0);
	else if (!e->children)
		return MENU_BOOT;
	return MENU_STAY;
}

static enum menu_out edit(struct menu *s)
{
	const struct boot_entry *e = menu_selected(s);
	const struct boot_lock *lock;
	if (e->children)
		return MENU_STAY;
	if (guard_menu_closed(s->guard, s->m, &lock) || guard_closed(s->guard, e, &lock))
		return ask(s, lock);
	return MENU_EDIT;
}

static enum menu_out shell(struct menu *s)
{
	const struct boot_lock *lock;
	return guard_menu_closed(s->guard, s->m, &lock) ? ask(s, lock) : MENU_SHELL;
}

/* GRUB legacy's p. */
static enum menu_out log_in(struct menu *s)
{
	const struct boot_lock *lock;
	return guard_menu_closed(s->guard, s->m, &lock) ? ask(s, lock) : MENU_STAY;
}

static void leave(struct menu *s)
{
	if (s->in)
		show_level(s, s->in->parent, s->in->index);
	else
		s->note = NOTE_LEAVE;
}

static bool by_hotkey(struct menu *s, uint8_t c)
{
	size_t n;
	const struct boot_entry *e = menu_level(s, &n);
	for (size_t i = 0; i < n; i++) {
		if (!e[i].hotkey || (uint8_t)e[i].hotkey != c)
			continue;
		select(s, i);
		return true;
	}
	return false;
}

/* The moves that several keys share. */
static enum key_code canonical(const struct menu *s, struct key k)
{
	if (k.code == KEY_LEFT)
		return s->in ? KEY_ESC : KEY_OTHER;
	if (k.code != KEY_CHAR)
		return k.code;
	switch (k.byte) {
	case KEY_CTRL('p'):
	case 'k':
		return KEY_UP;
	case KEY_CTRL('n'):
	case 'j':
		return KEY_DOWN;
	case KEY_CTRL('a'):
		return KEY_HOME;
	case KEY_CTRL('e'):
		return KEY_END;
	case 'q':
		return KEY_ESC;
	default:
		return KEY_CHAR;
	}
}

static enum menu_out move(struct menu *s, enum key_code code, size_t last)
{
	switch (code) {
	case KEY_UP:
		select(s, s->at ? s->at - 1 : 0);
		break;
	case KEY_DOWN:
		select(s, min_size(s->at + 1, last));
		break;
	case KEY_PGUP:
		select(s, s->at > s->rows ? s->at - s->rows : 0);
		break;
	case KEY_PGDN:
		select(s, min_size(s->at + s->rows, last));
		break;
	case KEY_HOME:
		select(s, 0);
		break;
	case KEY_END:
		select(s, last);
		break;
	case KEY_ENTER:
	case KEY_RIGHT:
		return enter(s, code == KEY_ENTER);
	case KEY_ESC:
		leave(s);
		break;
	default:
		return MENU_REDRAW;
	}
	return MENU_STAY;
}

enum menu_out menu_key(struct menu *s, struct key k)
{
	size_t n;
	enum menu_note note = s->note;
	if (k.code == KEY_NONE || k.code == KEY_SIZE)
		return MENU_STAY;
	s->left_s = -1;
	s->note = NOTE_NONE;
	if (note == NOTE_LEAVE) /* Enter here may well mean "yes, leave": it must not boot */
		return k.code == KEY_CHAR && (k.byte == 'y' || k.byte == 'Y') ? MENU_LEAVE
									      : MENU_STAY;
	menu_level(s, &n);
	if (k.code == KEY_CHAR && k.byte == 'e' && s->has_editor)
		return edit(s);
	if (k.code == KEY_CHAR && k.byte == 'c' && s->has_shell)
		return shell(s);
	if (k.code == KEY_CHAR && by_hotkey(s, k.byte))
		return enter(s, true);
	if (k.code == KEY_CHAR && k.byte == 'p' && s->m->guarded)
		return log_in(s);
	if (k.code == KEY_CHAR && k.byte >= '1' && k.byte <= '9' && (size_t)(k.byte - '1') < n) {
		select(s, (size_t)(k.byte - '1'));
		return MENU_STAY;
	}
	return move(s, canonical(s, k), n - 1);
}

enum menu_out menu_tick(struct menu *s, long left_s)
{
	s->left_s = left_s;
	if (left_s > 0)
		return MENU_STAY;
	s->left_s = -1;
	return enter(s, true);
}
