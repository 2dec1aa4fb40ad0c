/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a Xen domain builder reads (ELF notes, public/elfnote.h) and where a PV
 * guest begins (PVH: entry_pvh.S): rsi holds the address of start_info, rsp one small stack.
 */
	.macro	xen_note type:req, value:vararg
	.balign	4
	.long	4, 2f - 1f, \type
	.asciz	"Xen"
1:	\value
2:	.balign	4
	.endm

	.section .note.Xen, "a", @note
	xen_note 6, .asciz "domboot"	/* GUEST_OS */
	xen_note 8, .asciz "generic"	/* LOADER */
	xen_note 5, .asciz "xen-3.0"	/* XEN_VERSION */
	xen_note 3, .quad 0		/* VIRT_BASE */
	xen_note 4, .quad 0		/* PADDR_OFFSET */
	xen_note 1, .quad start_pv	/* ENTRY */
	xen_note 9, .asciz "yes"	/* PAE_MODE */
	xen_note 16, .long 1		/* MOD_START_PFN: the ramdisk stays unmapped */
	xen_note 18, .long start_pvh	/* PHYS32_ENTRY */

	.section .text.start, "ax"
	.globl	start_pv
	.type	start_pv, @function
start_pv:
	cld
	lea	stack_top(%rip), %rsp
	mov	%rsi, %rbx
	/* Debian's libraries look for their stack canary at %fs:0x28. */
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	xor	%al, %al
	mov	%rax, thread_block + 0x28(%rip)
	mov	$25, %eax		/* set_segment_base */
	xor	%edi, %edi		/* of fs */
	lea	thread_block(%rip), %rsi
	syscall
	mov	%rbx, %rdi
	xor	%ebp, %ebp
	call	pv_start
	ud2
	.size	start_pv, . - start_pv

	.section .data.thread, "aw"
	.balign	64
	.globl	thread_block
thread_block:
	.quad	thread_block		/* musl: %fs:0 points to itself */
	.fill	504, 1, 0

	.section .bss.stack, "aw", @nobits
	.balign	4096
	.globl	stack_bottom, stack_top
stack_bottom:
	.skip	256 * 1024
stack_top:

	.section .note.GNU-stack, "", @progbits
