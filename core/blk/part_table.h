/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PART_TABLE_H
#define PART_TABLE_H
#include "part.h"
/* What part.c shares with the readers of the two formats, and with nobody else. */

struct part_list {
	struct blk *disk;
	struct cache *cache;
	struct log *log;
	struct part *part; /* room for PART_MAX */
	size_t n;
	bool full; /* PART_MAX was reached and said so */
	char uuid[UUID_TEXT];
};
/*
 * Append p as count sectors from lba on, cut to the disk; what is not on the
 * disk at all is left out. Both, and a full list, are warned about.
 */
void part_add(struct part_list *l, struct part p, uint32_t sector, uint64_t lba, uint64_t count);

/* One of the four 16-byte records at offset 446 (UEFI 2.10, table 5.2). */
struct mbr_slot {
	uint8_t boot_indicator; /* 0x00, 0x80: active */
	uint8_t os_type;
	uint32_t starting_lba, size_in_lba; /* sectors */
};
enum { MBR_SIZE = 512, MBR_SLOTS = 4, MBR_GPT = 0xee };
/* The disk's signature of the first sector. */
uint32_t mbr_signature(const uint8_t sector[MBR_SIZE]);
/* Take the slots out of a sector; false when it does not end in 55 AA. */
bool mbr_decode(const uint8_t sector[MBR_SIZE], struct mbr_slot slot[MBR_SLOTS]);
/* Whether these slots are a partition table at all, and not boot code or text. */
bool mbr_plausible(const struct part_list *l, const struct mbr_slot slot[MBR_SLOTS]);
void mbr_list(struct part_list *l, const struct mbr_slot slot[MBR_SLOTS]);

/* List the disk's GPT; false when it has none that could be used. */
bool gpt_list(struct part_list *l);
#endif
