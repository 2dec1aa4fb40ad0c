/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef JAIL_H
#define JAIL_H
#include "../core/base/base.h"
#include <linux/filter.h>
/*
 * The jail around everything that reads a guest's bytes. Two nets, one inside
 * the other: jail_confine() takes away what the process could reach (file
 * systems, network, other processes, privileges, resources), jail_filter()
 * leaves it a dozen system calls. Linux only; works as root and as anybody.
 */
enum jail_part {
	JAIL_SECCOMP = 1 << 0,
	JAIL_LANDLOCK = 1 << 1,
	JAIL_ROOT = 1 << 2,	  /* an empty, read-only root directory */
	JAIL_USER = 1 << 3,	  /* an unprivileged user */
	JAIL_NAMESPACES = 1 << 4, /* own processes, mounts, network, IPC, host name */
	JAIL_LIMITS = 1 << 5,
	JAIL_PROCESS = 1 << 6, /* no new privileges, not to be traced, ends with its parent */
};
struct jail {
	unsigned n_fds;	     /* descriptors 0 .. n_fds - 1 stay open */
	int life;	     /* the write end of a pipe that only the parent reads */
	uint32_t uid;	     /* user and group to become when started as root */
	uint64_t max_file;   /* bytes of one output */
	uint64_t max_memory; /* bytes of address space; 0: no limit */
	uint32_t cpu_s;	     /* seconds of CPU; 0: no limit */
};
/* fork(), as root into a process namespace of its own. */
int jail_fork(void);
/*
 * Both return the parts (enum jail_part) that this machine or this caller
 * could not give; what an ordinary user cannot have is not counted as missing.
 * The process dies with its parent from now on, and at once if that is gone.
 */
unsigned jail_confine(const struct jail *j);
unsigned jail_filter(void);
/* The filter itself, as tools/jail_filter.c wrote it down. */
extern const struct sock_filter jail_code[];
extern const unsigned short jail_code_n;
/* "landlock, an empty root": for messages; in buf of at least JAIL_WORDS bytes. */
enum { JAIL_WORDS = 160 };
void jail_words(unsigned parts, char buf[JAIL_WORDS]);
#endif
