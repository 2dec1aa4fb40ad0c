/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KEYMAP_H
#define KEYMAP_H
#include "../core/base/base.h"
/*
 * A US keyboard: key codes of Linux (its input-event-codes.h, which Xen
 * public/io/kbdif.h refers to) into the bytes that a terminal sends, which are
 * xterm's in the form that core/menu/keys.h reads.
 */
enum { KEYMAP_BYTES = 8 };
struct keymap {			  /* all zero: nothing is pressed */
	uint8_t shift, ctrl, alt; /* a bit for the left key, one for the right */
	bool caps, num;
};
/* What pressing or releasing a key types: how many bytes, 0 for most. */
size_t keymap_key(struct keymap *k, uint32_t code, bool pressed, char out[KEYMAP_BYTES]);
#endif
