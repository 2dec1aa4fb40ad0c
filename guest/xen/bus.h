/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BUS_H
#define BUS_H
#include "store.h"
/* Front ends and the xenbus state machine: Xen public/io/xenbus.h. */
enum bus_state {
	BUS_UNKNOWN,
	BUS_INITIALISING,
	BUS_INIT_WAIT,
	BUS_INITIALISED,
	BUS_CONNECTED,
	BUS_CLOSING,
	BUS_CLOSED,
};
struct bus {
	char path[64];		   /* "device/vbd/51712" */
	char back[STORE_PATH / 2]; /* "/local/domain/0/backend/vbd/7/51712" */
	uint16_t back_id;	   /* the back end's domain */
	const char *name;	   /* for messages: "xvda"; the owner's */
	struct log *log;
	uint32_t close_ms;  /* how long each step of bus_close may take; 0: 5 s */
	char protocol[32];  /* as we found the key: libxl writes it, other toolstacks do not */
	bool protocol_ours; /* and it is not as we found it */
};

/* Find the back end. ERR_NOENT: the device has none (logged). name and log are set. */
enum err bus_open(struct bus *b, const char *path);
enum err bus_set(struct bus *b, enum bus_state state);
/* The back end's state; BUS_UNKNOWN also when it is gone. */
enum bus_state bus_back(const struct bus *b);
/*
 * Wait until the back end's state is one of the set (bit 1 << state). The
 * last state seen is in *state; ERR_IO: not in time.
 */
enum err bus_wait(struct bus *b, unsigned set, uint64_t deadline_ms, enum bus_state *state);

/* A key of the front end's or the back end's directory. */
enum err bus_write(struct bus *b, const char *key, uint64_t v);
enum err bus_write_text(struct bus *b, const char *key, const char *v);
enum err bus_remove(struct bus *b, const char *key);
enum err bus_read_back(const struct bus *b, const char *key, uint64_t *v);
enum err bus_read_back_text(const struct bus *b, const char *key, char *buf, size_t cap, size_t *n);

/*
 * Say in `protocol` how the shared structures are laid out: written always,
 * because its absence means "as the back end's own". bus_close restores it.
 */
enum err bus_protocol(struct bus *b);

/*
 * Bring n front ends back to where the domain builder left them (front 1,
 * back 2), together, so that a slow back end costs its time once. keys: what
 * we wrote, a NULL ends it; removed on the way. Never fails: what does not
 * follow in time is logged and left.
 */
void bus_close(struct bus *const *b, size_t n, const char *const *keys);
#endif
