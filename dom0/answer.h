/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ANSWER_H
#define ANSWER_H
#include "../core/base/fmt.h"
#include "opts.h"
/* The answer that the toolstack reads, byte by byte as pygrub gives it. Pure. */

struct answer {
	struct str kernel, ramdisk, args; /* empty: the item is left out; kernel never is */
};
/*
 * sxp: one line without its newline, values quoted as Python's repr() does;
 * simple: "key value" lines and an empty line; simple0: the same with NULs.
 * ERR_SYNTAX: a value holds the delimiter of a simple format.
 */
enum err answer_print(const struct answer *a, enum format format, struct text *out);
/* s as Python's repr() quotes it. */
void repr_print(struct str s, struct text *out);
/* dir as an absolute path without "//", "." and "..", by text alone; cwd: absolute. */
void path_print(struct str cwd, struct str dir, struct text *out);

enum { ANSWER_RANDOM = 8 };
/* 8 of a-z0-9_ from as many random bytes: the end of a file's name. */
void random_name(const uint8_t bytes[ANSWER_RANDOM], char name[ANSWER_RANDOM + 1]);
#endif
