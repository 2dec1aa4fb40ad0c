/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "part_table.h"
#include "../base/crc.h"
#include "../base/rd.h"
#include "../base/sum.h"
#include "../base/utf.h"
#include <string.h>

/* The GUID partition table, UEFI 2.10 section 5.3. */
enum {
	HEADER_MIN = 92,
	HEADER_MAX = 512,
	HEADER_CRC_AT = 16,
	ENTRY_MIN = 128,
	ENTRY_MAX = 4096,
	ENTRIES_MAX = 1024,
	LEGACY_BOOT = 1u << 2, /* attribute */
	NAME_UNITS = 36,
};

struct gpt_header {
	uint32_t sector; /* bytes: LBAs are counted in them */
	uint32_t header_size, header_crc32;
	uint64_t my_lba, partition_entry_lba;
	uint8_t disk_guid[16];
	uint32_t number_of_partition_entries, size_of_partition_entry;
	uint32_t partition_entry_array_crc32;
	uint64_t entries_at; /* bytes from the start of the disk */
};
/* USABLE: it can be read, but a checksum or its own place is wrong. */
enum state { ABSENT, USABLE, GOOD };

static bool header_decode(const uint8_t raw[HEADER_MAX], struct gpt_header *h)
{
	struct rd r = rd_of(raw, HEADER_MAX);
	struct span signature = rd_take(&r, 8);
	rd_skip(&r, 4); /* revision */
	h->header_size = rd_le32(&r);
	h->header_crc32 = rd_le32(&r);
	rd_skip(&r, 4);
	h->my_lba = rd_le64(&r);
	rd_seek(&r, 56);
	rd_copy(&r, h->disk_guid, sizeof h->disk_guid);
	h->partition_entry_lba = rd_le64(&r);
	h->number_of_partition_entries = rd_le32(&r);
	h->size_of_partition_entry = rd_le32(&r);
	h->partition_entry_array_crc32 = rd_le32(&r);
	return rd_ok(&r) && memcmp(signature.p, "EFI PART", 8) == 0;
}

/* Whether the array of entries has a sane shape and lies on the disk. */
static bool entries_locate(const struct part_list *l, struct gpt_header *h)
{
	uint32_t size = h->size_of_partition_entry, n = h->number_of_partition_entries;
	if (size < ENTRY_MIN || size > ENTRY_MAX || (size & (size - 1)) || n > ENTRIES_MAX)
		return false;
	if (h->partition_entry_lba == 0)
		return false;
	if (!mul_u64(h->partition_entry_lba, h->sector, &h->entries_at))
		return false;
	return h->entries_at <= l->disk->size &&
	       (uint64_t)n * size <= l->disk->size - h->entries_at;
}

/* The checksum is over the header with its own field as zeros. */
static bool header_crc_good(const uint8_t raw[HEADER_MAX], const struct gpt_header *h)
{
	const uint8_t zero[4] = { 0 };
	uint32_t crc;
	if (h->header_size < HEADER_MIN || h->header_size > HEADER_MAX)
		return false;
	crc = crc32_ieee(~0u, raw, HEADER_CRC_AT);
	crc = crc32_ieee(crc, zero, sizeof zero);
	crc = crc32_ieee(crc, raw + HEADER_CRC_AT + 4, h->header_size - HEADER_CRC_AT - 4);
	return sum_match(h->header_crc32, ~crc);
}

static bool entries_crc_good(const struct part_list *l, const struct gpt_header *h)
{
	uint8_t e[ENTRY_MIN];
	uint64_t size = (uint64_t)h->number_of_partition_entries * h->size_of_partition_entry;
	uint32_t crc = ~0u;
	/* Bound: ENTRIES_MAX * ENTRY_MAX bytes. */
	for (uint64_t at = 0; at < size; at += sizeof e) {
		if (cache_read(l->cache, h->entries_at + at, e, sizeof e))
			return false;
		crc = crc32_ieee(crc, e, sizeof e);
	}
	return sum_match(h->partition_entry_array_crc32, ~crc);
}

static enum state header_read(const struct part_list *l, uint32_t sector, uint64_t lba,
			      struct gpt_header *h)
{
	uint8_t raw[HEADER_MAX];
	*h = (struct gpt_header){ .sector = sector };
	if (cache_read(l->cache, lba * sector, raw, sizeof raw))
		return ABSENT;
	if (!header_decode(raw, h) || !entries_locate(l, h))
		return ABSENT;
	bool good = header_crc_good(raw, h) && h->my_lba == lba && entries_crc_good(l, h);
	return good ? GOOD : USABLE;
}

/*
 * The best header of the disk: a good one at its start, a good one at its end,
 * one with wrong checksums. Images of 4Kn disks come as files with 512-byte
 * sectors, and the other way round; hence three sector sizes.
 */
static enum state header_find(const struct part_list *l, struct gpt_header *best)
{
	const uint32_t sectors[] = { l->disk->sector, 512, 4096 };
	enum state found = ABSENT;
	for (size_t i = 0; i < 2 * array_len(sectors) && found != GOOD; i++) {
		uint32_t sector = sectors[i % array_len(sectors)];
		bool backup = i >= array_len(sectors);
		uint64_t n = l->disk->size / sector;
		struct gpt_header h;
		if (n < 3)
			continue;
		enum state s = header_read(l, sector, backup ? n - 1 : 1, &h);
		if (s <= found)
			continue;
		found = s;
		*best = h;
		if (s == GOOD && backup)
			log_at(l->log, LOG_WARN, "%s: the GPT is damaged: using its backup copy",
			       l->disk->name);
	}
	return found;
}

/* The name ends with a NUL, or with its field. */
static void name_decode(struct rd *r, char out[PART_LABEL])
{
	uint16_t unit[NAME_UNITS];
	size_t n = 0;
	while (n < NAME_UNITS && (unit[n] = rd_le16(r)))
		n++;
	out[utf16_to_utf8(unit, n, out, PART_LABEL - 1)] = 0;
}

static void entry_add(struct part_list *l, const struct gpt_header *h, const uint8_t raw[ENTRY_MIN],
		      uint32_t number)
{
	static const uint8_t unused[16];
	struct rd r = rd_of(raw, ENTRY_MIN);
	struct part p = { .number = number };
	uint8_t guid[16];
	rd_copy(&r, p.type, sizeof p.type);
	rd_copy(&r, guid, sizeof guid);
	guid_print(guid, p.partuuid);
	uint64_t starting_lba = rd_le64(&r), ending_lba = rd_le64(&r);
	p.attributes = rd_le64(&r);
	p.active = p.attributes & LEGACY_BOOT;
	name_decode(&r, p.label);
	if (memcmp(p.type, unused, sizeof unused) == 0)
		return;
	if (starting_lba == 0 || ending_lba < starting_lba || ending_lba == UINT64_MAX) {
		log_at(l->log, LOG_WARN, "%s: partition %u has impossible bounds: ignored",
		       l->disk->name, number);
		return;
	}
	part_add(l, p, h->sector, starting_lba, ending_lba - starting_lba + 1);
}

bool gpt_list(struct part_list *l)
{
	struct gpt_header h;
	uint8_t raw[ENTRY_MIN];
	enum state s = header_find(l, &h);
	if (s == ABSENT)
		return false;
	if (s == USABLE)
		log_at(l->log, LOG_WARN, "%s: the GPT is damaged, and so is its backup copy",
		       l->disk->name);
	guid_print(h.disk_guid, l->uuid);
	/* Bound: ENTRIES_MAX. */
	for (uint32_t i = 0; i < h.number_of_partition_entries; i++) {
		uint64_t at = h.entries_at + (uint64_t)i * h.size_of_partition_entry;
		if (cache_read(l->cache, at, raw, sizeof raw)) {
			log_at(l->log, LOG_WARN, "%s: GPT entry %u cannot be read", l->disk->name,
			       i + 1);
			break;
		}
		entry_add(l, &h, raw, i + 1);
	}
	return true;
}
