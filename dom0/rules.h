/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_H
#define RULES_H
#include "../core/base/fmt.h"
/*
 * XenServer's rules for titles, which its pygrub reads from /etc/pygrub/rules.d: lines "title
 * blacklist REGEX", "title prefer REGEX", "title accept REGEX". Without a menu, a
 * default whose title is on the blacklist, and accepted by no line, gives way to the
 * first entry that is preferred, or else to the first that may boot. Any other line means
 * nothing here. REGEX: POSIX extended, found anywhere in the title.
 */
enum { RULES_MAX = 16384 }; /* bytes of all rules together */
struct rules {
	char text[RULES_MAX]; /* lines: 'b', 'p' or 'a', then the expression */
	size_t n;
};
/* The rules of one file's text; pure. ERR_LIMIT: they are too many, and the rest is left out. */
enum err rules_add(struct rules *r, struct str text);
/* 0: may not boot by itself, 1: may, 2: is preferred; pure. An expression that is none matches
 * nothing. */
int rules_rank(const struct rules *r, struct str title);
/*
 * Every file of a directory that is dom0's own, by name. Nothing there is no error; what cannot
 * be read is a warning.
 */
void rules_read(struct rules *r, const char *directory);
#endif
