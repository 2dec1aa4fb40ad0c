/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
/* A name of glibc's that Debian's libbz2 refers to and musl has not; used from memory to memory, it
 * is never reached. */
int __fprintf_chk(FILE *f, int flag, const char *fmt, ...);

int __fprintf_chk(FILE *f, int flag, const char *fmt, ...)
{
	(void)f;
	(void)flag;
	(void)fmt;
	__builtin_trap();
}
