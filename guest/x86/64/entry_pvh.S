/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a PVH guest begins (Xen docs/misc/pvh.pandoc): 32 bits, no paging,
 * flat segments, no stack; ebx holds the address of hvm_start_info. From here
 * to 64 bits, with the first 4 GiB shown at 0 and in the window of pvh.h.
 */
	.set	WINDOW_SLOT, 64
	.set	PRESENT_WRITE, 3
	.set	LARGE, 0x80
	.set	EFER, 0xc0000080
	.set	FS_BASE, 0xc0000100

	.section .text.start_pvh, "ax"
	.code32
	.globl	start_pvh
	.type	start_pvh, @function
start_pvh:
	cld
	mov	$stack_top, %esp
	mov	$boot_tables, %edi
	lea	4096 + PRESENT_WRITE(%edi), %eax
	mov	%eax, (%edi)
	mov	%eax, WINDOW_SLOT * 8(%edi)
	add	$4096, %edi
	mov	$4, %ecx		/* four tables of 1 GiB each */
1:	add	$4096, %eax
	mov	%eax, (%edi)
	add	$8, %edi
	loop	1b
	mov	$boot_tables + 2 * 4096, %edi
	mov	$(LARGE | PRESENT_WRITE), %eax
	mov	$4 * 512, %ecx
1:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	loop	1b

	mov	%cr4, %eax
	or	$0x620, %eax		/* PAE; SSE: OSFXSR, OSXMMEXCPT */
	mov	%eax, %cr4
	mov	$boot_tables, %eax
	mov	%eax, %cr3
	mov	$EFER, %ecx
	rdmsr
	or	$0x900, %eax		/* LME, NXE */
	wrmsr
	mov	%cr0, %eax
	and	$~4, %eax		/* no EM */
	or	$0x80010022, %eax	/* PG, WP, NE, MP */
	mov	%eax, %cr0
	lgdt	gdt_register
	ljmp	$8, $start_64

	.code64
start_64:
	mov	$16, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	/* Debian's libraries look for their stack canary at %fs:0x28. */
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	xor	%al, %al
	mov	%rax, thread_block + 0x28(%rip)
	mov	$FS_BASE, %ecx
	mov	$thread_block, %eax
	xor	%edx, %edx
	wrmsr
	mov	%ebx, %edi
	xor	%ebp, %ebp
	call	pvh_start
	ud2
	.size	start_pvh, . - start_pvh

	.section .rodata.gdt, "a"
	.balign	8
gdt:	.quad	0
	.quad	0x00af9b000000ffff	/* 8: 64-bit code */
	.quad	0x00cf93000000ffff	/* 16: data */
gdt_register:
	.word	. - gdt - 1
	.quad	gdt

	.section .bss.boot_tables, "aw", @nobits
	.balign	4096
boot_tables:
	.skip	6 * 4096

	.section .note.GNU-stack, "", @progbits
