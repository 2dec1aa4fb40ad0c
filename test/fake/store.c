/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake's xenstored: a table of paths, seen through the domain's ring. */
#include "fake.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOME "/local/domain/1"
enum { REQ = 0, RSP = 1024, REQ_CONS = 2048, REQ_PROD = 2052, RSP_CONS = 2056, RSP_PROD = 2060 };
enum { DIRECTORY = 1, READ = 2, WATCH = 4, UNWATCH = 5, WRITE = 11, RM = 13 };
enum { WATCH_EVENT = 15, ERROR = 16, RESET_WATCHES = 21 };
enum { NODES = 1024, WATCHES = 16, HEADER = 16, PAYLOAD = 4096 };

struct fake_store fake_store;

struct node {
	char *path, *value;
};
static struct node nodes[NODES];
static size_t n_nodes;
static struct {
	char path[512], token[64];
} watches[WATCHES];
static uint8_t in[HEADER + PAYLOAD];
static uint8_t out[1 << 18]; /* answers that wait for room in the ring */
static size_t n_in, n_out;

static struct {
	char path[128], value[128];
	uint64_t due_ns; /* 0: nothing */
} later;

void fake_store_begin(void)
{
	later.due_ns = 0;
	for (size_t i = 0; i < n_nodes; i++) {
		free(nodes[i].path);
		free(nodes[i].value);
	}
	fake_store = (struct fake_store){ 0 };
	n_nodes = n_in = n_out = 0;
}

/* --- the table ---------------------------------------------------------------- */

static bool below(const char *path, const char *dir)
{
	size_t n = strlen(dir);
	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

static struct node *find(const char *path)
{
	for (size_t i = 0; i < n_nodes; i++)
		if (!strcmp(nodes[i].path, path))
			return &nodes[i];
	return NULL;
}

const char *fake_get(const char *path)
{
	const struct node *n = find(path);
	return n ? n->value : NULL;
}

uint64_t fake_get_u64(const char *path)
{
	const char *v = fake_get(path);
	return v ? strtoull(v, NULL, 10) : UINT64_MAX;
}

static void put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, 4);
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
	return v;
}

static void send(uint32_t type, uint32_t id, uint32_t claim, const void *payload, size_t n)
{
	check(n_out + HEADER + n <= sizeof out);
	memset(out + n_out, 0, HEADER);
	put32(out + n_out, type);
	put32(out + n_out + 4, id);
	put32(out + n_out + 12, claim);
	if (n)
		memcpy(out + n_out + HEADER, payload, n);
	n_out += HEADER + n;
}

static void send_event(const char *path, const char *token)
{
	char text[1024];
	int n = snprintf(text, sizeof text, "%s%c%s", path, 0, token);
	send(WATCH_EVENT, 0, (uint32_t)n + 1, text, (size_t)n + 1);
}

static void absolute(const char *path, char full[1024])
{
	snprintf(full, 1024, "%s%s%s", path[0] == '/' ? "" : HOME, path[0] == '/' ? "" : "/", path);
}

static void fire(const char *path)
{
	char full[1024];
	for (size_t i = 0; i < fake_store.watches; i++) {
		absolute(watches[i].path, full);
		if (below(path, full))
			send_event(watches[i].path, watches[i].token);
	}
}

void fake_set(const char *path, const char *value)
{
	struct node *n = find(path);
	check(n || n_nodes < NODES);
	if (!n) {
		n = &nodes[n_nodes++];
		*n = (struct node){ .path = strdup(path) };
	}
	char *copy = strdup(value); /* value may be the old one */
	free(n->value);
	n->value = copy;
	fire(path);
}

void fake_setf(const char *path, const char *fmt, ...)
{
	char value[256];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(value, sizeof value, fmt, ap);
	va_end(ap);
	fake_set(path, value);
}

void fake_remove(const char *path)
{
	for (size_t i = n_nodes; i-- > 0;) {
		if (!below(nodes[i].path, path))
			continue;
		free(nodes[i].path);
		free(nodes[i].value);
		nodes[i] = nodes[--n_nodes];
	}
	fire(path);
}

void fake_set_later(uint64_t ms, const char *path, const char *value)
{
	snprintf(later.path, sizeof later.path, "%s", path);
	snprintf(later.value, sizeof later.value, "%s", value);
	later.due_ns = fake.now_ns + ms * 1000000;
}

uint64_t fake_store_next(void)
{
	return later.due_ns ? later.due_ns : FAKE_NEVER;
}

static bool set_what_is_due(void)
{
	if (!later.due_ns || later.due_ns > fake.now_ns)
		return false;
	later.due_ns = 0;
	fake_set(later.path, later.value);
	return true;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct node *)a)->path, ((const struct node *)b)->path);
}

struct str fake_dump(void)
{
	struct text t = { .arena = test_arena() };
	qsort(nodes, n_nodes, sizeof *nodes, by_path);
	for (size_t i = 0; i < n_nodes; i++)
		text_fmt(&t, "%s = \"%s\"\n", nodes[i].path, nodes[i].value);
	return text_str(&t);
}

/* --- requests ------------------------------------------------------------------- */

static bool exists(const char *path)
{
	for (size_t i = 0; i < n_nodes; i++)
		if (below(nodes[i].path, path))
			return true;
	return false;
}

/* The names directly below path, each with its NUL. */
static size_t list(const char *path, char names[PAYLOAD])
{
	size_t n = 0, skip = strlen(path) + 1;
	for (size_t i = 0; i < n_nodes; i++) {
		if (!below(nodes[i].path, path) || strlen(nodes[i].path) < skip)
			continue;
		const char *name = nodes[i].path + skip;
		size_t len = strcspn(name, "/");
		bool seen = false;
		for (size_t at = 0; at < n && !seen; at += strlen(names + at) + 1)
			seen = strlen(names + at) == len && !memcmp(names + at, name, len);
		if (seen || n + len + 1 > PAYLOAD)
			continue;
		memcpy(names + n, name, len);
		names[n + len] = 0;
		n += len + 1;
	}
	return n;
}

static void unwatch(const char *path, const char *token)
{
	for (size_t i = 0; i < fake_store.watches; i++) {
		if (strcmp(watches[i].path, path) || strcmp(watches[i].token, token))
			continue;
		watches[i] = watches[--fake_store.watches];
		return;
	}
}

struct request {
	uint32_t type, id;
	size_t n;
	char path[PAYLOAD + 1], full[1024];
	const char *rest; /* behind the path's NUL */
};

static void answer(const struct request *r, const void *p, size_t n)
{
	uint32_t claim = (uint32_t)n;
	for (unsigned i = 0; i < fake_store.flood; i++)
		send_event("device/vbd", "somebody else's");
	for (unsigned i = 0; i < fake_store.foreign; i++)
		send(r->type, r->id + 1000 + i, 3, "ab", 3);
	if (fake_store.long_answer && !--fake_store.long_answer)
		claim = 5000;
	send(r->type, r->id, claim, p, n);
	if (fake_store.bad_index && !--fake_store.bad_index)
		shm_set_u32(fake_store_page, RSP_PROD, 0x12345678);
}

static void refuse(const struct request *r, const char *why)
{
	send(ERROR, r->id, (uint32_t)strlen(why) + 1, why, strlen(why) + 1);
}

static void do_write(const struct request *r)
{
	char value[PAYLOAD + 1];
	size_t n = r->n - (size_t)(r->rest - r->path);
	memcpy(value, r->rest, n);
	value[n] = 0;
	fake_set(r->full, value);
	answer(r, "OK", 3);
	fake_disks_see(r->full);
	fake_screen_see(r->full);
}

static void do_watch(const struct request *r)
{
	check(fake_store.watches < WATCHES && strlen(r->path) < 512 && strlen(r->rest) < 64);
	strcpy(watches[fake_store.watches].path, r->path);
	strcpy(watches[fake_store.watches].token, r->rest);
	fake_store.watches++;
	answer(r, "OK", 3);
	send_event(r->path, r->rest);
}

static void serve(const struct request *r)
{
	char names[PAYLOAD];
	const char *value = fake_get(r->full);
	fake_store.requests++;
	if (fake_store.mute)
		return;
	if (fake_store.fail && !--fake_store.fail) {
		refuse(r, "EIO");
		return;
	}
	switch (r->type) {
	case READ:
		value ? answer(r, value, strlen(value)) : refuse(r, "ENOENT");
		break;
	case DIRECTORY:
		exists(r->full) ? answer(r, names, list(r->full, names)) : refuse(r, "ENOENT");
		break;
	case WRITE:
		do_write(r);
		break;
	case RM:
		fake_remove(r->full);
		answer(r, "OK", 3);
		fake_disks_see(r->full);
		fake_screen_see(r->full);
		break;
	case WATCH:
		do_watch(r);
		break;
	case UNWATCH:
		unwatch(r->path, r->rest);
		answer(r, "OK", 3);
		break;
	case RESET_WATCHES:
		fake_store.watches = 0;
		answer(r, "OK", 3);
		break;
	default:
		check(!"a request that xenstored does not know");
	}
}

static void take_request(void)
{
	static struct request r;
	uint32_t len = get32(in + 12);
	r = (struct request){ .type = get32(in), .id = get32(in + 4), .n = len };
	memcpy(r.path, in + HEADER, len);
	check(memchr(r.path, 0, len)); /* a path ends with a NUL, or the domain is cut off */
	absolute(r.path, r.full);
	r.rest = r.path + strlen(r.path) + 1;
	n_in = 0;
	serve(&r);
}

/* --- the ring ---------------------------------------------------------------------- */

static bool take_bytes(void)
{
	uint32_t cons = shm_u32(fake_store_page, REQ_CONS);
	uint32_t prod = shm_u32(fake_store_page, REQ_PROD), had = cons;
	check(prod - cons <= 1024);
	for (; cons != prod; cons++) {
		in[n_in++] = shm_u8(fake_store_page, REQ + cons % 1024);
		if (n_in == HEADER)
			check(get32(in + 12) <= PAYLOAD);
		shm_set_u32(fake_store_page, REQ_CONS, cons + 1);
		if (n_in >= HEADER && n_in == HEADER + get32(in + 12))
			take_request();
	}
	return cons != had;
}

static bool give_bytes(void)
{
	uint32_t prod = shm_u32(fake_store_page, RSP_PROD);
	uint32_t room = 1024 - (prod - shm_u32(fake_store_page, RSP_CONS));
	size_t n = room > 1024 ? 0 : min_size(room, n_out);
	for (size_t i = 0; i < n; i++)
		shm_set_u8(fake_store_page, RSP + prod++ % 1024, out[i]);
	if (n)
		shm_set_u32(fake_store_page, RSP_PROD, prod);
	memmove(out, out + n, n_out - n);
	n_out -= n;
	return n > 0;
}

bool fake_store_step(void)
{
	bool did = !fake_store.deaf && fake_kicked(FAKE_STORE_PORT) && take_bytes();
	did |= set_what_is_due();
	did |= give_bytes();
	if (did)
		fake_raise(FAKE_STORE_PORT);
	return did;
}
