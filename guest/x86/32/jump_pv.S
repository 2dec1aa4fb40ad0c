/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the loader into a PV kernel. The argument points to struct jump_pv at
 * the start of a page; the code is copied behind it and runs there, first at
 * the page's address of today, then at that of tomorrow. Hypercalls take their
 * arguments in ebx, ecx, edx, esi and may change them.
 */
	.set	GRAFT, 0
	.set	FLUSH, 16
	.set	SWAP, 28
	.set	THERE, 52
	.set	START_INFO, 60
	.set	ENTRY, 68
	.set	CODE, 96

	.macro	hypercall nr, arg, count
	lea	\arg(%ebp), %ebx
	mov	$\count, %ecx
	xor	%edx, %edx		/* how many were done: not asked */
	mov	$0x7ff0, %esi		/* DOMID_SELF */
	mov	$\nr, %eax
	int	$0x82
	test	%eax, %eax
	js	9f
	.endm

	.text
	.globl	jump_pv
	.type	jump_pv, @function
jump_pv:
	mov	4(%esp), %ebp
	lea	CODE(%ebp), %edi
	mov	$code_begin, %esi
	mov	$(code_end - code_begin), %ecx
	cld
	rep movsb
	lea	CODE(%ebp), %eax
	jmp	*%eax
	.size	jump_pv, . - jump_pv

code_begin:
	hypercall 1, GRAFT, 1		/* mmu_update */
	hypercall 26, FLUSH, 1		/* mmuext_op */
	mov	THERE(%ebp), %ebp
	lea	(CODE + 1f - code_begin)(%ebp), %eax
	jmp	*%eax
1:	hypercall 26, SWAP, 2
	lea	4096(%ebp), %esp
	mov	START_INFO(%ebp), %esi
	push	ENTRY(%ebp)
	xor	%eax, %eax
	xor	%ebx, %ebx
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%edi, %edi
	xor	%ebp, %ebp
	cld
	ret				/* to the entry point, and the stack is empty */
9:	ud2
code_end:

	.section .note.GNU-stack, "", @progbits
