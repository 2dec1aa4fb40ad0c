/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_SAY_H
#define PROBE_SAY_H
/*
 * What the probes have in common: the pages that Xen and its daemons share
 * with a guest (Xen's public headers; an unsigned long is the guest's word),
 * and the console to complain on. Included behind the definition of
 *	long hypercall(number, four arguments)
 */

struct console_ring {
	char in[1024], out[2048];
	uint32_t in_cons, in_prod, out_cons, out_prod;
};

struct store_ring {
	char req[1024], rsp[1024];
	uint32_t req_cons, req_prod, rsp_cons, rsp_prod;
};

enum { WORD_BITS = sizeof(unsigned long) * 8 };
struct shared_info {
	struct {
		uint8_t upcall_pending, upcall_mask;
		uint8_t rest[62];
	} vcpu[32];
	unsigned long evtchn_pending[WORD_BITS], evtchn_mask[WORD_BITS];
};

struct grant {
	uint16_t flags, domid;
	uint32_t frame;
};

enum { SCHED_OP = 29, EVTCHN_OP = 32, DOMID_SELF = 0x7ff0 };
enum { SCHED_YIELD = 0, SCHED_SHUTDOWN = 2 };
enum { EVTCHN_SEND = 4, EVTCHN_STATUS = 5, GRANT_FIRST = 8 };

static volatile struct console_ring *ring;
static uint32_t console_port;
static unsigned bad;

static void notify(void)
{
	hypercall(EVTCHN_OP, EVTCHN_SEND, (unsigned long)&console_port, 0, 0);
}

static void put(char c)
{
	if (ring->out_prod - ring->out_cons >= sizeof ring->out)
		notify();
	while (ring->out_prod - ring->out_cons >= sizeof ring->out)
		hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0);
	ring->out[ring->out_prod % sizeof ring->out] = c;
	asm volatile("" ::: "memory");
	ring->out_prod++;
}

static void text(const char *s)
{
	while (*s)
		put(*s++);
}

static void number(const char *name, uint64_t v)
{
	int shift = 60;

	text(name);
	while (shift && !(v >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put("0123456789abcdef"[v >> shift & 15]);
}

static void check(int good, const char *what, uint64_t v)
{
	if (good)
		return;
	bad++;
	text("PROBE-BAD ");
	text(what);
	number(": ", v);
	text("\r\n");
}

static int has_word(const char *line, const char *word)
{
	for (; *line; line++) {
		size_t i = 0;

		while (word[i] && line[i] == word[i])
			i++;
		if (!word[i])
			return 1;
	}
	return 0;
}
/* --- what every kernel expects to find unused -------------------------------- */

static void check_store_ring(const volatile struct store_ring *store)
{
	check(store->req_cons == store->req_prod, "unread store requests",
	      store->req_prod - store->req_cons);
	check(store->rsp_cons == store->rsp_prod, "unread store replies",
	      store->rsp_prod - store->rsp_cons);
}

static void check_channels(uint32_t store_port)
{
	struct {
		uint16_t dom;
		uint32_t port, status, vcpu, u[2];
	} st;

	for (uint32_t port = 1; port < 128; port++) {
		st.dom = DOMID_SELF;
		st.port = port;
		if (hypercall(EVTCHN_OP, EVTCHN_STATUS, (unsigned long)&st, 0, 0))
			break;
		check(!st.status || port == store_port || port == console_port,
		      "event channel left open", port);
	}
}

/* mask: of upcalls, as the type of guest begins with it. */
static void check_shared_info(const volatile struct shared_info *shared, uint32_t store_port,
			      uint8_t mask)
{
	unsigned long stray = 0;

	check(shared->vcpu[0].upcall_mask == mask, "mask of upcalls", shared->vcpu[0].upcall_mask);
	for (int i = 0; i < WORD_BITS; i++) /* the two rings' own ports may be pending */
		stray |= shared->evtchn_pending[i] &
			 ~(i ? 0 : 1ul << store_port | 1ul << console_port);
	check(!stray, "events pending", stray);
}

static void check_grant_table(const volatile struct grant *grant)
{
	unsigned used = 0;

	for (unsigned i = GRANT_FIRST; i < 4096 / sizeof *grant; i++)
		used += grant[i].flags || grant[i].domid || grant[i].frame;
	check(!used, "grants that are not empty", used);
}

/* --- the report --------------------------------------------------------------- */

static inline void say_initrd(const uint8_t *start, unsigned long n)
{
	uint32_t sum = 0;

	for (unsigned long i = 0; i < n; i++)
		sum = sum * 31 + start[i];
	number("PROBE-INITRD length=", n);
	number(" sum=", sum);
	text("\r\n");
}

/* The end: wait if the command line says so, the verdict, power off or reboot. */
static void finish(const char *cmdline)
{
	uint32_t reason = has_word(cmdline, "probe.reboot") ? 1 : 0, typed;

	if (has_word(cmdline, "probe.wait")) {
		text("PROBE-WAITS\r\n");
		notify();
		typed = ring->in_prod;
		while (ring->in_prod == typed)
			hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0);
	}
	number("PROBE-DONE bad=", bad);
	text("\r\n");
	notify();
	for (int i = 0; ring->out_cons != ring->out_prod && i < 1000000; i++)
		hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0);
	hypercall(SCHED_OP, SCHED_SHUTDOWN, (unsigned long)&reason, 0, 0);
}
#endif
