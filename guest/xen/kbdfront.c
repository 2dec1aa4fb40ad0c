/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kbdfront.h"
#include "../mem.h"

/* struct xenkbd_page, union xenkbd_in_event: Xen public/io/kbdif.h. */
enum { KBD_in = 1024 };
enum { XENKBD_TYPE_KEY = 3, KEY_pressed = 1, KEY_keycode = 4 };

enum err kbdfront_find(struct kbdfront *f, struct log *log)
{
	*f = (struct kbdfront){ .front = { .kind = "vkbd", .log = log } };
	try(pagefront_find(&f->front));
	f->front.page = mem_pages(1);
	if (!f->front.page) {
		log_at(log, LOG_WARN, "%s: no memory: not used", f->front.name);
		return ERR_NOMEM;
	}
	for (size_t at = 0; at < PAGE_SIZE; at += 8)
		shm_set_u64(f->front.page, at, 0);
	return OK;
}

/* The event at in_cons; false: it is no key. */
static bool event_read(struct kbdfront *f, struct kbd_key *key)
{
	struct shm *page = f->front.page;
	size_t at = KBD_in + f->in_cons % KBD_IN_EVENTS * RING_EVENT;
	bool is_key = shm_u8(page, at) == XENKBD_TYPE_KEY;
	key->pressed = shm_u8(page, at + KEY_pressed) != 0;
	key->code = shm_u32(page, at + KEY_keycode);
	return is_key;
}

bool kbdfront_take(struct kbdfront *f, struct kbd_key *key)
{
	struct shm *page = f->front.page;
	uint32_t prod = shm_u32(page, RING_in_prod), had = f->in_cons;
	bool found = false;
	if (prod - f->in_cons > KBD_IN_EVENTS)
		f->in_cons = prod; /* no back end means that: nothing of it is believed */
	shm_fence();
	for (; !found && f->in_cons != prod; f->in_cons++)
		found = event_read(f, key);
	if (f->in_cons == had)
		return false;
	shm_fence();
	shm_set_u32(page, RING_in_cons, f->in_cons);
	evtchn_notify(f->front.port);
	return found;
}

void kbdfront_end(struct kbdfront *f, bool ours)
{
	if (f->front.page && ours)
		mem_free(f->front.page, 1);
	f->front.page = NULL;
}
