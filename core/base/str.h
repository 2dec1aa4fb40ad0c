/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STR_H
#define STR_H
#include "base.h"
/* Text without terminators: comparing, cutting, keeping. ASCII case only. */

struct str str_of(const char *z); /* of a C string; NULL gives the empty text */
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b);
int str_cmp(struct str a, struct str b); /* by bytes; a prefix comes first */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Position of c at or after from, or s.n. */
size_t str_find(struct str s, char c, size_t from);
/* [from, to) of s; both are clipped to its length. */
struct str str_sub(struct str s, size_t from, size_t to);
struct str str_trim(struct str s); /* without blanks, tabs, CR, LF at both ends */
/* Cut the text up to sep off *rest; false when *rest was used up. p == NULL ends a walk. */
bool str_split(struct str *rest, char sep, struct str *out);
/* The next word of *rest, cut at blanks and tabs; false when there is none. */
bool str_word(struct str *rest, struct str *out);
/* A decimal number that fills all of s. */
bool str_u64(struct str s, uint64_t *out);
static inline bool str_empty(struct str s)
{
	return s.n == 0;
}
static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}
static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}
char ascii_lower(char c);
/* A copy in the arena with a NUL behind it (not counted); p is NULL when memory is out. */
struct str str_dup(struct arena *a, struct str s);
#endif
