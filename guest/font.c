/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "font.h"

struct place {
	uint16_t cp, glyph;
};
#include "../build/font_data.h"

enum { NO_SUCH_LETTER = 0xfffd };

static const uint8_t *find(uint32_t cp)
{
	size_t from = 0, to = array_len(places);
	while (from < to) { /* halves each turn */
		size_t at = from + (to - from) / 2;
		if (places[at].cp == cp)
			return glyphs[places[at].glyph];
		if (places[at].cp < cp)
			from = at + 1;
		else
			to = at;
	}
	return NULL;
}

const uint8_t *font_glyph(uint32_t cp)
{
	const uint8_t *g = find(cp);
	if (!g)
		g = find(NO_SUCH_LETTER);
	return g ? g : glyphs[0];
}
