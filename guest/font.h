/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FONT_H
#define FONT_H
#include "../core/base/base.h"
/*
 * The letters of the frame buffer: Debian's console font Uni2-VGA16
 * (COPYING.font), made into arrays by tools/psf2c. It has Latin, Greek and
 * Cyrillic letters and lines.
 */
enum { FONT_COLS = 8, FONT_ROWS = 16 };

/* FONT_ROWS bytes, the leftmost dot in the highest bit; U+FFFD's where there is no such letter. */
const uint8_t *font_glyph(uint32_t cp);
#endif
