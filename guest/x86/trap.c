/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "x86.h"
#include "../guest.h"
#include "../xen/hypercall.h"
#include "../xen/machine.h"

/* As trap_entry.S leaves it on the stack. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector, code, rip, cs, rflags, rsp, ss;
};
enum { VECTORS = 20, ENTRY_SIZE = 16, FLAT_KERNEL_CS = 0xe033, CALLERS = 12 };
enum { SHARED_cr2 = 16 }; /* vcpu_info[0].arch.cr2 in shared_info */

extern const char trap_entry[];
_Noreturn void trap_report(const struct trap_frame *f);

/* Words on the stack that point into the code: some are return addresses. */
static void callers(uint64_t rsp)
{
	uint64_t from = (uint64_t)(uintptr_t)image_start, to = (uint64_t)(uintptr_t)text_end;
	uint64_t top = (uint64_t)(uintptr_t)stack_top;
	if (rsp < (uint64_t)(uintptr_t)stack_bottom || rsp % 8)
		return;
	for (unsigned n = 0; rsp < top && n < CALLERS; rsp += 8) {
		uint64_t word = *(const uint64_t *)(uintptr_t)rsp;
		if (word < from || word >= to)
			continue;
		log_at(guest_log(), LOG_ERROR, "  called from about %lx", word);
		n++;
	}
}

void trap_report(const struct trap_frame *f)
{
	struct log *log = guest_log();
	log_at(log, LOG_ERROR, "rip %016lx rsp %016lx rflags %lx cr2 %lx", f->rip, f->rsp,
	       f->rflags, shm_u64(machine_shared(), SHARED_cr2));
	log_at(log, LOG_ERROR, "rax %016lx rbx %016lx rcx %016lx rdx %016lx", f->rax, f->rbx,
	       f->rcx, f->rdx);
	log_at(log, LOG_ERROR, "rsi %016lx rdi %016lx rbp %016lx r8  %016lx", f->rsi, f->rdi,
	       f->rbp, f->r8);
	log_at(log, LOG_ERROR, "r9  %016lx r10 %016lx r11 %016lx r12 %016lx", f->r9, f->r10, f->r11,
	       f->r12);
	log_at(log, LOG_ERROR, "r13 %016lx r14 %016lx r15 %016lx", f->r13, f->r14, f->r15);
	callers(f->rsp);
	guest_panic("exception %lu, error code %lx, at %lx", f->vector, f->code, f->rip);
}

void trap_begin(void)
{
	struct trap_info table[VECTORS + 1] = { { 0 } };
	for (uint8_t i = 0; i < VECTORS; i++)
		table[i] = (struct trap_info){
			.vector = i,
			.cs = FLAT_KERNEL_CS,
			.address = (uint64_t)(uintptr_t)trap_entry + (uint64_t)i * ENTRY_SIZE,
		};
	hyper_set_trap_table(table);
}

void trap_end(void)
{
	hyper_set_trap_table(NULL);
}
