/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRIES_H
#define TRIES_H
#include "../core/base/fmt.h"
/*
 * Boot counting (UAPI.1, "Boot counting") without writing to a guest's disk: dom0 keeps, in a
 * directory of its own, how often it has booted each entry whose name has counters, and the
 * worker adds that to them. A guest that finds its boot good renames the entry, which is then
 * another one. A file per guest, named by its first disk: lines of a number and an entry, the
 * one that was booted last first.
 */
enum { TRIES_MAX = 8192 }; /* bytes of a guest's file; what was booted long ago goes first */
struct tries {
	char text[TRIES_MAX];
	size_t n;
};
/* How often entry was booted; pure. */
uint64_t tries_count(const struct tries *t, struct str entry);
/* One more boot of entry; pure. entry: without a newline. One that is too long is not counted. */
void tries_put(struct tries *t, struct str entry);
/*
 * What directory (NULL: nothing is counted) has for a guest. Nothing there is no error; what
 * cannot be read is a warning.
 */
void tries_read(struct tries *t, const char *directory, const char *disk);
/* tries_put(), and into the file. What cannot be written is a warning: the guest boots. */
void tries_add(struct tries *t, const char *directory, const char *disk, struct str entry);
#endif
