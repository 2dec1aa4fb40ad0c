/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PART_H
#define PART_H
#include "blk.h"
/* Partition tables are data, not devices: the caller slices. */

enum part_scheme { PART_NONE, PART_MBR, PART_GPT };
enum { PART_MAX = 256 }; /* partitions of one disk that are looked at */
struct part {
	uint64_t off, size; /* bytes from the start of the disk; inside it */
	uint32_t number;    /* as Linux counts: from 1, logical ones from 5 */
	bool active;	    /* MBR boot flag, GPT legacy_boot attribute */
	uint8_t type[16];   /* GPT: type GUID as on disk; MBR: the type byte, then zeros */
	uint8_t uuid[16];   /* GPT: unique GUID as on disk; MBR: zeros */
};
/*
 * Read the disk's partition table into the arena, in the table's order.
 * PART_NONE with *n == 0 when there is none (a whole-disk file system, an
 * empty disk). A damaged table yields what can be used of it, with a warning
 * in the log; errors are for the disk itself (ERR_IO) and for memory.
 */
enum err part_scan(struct blk *disk, struct arena *a, struct log *log, enum part_scheme *scheme,
		   const struct part **out, size_t *n);
#endif
