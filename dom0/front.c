/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "front.h"
#include "../core/base/str.h"
#include "../hosted/hosted.h"
#include "jail.h"
#include "job.h"
#include "output.h"
#include "say.h"
#include "tty.h"
#include "wire.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	LOG_LINES_MAX = 1000,	 /* passed on of one worker's */
	TEXT_MAX = 64 << 20,	 /* bytes that one worker may print */
	COPY_RATE = 4 << 20,	 /* bytes a second: the least that buys more time */
	ANSWER_MEMORY = 4 << 20, /* an answer has some 24 KiB at most */
};

struct front {
	const struct opts *o;
	struct job job;
	struct outdir dir;
	struct output kernel, ramdisk; /* fd -1: the job makes none */
	struct tty tty;
	int answer;  /* where the answer goes */
	int wire;    /* read end */
	int signals; /* a signalfd */
	pid_t worker;
	uint64_t deadline_ms; /* UINT64_MAX: none */
	uint8_t buf[WIRE_HEAD + WIRE_MAX];
	size_t n; /* bytes in buf */
	unsigned lines;
	size_t printed;
	bool ended; /* a last frame is in buf, described by last */
	struct wire_frame last;
};

static uint64_t now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static bool fail(const char *what)
{
	say_failure("%s: %s", what, strerror(errno));
	return false;
}

/* --- before the worker ------------------------------------------------------ */

static bool open_answer(struct front *f)
{
	f->answer = STDOUT_FILENO;
	if (!f->o->output)
		return true;
	f->answer = open(f->o->output, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return f->answer >= 0 || fail(f->o->output);
}

static bool open_disks(struct front *f)
{
	const struct opts *o = f->o;
	for (size_t i = 0; i < o->n_disk; i++) {
		if (!disk_open(&f->job.disk[f->job.n_disk], o->disk[i])) {
			if (i == 0) {
				say_failure("%s: cannot be read as a disk", o->disk[i]);
				return false;
			}
			continue; /* pygrub does not look at it at all */
		}
		f->job.n_disk++;
	}
	return true;
}

static bool copies(const struct opts *o)
{
	return !o->list && !o->is_config && !o->not_really;
}

static bool open_outputs(struct front *f)
{
	const struct opts *o = f->o;
	if (!copies(o))
		return true;
	if (outdir_open(&f->dir, o->directory, !o->own_directory) &&
	    output_make(&f->kernel, &f->dir, "boot_kernel.") &&
	    output_make(&f->ramdisk, &f->dir, "boot_ramdisk."))
		return true;
	say_failure("%s: cannot make files there", o->directory);
	return false;
}

/* Signals that would end us come as messages instead, so that we clean up first. */
static bool catch_signals(struct front *f, sigset_t *before)
{
	static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM };
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < array_len(caught); i++)
		sigaddset(&set, caught[i]);
	signal(SIGPIPE, SIG_IGN); /* a reader that went away is an error like another */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* ignored, it would hide how the worker ended */
	sigprocmask(SIG_BLOCK, &set, before);
	f->signals = signalfd(-1, &set, SFD_CLOEXEC);
	return f->signals >= 0 || fail("signalfd");
}

/* --- the worker ------------------------------------------------------------- */

enum {
	PARK = W_DISK + OPTS_DISKS_MAX, /* above every number that the worker's descriptors get */
	TOO_FEW_FDS = 2,		/* an exit status */
};

/* Put the descriptors where worker_run() expects them; the jail closes the rest. */
static bool arrange(const struct front *f, int wire)
{
	int from[W_DISK + OPTS_DISKS_MAX] = {
		[W_WIRE] = wire,	[W_KERNEL] = f->kernel.fd, [W_RAMDISK] = f->ramdisk.fd,
		[W_TTY_IN] = f->tty.in, [W_TTY_OUT] = f->tty.out,
	};
	size_t n = W_DISK + f->job.n_disk;
	for (size_t i = 0; i < f->job.n_disk; i++)
		from[W_DISK + i] = f->job.disk[i].fd;
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

static bool start_worker(struct front *f)
{
	int wire[2];
	if (pipe2(wire, O_CLOEXEC))
		return fail("pipe");
	f->worker = jail_fork();
	if (f->worker < 0)
		return fail("fork");
	if (f->worker == 0) {
		if (arrange(f, wire[1]))
			worker_run(&f->job);
		_exit(TOO_FEW_FDS);
	}
	close(wire[1]);
	f->wire = wire[0];
	return true;
}

struct ending {
	int status; /* as waitpid() gives it */
	double cpu_s;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* It has said its last word, or never will: from here on nothing changes in the outputs. */
static struct ending end_worker(struct front *f)
{
	struct ending e = { .status = 0 };
	struct rusage used = { 0 };
	kill(f->worker, SIGKILL);
	while (wait4(f->worker, &e.status, 0, &used) < 0 && errno == EINTR)
		;
	e.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
	return e;
}

/* --- listening -------------------------------------------------------------- */

static bool pass_log(struct front *f, const struct wire_frame *w)
{
	if (f->lines++ == LOG_LINES_MAX)
		say(LOG_WARN, "more than %d messages; the rest is not shown", LOG_LINES_MAX);
	if (f->lines <= LOG_LINES_MAX)
		say((enum log_level)w->detail, "%.*s", (int)w->payload.n,
		    (const char *)w->payload.p);
	return true;
}

static bool pass_text(struct front *f, const struct wire_frame *w)
{
	f->printed += w->payload.n;
	if (f->printed > TEXT_MAX) {
		say_failure("more than %d MiB of text", TEXT_MAX >> 20);
		return false;
	}
	return write_all(STDOUT_FILENO, w->payload.p, w->payload.n) || fail("standard output");
}

static bool take_frame(struct front *f, const struct wire_frame *w)
{
	switch (w->type) {
	case WIRE_LOG:
		return pass_log(f, w);
	case WIRE_TEXT:
		return pass_text(f, w);
	default:
		f->ended = true;
		f->last = *w;
		return true;
	}
}

/* Use up the complete frames in the buffer; the last one of all stays where it is. */
static bool take_frames(struct front *f)
{
	size_t at = 0, used;
	struct wire_frame w;
	while (!f->ended) { /* each frame has bytes */
		if (wire_next((struct span){ f->buf + at, f->n - at }, &w, &used)) {
			say_failure(
				"the worker sent what is no message; this is a bug or an attack");
			return false;
		}
		if (!used)
			break;
		if (!take_frame(f, &w))
			return false;
		at += used;
	}
	if (!f->ended) {
		memmove(f->buf, f->buf + at, f->n - at);
		f->n -= at;
	}
	return true;
}

static uint64_t written(const struct output *o)
{
	struct stat st;
	return o->fd >= 0 && fstat(o->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* How long to sleep; what has been copied buys time, so slow disks may take their time. */
static int wait_ms(struct front *f)
{
	uint64_t now = now_ms();
	if (f->deadline_ms == UINT64_MAX)
		return -1;
	uint64_t extra = (written(&f->kernel) + written(&f->ramdisk)) / (COPY_RATE / 1000);
	uint64_t end = f->deadline_ms + extra;
	if (now >= end)
		return 0;
	return (int)min_u64(end - now, 1000 * 3600);
}

static bool stop_for_signal(struct front *f)
{
	struct signalfd_siginfo info;
	if (read(f->signals, &info, sizeof info) != sizeof info)
		return fail("signalfd");
	say_failure("stopped by signal %u (%s)", info.ssi_signo, strsignal((int)info.ssi_signo));
	return false;
}

/* false: it was said why nothing will come of it. true: a last frame, or the worker is dead. */
static bool listen_to_worker(struct front *f)
{
	struct pollfd p[] = { { .fd = f->wire, .events = POLLIN },
			      { .fd = f->signals, .events = POLLIN } };
	while (!f->ended) { /* until the deadline, or the user's patience */
		int got = poll(p, array_len(p), wait_ms(f));
		if (got == 0) {
			say_failure("no result after %u s; --timeout=SECONDS raises the limit",
				    f->o->timeout_s);
			return false;
		}
		if (got > 0 && p[1].revents)
			return stop_for_signal(f);
		if (got < 0)
			continue;
		ssize_t n = read(f->wire, f->buf + f->n, sizeof f->buf - f->n);
		if (n <= 0)
			return true;
		f->n += (size_t)n;
		if (!take_frames(f))
			return false;
	}
	return true;
}

/* --- after the worker ------------------------------------------------------- */

static bool say_how_it_died(const struct front *f, const struct ending *e)
{
	const struct opts *o = f->o;
	if (WIFEXITED(e->status) && WEXITSTATUS(e->status) == TOO_FEW_FDS)
		say_failure("the limit of open files is too low");
	else if (!WIFSIGNALED(e->status))
		say_failure("the worker ended without a result; this is a bug");
	else if (WTERMSIG(e->status) == SIGSYS)
		say_failure("the worker tried a system call that the sandbox forbids and was "
			    "killed; this is a bug or an attack");
	else if (WTERMSIG(e->status) == SIGXCPU ||
		 (o->timeout_s && e->cpu_s >= opts_cpu_s(o) - 0.5))
		say_failure("the worker used more than %u s of CPU; --timeout=SECONDS raises the "
			    "limit (to a third of it)",
			    opts_cpu_s(o));
	else
		say_failure("the worker was killed by signal %d (%s); this is a bug or an attack",
			    WTERMSIG(e->status), strsignal(WTERMSIG(e->status)));
	return false;
}

static bool sizes_agree(const struct front *f, const struct result *r)
{
	if (written(&f->kernel) == r->kernel_size &&
	    written(&f->ramdisk) == (r->has_ramdisk ? r->ramdisk_size : 0))
		return true;
	say_failure("the copies do not have the sizes that the worker claims");
	return false;
}

static struct str name_of(const struct front *f, const struct output *o, struct text *t)
{
	size_t from = t->n;
	text_fmt(t, "%s%s%s", f->dir.path, f->dir.path[1] ? "/" : "", o->name);
	return str_sub(text_str(t), from, t->n);
}

static bool write_answer(struct front *f, const struct answer *a, struct arena *arena)
{
	struct text t = { .arena = arena };
	enum err e = answer_print(a, f->o->format, &t);
	if (e) {
		say_failure("%s", e == ERR_SYNTAX ? "simple format cannot represent "
						    "delimiter-containing value"
						  : err_text(e));
		return false;
	}
	return write_all(f->answer, t.p, t.n) ||
	       fail(f->o->output ? f->o->output : "standard output");
}

/* An answer that names the files in the guest: nothing was copied. */
static bool answer_not_really(struct front *f, const struct result *r, struct arena *arena)
{
	struct text kernel = { .arena = arena }, ramdisk = { .arena = arena };
	text_fmt(&kernel, "<kernel:%.*s>", STR_ARG(r->kernel));
	if (r->has_ramdisk)
		text_fmt(&ramdisk, "<ramdisk:%.*s>", STR_ARG(r->ramdisk));
	struct answer a = { text_str(&kernel), text_str(&ramdisk), r->args };
	return write_answer(f, &a, arena);
}

static bool answer_files(struct front *f, const struct result *r, struct arena *arena)
{
	struct text kernel = { .arena = arena }, ramdisk = { .arena = arena };
	struct answer a = { .args = r->args };
	if (!sizes_agree(f, r))
		return false;
	if (!output_publish(&f->kernel, &f->dir) ||
	    (r->has_ramdisk && !output_publish(&f->ramdisk, &f->dir))) {
		say_failure("%s: cannot make files there", f->dir.path);
		return false;
	}
	a.kernel = name_of(f, &f->kernel, &kernel);
	if (r->has_ramdisk)
		a.ramdisk = name_of(f, &f->ramdisk, &ramdisk);
	return write_answer(f, &a, arena);
}

static bool answer(struct front *f)
{
	struct result r;
	struct arena arena;
	if (f->last.type != WIRE_RESULT || result_get(f->last.payload, &r)) {
		say_failure("the worker sent a result that makes no sense; this is a bug or an "
			    "attack");
		return false;
	}
	if (f->o->list || f->o->is_config)
		return true;
	arena_init(&arena, &hosted_pages, ANSWER_MEMORY);
	bool done = copies(f->o) ? answer_files(f, &r, &arena) : answer_not_really(f, &r, &arena);
	arena_release(&arena);
	if (done && !r.has_ramdisk)
		output_drop(&f->ramdisk, &f->dir);
	return done;
}

static bool finish(struct front *f)
{
	struct ending e = end_worker(f);
	if (!f->ended)
		return say_how_it_died(f, &e);
	if (f->last.type == WIRE_FAILED) {
		say_failure("%.*s", (int)f->last.payload.n, (const char *)f->last.payload.p);
		return false;
	}
	return answer(f);
}

static bool attend(struct front *f)
{
	if (f->job.menu)
		tty_raw(&f->tty);
	bool done = listen_to_worker(f);
	if (!done)
		end_worker(f);
	tty_restore(&f->tty);
	return done && finish(f);
}

static bool prepare(struct front *f, sigset_t *before)
{
	const struct opts *o = f->o;
	if (!open_answer(f) || !open_disks(f) || !open_outputs(f) || !catch_signals(f, before))
		return false;
	if (!o->quiet && !o->list && !o->is_config)
		tty_find(&f->tty);
	f->job.menu = f->tty.in >= 0;
	f->job.rows = f->tty.rows;
	f->job.cols = f->tty.cols;
	if (o->timeout_s && !f->job.menu)
		f->deadline_ms = now_ms() + (uint64_t)o->timeout_s * 1000;
	return true;
}

int front_run(const struct opts *o)
{
	struct front f = {
		.o = o,
		.job = { .o = o },
		.dir = { .fd = -1 },
		.kernel = { .fd = -1 },
		.ramdisk = { .fd = -1 },
		.tty = { .in = -1, .out = -1 },
		.deadline_ms = UINT64_MAX,
	};
	sigset_t before;
	bool done = prepare(&f, &before) && start_worker(&f) && attend(&f);
	if (!done) {
		output_drop(&f.kernel, &f.dir);
		output_drop(&f.ramdisk, &f.dir);
	}
	return done ? 0 : 1;
}
