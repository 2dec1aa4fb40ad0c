/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that libbz2 and libmbedcrypto's self-tests refer to and, used from memory to memory, never reach. */
	.macro	never name:req
	.globl	\name
\name:
	.endm

	.text
	never	__ctype_b_loc
	never	__fprintf_chk
	never	__printf_chk
	never	exit
	never	fclose
	never	fdopen
	never	ferror
	never	fflush
	never	fgetc
	never	fopen64
	never	fputc
	never	fread
	never	fwrite
	never	putchar
	never	puts
	never	ungetc
	call	libc_never
	ud2

	.bss
	.balign	8
	never	stdin
	never	stdout
	never	stderr
	.skip	8

	.section .note.GNU-stack, "", @progbits
