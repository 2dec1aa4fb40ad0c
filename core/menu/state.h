/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STATE_H
#define STATE_H
#include "guard.h"
#include "keys.h"
/* What the menu knows, and what a key makes of it. Pure: no clock, no console. */

enum menu_note {
	NOTE_NONE,
	NOTE_LOCKED, /* the entry, or changing it, needs a password that nobody has */
	NOTE_DENIED, /* that was not the password */
	NOTE_LONG,   /* too long for the editor */
	NOTE_LEAVE,  /* "really leave?" */
};
struct menu {
	const struct boot_menu *m;
	const struct boot_entry *in; /* the submenu on the screen; NULL: the top */
	size_t at;		     /* the selected entry, among those on this level */
	size_t top, rows;	     /* the first one on the screen, and how many fit; rows > 0 */
	long left_s;		     /* of the countdown; < 0: it does not run */
	enum menu_note note;
	bool has_editor, has_shell;
	const struct guard *guard;	/* who is in; NULL: nobody */
	const struct boot_lock *closed; /* MENU_ASK: what is to be opened */
};
enum menu_out {
	MENU_STAY,
	MENU_BOOT,  /* menu_selected(), which is not a submenu and not locked */
	MENU_EDIT,  /* the same */
	MENU_SHELL, /* the command line */
	MENU_ASK,   /* for the password of s->closed; then the same key again */
	MENU_LEAVE,
	MENU_REDRAW, /* ^L, or a key without a meaning: what the user sees may not be what was drawn
		      */
};

/* On m->chosen, in its submenu. */
void menu_begin(struct menu *s, const struct boot_menu *m, size_t rows);
void menu_resize(struct menu *s, size_t rows);
/*
 * Any key but KEY_NONE stops the countdown. Up, Down, ^P, ^N, k, j, Home, End,
 * ^A, ^E, PgUp, PgDn move; 1 to 9 go to the entry of that number on this
 * level; e edits; c is the command line; p asks for the password that these
 * need; Enter boots or opens, Right opens, an entry's hotkey does both; Esc,
 * Left, q leave a submenu. At the top Esc and q ask, and y then leaves the
 * menu: one stray byte of a torn escape sequence must not cost a boot.
 */
enum menu_out menu_key(struct menu *s, struct key k);
/* left_s more seconds; at 0 the selected entry is to boot, or its password to be asked for. */
enum menu_out menu_tick(struct menu *s, long left_s);

const struct boot_entry *menu_level(const struct menu *s, size_t *n);
const struct boot_entry *menu_selected(const struct menu *s);
#endif
