/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONSOLE_H
#define CONSOLE_H
#include "evtchn.h"
#include "../../core/menu/menu.h"
/*
 * The domain's first console (hvc0). Nobody has to read it: output waits at
 * most 100 ms for room, then it is dropped until there is room again.
 */
/* NULL: this domain has none. */
struct con *console_begin(void);
/*
 * A second place where all output appears and where keys may come from. With
 * it, the console is no larger than rows and cols.
 */
struct console_peer {
	void (*write)(const char *p, size_t n); /* never waits */
	bool (*take)(uint8_t *byte);		/* a byte that is there; false: none */
	const evtchn_port *port;		/* which tell that take may have one */
	size_t n_port;				/* at most CONSOLE_PEER_PORTS */
	uint16_t rows, cols;
};
enum { CONSOLE_PEER_PORTS = 2 };
/* The console with this peer, also where there is nothing else; NULL takes it away again. */
struct con *console_join(const struct console_peer *peer);
/* Wait until all output was taken, or for ms. */
void console_flush(uint64_t ms);
#endif
