/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REGEX_H
#define REGEX_H
#include "../base/base.h"
/*
 * POSIX extended regular expressions over bytes: . [] [[:class:]] * + ? {m,n}
 * | () ^ $ and '\' before a special byte. The longest of the leftmost matches
 * wins. Time and memory are bounded by the product of REGEX_CODE_MAX and the
 * text's length, whatever the pattern; no back references.
 */
enum { REGEX_CODE_MAX = 512, REGEX_GROUPS = 10, REGEX_DEPTH_MAX = 16 };
struct regex_group {
	size_t from, to; /* in the text; from > to: did not take part */
};
/*
 * ERR_SYNTAX: not a pattern, or one over the limits. ERR_NOENT: no match.
 * group[0] is the whole match.
 */
enum err regex_match(struct str pattern, struct str text, struct arena *a,
		     struct regex_group group[REGEX_GROUPS]);
#endif
