/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake's hypervisor: memory, hypercalls, the clock, and its events. */
#include "fake.h"
#include <setjmp.h>
#include <string.h>
#include <sys/mman.h>

enum { PFN_CONSOLE = 1, PFN_STORE, PFN_SHARED, PFN_GRANTS, GRANT_FRAMES = 4, PFN_FREE = 16 };
enum { STEP_NS = 100, YIELD_NS = 1000000, BEGIN_NS = 1000000000 };
enum { GRANT_SIZE = 8, GRANT_FIRST = 8, GRANTS = GRANT_FRAMES * 4096 / GRANT_SIZE };
enum { GRANT_ACCESS = 1, GRANT_READONLY = 4, GRANT_IN_USE = 8 | 16 };

struct fake fake;
struct shm *fake_shared, *fake_store_page, *fake_console_page;

struct port {
	bool open, kicked;
	uint16_t remote;
};
static struct port ports[FAKE_PORTS];
static uint8_t *ram;
static unsigned allocated; /* channels */
static jmp_buf ended;
static bool running;

/* --- memory --------------------------------------------------------------------- */

static uint64_t mfn_of(uint64_t pfn)
{
	return pfn + FAKE_MFN;
}

static uint64_t pfn_of(const void *va)
{
	size_t at = (size_t)((const uint8_t *)va - ram);
	check(at < (size_t)FAKE_PAGES * 4096);
	return at / 4096;
}

static bool due(unsigned *count)
{
	return *count && --*count == 0;
}

static void *map(uint64_t pfn, size_t n)
{
	(void)n;
	return due(&fake.fail_pages) ? NULL : ram + pfn * 4096;
}

static enum err protect(void *va, size_t n, bool mapped)
{
	return mprotect(va, n * 4096, mapped ? PROT_READ | PROT_WRITE : PROT_NONE) ? ERR_IO : OK;
}

struct shm *fake_page(uint64_t pfn)
{
	return (struct shm *)(void *)(ram + pfn * 4096);
}

uint64_t hyper_m2p(uint64_t mfn)
{
	return mfn - FAKE_MFN;
}

/* --- the machine ------------------------------------------------------------------ */

const struct start *start_get(void)
{
	return &fake.start;
}

enum err machine_begin(void)
{
	return OK;
}

void machine_end(void)
{
	for (size_t at = 0; at < 1024; at += 8)
		shm_set_u64(fake_shared, 2048 + at, 0);
}

struct shm *machine_shared(void)
{
	return fake_shared;
}

struct shm *machine_console(void)
{
	return fake.no_console ? NULL : fake_console_page;
}

struct shm *machine_store(void)
{
	return fake_store_page;
}

struct shm *machine_grants(size_t n)
{
	check(n <= GRANT_FRAMES);
	if (due(&fake.fail_call))
		return NULL;
	return fake_page(PFN_GRANTS);
}

uint64_t machine_tsc(void)
{
	return fake.now_ns += STEP_NS;
}

const char *machine_build_id(void)
{
	return "fake";
}

struct str machine_fact(struct str name)
{
	return str_eq(name, STR("grub_platform")) ? STR("xen") : (struct str){ NULL, 0 };
}

bool machine_cpu64(void)
{
	return true;
}

/* --- events ------------------------------------------------------------------------ */

static volatile uint64_t *pending_word(uint32_t port)
{
	return shm_at(fake_shared, 2048 + (size_t)port / 64 * 8);
}

static bool pending(uint32_t port)
{
	return *pending_word(port) >> port % 64 & 1;
}

void fake_raise(uint32_t port)
{
	if (fake_port_open(port))
		*pending_word(port) |= UINT64_C(1) << port % 64;
}

bool fake_port_open(uint32_t port)
{
	return port < FAKE_PORTS && ports[port].open;
}

uint16_t fake_port_remote(uint32_t port)
{
	return ports[port].remote;
}

bool fake_kicked(uint32_t port)
{
	bool was = ports[port].kicked;
	ports[port].kicked = false;
	return was;
}

unsigned fake_channels(void)
{
	return allocated;
}

static long alloc_unbound(struct evtchn_alloc_unbound *op)
{
	check(op->dom == DOMID_SELF);
	if (due(&fake.fail_alloc_port) || due(&fake.fail_call))
		return -XEN_ENOMEM;
	for (uint32_t i = FAKE_CONSOLE_PORT + 1; i < FAKE_PORTS; i++) {
		if (ports[i].open)
			continue;
		ports[i] = (struct port){ .open = true, .remote = op->remote_dom };
		op->port = i;
		allocated++;
		return 0;
	}
	return -XEN_ENOMEM;
}

long hyper_event(enum evtchn_cmd cmd, void *arg)
{
	uint32_t *port = arg;
	if (cmd == EVTCHNOP_alloc_unbound)
		return alloc_unbound(arg);
	if (!fake_port_open(*port))
		return -XEN_EINVAL;
	if (cmd == EVTCHNOP_send && due(&fake.fail_call))
		return -XEN_EIO;
	if (cmd == EVTCHNOP_send) {
		ports[*port].kicked = true;
		return 0;
	}
	check(cmd == EVTCHNOP_close);
	check(*port > FAKE_CONSOLE_PORT); /* the next kernel needs these */
	ports[*port].open = false;
	allocated--;
	return 0;
}

/* --- the clock, and sleeping ------------------------------------------------------- */

static void set_clock(void)
{
	/* ns = tsc: a shift of 1 and a factor of one half. */
	shm_set_u32(fake_shared, 56, UINT32_C(1) << 31);
	shm_set_u8(fake_shared, 60, 1);
}

static bool world(void)
{
	bool did = fake_store_step();
	did |= fake_disks_step();
	did |= fake_screen_step();
	did |= fake_console_step();
	return did;
}

static bool any_pending(const struct sched_poll *op)
{
	for (uint32_t i = 0; i < op->nr_ports; i++)
		if (pending(op->ports[i]))
			return true;
	return false;
}

static void poll(const struct sched_poll *op)
{
	uint64_t until = op->timeout ? op->timeout : FAKE_NEVER;
	fake.polls++;
	for (uint32_t i = 0; i < op->nr_ports; i++)
		check(fake_port_open(op->ports[i]));
	while (!any_pending(op)) {
		if (world())
			continue;
		uint64_t next = min_u64(until, fake_disks_next());
		next = min_u64(next, fake_console_next());
		next = min_u64(next, fake_screen_next());
		next = min_u64(next, fake_store_next());
		if (next == FAKE_NEVER || fake_ms() > FAKE_LONG_MS)
			test_fail(__FILE__, __LINE__, "sleeps for ever: %.*s", (int)fake_console.n,
				  fake_console.out);
		if (next > fake.now_ns)
			fake.now_ns = next;
		if (next == until)
			return;
	}
}

long hyper_sched(enum sched_cmd cmd, void *arg)
{
	switch (cmd) {
	case SCHEDOP_poll:
		if (due(&fake.fail_call))
			return -XEN_EINVAL;
		poll(arg);
		return 0;
	case SCHEDOP_yield:
		fake.now_ns += YIELD_NS;
		world();
		return 0;
	case SCHEDOP_shutdown:
		break;
	}
	fake.shutdown = (int)*(uint32_t *)arg;
	check(running);
	longjmp(ended, 1);
}

uint64_t fake_ms(void)
{
	return (fake.now_ns - BEGIN_NS) / 1000000;
}

void fake_sleep(uint64_t ms)
{
	struct sched_poll op = { .timeout = fake.now_ns + ms * 1000000 };
	poll(&op);
}

int fake_run(void (*fn)(void))
{
	running = true;
	if (!setjmp(ended))
		fn();
	running = false;
	return fake.shutdown;
}

/* --- grants -------------------------------------------------------------------------- */

static struct shm *grants(void)
{
	return fake_page(PFN_GRANTS);
}

long hyper_grant(enum gnttab_cmd cmd, void *arg, unsigned count)
{
	struct gnttab_query_size *size = arg;
	check(count == 1);
	if (due(&fake.fail_call))
		return -XEN_EINVAL;
	if (cmd == GNTTABOP_query_size) {
		size->max_nr_frames = GRANT_FRAMES;
		size->status = 0;
	}
	return 0;
}

unsigned fake_grants(void)
{
	unsigned n = 0;
	for (size_t i = GRANT_FIRST; i < GRANTS; i++)
		n += (shm_u16(grants(), i * GRANT_SIZE) & GRANT_ACCESS) != 0;
	return n;
}

void *fake_granted(uint16_t dom, uint32_t ref)
{
	size_t at = (size_t)ref * GRANT_SIZE;
	if (ref < GRANT_FIRST || ref >= GRANTS)
		return NULL;
	uint16_t flags = shm_u16(grants(), at);
	uint64_t pfn = shm_u32(grants(), at + 4) - (uint64_t)FAKE_MFN;
	if (!(flags & GRANT_ACCESS) || flags & GRANT_READONLY || shm_u16(grants(), at + 2) != dom ||
	    pfn >= FAKE_PAGES)
		return NULL;
	return ram + pfn * 4096;
}

void *fake_frame(uint64_t mfn)
{
	uint64_t pfn = mfn - FAKE_MFN;
	return pfn < FAKE_PAGES ? ram + pfn * 4096 : NULL;
}

void fake_grant_use(uint32_t ref, bool used)
{
	size_t at = (size_t)ref * GRANT_SIZE;
	uint16_t flags = shm_u16(grants(), at);
	shm_set_u16(grants(), at, (uint16_t)(used ? flags | GRANT_IN_USE : flags & ~GRANT_IN_USE));
}

/* --- calls that drivers make and that change nothing here ----------------------------- */

long hyper_version(enum xenver_cmd cmd, void *arg)
{
	(void)cmd;
	(void)arg;
	return 0x40011;
}

long hyper_console_write(const char *p, size_t n)
{
	(void)p;
	(void)n;
	return -XEN_EPERM; /* what a domU gets from a release build */
}

enum err handover_boot(const struct boot_plan *plan, const struct platform *pf)
{
	if (fake.handover)
		return fake.handover(plan, pf);
	log_at(pf->log, LOG_ERROR, "the hand-over fails");
	return ERR_UNSUPPORTED;
}

/* --- begin and end ---------------------------------------------------------------------- */

void fake_begin(void)
{
	static const struct mem_ops ops = { mfn_of, pfn_of, map, protect };
	if (!ram)
		ram = mmap(NULL, (size_t)FAKE_PAGES * 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	check(ram != MAP_FAILED);
	memset(ram, 0, PFN_FREE * 4096);
	memset(ports, 0, sizeof ports);
	ports[FAKE_STORE_PORT].open = ports[FAKE_CONSOLE_PORT].open = true;
	allocated = 0;
	fake_shared = fake_page(PFN_SHARED);
	fake_store_page = fake_page(PFN_STORE);
	fake_console_page = fake_page(PFN_CONSOLE);
	fake = (struct fake){ .now_ns = BEGIN_NS, .shutdown = -1 };
	fake.start.nr_pages = FAKE_PAGES;
	fake.start.store_evtchn = FAKE_STORE_PORT;
	fake.start.console_evtchn = FAKE_CONSOLE_PORT;
	set_clock();
	mem_begin(&ops, FAKE_PAGES);
	check(mem_mark(0, PFN_FREE, MEM_GIVEN));
	fake_store_begin();
	fake_disks_begin();
	fake_screen_begin();
	fake_console_begin();
}

void fake_check_quiet(void)
{
	check_u64(fake_grants(), 0);
	check_u64(fake_channels(), 0);
	check_u64(fake_store.watches, 0);
	check_u64(shm_u32(fake_store_page, 2060), shm_u32(fake_store_page, 2056));
	check_u64(shm_u32(fake_store_page, 2052), shm_u32(fake_store_page, 2048));
}
