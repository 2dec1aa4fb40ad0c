/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keymap.h"
#include "../core/base/str.h"
#include <string.h>

/* Codes that are not in a table. */
enum {
	CODE_TAB = 15,
	CODE_LEFTCTRL = 29,
	CODE_LEFTSHIFT = 42,
	CODE_RIGHTSHIFT = 54,
	CODE_LEFTALT = 56,
	CODE_CAPSLOCK = 58,
	CODE_NUMLOCK = 69,
	CODE_KP7 = 71,
	CODE_KPDOT = 83,
	CODE_RIGHTCTRL = 97,
	CODE_RIGHTALT = 100,
};
enum { LEFT = 1, RIGHT = 2 };

/* The typewriter's keys from code 1 on, by what they type alone and with Shift; a NUL: none. */
static const char plain[] = "\x1b"
			    "1234567890-=\x7f\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] = "\x1b"
			      "!@#$%^&*()_+\x7f\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

/* Keys that send a sequence, or one character whatever else is pressed. */
struct fixed {
	uint8_t code;
	char bytes[6];
};
static const struct fixed fixed[] = {
	{ 59, "\x1bOP" },   { 60, "\x1bOQ" },	{ 61, "\x1bOR" },   { 62, "\x1bOS" },
	{ 63, "\x1b[15~" }, { 64, "\x1b[17~" }, { 65, "\x1b[18~" }, { 66, "\x1b[19~" },
	{ 67, "\x1b[20~" }, { 68, "\x1b[21~" }, { 87, "\x1b[23~" }, { 88, "\x1b[24~" },
	{ 102, "\x1b[H" },  { 103, "\x1b[A" },	{ 104, "\x1b[5~" }, { 105, "\x1b[D" },
	{ 106, "\x1b[C" },  { 107, "\x1b[F" },	{ 108, "\x1b[B" },  { 109, "\x1b[6~" },
	{ 110, "\x1b[2~" }, { 111, "\x1b[3~" }, { 74, "-" },	    { 78, "+" },
	{ 96, "\r" },	    { 98, "/" },
};

/* The keypad from CODE_KP7 on: a digit with Num Lock, the code of another key without. */
static const char pad_digit[] = "789-456+1230.";
static const uint8_t pad_code[] = { 102, 103, 104, 74, 105, 0, 106, 78, 107, 108, 109, 110, 111 };

static bool set_held(uint8_t *held, uint8_t side, bool pressed)
{
	*held = (uint8_t)(pressed ? *held | side : *held & ~side);
	return true;
}

/* Shift and its like; they type nothing themselves. */
static bool modifier(struct keymap *k, uint32_t code, bool pressed)
{
	switch (code) {
	case CODE_LEFTSHIFT:
		return set_held(&k->shift, LEFT, pressed);
	case CODE_RIGHTSHIFT:
		return set_held(&k->shift, RIGHT, pressed);
	case CODE_LEFTCTRL:
		return set_held(&k->ctrl, LEFT, pressed);
	case CODE_RIGHTCTRL:
		return set_held(&k->ctrl, RIGHT, pressed);
	case CODE_LEFTALT:
		return set_held(&k->alt, LEFT, pressed);
	case CODE_RIGHTALT:
		return set_held(&k->alt, RIGHT, pressed);
	case CODE_CAPSLOCK:
		k->caps ^= pressed;
		return true;
	case CODE_NUMLOCK:
		k->num ^= pressed;
		return true;
	default:
		return false;
	}
}

static size_t typed(const struct keymap *k, char c, char out[KEYMAP_BYTES])
{
	size_t n = 0;
	if (k->alt)
		out[n++] = '\x1b';
	out[n++] = c;
	return n;
}

static size_t letter(const struct keymap *k, uint32_t code, char out[KEYMAP_BYTES])
{
	char c = plain[code - 1];
	bool upper = k->shift != 0;
	if (c >= 'a' && c <= 'z')
		upper ^= k->caps;
	if (upper)
		c = shifted[code - 1];
	/* Where Ctrl has a meaning in ASCII: the letters and @ [ \ ] ^ _ */
	if (k->ctrl && ((c >= '@' && c <= '_') || (c >= 'a' && c <= 'z')))
		c &= 0x1f;
	return c ? typed(k, c, out) : 0;
}

static size_t sequence(uint32_t code, char out[KEYMAP_BYTES])
{
	for (size_t i = 0; i < array_len(fixed); i++) {
		if (fixed[i].code != code)
			continue;
		size_t n = str_of(fixed[i].bytes).n;
		memcpy(out, fixed[i].bytes, n);
		return n;
	}
	return 0;
}

size_t keymap_key(struct keymap *k, uint32_t code, bool pressed, char out[KEYMAP_BYTES])
{
	if (modifier(k, code, pressed) || !pressed)
		return 0;
	if (code == CODE_TAB && k->shift) {
		memcpy(out, "\x1b[Z", 3);
		return 3;
	}
	if (code >= CODE_KP7 && code <= CODE_KPDOT) {
		if (k->num)
			return typed(k, pad_digit[code - CODE_KP7], out);
		code = pad_code[code - CODE_KP7];
	}
	return code && code < sizeof plain ? letter(k, code, out) : sequence(code, out);
}
