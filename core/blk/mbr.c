/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "part_table.h"
#include "../base/fmt.h"
#include "../base/rd.h"

/*
 * The PC partition table: four slots in the first sector. A slot of an extended
 * type is a chain of further tables (EBRs), each with one logical partition,
 * counted from its own EBR, and a link, counted from the extended partition.
 */
enum { SIGNATURE_AT = 440, SLOTS_AT = 446, ACTIVE = 0x80, EBR_MAX = 128, FIRST_LOGICAL = 5 };

uint32_t mbr_signature(const uint8_t sector[MBR_SIZE])
{
	struct rd r = rd_of(sector, MBR_SIZE);
	rd_seek(&r, SIGNATURE_AT);
	return rd_le32(&r);
}

bool mbr_decode(const uint8_t sector[MBR_SIZE], struct mbr_slot slot[MBR_SLOTS])
{
	struct rd r = rd_of(sector, MBR_SIZE);
	rd_seek(&r, SLOTS_AT);
	for (size_t i = 0; i < MBR_SLOTS; i++) {
		slot[i].boot_indicator = rd_u8(&r);
		rd_skip(&r, 3); /* cylinder, head, sector */
		slot[i].os_type = rd_u8(&r);
		rd_skip(&r, 3);
		slot[i].starting_lba = rd_le32(&r);
		slot[i].size_in_lba = rd_le32(&r);
	}
	return rd_le16(&r) == 0xaa55 && rd_ok(&r);
}

static bool is_used(const struct mbr_slot *s)
{
	return s->starting_lba && s->size_in_lba;
}

static bool is_extended(const struct mbr_slot *s)
{
	return s->os_type == 0x05 || s->os_type == 0x0f || s->os_type == 0x85;
}

/* Linux's test is the boot indicators, and that keeps out texts and most code. */
bool mbr_plausible(const struct part_list *l, const struct mbr_slot slot[MBR_SLOTS])
{
	uint64_t sectors = l->disk->size / l->disk->sector;
	bool some = false;
	for (size_t i = 0; i < MBR_SLOTS; i++) {
		if (slot[i].boot_indicator & ~ACTIVE)
			return false;
		if (is_used(&slot[i]) && slot[i].starting_lba < sectors)
			some = true;
	}
	return some;
}

static void add(struct part_list *l, const struct mbr_slot *s, uint64_t base, uint32_t number)
{
	struct part p = { .number = number, .active = s->boot_indicator == ACTIVE };
	p.type[0] = s->os_type;
	fmt_to(p.partuuid, sizeof p.partuuid, "%s-%02x", l->uuid, number);
	part_add(l, p, l->disk->sector, base + s->starting_lba, s->size_in_lba);
}

/* The chain of EBRs of all extended partitions. */
struct chain {
	struct part_list *l;
	uint32_t number;	/* of the next logical partition */
	uint64_t seen[EBR_MAX]; /* sectors */
	size_t n;
};

static bool ebr_read(struct chain *c, uint64_t lba, struct mbr_slot slot[MBR_SLOTS])
{
	uint8_t sector[MBR_SIZE];
	enum err e = cache_read(c->l->cache, lba * c->l->disk->sector, sector, sizeof sector);
	return !e && mbr_decode(sector, slot);
}

/* Each EBR counts once, and all of them EBR_MAX times at most. */
static bool ebr_next(struct chain *c, uint64_t lba, struct mbr_slot slot[MBR_SLOTS])
{
	const char *why = NULL;
	if (c->n == EBR_MAX)
		why = "too many extended partition tables";
	for (size_t i = 0; i < c->n; i++)
		if (c->seen[i] == lba)
			why = "the extended partition tables form a loop";
	if (!why && !ebr_read(c, lba, slot))
		why = "no extended partition table";
	if (!why)
		c->seen[c->n++] = lba;
	else
		log_at(c->l->log, LOG_WARN, "%s: %s at sector %llu: the rest is ignored",
		       c->l->disk->name, why, (unsigned long long)lba);
	return !why;
}

/*
 * The data slot of one EBR; returns its link to the next one, or NULL. They are
 * the first two slots, in either order; the other two are not in use.
 */
static const struct mbr_slot *ebr_list(struct chain *c, uint64_t lba,
				       const struct mbr_slot slot[MBR_SLOTS])
{
	const struct mbr_slot *link = NULL;
	for (size_t i = 0; i < 2; i++) {
		if (!slot[i].size_in_lba)
			continue;
		if (is_extended(&slot[i]))
			link = &slot[i];
		else
			add(c->l, &slot[i], lba, c->number++);
	}
	return link;
}

static void extended_list(struct chain *c, uint32_t start)
{
	struct mbr_slot slot[MBR_SLOTS];
	const struct mbr_slot *link = NULL;
	uint64_t lba = start;
	/* Bound: ebr_next() says no after EBR_MAX. */
	while (ebr_next(c, lba, slot)) {
		link = ebr_list(c, lba, slot);
		if (!link)
			return;
		lba = (uint64_t)start + link->starting_lba;
	}
}

void mbr_list(struct part_list *l, const struct mbr_slot slot[MBR_SLOTS])
{
	struct chain c = { .l = l, .number = FIRST_LOGICAL };
	for (uint32_t i = 0; i < MBR_SLOTS; i++)
		if (is_used(&slot[i]) && !is_extended(&slot[i]) && slot[i].os_type != MBR_GPT)
			add(l, &slot[i], 0, i + 1);
	for (size_t i = 0; i < MBR_SLOTS; i++)
		if (is_used(&slot[i]) && is_extended(&slot[i]))
			extended_list(&c, slot[i].starting_lba);
}
