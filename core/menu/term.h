/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TERM_H
#define TERM_H
#include "menu.h"
/*
 * A console whose terminal is asked for its size: the cursor is sent beyond
 * every corner, asked where it is (ECMA-48 CUP and CPR), and put back (VT100's
 * DECSC and DECRC). What is typed meanwhile is kept; an answer that comes late is a KEY_SIZE.
 */
enum { TERM_WAIT_MS = 100, TERM_AHEAD = 64 };
/* Not asked more often than that: a flood of keys must not become one of questions. */
enum { TERM_QUIET_MS = 1000 };
struct term {
	struct con con;
	struct con *under;
	bool asked;	   /* or known from the start */
	uint64_t quiet_ms; /* until then it is not asked again */
	size_t n, at;
	uint8_t ahead[TERM_AHEAD]; /* read, and not yet given to anybody: from at to n */
};
void term_init(struct term *t, struct con *under);
#endif
