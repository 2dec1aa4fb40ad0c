/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe.c as a 64-bit kernel. */
#ifndef BASE
#define BASE	  0xffffffff80000000ul
#define BASE_TEXT "0xffffffff80000000"
#endif
enum { TOP_SHIFT = 39, MMUEXT_PIN_ROOT = 3, ROOT_MUST = BASE >> TOP_SHIFT & 511 };
/* Offsets in ELF's header, sections and symbols. */
enum { E_SHOFF = 40, E_SHNUM = 60, SH = 64, SH_OFFSET = 24, SH_SIZE = 32, SYM = 24, ST_VALUE = 8 };
/* And in shared_info: what only the kernel itself writes. */
enum { SHARED_ARCH = 3088 };
static const char magic[] = "xen-3.0-x86_64";

#define WORD ".quad"
/* start_info is in rsi */
asm(".pushsection .text.first, \"ax\"\n"
    ".globl hypercall_page\nhypercall_page: .skip 4096, 0xcc\n"
    ".globl _start\n_start:\n"
    "  pushfq\n  pop %rdx\n  mov %rsp, %rcx\n"
    "  lea stack_top(%rip), %rsp\n  mov %rsi, %rdi\n  mov %rcx, %rsi\n  xor %ebp, %ebp\n"
    "  call probe\n"
    "1: jmp 1b\n.popsection\n");
extern char hypercall_page[];

static long hypercall(unsigned nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t entry = (uint64_t)hypercall_page + nr * 32, ret;
	register uint64_t r10 asm("r10") = d;

#ifdef LIKE_ILLUMOS
	asm volatile("syscall"
		     : "=a"(ret), "+r"(entry), "+D"(a), "+S"(b), "+d"(c), "+r"(r10)
		     : "0"((uint64_t)nr)
		     : "rcx", "r8", "r9", "r11", "memory");
	return (long)ret;
#endif
	asm volatile("call *%1"
		     : "=a"(ret), "+r"(entry), "+D"(a), "+S"(b), "+d"(c), "+r"(r10)
		     :
		     : "rcx", "r8", "r9", "r11", "memory");
	return (long)ret;
}

static long map_page(void *va, uint64_t pte)
{
	return hypercall(UPDATE_VA_MAPPING, (uint64_t)va, pte, UVMF_INVLPG, 0);
}

static const unsigned long *m2p(void)
{
	return (const unsigned long *)0xffff800000000000ul;
}
