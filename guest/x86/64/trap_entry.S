/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions, all fatal: nothing here returns, because Debian's libraries keep
 * data below the stack pointer (their red zone), where the frame is put. That
 * holds, from rsp up: in a PV guest rcx and r11; the error code where the
 * vector has one; rip, cs, rflags, rsp, ss.
 */
	.macro	trap pv:req, vector:req, code=0
	.balign	16
	.if	\pv
	pop	%rcx
	pop	%r11
	.endif
	.if	\code == 0
	push	$0
	.endif
	push	$\vector
	jmp	trap_common
	.endm

	.macro	table name:req, pv:req	/* 16 bytes a vector */
	.globl	\name
	.balign	16
\name:
	trap	\pv, 0
	trap	\pv, 1
	trap	\pv, 2
	trap	\pv, 3
	trap	\pv, 4
	trap	\pv, 5
	trap	\pv, 6
	trap	\pv, 7
	trap	\pv, 8, 1
	trap	\pv, 9
	trap	\pv, 10, 1
	trap	\pv, 11, 1
	trap	\pv, 12, 1
	trap	\pv, 13, 1
	trap	\pv, 14, 1
	trap	\pv, 15
	trap	\pv, 16
	trap	\pv, 17, 1
	trap	\pv, 18
	trap	\pv, 19
	.endm

	.text
	table	trap_entry, 1
	table	trap_entry_pvh, 0

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
