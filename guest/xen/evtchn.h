/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVTCHN_H
#define EVTCHN_H
#include "../../core/base/base.h"
/*
 * Event channels without upcalls: we poll. The hypervisor wakes a poller only
 * when a pending bit goes from 0 to 1, so a wait is always: clear, look at the
 * ring, and only when there is nothing, evtchn_wait.
 */
typedef uint32_t evtchn_port;

/* A channel that domain remote may bind to. ERR_IO: refused. */
enum err evtchn_alloc(uint16_t remote, evtchn_port *port);
void evtchn_close(evtchn_port port);
void evtchn_notify(evtchn_port port);
void evtchn_clear(evtchn_port port);
/* Sleep until one of the ports is pending or the time is there; may wake for nothing. */
void evtchn_wait(const evtchn_port *port, size_t n, uint64_t deadline_ms);
/* How many of evtchn_alloc's are not closed. */
size_t evtchn_open(void);
#endif
