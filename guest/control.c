/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control.h"
#include "guest.h"
#include "xen/store.h"
#include "xen/time.h"
#include "../core/base/str.h"

enum { LOOK_MS = 500 };
#define NODE "control/shutdown"

struct control {
	struct con con;
	struct con *inner;
	struct log *log;
	bool watching;
	uint64_t fired; /* watches, when we looked */
};
static struct control control;

static void obey(struct str word)
{
	static const struct {
		const char *word;
		enum shutdown_reason reason;
	} table[] = {
		{ "poweroff", SHUTDOWN_poweroff },
		{ "halt", SHUTDOWN_poweroff },
		{ "reboot", SHUTDOWN_reboot },
	};
	for (size_t i = 0; i < array_len(table); i++) {
		if (!str_eq(word, str_of(table[i].word)))
			continue;
		log_at(control.log, LOG_INFO, "dom0 asks for %s", table[i].word);
		if (store_write(NODE, ""))
			log_at(control.log, LOG_WARN, "xenstore: cannot acknowledge it");
		guest_stop(table[i].reason);
	}
	log_at(control.log, LOG_WARN, "dom0 asks for \"%.*s\": a boot loader cannot do that",
	       STR_ARG(word));
}

static void listen(void)
{
	char word[32];
	size_t n;
	uint64_t fired = control.watching ? store_fired() : control.fired;
	if (fired == control.fired)
		return;
	control.fired = fired;
	if (!store_read(NODE, word, sizeof word, &n) && n)
		obey((struct str){ word, n });
}

static void control_write(struct con *c, const char *p, size_t n)
{
	(void)c;
	control.inner->write(control.inner, p, n);
}

static int control_byte(struct con *c, uint64_t deadline_ms)
{
	(void)c;
	for (;;) { /* until the deadline */
		listen();
		uint64_t next = min_u64(deadline_ms, time_in_ms(LOOK_MS));
		int key = control.inner->byte(control.inner, next);
		if (key != -1 || time_ms() >= deadline_ms)
			return key;
	}
}

static uint64_t control_now(struct con *c)
{
	(void)c;
	return time_ms();
}

struct con *control_begin(struct con *con, struct log *log)
{
	control.watching = false;
	if (!con || store_watch(NODE))
		return con;
	control = (struct control){
		.con = { control_write, control_byte, control_now, con->rows, con->cols },
		.inner = con,
		.log = log,
		.watching = true,
	};
	return &control.con;
}

void control_end(void)
{
	if (control.watching)
		store_unwatch(NODE);
	control.watching = false;
}
