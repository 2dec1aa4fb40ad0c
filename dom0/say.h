/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SAY_H
#define SAY_H
#include "../core/base/base.h"
/* The front's voice: lines on standard error that begin with "domboot: ". */

/* A line, made safe for a terminal. Guest text may be in it. */
void say(enum log_level level, const char *fmt, ...) printf_like(2, 3);
/* The last line of every failure, in pygrub's form: xenopsd shows what follows the colon. */
void say_failure(const char *fmt, ...) printf_like(1, 2);
/* All of it, in as many writes as it takes; false with errno. */
[[nodiscard]] bool write_all(int fd, const void *p, size_t n);
#endif
