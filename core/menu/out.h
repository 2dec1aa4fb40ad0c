/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OUT_H
#define OUT_H
#include "menu.h"
/* Bytes on their way to a console, in pieces of several lines' size. */
enum { OUT_ROWS_MAX = 999, OUT_COLS_MAX = 250 };
struct out {
	struct con *con;
	size_t n;
	char buf[512];
};
void out_flush(struct out *o);
void out_put(struct out *o, struct str s);
void out_fmt(struct out *o, const char *fmt, ...) printf_like(2, 3);
void out_go_to(struct out *o, size_t row, size_t col); /* from 1 */
/* As much of s as fits. s is safe for a terminal. */
void out_cut(struct out *o, struct str s, size_t cols);
/* The same for foreign text. */
void out_clean(struct out *o, struct str s, size_t cols);
/* Foreign text made safe, cut to cap bytes, in buf. */
struct str text_clean(struct str s, char *buf, size_t cap);
/*
 * What may be written to: 24 x 80 where the terminal does not say, and no
 * longer lines than OUT_COLS_MAX. The last column is left free.
 */
void con_size(const struct con *c, size_t *rows, size_t *cols);
#endif
