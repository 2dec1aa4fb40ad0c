/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KBDFRONT_H
#define KBDFRONT_H
#include "pagefront.h"
/* The domain's keyboard: Xen public/io/kbdif.h. Pointers are not looked at. */
enum { KBD_IN_EVENTS = 2048 / RING_EVENT }; /* that the ring can hold */
struct kbdfront {
	struct pagefront front;
	uint32_t in_cons;
};
struct kbd_key {
	uint32_t code; /* Linux's */
	bool pressed;  /* false: released */
};

/* ERR_NOENT: the domain has none; ERR_NOMEM (logged). */
enum err kbdfront_find(struct kbdfront *f, struct log *log);
/* The next key that was pressed or released; false: none. */
bool kbdfront_take(struct kbdfront *f, struct kbd_key *key);
/* After pagefront_close: give the memory back, or leave it to a back end that may use it. */
void kbdfront_end(struct kbdfront *f, bool ours);
#endif
