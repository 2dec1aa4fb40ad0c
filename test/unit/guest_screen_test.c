/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frame buffer and the keyboard, with back ends of every temper. */
#include "../../guest/mem.h"
#include "../../guest/screen.h"
#include "../../guest/xen/console.h"
#include "../../guest/xen/grant.h"
#include "../../guest/xen/store.h"
#include "../../guest/xen/time.h"
#include "../fake/fake.h"
#include <string.h>

enum { CODE_A = 30, CODE_ENTER = 28, CODE_UP = 103, CODE_SHIFT = 42 };
enum { MOST_MS = 2000 }; /* what a screen may cost */
static struct con *con;
static struct str before; /* what is ours in xenstore */
static uint64_t unused;	  /* pages */

static struct str ours(void)
{
	struct str all = fake_dump();
	const char *from = all.n ? memmem(all.p, all.n, "/local/domain/1/", 16) : NULL;
	return from ? (struct str){ from, all.n - (size_t)(from - all.p) } : STR("");
}

static void begin(void)
{
	fake_begin();
	con = console_begin();
	store_begin(test_log());
	check_ok(grant_begin());
}

static void start(void)
{
	before = ours();
	unused = mem_unused();
	struct con *c = screen_begin(test_log());
	con = c ? c : con;
}

static void honest(void)
{
	begin();
	fake_screen_add();
	start();
	check(fake_screen.connects == 2);
}

/* Nothing of ours is left in xenstore, and no page is missing. */
static void end(void)
{
	screen_end();
	check(str_eq(ours(), before));
	check_u64(mem_unused(), unused);
	store_end();
	fake_check_quiet();
}

static void say(const char *text)
{
	con->write(con, text, strlen(text));
	fake_sleep(1); /* the other side looks */
}

TEST(what_is_written_is_seen_on_both)
{
	honest();
	check(!con->rows && con->rows_most == 30 && con->cols_most == 80);
	say("\x1b[2J\x1b[3;1Hhello, \x1b[7mworld\x1b[0m");
	check_str(str_of(fake_screen_row(2)), "hello, world");
	check_str(str_of(fake_screen_row(0)), "");
	check(fake_said("hello, "));
	end();
	check(!fake_screen.fb && !fake_screen.kbd);
	say("to the console only");
	check(fake_said("to the console only"));
}

TEST(keys_come_from_both)
{
	honest();
	fake_type_later(10, "b");
	fake_screen_type_later(20, CODE_A);
	fake_screen_type_later(30, CODE_UP);
	fake_type_later(40, "\r");
	const char *want = "ba\x1b[A\r";
	for (size_t i = 0; want[i]; i++)
		check_u64(con->byte(con, CON_FOREVER), want[i]);
	check(con->byte(con, 0) == -1);
	uint64_t from = time_ms();
	fake_screen_type_later(10, CODE_SHIFT); /* a key that types nothing */
	check(con->byte(con, time_in_ms(300)) == -1);
	check(time_ms() - from >= 300);
	end();
}

TEST(many_keys)
{
	honest();
	for (size_t i = 0; i < 60; i++) { /* around the ring's end, each when it has come */
		fake_screen_type_later(1, CODE_A);
		check_u64(con->byte(con, CON_FOREVER), 'a');
	}
	for (size_t i = 0; i < 4; i++)
		fake_screen_type_later(1, CODE_ENTER);
	for (size_t i = 0; i < 4; i++)
		check_u64(con->byte(con, CON_FOREVER), '\r');
	end();
}

TEST(only_what_changed_is_told)
{
	honest();
	say("\x1b[10;10H");
	unsigned told = fake_screen.updates;
	size_t dots = fake_screen.updated;
	say("x\x1b[10;10H"); /* one letter, and the cursor where it was */
	check_u64(fake_screen.updates, told + 1);
	check_u64(fake_screen.updated, dots + 8 * 16);
	say("\x1b[10;10H");
	say("\x1b[10;10Hx\x1b[10;10H");
	check_u64(fake_screen.updates, told + 1);
	end();
}

TEST(nothing_is_told_unasked)
{
	begin();
	fake_screen_add();
	fake_screen.unasked = true;
	start();
	say("hello");
	check_str(str_of(fake_screen_row(0)), "hello");
	check_u64(fake_screen.updates, 0);
	end();
}

TEST(a_back_end_that_takes_nothing_sees_all_later)
{
	honest();
	fake_screen.deaf = true;
	uint64_t from = time_ms();
	for (int i = 0; i < 200; i++) /* more than the ring holds */
		con->write(con, i % 2 ? "\x1b[5;5Ha" : "\x1b[6;6Hb", 7);
	con->write(con, "\x1b[30;1Hz", 8);
	check_u64(time_ms(), from);
	fake_screen.deaf = false;
	fake_screen_type_later(10, CODE_A);
	check_u64(con->byte(con, CON_FOREVER), 'a');
	size_t dots = fake_screen.updated;
	check_str(str_of(fake_screen_row(29)), "z");
	fake_screen_type_later(10, CODE_A);
	con->byte(con, CON_FOREVER);
	check(dots > 8 * 16 * 51); /* with the last: the rectangle around all that it missed */
	end();
}

TEST(a_vfb_without_a_keyboard)
{
	begin();
	fake_screen.no_keyboard = true;
	fake_screen_add();
	start();
	say("hello");
	check_str(str_of(fake_screen_row(0)), "hello");
	fake_type_later(10, "k");
	check_u64(con->byte(con, CON_FOREVER), 'k');
	end();
}

TEST(a_vfb_without_another_console)
{
	begin();
	fake_screen_add();
	fake.no_console = true;
	con = console_begin();
	check(con == NULL);
	start();
	check(con != NULL && con->rows == 30 && con->cols == 80);
	say("hello");
	check_str(str_of(fake_screen_row(0)), "hello");
	fake_screen_type_later(10, CODE_A);
	check_u64(con->byte(con, CON_FOREVER), 'a');
	end();
	say("nowhere");
}

TEST(no_console_and_no_keys_is_no_console)
{
	begin();
	fake_screen.no_keyboard = true;
	fake_screen_add();
	fake.no_console = true;
	console_begin();
	con = NULL;
	start();
	check(con == NULL);
	end();
}

TEST(no_vfb)
{
	begin();
	start();
	check(test_logged("this domain has no frame buffer"));
	check_u64(fake_ms(), 0);
	end();
}

/* Whatever the back end does, the console goes on, and little time passes. */
static void in_time(void)
{
	uint64_t from = fake_ms();
	start();
	check(fake_ms() - from <= MOST_MS);
	fake_type_later(10, "k");
	say("hello");
	check(fake_said("hello"));
	check_u64(con->byte(con, CON_FOREVER), 'k');
}

TEST(a_back_end_that_never_comes)
{
	begin();
	fake_screen_add();
	fake_screen.absent = true;
	fake_sleep(1);
	in_time();
	check(test_logged("vfb 0: the back end is in state 1"));
	end(); /* nothing was written, nothing has to be taken back */
}

TEST(a_back_end_that_never_connects)
{
	begin();
	fake_screen_add();
	fake_screen.never = true;
	in_time();
	check(test_logged("vfb 0: the back end is in state 2"));
	screen_end();
	check(str_eq(ours(), before));
	check(mem_unused() < unused); /* it might still map the pages: they are left to it */
	store_end();
	fake_check_quiet();
}

TEST(a_back_end_that_is_slow)
{
	begin();
	fake_screen_add();
	fake_screen.late_ms = 400;
	in_time();
	check(fake_screen.connects == 2);
	check_str(str_of(fake_screen_row(0)), "hello");
	end();
}

TEST(a_back_end_that_dies)
{
	begin();
	fake_screen_add();
	in_time();
	fake_screen.deaf = fake_screen.deserts = true;
	uint64_t from = fake_ms();
	for (int i = 0; i < 100; i++)
		say("nobody looks\r\n");
	check(fake_ms() - from <= 200);
	from = fake_ms();
	screen_end();
	check(fake_ms() - from <= 3100);
	check(str_eq(ours(), before));
	check(test_logged("vfb 0: the back end may still use its pages"));
	check(mem_unused() < unused);
	store_end();
	fake_check_quiet();
}

TEST(a_back_end_that_lies)
{
	begin();
	fake_screen_add();
	fake_screen.liar = true;
	in_time();
	for (int i = 0; i < 100; i++) {
		say("who believes that?\r\n");
		con->byte(con, time_in_ms(1));
	}
	check_u64(fake_screen.updates, 0);
	end();
}

TEST(a_device_that_was_left_half_closed)
{
	static const char *const states[] = { "4", "5", "6" };
	for (size_t i = 0; i < array_len(states); i++) {
		begin();
		fake_screen_add();
		before = ours();
		unused = mem_unused();
		fake_set("/local/domain/1/device/vfb/0/state", states[i]);
		fake_set("/local/domain/1/device/vfb/0/page-ref", "77");
		con = screen_begin(test_log());
		check(con != NULL && fake_screen.connects == 2);
		end();
	}
}

/* Whatever is refused, the console goes on and nothing is left behind. */
static bool one_failure(unsigned *countdown, unsigned n)
{
	begin();
	fake_screen_add();
	*countdown = n;
	in_time();
	screen_end();
	bool happened = *countdown == 0;
	*countdown = 0;
	store_end();
	fake_check_quiet();
	return happened;
}

TEST(every_page_that_is_not_there)
{
	unsigned n = 1;
	while (one_failure(&fake.fail_pages, n))
		n++;
	check(n > 2 && n < 10);
}
TEST(every_channel_that_is_refused)
{
	unsigned n = 1;
	while (one_failure(&fake.fail_alloc_port, n))
		n++;
	check_u64(n, 3);
}
TEST(every_request_that_xenstore_refuses)
{
	unsigned n = 1;
	while (one_failure(&fake_store.fail, n))
		n++;
	check(n > 30 && n < 200);
}
