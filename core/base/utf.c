/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "utf.h"
#include <string.h>

enum { REPLACEMENT = 0xfffd };

static bool is_surrogate(uint32_t cp)
{
	return cp >= 0xd800 && cp <= 0xdfff;
}

uint32_t utf8_next(struct str s, size_t *at)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	uint8_t c = (uint8_t)s.p[(*at)++];
	unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	if (c < 0x80)
		return c;
	if (c < 0xc2 || c > 0xf4 || s.n - *at < more)
		return REPLACEMENT;
	uint32_t cp = c & (0x3fu >> more);
	for (unsigned i = 0; i < more; i++) {
		uint8_t b = (uint8_t)s.p[*at + i];
		if ((b & 0xc0) != 0x80)
			return REPLACEMENT;
		cp = cp << 6 | (b & 0x3f);
	}
	if (cp < least[more] || cp > 0x10ffff || is_surrogate(cp))
		return REPLACEMENT;
	*at += more;
	return cp;
}

size_t utf8_put(uint32_t cp, char out[4])
{
	if (cp > 0x10ffff || is_surrogate(cp))
		cp = REPLACEMENT;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = n; i-- > 1; cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)((0xf00u >> n) | cp);
	return n;
}

size_t utf16_to_utf8(const uint16_t *u, size_t n, char *buf, size_t cap)
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t cp = u[i];
		char c[4];
		if (cp >= 0xd800 && cp < 0xdc00 && i + 1 < n && u[i + 1] >= 0xdc00 &&
		    u[i + 1] < 0xe000)
			cp = 0x10000 + ((cp - 0xd800) << 10) + (u[++i] - 0xdc00u);
		size_t k = utf8_put(cp, c);
		if (k <= cap && len <= cap - k)
			memcpy(buf + len, c, k);
		len += k;
	}
	return len;
}

static bool is_unsafe(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == REPLACEMENT || cp == 0x200e ||
	       cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
	       cp == 0xfeff;
}

size_t str_clean(char *p, size_t n)
{
	struct str s = { p, n };
	size_t to = 0;
	for (size_t at = 0; at < n;) {
		size_t from = at;
		if (is_unsafe(utf8_next(s, &at))) {
			p[to++] = '?';
		} else {
			memmove(p + to, p + from, at - from);
			to += at - from;
		}
	}
	return to;
}
