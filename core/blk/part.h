/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PART_H
#define PART_H
#include "../base/uuid.h"
#include "blk.h"
/* Partition tables are data, not devices: the caller slices. */

enum part_scheme { PART_NONE, PART_MBR, PART_GPT };
enum {
	PART_MAX = 256,		 /* partitions of one disk that are looked at */
	PART_LABEL = 36 * 3 + 1, /* a name's UTF-16 units (UEFI 2.10, table 5.7) in UTF-8, NUL */
};
struct part {
	uint64_t off, size; /* bytes from the start of the disk; not empty, inside it */
	uint32_t number;    /* as Linux counts: from 1, logical ones from 5 */
	bool active;	    /* MBR boot flag, GPT legacy_boot attribute */
	uint8_t type[16];   /* GPT: type GUID as on disk; MBR: the type byte, then zeros */
	/*
	 * As Linux, blkid and GRUB spell it: GPT: the unique GUID; MBR: "5ac0ffee-01", the
	 * disk's signature (at byte 440, UEFI 2.10, table 5.1) and the number.
	 */
	char partuuid[UUID_TEXT];
	uint64_t attributes;	/* GPT: as on disk; MBR: 0 */
	char label[PART_LABEL]; /* GPT: the partition's name, UTF-8; MBR: empty */
};
struct part_table {
	enum part_scheme scheme;
	const struct part *part; /* in the table's order */
	size_t n;
	/* Of the disk, as blkid's PTUUID: GPT: the disk's GUID; MBR: "5ac0ffee"; else empty. */
	char uuid[UUID_TEXT];
};
/*
 * Read the disk's partition table into the arena.
 *
 * PART_NONE with n == 0 when there is none: an empty disk, or a file system
 * on the whole disk, also one whose boot sector ends in 55 AA and holds other
 * things where a table would be. PART_GPT may come with n == 0.
 *
 * An MBR counts in disk->sector; a GPT is looked for at every usual sector
 * size, so an image of a 4Kn disk may be opened as a file. Where an MBR names a
 * GPT that is there, the GPT alone counts. Extended partitions are not listed,
 * logical ones are. Partitions may overlap.
 *
 * A damaged table yields what can be used of it, with a warning in the log: a
 * partition that reaches past the end of the disk is cut there, one that starts
 * past it is left out. Errors: ERR_IO when the first sector cannot be read, and
 * ERR_NOMEM.
 */
enum err part_scan(struct blk *disk, struct arena *a, struct log *log, struct part_table *out);
#endif
