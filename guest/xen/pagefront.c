/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pagefront.h"
#include "time.h"
#include "../mem.h"
#include "../../core/base/fmt.h"

/*
 * A screen is a convenience: one that does not answer must not keep the guest
 * from booting. We are patient only with a back end that answered once.
 */
enum { CLOSE_MS = 1000, STRANGER_CLOSE_MS = 250, FRONTS_MAX = 2 };

static const char *const keys[] = { "page-ref", "event-channel", "feature-update", NULL };

/* Whoever had the device before us may have left it half closed. */
static void front_reset(struct pagefront *f)
{
	char path[STORE_PATH];
	uint64_t state;
	struct bus *bus = &f->bus;
	fmt_to(path, sizeof path, "%s/state", f->bus.path);
	if (!store_read_u64(path, &state) && state != BUS_INITIALISING)
		bus_close(&bus, 1, keys);
}

enum err pagefront_find(struct pagefront *f)
{
	char names[STORE_PAYLOAD + 1], path[64];
	size_t n = 0;
	fmt_to(path, sizeof path, "device/%s", f->kind);
	if (store_list(path, names, sizeof names, &n) || !n)
		return ERR_NOENT;
	fmt_to(f->name, sizeof f->name, "%s %s", f->kind, names);
	fmt_to(path, sizeof path, "device/%s/%s", f->kind, names);
	f->bus = (struct bus){ .log = f->log, .name = f->name, .close_ms = STRANGER_CLOSE_MS };
	try(bus_open(&f->bus, path));
	front_reset(f);
	return OK;
}

static enum err front_late(struct pagefront *f, enum bus_state state)
{
	log_at(f->log, LOG_WARN, "%s: the back end is in state %d and does not connect: not used",
	       f->name, state);
	return ERR_IO;
}

static enum err front_publish(struct pagefront *f)
{
	f->offered = true;
	try(evtchn_alloc(f->bus.back_id, &f->port));
	try(bus_write(&f->bus, "page-ref", mem_mfn(mem_pfn(f->page))));
	try(bus_write(&f->bus, "event-channel", f->port));
	try(bus_protocol(&f->bus));
	if (f->feature)
		try(bus_write(&f->bus, f->feature, 1));
	return bus_set(&f->bus, BUS_CONNECTED);
}

enum err pagefront_offer(struct pagefront *f, uint64_t deadline_ms)
{
	enum bus_state state;
	const unsigned there = 1u << BUS_INIT_WAIT | 1u << BUS_INITIALISED | 1u << BUS_CONNECTED;
	if (bus_wait(&f->bus, there, deadline_ms, &state))
		return front_late(f, state);
	enum err e = front_publish(f);
	if (e)
		log_at(f->log, LOG_WARN, "%s: cannot be offered to the back end: %s: not used",
		       f->name, err_text(e));
	return e;
}

enum err pagefront_finish(struct pagefront *f, uint64_t deadline_ms)
{
	enum bus_state state;
	if (bus_wait(&f->bus, 1u << BUS_CONNECTED, deadline_ms, &state))
		return front_late(f, state);
	f->answered = true;
	f->bus.close_ms = CLOSE_MS;
	return OK;
}

/*
 * A back end that never answered may have been about to: it might map the
 * pages yet.
 */
static bool let_go(const struct pagefront *f)
{
	const unsigned closed = 1u << BUS_CLOSED | 1u << BUS_INIT_WAIT | 1u << BUS_UNKNOWN;
	return f->answered && closed >> bus_back(&f->bus) & 1;
}

void pagefront_close(struct pagefront *const *f, size_t n, bool *ours)
{
	struct bus *bus[FRONTS_MAX] = { NULL };
	size_t used = 0;
	for (size_t i = 0; i < n; i++)
		if (f[i]->offered)
			bus[used++] = &f[i]->bus;
	bus_close(bus, used, keys);
	for (size_t i = 0; i < n; i++) {
		ours[i] = !f[i]->offered || let_go(f[i]);
		if (!ours[i])
			log_at(f[i]->log, LOG_WARN, "%s: the back end may still use its pages",
			       f[i]->name);
		if (f[i]->port)
			evtchn_close(f[i]->port);
		f[i]->port = 0;
		f[i]->offered = false;
	}
}
