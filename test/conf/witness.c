/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the real GRUB boots in the place of a kernel: it prints on COM1 which
 * file it is, its command line and what else was loaded, and switches QEMU off.
 * The file can stand for a Linux kernel (linux and linux16), a multiboot one, an
 * initrd or a module: all of them carry their name in the same place, which
 * boot.py fills in. An initrd of several files is that many names.
 *
 * Linux: Documentation/x86/boot.rst, protocol 2.06. Multiboot: its specification
 * 0.6.96 with the address fields; multiboot2: 2.0. Port 0x501: isa-debug-exit.
 */
#include <stdint.h>

enum { FILE_SIZE = 4096, NAME_AT = 0x600, BASE = 0x100000 - 0x400 };

__asm__(".text\n"
	"head: .org 0x1f1\n"
	".byte 1\n"	    /* setup_sects */
	".word 0\n"	    /* root_flags */
	".long 3072 / 16\n" /* syssize */
	".org 0x1fe\n"
	".word 0xaa55\n"
	".byte 0xeb, real - . - 1\n"
	".ascii \"HdrS\"\n"
	".word 0x206\n"
	".org 0x211\n"
	".byte 1\n" /* loadflags: high */
	".org 0x214\n"
	".long 0x100000\n" /* code32_start */
	".org 0x22c\n"
	".long 0x37ffffff\n" /* initrd_addr_max */
	".long 0x1000\n"     /* kernel_alignment */
	".org 0x238\n"
	".long 2047\n" /* cmdline_size */
	/* linux16 comes in real mode, with the header at %ds:0. */
	".org 0x270\n"
	"real: .code16\n"
	"cli\n"
	"xor %esi, %esi\n"
	"mov %ds, %si\n"
	"shl $4, %esi\n"
	"lea gdt - head(%esi), %eax\n"
	"mov %eax, gdt + 2 - head\n"
	"lgdt gdt - head\n"
	"mov $1, %eax\n"
	"mov %eax, %cr0\n"
	"ljmpl $8, $flat\n"
	".balign 8\n"
	"gdt: .word 23, 0, 0, 0\n"
	".quad 0x00cf9a000000ffff, 0x00cf92000000ffff\n"
	".code32\n"
	".org 0x400\n"
	/* code32_start */
	"linux: xor %eax, %eax\n"
	"jmp start\n"
	"flat: mov $16, %eax\n"
	"mov %eax, %ds\n"
	"mov %eax, %es\n"
	"mov %eax, %ss\n"
	"jmp linux\n"
	".balign 8\n"
	"mb: .long 0x1badb002, 0x10000, -0x1badb002 - 0x10000\n"
	".long mb, linux, 0, 0, mb_start\n"
	".balign 8\n"
	"mb2: .long 0xe85250d6, 0, mb2_end - mb2, -0xe85250d6 - (mb2_end - mb2)\n"
	".word 2, 0\n"
	".long 24, mb2, linux, 0, 0\n"
	".word 3, 0\n"
	".long 12, mb_start, 0\n"
	".word 0, 0\n"
	".long 8\n"
	"mb2_end:\n"
	"mb_start: mov %ebx, %esi\n"
	"start: cli\n"
	"mov $0x90000, %esp\n"
	"push %esi\n"
	"push %eax\n"
	"call tell\n"
	".org 0x600\n" /* NAME_AT */
	".space 256\n");

static void put(char c)
{
	__asm__ volatile("outb %0, %1" : : "a"(c), "Nd"((uint16_t)0x3f8));
}

static void say(const char *key, const char *value)
{
	put('@');
	while (*key)
		put(*key++);
	put(' ');
	while (*value)
		put(*value++);
	put('\n');
}

static const char *at(uint32_t address)
{
	return (const char *)(uintptr_t)address;
}

static uint32_t get(uint32_t address)
{
	return *(const volatile uint32_t *)(uintptr_t)address;
}

static void linux_boot(uint32_t params)
{
	uint32_t image = get(params + 0x218), size = get(params + 0x21c);
	say("args", at(get(params + 0x228)));
	for (uint32_t i = 0; i + FILE_SIZE <= size; i += FILE_SIZE)
		say("initrd", at(image + i + NAME_AT));
}

static void multiboot(uint32_t info)
{
	say("multiboot", at(get(info + 16)));
	uint32_t n = get(info) & 8 ? get(info + 20) : 0, mod = get(info + 24);
	for (uint32_t i = 0; i < n; i++) {
		say("module", at(get(mod + i * 16) + NAME_AT));
		say("args", at(get(mod + i * 16 + 8)));
	}
}

static void multiboot2(uint32_t info)
{
	for (uint32_t t = info + 8; get(t); t += (get(t + 4) + 7) & ~7u) {
		if (get(t) == 1)
			say("multiboot", at(t + 8));
		if (get(t) != 3)
			continue;
		say("module", at(get(t + 8) + NAME_AT));
		say("args", at(t + 16));
	}
}

__attribute__((used, noreturn)) static void tell(uint32_t magic, uint32_t info)
{
	say("boot", at(BASE + NAME_AT));
	if (magic == 0x2badb002)
		multiboot(info);
	else if (magic == 0x36d76289)
		multiboot2(info);
	else
		linux_boot(info);
	say("end", "");
	for (;;)
		__asm__ volatile("outb %b0, %w1" : : "a"(0), "Nd"(0x501));
}
