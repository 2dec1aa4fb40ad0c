/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PATTERN_H
#define PATTERN_H
#include "../base/base.h"
/*
 * Does text match a file name pattern? '*' is any run of bytes, '?' one byte,
 * a backslash keeps the next byte; with brackets also "[a-z]" and "[!a-z]".
 */
bool pattern_match(struct str pattern, struct str text, bool brackets);
#endif
