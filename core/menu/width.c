/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "width.h"
#include "../base/utf.h"
#include <string.h>

struct range {
	uint32_t first, last;
};

static const struct range zero[] = {
	/* Combining marks, zero-width spaces and joiners, variation selectors. */
	{ 0x300, 0x36f },   { 0x483, 0x489 },	{ 0x591, 0x5bd },     { 0x64b, 0x65f },
	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200d },   { 0x20d0, 0x20ff },
	{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef },
};

static const struct range two[] = {
	/* Hangul, CJK, full-width forms; symbols that are drawn as emoji. */
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x2329, 0x232a },	  { 0x23e9, 0x23f3 },
	{ 0x25fd, 0x25fe },   { 0x2600, 0x27bf },   { 0x2b1b, 0x2b55 },	  { 0x2e80, 0xa4cf },
	{ 0xa960, 0xa97f },   { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },	  { 0xfe10, 0xfe6f },
	{ 0xff01, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x16fe0, 0x18dff }, { 0x1aff0, 0x1b2ff },
	{ 0x1f000, 0x1faff }, { 0x20000, 0x3fffd },
};

static bool in_ranges(const struct range *r, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= r[i].first && cp <= r[i].last)
			return true;
	return false;
}

size_t width_of(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (in_ranges(zero, array_len(zero), cp))
		return 0;
	return in_ranges(two, array_len(two), cp) ? 2 : 1;
}

size_t width_fit(struct str s, size_t room)
{
	size_t used = 0, at = 0;
	while (at < s.n) {
		size_t next = at;
		used += width_of(utf8_next(s, &next));
		if (used > room || next > room)
			break;
		at = next;
	}
	return at;
}

size_t width_cut(char *p, size_t n, size_t room)
{
	struct str s = { p, n };
	size_t dots = min_size(3, room), fits = width_fit(s, room);
	if (fits == n)
		return n;
	/* No character has more columns than bytes, so the dots lie inside the text. */
	fits = width_fit(s, room - dots);
	memset(p + fits, '.', dots);
	return fits + dots;
}

size_t width_columns(struct str s)
{
	size_t n = 0;
	for (size_t at = 0; at < s.n;)
		n += width_of(utf8_next(s, &at));
	return n;
}
