/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef X86_H
#define X86_H
#include "../mem_ops.h"
#include "../start.h"
/* Between the files of this folder. */

extern char image_start[], image_end[], text_end[]; /* by the linker, page-aligned */
extern char stack_bottom[], stack_top[];

/* Exceptions end in guest_panic from here on; and no more. */
void trap_begin(void);
void trap_end(void);
#endif
