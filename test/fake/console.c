/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake's reader of the console: it takes output and types. */
#include "fake.h"
#include <string.h>

enum { OUT = 1024, IN_CONS = 3072, IN_PROD = 3076, OUT_CONS = 3080, OUT_PROD = 3084 };

enum { CHUNKS = 64 };

struct fake_console fake_console;
/* What will be typed, and when: chunk i ends at chunks[i].end. */
static char keys[5 << 18];
static size_t n_keys, typed;
static struct {
	size_t end;
	uint64_t due_ns;
} chunks[CHUNKS];
static size_t n_chunks, chunk;

void fake_console_begin(void)
{
	fake_console = (struct fake_console){ 0 };
	n_keys = typed = n_chunks = chunk = 0;
}

void fake_type_later(uint64_t ms, const char *text)
{
	size_t n = strlen(text);
	check(n <= sizeof keys - n_keys && n_chunks < CHUNKS);
	memcpy(keys + n_keys, text, n);
	n_keys += n;
	chunks[n_chunks].end = n_keys;
	chunks[n_chunks++].due_ns = fake.now_ns + ms * 1000000;
}

void fake_type(const char *text)
{
	fake_type_later(0, text);
}

uint64_t fake_console_next(void)
{
	bool waits = chunk < n_chunks && chunks[chunk].due_ns > fake.now_ns;
	return waits ? chunks[chunk].due_ns : FAKE_NEVER;
}

static bool type(struct shm *page)
{
	uint32_t prod = shm_u32(page, IN_PROD), had = prod;
	while (chunk < n_chunks && chunks[chunk].due_ns <= fake.now_ns) {
		for (; typed < chunks[chunk].end && prod - shm_u32(page, IN_CONS) < 1024; typed++)
			shm_set_u8(page, prod++ % 1024, (uint8_t)keys[typed]);
		if (typed < chunks[chunk].end)
			break;
		chunk++;
	}
	shm_set_u32(page, IN_PROD, prod);
	return prod != had;
}

static bool take(struct shm *page)
{
	uint32_t cons = shm_u32(page, OUT_CONS), prod = shm_u32(page, OUT_PROD);
	if (fake_console.unread || cons == prod)
		return false;
	check(prod - cons <= 2048);
	for (; cons != prod; cons++)
		if (fake_console.n < sizeof fake_console.out)
			fake_console.out[fake_console.n++] = (char)shm_u8(page, OUT + cons % 2048);
	shm_set_u32(page, OUT_CONS, cons);
	return true;
}

bool fake_console_step(void)
{
	struct shm *page = fake_console_page;
	bool did = take(page);
	did |= type(page);
	if (did)
		fake_raise(FAKE_CONSOLE_PORT);
	return did;
}

bool fake_said(const char *text)
{
	fake_console_step();
	return memmem(fake_console.out, fake_console.n, text, strlen(text)) != NULL;
}
