/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The xenstore client against a xenstored that is slow, talkative or broken. */
#include "../../guest/xen/store.h"
#include "../../guest/xen/time.h"
#include "../fake/fake.h"
#include <string.h>

static char buf[STORE_PAYLOAD + 1];
static size_t n;

static void begin(void)
{
	fake_begin();
	fake_set("/local/domain/1/name", "guest");
	fake_set("/local/domain/0/name", "Domain-0");
	store_begin(test_log());
}

static void end(void)
{
	store_end();
	fake_check_quiet();
}

TEST(values_are_read_and_written)
{
	begin();
	check_ok(store_read("name", buf, sizeof buf, &n));
	check_str(str_of(buf), "guest");
	check_ok(store_read("/local/domain/0/name", buf, sizeof buf, &n));
	check_str(str_of(buf), "Domain-0");
	check_ok(store_write("data/report", "hello"));
	check_str(str_of(fake_get("/local/domain/1/data/report")), "hello");
	check_ok(store_write_u64("data/number", UINT64_MAX));
	uint64_t v;
	check_ok(store_read_u64("data/number", &v));
	check_u64(v, UINT64_MAX);
	check_err(store_read_u64("data/report", &v), ERR_CORRUPT);
	end();
}

TEST(what_is_not_there)
{
	begin();
	check_err(store_read("none", buf, sizeof buf, &n), ERR_NOENT);
	check_err(store_list("none", buf, sizeof buf, &n), ERR_NOENT);
	check_ok(store_remove("none"));
	end();
}

TEST(removing_takes_what_lies_below)
{
	begin();
	check_ok(store_write("a/b", "1"));
	check_ok(store_write("a/b/c", "2"));
	check_ok(store_remove("a/b"));
	check(!fake_get("/local/domain/1/a/b/c"));
	end();
}

TEST(names_of_a_directory)
{
	begin();
	check_ok(store_write("device/vbd/51712/state", "1"));
	check_ok(store_write("device/vbd/51728/state", "1"));
	check_ok(store_list("device/vbd", buf, sizeof buf, &n));
	check_u64(n, 12);
	check(!memcmp(buf, "51712\00051728\0", 12));
	end();
}

TEST(a_value_longer_than_the_ring)
{
	char big[3000];
	begin();
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = 0;
	check_ok(store_write("big", big));
	check_ok(store_read("big", buf, sizeof buf, &n));
	check_u64(n, sizeof big - 1);
	check(!memcmp(buf, big, n));
	/* More than the buffer holds, and more than a message may carry. */
	check_err(store_read("big", buf, 100, &n), ERR_LIMIT);
	memset(buf, 'y', STORE_PAYLOAD);
	buf[STORE_PAYLOAD] = 0;
	check_err(store_write("big", buf), ERR_LIMIT);
	end();
}

TEST(answers_to_somebody_else_are_passed_over)
{
	begin();
	fake_store.foreign = 3;
	fake_store.flood = 20;
	check_ok(store_read("name", buf, sizeof buf, &n));
	check_str(str_of(buf), "guest");
	check_ok(store_write("x", "y"));
	fake_store.foreign = fake_store.flood = 0;
	end();
}

TEST(a_refusal_is_an_error_and_not_the_end)
{
	begin();
	fake_store.fail = 1;
	check_err(store_read("name", buf, sizeof buf, &n), ERR_IO);
	check_ok(store_read("name", buf, sizeof buf, &n));
	end();
}

TEST(no_answer_is_given_up_after_five_seconds)
{
	begin();
	fake_store.mute = true;
	uint64_t from = time_ms();
	check_err(store_read("name", buf, sizeof buf, &n), ERR_IO);
	check(time_ms() - from >= 5000 && time_ms() - from < 5100);
	check(test_logged("xenstore: no answer within 5 s"));
	/* And then nobody waits again. */
	from = time_ms();
	check_err(store_write("x", "y"), ERR_IO);
	check(time_ms() - from < 10);
	check(!store_wait(time_in_ms(100)));
	check(time_ms() - from >= 100);
	store_end();
}

TEST(requests_that_nobody_takes)
{
	begin();
	fake_store.deaf = true;
	memset(buf, 'z', 2000);
	buf[2000] = 0;
	check_err(store_write("x", buf), ERR_IO);
	check(test_logged("xenstore: requests are not taken"));
	store_end();
}

TEST(an_answer_that_is_too_long)
{
	begin();
	fake_store.long_answer = 1;
	check_err(store_read("name", buf, sizeof buf, &n), ERR_IO);
	check(test_logged("over 4096 bytes"));
	store_end();
}

TEST(indices_that_make_no_sense)
{
	begin();
	fake_store.bad_index = 1;
	check_ok(store_read("name", buf, sizeof buf, &n) == ERR_IO ? OK : ERR_CORRUPT);
	store_end();
}

TEST(a_domain_without_xenstore)
{
	begin();
	fake_store_page = NULL;
	store_begin(test_log());
	check_err(store_read("name", buf, sizeof buf, &n), ERR_IO);
	store_end();
}

TEST(a_watch_fires_once_at_once_and_then_for_changes)
{
	begin();
	check_ok(store_watch("device"));
	check(store_wait(time_in_ms(1000)));
	uint64_t from = time_ms();
	check(!store_wait(time_in_ms(500)));
	check(time_ms() - from >= 500);
	fake_set("/local/domain/1/device/vbd/1/state", "2");
	check(store_wait(time_in_ms(500)));
	fake_set("/local/domain/1/other", "2");
	check(!store_wait(time_in_ms(500)));
	store_unwatch("device");
	end();
}

TEST(a_watch_that_was_forgotten_is_reset)
{
	begin();
	check_ok(store_watch("device"));
	fake_set("/local/domain/1/device/x", "1");
	end();
}
