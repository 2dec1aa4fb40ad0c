/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../trap.h"

/* As trap_entry.S leaves it on the stack. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector, code, rip, cs, rflags, rsp, ss;
};
const uint16_t trap_cs = 0xe033; /* FLAT_KERNEL_CS */

_Noreturn void trap_report(const struct trap_frame *f);

void trap_report(const struct trap_frame *f)
{
	struct log *log = guest_log();
	log_at(log, LOG_ERROR, "rip %016lx rsp %016lx rflags %lx cr2 %lx", f->rip, f->rsp,
	       f->rflags, trap_address());
	log_at(log, LOG_ERROR, "rax %016lx rbx %016lx rcx %016lx rdx %016lx", f->rax, f->rbx,
	       f->rcx, f->rdx);
	log_at(log, LOG_ERROR, "rsi %016lx rdi %016lx rbp %016lx r8  %016lx", f->rsi, f->rdi,
	       f->rbp, f->r8);
	log_at(log, LOG_ERROR, "r9  %016lx r10 %016lx r11 %016lx r12 %016lx", f->r9, f->r10, f->r11,
	       f->r12);
	log_at(log, LOG_ERROR, "r13 %016lx r14 %016lx r15 %016lx", f->r13, f->r14, f->r15);
	trap_callers(f->rsp);
	guest_panic("exception %lu, error code %lx, at %lx", f->vector, f->code, f->rip);
}
