/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WORKER_H
#define WORKER_H
#include "../core/base/fmt.h"
#include "../core/platform.h"
#include "job.h"
#include "record.h"
#include "status.h"
#include "tty.h"
#include "wire.h"
/* Private to the worker's own files: what it has, and the jobs that it can do. */

struct worker {
	const struct job *job;
	struct log log;
	struct arena arena; /* for all but the attempt's own things */
	struct platform platform;
	struct tty_con con;
	struct blk whole[OPTS_DISKS_MAX], disk[OPTS_DISKS_MAX];
	struct blk *list[OPTS_DISKS_MAX];
	struct boot *boot;
	struct boot_want want;
	const struct fs_ops *driver[64];
	struct text frame;  /* room for the record at hand */
	bool mute;	    /* messages go nowhere */
	bool trace;	    /* messages that only tell go out as records */
	char why[LOG_LINE]; /* the first error since worker_listen() */
	size_t why_n;
};

/* One frame to the front. A worker whose front does not read any more ends. */
void worker_send(enum wire_type type, uint8_t detail, struct str payload);
/* Text for standard output, of any length. */
void worker_print(struct str text);
/* The last words: the reason, for the line that begins with "RuntimeError: ". */
_Noreturn void worker_end(enum status s, const char *fmt, ...) printf_like(2, 3);
/* Over --max-memory, or a part's share of it. */
_Noreturn void worker_no_memory(void);
#define worker_fail(e, ...) worker_end(status_of(e), __VA_ARGS__)
/* Errors from here on, with or without their way to standard error, for worker_heard(). */
void worker_listen(struct worker *w, bool mute);
struct str worker_heard(const struct worker *w); /* the first of them; empty: none */
void worker_report(struct worker *w, const struct record *r);
/*
 * Run the attempt with the menu's default, or the entry that was asked for;
 * ends with its reason and the status that goes with it where nothing boots.
 */
const struct boot_plan *worker_plan(struct worker *w);
/* The same, and what is not a Linux kernel is no plan for dom0 either. */
const struct boot_plan *worker_linux(struct worker *w);
/* Why dom0 cannot boot this kind of plan; NULL: it can. */
const char *worker_refuses(const struct boot_plan *p);
/* The status of an attempt that ended with e. */
enum status worker_status(struct worker *w, enum err e);
/* The attempt ended with e: its own reason, with the texts that pygrub's users look for. */
_Noreturn void worker_fail_boot(struct worker *w, enum err e);
/* The same for a kernel that was looked into. */
_Noreturn void worker_fail_kernel(struct worker *w, enum err e);
/* All was printed and nothing copied. */
_Noreturn void worker_done(void);

_Noreturn void job_boot(struct worker *w);   /* find, choose, copy */
_Noreturn void job_list(struct worker *w);   /* --list-entries */
_Noreturn void job_config(struct worker *w); /* --isconfig */

/* The jobs of the commands. What they find goes out as records. */
_Noreturn void job_entries(struct worker *w); /* list */
_Noreturn void job_show(struct worker *w);
_Noreturn void job_explain(struct worker *w);
_Noreturn void job_check(struct worker *w); /* doctor, scan */
_Noreturn void job_ls(struct worker *w);
_Noreturn void job_cat(struct worker *w);

/* report.c: what several of them say. */
void report_plan(struct worker *w, const struct boot_plan *p);
void report_volumes(struct worker *w); /* all of them, mounted first */
void report_step(struct worker *w, const char *topic, const char *fmt, ...) printf_like(3, 4);
#endif
