/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STORE_H
#define STORE_H
#include "../../core/base/base.h"
/*
 * A xenstore client: one request at a time, every wait bounded. A path is
 * absolute, or relative to the domain's own directory. ERR_NOENT: no such
 * path; ERR_IO: refused, or xenstore does not answer (then every later call
 * fails at once); ERR_LIMIT: too long for the buffer or the protocol.
 */
enum { STORE_PATH = 512, STORE_PAYLOAD = 4096 };

void store_begin(struct log *log);
/* The value, with a NUL behind it that *n does not count. cap counts it. */
enum err store_read(const char *path, char *buf, size_t cap, size_t *n);
enum err store_read_u64(const char *path, uint64_t *v); /* ERR_CORRUPT: not a number */
enum err store_write(const char *path, const char *value);
enum err store_write_u64(const char *path, uint64_t v);
enum err store_remove(const char *path); /* also what lies below; OK when it was not there */
/* The names in a directory, each with a NUL behind it; *n counts all bytes. */
enum err store_list(const char *path, char *buf, size_t cap, size_t *n);

/* Be told of changes at or below path. Fires once at once. Undone by store_unwatch. */
enum err store_watch(const char *path);
void store_unwatch(const char *path);
/* Sleep until some watch fires; false: the deadline passed. */
bool store_wait(uint64_t deadline_ms);
/* How many watches have fired until now: takes what has arrived and waits for nothing. */
uint64_t store_fired(void);
/* No watches, and nothing unread in the ring. */
void store_end(void);
#endif
