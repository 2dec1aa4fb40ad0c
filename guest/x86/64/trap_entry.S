/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions of a PV guest, all fatal: nothing here returns, because Debian's
 * libraries keep data below the stack pointer (their red zone), where Xen puts
 * its frame. That holds, from rsp up: rcx, r11, the error code where the
 * vector has one, rip, cs, rflags, rsp, ss.
 */
	.macro	trap vector:req, code=0
	.balign	16
	pop	%rcx
	pop	%r11
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
	push	%rax
	push	%rbx
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%rbp
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	cld
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	trap_report
	ud2

	.section .note.GNU-stack, "", @progbits
