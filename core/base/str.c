/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "str.h"
#include <string.h>

struct str str_of(const char *z)
{
	size_t n = 0;
	while (z && z[n])
		n++;
	return (struct str){ z, n };
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = min_size(a.n, b.n);
	int d = n ? memcmp(a.p, b.p, n) : 0;
	if (d)
		return d;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

size_t str_find(struct str s, char c, size_t from)
{
	size_t i = from;
	while (i < s.n && s.p[i] != c)
		i++;
	return min_size(i, s.n);
}

struct str str_sub(struct str s, size_t from, size_t to)
{
	to = min_size(to, s.n);
	from = min_size(from, to);
	return (struct str){ s.p ? s.p + from : NULL, to - from };
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	size_t from = 0, to = s.n;
	while (from < to && is_space(s.p[from]))
		from++;
	while (to > from && is_space(s.p[to - 1]))
		to--;
	return str_sub(s, from, to);
}

bool str_split(struct str *rest, char sep, struct str *out)
{
	if (!rest->p)
		return false;
	size_t at = str_find(*rest, sep, 0);
	*out = str_sub(*rest, 0, at);
	*rest = at < rest->n ? str_sub(*rest, at + 1, rest->n) : (struct str){ NULL, 0 };
	return true;
}

bool str_word(struct str *rest, struct str *out)
{
	size_t from = 0;
	while (from < rest->n && is_blank(rest->p[from]))
		from++;
	size_t to = from;
	while (to < rest->n && !is_blank(rest->p[to]))
		to++;
	*out = str_sub(*rest, from, to);
	*rest = str_sub(*rest, to, rest->n);
	return out->n > 0;
}

bool str_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]) || !mul_u64(v, 10, &v) ||
		    !add_u64(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	*out = v;
	return s.n > 0;
}

struct str str_dup(struct arena *a, struct str s)
{
	char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1, 1) : NULL;
	if (!p)
		return (struct str){ NULL, 0 };
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}
