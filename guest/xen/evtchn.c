/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "evtchn.h"
#include "hypercall.h"
#include "machine.h"
#include "shared.h"
#include "time.h"

static size_t open_channels;

enum err evtchn_alloc(uint16_t remote, evtchn_port *port)
{
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF, .remote_dom = remote };
	if (hyper_event(EVTCHNOP_alloc_unbound, &op) < 0)
		return ERR_IO;
	*port = op.port;
	open_channels++;
	evtchn_clear(*port);
	return OK;
}

void evtchn_close(evtchn_port port)
{
	if (hyper_event(EVTCHNOP_close, &port) == 0)
		open_channels--;
	evtchn_clear(port);
}

void evtchn_notify(evtchn_port port)
{
	/* It can only fail when the other side is gone, and then a deadline ends the wait. */
	hyper_event(EVTCHNOP_send, &port);
}

void evtchn_clear(evtchn_port port)
{
	volatile uint32_t *word =
		shm_at(machine_shared(), SHARED_evtchn_pending + (size_t)port / 32 * 4);
	__atomic_fetch_and(word, ~(UINT32_C(1) << port % 32), __ATOMIC_SEQ_CST);
}

void evtchn_wait(const evtchn_port *port, size_t n, uint64_t deadline_ms)
{
	struct sched_poll op = {
		.ports = port,
		.nr_ports = (uint32_t)n,
		.timeout = time_from_ms(deadline_ms),
	};
	if (time_ms() >= deadline_ms)
		return;
	if (hyper_sched(SCHEDOP_poll, &op) < 0)
		hyper_sched(SCHEDOP_yield, NULL);
}

size_t evtchn_open(void)
{
	return open_channels;
}
