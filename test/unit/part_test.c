/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/base/crc.h"
#include "../../core/blk/part.h"
#include <stdlib.h>
#include <string.h>

enum { SIZE = 4 << 20 };
static uint8_t image[SIZE];

/* What part_scan() said last. */
static struct part_table got;

static void le(size_t at, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		image[at + i] = (uint8_t)(v >> 8 * i);
}

static struct blk disk(uint32_t sector)
{
	struct blk b;
	blk_mem(&b, image, sizeof image);
	b.sector = sector;
	b.align = 512;
	return b;
}

static enum err scan(struct blk b)
{
	return part_scan(&b, test_arena(), test_log(), &got);
}

static void fresh(void)
{
	memset(image, 0, sizeof image);
}

/* One slot of the table in the sector at byte `at`. */
static void slot(size_t at, int i, int status, int type, uint32_t start, uint32_t count)
{
	size_t s = at + 446 + (size_t)i * 16;
	image[s] = (uint8_t)status;
	image[s + 4] = (uint8_t)type;
	le(s + 8, start, 4);
	le(s + 12, count, 4);
	image[at + 510] = 0x55;
	image[at + 511] = 0xaa;
}

static void check_part(size_t i, uint32_t number, uint64_t lba, uint64_t count)
{
	check(i < got.n);
	check_u64(got.part[i].number, number);
	check_u64(got.part[i].off, lba * 512);
	check_u64(got.part[i].size, count * 512);
}

TEST(an_empty_or_tiny_disk_has_none)
{
	struct blk b;
	fresh();
	check_ok(scan(disk(512)));
	check(got.scheme == PART_NONE && got.n == 0);
	slot(0, 0, 0, 0, 0, 0);
	check_ok(scan(disk(512)));
	check(got.scheme == PART_NONE && got.n == 0);
	blk_mem(&b, image, 511);
	check_ok(scan(b));
	check(got.scheme == PART_NONE && got.n == 0);
}

TEST(primary_slots_keep_their_numbers)
{
	fresh();
	slot(0, 0, 0, 0x83, 2048, 100);
	slot(0, 2, 0x80, 0x82, 3000, 200);
	slot(0, 3, 0, 0, 63, 7); /* Linux lists type 0 too */
	check_ok(scan(disk(512)));
	check(got.scheme == PART_MBR);
	check_u64(got.n, 3);
	check_part(0, 1, 2048, 100);
	check_part(1, 3, 3000, 200);
	check_part(2, 4, 63, 7);
	check(!got.part[0].active && got.part[1].active);
	check_u64(got.part[0].type[0], 0x83);
}

TEST(slots_count_in_the_sectors_of_the_disk)
{
	fresh();
	slot(0, 0, 0, 0x83, 256, 100);
	check_ok(scan(disk(4096)));
	check_u64(got.n, 1);
	check_u64(got.part[0].off, 256 * 4096);
	check_u64(got.part[0].size, 100 * 4096);
}

TEST(a_boot_sector_with_code_is_no_table)
{
	const char text[] = "Remove disks or other media.\xff\r\nPress any key to restart\r\n";
	fresh();
	slot(0, 0, 0, 0, 0, 0);
	memcpy(image + 446, text, sizeof text);
	check_ok(scan(disk(512)));
	check(got.scheme == PART_NONE && got.n == 0);
	check(!test_logged("partition"));
	/* one wrong indicator outweighs a slot that looks right */
	slot(0, 0, 0x80, 0x0c, 2048, 100);
	slot(0, 1, 0x41, 0, 0, 0);
	check_ok(scan(disk(512)));
	check(got.scheme == PART_NONE && got.n == 0);
}

TEST(slots_without_start_or_size_are_skipped)
{
	fresh();
	slot(0, 0, 0, 0x83, 0, 100);
	slot(0, 1, 0, 0x83, 100, 0);
	check_ok(scan(disk(512)));
	check(got.scheme == PART_NONE && got.n == 0);
}

TEST(a_truncated_disk_keeps_what_is_there)
{
	fresh();
	slot(0, 0, 0, 0x83, 2048, 0xffffffff);
	slot(0, 1, 0, 0x83, 0xfffffff0, 0xffffffff);
	check_ok(scan(disk(512)));
	check_u64(got.n, 1);
	check_part(0, 1, 2048, SIZE / 512 - 2048);
	check(test_logged("partition 1 reaches past the end of the disk: cut"));
	check(test_logged("partition 2 starts past the end of the disk"));
}

TEST(logical_partitions_follow_the_chain)
{
	fresh();
	slot(0, 0, 0, 0x83, 64, 100);
	slot(0, 1, 0, 0x05, 1000, 5000);
	slot(1000 * 512, 0, 0, 0x83, 63, 200);
	slot(1000 * 512, 1, 0, 0x05, 500, 300);
	slot(1500 * 512, 0, 0x80, 0x83, 1, 299);
	slot(1500 * 512, 1, 0, 0x85, 200, 100); /* backwards, as fdisk may leave it */
	slot(1200 * 512, 0, 0, 0x8e, 2, 98);
	check_ok(scan(disk(512)));
	check_u64(got.n, 4);
	check_part(0, 1, 64, 100);
	check_part(1, 5, 1063, 200);
	check_part(2, 6, 1501, 299);
	check_part(3, 7, 1202, 98);
	check(got.part[2].active);
}

TEST(an_extended_loop_ends)
{
	fresh();
	slot(0, 0, 0, 0x0f, 1000, 5000);
	slot(1000 * 512, 0, 0, 0x83, 1, 10);
	slot(1000 * 512, 1, 0, 0x05, 0xffffffff, 10);
	check_ok(scan(disk(512)));
	check_u64(got.n, 1);
	check(test_logged("no extended partition table at sector 4294968295"));
	slot(1000 * 512, 1, 0, 0x05, 100, 10);
	slot(1100 * 512, 0, 0, 0x83, 1, 10);
	slot(1100 * 512, 1, 0, 0x05, 100, 10);
	check_ok(scan(disk(512)));
	check_u64(got.n, 2);
	check(test_logged("form a loop at sector 1100"));
	slot(1000 * 512, 1, 0, 0x05, 0, 10);
	slot(0, 1, 0, 0x05, 1000, 10);
	check_ok(scan(disk(512)));
	check_u64(got.n, 1);
	check(test_logged("form a loop at sector 1000"));
}

TEST(a_chain_of_very_many_tables_ends)
{
	fresh();
	slot(0, 0, 0, 0x05, 8, 8000);
	for (uint32_t i = 0; i < 2000; i++) {
		slot((8 + i) * 512, 0, 0, 0x83, 1, 1);
		slot((8 + i) * 512, 1, 0, 0x05, i + 1, 1);
	}
	check_ok(scan(disk(512)));
	check_u64(got.n, 128);
	check_u64(got.part[127].number, 132);
	check(test_logged("too many extended partition tables"));
}

/* A table as a partitioner writes it: entries at entry_lba, header at lba. */
static void gpt_header(uint32_t sector, uint64_t lba, uint64_t entry_lba, uint32_t n, uint32_t size)
{
	size_t h = (size_t)lba * sector, e = (size_t)entry_lba * sector;
	memcpy(image + h, "EFI PART", 8);
	le(h + 8, 0x10000, 4);
	le(h + 12, 92, 4);
	le(h + 16, 0, 4);
	le(h + 24, lba, 8);
	le(h + 72, entry_lba, 8);
	le(h + 80, n, 4);
	le(h + 84, size, 4);
	if (e < SIZE && (uint64_t)n * size <= SIZE - e)
		le(h + 88, ~crc32_ieee(~0u, image + e, (size_t)n * size), 4);
	le(h + 16, ~crc32_ieee(~0u, image + h, 92), 4);
}

static void gpt_entry(size_t at, uint64_t first, uint64_t last, uint64_t attributes)
{
	memset(image + at, 0x11, 16);
	memset(image + at + 16, 0x22, 16);
	le(at + 32, first, 8);
	le(at + 40, last, 8);
	le(at + 48, attributes, 8);
	memcpy(image + at + 56, "U\0S\0R\0-\0\xe4\0", 10);
}

/* Entries 1 and 3, both copies, as sgdisk lays them out. */
static void gpt(uint32_t sector)
{
	uint64_t last = SIZE / sector - 1, array = (uint64_t)128 * 128 / sector;
	fresh();
	slot(0, 0, 0, 0xee, 1, 0xffffffff);
	for (size_t i = 0; i < 2; i++) {
		size_t at = (size_t)(i ? last - array : 2) * sector;
		gpt_entry(at, 100, 199, 4);
		gpt_entry(at + 256, 200, 299, 0);
	}
	gpt_header(sector, 1, 2, 128, 128);
	gpt_header(sector, last, last - array, 128, 128);
}

static void check_gpt(uint32_t sector)
{
	uint32_t k = sector / 512;
	check(got.scheme == PART_GPT);
	check_u64(got.n, 2);
	check_part(0, 1, 100 * k, 100 * k);
	check_part(1, 3, 200 * k, 100 * k);
	check(got.part[0].active && !got.part[1].active);
	check_u64(got.part[0].type[15], 0x11);
	check_str(str_sub(str_of(got.part[0].partuuid), 0, 9), "22222222-");
	check_u64(got.part[0].attributes, 4);
	check_str(str_of(got.part[0].label), "USR-\xc3\xa4");
}

TEST(gpt_of_either_sector_size_on_a_disk_of_either)
{
	for (uint32_t table = 512; table <= 4096; table *= 8)
		for (uint32_t sector = 512; sector <= 4096; sector *= 8) {
			gpt(table);
			check_ok(scan(disk(sector)));
			check_gpt(table);
		}
	check(!test_logged("GPT"));
}

TEST(gpt_counts_wherever_the_protective_slot_is)
{
	gpt(512);
	slot(0, 0, 0x80, 0x83, 100, 100);
	slot(0, 2, 0, 0xee, 1, 99);
	check_ok(scan(disk(512)));
	check_gpt(512);
}

TEST(gpt_without_a_protective_slot_is_stale)
{
	gpt(512);
	slot(0, 0, 0x80, 0x83, 500, 100);
	check_ok(scan(disk(512)));
	check(got.scheme == PART_MBR);
	check_part(0, 1, 500, 100);
}

TEST(a_damaged_primary_gives_way_to_the_backup)
{
	/* signature, header checksum, own place, entry array */
	static const size_t hit[] = { 512, 512 + 40, 512 + 24, 1024 + 32 };
	for (size_t i = 0; i < array_len(hit); i++) {
		gpt(512);
		image[hit[i]] ^= 0x10;
		check_ok(scan(disk(512)));
		check_gpt(512);
		check(test_logged("using its backup copy"));
	}
	gpt(4096);
	image[4096] = 0;
	check_ok(scan(disk(512)));
	check_gpt(4096);
}

TEST(two_damaged_copies_are_still_used)
{
	gpt(512);
	image[512 + 40] ^= 1;
	image[SIZE - 512] = 0;
	check_ok(scan(disk(512)));
	check_gpt(512);
	check(test_logged("and so is its backup copy"));
}

TEST(without_a_usable_gpt_the_mbr_counts)
{
	gpt(512);
	image[512] = image[SIZE - 512] = 0;
	slot(0, 1, 0, 0x83, 64, 10);
	check_ok(scan(disk(512)));
	check(got.scheme == PART_MBR);
	check_u64(got.n, 1);
	check_part(0, 2, 64, 10);
	check(test_logged("names a GPT"));
}

TEST(impossible_gpt_shapes_are_refused)
{
	static const struct {
		uint32_t n, size;
		uint64_t lba;
	} bad[] = {
		{ 128, 0, 2 },
		{ 128, 1, 2 },
		{ 128, 64, 2 },
		{ 128, 192, 2 },
		{ 128, 1u << 31, 2 },
		{ 128, 0xffffffff, 2 },
		{ 0xffffffff, 128, 2 },
		{ 1025, 128, 2 },
		{ 128, 128, 0 },
		{ 128, 128, SIZE / 512 },
		{ 128, 128, SIZE / 512 - 31 },
		{ 128, 128, UINT64_MAX },
		{ 128, 128, UINT64_MAX / 512 + 1 },
	};
	for (size_t i = 0; i < array_len(bad); i++) {
		gpt(512);
		memset(image + SIZE - 512, 0, 512);
		gpt_header(512, 1, bad[i].lba, bad[i].n, bad[i].size);
		check_ok(scan(disk(512)));
		check(got.scheme == PART_NONE && got.n == 0);
	}
}

TEST(large_entries_and_small_tables)
{
	gpt(512);
	memset(image + 1024, 0, 16384);
	gpt_entry(1024 + 512 * 3, 300, 310, 0);
	gpt_header(512, 1, 2, 4, 512);
	check_ok(scan(disk(512)));
	check_u64(got.n, 1);
	check_part(0, 4, 300, 11);
}

TEST(lying_gpt_entries_are_left_out_or_cut)
{
	gpt(512);
	gpt_entry(1024 + 128, 50, 49, 0);
	gpt_entry(1024 + 128 * 3, 0, 49, 0);
	gpt_entry(1024 + 128 * 4, 0, UINT64_MAX, 0);
	gpt_entry(1024 + 128 * 5, UINT64_MAX - 1, UINT64_MAX - 1, 0);
	gpt_entry(1024 + 128 * 6, UINT64_MAX / 512 + 2, UINT64_MAX - 1, 0);
	gpt_entry(1024 + 128 * 7, 1000, UINT64_MAX - 1, 0);
	gpt_header(512, 1, 2, 128, 128);
	check_ok(scan(disk(512)));
	check_u64(got.n, 3);
	check_part(1, 3, 200, 100);
	check_part(2, 8, 1000, SIZE / 512 - 1000);
}

TEST(no_more_than_the_limit)
{
	gpt(512);
	for (size_t i = 0; i < 1024; i++)
		gpt_entry(1024 + 128 * i, 100, 199, 0);
	gpt_header(512, 1, 2, 1024, 128);
	check_ok(scan(disk(512)));
	check_u64(got.n, PART_MAX);
	check(test_logged("more than 256 partitions"));
}

static struct {
	uint64_t off; /* reads that touch this byte fail */
} broken;

static enum err broken_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	(void)b;
	if (broken.off >= off && broken.off - off < len)
		return ERR_IO;
	memcpy(dst, image + off, len);
	return OK;
}

static enum err broken_drain(struct blk *b)
{
	(void)b;
	return OK;
}

TEST(a_bad_sector_costs_what_lies_in_it)
{
	static const struct blk_ops ops = { .start = broken_start, .drain = broken_drain };
	struct blk b = disk(4096);
	b.ops = &ops;
	gpt(4096);
	broken.off = 4096;
	check_ok(scan(b));
	check_gpt(4096);
	broken.off = 0;
	check_err(scan(b), ERR_IO);
	fresh();
	b.sector = 512;
	slot(0, 0, 0, 0x83, 64, 100);
	slot(0, 1, 0, 0x05, 1000, 5000);
	broken.off = 1000 * 512;
	check_ok(scan(b));
	check_u64(got.n, 1);
}

/* What every answer must hold, whatever the bytes. */
static void check_sane(void)
{
	check(got.n <= PART_MAX);
	for (size_t i = 0; i < got.n; i++) {
		check(got.part[i].size > 0 && got.part[i].number > 0);
		check(got.part[i].off < SIZE && got.part[i].size <= SIZE - got.part[i].off);
	}
}

static void mutate(size_t at)
{
	static const int to[] = { 0, 0xff, 0x7f, 0x80, 1, -1 };
	uint8_t was = image[at];
	for (size_t i = 0; i < array_len(to); i++) {
		struct arena a;
		struct blk b = disk(512);
		image[at] = i < 4 ? (uint8_t)to[i] : (uint8_t)(was + to[i]);
		arena_init(&a, &hosted_exact, 1 << 20);
		enum err e = part_scan(&b, &a, NULL, &got);
		if (!e)
			check_sane();
		arena_release(&a);
		check_ok(e);
	}
	image[at] = was;
}

TEST(every_byte_of_an_mbr_may_lie)
{
	fresh();
	slot(0, 0, 0, 0x83, 64, 100);
	slot(0, 1, 0, 0x05, 1000, 5000);
	slot(1000 * 512, 0, 0, 0x83, 63, 200);
	slot(1000 * 512, 1, 0, 0x05, 500, 300);
	slot(1500 * 512, 0, 0x80, 0x83, 1, 299);
	for (size_t i = 440; i < 512; i++) {
		mutate(i);
		mutate(1000 * 512 + i);
		mutate(1500 * 512 + i);
	}
}

TEST(every_byte_of_a_gpt_may_lie)
{
	gpt(512);
	/* Without checksums to hide behind: the backup is gone, the primary is the last resort. */
	memset(image + SIZE - 512, 0, 512);
	for (size_t i = 512; i < 512 + 96; i++)
		mutate(i);
	for (size_t i = 1024; i < 1024 + 3 * 128; i++)
		mutate(i);
}
