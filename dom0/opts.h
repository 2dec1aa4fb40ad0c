/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OPTS_H
#define OPTS_H
#include "../core/base/fmt.h"
/*
 * The command line, with pygrub's option names and its rules for reading them:
 * options and disks in any order, unique prefixes, "--opt=V" and "--opt V",
 * bundles of short options, "--" ends them; and behind a blank in a bundle, more
 * words. Pure: nothing but argv is looked at, and the strings of the result point
 * into it.
 */
enum format { FORMAT_SXP, FORMAT_SIMPLE, FORMAT_SIMPLE0 };
/* What domboot is to do; CMD_BOOT: what pygrub does. */
enum command {
	CMD_BOOT,
	CMD_LIST,
	CMD_SHOW,
	CMD_EXPLAIN,
	CMD_DOCTOR,
	CMD_EXTRACT,
	CMD_SCAN,
	CMD_CAT,
	CMD_LS,
	CMD_CONFIG,
	CMD_VERSION,
	CMD_HELP,
};
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum guest_type { GUEST_ANY, GUEST_PV, GUEST_PVH, GUEST_HVM };
enum { OPTS_DISKS_MAX = 16, OPTS_WHY = 256 };
#define OPTS_MIB	((uint64_t)1 << 20)
#define OPTS_DIRECTORY	"/var/run/xen/pygrub" /* where xenopsd looks for the files */
#define OPTS_RULES	"/etc/pygrub/rules.d" /* XenServer's */
#define OPTS_TIMEOUT_S	30		      /* of wall time, without a menu */
#define OPTS_MAX_KERNEL (128 * OPTS_MIB)
#define OPTS_MAX_INITRD (1024 * OPTS_MIB) /* libxenguest's own bound for a module */
#define OPTS_MAX_MEMORY (256 * OPTS_MIB)

struct opts {
	enum command command; /* set before opts_parse(): each has its own options */
	bool quiet, list, not_really, is_config, debug, require_sandbox;
	bool json, trace, deep, unpack_kernel;
	enum color color;
	enum guest_type type;
	uint32_t xen_version;  /* of the host's Xen: major << 16 | minor; 0: unknown */
	uint64_t guest_memory; /* bytes; 0: unknown */
	uint64_t file_systems; /* bit i: fs_drivers[i] may be tried */
	const char *config;    /* another domboot.conf; NULL: none */
	bool help, version;    /* asked for; nothing else counts then */
	bool own_directory;    /* --output-directory was given */
	enum format format;
	const char *output; /* NULL: standard output */
	const char *directory;
	const char *rules; /* the directory of rules for titles */
	const char *state; /* the directory of what is counted; NULL: nothing is */
	const char *entry, *kernel, *ramdisk, *args, *default_args, *extra_args; /* NULL: none */
	uint64_t offset;							 /* bytes */
	uint32_t runas;				     /* 0: the default, an unprivileged user */
	uint32_t timeout_s;			     /* 0: none */
	uint64_t max_kernel, max_initrd, max_memory; /* bytes */
	const char *disk[OPTS_DISKS_MAX];
	size_t n_disk;
	/* Room for argc words: they are operands then, and disk stays empty. NULL: none. */
	const char **operand;
	size_t n_operand;
};

/* What the environment may say. A table for tests, getenv() for the program. */
struct opts_env {
	const char *posixly_correct, *max_file_mb, *max_ram_mb; /* NULL: unset */
};
void opts_init(struct opts *o); /* the defaults, for CMD_BOOT */
/*
 * The environment's and argv's wishes over what o holds. ERR_SYNTAX: argv makes no sense; the
 * reason, without newline, is in why. Missing disks are no error here: help and version need none.
 */
enum err opts_parse(struct opts *o, const struct opts_env *env, int argc, char *const argv[],
		    char why[OPTS_WHY]);
/*
 * One line of domboot.conf: the name of an option that may stand there, and its
 * value; "yes" and "no" for one that has none. What an earlier file forbade
 * stays forbidden. ERR_SYNTAX, with why. value must live as long as o.
 */
enum err opts_set(struct opts *o, struct str name, struct str value, char why[OPTS_WHY]);
/* Every line that opts_set() would need to come to what o holds. */
void opts_print(const struct opts *o, struct text *out);
/* Seconds of CPU that go with timeout_s: a third, for a boot takes a fraction of one. 0: no limit.
 */
uint32_t opts_cpu_s(const struct opts *o);
const char *opts_usage(void);
#endif
