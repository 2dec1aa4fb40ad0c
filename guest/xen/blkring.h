/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BLKRING_H
#define BLKRING_H
#include "evtchn.h"
#include "grant.h"
#include "machine.h"
/*
 * The request ring of one disk, always as full as its caller can make it: data
 * goes straight from and to the caller's pages. The back end is not believed:
 * an answer to nothing, or of another kind, ends the disk. One that goes away
 * may come back once, and is then asked again for what it still owes. Xen
 * public/io/blkif.h, ring.h.
 */
enum { BLK_SLOTS = 32, BLK_SEGMENTS = 11, BLK_SECTOR = 512 };
enum blk_op { BLK_READ = 0, BLK_WRITE = 1, BLK_FLUSH = 3 };

struct blkslot {
	bool busy;
	uint8_t op, n, tries;
	uint32_t len;	 /* bytes at: */
	char *at;	 /* the caller's */
	uint64_t sector; /* of 512 bytes */
	grant_ref ref[BLK_SEGMENTS];
};
struct blkring {
	/* The caller's: */
	const char *name;
	struct log *log;
	uint16_t back_id, handle;
	struct shm *page; /* one page */
	/* Asked when nothing comes for a second. */
	bool (*alive)(struct blkring *r);
	/*
	 * The back end is not alive: connect to it again, with blkring_leave(),
	 * blkring_begin() and blkring_resume(). false: that is not to be had.
	 */
	bool (*again)(struct blkring *r);
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
/* As struct blk_ops; off, at and len are multiples of 512. Not for BLK_FLUSH. */
enum err blkring_start(struct blkring *r, enum blk_op op, uint64_t off, void *at, size_t len);
/* When it is drained, what was written before is on stable storage. */
enum err blkring_flush(struct blkring *r);
enum err blkring_drain(struct blkring *r);
/* Wait until something came back or the disk is given up; false: nothing is in flight. */
bool blkring_wait(struct blkring *r);
/*
 * When the back end has let go: end all grants, close the channel; requests
 * stay open. Logs what it still holds, and is false then.
 */
bool blkring_leave(struct blkring *r);
/* Send the open requests again. false: no grants for them. */
bool blkring_resume(struct blkring *r);
/* blkring_leave() for good. */
void blkring_end(struct blkring *r);
#endif
