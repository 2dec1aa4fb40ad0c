/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FILETEXT_H
#define FILETEXT_H
#include "opts.h"
/*
 * A regular file of dom0's own, whole, into the arena. ERR_NOENT: it is not
 * there; other errors: it cannot be read, or has more than max bytes. why tells.
 */
enum err filetext_read(const char *path, size_t max, struct arena *a, struct str *out,
		       char why[OPTS_WHY]);
#endif
