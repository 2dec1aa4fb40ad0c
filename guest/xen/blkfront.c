/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "blkfront.h"
#include "blkring.h"
#include "bus.h"
#include "time.h"
#include "vbdname.h"
#include "../mem.h"
#include "../../core/base/fmt.h"
#include "../../core/base/str.h"
#include <string.h>

enum { VDISK_CDROM = 1, VDISK_READONLY = 4 }; /* in `info`: Xen public/io/blkif.h */
/* A back end whose hotplug script still runs is given longer than one that does not answer. */
enum { HOTPLUG_MS = 30000, CONNECT_MS = 10000 };
enum { SAY_FIRST_MS = 1000, SAY_AGAIN_MS = 5000 };

struct blkfront {
	struct blk blk;
	struct bus bus;
	struct blkring ring;
	char name[VBD_NAME];
	uint32_t vbd;
	uint64_t sectors;
	bool cdrom;
	bool writable, flushes;
	bool again;  /* the back end went away before */
	bool opened; /* keys were written: has to be closed */
	bool ready;
};
/* One in a page of its own, its ring in the next. */
enum { PAGES = 2 };
_Static_assert(sizeof(struct blkfront) <= PAGE_SIZE, "the ring has the next page");

static const char *const keys[] = { "ring-ref", "event-channel", NULL };
/* And what others write: a back end would look for a ring of that form. */
static const char *const foreign_keys[] = { "ring-ref",		  "event-channel",
					    "ring-page-order",	  "multi-queue-num-queues",
					    "feature-persistent", NULL };

struct blkfronts {
	struct blkfront *disk[DISKS_MAX];
	size_t n;
	struct log *log;
};
static struct blkfronts all;

static enum err front_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	struct blkfront *f = b->priv;
	return blkring_start(&f->ring, BLK_READ, off, dst, len);
}

static enum err front_drain(struct blk *b)
{
	struct blkfront *f = b->priv;
	return blkring_drain(&f->ring);
}

static enum err front_write(struct blk *b, uint64_t off, const void *src, size_t len)
{
	struct blkfront *f = b->priv;
	enum err e = blkring_start(&f->ring, BLK_WRITE, off, (void *)(uintptr_t)src, len);
	enum err d = blkring_drain(&f->ring);
	return e ? e : d;
}

static enum err front_flush(struct blk *b)
{
	struct blkfront *f = b->priv;
	if (!f->flushes)
		return OK;
	try(blkring_flush(&f->ring));
	return blkring_drain(&f->ring);
}

static bool front_alive(struct blkring *r)
{
	return bus_back(&container_of(r, struct blkfront, ring)->bus) == BUS_CONNECTED;
}

/* Grants are for all disks together. */
static bool fronts_starved(void)
{
	for (size_t i = 0; i < all.n; i++)
		if (blkring_wait(&all.disk[i]->ring))
			return true;
	return false;
}

/* The name that the toolstack gave, as far as it is one. */
static void front_name(struct blkfront *f)
{
	size_t n;
	bool ok = !bus_read_back_text(&f->bus, "dev", f->name, sizeof f->name, &n) && n > 0;
	for (size_t i = 0; ok && i < n; i++)
		ok = is_digit(f->name[i]) || (f->name[i] >= 'a' && f->name[i] <= 'z');
	if (!ok)
		vbd_name(f->vbd, f->name);
	if (!f->name[0])
		fmt_to(f->name, sizeof f->name, "vbd-%u", f->vbd);
}

static const char *front_path(const struct blkfront *f, const char *key, char path[STORE_PATH])
{
	fmt_to(path, STORE_PATH, "%s/%s", f->bus.path, key);
	return path;
}

/* A drive without a medium: libxl leaves `params` empty. */
static bool front_empty(struct blkfront *f)
{
	char text[STORE_PATH], path[STORE_PATH];
	size_t n;
	if (store_read(front_path(f, "device-type", path), text, sizeof text, &n) ||
	    !str_eq(str_of(text), STR("cdrom")))
		return false;
	f->cdrom = true;
	return !bus_read_back_text(&f->bus, "params", text, sizeof text, &n) && n == 0;
}

/* Whoever had the device before us may have left it half closed. */
static void front_reset(struct blkfront *f)
{
	char path[STORE_PATH];
	uint64_t state;
	struct bus *bus = &f->bus;
	if (!store_read_u64(front_path(f, "state", path), &state) && state != BUS_INITIALISING)
		bus_close(&bus, 1, foreign_keys);
}

static void front_free(struct blkfront *f)
{
	mem_free(f, PAGES);
}

static struct blkfront *front_new(uint32_t vbd)
{
	char path[32];
	struct blkfront *f = mem_pages(PAGES);
	if (!f)
		return NULL;
	*f = (struct blkfront){ .vbd = vbd, .bus = { .log = all.log, .name = f->name } };
	fmt_to(path, sizeof path, "device/vbd/%u", vbd);
	if (bus_open(&f->bus, path)) {
		front_free(f);
		return NULL;
	}
	front_name(f);
	if (front_empty(f)) {
		log_at(all.log, LOG_INFO, "%s: no medium in the drive", f->name);
		front_free(f);
		return NULL;
	}
	front_reset(f);
	return f;
}

static enum err front_late(struct blkfront *f, enum bus_state state, uint64_t since_ms)
{
	log_at(all.log, LOG_ERROR,
	       "%s: the back end is in state %d after %llu s: see `xl block-list`, and its domain "
	       "%u",
	       f->name, state, (unsigned long long)(time_ms() - since_ms) / 1000, f->bus.back_id);
	return ERR_IO;
}

/* bus_wait() that says what it waits for, when that takes long. */
static enum err front_wait(struct blkfront *f, unsigned set, uint64_t since_ms, uint64_t limit_ms)
{
	enum bus_state state;
	uint64_t end = since_ms + limit_ms, next = time_in_ms(SAY_FIRST_MS);
	while (bus_wait(&f->bus, set, min_u64(next, end), &state)) { /* until the end */
		if (time_ms() >= end || time_ms() < next)
			return front_late(f, state, since_ms);
		log_at(all.log, LOG_INFO,
		       "%s: waiting for its back end, which is in state %d: %llu of %llu s",
		       f->name, state, (unsigned long long)(time_ms() - since_ms) / 1000,
		       (unsigned long long)limit_ms / 1000);
		next = time_in_ms(SAY_AGAIN_MS);
	}
	return OK;
}

/* The back end is there: publish the ring. */
static enum err front_publish(struct blkfront *f)
{
	enum err e = blkring_begin(&f->ring);
	f->opened = true;
	if (e) {
		log_at(all.log, LOG_ERROR, "%s: no grant or event channel: %s", f->name,
		       err_text(e));
		return e;
	}
	try(bus_write(&f->bus, "ring-ref", f->ring.ref));
	try(bus_write(&f->bus, "event-channel", f->ring.port));
	try(bus_protocol(&f->bus));
	return bus_set(&f->bus, BUS_INITIALISED);
}

static enum err front_connect(struct blkfront *f, uint64_t since_ms, uint64_t limit_ms)
{
	const unsigned there = 1u << BUS_INIT_WAIT | 1u << BUS_INITIALISED | 1u << BUS_CONNECTED;
	try(front_wait(f, there, since_ms, limit_ms));
	f->ring.back_id = f->bus.back_id;
	return front_publish(f);
}

static enum err front_resume(struct blkfront *f)
{
	char path[sizeof f->bus.path];
	uint64_t sectors, since = time_ms();
	memcpy(path, f->bus.path, sizeof path);
	try(bus_open(&f->bus, path)); /* in another domain, it may be */
	try(front_connect(f, since, CONNECT_MS));
	try(front_wait(f, 1u << BUS_CONNECTED, since, CONNECT_MS));
	try(bus_read_back(&f->bus, "sectors", &sectors));
	if (sectors != f->sectors) {
		log_at(all.log, LOG_ERROR, "%s: the disk has another size now", f->name);
		return ERR_CORRUPT;
	}
	try(bus_set(&f->bus, BUS_CONNECTED));
	return blkring_resume(&f->ring) ? OK : ERR_NOMEM;
}

/* Once: a driver domain that was started anew is there again, others stay away. */
static bool front_again(struct blkring *r)
{
	struct blkfront *f = container_of(r, struct blkfront, ring);
	struct bus *bus = &f->bus;
	if (f->again)
		return false;
	f->again = true;
	log_at(all.log, LOG_WARN, "%s: the back end has gone: connecting again", f->name);
	bus_close(&bus, 1, keys);
	if (!blkring_leave(r))
		return false;
	enum err e = front_resume(f);
	if (e)
		log_at(all.log, LOG_ERROR, "%s: not connected again: %s", f->name, err_text(e));
	return !e;
}

static enum err front_begin(struct blkfront *f, uint64_t since_ms)
{
	f->ring = (struct blkring){
		.name = f->name,
		.log = all.log,
		.handle = (uint16_t)f->vbd,
		.page = (struct shm *)((char *)f + PAGE_SIZE),
		.alive = front_alive,
		.again = front_again,
		.starved = fronts_starved,
	};
	return front_connect(f, since_ms, HOTPLUG_MS);
}

static void front_kind(struct blkfront *f)
{
	uint64_t info, flush;
	char mode[8];
	size_t n;
	if (bus_read_back(&f->bus, "info", &info))
		info = 0;
	f->cdrom |= (info & VDISK_CDROM) != 0;
	f->writable = !bus_read_back_text(&f->bus, "mode", mode, sizeof mode, &n) && n &&
		      mode[0] == 'w' && !f->cdrom && !(info & VDISK_READONLY);
	f->flushes = !bus_read_back(&f->bus, "feature-flush-cache", &flush) && flush;
}

/* `sectors` counts 512 bytes, whatever `sector-size` says. */
static enum err front_size(struct blkfront *f)
{
	static const struct blk_ops reads = { .start = front_start, .drain = front_drain };
	static const struct blk_ops writes = { front_start, front_drain, front_write, front_flush };
	uint64_t sectors, size, sector = BLK_SECTOR;
	if (bus_read_back(&f->bus, "sectors", &sectors))
		sectors = 0;
	front_kind(f);
	if (bus_read_back(&f->bus, "sector-size", &sector))
		sector = BLK_SECTOR;
	if (sector < BLK_SECTOR || sector > PAGE_SIZE || sector & (sector - 1) ||
	    !mul_u64(sectors, BLK_SECTOR, &size)) {
		log_at(all.log, LOG_ERROR, "%s: %llu sectors of %llu bytes: unusable", f->name,
		       (unsigned long long)sectors, (unsigned long long)sector);
		return ERR_UNSUPPORTED;
	}
	size -= size % sector;
	if (!size) {
		log_at(all.log, f->cdrom ? LOG_INFO : LOG_ERROR, "%s: %s", f->name,
		       f->cdrom ? "no medium in the drive" : "the disk's size is 0");
		return ERR_NOENT;
	}
	f->sectors = sectors;
	f->blk = (struct blk){
		.ops = f->writable ? &writes : &reads,
		.size = size,
		.align = (uint32_t)sector,
		.sector = (uint32_t)sector,
		.name = f->name,
		.priv = f,
	};
	return OK;
}

static enum err front_finish(struct blkfront *f, uint64_t since_ms)
{
	try(front_wait(f, 1u << BUS_CONNECTED, since_ms, CONNECT_MS));
	try(front_size(f));
	return bus_set(&f->bus, BUS_CONNECTED);
}

static void fronts_sort(void)
{
	for (size_t i = 1; i < all.n; i++) {
		struct blkfront *f = all.disk[i];
		size_t at = i;
		for (; at && all.disk[at - 1]->vbd > f->vbd; at--)
			all.disk[at] = all.disk[at - 1];
		all.disk[at] = f;
	}
}

/* Every vbd that xenstore lists, in order. */
static void fronts_find(void)
{
	char names[STORE_PAYLOAD + 1];
	size_t n = 0;
	if (store_list("device/vbd", names, sizeof names, &n))
		return;
	for (size_t at = 0; at < n;) { /* each turn passes a name */
		struct str name = str_of(names + at);
		uint64_t vbd;
		at += name.n + 1;
		if (!str_u64(name, &vbd) || vbd > UINT32_MAX)
			continue;
		if (all.n == DISKS_MAX) {
			log_at(all.log, LOG_WARN, "more than %d disks: the rest is left out",
			       DISKS_MAX);
			break;
		}
		all.disk[all.n] = front_new((uint32_t)vbd);
		all.n += all.disk[all.n] != NULL;
	}
	fronts_sort();
}

/* Those that opened leave together: state by state. */
static void fronts_close(struct blkfront *const *f, size_t n)
{
	struct bus *bus[DISKS_MAX] = { NULL };
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		if (!f[i]->opened)
			continue;
		bus[used++] = &f[i]->bus;
		if (f[i]->ready && blkring_drain(&f[i]->ring))
			log_at(all.log, LOG_WARN, "%s: closed with a request failing", f[i]->name);
	}
	bus_close(bus, used, keys);
	for (size_t i = 0; i < n; i++)
		if (f[i]->opened)
			blkring_end(&f[i]->ring);
}

size_t blkfront_begin(struct log *log, struct blk *out[DISKS_MAX])
{
	struct blkfront *bad[DISKS_MAX];
	size_t n = 0, n_bad = 0;
	all = (struct blkfronts){ .log = log };
	fronts_find();
	uint64_t since = time_ms();
	for (size_t i = 0; i < all.n; i++)
		all.disk[i]->ready = !front_begin(all.disk[i], since);
	since = time_ms();
	for (size_t i = 0; i < all.n; i++)
		if (all.disk[i]->ready)
			all.disk[i]->ready = !front_finish(all.disk[i], since);
	for (size_t i = 0; i < all.n; i++)
		if (all.disk[i]->ready)
			out[n++] = &all.disk[i]->blk;
		else
			bad[n_bad++] = all.disk[i];
	fronts_close(bad, n_bad);
	return n;
}

void blkfront_end(void)
{
	struct blkfront *open[DISKS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < all.n; i++)
		if (all.disk[i]->ready)
			open[n++] = all.disk[i];
	fronts_close(open, n);
	for (size_t i = 0; i < all.n; i++)
		if (!all.disk[i]->ring.ref)
			front_free(all.disk[i]);
	all.n = 0;
}
