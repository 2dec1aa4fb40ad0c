/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef JOB_H
#define JOB_H
#include "disk.h"
#include "guest.h"
#include "opts.h"
#include "rules.h"
#include "tries.h"
/* What the front hands to the worker over fork(): the plain facts and open descriptors. */
struct job {
	const struct opts *o;
	const char *path;	   /* CMD_LS, CMD_CAT: a name in the guest; NULL: none */
	const struct guest *guest; /* CMD_DOCTOR, CMD_SCAN: what dom0 knows of it; NULL: nothing */
	struct disk disk[OPTS_DISKS_MAX];
	struct str disk_vdev[OPTS_DISKS_MAX]; /* "xvda"; empty: not told */
	size_t n_disk;
	struct tries tries;  /* of earlier boots */
	struct rules rules;  /* for a default that nobody confirms */
	bool menu;	     /* there is a terminal to show it on */
	uint16_t rows, cols; /* of that terminal; 0: unknown */
};
/* The worker's descriptors. Disks follow in order; one that the job has no use for is closed. */
enum worker_fd { W_WIRE, W_KERNEL, W_RAMDISK, W_TTY_IN, W_TTY_OUT, W_DISK };

/*
 * The worker: goes into the jail before its first look at a disk, does the
 * job, tells the front how it went, and ends. Runs in a child process.
 */
_Noreturn void worker_run(const struct job *job);
#endif
