/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"
#include "../core/base/fmt.h"
#include "../core/base/str.h"
#include "jail.h"
#include "say.h"
#include <errno.h>
#include <limits.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	LOG_LINES_MAX = 1000,  /* passed on of one worker's */
	COPY_RATE = 4 << 20,   /* bytes a second: the least that buys more time */
	PROGRESS_MS = 2000,    /* between two lines about a copy */
	DEADLINE_NONE_MS = -1, /* as poll() has it */
};

static uint64_t now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void run_init(struct run *r, const struct opts *o)
{
	memset(r, 0, offsetof(struct run, buf));
	r->job.o = o;
	r->wire = r->signals = -1;
	r->deadline_ms = UINT64_MAX;
	for (size_t i = 0; i < array_len(r->fd); i++)
		r->fd[i] = -1;
}

void run_fail(struct run *r, enum status s, const char *fmt, ...)
{
	va_list ap;
	if (r->status)
		return;
	r->status = s;
	va_start(ap, fmt);
	fmt_v(r->why, sizeof r->why, fmt, ap);
	va_end(ap);
}

int run_signals(void)
{
	static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM };
	struct sigaction hangup;
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < array_len(caught); i++)
		sigaddset(&set, caught[i]);
	if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler == SIG_IGN)
		sigdelset(&set, SIGHUP); /* nohup(1): blocked, it would come nevertheless */

	signal(SIGPIPE, SIG_IGN); /* a reader that went away is an error like another */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* ignored, it would hide how the worker ended */
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* --- the worker's start ------------------------------------------------------- */

enum {
	PARK = W_DISK + OPTS_DISKS_MAX, /* above every number that the worker's descriptors get */
	TOO_FEW_FDS = 2,		/* an exit status */
};

/* Put the descriptors where worker_run() expects them; the jail closes the rest. */
static bool arrange(const struct run *r, int wire)
{
	int from[W_DISK + OPTS_DISKS_MAX];
	size_t n = W_DISK + r->job.n_disk;
	memcpy(from, r->fd, sizeof r->fd);
	from[W_WIRE] = wire;
	for (size_t i = 0; i < r->job.n_disk; i++)
		from[W_DISK + i] = r->job.disk[i].fd;
	for (size_t i = 0; i < n; i++)
		if (from[i] >= 0 && (from[i] = fcntl(from[i], F_DUPFD, PARK)) < 0)
			return false;
	for (size_t i = 0; i < n; i++) {
		if (from[i] < 0)
			close((int)i);
		else if (dup2(from[i], (int)i) < 0)
			return false;
	}
	return true;
}

bool run_start(struct run *r)
{
	const struct opts *o = r->job.o;
	int wire[2];
	if (r->job.n_disk)
		tries_read(&r->job.tries, o->state, r->job.disk[0].path);
	if (o->command == CMD_BOOT && o->quiet && !o->entry)
		rules_read(&r->job.rules, o->rules);
	if (pipe2(wire, O_CLOEXEC)) {
		run_fail(r, STATUS_FAILED, "pipe: %s", strerror(errno));
		return false;
	}
	r->worker = jail_fork();
	if (r->worker == 0) {
		if (arrange(r, wire[1]))
			worker_run(&r->job);
		_exit(TOO_FEW_FDS);
	}
	close(wire[1]);
	r->wire = wire[0];
	if (r->worker < 0) {
		run_fail(r, STATUS_FAILED, "fork: %s", strerror(errno));
		close(r->wire);
		return false;
	}
	if (o->timeout_s && !r->job.menu)
		r->deadline_ms = now_ms() + (uint64_t)o->timeout_s * 1000;
	r->tick_ms = r->fd[W_KERNEL] >= 0 ? now_ms() + PROGRESS_MS : UINT64_MAX;
	return true;
}

/* --- its end ------------------------------------------------------------------ */

struct ending {
	int status; /* as waitpid() gives it */
	double cpu_s;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* It has said its last word, or never will: from here on nothing changes in the outputs. */
static struct ending end_worker(struct run *r)
{
	struct ending e = { .status = 0 };
	struct rusage used = { 0 };
	kill(r->worker, SIGKILL);
	while (wait4(r->worker, &e.status, 0, &used) < 0 && errno == EINTR)
		;
	e.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
	close(r->wire);
	r->wire = -1;
	r->over = true;
	return e;
}

/* The limit of CPU that we were started with, where it is below our own; 0: it is not. */
static uint32_t foreign_cpu_s(const struct opts *o)
{
	struct rlimit r;
	uint32_t own = opts_cpu_s(o);
	if (getrlimit(RLIMIT_CPU, &r) || r.rlim_max == RLIM_INFINITY || (own && r.rlim_max >= own))
		return 0;
	if (r.rlim_max == 0)
		return 1; /* as the kernel has it */
	return (uint32_t)min_u64(r.rlim_max, UINT32_MAX);
}

/* At the limit the kernel kills; its two clocks of that time differ by some ticks. */
static bool used_up(uint32_t limit_s, const struct ending *e)
{
	return limit_s && e->cpu_s >= 0.8 * limit_s;
}

static void say_how_it_died(struct run *r, const struct ending *e)
{
	uint32_t own = opts_cpu_s(r->job.o), foreign = foreign_cpu_s(r->job.o);
	if (WIFEXITED(e->status) && WEXITSTATUS(e->status) == TOO_FEW_FDS)
		run_fail(r, STATUS_LIMIT,
			 "the limit of open files is too low; ulimit -n 64 is enough");
	else if (!WIFSIGNALED(e->status))
		run_fail(r, STATUS_CRASHED, "the worker ended without a result; this is a bug");
	else if (WTERMSIG(e->status) == SIGSYS)
		run_fail(r, STATUS_CRASHED,
			 "the worker tried a system call that the sandbox forbids and was "
			 "killed; this is a bug or an attack");
	else if (used_up(foreign, e))
		run_fail(r, STATUS_LIMIT,
			 "the worker used more than %u s of CPU; ulimit -t raises the limit",
			 foreign);
	else if (WTERMSIG(e->status) == SIGXCPU || used_up(own, e))
		run_fail(r, STATUS_LIMIT,
			 "the worker used more than %u s of CPU; --timeout=SECONDS raises the "
			 "limit (to a third of it)",
			 own);
	else if (WTERMSIG(e->status) == SIGKILL)
		run_fail(r, STATUS_CRASHED,
			 "the worker was killed by signal 9: by the kernel, if the machine was "
			 "out of memory (dmesg tells), or by somebody");
	else
		run_fail(r, STATUS_CRASHED,
			 "the worker was killed by signal %d (%s); this is a bug or an attack",
			 WTERMSIG(e->status), strsignal(WTERMSIG(e->status)));
}

static struct str reason(const struct wire_frame *f)
{
	if (!f->payload.n)
		return STR("the worker gives no reason; this is a bug or an attack");
	return (struct str){ (const char *)f->payload.p, f->payload.n };
}

static void finish(struct run *r)
{
	struct ending e = end_worker(r);
	const struct wire_frame *f = &r->last;
	if (r->status)
		return;
	if (!r->ended)
		say_how_it_died(r, &e);
	else if (f->type == WIRE_FAILED)
		run_fail(r, f->detail && status_known(f->detail) ? f->detail : STATUS_FAILED,
			 "%.*s", STR_ARG(reason(f)));
	else if (f->type != WIRE_RESULT || result_get(f->payload, &r->result))
		run_fail(r, STATUS_CRASHED,
			 "the worker sent a result that makes no sense; this is a bug or an "
			 "attack");
}

/* --- listening ---------------------------------------------------------------- */

static bool pass_log(struct run *r, const struct wire_frame *f)
{
	if (r->mute || r->lines > LOG_LINES_MAX)
		return true;
	if (r->lines++ == LOG_LINES_MAX) {
		say(LOG_WARN, "more than %d messages; the rest is not shown", LOG_LINES_MAX);
		return true;
	}
	if (f->detail == LOG_ERROR && !r->said[0])
		fmt_to(r->said, sizeof r->said, "%.*s", (int)f->payload.n,
		       (const char *)f->payload.p);
	say((enum log_level)f->detail, "%.*s", (int)f->payload.n, (const char *)f->payload.p);
	return true;
}

static bool take_frame(struct run *r, const struct wire_frame *f)
{
	switch (f->type) {
	case WIRE_LOG:
		return pass_log(r, f);
	case WIRE_TEXT:
	case WIRE_RECORD:
		return r->take(r, f);
	default:
		r->ended = true;
		r->last = *f;
		return true;
	}
}

/* Use up the complete frames in the buffer; the last one of all stays where it is. */
static bool take_frames(struct run *r)
{
	size_t at = 0, used;
	struct wire_frame f;
	while (!r->ended) { /* each frame has bytes */
		if (wire_next((struct span){ r->buf + at, r->n - at }, &f, &used)) {
			run_fail(r, STATUS_CRASHED,
				 "the worker sent what is no message; this is a bug or an attack");
			return false;
		}
		if (!used)
			break;
		if (!take_frame(r, &f))
			return false;
		at += used;
	}
	if (!r->ended) {
		memmove(r->buf, r->buf + at, r->n - at);
		r->n -= at;
	}
	return true;
}

uint64_t run_written(const struct run *r, enum worker_fd which)
{
	struct stat st;
	return r->fd[which] >= 0 && fstat(r->fd[which], &st) == 0 ? (uint64_t)st.st_size : 0;
}

static uint64_t copied(const struct run *r)
{
	return run_written(r, W_KERNEL) + run_written(r, W_RAMDISK);
}

/* When the patience ends; what has been copied buys time, so slow disks may take their time. */
static uint64_t end_of(const struct run *r)
{
	return r->deadline_ms == UINT64_MAX ? r->deadline_ms
					    : r->deadline_ms + copied(r) / (COPY_RATE / 1000);
}

static void show_progress(struct run *r, uint64_t now)
{
	uint64_t n = copied(r);
	if (now < r->tick_ms)
		return;
	r->tick_ms = now + PROGRESS_MS;
	if (n > r->shown)
		say(LOG_INFO, "%llu MiB copied", (unsigned long long)(n / OPTS_MIB));
	r->shown = n;
}

static int sleep_ms(struct run *const *r, size_t n)
{
	uint64_t until = UINT64_MAX, now = now_ms();
	for (size_t i = 0; i < n; i++)
		until = min_u64(until, min_u64(end_of(r[i]), r[i]->tick_ms));
	if (until == UINT64_MAX)
		return DEADLINE_NONE_MS;
	return until <= now ? 0 : (int)min_u64(until - now, 1000 * 3600);
}

static void out_of_time(struct run *r)
{
	run_fail(r, STATUS_LIMIT, "no result after %u s; --timeout=SECONDS raises the limit",
		 r->job.o->timeout_s);
}

static void stopped(struct run *const *r, size_t n, int signals)
{
	struct signalfd_siginfo info = { 0 };
	if (read(signals, &info, sizeof info) != sizeof info)
		info.ssi_signo = SIGTERM;
	for (size_t i = 0; i < n; i++) {
		r[i]->stopped = true;
		run_fail(r[i], STATUS_FAILED, "stopped by signal %u (%s)", info.ssi_signo,
			 strsignal((int)info.ssi_signo));
	}
}

static void fail_all(struct run *const *r, size_t n, const char *what, int error)
{
	for (size_t i = 0; i < n; i++)
		run_fail(r[i], STATUS_FAILED, "%s: %s", what, strerror(error));
}

/* A reader may take its time, and a signal must be heard meanwhile. */
static bool can_print(struct run *r)
{
	struct pollfd f[] = { { .fd = STDOUT_FILENO, .events = POLLOUT },
			      { .fd = r->signals, .events = POLLIN } };
	while (poll(f, array_len(f), -1) < 0)
		if (errno != EINTR) {
			fail_all(&r, 1, "poll", errno);
			return false;
		}
	if (f[1].revents)
		stopped(&r, 1, r->signals);
	return !f[1].revents;
}

void run_print(struct run *r, const void *p, size_t n)
{
	const char *at = p;
	uint64_t from = now_ms();
	while (n && can_print(r)) {		      /* every piece moves on */
		size_t piece = min_size(n, PIPE_BUF); /* what fits a pipe that has room */
		if (!write_all(STDOUT_FILENO, at, piece)) {
			run_fail(r, STATUS_OUTPUT, "standard output: %s", strerror(errno));
			break;
		}
		at += piece;
		n -= piece;
	}
	if (r->deadline_ms != UINT64_MAX)
		r->deadline_ms += now_ms() - from;
}

/* Whether this run goes on. */
static bool hear(struct run *r)
{
	ssize_t n = read(r->wire, r->buf + r->n, sizeof r->buf - r->n);
	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	r->n += (size_t)n;
	return take_frames(r) && !r->ended;
}

/*
 * Whether this run goes on, after poll() said what there is to hear from it. A last word that
 * came in time is heard, however late we are; one that talks on buys no time with that.
 */
static bool serve(struct run *r, bool ready)
{
	uint64_t now = now_ms();
	if (r->status || (ready && !hear(r)))
		return false;
	show_progress(r, now);
	if (now < end_of(r))
		return true;
	out_of_time(r);
	return false;
}

struct run *run_wait(struct run *const *r, size_t n, int signals)
{
	struct pollfd p[RUNS_MAX + 1];
	for (;;) { /* until a deadline, or the user's patience */
		for (size_t i = 0; i < n; i++) {
			p[i] = (struct pollfd){ .fd = r[i]->wire, .events = POLLIN };
			r[i]->signals = signals;
		}
		p[n] = (struct pollfd){ .fd = signals, .events = POLLIN };
		if (poll(p, n + 1, sleep_ms(r, n)) < 0) {
			if (errno == EINTR)
				continue;
			fail_all(r, n, "poll", errno);
		} else if (p[n].revents) {
			stopped(r, n, signals);
		}
		for (size_t i = 0; i < n; i++) {
			if (serve(r[i], p[i].revents != 0))
				continue;
			finish(r[i]);
			return r[i];
		}
	}
}
