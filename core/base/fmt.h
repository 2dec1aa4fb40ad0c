/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FMT_H
#define FMT_H
#include "base.h"
/*
 * The formatter of the core: printf's d i u x X c s % with the flags '-' and
 * '0', a width, a precision for s (also '*'), and the sizes h hh l ll z.
 * Anything else is copied as it stands.
 */

/* At most cap - 1 bytes and a NUL; returns the length of the whole text, as snprintf does. */
size_t fmt_to(char *buf, size_t cap, const char *fmt, ...) printf_like(3, 4);
size_t fmt_v(char *buf, size_t cap, const char *fmt, va_list ap) printf_like(3, 0);

/*
 * A text that grows in an arena. After a failed growth bad is set and the
 * text stays as it was: check once, at the end.
 */
struct text {
	struct arena *arena;
	char *p;
	size_t n, cap;
	bool bad;
};
void text_put(struct text *t, struct str s);
void text_char(struct text *t, char c);
void text_fmt(struct text *t, const char *fmt, ...) printf_like(2, 3);
static inline struct str text_str(const struct text *t)
{
	return (struct str){ t->p, t->n };
}
#endif
