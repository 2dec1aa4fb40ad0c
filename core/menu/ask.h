/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ASK_H
#define ASK_H
#include "guard.h"
#include "input.h"
#include "out.h"
/* A question on one row of the screen. */
struct ask {
	struct input *in;
	struct out *out;
	size_t row; /* from 1 */
	size_t cols;
	uint64_t first_ms; /* when nobody typed anything by then, nobody is there */
};
/*
 * The answer, into buf: no more than cap bytes. ERR_CANCEL: Esc, ^C, ^D on
 * nothing; ERR_NOENT: nobody is there; ERR_IO: the console is gone. hidden:
 * nothing of it is shown, not even how long it is.
 */
enum err ask_line(struct ask *a, struct str prompt, bool hidden, char *buf, size_t cap, size_t *n);
/*
 * Name and password for a lock that somebody can open. OK: it is open;
 * ERR_DENIED: it is not, and the delay is over; others as of ask_line.
 */
enum err ask_password(struct ask *a, struct guard *g, const struct boot_lock *l);
#endif
