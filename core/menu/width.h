/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDTH_H
#define WIDTH_H
#include "../base/base.h"
/*
 * Columns that a character takes on a terminal: 0, 1 or 2 (Unicode's East
 * Asian Width, UAX 11, in coarse ranges). Where in doubt the larger number:
 * then a line is cut too early, and never wraps.
 */
size_t width_of(uint32_t cp);
/* How many bytes of s, in whole characters, fit into that many columns and as many bytes. */
size_t width_fit(struct str s, size_t room);
size_t width_columns(struct str s);
/* Cut the n bytes at p to what fits, with dots where something is gone; returns how many are left.
 */
size_t width_cut(char *p, size_t n, size_t room);
#endif
