/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keys.h"

enum { ESC = 0x1b };
enum { PLAIN, AFTER_ESC, IN_CSI, IN_SS3, IN_CONSOLE };

static struct key key_of(enum key_code code)
{
	return (struct key){ .code = code };
}

/* The letter that ends CSI or SS3. */
static enum key_code final_letter(uint8_t c)
{
	switch (c) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return KEY_RIGHT;
	case 'D':
		return KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case 'M': /* Enter on the keypad */
		return KEY_ENTER;
	case 'Q':
		return KEY_F2;
	case 'c': /* a terminal's answer to "what are you": nobody typed it */
	case 'n': /* "how are you" */
		return KEY_NONE;
	default:
		return KEY_OTHER;
	}
}

/* "CSI number ~", with rxvt's and the Linux console's numbers for Home and End. */
static enum key_code final_number(uint16_t number)
{
	switch (number) {
	case 1:
	case 7:
		return KEY_HOME;
	case 4:
	case 8:
		return KEY_END;
	case 3:
		return KEY_DELETE;
	case 5:
		return KEY_PGUP;
	case 6:
		return KEY_PGDN;
	case 12:
		return KEY_F2;
	case 21:
		return KEY_F10;
	default:
		return KEY_OTHER;
	}
}

/* Shift-F3 looks like the answer of a terminal with one row. */
static struct key size_of(const struct keys *k)
{
	enum { ROWS_MIN = 4, COLS_MIN = 20 };
	bool sane = k->state == IN_CSI && k->number[0] >= ROWS_MIN && k->number[1] >= COLS_MIN;
	return (struct key){ .code = sane ? KEY_SIZE : KEY_NONE,
			     .rows = k->number[0],
			     .cols = k->number[1] };
}

static void parameter(struct keys *k, uint8_t c)
{
	enum { MOST = 9999 };
	if (c < '0' || c > '9') { /* ';', other parameters, intermediates */
		if (k->at < array_len(k->number))
			k->at++;
		return;
	}
	if (k->at == array_len(k->number))
		return;
	unsigned n = k->number[k->at] * 10u + (c - '0');
	k->number[k->at] = (uint16_t)(n > MOST ? MOST : n);
}

static struct key in_sequence(struct keys *k, uint8_t c)
{
	if (c < '@') {
		parameter(k, c);
		return key_of(KEY_NONE);
	}
	if (k->state == IN_CSI && c == '[' && !k->at && !k->number[0]) {
		k->state = IN_CONSOLE; /* the Linux console's F1 to F5: one more letter */
		return key_of(KEY_NONE);
	}
	struct key key = key_of(final_letter(c));
	if (k->state == IN_CONSOLE)
		key.code = c == 'B' ? KEY_F2 : KEY_OTHER;
	else if (c == '~')
		key.code = final_number(k->number[0]);
	else if (c == 'R')
		key = size_of(k);
	k->state = PLAIN;
	return key;
}

static struct key after_esc(struct keys *k, uint8_t c)
{
	k->at = 0;
	k->number[0] = k->number[1] = 0;
	k->state = c == '[' ? IN_CSI : c == 'O' ? IN_SS3 : PLAIN;
	return key_of(k->state == PLAIN ? KEY_OTHER : KEY_NONE);
}

static struct key plain(struct keys *k, uint8_t c)
{
	bool after_cr = k->after_cr;
	k->after_cr = c == '\r';
	if (c == '\r')
		return key_of(KEY_ENTER);
	if (c == '\n')
		return key_of(after_cr ? KEY_NONE : KEY_ENTER);
	if (c == 0) /* line noise; telnet's CR NUL */
		return key_of(KEY_NONE);
	return (struct key){ .code = KEY_CHAR, .byte = c };
}

struct key keys_byte(struct keys *k, uint8_t byte)
{
	/* ESC begins anew wherever it comes; other control characters end a sequence. */
	if (byte == ESC) {
		enum key_code code = k->state == AFTER_ESC ? KEY_ESC : KEY_NONE;
		k->state = AFTER_ESC;
		k->after_cr = false;
		return key_of(code);
	}
	if (byte < 0x20 || byte >= 0x7f)
		k->state = PLAIN;
	if (k->state == PLAIN)
		return plain(k, byte);
	return k->state == AFTER_ESC ? after_esc(k, byte) : in_sequence(k, byte);
}

bool keys_pending(const struct keys *k)
{
	return k->state != PLAIN;
}

struct key keys_gap(struct keys *k)
{
	enum key_code code = k->state == AFTER_ESC ? KEY_ESC : KEY_NONE;
	k->state = PLAIN;
	return key_of(code);
}
