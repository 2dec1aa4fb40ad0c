/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WORKER_H
#define WORKER_H
#include "../core/base/fmt.h"
#include "../core/platform.h"
#include "job.h"
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
};

/* One frame to the front. A worker whose front does not read any more ends. */
void worker_send(enum wire_type type, uint8_t detail, struct str payload);
/* Text for standard output, of any length. */
void worker_print(struct str text);
/* The last words: the reason, for the line that begins with "RuntimeError: ". */
_Noreturn void worker_end(enum status s, const char *fmt, ...) printf_like(2, 3);
#define worker_fail(e, ...) worker_end(status_of(e), __VA_ARGS__)
/* The attempt ended with e: its own reason, with the texts that pygrub's users look for. */
_Noreturn void worker_fail_boot(struct worker *w, enum err e);
/* All was printed and nothing copied. */
_Noreturn void worker_done(void);

_Noreturn void job_boot(struct worker *w);   /* find, choose, copy */
_Noreturn void job_list(struct worker *w);   /* --list-entries */
_Noreturn void job_config(struct worker *w); /* --isconfig */
#endif
