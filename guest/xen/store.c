/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store.h"
#include "evtchn.h"
#include "machine.h"
#include "time.h"
#include "../start.h"
#include "../../core/base/fmt.h"
#include "../../core/base/rd.h"
#include "../../core/base/str.h"
#include <string.h>

/* struct xenstore_domain_interface and xsd_sockmsg: Xen public/io/xs_wire.h. */
enum {
	XS_req = 0,
	XS_rsp = 1024,
	XS_req_cons = 2048,
	XS_req_prod = 2052,
	XS_rsp_cons = 2056,
	XS_rsp_prod = 2060,
	XS_RING = 1024,
	HEADER = 16,
};
enum xs_type {
	XS_DIRECTORY = 1,
	XS_READ = 2,
	XS_WATCH = 4,
	XS_UNWATCH = 5,
	XS_WRITE = 11,
	XS_RM = 13,
	XS_WATCH_EVENT = 15,
	XS_ERROR = 16,
	XS_RESET_WATCHES = 21,
};
enum { ANSWER_MS = 5000, LEFTOVERS = 64 };

struct message {
	uint32_t type, req_id, len;
};
struct store {
	struct shm *ring; /* NULL: none, or given up */
	evtchn_port port;
	struct log *log;
	uint32_t last_id;
	size_t events; /* watches that fired and were not waited for */
	uint64_t fired;
	uint64_t deadline_ms;
	uint8_t payload[STORE_PAYLOAD]; /* of the last message */
};
static struct store store;

void store_begin(struct log *log)
{
	store = (struct store){
		.ring = machine_store(),
		.port = start_get()->store_evtchn,
		.log = log,
	};
}

/* Nothing can be trusted after this, so nobody waits for it again. */
static enum err give_up(const char *why)
{
	log_at(store.log, LOG_ERROR, "xenstore: %s", why);
	store.ring = NULL;
	return ERR_IO;
}

/* Wait while the two indices are want apart; ERR_IO when they make no sense or time is up. */
static enum err ring_wait(size_t prod, size_t cons, uint32_t want, uint32_t *have)
{
	for (;;) { /* until the deadline */
		evtchn_clear(store.port);
		*have = shm_u32(store.ring, prod) - shm_u32(store.ring, cons);
		if (*have > XS_RING)
			return give_up("the ring's indices make no sense");
		if (*have != want)
			return OK;
		if (time_ms() >= store.deadline_ms)
			return ERR_CANCEL;
		evtchn_wait(&store.port, 1, store.deadline_ms);
	}
}

static enum err ring_send(const void *from, size_t n)
{
	const uint8_t *p = from;
	while (n) { /* each turn sends something or fails */
		uint32_t used;
		if (ring_wait(XS_req_prod, XS_req_cons, XS_RING, &used))
			return give_up("requests are not taken");
		uint32_t prod = shm_u32(store.ring, XS_req_prod);
		size_t now = min_size(n, XS_RING - used);
		shm_fence();
		for (size_t i = 0; i < now; i++)
			shm_set_u8(store.ring, XS_req + (prod + i) % XS_RING, p[i]);
		shm_fence();
		shm_set_u32(store.ring, XS_req_prod, prod + (uint32_t)now);
		evtchn_notify(store.port);
		p += now;
		n -= now;
	}
	return OK;
}

/* n bytes of a message that has begun. */
static enum err ring_receive(void *to, size_t n)
{
	uint8_t *p = to;
	while (n) { /* each turn receives something or fails */
		uint32_t used;
		try(ring_wait(XS_rsp_prod, XS_rsp_cons, 0, &used));
		uint32_t cons = shm_u32(store.ring, XS_rsp_cons);
		size_t now = min_size(n, used);
		shm_fence();
		for (size_t i = 0; i < now; i++)
			p[i] = shm_u8(store.ring, XS_rsp + (cons + i) % XS_RING);
		shm_fence();
		shm_set_u32(store.ring, XS_rsp_cons, cons + (uint32_t)now);
		evtchn_notify(store.port);
		p += now;
		n -= now;
	}
	return OK;
}

/* The next message, its payload in store.payload. ERR_CANCEL: none before the deadline. */
static enum err message_receive(struct message *m)
{
	uint8_t raw[HEADER];
	uint32_t used;
	try(ring_wait(XS_rsp_prod, XS_rsp_cons, 0, &used));
	/* What has begun to arrive is taken as a whole. */
	if (store.deadline_ms < time_in_ms(ANSWER_MS))
		store.deadline_ms = time_in_ms(ANSWER_MS);
	if (ring_receive(raw, sizeof raw))
		return store.ring ? give_up("an answer breaks off") : ERR_IO;
	struct rd r = rd_of(raw, sizeof raw);
	m->type = rd_le32(&r);
	m->req_id = rd_le32(&r);
	rd_skip(&r, 4); /* tx_id */
	m->len = rd_le32(&r);
	if (m->len > sizeof store.payload)
		return give_up("an answer is over 4096 bytes long");
	if (ring_receive(store.payload, m->len))
		return store.ring ? give_up("an answer breaks off") : ERR_IO;
	if (m->type == XS_WATCH_EVENT) {
		store.events++;
		store.fired++;
	}
	return OK;
}

static void put_le32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static enum err request_send(enum xs_type type, struct span a, struct span b)
{
	uint8_t header[HEADER] = { 0 };
	put_le32(header, type);
	put_le32(header + 4, ++store.last_id);
	put_le32(header + 12, (uint32_t)(a.n + b.n));
	try(ring_send(header, sizeof header));
	try(ring_send(a.p, a.n));
	return ring_send(b.p, b.n);
}

/* An error is a name in text: Xen public/io/xs_wire.h. */
static enum err error_code(struct str name)
{
	static const struct {
		const char *name;
		enum err e;
	} table[] = {
		{ "ENOENT", ERR_NOENT },
		{ "E2BIG", ERR_LIMIT },
		{ "ENOMEM", ERR_NOMEM },
		{ "ENOSPC", ERR_LIMIT },
	};
	for (size_t i = 0; i < array_len(table); i++)
		if (str_eq(name, str_of(table[i].name)))
			return table[i].e;
	return ERR_IO;
}

/* One request and its answer: a and b one after the other are the payload. */
static enum err ask(enum xs_type type, struct span a, struct span b, struct span *answer)
{
	struct message m;
	if (!store.ring)
		return ERR_IO;
	if (a.n + b.n > STORE_PAYLOAD)
		return ERR_LIMIT;
	store.deadline_ms = time_in_ms(ANSWER_MS);
	try(request_send(type, a, b));
	do { /* until the deadline: foreign answers and events pass by */
		enum err e = message_receive(&m);
		if (e)
			return e == ERR_CANCEL ? give_up("no answer within 5 s") : e;
	} while (m.type == XS_WATCH_EVENT || m.req_id != store.last_id);
	*answer = (struct span){ store.payload, m.len };
	if (m.type != XS_ERROR)
		return m.type == type ? OK : give_up("an answer is of another kind");
	if (m.len && !store.payload[m.len - 1])
		m.len--;
	return error_code((struct str){ (const char *)store.payload, m.len });
}

/* A C string's bytes, with its NUL. */
static struct span bytes_z(const char *z)
{
	return (struct span){ (const uint8_t *)z, str_of(z).n + 1 };
}

static enum err answer_copy(struct span from, char *buf, size_t cap, size_t *n)
{
	if (from.n >= cap)
		return ERR_LIMIT;
	memcpy(buf, from.p, from.n);
	buf[from.n] = 0;
	*n = from.n;
	return OK;
}

enum err store_read(const char *path, char *buf, size_t cap, size_t *n)
{
	struct span answer;
	try(ask(XS_READ, bytes_z(path), (struct span){ 0 }, &answer));
	return answer_copy(answer, buf, cap, n);
}

enum err store_read_u64(const char *path, uint64_t *v)
{
	char buf[32];
	size_t n;
	try(store_read(path, buf, sizeof buf, &n));
	return str_u64((struct str){ buf, n }, v) ? OK : ERR_CORRUPT;
}

enum err store_write(const char *path, const char *value)
{
	struct span answer, text = bytes_z(value);
	text.n--;
	return ask(XS_WRITE, bytes_z(path), text, &answer);
}

enum err store_write_u64(const char *path, uint64_t v)
{
	char buf[24];
	fmt_to(buf, sizeof buf, "%llu", (unsigned long long)v);
	return store_write(path, buf);
}

enum err store_remove(const char *path)
{
	struct span answer;
	enum err e = ask(XS_RM, bytes_z(path), (struct span){ 0 }, &answer);
	return e == ERR_NOENT ? OK : e;
}

enum err store_list(const char *path, char *buf, size_t cap, size_t *n)
{
	struct span answer;
	try(ask(XS_DIRECTORY, bytes_z(path), (struct span){ 0 }, &answer));
	return answer_copy(answer, buf, cap, n);
}

enum err store_watch(const char *path)
{
	struct span answer;
	return ask(XS_WATCH, bytes_z(path), bytes_z("domboot"), &answer);
}

void store_unwatch(const char *path)
{
	struct span answer;
	/* It fails only together with xenstore, and then there is nothing to undo. */
	enum err e = ask(XS_UNWATCH, bytes_z(path), bytes_z("domboot"), &answer);
	(void)e;
}

bool store_wait(uint64_t deadline_ms)
{
	struct message m;
	if (!store.ring) {
		evtchn_wait(NULL, 0, deadline_ms);
		return false;
	}
	store.deadline_ms = deadline_ms;
	while (!store.events) /* each turn takes a message or ends it */
		if (message_receive(&m))
			return false;
	store.events = 0;
	return true;
}

/* Messages that nobody has asked for. */
static void take_leftovers(void)
{
	struct message m;
	for (int i = 0; store.ring && i < LEFTOVERS; i++) {
		store.deadline_ms = 0;
		if (message_receive(&m))
			break;
	}
}

uint64_t store_fired(void)
{
	take_leftovers();
	return store.fired;
}

void store_end(void)
{
	struct span answer;
	enum err e = ask(XS_RESET_WATCHES, (struct span){ (const uint8_t *)"", 1 },
			 (struct span){ 0 }, &answer);
	take_leftovers();
	(void)e; /* an old xenstore does not know the request, and we have no watches left */
}
