/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What hypercall.c calls, with the number in rax and the arguments in rdi, rsi, rdx, r10. */
	.text
	.globl	hyper_syscall, hyper_page
hyper_syscall:
	syscall
	ret

/* Filled by Xen: an entry for each call, 32 bytes apart, that loads rax by itself. */
	.balign	4096
hyper_page:
	.skip	4096, 0xcc

	.section .note.GNU-stack, "", @progbits
