/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MENU_H
#define MENU_H
#include "../conf/conf.h"
struct guard;
/*
 * The menu. A console is two byte streams and a clock; decoding keys and
 * drawing are ours, and the same in dom0 and in a guest.
 */
struct con {
	void (*write)(struct con *c, const char *p, size_t n); /* never blocks for long; may drop */
	/*
	 * The next byte typed, or -1 at the deadline (now_ms() based), -2 when
	 * the console is gone. A deadline in the past: what was typed already.
	 */
	int (*byte)(struct con *c, uint64_t deadline_ms);
	uint64_t (*now_ms)(struct con *c); /* monotonic */
	uint16_t rows, cols;		   /* 0: unknown, then 24 x 80 */
	/*
	 * Find out, into rows and cols, what is not known yet; again: in any case.
	 * NULL: cannot be.
	 */
	void (*measure)(struct con *c, bool again);
	uint16_t rows_most, cols_most; /* more are not used, whatever is found out; 0: no limit */
};
#define CON_FOREVER UINT64_MAX

/* What a menu needs for more than choosing. */
struct menu_host {
	/* The commands of an entry for the editor; NULL: there is no editor. */
	enum err (*text)(struct menu_host *h, const struct boot_entry *e, struct str *out);
	struct arena *arena; /* where the editor lies, and the text that comes out of it */
	bool has_shell;
	struct guard *guard; /* who gave a password; NULL: what is locked stays so */
	uint32_t patience_s; /* how long a question waits for the first key; 0: for ever */
};
struct menu_choice {
	const struct boot_entry *entry; /* never a submenu */
	struct str text;		/* p != NULL: its commands as the user changed them */
	bool shell;			/* the command line is wanted, not an entry */
	bool typed;			/* somebody is there */
	bool drawn;			/* the screen says what is booted */
};
/*
 * Show m, count down, let the user move and choose. Starts on m->chosen, or,
 * where out->text.p is set, in the editor on out->entry. notice, when not
 * empty, is shown above the list (the reason why the last boot failed). h may
 * be NULL. ERR_CANCEL: the user left the menu, which takes Esc or q at the top
 * and then y; ERR_IO: the console went away; ERR_NOENT: m has no entries;
 * ERR_DENIED: a password is due, and nobody is there to type it.
 *
 * With a timeout of 0 nothing is drawn and no key is looked at. A restricted
 * entry does not boot from here, not even when its time has come, before one
 * of its passwords was typed. A hidden menu that would wait for ever is shown.
 */
enum err menu_run(const struct boot_menu *m, struct str notice, struct con *c, struct menu_host *h,
		  struct menu_choice *out);
#endif
