/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIBC_H
#define LIBC_H
#include <stddef.h>
/* The few functions of a C library that Debian's codec libraries call; the mem ones are musl's. */
void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void free(void *p);
_Noreturn void __stack_chk_fail(void);
/* libbz2 names stdio for files and for its assertions: x86/never.S leads all of it here. */
_Noreturn void libc_never(void);
#endif
