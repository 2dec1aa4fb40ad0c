/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
/*
 * Names of glibc's that Debian's libbz2 and libmbedcrypto refer to and musl has
 * not; used from memory to memory, they are never reached.
 */
int __fprintf_chk(FILE *f, int flag, const char *fmt, ...);
int __printf_chk(int flag, const char *fmt, ...);

int __fprintf_chk(FILE *f, int flag, const char *fmt, ...)
{
	(void)f;
	(void)flag;
	(void)fmt;
	__builtin_trap();
}

int __printf_chk(int flag, const char *fmt, ...)
{
	(void)flag;
	(void)fmt;
	__builtin_trap();
}
