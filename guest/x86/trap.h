/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRAP_H
#define TRAP_H
#include "x86.h"
#include "../guest.h"
/* What an exception's report is made of; the registers differ by width (trap_frame.c). */

extern const uint16_t trap_cs; /* the selector that handlers run with */
/* Where a page fault hit. */
unsigned long trap_address(void);
/* Log words on the stack from sp on that point into the code: some are return addresses. */
void trap_callers(uintptr_t sp);
#endif
