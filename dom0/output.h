/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OUTPUT_H
#define OUTPUT_H
#include "answer.h"
#include <limits.h>
/*
 * The two files that a boot leaves. They have no name until everything is
 * known to be right, so a killed process leaves nothing; where the file system
 * has no unnamed files they are named at once, and removed on every exit but
 * SIGKILL.
 */
struct outdir {
	int fd;
	char path[PATH_MAX]; /* absolute, clean */
};
struct output {
	int fd;	      /* -1: none */
	bool unnamed; /* needs a link */
	const char *prefix;
	char name[sizeof "boot_ramdisk." + ANSWER_RANDOM]; /* in the directory; empty: none yet */
};
/* make: create it, mode 0700, where it is missing. false: it was said why. */
[[nodiscard]] bool outdir_open(struct outdir *d, const char *path, bool make);
/* prefix: "boot_kernel." */
[[nodiscard]] bool output_make(struct output *o, const struct outdir *d, const char *prefix);
/* Give it its name. */
[[nodiscard]] bool output_publish(struct output *o, const struct outdir *d);
/* The same, with this name, at most as long as a random one. false also when it is taken. */
[[nodiscard]] bool output_publish_as(struct output *o, const struct outdir *d, const char *name);
/* Close it and take its name away. Does no harm when there is none. */
void output_drop(struct output *o, const struct outdir *d);
#endif
