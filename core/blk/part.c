/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "part_table.h"
#include "../base/fmt.h"
#include <string.h>

enum { CACHE_LINE = 4096, CACHE_LINES = 16 };

void part_add(struct part_list *l, struct part p, uint32_t sector, uint64_t lba, uint64_t count)
{
	const char *disk = l->disk->name;
	uint64_t left;
	if (!mul_u64(lba, sector, &p.off) || p.off >= l->disk->size) {
		log_at(l->log, LOG_WARN,
		       "%s: partition %u starts past the end of the disk (sector %llu): ignored",
		       disk, p.number, (unsigned long long)lba);
		return;
	}
	left = l->disk->size - p.off;
	if (!mul_u64(count, sector, &p.size) || p.size > left) {
		log_at(l->log, LOG_WARN,
		       "%s: partition %u reaches past the end of the disk: cut to %llu bytes", disk,
		       p.number, (unsigned long long)left);
		p.size = left;
	}
	if (l->n < PART_MAX) {
		l->part[l->n++] = p;
	} else if (!l->full) {
		l->full = true;
		log_at(l->log, LOG_WARN, "%s: more than %d partitions: the rest is ignored", disk,
		       PART_MAX);
	}
}

static bool names_gpt(const struct mbr_slot slot[MBR_SLOTS])
{
	for (size_t i = 0; i < MBR_SLOTS; i++)
		if (slot[i].os_type == MBR_GPT)
			return true;
	return false;
}

static enum part_scheme list(struct part_list *l, const uint8_t sector[MBR_SIZE])
{
	struct mbr_slot slot[MBR_SLOTS];
	if (!mbr_decode(sector, slot))
		return PART_NONE;
	if (names_gpt(slot) && gpt_list(l))
		return PART_GPT;
	if (!mbr_plausible(l, slot))
		return PART_NONE;
	if (names_gpt(slot))
		log_at(l->log, LOG_WARN, "%s: the MBR names a GPT, and there is none to be used",
		       l->disk->name);
	fmt_to(l->uuid, sizeof l->uuid, "%08x", mbr_signature(sector));
	mbr_list(l, slot);
	return l->n ? PART_MBR : PART_NONE;
}

enum err part_scan(struct blk *disk, struct arena *a, struct log *log, struct part_table *out)
{
	struct part_list l = { .disk = disk, .log = log };
	uint8_t sector[MBR_SIZE];
	*out = (struct part_table){ .scheme = PART_NONE };
	if (disk->size < sizeof sector)
		return OK;
	l.cache = cache_new(disk, a, disk->align > CACHE_LINE ? disk->align : CACHE_LINE,
			    CACHE_LINES);
	l.part = arena_array(a, struct part, PART_MAX);
	if (!l.cache || !l.part)
		return ERR_NOMEM;
	try(cache_read(l.cache, 0, sector, sizeof sector));
	*out = (struct part_table){ .scheme = list(&l, sector), .part = l.part, .n = l.n };
	if (out->scheme != PART_NONE)
		memcpy(out->uuid, l.uuid, sizeof l.uuid);
	return OK;
}
