/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "console.h"
#include "evtchn.h"
#include "machine.h"
#include "time.h"
#include "../start.h"

/* struct xencons_interface: Xen public/io/console.h. Indices run freely. */
enum {
	CONS_in = 0,
	CONS_out = 1024,
	CONS_in_cons = 3072,
	CONS_in_prod = 3076,
	CONS_out_cons = 3080,
	CONS_out_prod = 3084,
	IN_SIZE = 1024,
	OUT_SIZE = 2048,
};
enum { PATIENCE_MS = 100 };

struct console {
	struct con con;
	struct shm *ring; /* NULL: there is at most the peer */
	evtchn_port port;
	const struct console_peer *peer; /* or NULL */
	bool stuck; /* the reader took nothing for PATIENCE_MS: do not wait again */
};
static struct console console;

static uint32_t out_used(void)
{
	uint32_t used = shm_u32(console.ring, CONS_out_prod) - shm_u32(console.ring, CONS_out_cons);
	return used > OUT_SIZE ? OUT_SIZE : used;
}

/* Copy what fits; returns how much. */
static size_t out_copy(const char *p, size_t n)
{
	uint32_t prod = shm_u32(console.ring, CONS_out_prod);
	size_t room = OUT_SIZE - out_used();
	n = min_size(n, room);
	shm_fence();
	for (size_t i = 0; i < n; i++)
		shm_set_u8(console.ring, CONS_out + (prod + i) % OUT_SIZE, (uint8_t)p[i]);
	shm_fence();
	shm_set_u32(console.ring, CONS_out_prod, prod + (uint32_t)n);
	if (n)
		evtchn_notify(console.port);
	return n;
}

/* Wait until less than limit bytes are queued. */
static bool out_wait(uint32_t limit, uint64_t deadline_ms)
{
	while (time_ms() < deadline_ms) {
		evtchn_clear(console.port);
		if (out_used() < limit)
			return true;
		evtchn_wait(&console.port, 1, deadline_ms);
	}
	return out_used() < limit;
}

static void console_write(struct con *c, const char *p, size_t n)
{
	(void)c;
	if (console.peer)
		console.peer->write(p, n);
	if (!console.ring)
		return;
	while (n) { /* each turn copies something or gives up */
		size_t did = out_copy(p, n);
		p += did;
		n -= did;
		if (did)
			console.stuck = false;
		else if (console.stuck || !out_wait(OUT_SIZE, time_in_ms(PATIENCE_MS)))
			break;
	}
	console.stuck = n > 0;
}

static bool in_take(uint8_t *byte)
{
	uint32_t cons = shm_u32(console.ring, CONS_in_cons);
	uint32_t prod = shm_u32(console.ring, CONS_in_prod);
	if (prod == cons)
		return false;
	shm_fence();
	bool sane = prod - cons <= IN_SIZE;
	*byte = shm_u8(console.ring, CONS_in + cons % IN_SIZE);
	shm_fence();
	shm_set_u32(console.ring, CONS_in_cons, sane ? cons + 1 : prod);
	evtchn_notify(console.port);
	return sane;
}

static bool any_take(uint8_t *byte)
{
	return (console.ring && in_take(byte)) || (console.peer && console.peer->take(byte));
}

/* The channels that tell of input. */
static size_t in_ports(evtchn_port port[1 + CONSOLE_PEER_PORTS])
{
	size_t n = 0;
	if (console.ring)
		port[n++] = console.port;
	for (size_t i = 0; console.peer && i < console.peer->n_port; i++)
		port[n++] = console.peer->port[i];
	return n;
}

static int console_byte(struct con *c, uint64_t deadline_ms)
{
	evtchn_port port[1 + CONSOLE_PEER_PORTS];
	size_t n = in_ports(port);
	(void)c;
	for (;;) { /* until the deadline */
		uint8_t byte;
		for (size_t i = 0; i < n; i++)
			evtchn_clear(port[i]);
		if (any_take(&byte))
			return byte;
		if (time_ms() >= deadline_ms)
			return -1;
		evtchn_wait(port, n, deadline_ms);
	}
}

static uint64_t console_now(struct con *c)
{
	(void)c;
	return time_ms();
}

struct con *console_begin(void)
{
	console = (struct console){
		.con = { console_write, console_byte, console_now, 0, 0, NULL, 0, 0 },
		.ring = machine_console(),
		.port = start_get()->console_evtchn,
	};
	return console.ring ? &console.con : NULL;
}

struct con *console_join(const struct console_peer *peer)
{
	struct con *c = &console.con;
	console.peer = peer;
	c->rows_most = peer ? peer->rows : 0;
	c->cols_most = peer ? peer->cols : 0;
	if (!console.ring) { /* there is no terminal to ask */
		c->rows = c->rows_most;
		c->cols = c->cols_most;
	}
	return c;
}

void console_flush(uint64_t ms)
{
	if (console.ring)
		out_wait(1, time_in_ms(ms));
}
