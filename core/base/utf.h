/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UTF_H
#define UTF_H
#include "base.h"
/* Unicode as far as a boot menu needs it (RFC 3629, RFC 2781). */

/* One code point off *at; 0xfffd for a byte that is not valid UTF-8 (one byte is used up). */
uint32_t utf8_next(struct str s, size_t *at);
/* 1 to 4 bytes into out; returns how many. Surrogates and values over 0x10ffff give U+FFFD. */
size_t utf8_put(uint32_t cp, char out[4]);
/* n UTF-16 units as UTF-8 into buf; returns the bytes needed, also when cap is too small. */
size_t utf16_to_utf8(const uint16_t *u, size_t n, char *buf, size_t cap);
/*
 * Make text safe to show: control characters (C0, DEL, C1), bidi overrides and
 * invalid bytes become '?'. Tabs too. In place; the length never grows.
 */
size_t str_clean(char *p, size_t n);
#endif
