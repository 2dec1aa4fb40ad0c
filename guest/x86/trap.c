/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trap.h"

enum { CALLERS = 12 };

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
