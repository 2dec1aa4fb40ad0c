/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GRANT_H
#define GRANT_H
#include "../../core/base/base.h"
/* The grant table, version 1: which pages another domain may use. */
typedef uint32_t grant_ref; /* 0: none; entries below 8 are the toolstack's */

enum err grant_begin(void);
/* Let domain dom read and write this page of ours (any address inside it). 0: no entry is free. */
grant_ref grant_page(uint16_t dom, const void *va);
/*
 * Take it back. ERR_IO: the other domain still has the page mapped; the entry
 * stays, counts as open, and may be ended later.
 */
enum err grant_end(grant_ref ref);
size_t grant_open(void); /* entries in use */
/* How many entries can be had, used ones included. */
size_t grant_room(void);
#endif
