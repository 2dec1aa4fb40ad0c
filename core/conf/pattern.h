/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PATTERN_H
#define PATTERN_H
#include "../base/base.h"
/*
 * Does text match a file name pattern? '*' is any run of bytes, '?' one byte,
 * a backslash keeps the next byte; with brackets also "[a-z]" and "[!a-z]".
 * A pattern over PATTERN_MAX bytes, which no name has, fits nothing.
 */
enum { PATTERN_MAX = 512 };
bool pattern_match(struct str pattern, struct str text, bool brackets);
#endif
