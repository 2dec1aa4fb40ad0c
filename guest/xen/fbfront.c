/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fbfront.h"
#include "../mem.h"

/* struct xenfb_page: Xen public/io/fbif.h. */
enum {
	FB_width = 16,
	FB_height = 20,
	FB_line_length = 24,
	FB_mem_length = 28,
	FB_depth = 32, /* one byte */
	FB_out = 2048,
	DEPTH = 8,
	FB_OUT_EVENTS = 2048 / RING_EVENT,
};
/* A word of the guest each: frames of the directory, at the end of the structure; and in it, of the
 * dots. */
enum { WORD = sizeof(unsigned long), FB_pd = (FB_depth + WORD) / WORD * WORD };
enum { XENFB_TYPE_UPDATE = 2, UPDATE_x = 4, UPDATE_y = 8, UPDATE_width = 12, UPDATE_height = 16 };

static void set_word(struct shm *page, size_t at, uint64_t v)
{
	if (WORD == 8)
		shm_set_u64(page, at, v);
	else
		shm_set_u32(page, at, (uint32_t)v);
}

static uint64_t frame_of(const struct shm *first, size_t page)
{
	return mem_mfn(mem_pfn((const char *)first + page * PAGE_SIZE));
}

/* The shared page, the directory's pages, and the dots, one after the other. */
static void layout(struct fbfront *f, size_t dirs, size_t dots)
{
	struct shm *page = f->front.page;
	for (size_t at = 0; at < (1 + dirs) * PAGE_SIZE; at += 8)
		shm_set_u64(page, at, 0);
	shm_set_u32(page, FB_width, f->width);
	shm_set_u32(page, FB_height, f->height);
	shm_set_u32(page, FB_line_length, f->width);
	shm_set_u32(page, FB_mem_length, (uint32_t)(dots * PAGE_SIZE));
	shm_set_u8(page, FB_depth, DEPTH);
	for (size_t i = 0; i < dirs; i++)
		set_word(page, FB_pd + i * WORD, frame_of(page, 1 + i));
	for (size_t i = 0; i < dots; i++)
		set_word(page, PAGE_SIZE + i * WORD, frame_of(page, 1 + dirs + i));
	f->dots = (uint8_t *)page + (1 + dirs) * PAGE_SIZE;
}

static size_t pages_for(size_t bytes)
{
	return (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
}

enum err fbfront_find(struct fbfront *f, struct log *log, uint32_t width, uint32_t height)
{
	size_t dots = pages_for((size_t)width * height), dirs = pages_for(dots * WORD);
	*f = (struct fbfront){
		.front = { .kind = "vfb", .log = log, .feature = "feature-update" },
		.width = width,
		.height = height,
	};
	try(pagefront_find(&f->front));
	f->front.page = mem_pages(1 + dirs + dots);
	if (!f->front.page) {
		log_at(log, LOG_WARN, "%s: no memory for %zu pages: not used", f->front.name,
		       1 + dirs + dots);
		return ERR_NOMEM;
	}
	f->pages = 1 + dirs + dots;
	layout(f, dirs, dots);
	return OK;
}

void fbfront_ready(struct fbfront *f)
{
	uint64_t asked;
	f->asked = !bus_read_back(&f->front.bus, "request-update", &asked) && asked;
}

bool fbfront_tell(struct fbfront *f, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	struct shm *page = f->front.page;
	if (!f->asked)
		return true;
	if (f->out_prod - shm_u32(page, RING_out_cons) >= FB_OUT_EVENTS)
		return false; /* full, or the index makes no sense */
	size_t at = FB_out + f->out_prod % FB_OUT_EVENTS * RING_EVENT;
	shm_fence();
	shm_set_u8(page, at, XENFB_TYPE_UPDATE);
	shm_set_u32(page, at + UPDATE_x, x);
	shm_set_u32(page, at + UPDATE_y, y);
	shm_set_u32(page, at + UPDATE_width, width);
	shm_set_u32(page, at + UPDATE_height, height);
	shm_fence();
	shm_set_u32(page, RING_out_prod, ++f->out_prod);
	evtchn_notify(f->front.port);
	return true;
}

void fbfront_end(struct fbfront *f, bool ours)
{
	if (f->pages && ours)
		mem_free(f->front.page, f->pages);
	f->pages = 0;
}
