/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake's back ends of the frame buffer and the keyboard. They map pages by
 * frame number, as QEMU's do, and let go of them when they close.
 */
#include "fake.h"
#include "../../guest/font.h"
#include <stdio.h>
#include <string.h>

enum { BACK_DOMAIN = 0, EVENT = 40 };
enum { IN_CONS = 0, IN_PROD = 4, OUT_CONS = 8, OUT_PROD = 12 };
enum { FB_WIDTH = 16, FB_HEIGHT = 20, FB_LINE = 24, FB_LENGTH = 28, FB_DEPTH = 32, FB_PD = 40 };
enum { FB_OUT = 2048, FB_OUT_EVENTS = 51, KBD_IN = 1024, KBD_IN_EVENTS = 51, PAGES = 512 };
enum { UPDATE = 2, KEY = 3 };

struct back {
	const char *kind;
	char back[64], front[64];
	struct shm *page; /* NULL: not connected */
	uint32_t port;
	uint64_t due_ns; /* of the next step */
	bool due, connected_once;
};
static struct back fb, kbd;
static const uint8_t *frames[PAGES]; /* of the dots */
static struct {
	uint32_t code;
	uint64_t due_ns;
} keys[64]; /* to be typed */
static size_t n_keys, typed;
static char seen[8192]; /* the rows, when the last key was typed */
struct fake_screen fake_screen;

void fake_screen_begin(void)
{
	fake_screen = (struct fake_screen){ 0 };
	fb = kbd = (struct back){ 0 };
	n_keys = typed = 0;
	seen[0] = 0;
}

static const char *at(const char *dir, const char *key)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", dir, key);
	return path;
}

static void set_state(struct back *b, enum bus_state s)
{
	fake_setf(at(b->back, "state"), "%d", s);
}

static void add(struct back *b, const char *kind)
{
	*b = (struct back){ .kind = kind };
	snprintf(b->back, sizeof b->back, "/local/domain/%d/backend/%s/1/0", BACK_DOMAIN, kind);
	snprintf(b->front, sizeof b->front, "/local/domain/1/device/%s/0", kind);
	fake_set(at(b->front, "backend"), b->back);
	fake_setf(at(b->front, "backend-id"), "%d", BACK_DOMAIN);
	fake_set(at(b->front, "state"), "1");
	fake_set(at(b->back, "online"), "1");
	set_state(b, BUS_INIT_WAIT);
}

void fake_screen_add(void)
{
	add(&fb, "vfb");
	if (!fake_screen.no_keyboard)
		add(&kbd, "vkbd");
}

/* --- connecting -------------------------------------------------------------------- */

/* What the page says of the dots, and where they are: nothing of it may be wrong. */
static void map_dots(void)
{
	uint32_t length = shm_u32(fb.page, FB_LENGTH), line = shm_u32(fb.page, FB_LINE);
	check_u64(shm_u8(fb.page, FB_DEPTH), 8);
	check_u64(line, shm_u32(fb.page, FB_WIDTH));
	check(length % 4096 == 0 && length / 4096 <= PAGES);
	check(shm_u32(fb.page, FB_HEIGHT) <= length / line);
	uint64_t *directory = fake_frame(shm_u64(fb.page, FB_PD));
	check(directory != NULL && length / 4096 <= 512);
	for (size_t i = 0; i < length / 4096; i++) {
		frames[i] = fake_frame(directory[i]);
		check(frames[i] != NULL && mem_kind(directory[i] - FAKE_MFN) == MEM_USED);
	}
	fake_setf(at(fb.back, "request-update"), "%d", !fake_screen.unasked);
}

static void connect(struct back *b)
{
	const char *protocol = fake_get(at(b->front, "protocol"));
	check(protocol && !strcmp(protocol, "x86_64-abi"));
	b->page = fake_frame(fake_get_u64(at(b->front, "page-ref")));
	b->port = (uint32_t)fake_get_u64(at(b->front, "event-channel"));
	check(b->page && fake_port_open(b->port));
	if (b == &fb) {
		check(fake_get_u64(at(b->front, "feature-update")) == 1);
		map_dots();
	}
	fake_screen.connects++;
	b->connected_once = true;
	set_state(b, BUS_CONNECTED);
}

static void step(struct back *b)
{
	uint64_t state = fake_get_u64(at(b->front, "state"));
	bool waits = fake_get_u64(at(b->back, "state")) == BUS_INIT_WAIT;
	if (fake_screen.never || fake_screen.absent || (fake_screen.deserts && b->connected_once))
		return;
	if ((state == BUS_INITIALISED || state == BUS_CONNECTED) && !b->page && waits)
		connect(b);
	else if (state == BUS_CLOSING || state == BUS_CLOSED) {
		b->page = NULL;
		set_state(b, state);
	} else if (state == BUS_INITIALISING && fake_get_u64(at(b->back, "state")) == BUS_CLOSED)
		set_state(b, BUS_INIT_WAIT);
}

void fake_screen_see(const char *path)
{
	struct back *const back[] = { &fb, &kbd };
	for (size_t i = 0; i < array_len(back); i++) {
		struct back *b = back[i];
		if (!b->kind || strcmp(path, at(b->front, "state")))
			continue;
		b->due = true;
		b->due_ns = fake.now_ns + fake_screen.late_ms * 1000000;
	}
}

/* --- the rings ----------------------------------------------------------------------- */

static void take_updates(void)
{
	uint32_t prod = shm_u32(fb.page, OUT_PROD), cons = shm_u32(fb.page, OUT_CONS);
	check(prod - cons <= FB_OUT_EVENTS);
	for (; cons != prod; cons++) {
		size_t event = FB_OUT + cons % FB_OUT_EVENTS * EVENT;
		uint32_t x = shm_u32(fb.page, event + 4), y = shm_u32(fb.page, event + 8);
		uint32_t w = shm_u32(fb.page, event + 12), h = shm_u32(fb.page, event + 16);
		check(!fake_screen.unasked && shm_u8(fb.page, event) == UPDATE);
		check(w > 0 && h > 0 && x + w <= shm_u32(fb.page, FB_WIDTH));
		check(y + h <= shm_u32(fb.page, FB_HEIGHT));
		fake_screen.updates++;
		fake_screen.updated += (size_t)w * h;
	}
	shm_set_u32(fb.page, OUT_CONS, cons);
	fake_raise(fb.port);
}

static void lie(void)
{
	shm_set_u32(fb.page, OUT_CONS, 0x80000000);
	if (!kbd.page)
		return;
	shm_set_u32(kbd.page, IN_PROD, shm_u32(kbd.page, IN_PROD) + 1000);
	fake_raise(kbd.port);
}

static bool step_due(struct back *b)
{
	if (!b->due || b->due_ns > fake.now_ns)
		return false;
	b->due = false;
	step(b);
	return true;
}

uint64_t fake_screen_next(void)
{
	uint64_t next = fb.due ? fb.due_ns : FAKE_NEVER;
	next = min_u64(next, kbd.due ? kbd.due_ns : FAKE_NEVER);
	return min_u64(next, typed < n_keys ? keys[typed].due_ns : FAKE_NEVER);
}

/* --- the viewer ------------------------------------------------------------------------ */

static uint8_t dot(size_t x, size_t y)
{
	size_t off = y * shm_u32(fb.page, FB_LINE) + x;
	return frames[off / 4096][off % 4096];
}

/* The letter in a cell; '?' for what is none of ASCII's. */
static char letter(size_t row, size_t col)
{
	uint8_t bits[FONT_ROWS];
	for (size_t y = 0; y < FONT_ROWS; y++)
		for (size_t x = 0; x < FONT_COLS; x++) {
			bool ink = dot(col * FONT_COLS + x, row * FONT_ROWS + y) != 0;
			bits[y] = (uint8_t)(bits[y] << 1 | ink);
		}
	for (char c = ' '; c < 0x7f; c++) {
		const uint8_t *g = font_glyph((uint32_t)c);
		bool same = true, reverse = true;
		for (size_t y = 0; y < FONT_ROWS - 2; y++) {
			same = same && bits[y] == g[y];
			reverse = reverse && (bits[y] ^ g[y]) == 0xff;
		}
		if (same || reverse)
			return c;
	}
	return '?';
}

const char *fake_screen_row(size_t row)
{
	static char text[256];
	size_t n = 0;
	if (!fb.page)
		return "";
	for (size_t col = 0; col < shm_u32(fb.page, FB_WIDTH) / FONT_COLS; col++)
		if ((text[col] = letter(row, col)) != ' ')
			n = col + 1;
	text[n] = 0;
	return text;
}

void fake_screen_type_later(uint64_t ms, uint32_t code)
{
	check(n_keys < array_len(keys));
	keys[n_keys].code = code;
	keys[n_keys++].due_ns = fake.now_ns + ms * 1000000;
}

bool fake_screen_read(const char *text)
{
	return strstr(seen, text) != NULL;
}

static void look(void)
{
	seen[0] = 0;
	for (size_t row = 0; fb.page && row < shm_u32(fb.page, FB_HEIGHT) / FONT_ROWS; row++) {
		strcat(seen, fake_screen_row(row));
		strcat(seen, "\n");
	}
}

static void key_event(uint32_t code, bool pressed)
{
	uint32_t prod = shm_u32(kbd.page, IN_PROD);
	check(prod - shm_u32(kbd.page, IN_CONS) < KBD_IN_EVENTS);
	size_t event = KBD_IN + prod % KBD_IN_EVENTS * EVENT;
	shm_set_u8(kbd.page, event, KEY);
	shm_set_u8(kbd.page, event + 1, pressed);
	shm_set_u32(kbd.page, event + 4, code);
	shm_set_u32(kbd.page, IN_PROD, prod + 1);
	fake_raise(kbd.port);
}

/* Without a keyboard the key is lost. */
static bool type_due(void)
{
	if (typed == n_keys || keys[typed].due_ns > fake.now_ns)
		return false;
	uint32_t code = keys[typed++].code;
	look();
	if (kbd.page) {
		key_event(code, true);
		key_event(code, false);
	}
	return true;
}

bool fake_screen_step(void)
{
	bool did = step_due(&fb);
	did |= step_due(&kbd);
	did |= type_due();
	if (fake_screen.absent && fb.kind && fake_get_u64(at(fb.back, "state")) == BUS_INIT_WAIT)
		set_state(&fb, BUS_INITIALISING);
	fake_screen.fb = fb.page != NULL;
	fake_screen.kbd = kbd.page != NULL;
	if (!fb.page || fake_screen.deaf || !fake_kicked(fb.port))
		return did;
	if (fake_screen.liar)
		lie();
	else
		take_updates();
	return true;
}
