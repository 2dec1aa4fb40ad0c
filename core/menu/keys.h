/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KEYS_H
#define KEYS_H
#include "../base/base.h"
/*
 * Keys out of the bytes that a terminal sends: VT100 and its heirs (ECMA-48
 * control sequences, SS3 cursor keys, the "CSI number ~" keys).
 */
enum key_code {
	KEY_NONE, /* the byte was part of something longer, or means nothing */
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PGUP,
	KEY_PGDN,
	KEY_DELETE,
	KEY_ENTER, /* CR, LF, or both together */
	KEY_ESC,   /* alone */
	KEY_F2,
	KEY_F10,
	KEY_SIZE,  /* no key: the terminal's answer to "where is the cursor" (ECMA-48 CPR) */
	KEY_OTHER, /* a whole key that we have no use for: F1, Insert, Alt-x */
	KEY_CHAR,  /* byte: everything else, control characters too */
};
struct key {
	enum key_code code;
	uint8_t byte;	     /* KEY_CHAR */
	uint16_t rows, cols; /* KEY_SIZE */
};
/* ASCII's control characters by their letter. */
#define KEY_CTRL(c) ((uint8_t)((c)&0x1f))

enum { KEY_GAP_MS = 50 }; /* an ESC that nothing follows for so long was the Esc key */

/* What has come of a sequence so far; all zero to begin. */
struct keys {
	uint8_t state;
	uint8_t at;	    /* the parameter that is being read; those after the second are not */
	uint16_t number[2]; /* the sequence's parameters, cut to what fits */
	bool after_cr;	    /* an LF now belongs to that CR */
};
struct key keys_byte(struct keys *k, uint8_t byte);
/* Whether the meaning of the last byte depends on what follows within KEY_GAP_MS. */
bool keys_pending(const struct keys *k);
/* Nothing followed. */
struct key keys_gap(struct keys *k);
#endif
