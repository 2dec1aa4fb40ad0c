/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "blkring.h"
#include "time.h"
#include "../mem.h"

/* The head of a shared ring, and where its entries begin. */
enum { RING_req_prod = 0, RING_req_event = 4, RING_rsp_prod = 8, RING_rsp_event = 12 };
enum { RING_ENTRIES = 64 };
enum { BLKIF_RSP_OKAY = 0, BLKIF_RSP_EOPNOTSUPP = -2 };
enum { TRIES = 3, LOOK_MS = 1000, SILENCE_MS = 30000 };

/* An entry, in the two forms that `protocol` names. */
struct layout {
	size_t size;	   /* of an entry: the request's */
	size_t id, sector; /* in a request; operation @0, nr_segments @1, handle @2 */
	size_t seg;	   /* first segment: gref @0, first @4, last @5, 8 bytes each */
	size_t op, status; /* in a response; id @0 */
};
static const struct layout layout64 = { 112, 8, 16, 24, 8, 10 };
static const struct layout layout32 = { 108, 4, 12, 20, 8, 10 };

static const struct layout *layout(void)
{
	return machine_cpu64() ? &layout64 : &layout32;
}

static size_t entry_at(uint32_t index)
{
	return RING_ENTRIES + index % BLK_SLOTS * layout()->size;
}

/* 32-bit guests' entries are aligned to 4 bytes. */
static void put_u64(struct shm *page, size_t at, uint64_t v)
{
	shm_set_u32(page, at, (uint32_t)v);
	shm_set_u32(page, at + 4, (uint32_t)(v >> 32));
}

static uint64_t get_u64(struct shm *page, size_t at)
{
	uint32_t lo = shm_u32(page, at);
	return (uint64_t)shm_u32(page, at + 4) << 32 | lo;
}

enum err blkring_begin(struct blkring *r)
{
	for (size_t at = 0; at < PAGE_SIZE; at += 8)
		shm_set_u64(r->page, at, 0);
	shm_set_u32(r->page, RING_req_event, 1);
	shm_set_u32(r->page, RING_rsp_event, 1);
	r->req_prod = r->rsp_cons = 0;
	r->ref = grant_page(r->back_id, r->page);
	if (!r->ref)
		return ERR_NOMEM;
	if (!evtchn_alloc(r->back_id, &r->port))
		return OK;
	r->port = 0;
	return ERR_IO;
}

/* The back end may still hold some: then these stay. */
static bool slot_revoke(struct blkslot *s)
{
	while (s->n && !grant_end(s->ref[s->n - 1]))
		s->n--;
	return s->n == 0;
}

static bool slot_release(struct blkslot *s)
{
	s->busy = false;
	return slot_revoke(s);
}

static void ring_die(struct blkring *r, const char *why, uint64_t number)
{
	if (!r->dead)
		log_at(r->log, LOG_ERROR, "%s: %s (%llu): given up", r->name, why,
		       (unsigned long long)number);
	r->dead = true;
	r->busy = 0;
	r->error = ERR_IO;
	for (size_t i = 0; i < BLK_SLOTS; i++)
		slot_release(&r->slot[i]);
}

/* What of a slot's bytes lies in the page in which at is. */
static uint32_t piece_at(const struct blkslot *s, const char *at)
{
	size_t room = PAGE_SIZE - (uintptr_t)at % PAGE_SIZE;
	return (uint32_t)min_size(room, s->len - (size_t)(at - s->at));
}

/* Write a slot's request and let the back end see it. */
static void slot_send(struct blkring *r, size_t id)
{
	const struct layout *l = layout();
	const struct blkslot *s = &r->slot[id];
	size_t at = entry_at(r->req_prod);
	const char *from = s->at;
	shm_set_u8(r->page, at, s->op);
	shm_set_u8(r->page, at + 1, s->n);
	shm_set_u16(r->page, at + 2, r->handle);
	put_u64(r->page, at + l->id, id);
	put_u64(r->page, at + l->sector, s->sector);
	for (size_t i = 0; i < s->n; i++) {
		size_t seg = at + l->seg + i * 8;
		uint32_t first = (uint32_t)((uintptr_t)from % PAGE_SIZE / BLK_SECTOR);
		uint32_t piece = piece_at(s, from);
		shm_set_u32(r->page, seg, s->ref[i]);
		shm_set_u8(r->page, seg + 4, (uint8_t)first);
		shm_set_u8(r->page, seg + 5, (uint8_t)(first + piece / BLK_SECTOR - 1));
		from += piece;
	}
	uint32_t old = r->req_prod++;
	shm_fence();
	shm_set_u32(r->page, RING_req_prod, r->req_prod);
	shm_fence();
	/* Tell it only if it waits for one of these: ring.h's rule. */
	if (r->req_prod - shm_u32(r->page, RING_req_event) < r->req_prod - old)
		evtchn_notify(r->port);
}

static const char *verb(uint8_t op)
{
	return op == BLK_READ ? "read" : op == BLK_WRITE ? "write" : "flush after";
}

static void slot_done(struct blkring *r, size_t id, int16_t status)
{
	struct blkslot *s = &r->slot[id];
	/* What has no cache need not be flushed. */
	bool good =
		status == BLKIF_RSP_OKAY || (s->op == BLK_FLUSH && status == BLKIF_RSP_EOPNOTSUPP);
	if (!good && ++s->tries < TRIES) {
		slot_send(r, id);
		return;
	}
	if (!good) {
		log_at(r->log, LOG_ERROR, "%s: cannot %s sector %llu: status %d, %d times", r->name,
		       verb(s->op), (unsigned long long)s->sector, status, TRIES);
		r->error = ERR_IO;
	}
	r->busy--;
	if (!slot_release(s))
		ring_die(r, "the back end keeps a page that it has answered for, request", id);
}

/* One response: copied out once, then checked, then believed. */
static void response_take(struct blkring *r)
{
	const struct layout *l = layout();
	size_t at = entry_at(r->rsp_cons++);
	uint64_t id = get_u64(r->page, at);
	uint8_t op = shm_u8(r->page, at + l->op);
	int16_t status = (int16_t)shm_u16(r->page, at + l->status);
	if (id >= BLK_SLOTS || !r->slot[id].busy)
		ring_die(r, "an answer to no request, number", id);
	else if (op != r->slot[id].op)
		ring_die(r, "an answer to another operation", op);
	else
		slot_done(r, (size_t)id, status);
}

/* Take what is there; false: nothing was. */
static bool ring_reap(struct blkring *r)
{
	uint32_t n = shm_u32(r->page, RING_rsp_prod) - r->rsp_cons;
	if (n > r->busy)
		ring_die(r, "more answers than requests", n);
	shm_fence();
	for (uint32_t i = 0; i < n && !r->dead; i++)
		response_take(r);
	return n > 0;
}

/* Sleep until about half of what is in flight has come back, or for LOOK_MS. */
static void ring_sleep(struct blkring *r)
{
	shm_set_u32(r->page, RING_rsp_event, r->rsp_cons + (uint32_t)(r->busy + 1) / 2);
	shm_fence();
	evtchn_clear(r->port);
	if (shm_u32(r->page, RING_rsp_prod) == r->rsp_cons)
		evtchn_wait(&r->port, 1, time_in_ms(LOOK_MS));
}

/* The first sector that is still waited for. */
static uint64_t open_sector(const struct blkring *r)
{
	uint64_t first = UINT64_MAX;
	for (size_t i = 0; i < BLK_SLOTS; i++)
		if (r->slot[i].busy)
			first = min_u64(first, r->slot[i].sector);
	return first;
}

bool blkring_wait(struct blkring *r)
{
	if (!r->busy)
		return false;
	uint64_t deadline = time_in_ms(SILENCE_MS);
	while (!r->dead && !ring_reap(r)) { /* until the deadline; again() does not help twice */
		uint64_t before = time_ms();
		ring_sleep(r);
		if (time_ms() - before >= LOOK_MS && !r->alive(r)) {
			if (!r->again(r))
				ring_die(r, "the back end has gone, no answer for sector",
					 open_sector(r));
			deadline = time_in_ms(SILENCE_MS);
		} else if (time_ms() >= deadline) {
			ring_die(r, "no answer for 30 s for sector", open_sector(r));
		} else if (time_ms() - before >= LOOK_MS) {
			evtchn_notify(r->port); /* as if the last one had got lost */
		}
	}
	return true;
}

static struct blkslot *slot_free(struct blkring *r)
{
	while (!r->dead && r->busy == BLK_SLOTS) /* each turn frees one or dies */
		blkring_wait(r);
	for (size_t i = 0; !r->dead && i < BLK_SLOTS; i++)
		if (!r->slot[i].busy)
			return &r->slot[i];
	return NULL;
}

/* Grant a slot's pages, as many as can be had; returns their bytes. */
static size_t slot_grant(struct blkring *r, struct blkslot *s)
{
	size_t did = 0;
	for (s->n = 0; s->n < BLK_SEGMENTS && did < s->len; s->n++) {
		grant_ref ref = grant_page(r->back_id, s->at + did);
		if (!ref)
			break;
		s->ref[s->n] = ref;
		did += piece_at(s, s->at + did);
	}
	return did;
}

static void slot_begin(struct blkring *r, struct blkslot *s)
{
	s->busy = true;
	s->tries = 0;
	r->busy++;
	slot_send(r, (size_t)(s - r->slot));
}

enum err blkring_start(struct blkring *r, enum blk_op op, uint64_t off, void *at, size_t len)
{
	char *from = at;
	while (len) { /* each turn sends a request, waits for one, or fails */
		struct blkslot *s = slot_free(r);
		if (!s)
			return ERR_IO;
		s->op = (uint8_t)op;
		s->at = from;
		s->sector = off / BLK_SECTOR;
		s->len = (uint32_t)min_size(len, BLK_SEGMENTS * PAGE_SIZE);
		s->len = (uint32_t)slot_grant(r, s);
		if (!s->len && !blkring_wait(r) && !r->starved())
			return ERR_NOMEM;
		if (!s->len)
			continue;
		slot_begin(r, s);
		from += s->len;
		off += s->len;
		len -= s->len;
	}
	ring_reap(r);
	return r->dead ? ERR_IO : OK;
}

enum err blkring_flush(struct blkring *r)
{
	struct blkslot *s = slot_free(r);
	if (!s)
		return ERR_IO;
	*s = (struct blkslot){ .op = BLK_FLUSH };
	slot_begin(r, s);
	return OK;
}

enum err blkring_drain(struct blkring *r)
{
	while (r->busy) /* each turn frees one or dies */
		blkring_wait(r);
	enum err e = r->dead ? ERR_IO : r->error;
	r->error = OK;
	return e;
}

bool blkring_leave(struct blkring *r)
{
	size_t held = 0;
	for (size_t i = 0; i < BLK_SLOTS; i++)
		held += !slot_revoke(&r->slot[i]);
	if (r->ref && !grant_end(r->ref))
		r->ref = 0;
	if (held || r->ref)
		log_at(r->log, LOG_WARN, "%s: the back end still holds %zu requests' pages%s",
		       r->name, held, r->ref ? " and the ring" : "");
	if (r->port)
		evtchn_close(r->port);
	r->port = 0;
	return !held && !r->ref;
}

bool blkring_resume(struct blkring *r)
{
	for (size_t i = 0; i < BLK_SLOTS; i++) {
		struct blkslot *s = &r->slot[i];
		if (!s->busy)
			continue;
		if (slot_grant(r, s) != s->len)
			return false;
		slot_send(r, i);
	}
	return true;
}

void blkring_end(struct blkring *r)
{
	r->dead = true;
	blkring_leave(r);
}
