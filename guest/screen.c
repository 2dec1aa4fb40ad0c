/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "screen.h"
#include "keymap.h"
#include "paint.h"
#include "start.h"
#include "xen/console.h"
#include "xen/fbfront.h"
#include "xen/kbdfront.h"
#include "xen/machine.h"
#include "xen/time.h"

enum { CONNECT_MS = 1200 }; /* what is left of the 2 s is for leaving */

struct screen {
	struct vt100 term;
	struct paint paint;
	struct keymap map;
	struct fbfront fb;
	struct kbdfront kbd;
	bool has_kbd;
	struct console_peer peer;
	evtchn_port port[CONSOLE_PEER_PORTS];
	struct rect untold; /* changes that the back end could not be told of yet; width 0: none */
	char typed[KEYMAP_BYTES];
	size_t n_typed, taken;
};
static struct screen screen;

static struct rect join(struct rect a, struct rect b)
{
	if (!a.width || !b.width)
		return a.width ? a : b;
	struct rect r = { .x = min_size(a.x, b.x), .y = min_size(a.y, b.y) };
	size_t right = a.x + a.width, bottom = a.y + a.height;
	if (right < b.x + b.width)
		right = b.x + b.width;
	if (bottom < b.y + b.height)
		bottom = b.y + b.height;
	r.width = right - r.x;
	r.height = bottom - r.y;
	return r;
}

static void tell(void)
{
	const struct rect *r = &screen.untold;
	if (r->width && fbfront_tell(&screen.fb, (uint32_t)r->x, (uint32_t)r->y, (uint32_t)r->width,
				     (uint32_t)r->height))
		screen.untold = (struct rect){ 0 };
}

static void screen_write(const char *p, size_t n)
{
	struct rect changed;
	vt100_write(&screen.term, p, n);
	if (paint_vt100(&screen.paint, &screen.term, &changed))
		screen.untold = join(screen.untold, changed);
	tell();
}

static bool screen_take(uint8_t *byte)
{
	struct kbd_key key;
	tell();
	/* What comes while we look is told of anew: no more turns than there is room for keys. */
	for (size_t i = 0; screen.taken == screen.n_typed && i < KBD_IN_EVENTS; i++) {
		if (!screen.has_kbd || !kbdfront_take(&screen.kbd, &key))
			return false;
		screen.n_typed = keymap_key(&screen.map, key.code, key.pressed, screen.typed);
		screen.taken = 0;
	}
	if (screen.taken == screen.n_typed)
		return false;
	*byte = (uint8_t)screen.typed[screen.taken++];
	return true;
}

/* Both at once, so that a back end that is late costs its time once. */
static enum err connect(uint64_t deadline_ms)
{
	struct pagefront *fb = &screen.fb.front, *kbd = &screen.kbd.front;
	try(pagefront_offer(fb, deadline_ms));
	screen.has_kbd = screen.has_kbd && !pagefront_offer(kbd, deadline_ms);
	try(pagefront_finish(fb, deadline_ms));
	screen.has_kbd = screen.has_kbd && !pagefront_finish(kbd, deadline_ms);
	fbfront_ready(&screen.fb);
	return OK;
}

static void disconnect(void)
{
	struct pagefront *front[] = { &screen.fb.front, &screen.kbd.front };
	bool ours[array_len(front)];
	pagefront_close(front, array_len(front), ours);
	fbfront_end(&screen.fb, ours[0]);
	kbdfront_end(&screen.kbd, ours[1]);
	screen.has_kbd = false;
}

static const struct console_peer *peer(void)
{
	size_t n = 0;
	screen.port[n++] = screen.fb.front.port;
	if (screen.has_kbd)
		screen.port[n++] = screen.kbd.front.port;
	screen.peer = (struct console_peer){
		.write = screen_write,
		.take = screen_take,
		.port = screen.port,
		.n_port = n,
		.rows = VT100_ROWS,
		.cols = VT100_COLS,
	};
	return &screen.peer;
}

struct con *screen_begin(struct log *log)
{
	enum err e = fbfront_find(&screen.fb, log, PAINT_WIDTH, PAINT_HEIGHT);
	if (e == ERR_NOENT)
		log_at(log, LOG_WARN,
		       "vfb=yes: this domain has no frame buffer: see vfb= in xl.cfg");
	if (e)
		return NULL;
	screen.has_kbd = !kbdfront_find(&screen.kbd, log);
	vt100_init(&screen.term);
	paint_begin(&screen.paint, screen.fb.dots);
	screen.map = (struct keymap){ 0 };
	screen.untold = (struct rect){ 0 };
	screen.n_typed = screen.taken = 0;
	if (!connect(time_in_ms(CONNECT_MS)) && (screen.has_kbd || machine_console()))
		return console_join(peer());
	disconnect();
	return NULL;
}

void screen_end(void)
{
	if (!screen.fb.pages)
		return;
	console_join(NULL);
	disconnect();
}
