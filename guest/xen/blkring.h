/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BLKRING_H
#define BLKRING_H
#include "evtchn.h"
#include "grant.h"
#include "machine.h"
/*
 * The request ring of one disk, always as full as its caller can make it:
 * reads go straight into the caller's pages. The back end is not believed: an
 * answer to nothing, or of another kind, ends the disk. Xen public/io/blkif.h,
 * ring.h.
 */
enum { BLK_SLOTS = 32, BLK_SEGMENTS = 11, BLK_SECTOR = 512 };

struct blkslot {
	bool busy;
	uint8_t n, tries;
	uint64_t sector; /* of 512 bytes */
	grant_ref ref[BLK_SEGMENTS];
	uint8_t first[BLK_SEGMENTS], last[BLK_SEGMENTS]; /* sectors within the page */
};
struct blkring {
	/* The caller's: */
	const char *name;
	struct log *log;
	uint16_t back_id, handle;
	struct shm *page;		  /* one page */
	bool (*alive)(struct blkring *r); /* asked when nothing comes for a second */
	bool (*starved)(void); /* asked when grants are out: wait for another ring; false: none */
	/* Ours: */
	grant_ref ref;
	evtchn_port port;
	uint32_t req_prod, rsp_cons;
	size_t busy;
	enum err error; /* since the last drain */
	bool dead;
	struct blkslot slot[BLK_SLOTS];
};

enum err blkring_begin(struct blkring *r); /* grant the page, allocate the channel */
/* As struct blk_ops; off, dst and len are multiples of 512. */
enum err blkring_start(struct blkring *r, uint64_t off, void *dst, size_t len);
enum err blkring_drain(struct blkring *r);
/* Wait until something came back or the disk is given up; false: nothing is in flight. */
bool blkring_wait(struct blkring *r);
/* When the back end has let go: end all grants, close the channel. Logs what it still holds. */
void blkring_end(struct blkring *r);
#endif
