/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The console and the clock. */
#include "../../guest/xen/console.h"
#include "../../guest/xen/time.h"
#include "../fake/fake.h"
#include <string.h>

static struct con *con;

static void begin(void)
{
	fake_begin();
	con = console_begin();
	check(con != NULL);
}

static void say(const char *text)
{
	con->write(con, text, strlen(text));
}

TEST(what_is_written_is_read)
{
	char line[101];
	begin();
	memset(line, '=', 100);
	line[100] = 0;
	for (int i = 0; i < 200; i++) /* ten times what the ring holds */
		say(line);
	console_flush(1000);
	check_u64(fake_console.n, 20000);
	fake_check_quiet();
}

TEST(nobody_reads)
{
	begin();
	fake_console.unread = true;
	uint64_t from = time_ms();
	for (int i = 0; i < 1000; i++)
		say("a line that nobody reads\r\n");
	/* One wait, not one for each line. */
	check(time_ms() - from >= 100 && time_ms() - from < 120);
	console_flush(500);
	check(time_ms() - from < 700);
	fake_console.unread = false;
	fake_sleep(1);
	say("here again");
	check(fake_said("here again"));
}

TEST(keys_come_in_order)
{
	begin();
	fake_type("abc");
	check_u64(con->byte(con, time_in_ms(10)), 'a');
	check_u64(con->byte(con, CON_FOREVER), 'b');
	check_u64(con->byte(con, 0), 'c');
	uint64_t from = time_ms();
	check(con->byte(con, 0) == -1);
	check(con->byte(con, time_in_ms(300)) == -1);
	check(time_ms() - from >= 300);
	fake_type_later(5000, "d");
	check_u64(con->byte(con, CON_FOREVER), 'd');
	check(time_ms() - from >= 5000);
}

TEST(a_lot_is_pasted)
{
	static char text[60001];
	begin();
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = (char)('a' + i % 26);
	fake_type(text);
	for (size_t i = 0; i < sizeof text - 1; i++)
		check_u64(con->byte(con, time_in_ms(100)), text[i]);
	check(con->byte(con, 0) == -1);
}

TEST(bytes_over_127_are_bytes)
{
	begin();
	fake_type("\xff\x80");
	check_u64(con->byte(con, time_in_ms(10)), 0xff);
	check_u64(con->byte(con, time_in_ms(10)), 0x80);
}

TEST(indices_that_make_no_sense)
{
	begin();
	shm_set_u32(fake_console_page, 3076, 50000); /* in_prod */
	check(con->byte(con, 0) == -1);
	fake_console.unread = true;
	shm_set_u32(fake_console_page, 3080, 12345); /* out_cons */
	uint64_t from = time_ms();
	say("x");
	check(time_ms() - from < 200);
}

TEST(no_console)
{
	fake_begin();
	fake.no_console = true;
	check(console_begin() == NULL);
	console_flush(100);
}

TEST(time_follows_the_counter)
{
	fake_begin();
	uint64_t from = time_ns();
	fake_sleep(1234);
	check(time_ns() - from >= 1234000000 && time_ns() - from < 1235000000);
	/* A stamp that lies ahead, as on another processor: the time stands, never jumps. */
	shm_set_u64(fake_shared, 40, fake.now_ns + 1000000);
	shm_set_u64(fake_shared, 48, 77);
	check_u64(time_ns(), 77);
	/* The counter has wrapped since the stamp. */
	shm_set_u64(fake_shared, 40, UINT64_MAX - 999);
	shm_set_u64(fake_shared, 48, 0);
	check(time_ns() >= fake.now_ns && time_ns() < fake.now_ns + 3000);
	/* For ever being updated: no hang. */
	shm_set_u32(fake_shared, 32, 1);
	time_ns();
}

TEST(the_wall_clock)
{
	fake_begin();
	check_u64(time_wall(), 0);
	shm_set_u32(fake_shared, 3076, 1000000);
	check_u64(time_wall(), 1000000 + time_ns() / 1000000000);
}
