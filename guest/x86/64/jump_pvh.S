/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the loader into a kernel that wants 32 bits without paging: see
 * jump_pvh.h. edi: its address; esi, edx: its esi and ebx; rcx: what leads
 * from an address of ours to the physical one. This page is shown there, too.
 */
	.set	EFER, 0xc0000080
	.set	CODE32, 0x10
	.set	DATA32, 0x18
	.set	TASK, 0x20

	.section .text.jump_pvh, "ax"
	.balign	4096
	.globl	jump_pvh
	.type	jump_pvh, @function
jump_pvh:
	cli
	mov	%edx, %ebx
	lea	jump_gdt(%rip), %rax
	add	%rcx, %rax
	sub	$16, %rsp
	movw	$(jump_gdt_end - jump_gdt - 1), (%rsp)
	mov	%rax, 2(%rsp)
	lgdt	(%rsp)
	lea	jump_32(%rip), %rbp
	add	%rcx, %rbp
	pushq	$CODE32
	push	%rbp
	lretq

	.code32
jump_32:
	mov	$DATA32, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	mov	%eax, %gs
	mov	%eax, %ss
	mov	$0x11, %eax		/* ET, PE; no paging */
	mov	%eax, %cr0
	mov	$EFER, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	mov	%eax, %cr3
	mov	%eax, %cr4
	lidt	jump_idt - jump_32(%ebp)
	mov	$TASK, %eax
	ltr	%ax
	mov	%edi, %eax
	xor	%ecx, %ecx
	xor	%edi, %edi
	xor	%ebp, %ebp
	xor	%esp, %esp
	cld
	jmp	*%eax
	.size	jump_pvh, . - jump_pvh

	.balign	8
jump_gdt:				/* selectors: as the Linux boot protocol wants them */
	.quad	0
	.quad	0
	.quad	0x00cf9b000000ffff	/* code */
	.quad	0x00cf93000000ffff	/* data */
	.quad	0x0000890000000067	/* task state at 0, 0x68 bytes */
jump_gdt_end:
jump_idt:
	.quad	0

	.section .note.GNU-stack, "", @progbits
