/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest.h"
#include "mem.h"
#include "start.h"
#include "xen/console.h"
#include "xen/hypercall.h"
#include "xen/time.h"

static struct con *con;

static void emit(struct log *log, enum log_level level, const char *line, size_t n)
{
	static const char *const word[] = { "error: ", "warning: ", "", "" };
	(void)log;
	hyper_console_write(line, n);
	hyper_console_write("\n", 1);
	if (!con)
		return;
	struct str w = { word[level], level == LOG_ERROR ? 7 : level == LOG_WARN ? 9 : 0 };
	con->write(con, w.p, w.n);
	con->write(con, line, n);
	con->write(con, "\r\n", 2);
}

struct log *guest_log(void)
{
	static struct log log = { .emit = emit, .level = LOG_INFO };
	return &log;
}

static _Noreturn void stop(enum shutdown_reason reason)
{
	uint32_t arg = reason;
	console_flush(1000);
	for (;;)
		hyper_sched(SCHEDOP_shutdown, &arg);
}

void guest_panic(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_v(guest_log(), LOG_ERROR, fmt, ap);
	va_end(ap);
	stop(SHUTDOWN_crash);
}

void guest_main(void)
{
	con = console_begin();
	log_at(guest_log(), LOG_INFO, "domboot %s: %lu pages, %lu unused", DOMBOOT_VERSION,
	       mem_total(), mem_unused());
	stop(SHUTDOWN_poweroff);
}
