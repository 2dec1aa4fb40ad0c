/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fmt.h"
#include "str.h"
#include <string.h>

struct out {
	char *p;
	size_t cap, n;
};

static void put(struct out *o, char c)
{
	if (o->n + 1 < o->cap)
		o->p[o->n] = c;
	o->n++;
}

struct spec {
	bool left, zero, precise;
	size_t width, precision;
	int size; /* -2 hh, -1 h, 0, 1 l, 2 ll, 3 z */
};

static void pad(struct out *o, char c, size_t have, size_t want)
{
	for (; have < want; have++)
		put(o, c);
}

static void put_text(struct out *o, const struct spec *sp, const char *s, size_t n)
{
	if (!sp->left)
		pad(o, ' ', n, sp->width);
	for (size_t i = 0; i < n; i++)
		put(o, s[i]);
	if (sp->left)
		pad(o, ' ', n, sp->width);
}

static void put_number(struct out *o, const struct spec *sp, uint64_t v, bool negative,
		       unsigned base, bool upper)
{
	char digits[24];
	size_t at = sizeof digits;
	do
		digits[--at] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[v % base];
	while (v /= base);
	if (sp->zero && !sp->left) {
		size_t have = sizeof digits - at + negative;
		if (negative)
			put(o, '-');
		pad(o, '0', have, sp->width);
		negative = false;
		put_text(o, &(struct spec){ 0 }, digits + at, sizeof digits - at);
		return;
	}
	if (negative)
		digits[--at] = '-';
	put_text(o, sp, digits + at, sizeof digits - at);
}

/* The argument lists below are read here and nowhere else. */
struct args {
	va_list ap;
};

static uint64_t arg_unsigned(struct args *a, int size)
{
	switch (size) {
	case 1:
		return va_arg(a->ap, unsigned long);
	case 2:
		return va_arg(a->ap, unsigned long long);
	case 3:
		return va_arg(a->ap, size_t);
	default:
		return va_arg(a->ap, unsigned);
	}
}

static int64_t arg_signed(struct args *a, int size)
{
	switch (size) {
	case 1:
		return va_arg(a->ap, long);
	case 2:
		return va_arg(a->ap, long long);
	case 3:
		return va_arg(a->ap, ptrdiff_t);
	default:
		return va_arg(a->ap, int);
	}
}

static size_t read_count(const char **f, struct args *a)
{
	size_t v = 0;
	if (**f == '*') {
		int n = va_arg(a->ap, int);
		(*f)++;
		return n > 0 ? (size_t)n : 0;
	}
	for (; is_digit(**f); (*f)++)
		v = v * 10 + (size_t)(**f - '0');
	return v;
}

static struct spec read_spec(const char **f, struct args *a)
{
	struct spec sp = { 0 };
	for (; **f == '-' || **f == '0'; (*f)++)
		*(**f == '-' ? &sp.left : &sp.zero) = true;
	sp.width = read_count(f, a);
	if (**f == '.') {
		(*f)++;
		sp.precise = true;
		sp.precision = read_count(f, a);
	}
	for (; **f == 'l' || **f == 'h' || **f == 'z'; (*f)++)
		sp.size = **f == 'z' ? 3 : **f == 'l' ? sp.size + 1 : sp.size - 1;
	return sp;
}

static void put_string(struct out *o, const struct spec *sp, const char *s)
{
	size_t n = 0;
	if (!s)
		s = sp->precise ? "" : "(null)";
	while (!(sp->precise && n >= sp->precision) && s[n])
		n++;
	put_text(o, sp, s, n);
}

static void convert(struct out *o, char c, const struct spec *sp, struct args *a)
{
	int64_t i;
	char ch;
	switch (c) {
	case 'd':
	case 'i':
		i = arg_signed(a, sp->size);
		put_number(o, sp, i < 0 ? 0 - (uint64_t)i : (uint64_t)i, i < 0, 10, false);
		break;
	case 'u':
		put_number(o, sp, arg_unsigned(a, sp->size), false, 10, false);
		break;
	case 'x':
	case 'X':
		put_number(o, sp, arg_unsigned(a, sp->size), false, 16, c == 'X');
		break;
	case 'c':
		ch = (char)va_arg(a->ap, int);
		put_text(o, sp, &ch, 1);
		break;
	case 's':
		put_string(o, sp, va_arg(a->ap, const char *));
		break;
	default:
		put(o, c);
	}
}

size_t fmt_v(char *buf, size_t cap, const char *fmt, va_list ap)
{
	struct out o = { buf, cap, 0 };
	struct args a;
	va_copy(a.ap, ap);
	for (const char *f = fmt; *f; f++) {
		if (*f != '%') {
			put(&o, *f);
			continue;
		}
		f++;
		struct spec sp = read_spec(&f, &a);
		if (!*f)
			break;
		convert(&o, *f, &sp, &a);
	}
	va_end(a.ap);
	if (cap)
		buf[min_size(o.n, cap - 1)] = 0;
	return o.n;
}

size_t fmt_to(char *buf, size_t cap, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(buf, cap, fmt, ap);
	va_end(ap);
	return n;
}

static bool text_room(struct text *t, size_t n)
{
	if (t->bad || n > SIZE_MAX / 4 - t->n) {
		t->bad = true;
		return false;
	}
	if (t->n + n + 1 <= t->cap)
		return true;
	size_t cap = (t->n + n + 1) * 2 + 64;
	char *p = arena_alloc(t->arena, cap, 1);
	if (!p) {
		t->bad = true;
		return false;
	}
	if (t->n)
		memcpy(p, t->p, t->n);
	t->p = p;
	t->cap = cap;
	return true;
}

void text_put(struct text *t, struct str s)
{
	if (!s.n || !text_room(t, s.n))
		return;
	memcpy(t->p + t->n, s.p, s.n);
	t->n += s.n;
}

void text_char(struct text *t, char c)
{
	text_put(t, (struct str){ &c, 1 });
}

void text_fmt(struct text *t, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(NULL, 0, fmt, ap);
	va_end(ap);
	if (!text_room(t, n))
		return;
	va_start(ap, fmt);
	fmt_v(t->p + t->n, t->cap - t->n, fmt, ap);
	va_end(ap);
	t->n += n;
}
