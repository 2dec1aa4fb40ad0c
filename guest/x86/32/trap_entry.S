/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions of a 32-bit PV guest, all fatal: nothing here returns. Xen puts
 * its frame on the stack that is in use; it holds, from esp up: the error code
 * where the vector has one, eip, cs, eflags.
 */
	.macro	trap vector:req, code=0
	.balign	16
	.if	\code == 0
	push	$0
	.endif
	push	$\vector
	jmp	trap_common
	.endm

	.text
	.globl	trap_entry
	.balign	16
trap_entry:			/* 16 bytes a vector */
	trap	0
	trap	1
	trap	2
	trap	3
	trap	4
	trap	5
	trap	6
	trap	7
	trap	8, 1
	trap	9
	trap	10, 1
	trap	11, 1
	trap	12, 1
	trap	13, 1
	trap	14, 1
	trap	15
	trap	16
	trap	17, 1
	trap	18
	trap	19

	.balign	16
trap_common:			/* builds a struct trap_frame */
	push	%eax
	push	%ebx
	push	%ecx
	push	%edx
	push	%esi
	push	%edi
	push	%ebp
	cld
	mov	%esp, %eax
	and	$-16, %esp
	sub	$12, %esp
	push	%eax
	call	trap_report
	ud2

	.section .note.GNU-stack, "", @progbits
