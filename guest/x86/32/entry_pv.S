/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a Xen domain builder reads (ELF notes, public/elfnote.h) and where a
 * 32-bit PV guest begins: esi holds the address of start_info, esp one small
 * stack, and all segments are flat.
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
	xen_note 3, .long 0		/* VIRT_BASE */
	xen_note 4, .long 0		/* PADDR_OFFSET */
	xen_note 1, .long start_pv	/* ENTRY */
	xen_note 9, .asciz "yes"	/* PAE_MODE: in a note, with extended CR3; no other word means yes */
	xen_note 16, .long 1		/* MOD_START_PFN: the ramdisk stays unmapped */

	.section .text.start, "ax"
	.globl	start_pv
	.type	start_pv, @function
start_pv:
	cld
	mov	$stack_top, %esp
	/*
	 * Debian's libraries look for their stack canary at %gs:0x14. A gs of its
	 * own would need a GDT, whose frame nobody could use before it is given
	 * back; the flat gs that we have makes it address 0x14, in a page that
	 * pv_width_begin() makes read-only.
	 */
	rdtsc
	shl	$16, %edx
	xor	%edx, %eax
	xor	%al, %al
	mov	%eax, 0x14
	xor	%ebp, %ebp
	sub	$12, %esp		/* calls are made with the stack at 16 bytes */
	push	%esi
	call	pv_start
	ud2
	.size	start_pv, . - start_pv

	.section .bss.stack, "aw", @nobits
	.balign	4096
	.globl	stack_bottom, stack_top
stack_bottom:
	.skip	256 * 1024
stack_top:

	.text
	/* What the i386 libraries call instead of __stack_chk_fail. */
	.globl	__stack_chk_fail_local
	.hidden	__stack_chk_fail_local
	.type	__stack_chk_fail_local, @function
__stack_chk_fail_local:
	jmp	__stack_chk_fail
	.size	__stack_chk_fail_local, . - __stack_chk_fail_local

	.section .note.GNU-stack, "", @progbits
