/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake's block back ends, honest and otherwise. */
#include "fake.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISKS = 64, SLOTS = 32, ENTRY = 112, ENTRIES = 64, SEGMENTS = 11 };
enum { OP_READ = 0, OP_WRITE = 1, OP_FLUSH = 3 };
enum { REQ_PROD = 0, REQ_EVENT = 4, RSP_PROD = 8, RSP_EVENT = 12 };

struct job {
	uint64_t id, sector, due_ns;
	uint8_t op, n;
	struct {
		uint32_t ref;
		uint8_t first, last;
	} seg[SEGMENTS];
};
struct back {
	struct fake_disk disk; /* first: what the test holds */
	char back[64], front[64];
	struct shm *ring;
	uint16_t dom;
	uint32_t ring_ref, port, req_cons, rsp_prod;
	uint64_t failing; /* the sector of the n-th request; and whether there is one */
	bool fails;
	struct job job[SLOTS];
	size_t n;
	unsigned answers;
	bool dead, stays_closed;
	uint64_t wake_ns; /* when it leaves state 1 */
};
static struct back backs[DISKS];
static size_t n_backs;

void fake_disks_begin(void)
{
	n_backs = 0;
}

uint8_t fake_byte(uint32_t vbd, uint64_t off)
{
	return (uint8_t)(off * 7 + (off >> 9) * 31 + (off >> 21) + vbd);
}

/* --- xenstore ---------------------------------------------------------------------- */

static const char *at(const char *dir, const char *key)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", dir, key);
	return path;
}

static void set_state(struct back *b, enum bus_state s)
{
	fake_setf(at(b->back, "state"), "%d", s);
}

/* Where the back end lives, and what it says of itself. */
static void back_publish(struct back *b, uint16_t dom)
{
	b->dom = dom;
	snprintf(b->back, sizeof b->back, "/local/domain/%d/backend/vbd/1/%u", dom, b->disk.vbd);
	fake_set(at(b->front, "backend"), b->back);
	fake_setf(at(b->front, "backend-id"), "%d", dom);
	fake_set(at(b->back, "online"), "1");
	fake_set(at(b->back, "params"), "/dev/loop0");
	set_state(b, BUS_INIT_WAIT);
}

struct fake_disk *fake_disk_of(uint16_t dom, uint32_t vbd, const char *dev, uint64_t sectors)
{
	check(n_backs < DISKS);
	struct back *b = &backs[n_backs++];
	*b = (struct back){ .disk = { .vbd = vbd, .sectors = sectors, .sector_size = 512 } };
	snprintf(b->front, sizeof b->front, "/local/domain/1/device/vbd/%u", vbd);
	fake_set(at(b->front, "state"), "1");
	fake_set(at(b->front, "device-type"), "disk");
	fake_set(at(b->front, "protocol"), "x86_64-abi");
	back_publish(b, dom);
	if (dev)
		fake_set(at(b->back, "dev"), dev);
	return &b->disk;
}

struct fake_disk *fake_disk(uint32_t vbd, const char *dev, uint64_t sectors)
{
	return fake_disk_of(0, vbd, dev, sectors);
}

static void disconnect(struct back *b)
{
	if (b->ring)
		fake_grant_use(b->ring_ref, false);
	if (b->disk.lie == LIE_HOLD) /* it lets go at last */
		for (uint32_t ref = 8; ref < 2048; ref++)
			fake_grant_use(ref, false);
	b->ring = NULL;
	b->n = 0;
	b->disk.connected = false;
}

static void connect(struct back *b)
{
	const char *protocol = fake_get(at(b->front, "protocol"));
	check(protocol && !strcmp(protocol, "x86_64-abi"));
	b->ring_ref = (uint32_t)fake_get_u64(at(b->front, "ring-ref"));
	b->port = (uint32_t)fake_get_u64(at(b->front, "event-channel"));
	b->ring = fake_granted(b->dom, b->ring_ref);
	check(b->ring && fake_port_open(b->port) && fake_port_remote(b->port) == b->dom);
	check(!fake_get(at(b->front, "ring-page-order")));
	fake_grant_use(b->ring_ref, true);
	b->req_cons = b->rsp_prod = b->answers = 0;
	b->dead = false;
	b->disk.connected = true;
	fake_setf(at(b->back, "sectors"), "%llu", (unsigned long long)b->disk.sectors);
	fake_setf(at(b->back, "sector-size"), "%u", b->disk.sector_size);
	fake_set(at(b->back, "info"), b->disk.readonly ? "4" : "0");
	fake_set(at(b->back, "mode"), b->disk.readonly ? "r" : "w");
	fake_set(at(b->back, "feature-flush-cache"), b->disk.no_flush ? "0" : "1");
	set_state(b, BUS_CONNECTED);
}

/* What Linux's back end does when the front end changes its state. */
static void front_changed(struct back *b)
{
	switch (fake_get_u64(at(b->front, "state"))) {
	case BUS_INITIALISED:
	case BUS_CONNECTED:
		if (!b->disk.connected && !b->disk.never && fake_ms() >= b->disk.never_ms)
			connect(b);
		break;
	case BUS_CLOSING:
		set_state(b, BUS_CLOSING);
		break;
	case BUS_CLOSED:
		disconnect(b);
		set_state(b, BUS_CLOSED);
		break;
	case BUS_INITIALISING:
		if (fake_get_u64(at(b->back, "state")) == BUS_CLOSED && !b->stays_closed)
			set_state(b, BUS_INIT_WAIT);
		break;
	}
}

void fake_disks_see(const char *path)
{
	for (size_t i = 0; i < n_backs; i++) {
		struct back *b = &backs[i];
		if (!strcmp(path, at(b->front, "state")) && fake_get(at(b->back, "state")))
			front_changed(b);
	}
}

/* --- requests ------------------------------------------------------------------------ */

static void die(struct back *b)
{
	b->dead = true;
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < b->job[i].n; k++)
			fake_grant_use(b->job[i].seg[k].ref, false);
	b->n = 0;
	if (b->disk.silent)
		return;
	disconnect(b);
	b->disk.dies = b->disk.dies_again;
	b->disk.dies_again = 0;
	b->stays_closed = b->disk.offline;
	if (b->disk.vanishes || b->disk.moves)
		fake_remove(b->back);
	else
		set_state(b, BUS_CLOSING);
	if (b->disk.moves)
		back_publish(b, b->disk.moves);
}

static void job_read(struct back *b, struct job *j)
{
	size_t entry = ENTRIES + b->req_cons++ % SLOTS * ENTRY;
	*j = (struct job){ .due_ns = fake.now_ns + b->disk.delay_ms * 1000000 };
	j->op = shm_u8(b->ring, entry);
	j->n = shm_u8(b->ring, entry + 1);
	j->id = shm_u64(b->ring, entry + 8);
	j->sector = shm_u64(b->ring, entry + 16);
	check(j->op == OP_FLUSH ? j->n == 0 : j->op <= OP_WRITE && j->n > 0 && j->n <= SEGMENTS);
	check(j->op == OP_READ || !b->disk.readonly);
	for (size_t i = 0; i < j->n; i++) {
		size_t seg = entry + 24 + i * 8;
		j->seg[i].ref = shm_u32(b->ring, seg);
		j->seg[i].first = shm_u8(b->ring, seg + 4);
		j->seg[i].last = shm_u8(b->ring, seg + 5);
		check(j->seg[i].first <= j->seg[i].last && j->seg[i].last < 8);
		check(fake_granted(b->dom, j->seg[i].ref) != NULL);
		fake_grant_use(j->seg[i].ref, true);
	}
	b->disk.requests++;
	b->disk.writes += j->op == OP_WRITE;
	b->disk.flushes += j->op == OP_FLUSH;
	b->disk.segments += j->n;
	if (b->disk.fail && !--b->disk.fail) {
		b->fails = true;
		b->failing = j->sector;
	}
}

/* Take what was pushed; as ring.h's RING_FINAL_CHECK_FOR_REQUESTS. */
static bool take_requests(struct back *b)
{
	bool did = false;
	while (!b->dead && b->req_cons != shm_u32(b->ring, REQ_PROD)) {
		check(shm_u32(b->ring, REQ_PROD) - b->req_cons <= SLOTS && b->n < SLOTS);
		job_read(b, &b->job[b->n++]);
		if (b->n > b->disk.most_in_flight)
			b->disk.most_in_flight = (unsigned)b->n;
		did = true;
		if (b->disk.dies && !--b->disk.dies)
			die(b);
	}
	if (!b->dead)
		shm_set_u32(b->ring, REQ_EVENT, b->req_cons + 1);
	return did;
}

static uint8_t disk_byte(const struct back *b, uint64_t off)
{
	check(off < b->disk.sectors * 512);
	return b->disk.image ? b->disk.image[off] : fake_byte(b->disk.vbd, off);
}

static void job_copy(struct back *b, const struct job *j)
{
	uint64_t off = j->sector * 512;
	for (size_t i = 0; i < j->n; i++) {
		uint8_t *page = fake_granted(b->dom, j->seg[i].ref);
		check(page != NULL);
		for (size_t k = j->seg[i].first * 512u; k < (j->seg[i].last + 1) * 512u; k++) {
			if (j->op == OP_READ) {
				page[k] = disk_byte(b, off++);
				continue;
			}
			check(b->disk.image && off < b->disk.sectors * 512);
			b->disk.image[off++] = page[k];
		}
		if (b->disk.lie != LIE_HOLD)
			fake_grant_use(j->seg[i].ref, false);
	}
}

/* Whether this one ends well. What does not is not carried out either. */
static bool job_ends_well(struct back *b, const struct job *j)
{
	unsigned *bad = j->op == OP_WRITE   ? &b->disk.bad_writes
			: j->op == OP_FLUSH ? &b->disk.bad_flushes
					    : &b->disk.errors;
	if (b->fails && j->sector == b->failing)
		return false;
	return !*bad || !(*bad)--;
}

static void put_response(struct back *b, uint64_t id, uint8_t op, int status)
{
	size_t entry = ENTRIES + b->rsp_prod % SLOTS * ENTRY;
	shm_set_u64(b->ring, entry, id);
	shm_set_u8(b->ring, entry + 8, op);
	shm_set_u16(b->ring, entry + 10, (uint16_t)status);
	uint32_t old = b->rsp_prod++;
	shm_set_u32(b->ring, RSP_PROD, b->rsp_prod);
	if (b->rsp_prod - shm_u32(b->ring, RSP_EVENT) < b->rsp_prod - old) {
		b->disk.kicks++;
		fake_raise(b->port);
	}
}

static void lie(struct back *b, uint64_t id)
{
	switch (b->disk.lie) {
	case LIE_ID:
		put_response(b, id + 32, 0, 0);
		break;
	case LIE_TWICE:
		put_response(b, id, 0, 0);
		put_response(b, id, 0, 0);
		break;
	case LIE_OP:
		put_response(b, id, 3, 0);
		break;
	case LIE_STATUS:
		put_response(b, id, 0, 77);
		break;
	case LIE_JUMP:
		b->rsp_prod += 1000;
		put_response(b, id, 0, 0);
		break;
	case LIE_BACK:
		b->rsp_prod -= 2;
		put_response(b, id, 0, 0);
		break;
	case LIE_HOLD:
	case LIE_NONE:
		put_response(b, id, 0, 0);
	}
	fake_raise(b->port);
}

static bool answer_one(struct back *b)
{
	size_t i = b->disk.reverse && b->n ? b->n - 1 : 0;
	if (!b->n || b->job[i].due_ns > fake.now_ns)
		return false;
	struct job j = b->job[i];
	memmove(&b->job[i], &b->job[i + 1], (b->n - i - 1) * sizeof j);
	b->n--;
	bool well = job_ends_well(b, &j);
	if (well)
		job_copy(b, &j);
	else
		for (size_t k = 0; k < j.n; k++)
			fake_grant_use(j.seg[k].ref, false);
	if (b->disk.lie && ++b->answers >= b->disk.lie_from)
		lie(b, j.id);
	else
		put_response(b, j.id, j.op, well ? 0 : -1);
	return true;
}

static bool wake_up(struct back *b)
{
	if (b->disk.late_ms) { /* the test has just said so */
		b->wake_ns = fake.now_ns + b->disk.late_ms * 1000000;
		b->disk.late_ms = 0;
		set_state(b, BUS_INITIALISING);
	}
	if (!b->wake_ns || b->wake_ns > fake.now_ns)
		return false;
	b->wake_ns = 0;
	set_state(b, BUS_INIT_WAIT);
	return true;
}

bool fake_disks_step(void)
{
	bool did = false;
	for (size_t i = 0; i < n_backs; i++) {
		struct back *b = &backs[i];
		did |= wake_up(b);
		if (b->ring && !b->dead && fake_kicked(b->port))
			did |= take_requests(b);
		while (b->ring && !b->dead && answer_one(b))
			did = true;
	}
	return did;
}

uint64_t fake_disks_next(void)
{
	uint64_t next = FAKE_NEVER;
	for (size_t i = 0; i < n_backs; i++) {
		const struct back *b = &backs[i];
		if (b->wake_ns)
			next = min_u64(next, b->wake_ns);
		for (size_t k = 0; k < b->n; k++)
			next = min_u64(next, b->job[k].due_ns);
	}
	return next;
}
