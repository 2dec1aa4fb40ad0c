/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pattern.h"
#include "../base/str.h"

/* The ']' that ends the set at p, or the end: then it is no set. */
static size_t set_end(struct str pattern, size_t p)
{
	size_t i = p + 1;
	while (i < pattern.n && (pattern.p[i] == '!' || pattern.p[i] == '^') && i == p + 1)
		i++;
	return str_find(pattern, ']', i + 1);
}

/* Is c in the set between the brackets? */
static bool in_set(struct str set, char c)
{
	bool not = set.n && (set.p[0] == '!' || set.p[0] == '^'), found = false;
	for (size_t i = not ; i < set.n; i++) {
		bool range = i + 2 < set.n && set.p[i + 1] == '-';
		found |= range ? set.p[i] <= c && c <= set.p[i + 2] : set.p[i] == c;
		i += range ? 2 : 0;
	}
	return found != not ;
}

/* Does one element of the pattern, at *p, fit c? Moves behind it if so. */
static bool fits(struct str pattern, size_t *p, char c, bool brackets)
{
	if (*p >= pattern.n)
		return false;
	bool kept = pattern.p[*p] == '\\' && *p + 1 < pattern.n;
	size_t end = brackets && pattern.p[*p] == '[' ? set_end(pattern, *p) : pattern.n;
	size_t next = end < pattern.n ? end + 1 : *p + 1 + kept;
	bool ok = end < pattern.n ? in_set(str_sub(pattern, *p + 1, end), c)
				  : (!kept && pattern.p[*p] == '?') || pattern.p[*p + kept] == c;
	if (ok)
		*p = next;
	return ok;
}

/*
 * Only the last '*' is ever gone back to, so the time is at most the product of
 * the lengths.
 */
bool pattern_match(struct str pattern, struct str text, bool brackets)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;
	if (pattern.n > PATTERN_MAX)
		return false;
	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			from = t;
		} else if (fits(pattern, &p, text.p[t], brackets)) {
			t++;
		} else if (star < SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}
