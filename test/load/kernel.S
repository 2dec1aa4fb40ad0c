/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As small as a kernel for Xen can be, with Linux's notes and a hole of zeros;
 * with BSD=32 or BSD=64 as NetBSD has it: physical addresses that are virtual
 * ones, and symbols wanted. With PV_ONLY=1 it has no note for PVH.
 */
	.macro	xen_note type:req, value:vararg
	.balign	4
	.long	4, 2f - 1f, \type
	.asciz	"Xen"
1:	\value
2:	.balign	4
	.endm

	.section .note.Xen, "a", @note
	xen_note 6, .asciz "linux"
	xen_note 5, .asciz "xen-3.0"
	.ifndef	BSD
	xen_note 3, .quad 0xffffffff80000000
	xen_note 1, .quad _start
	.ifndef PV_ONLY
	xen_note 18, .quad _start - 0xffffffff80000000
	.endif
	.elseif	BSD == 64
	xen_note 3, .quad 0xffffffff80000000
	xen_note 4, .quad 0xffffffff80000000
	xen_note 1, .quad _start
	xen_note 11, .asciz "yes"
	.else
	xen_note 3, .long 0xc0000000
	xen_note 4, .long 0xc0000000
	xen_note 1, .long _start
	xen_note 9, .asciz "yes"
	xen_note 11, .asciz "yes"
	.endif
	xen_note 8, .asciz "generic"
	xen_note 10, .ascii "!writable_page_tables"
	xen_note 16, .long 1

	.text
	.globl	_start
_start:	jmp	_start
	.rept	2000
	add	$1, %eax
	call	_start
	.endr
	.data
	.fill	70000, 1, 0x5a
	.bss
	.skip	100000
	.section .note.GNU-stack, "", @progbits
