/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEFRONT_H
#define PAGEFRONT_H
#include "bus.h"
#include "evtchn.h"
#include "machine.h"
/*
 * What the front ends of the frame buffer and of the keyboard have in common:
 * a page with two rings, which the back end knows by its frame number and not
 * by a grant, and an event channel. Xen public/io/fbif.h, kbdif.h. That the
 * back end has let go of the pages is told by nothing but its closing.
 */
enum { RING_in_cons = 0, RING_in_prod = 4, RING_out_cons = 8, RING_out_prod = 12 };
enum { RING_EVENT = 40 }; /* bytes of an event, in any of the rings */

struct pagefront {
	/* The caller's: */
	const char *kind; /* its directory below "device": "vfb" */
	struct log *log;
	struct shm *page;    /* in order before it is offered; RING_* at its head */
	const char *feature; /* a key to be 1, or NULL */
	/* Ours: */
	struct bus bus;
	char name[32]; /* "vfb 0" */
	evtchn_port port;
	bool offered;  /* keys were written: has to be closed */
	bool answered; /* the back end did connect */
};

/* The first of its kind. ERR_NOENT: there is none (not logged), or it has no back end. */
enum err pagefront_find(struct pagefront *f);
/* When its back end is there, tell it of the page and the channel. Errors are logged. */
enum err pagefront_offer(struct pagefront *f, uint64_t deadline_ms);
/* Wait until it has connected. Errors are logged. */
enum err pagefront_finish(struct pagefront *f, uint64_t deadline_ms);
/* Close together those that were offered; tells of each whether its pages are our own again. */
void pagefront_close(struct pagefront *const *f, size_t n, bool *ours);
#endif
