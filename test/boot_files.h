/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BOOT_FILES_H
#define BOOT_FILES_H
#include "../core/plan/plan.h"
#include "unit/kernel.h"
/* For tests of the hand-over: the disk that the kernel comes from, and the arena's pages. */

/* The disk: a kernel, and from INITRD_AT on noise in which two initrds lie. */
enum { IMAGE_SIZE = 8 << 20, INITRD_AT = 1 << 20, INITRD_0 = 5001, INITRD_1 = 3 << 20 };
extern uint8_t image[IMAGE_SIZE];
extern struct boot_plan plan;
extern struct boot_file initrd[2];
#define FILES_CMDLINE "root=/dev/xvda1 ro quiet"
/* Put k on the disk and all three files into the plan. */
void files_of(const struct kernel *k);
/* Both initrds as one, the second at a page; what must follow up to the end of a page is 0. */
enum { INITRD_BYTES = (INITRD_0 + 4095) / 4096 * 4096 + INITRD_1 };
uint8_t initrd_byte(uint64_t i);

/* So many until they fail, beginning with the last of them; < 0: no limit. */
struct allowed {
	long pages; /* allocations, of pages and for arenas */
	long calls; /* mappings taken away, page tables pinned */
	long reads; /* of the disk */
};
extern struct allowed allowed;
bool may(long *n); /* one of these happens */

/* What an arena is made of. A loader that has jumped gives nothing back. */
extern struct pages files_pages;
bool files_pages_back(void); /* all of it was given back */
void files_pages_free(void);
#endif
