/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out.h"
#include "width.h"
#include "../base/fmt.h"
#include "../base/str.h"
#include "../base/utf.h"
#include <string.h>

void out_flush(struct out *o)
{
	if (o->n)
		o->con->write(o->con, o->buf, o->n);
	o->n = 0;
}

void out_put(struct out *o, struct str s)
{
	for (size_t done = 0; done < s.n;) { /* the buffer always takes some */
		size_t n = min_size(s.n - done, sizeof o->buf - o->n);
		memcpy(o->buf + o->n, s.p + done, n);
		o->n += n;
		done += n;
		if (o->n == sizeof o->buf)
			out_flush(o);
	}
}

void out_fmt(struct out *o, const char *fmt, ...)
{
	char line[128];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	out_put(o, (struct str){ line, min_size(n, sizeof line - 1) });
}

void out_go_to(struct out *o, size_t row, size_t col)
{
	out_fmt(o, "\x1b[%zu;%zuH", row, col);
}

void out_cut(struct out *o, struct str s, size_t cols)
{
	out_put(o, str_sub(s, 0, width_fit(s, cols)));
}

struct str text_clean(struct str s, char *buf, size_t cap)
{
	size_t n = min_size(s.n, cap);
	if (n)
		memcpy(buf, s.p, n);
	return (struct str){ buf, str_clean(buf, n) };
}

void out_clean(struct out *o, struct str s, size_t cols)
{
	char buf[4 * OUT_COLS_MAX];
	out_cut(o, text_clean(s, buf, sizeof buf), cols);
}

void con_size(const struct con *c, size_t *rows, size_t *cols)
{
	enum { COLS_MIN = 8 }; /* narrower screens do not exist; they may wrap */
	bool known = c->rows && c->cols;
	size_t most = c->rows_most ? c->rows_most : OUT_ROWS_MAX;
	size_t all = min_size(known ? c->cols : 80, c->cols_most ? c->cols_most : SIZE_MAX);
	*rows = min_size(known ? c->rows : 24, min_size(most, OUT_ROWS_MAX));
	*cols = (all < COLS_MIN ? (size_t)COLS_MIN : min_size(all, OUT_COLS_MAX)) - 1;
}
