/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SAY_H
#define SAY_H
#include "../core/base/base.h"
/* The front's voice: lines on standard error that begin with "domboot: ". */

/* A line, made safe for a terminal. Guest text may be in it. */
void say(enum log_level level, const char *fmt, ...) printf_like(2, 3);
/* The last error that was said, without "domboot: "; empty: none. */
const char *say_last_error(void);
/* "domboot: hint: ...": what to do about the line before. */
void say_hint(const char *text);
/* The last line of every failure, in pygrub's form: xenopsd shows what follows the colon. */
void say_failure(const char *fmt, ...) printf_like(1, 2);
/*
 * From here on lines wait, where standard error is a terminal: a menu is drawn
 * on it. say_held and say_failure let them out.
 */
void say_hold(void);
void say_held(void);
/*
 * Text of many lines made safe for a terminal, in place: newlines and tabs stay
 * what they are. Returns the length, which never grows.
 */
size_t say_clean(char *p, size_t n);
/* All of it, in as many writes as it takes; false with errno. */
[[nodiscard]] bool write_all(int fd, const void *p, size_t n);
#endif
