/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../trap.h"

/* As trap_entry.S leaves it on the stack. */
struct trap_frame {
	uint32_t ebp, edi, esi, edx, ecx, ebx, eax;
	uint32_t vector, code, eip, cs, eflags;
	uint8_t stack[]; /* where esp was: the exception pushed nothing else */
};
const uint16_t trap_cs = 0xe019; /* FLAT_RING1_CS */

_Noreturn void trap_report(const struct trap_frame *f);

void trap_report(const struct trap_frame *f)
{
	struct log *log = guest_log();
	log_at(log, LOG_ERROR, "eip %08x esp %08x eflags %x cr2 %lx", f->eip,
	       (uint32_t)(uintptr_t)f->stack, f->eflags, trap_address());
	log_at(log, LOG_ERROR, "eax %08x ebx %08x ecx %08x edx %08x", f->eax, f->ebx, f->ecx,
	       f->edx);
	log_at(log, LOG_ERROR, "esi %08x edi %08x ebp %08x", f->esi, f->edi, f->ebp);
	trap_callers((uintptr_t)f->stack);
	guest_panic("exception %u, error code %x, at %x", f->vector, f->code, f->eip);
}
