/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INPUT_H
#define INPUT_H
#include "keys.h"
#include "menu.h"
/* Keys from a console. */
struct input {
	struct con *con;
	struct keys keys;
};
/*
 * The next key that is there already; false: nothing more is waiting, which is
 * the time to draw, so that pasted text costs no output. k is KEY_NONE for a
 * byte that is no whole key; KEY_SIZE: con->rows and con->cols have changed.
 */
enum err input_poll(struct input *in, struct key *k, bool *any);
/* Wait for one. KEY_NONE: the deadline is over, or what came is no whole key. ERR_IO: gone. */
enum err input_wait(struct input *in, uint64_t deadline_ms, struct key *k);
#endif
