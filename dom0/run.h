/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RUN_H
#define RUN_H
#include "job.h"
#include "status.h"
#include "wire.h"
#include <sys/types.h>
/*
 * One worker's life as the front sees it: started, listened to with a deadline,
 * ended. Several may run at once. Nothing that a worker says is believed here.
 */
struct run {
	struct job job;
	int fd[W_DISK]; /* for the worker: W_KERNEL, W_RAMDISK, W_TTY_IN, W_TTY_OUT; -1: none */
	bool mute;	/* its messages are not for standard error */
	/* What it says besides messages, WIRE_TEXT and WIRE_RECORD; false: run_fail() was called.
	 */
	bool (*take)(struct run *r, const struct wire_frame *f);
	void *ctx; /* take's own */

	/* When it is over: STATUS_OK, and result holds; or the reason in why. */
	bool over;
	bool stopped; /* by a signal to us */
	enum status status;
	char why[LOG_LINE + 1];
	char said[LOG_LINE + 1]; /* the first error that was passed on to standard error */
	struct result result;	 /* its texts live as long as the run */

	/* Private to run.c. */
	pid_t worker;
	int wire;
	int signals; /* of run_signals(); -1: nobody waits for the run yet */
	uint64_t deadline_ms, tick_ms, shown; /* UINT64_MAX: none */
	size_t n;			      /* bytes in buf */
	unsigned lines;
	bool ended;
	struct wire_frame last;		   /* in buf, when ended */
	uint8_t buf[WIRE_HEAD + WIRE_MAX]; /* the last member: run_init() leaves it as it is */
};
/* Ready for job and fd to be filled in. */
void run_init(struct run *r, const struct opts *o);
/* Start the worker; its time starts to run. false: why says it. */
[[nodiscard]] bool run_start(struct run *r);
/*
 * Until one of n started runs is over; it is returned. A signal of run_signals()
 * ends them all. At most RUNS_MAX.
 */
enum { RUNS_MAX = 64 };
struct run *run_wait(struct run *const *r, size_t n, int signals);
/* The run cannot succeed any more. The reason is one line; the first one stays. */
void run_fail(struct run *r, enum status s, const char *fmt, ...) printf_like(3, 4);
/*
 * What the worker said, to standard output. The time that its reader takes, as a pager does, is
 * not the worker's.
 */
void run_print(struct run *r, const void *p, size_t n);
/* Bytes that the worker has written to fd[W_KERNEL] or fd[W_RAMDISK]. */
uint64_t run_written(const struct run *r, enum worker_fd which);
/*
 * Signals that would end us come over this descriptor instead, so that we clean
 * up first. -1: with errno. Called once, before the first run_start().
 */
int run_signals(void);
#endif
