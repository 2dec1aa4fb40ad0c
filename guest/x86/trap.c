/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trap.h"
#include "../xen/hypercall.h"
#include "../xen/machine.h"
#include "../xen/shared.h"

enum { VECTORS = 20, ENTRY_SIZE = 16, CALLERS = 12 };

extern const char trap_entry[];

unsigned long trap_address(void)
{
	return (unsigned long)shm_u64(machine_shared(), SHARED_cr2);
}

void trap_callers(uintptr_t sp)
{
	uintptr_t from = (uintptr_t)image_start, to = (uintptr_t)text_end;
	uintptr_t top = (uintptr_t)stack_top;
	if (sp < (uintptr_t)stack_bottom || sp % sizeof sp)
		return;
	for (unsigned n = 0; sp < top && n < CALLERS; sp += sizeof sp) {
		uintptr_t word = *(const uintptr_t *)sp;
		if (word < from || word >= to)
			continue;
		log_at(guest_log(), LOG_ERROR, "  called from about %lx", (unsigned long)word);
		n++;
	}
}

void trap_begin(void)
{
	struct trap_info table[VECTORS + 1] = { { 0 } };
	for (uint8_t i = 0; i < VECTORS; i++)
		table[i] = (struct trap_info){
			.vector = i,
			.cs = trap_cs,
			.address = (uintptr_t)trap_entry + (uintptr_t)i * ENTRY_SIZE,
		};
	hyper_set_trap_table(table);
}

void trap_end(void)
{
	hyper_set_trap_table(NULL);
}
