/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest.h"
#include "control.h"
#include "mem.h"
#include "screen.h"
#include "session.h"
#include "start.h"
#include "words.h"
#include "xen/blkfront.h"
#include "xen/console.h"
#include "xen/grant.h"
#include "xen/hypercall.h"
#include "xen/machine.h"
#include "xen/store.h"
#include "xen/time.h"
#include "../core/base/fmt.h"

enum { PANIC_MS = 10000, FLUSH_MS = 1000, GRAIN = 65536 };

struct guest {
	struct con *con;
	struct blk *disk[DISKS_MAX];
	size_t n_disk;
	size_t reached; /* stages begun */
	uint64_t began_ms;
	bool panicking;
};
static struct guest guest;

static void put(const char *p, size_t n)
{
	hyper_console_write(p, n);
	if (guest.con)
		guest.con->write(guest.con, p, n);
}

/* With `debug`, when it was said, so that the lines are a profile, too. */
static void put_time(void)
{
	char stamp[24];
	uint64_t ms = time_ms() - guest.began_ms;
	put(stamp, fmt_to(stamp, sizeof stamp, "[%3llu.%03u] ", (unsigned long long)ms / 1000,
			  (unsigned)(ms % 1000)));
}

static void emit(struct log *log, enum log_level level, const char *line, size_t n)
{
	static const struct str word[] = {
		[LOG_ERROR] = { "error: ", 7 },
		[LOG_WARN] = { "warning: ", 9 },
		[LOG_INFO] = { "", 0 },
		[LOG_DEBUG] = { "debug: ", 7 },
	};
	if (log->level == LOG_DEBUG)
		put_time();
	put(word[level].p, word[level].n);
	put(line, n);
	put("\r\n", 2);
}

struct log *guest_log(void)
{
	static struct log log = { .emit = emit, .level = LOG_INFO };
	return &log;
}

/* --- the stages: each begins after the one above it, and ends before it ------- */

static enum err console_stage(void)
{
	guest.began_ms = time_ms();
	guest.con = console_begin();
	return guest.con ? OK : ERR_NOENT;
}

static void console_last(void)
{
	console_flush(FLUSH_MS);
}

static enum err store_stage(void)
{
	store_begin(guest_log());
	return OK;
}

/* Only where dom0 wants it: QEMU shows a second connection, the next kernel's, on another console.
 */
static enum err screen_stage(void)
{
	struct con *con = words_vfb(start_get()->cmdline) ? screen_begin(guest_log()) : NULL;
	guest.con = con ? con : guest.con;
	return OK;
}

static enum err disks_stage(void)
{
	guest.n_disk = blkfront_begin(guest_log(), guest.disk);
	return OK;
}

/* Last, so that it has the console that there is by then. */
static enum err control_stage(void)
{
	guest.con = control_begin(guest.con, guest_log());
	return OK;
}

struct stage {
	const char *name;
	enum err (*begin)(void);
	void (*end)(void);
};
static const struct stage stages[] = {
	{ "machine", machine_begin, machine_end }, { "console", console_stage, console_last },
	{ "xenstore", store_stage, store_end },	   { "grant table", grant_begin, NULL },
	{ "screen", screen_stage, screen_end },	   { "disks", disks_stage, blkfront_end },
	{ "control", control_stage, control_end },
};

/* A stage that fails is reported; those after it find out what they can do without. */
static void stages_begin(void)
{
	for (; guest.reached < array_len(stages); guest.reached++) {
		const struct stage *s = &stages[guest.reached];
		enum err e = s->begin();
		if (e)
			log_at(guest_log(), LOG_ERROR, "%s: not usable: %s", s->name, err_text(e));
	}
}

void guest_teardown(void)
{
	while (guest.reached) {
		const struct stage *s = &stages[--guest.reached];
		if (s->end)
			s->end();
	}
}

_Noreturn static void shutdown(enum shutdown_reason reason)
{
	uint32_t arg = reason;
	for (;;) /* it does not return */
		hyper_sched(SCHEDOP_shutdown, &arg);
}

void guest_stop(enum shutdown_reason reason)
{
	guest_teardown();
	shutdown(reason);
}

void guest_panic(const char *fmt, ...)
{
	va_list ap;
	if (guest.panicking)
		shutdown(SHUTDOWN_crash);
	guest.panicking = true;
	va_start(ap, fmt);
	log_v(guest_log(), LOG_ERROR, fmt, ap);
	va_end(ap);
	log_at(guest_log(), LOG_ERROR, "domboot %s %s has failed; the domain ends in 10 s",
	       DOMBOOT_VERSION, machine_build_id());
	uint64_t end = time_in_ms(PANIC_MS);
	while (time_ms() < end)
		hyper_sched(SCHEDOP_yield, NULL);
	shutdown(SHUTDOWN_crash);
}

/* --- what the core gets ------------------------------------------------------- */

static void *pages_get(struct pages *pg, size_t bytes)
{
	(void)pg;
	return mem_pages((bytes + PAGE_SIZE - 1) / PAGE_SIZE);
}

static void pages_put(struct pages *pg, void *p, size_t bytes)
{
	(void)pg;
	mem_free(p, (bytes + PAGE_SIZE - 1) / PAGE_SIZE);
}

static struct str fact(struct platform *p, struct str name)
{
	(void)p;
	return machine_fact(name);
}

static uint64_t clock(struct platform *p)
{
	(void)p;
	return time_wall();
}

void guest_disks(struct platform *pf)
{
	blkfront_end();
	pf->n_disk = guest.n_disk = blkfront_begin(guest_log(), guest.disk);
}

void guest_main(void)
{
	static struct pages pages = { pages_get, pages_put, GRAIN, false };
	guest = (struct guest){ 0 };
	guest_log()->level = LOG_INFO;
	stages_begin();
	/* What reading configurations may cost, so that a kernel still fits beside it. */
	size_t memory = (size_t)min_u64(mem_unused() / 4 * PAGE_SIZE, 256u << 20);
	struct platform pf = {
		.pages = &pages,
		.memory = memory,
		.log = guest_log(),
		.con = guest.con,
		.disk = guest.disk,
		.n_disk = guest.n_disk,
		.fact = fact,
		.clock = clock,
		.has_shell = true,
		.limits = CONF_LIMITS_DEFAULT,
	};
	pf.limits.bytes = min_size(pf.limits.bytes, memory / 2);
	session_run(&pf);
}
