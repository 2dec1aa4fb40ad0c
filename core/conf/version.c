/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "version.h"
#include "../base/str.h"

static bool is_alpha(char c)
{
	c = ascii_lower(c);
	return c >= 'a' && c <= 'z';
}

static int cmp(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static char first(struct str s)
{
	return s.n ? s.p[0] : 0;
}

static void skip(struct str *s, size_t n)
{
	*s = str_sub(*s, n, s->n);
}

/* The run of digits, or of letters, that s begins with. */
static struct str run(struct str s, bool digits)
{
	size_t n = 0;
	while (n < s.n && (digits ? is_digit(s.p[n]) : is_alpha(s.p[n])))
		n++;
	return str_sub(s, 0, n);
}

static void skip_zeros(struct str *s)
{
	while (first(*s) == '0')
		skip(s, 1);
}

/* Numbers without leading zeros. */
static int cmp_numbers(struct str a, struct str b)
{
	return a.n != b.n ? cmp(a.n, b.n) : str_cmp(a, b);
}

static void skip_strange(struct str *s, const char *known)
{
	struct str k = str_of(known);
	while (s->n && !is_digit(s->p[0]) && !is_alpha(s->p[0]) && str_find(k, s->p[0], 0) == k.n)
		skip(s, 1);
}

/* One step: the order of what a and b begin with, which is then cut off. */
static int step(struct str *a, struct str *b)
{
	bool digits = is_digit(first(*a));
	if (digits != is_digit(first(*b))) /* a number is newer than letters */
		return digits ? 1 : -1;
	if (digits) {
		skip_zeros(a);
		skip_zeros(b);
	}
	struct str x = run(*a, digits), y = run(*b, digits);
	int r = digits ? cmp_numbers(x, y) : str_cmp(x, y);
	skip(a, x.n);
	skip(b, y.n);
	return r;
}

/* Cut mark off both where both begin with it; who alone does is older. */
static int cut_mark(struct str *a, struct str *b, char mark)
{
	bool x = first(*a) == mark, y = first(*b) == mark;
	if (x != y)
		return x ? -1 : 1;
	skip(a, x);
	skip(b, y);
	return 0;
}

int version_cmp(struct str a, struct str b)
{
	for (;;) { /* each turn shortens one of them */
		static const char marks[] = { '-', '^', '.' };
		skip_strange(&a, "-.~^");
		skip_strange(&b, "-.~^");
		int r = cut_mark(&a, &b, '~');
		if (!r && (!a.n || !b.n))
			return cmp(a.n, b.n);
		for (size_t i = 0; !r && i < array_len(marks); i++)
			r = cut_mark(&a, &b, marks[i]);
		if (!r)
			r = step(&a, &b);
		if (r)
			return r;
	}
}

/* '~' and '^' where one of the two begins so: false; else the order, perhaps 0 with both cut. */
static bool marked(struct str *a, struct str *b, int *order)
{
	char x = first(*a), y = first(*b);
	if (x != '~' && y != '~' && x != '^' && y != '^')
		return false;
	*order = 0;
	if (x == y) {
		skip(a, 1);
		skip(b, 1);
	} else if (x == '~' || y == '~') {
		*order = x == '~' ? -1 : 1;
	} else if (!a->n || !b->n) {
		*order = cmp(a->n, b->n);
	} else {
		*order = x == '^' ? -1 : 1;
	}
	return true;
}

int version_cmp_rpm(struct str a, struct str b)
{
	for (;;) { /* each turn shortens both of them */
		int r;
		skip_strange(&a, "~^");
		skip_strange(&b, "~^");
		if (marked(&a, &b, &r)) {
			if (r)
				return r;
			continue;
		}
		if (!a.n || !b.n)
			return cmp(a.n, b.n);
		r = step(&a, &b);
		if (r)
			return r;
	}
}

/* Cut "-REST" off the end of *s; without a '-' all of *s stays and REST is empty. */
static struct str cut_last(struct str *s)
{
	size_t at = s->n;
	while (at && s->p[at - 1] != '-')
		at--;
	struct str last = str_sub(*s, at ? at : s->n, s->n);
	if (at)
		*s = str_sub(*s, 0, at - 1);
	return last;
}

int version_cmp_package(struct str a, struct str b)
{
	struct str release_a = cut_last(&a), version_a = cut_last(&a);
	struct str release_b = cut_last(&b), version_b = cut_last(&b);
	int r = version_cmp_rpm(a, b);
	if (!r)
		r = version_cmp_rpm(version_a, version_b);
	return r ? r : version_cmp_rpm(release_a, release_b);
}
