/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "machine.h"
#include "time.h"
#include "../../core/base/fmt.h"
#include "../../core/base/str.h"

enum { CLOSE_MS = 5000, SET_TRIES = 3 };
enum { PATH_MAX = STORE_PATH };

static const char *join(char out[PATH_MAX], const char *dir, const char *key)
{
	fmt_to(out, PATH_MAX, "%s/%s", dir, key);
	return out;
}

enum err bus_open(struct bus *b, const char *path)
{
	char at[PATH_MAX];
	size_t n;
	uint64_t id;
	fmt_to(b->path, sizeof b->path, "%s", path);
	enum err e = store_read(join(at, path, "backend"), b->back, sizeof b->back, &n);
	if (!e)
		e = store_read_u64(join(at, path, "backend-id"), &id);
	if (e || id >= 0x7ff0) { /* DOMID_FIRST_RESERVED */
		log_at(b->log, LOG_ERROR, "%s: no back end in xenstore: %s", path, err_text(e));
		return ERR_NOENT;
	}
	b->back_id = (uint16_t)id;
	return OK;
}

enum err bus_set(struct bus *b, enum bus_state state)
{
	/* A state that does not get through costs the next kernel its disk. */
	for (int i = 1; i < SET_TRIES; i++)
		if (!bus_write(b, "state", state))
			return OK;
	return bus_write(b, "state", state);
}

enum bus_state bus_back(const struct bus *b)
{
	uint64_t v;
	if (bus_read_back(b, "state", &v) || v > BUS_CLOSED)
		return BUS_UNKNOWN;
	return (enum bus_state)v;
}

enum err bus_wait(struct bus *b, unsigned set, uint64_t deadline_ms, enum bus_state *state)
{
	char at[PATH_MAX];
	join(at, b->back, "state");
	*state = bus_back(b);
	if (set >> *state & 1)
		return OK;
	bool watched = !store_watch(at);
	bool in_time = watched;
	do { /* until the deadline */
		*state = bus_back(b);
		if (set >> *state & 1)
			break;
		in_time = in_time && store_wait(deadline_ms);
	} while (in_time);
	if (watched)
		store_unwatch(at);
	return set >> *state & 1 ? OK : ERR_IO;
}

enum err bus_write(struct bus *b, const char *key, uint64_t v)
{
	char at[PATH_MAX];
	return store_write_u64(join(at, b->path, key), v);
}

enum err bus_write_text(struct bus *b, const char *key, const char *v)
{
	char at[PATH_MAX];
	return store_write(join(at, b->path, key), v);
}

enum err bus_remove(struct bus *b, const char *key)
{
	char at[PATH_MAX];
	return store_remove(join(at, b->path, key));
}

enum err bus_read_back(const struct bus *b, const char *key, uint64_t *v)
{
	char at[PATH_MAX];
	return store_read_u64(join(at, b->back, key), v);
}

enum err bus_read_back_text(const struct bus *b, const char *key, char *buf, size_t cap, size_t *n)
{
	char at[PATH_MAX];
	return store_read(join(at, b->back, key), buf, cap, n);
}

enum err bus_protocol(struct bus *b)
{
	const char *ours = machine_cpu64() ? "x86_64-abi" : "x86_32-abi";
	char at[PATH_MAX];
	size_t n;
	if (store_read(join(at, b->path, "protocol"), b->protocol, sizeof b->protocol, &n))
		b->protocol[0] = 0;
	if (str_eq(str_of(b->protocol), str_of(ours)))
		return OK;
	b->protocol_ours = true;
	return bus_write_text(b, "protocol", ours);
}

static void protocol_restore(struct bus *b)
{
	enum err e = OK;
	if (b->protocol_ours)
		e = b->protocol[0] ? bus_write_text(b, "protocol", b->protocol)
				   : bus_remove(b, "protocol");
	if (e)
		log_at(b->log, LOG_WARN, "%s: cannot restore protocol", b->name);
	b->protocol_ours = false;
}

/* All to one state, then wait for all. */
static void step(struct bus *const *b, size_t n, enum bus_state front, unsigned back)
{
	uint64_t begun = time_ms();
	enum bus_state seen;
	for (size_t i = 0; i < n; i++)
		if (bus_set(b[i], front))
			log_at(b[i]->log, LOG_WARN, "%s: cannot set state %d", b[i]->name, front);
	for (size_t i = 0; i < n; i++)
		if (bus_wait(b[i], back, begun + (b[i]->close_ms ? b[i]->close_ms : CLOSE_MS),
			     &seen))
			log_at(b[i]->log, LOG_WARN,
			       "%s: the back end is in state %d, not following to %d", b[i]->name,
			       seen, front);
}

void bus_close(struct bus *const *b, size_t n, const char *const *keys)
{
	const unsigned gone = 1u << BUS_UNKNOWN, closed = 1u << BUS_CLOSED | gone;
	step(b, n, BUS_CLOSING, 1u << BUS_CLOSING | closed);
	step(b, n, BUS_CLOSED, closed);
	for (size_t i = 0; i < n; i++) {
		protocol_restore(b[i]);
		for (const char *const *key = keys; *key; key++)
			if (bus_remove(b[i], *key))
				log_at(b[i]->log, LOG_WARN, "%s: cannot remove %s", b[i]->name,
				       *key);
	}
	step(b, n, BUS_INITIALISING, 1u << BUS_INIT_WAIT | gone);
}
