/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUEST_H
#define GUEST_H
#include "../core/platform.h"
#include "xen/hypercall.h"
/* The loader as a whole: its start, its end, its log, and the trap door. */

/* From the start code, with memory in place. */
_Noreturn void guest_main(void);
/* To the console; never NULL. */
struct log *guest_log(void);
/*
 * Give everything back as a kernel expects to find it: front ends at 1, back
 * ends at 2, our keys and watches removed, grants ended, channels closed, the
 * console flushed, traps and the shared page reset. After it only hyper_*
 * calls work, and guest_log() while the console's ring has room.
 */
void guest_teardown(void);
/* Teardown, then the end of the domain. */
_Noreturn void guest_stop(enum shutdown_reason reason);
/* Disconnect and look for the disks again, into pf. */
void guest_disks(struct platform *pf);
/* A mistake of our own: print, wait 10 s, end the domain as crashed. */
_Noreturn void guest_panic(const char *fmt, ...) printf_like(1, 2);
#endif
