/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COMPLETE_H
#define COMPLETE_H
#include "shell.h"
/* What Tab makes of a line: commands, variables, devices, files. */
enum { COMPLETE_MAX = 4096 };
struct completion {
	struct str more; /* what all that would fit have in common, after the line */
	struct str *v;	 /* what would fit, in order */
	size_t n;
};
/* line: up to the cursor. Everything lives in a. ERR_LIMIT: more than COMPLETE_MAX would fit. */
enum err complete(const struct shell_lang *l, struct str line, struct arena *a,
		  struct completion *out);
#endif
