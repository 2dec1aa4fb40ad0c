/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OUTPUT_H
#define OUTPUT_H
#include "answer.h"
#include "keeper.h"
#include <limits.h>
/*
 * The two files that a boot leaves. They have no name until everything is
 * known to be right, so a killed process leaves nothing; where the file system
 * has no unnamed files they are named at once. A keeper knows each name before
 * the file has it.
 */
#define OUTDIR_NONE                                                                                \
	{                                                                                          \
		.fd = -1, .keeper = KEEPER_NONE                                                    \
	}
struct outdir {
	int fd;
	char path[PATH_MAX]; /* absolute, clean */
	struct keeper keeper;
	size_t files; /* made so far */
};
struct output {
	int fd;	      /* -1: none */
	bool unnamed; /* needs a link */
	size_t kept;  /* its number with the keeper */
	const char *prefix;
	char name[sizeof "boot_ramdisk." + ANSWER_RANDOM]; /* in the directory; empty: none yet */
};
/* make: create it, mode 0700, where it is missing. false: it was said why. */
[[nodiscard]] bool outdir_open(struct outdir *d, const char *path, bool make);
/* What has a name by now keeps it: the last thing before our end, for every open one. */
void outdir_keep(struct outdir *d);
/* prefix: "boot_kernel." */
[[nodiscard]] bool output_make(struct output *o, struct outdir *d, const char *prefix);
/* Give it its name. */
[[nodiscard]] bool output_publish(struct output *o, struct outdir *d);
/* The same, with this name, at most as long as a random one. false also when it is taken. */
[[nodiscard]] bool output_publish_as(struct output *o, struct outdir *d, const char *name);
/* Close it and take its name away. Does no harm when there is none. */
void output_drop(struct output *o, struct outdir *d);
#endif
