/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe.c as a 32-bit kernel with PAE. */
#ifndef BASE
#define BASE	  0xc0000000ul
#define BASE_TEXT "0xc0000000"
#endif
enum { TOP_SHIFT = 30, MMUEXT_PIN_ROOT = 2, ROOT_MUST = 3 };
enum { E_SHOFF = 32, E_SHNUM = 48, SH = 40, SH_OFFSET = 16, SH_SIZE = 20, SYM = 16, ST_VALUE = 4 };
enum { SHARED_ARCH = 2316 };
static const char magic[] = "xen-3.0-x86_32p";

#define WORD ".long"
/* start_info is in esi */
asm(".pushsection .text.first, \"ax\"\n"
    ".globl hypercall_page\nhypercall_page: .skip 4096, 0xcc\n"
    ".globl _start\n_start:\n"
    "  pushf\n  pop %edx\n  mov %esp, %ecx\n"
    "  mov $stack_top, %esp\n  push %edx\n  push %edx\n  push %ecx\n  push %esi\n"
    "  xor %ebp, %ebp\n  call probe\n"
    "1: jmp 1b\n.popsection\n");
extern char hypercall_page[];

static long hypercall(unsigned nr, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	long ret;

	asm volatile("call *%1"
		     : "=a"(ret)
		     : "0"(hypercall_page + nr * 32), "b"(a), "c"(b), "d"(c), "S"(d)
		     : "memory");
	return ret;
}

static long map_page(void *va, uint64_t pte)
{
	return hypercall(UPDATE_VA_MAPPING, (uint32_t)va, (uint32_t)pte, (uint32_t)(pte >> 32),
			 UVMF_INVLPG);
}

/* Xen's table begins where its addresses do, and it says where that is. */
static const unsigned long *m2p(void)
{
	static const unsigned long *table;

	if (!table)
		hypercall(XEN_VERSION, XENVER_PLATFORM_PARAMETERS, (uint32_t)&table, 0, 0);
	return table;
}
