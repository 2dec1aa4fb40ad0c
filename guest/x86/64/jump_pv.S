/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the loader into a PV kernel. rdi points to struct jump_pv at the start
 * of a page; the code is copied behind it and runs there, first at the page's
 * address of today, then at that of tomorrow. Hypercalls take their arguments
 * in rdi, rsi, rdx, r10, spoil rcx and r11, and may change the arguments.
 */
	.set	GRAFT, 0
	.set	FLUSH, 16
	.set	SWAP, 40
	.set	THERE, 88
	.set	START_INFO, 96
	.set	ENTRY, 104
	.set	CODE, 128

	.macro	hypercall nr, arg, count
	lea	\arg(%rbp), %rdi
	mov	$\count, %esi
	xor	%edx, %edx		/* how many were done: not asked */
	mov	$0x7ff0, %r10d		/* DOMID_SELF */
	mov	$\nr, %eax
	syscall
	test	%rax, %rax
	js	9f
	.endm

	.text
	.globl	jump_pv
	.type	jump_pv, @function
jump_pv:
	mov	%rdi, %rbp
	lea	code_begin(%rip), %rsi
	add	$CODE, %rdi
	mov	$(code_end - code_begin), %ecx
	cld
	rep movsb
	lea	CODE(%rbp), %rax
	jmp	*%rax
	.size	jump_pv, . - jump_pv

code_begin:
	hypercall 1, GRAFT, 1		/* mmu_update */
	hypercall 26, FLUSH, 1		/* mmuext_op */
	mov	THERE(%rbp), %rbp
	lea	(CODE + 1f - code_begin)(%rbp), %rax
	jmp	*%rax
1:	hypercall 26, SWAP, 2
	lea	4096(%rbp), %rsp
	mov	START_INFO(%rbp), %rsi
	push	ENTRY(%rbp)
	xor	%eax, %eax
	xor	%ebx, %ebx
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%edi, %edi
	xor	%ebp, %ebp
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	cld
	ret				/* to the entry point, and the stack is empty */
9:	ud2
code_end:

	.section .note.GNU-stack, "", @progbits
