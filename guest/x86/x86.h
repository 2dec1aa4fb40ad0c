/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef X86_H
#define X86_H
#include "../mem_ops.h"
#include "../start.h"
#include "../xen/machine.h"
/* Between the files of this folder. */

extern char image_start[], image_end[], text_end[]; /* by the linker, page-aligned */
extern char stack_bottom[], stack_top[];

/* What the types of guest do differently behind machine.h and trap.h. */
struct x86_type {
	const char *platform;		    /* grub_platform */
	struct shm *(*shared)(void);	    /* shared_info; NULL: cannot be mapped */
	struct shm *(*frame)(uint64_t mfn); /* the console's or xenstore's */
	struct shm *(*grants)(size_t n);    /* see machine_grants */
	void (*unshare)(void);		    /* the pages of shared and grants are ours no more */
	void (*traps)(bool on);		    /* exceptions end in guest_panic, or no more */
	unsigned long (*fault)(void);	    /* where a page fault hit */
};
/* The rest of the way from the start code, with memory in place. */
_Noreturn void x86_main(const struct x86_type *type, const struct start *start);
#endif
