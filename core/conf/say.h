/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SAY_H
#define SAY_H
#include "conf.h"
/* What commands say to the person at a command line. */

/* false: nobody is there, or has had enough of it. */
bool conf_print(struct conf *c, struct str text);
bool conf_say(struct conf *c, const char *fmt, ...) printf_like(2, 3);

/* A name and its value, of any length. */
bool say_pair(struct conf *c, struct str name, struct str value);
struct help {
	const char *name, *usage, *what;
};
/* Those of h whose names begin so. */
bool say_help(struct conf *c, const struct help *h, size_t n, struct str prefix);
/* Names in order; for lists that a person reads. */
void say_sort(struct str *v, size_t n);
/* Of names, the one that word is most likely meant to be; p is NULL: none is close. */
struct guess {
	struct str word, name;
	size_t distance;
};
void guess_name(struct guess *g, struct str name);
#endif
