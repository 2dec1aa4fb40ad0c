/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The block front end against honest, slow, lying and dying back ends. */
#include "../../guest/xen/blkfront.h"
#include "../../guest/xen/grant.h"
#include "../../guest/xen/store.h"
#include "../../guest/xen/vbdname.h"
#include "../fake/fake.h"
#include <string.h>

enum { XVDA = 51712, XVDB = 51728, SECTORS = 1 << 16, MIB = 1 << 20 };
static struct blk *disk[DISKS_MAX];

static void begin(void)
{
	fake_begin();
	store_begin(test_log());
	check_ok(grant_begin());
}

static size_t connect(void)
{
	return blkfront_begin(test_log(), disk);
}

/* Nothing is left, in the domain or in xenstore. */
static void end(void)
{
	blkfront_end();
	store_end();
	fake_check_quiet();
}

/* What the back end says of itself stays; the rest is as the toolstack left it. */
static void check_store(uint32_t vbd)
{
	char path[96];
	static const char *const ours[] = { "ring-ref", "event-channel" };
	for (size_t i = 0; i < array_len(ours); i++) {
		fmt_to(path, sizeof path, "/local/domain/1/device/vbd/%u/%s", vbd, ours[i]);
		check(!fake_get(path));
	}
	fmt_to(path, sizeof path, "/local/domain/1/device/vbd/%u/state", vbd);
	check_u64(fake_get_u64(path), BUS_INITIALISING);
	fmt_to(path, sizeof path, "/local/domain/0/backend/vbd/1/%u/state", vbd);
	check_u64(fake_get_u64(path), BUS_INIT_WAIT);
}

/* The front ends' directories, with every key in them. */
static struct str fronts(void)
{
	struct text t = { .arena = test_arena() };
	struct str dump = fake_dump(), line;
	while (str_split(&dump, '\n', &line))
		if (str_starts(line, STR("/local/domain/1/")))
			text_fmt(&t, "%.*s\n", STR_ARG(line));
	return text_str(&t);
}

static void check_bytes(uint32_t vbd, uint64_t off, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != fake_byte(vbd, off + i))
			test_fail(__FILE__, __LINE__, "byte %zu of the read at %llu", i,
				  (unsigned long long)off);
}

static uint8_t *buffer(size_t n)
{
	uint8_t *p = mem_pages(n / PAGE_SIZE);
	check(p != NULL);
	return memset(p, 0xee, n);
}

TEST(one_disk_is_read_and_left_as_it_was)
{
	begin();
	fake_disk(XVDA, "xvda", SECTORS);
	check_u64(connect(), 1);
	check_u64(disk[0]->size, (uint64_t)SECTORS * 512);
	check_str(str_of(disk[0]->name), "xvda");
	uint8_t *p = buffer(MIB);
	check_ok(blk_read(disk[0], 4096, p, MIB));
	check_bytes(XVDA, 4096, p, MIB);
	end();
	check_store(XVDA);
}

TEST(every_key_is_as_before)
{
	static const char protocol[] = "/local/domain/1/device/vbd/51712/protocol";
	static const char *const had[] = { "x86_64-abi", "x86_32-abi", NULL };
	for (size_t i = 0; i < array_len(had); i++) {
		begin();
		fake_disk(XVDA, "xvda", SECTORS);
		had[i] ? fake_set(protocol, had[i]) : fake_remove(protocol);
		struct str before = fronts();
		check_u64(connect(), 1);
		check(!str_eq(before, fronts()));
		end();
		check(str_eq(before, fronts()));
	}
}

TEST(a_large_read_fills_the_ring)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->delay_ms = 5;
	check_u64(connect(), 1);
	uint8_t *p = buffer(8 * MIB);
	check_ok(blk_read(disk[0], 0, p, 8 * MIB));
	check_bytes(XVDA, 0, p, 8 * MIB);
	check_u64(d->most_in_flight, 32);
	/* Every request but the last is a full one, and events are fewer than answers. */
	check_u64(d->requests, (8 * MIB / 4096 + 10) / 11);
	check(d->kicks < d->requests);
	end();
}

TEST(answers_may_come_in_any_order)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->delay_ms = 3;
	d->reverse = true;
	check_u64(connect(), 1);
	uint8_t *p = buffer(4 * MIB);
	check_ok(blk_read(disk[0], 512, p, 4 * MIB));
	check_bytes(XVDA, 512, p, 4 * MIB);
	end();
}

TEST(a_read_may_begin_and_end_inside_pages)
{
	begin();
	fake_disk(XVDA, "xvda", SECTORS);
	check_u64(connect(), 1);
	uint8_t *p = buffer(MIB);
	check_ok(blk_read(disk[0], 1536, p + 512, 100 * 512));
	check_bytes(XVDA, 1536, p + 512, 100 * 512);
	check(p[511] == 0xee && p[512 * 101] == 0xee);
	check_err(blk_read(disk[0], 100, p, 512), ERR_IO);
	check_err(blk_read(disk[0], (uint64_t)SECTORS * 512 - 512, p, 1024), ERR_IO);
	end();
}

TEST(many_reads_are_started_before_any_is_waited_for)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->delay_ms = 1;
	check_u64(connect(), 1);
	uint8_t *p = buffer(MIB);
	for (size_t i = 0; i < MIB / 4096; i++)
		check_ok(blk_start(disk[0], i * 8192, p + i * 4096, 4096));
	check_ok(blk_drain(disk[0]));
	for (size_t i = 0; i < MIB / 4096; i++)
		check_bytes(XVDA, i * 8192, p + i * 4096, 4096);
	check_u64(d->most_in_flight, 32);
	end();
}

TEST(disks_come_in_the_order_of_their_numbers)
{
	static const uint32_t vbd[] = { XVDB, 768, 268439552, XVDA, 2048, 51713 };
	static const char *const want[] = { "hda", "sda", "xvda", "xvda1", "xvdb", "xvdq" };
	begin();
	for (size_t i = 0; i < array_len(vbd); i++)
		fake_disk(vbd[i], NULL, SECTORS);
	check_u64(connect(), array_len(vbd));
	for (size_t i = 0; i < array_len(want); i++)
		check_str(str_of(disk[i]->name), want[i]);
	end();
	for (size_t i = 0; i < array_len(vbd); i++)
		check_store(vbd[i]);
}

TEST(numbers_have_the_names_that_linux_gives)
{
	static const struct {
		uint32_t vbd;
		const char *name;
	} table[] = {
		{ 51712, "xvda" },
		{ 51727, "xvda15" },
		{ 51952, "xvdp" },
		{ 1 << 28 | 26 << 8, "xvdaa" },
		{ 1 << 28 | 701 << 8, "xvdzz" },
		{ 1 << 28 | 702 << 8 | 3, "xvdaaa3" },
		{ 832, "hdb" },
		{ 5632, "hdc" },
		{ 5697, "hdd1" },
		{ 2064, "sdb" },
		{ 65 << 8, "sdq" },
		{ 128 << 8 | 17, "sddz1" },
		{ 12345 << 8, "" },
	};
	for (size_t i = 0; i < array_len(table); i++) {
		char name[VBD_NAME];
		vbd_name(table[i].vbd, name);
		check_str(str_of(name), table[i].name);
	}
}

TEST(a_name_of_the_toolstack_is_used_when_it_is_one)
{
	begin();
	fake_disk(XVDA, "../../etc", SECTORS);
	fake_disk(XVDB, "sdz", SECTORS);
	check_u64(connect(), 2);
	check_str(str_of(disk[0]->name), "xvda");
	check_str(str_of(disk[1]->name), "sdz");
	end();
}

TEST(four_kib_sectors_align_reads)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", 8003);
	d->sector_size = 4096;
	check_u64(connect(), 1);
	check_u64(disk[0]->align, 4096);
	check_u64(disk[0]->sector, 4096);
	check_u64(disk[0]->size, 8000 * 512);
	uint8_t *p = buffer(MIB);
	check_err(blk_read(disk[0], 512, p, 4096), ERR_IO);
	check_ok(blk_read(disk[0], 999 * 4096, p, 4096));
	check_bytes(XVDA, 999 * 4096, p, 4096);
	end();
}

TEST(sizes_that_make_no_sense_are_refused)
{
	begin();
	fake_disk(XVDA, "xvda", UINT64_MAX / 2);
	fake_disk(XVDB, "xvdb", SECTORS)->sector_size = 1000;
	fake_disk(51744, "xvdc", 0);
	fake_disk(51760, "xvdd", SECTORS)->sector_size = 65536;
	fake_disk(51776, "xvde", UINT64_C(1) << 33); /* 4 TiB */
	check_u64(connect(), 1);
	check_str(str_of(disk[0]->name), "xvde");
	uint8_t *p = buffer(4096);
	check_ok(blk_read(disk[0], (UINT64_C(1) << 42) - 4096, p, 4096));
	check_bytes(51776, (UINT64_C(1) << 42) - 4096, p, 4096);
	check(test_logged("xvdb: 65536 sectors of 1000 bytes"));
	end();
	for (uint32_t vbd = XVDA; vbd <= 51776; vbd += 16)
		check_store(vbd);
}

TEST(an_empty_drive_is_left_out_at_once)
{
	begin();
	fake_disk(XVDA, "xvda", SECTORS);
	fake_disk(XVDB, "xvdb", 0)->never = true;
	fake_set("/local/domain/1/device/vbd/51728/device-type", "cdrom");
	fake_set("/local/domain/0/backend/vbd/1/51728/params", "");
	uint64_t from = fake.now_ns;
	check_u64(connect(), 1);
	check(fake.now_ns - from < 100000000);
	check(test_logged("xvdb: no medium in the drive"));
	end();
}

TEST(no_disks_at_all)
{
	begin();
	check_u64(connect(), 0);
	end();
}

TEST(a_device_without_a_back_end)
{
	begin();
	fake_disk(XVDB, "xvdb", SECTORS);
	fake_set("/local/domain/1/device/vbd/51712/state", "1");
	fake_set("/local/domain/1/device/vbd/nonsense", "");
	fake_set("/local/domain/1/device/vbd/99999999999", "");
	check_u64(connect(), 1);
	check(test_logged("device/vbd/51712: no back end"));
	end();
}

TEST(a_back_end_that_is_20_s_late)
{
	begin();
	fake_disk(XVDA, "xvda", SECTORS)->late_ms = 20000;
	fake_disk(XVDB, "xvdb", SECTORS);
	check_u64(connect(), 2);
	check(test_logged("xvda: waiting for its back end, which is in state 1: 1 of 30 s"));
	check(test_logged("xvda: waiting for its back end, which is in state 1: 16 of 30 s"));
	check(!test_logged("xvdb: waiting"));
	uint8_t *p = buffer(4096);
	check_ok(blk_read(disk[0], 0, p, 4096));
	end();
	check_store(XVDA);
}

TEST(a_back_end_that_never_connects)
{
	begin();
	fake_disk(XVDA, "xvda", SECTORS)->never = true;
	fake_disk(XVDB, "xvdb", SECTORS);
	uint64_t from = fake.now_ns;
	check_u64(connect(), 1);
	check_u64((fake.now_ns - from) / 1000000000, 10);
	check(test_logged("xvda: the back end is in state 2 after 10 s"));
	uint8_t *p = buffer(4096);
	check_ok(blk_read(disk[0], 0, p, 4096));
	end();
	check_store(XVDA);
	check_store(XVDB);
}

TEST(a_device_that_was_left_open_is_closed_first)
{
	begin();
	fake_disk(XVDA, "xvda", SECTORS);
	fake_set("/local/domain/1/device/vbd/51712/state", "6");
	fake_set("/local/domain/1/device/vbd/51712/ring-ref", "77");
	fake_set("/local/domain/1/device/vbd/51712/ring-page-order", "2");
	fake_set("/local/domain/0/backend/vbd/1/51712/state", "6");
	check_u64(connect(), 1);
	end();
	check_store(XVDA);
}

TEST(a_bad_sector_is_tried_three_times)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->errors = 2;
	check_u64(connect(), 1);
	uint8_t *p = buffer(4096);
	check_ok(blk_read(disk[0], 8192, p, 4096));
	check_bytes(XVDA, 8192, p, 4096);
	check_u64(d->requests, 3);
	d->errors = 3;
	check_err(blk_read(disk[0], 8192, p, 4096), ERR_IO);
	check(test_logged("xvda: cannot read sector 16: status -1, 3 times"));
	/* The disk itself is not given up. */
	check_ok(blk_read(disk[0], 8192, p, 4096));
	end();
	check_store(XVDA);
}

/* One that goes away in the middle of a read of 4 MiB. */
static struct fake_disk *goes_away(bool stays_away)
{
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->delay_ms = 1;
	d->dies = 50;
	d->offline = stays_away;
	return d;
}

static void check_read(enum err want)
{
	check_u64(connect(), 1);
	uint8_t *p = buffer(4 * MIB);
	check_err(blk_read(disk[0], 512, p, 4 * MIB), want);
	if (!want)
		check_bytes(XVDA, 512, p, 4 * MIB);
	mem_free(p, 4 * MIB / PAGE_SIZE);
}

/* --- writing --------------------------------------------------------------------------- */

static uint8_t *image_of(struct fake_disk *d)
{
	uint8_t *image = arena_alloc(test_arena(), SECTORS * 512, 1);
	check(image != NULL);
	return d->image = image;
}

TEST(what_is_written_is_on_the_disk)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	uint8_t *image = image_of(d), *p = buffer(MIB);
	check_u64(connect(), 1);
	check(blk_writable(disk[0]));
	check_ok(blk_write(disk[0], 1536, p + 512, 100 * 512));
	check_ok(blk_flush(disk[0]));
	check_u64(d->flushes, 1);
	for (size_t i = 0; i < MIB; i++)
		check_u64(image[i], i >= 1536 && i < 1536 + 100 * 512 ? 0xee : 0);
	check_err(blk_write(disk[0], (uint64_t)SECTORS * 512, p, 512), ERR_IO);
	check_err(blk_write(disk[0], 0, p, 100), ERR_IO);
	end();
	check_store(XVDA);
}

TEST(what_may_not_be_written_is_not)
{
	begin();
	fake_disk(XVDA, "xvda", SECTORS)->readonly = true;
	check_u64(connect(), 1);
	uint8_t *p = buffer(4096);
	check(!blk_writable(disk[0]));
	check_err(blk_write(disk[0], 0, p, 4096), ERR_UNSUPPORTED);
	end();
}

TEST(writes_that_fail)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	uint8_t *p = buffer(4096);
	image_of(d);
	check_u64(connect(), 1);
	d->bad_writes = 2;
	check_ok(blk_write(disk[0], 8192, p, 4096));
	d->bad_writes = 3;
	check_err(blk_write(disk[0], 8192, p, 4096), ERR_IO);
	check(test_logged("xvda: cannot write sector 16: status -1, 3 times"));
	d->bad_flushes = 3;
	check_err(blk_flush(disk[0]), ERR_IO);
	check_ok(blk_flush(disk[0]));
	end();
	check_store(XVDA);
}

TEST(a_disk_without_a_cache_is_not_flushed)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->no_flush = true;
	check_u64(connect(), 1);
	check_ok(blk_flush(disk[0]));
	check_u64(d->requests, 0);
	end();
}

TEST(a_write_is_done_again_by_the_next_back_end)
{
	begin();
	struct fake_disk *d = goes_away(false);
	uint8_t *image = image_of(d), *p = buffer(4 * MIB);
	check_u64(connect(), 1);
	check_ok(blk_write(disk[0], 0, p, 4 * MIB));
	for (size_t i = 0; i < 4 * MIB; i++)
		check_u64(image[i], 0xee);
	check_u64(image[4 * MIB], 0);
	end();
}

static void lies(enum fake_lie lie, const char *says)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->lie = lie;
	d->lie_from = 5;
	d->delay_ms = 1;
	check_u64(connect(), 1);
	uint8_t *p = buffer(4 * MIB);
	check_err(blk_read(disk[0], 0, p, 4 * MIB), ERR_IO);
	check(test_logged(says));
	check_err(blk_read(disk[0], 0, p, 4096), ERR_IO);
	end();
	check_store(XVDA);
}

TEST(an_answer_to_no_request)
{
	lies(LIE_ID, "an answer to no request");
}
TEST(an_answer_twice)
{
	lies(LIE_TWICE, "given up");
}
TEST(an_answer_to_another_operation)
{
	lies(LIE_OP, "an answer to another operation");
}
TEST(more_answers_than_requests)
{
	lies(LIE_JUMP, "more answers than requests");
}
TEST(answers_taken_back)
{
	lies(LIE_BACK, "more answers than requests");
}
TEST(a_status_that_does_not_exist)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->lie = LIE_STATUS;
	check_u64(connect(), 1);
	uint8_t *p = buffer(4096);
	check_err(blk_read(disk[0], 0, p, 4096), ERR_IO);
	check(test_logged("status 77, 3 times"));
	end();
}
TEST(pages_that_are_kept)
{
	lies(LIE_HOLD, "the back end keeps a page that it has answered for");
}

TEST(a_back_end_that_closes_in_the_middle_of_a_read_is_asked_again)
{
	begin();
	goes_away(false);
	struct str before = fronts();
	uint64_t from = fake.now_ns;
	check_read(OK);
	check((fake.now_ns - from) / 1000000000 <= 2);
	check(test_logged("xvda: the back end has gone: connecting again"));
	end();
	check_store(XVDA);
	check(str_eq(before, fronts()));
}

TEST(a_back_end_that_goes_away_twice)
{
	begin();
	struct fake_disk *d = goes_away(false);
	d->dies_again = 30;
	check_read(ERR_IO);
	check(test_logged("xvda: the back end has gone, no answer for sector ("));
	end();
	check_store(XVDA);
}

TEST(a_back_end_that_stays_away)
{
	begin();
	goes_away(true);
	uint64_t from = fake.now_ns;
	check_read(ERR_IO);
	check((fake.now_ns - from) / 1000000000 <= 20);
	check(test_logged("xvda: the back end is in state 6 after 10 s"));
	check(test_logged("xvda: the back end has gone, no answer for sector ("));
	end();
}

TEST(a_back_end_that_comes_back_in_another_domain)
{
	begin();
	struct fake_disk *d = goes_away(false);
	d->moves = 3;
	check_read(OK);
	check(d->connected);
	end();
}

TEST(a_back_end_that_comes_back_with_another_disk)
{
	begin();
	struct fake_disk *d = goes_away(false);
	check_u64(connect(), 1);
	d->sectors -= 8;
	uint8_t *p = buffer(4 * MIB);
	check_err(blk_read(disk[0], 0, p, 4 * MIB), ERR_IO);
	check(test_logged("xvda: the disk has another size now"));
	end();
	check_store(XVDA);
}

TEST(a_disk_of_another_domain)
{
	begin();
	fake_disk_of(5, XVDA, "xvda", SECTORS);
	check_read(OK);
	end();
}

TEST(a_back_end_that_vanishes)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	d->dies = 1;
	d->vanishes = true;
	check_read(ERR_IO);
	end();
	check_u64(fake_get_u64("/local/domain/1/device/vbd/51712/state"), BUS_INITIALISING);
}

TEST(a_back_end_that_falls_silent)
{
	begin();
	struct fake_disk *d = fake_disk(XVDA, "xvda", SECTORS);
	check_u64(connect(), 1);
	uint8_t *p = buffer(MIB);
	d->dies = 3;
	d->silent = true;
	uint64_t from = fake.now_ns;
	check_err(blk_read(disk[0], 0, p, MIB), ERR_IO);
	check((fake.now_ns - from + 500000000) / 1000000000 == 30);
	check(test_logged("xvda: no answer for 30 s for sector (0)"));
	end();
	check_store(XVDA);
}

TEST(an_event_that_gets_lost)
{
	begin();
	fake_disk(XVDA, "xvda", SECTORS);
	check_u64(connect(), 1);
	uint8_t *p = buffer(4096);
	fake.fail_call = 1;
	uint64_t from = fake.now_ns;
	check_ok(blk_read(disk[0], 0, p, 4096));
	check((fake.now_ns - from) / 1000000 < 1100);
	end();
}

TEST(more_disks_than_grants_can_fill)
{
	begin();
	for (uint32_t i = 0; i < 30; i++)
		fake_disk(i < 16 ? XVDA + i * 16 : 1 << 28 | i << 8, NULL, SECTORS)->delay_ms = 1;
	check_u64(connect(), 30);
	uint8_t *p = buffer(30 * MIB);
	for (size_t i = 0; i < 30; i++)
		check_ok(blk_start(disk[i], 0, p + i * MIB, MIB));
	for (size_t i = 0; i < 30; i++)
		check_ok(blk_drain(disk[i]));
	for (size_t i = 0; i < 16; i++)
		check_bytes(XVDA + (uint32_t)i * 16, 0, p + i * MIB, MIB);
	end();
}

/* Connect, read, close; how far it comes does not matter, what it leaves does. */
static void all_of_it(void)
{
	uint8_t *p = NULL;
	size_t n = connect();
	if (n)
		p = mem_pages(MIB / PAGE_SIZE);
	enum err e = p ? blk_read(disk[0], 0, p, MIB) : ERR_NOMEM;
	if (!e)
		check_bytes(str_eq(str_of(disk[0]->name), STR("xvda")) ? XVDA : XVDB, 0, p, MIB);
	blkfront_end();
	store_end();
	check_u64(fake_channels(), 0);
}

/* Fail the n-th of something, for every n until nothing fails any more. */
#define each_failure(field, most, left)                                                            \
	do {                                                                                       \
		unsigned n_ = 0;                                                                   \
		bool whole_ = false;                                                               \
		while (!whole_) {                                                                  \
			begin();                                                                   \
			fake_disk(XVDA, "xvda", SECTORS);                                          \
			fake_disk(XVDB, "xvdb", SECTORS);                                          \
			field = ++n_;                                                              \
			all_of_it();                                                               \
			check(fake_grants() <= (left));                                            \
			whole_ = field != 0;                                                       \
		}                                                                                  \
		check(n_ > 1 && n_ < (most));                                                      \
	} while (0)

TEST(every_channel_that_is_refused)
{
	each_failure(fake.fail_alloc_port, 10, 0);
}
TEST(every_page_that_is_not_there)
{
	each_failure(fake.fail_pages, 20, 0);
}
TEST(every_request_that_xenstore_refuses)
{
	each_failure(fake_store.fail, 200, 0);
}
/* Back ends that cannot be told to close keep their rings. */
TEST(every_answer_that_breaks_xenstore)
{
	each_failure(fake_store.long_answer, 200, 2);
}
TEST(every_index_that_breaks_xenstore)
{
	each_failure(fake_store.bad_index, 200, 2);
}
