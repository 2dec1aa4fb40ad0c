/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

enum { NOTHING = -1, GONE = -2 }; /* con.byte()'s */

/* The size that the console has by an answer of its terminal, however late. */
static struct key heard(struct input *in, struct key k)
{
	if (k.code != KEY_SIZE)
		return k;
	in->con->rows = k.rows;
	in->con->cols = k.cols;
	return k;
}

enum err input_poll(struct input *in, struct key *k, bool *any)
{
	int byte = in->con->byte(in->con, 0);
	*k = (struct key){ .code = KEY_NONE };
	*any = byte != NOTHING;
	if (byte >= 0)
		*k = heard(in, keys_byte(&in->keys, (uint8_t)byte));
	return byte == GONE ? ERR_IO : OK;
}

enum err input_wait(struct input *in, uint64_t deadline_ms, struct key *k)
{
	bool pending = keys_pending(&in->keys);
	*k = (struct key){ .code = KEY_NONE };
	if (pending)
		deadline_ms = min_u64(deadline_ms, in->con->now_ms(in->con) + KEY_GAP_MS);
	int byte = in->con->byte(in->con, deadline_ms);
	if (byte >= 0)
		*k = heard(in, keys_byte(&in->keys, (uint8_t)byte));
	else if (byte == NOTHING && pending)
		*k = keys_gap(&in->keys);
	return byte == GONE ? ERR_IO : OK;
}
