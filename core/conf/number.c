/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sh.h"

static unsigned digit(char c)
{
	c = ascii_lower(c);
	return is_digit(c)	      ? (unsigned)(c - '0')
	       : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
				      : 99;
}

bool sh_number(struct str s, uint64_t *out)
{
	s = str_trim(s);
	bool zero = s.n > 1 && s.p[0] == '0';
	bool hex = zero && s.n > 2 && ascii_lower(s.p[1]) == 'x' && digit(s.p[2]) < 16;
	unsigned base = hex ? 16 : zero ? 8 : 10;
	size_t from = hex ? 2 : 0, i = from;
	*out = 0;
	for (; i < s.n && digit(s.p[i]) < base; i++)
		if (!mul_u64(*out, base, out) || !add_u64(*out, digit(s.p[i]), out))
			*out = UINT64_MAX / base;
	return i > from;
}
