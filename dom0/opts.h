/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OPTS_H
#define OPTS_H
#include "../core/base/base.h"
/*
 * The command line, with pygrub's option names and its rules for reading them:
 * options and disks in any order, unique prefixes, "--opt=V" and "--opt V",
 * bundles of short options, "--" ends them. Pure: nothing but argv is looked
 * at, and the strings of the result point into it.
 */
enum format { FORMAT_SXP, FORMAT_SIMPLE, FORMAT_SIMPLE0 };
enum { OPTS_DISKS_MAX = 16, OPTS_WHY = 256 };
#define OPTS_MIB	((uint64_t)1 << 20)
#define OPTS_DIRECTORY	"/var/run/xen/pygrub" /* where xenopsd looks for the files */
#define OPTS_TIMEOUT_S	30		      /* of wall time, without a menu */
#define OPTS_MAX_KERNEL (128 * OPTS_MIB)
#define OPTS_MAX_INITRD (1024 * OPTS_MIB) /* libxenguest's own bound for a module */
#define OPTS_MAX_MEMORY (256 * OPTS_MIB)

struct opts {
	bool quiet, list, not_really, is_config, debug, require_sandbox;
	bool help, version; /* asked for; nothing else counts then */
	bool own_directory; /* --output-directory was given */
	enum format format;
	const char *output; /* NULL: standard output */
	const char *directory;
	const char *entry, *kernel, *ramdisk, *args, *default_args, *extra_args; /* NULL: none */
	uint64_t offset;							 /* bytes */
	uint32_t runas;				     /* 0: the default, an unprivileged user */
	uint32_t timeout_s;			     /* 0: none */
	uint64_t max_kernel, max_initrd, max_memory; /* bytes */
	const char *disk[OPTS_DISKS_MAX];
	size_t n_disk;
};

/* What the environment may say. A table for tests, getenv() for the program. */
struct opts_env {
	const char *posixly_correct, *max_file_mb, *max_ram_mb; /* NULL: unset */
};
/*
 * ERR_SYNTAX: argv makes no sense; the reason, without newline, is in why.
 * Missing disks are no error here: help and version need none.
 */
enum err opts_parse(struct opts *o, const struct opts_env *env, int argc, char *const argv[],
		    char why[OPTS_WHY]);
/* Seconds of CPU that go with timeout_s: a third, for a boot takes a fraction of one. 0: no limit.
 */
uint32_t opts_cpu_s(const struct opts *o);
const char *opts_usage(void);
#endif
