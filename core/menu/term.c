/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "term.h"
#include "keys.h"
#include <string.h>

enum { GONE = -2 }; /* con.byte()'s */

static void term_write(struct con *c, const char *p, size_t n)
{
	struct term *t = container_of(c, struct term, con);
	t->under->write(t->under, p, n);
}

static int term_byte(struct con *c, uint64_t deadline_ms)
{
	struct term *t = container_of(c, struct term, con);
	if (t->at < t->n)
		return t->ahead[t->at++];
	return t->under->byte(t->under, deadline_ms);
}

static uint64_t term_now(struct con *c)
{
	struct term *t = container_of(c, struct term, con);
	return t->under->now_ms(t->under);
}

/* An answer that ends what was read ahead: taken out of it, and taken to heart. */
static bool take_answer(struct term *t)
{
	struct keys keys = { 0 };
	struct key k = { .code = KEY_NONE };
	size_t from = t->n;
	while (from > t->at && t->ahead[from - 1] != 0x1b)
		from--;
	if (from == t->at)
		return false;
	for (size_t i = --from; i < t->n; i++)
		k = keys_byte(&keys, t->ahead[i]);
	if (k.code != KEY_SIZE)
		return false;
	t->n = from;
	t->con.rows = k.rows;
	t->con.cols = k.cols;
	return true;
}

static void term_measure(struct con *c, bool again)
{
	static const char ask[] = "\0337\033[999;999H\033[6n\0338";
	struct term *t = container_of(c, struct term, con);
	uint64_t now = term_now(c), end = now + TERM_WAIT_MS;
	if (t->asked && (!again || now < t->quiet_ms))
		return;
	t->asked = true;
	t->quiet_ms = now + TERM_QUIET_MS;
	term_write(c, ask, sizeof ask - 1);
	memmove(t->ahead, t->ahead + t->at, t->n - t->at);
	t->n -= t->at;
	t->at = 0;
	while (t->n < TERM_AHEAD && term_now(c) < end) {
		int byte = t->under->byte(t->under, end);
		if (byte == GONE) /* whoever reads next hears of it, too */
			break;
		if (byte >= 0)
			t->ahead[t->n++] = (uint8_t)byte;
		if (byte >= 0 && take_answer(t))
			break;
	}
}

void term_init(struct term *t, struct con *under)
{
	*t = (struct term){ .under = under, .asked = under->rows && under->cols };
	t->con = (struct con){
		term_write,  term_byte,	   term_now,	     under->rows,
		under->cols, term_measure, under->rows_most, under->cols_most,
	};
}
