/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CHECK_H
#define CHECK_H
#include "../load/image.h"
#include "guest.h"
/*
 * Will this guest boot? What is known of its kernel, its command line, its
 * disks and of the Xen below it, held against what Xen and Linux need. Pure.
 */
enum check_level { CHECK_OK, CHECK_NOTE, CHECK_WARNING, CHECK_ERROR };
extern const char *const check_level_name[];

/* A file system, or a partition, as root= may name it. */
struct check_volume {
	struct str vdev; /* "xvda1", "xvda" */
	struct str label, uuid, partuuid;
};
struct check_facts {
	enum guest_type type; /* GUEST_ANY: told for all of them */
	uint32_t xen_version; /* as in struct opts */
	uint64_t memory;      /* of the guest, bytes; 0: unknown */
	bool unpacks;	      /* domboot hands the kernel out unpacked */
	enum unpack_format packing;
	const char *version;	   /* of Linux; empty: unknown */
	const struct image *image; /* NULL: was not looked into */
	struct str cmdline;
	bool has_initrd;
	uint64_t initrd_size;
	const struct check_volume *volume;
	size_t n_volume;
	bool all_read; /* every volume has a file system that was read */
};
/* Findings go here, each text and fix one line; fix NULL: there is nothing to do. */
struct check_sink {
	void (*finding)(struct check_sink *s, enum check_level level, const char *topic,
			const char *text, const char *fix);
};
void check_boot(const struct check_facts *f, struct check_sink *s);
/* What dom0's own configuration of the guest says about it. */
void check_guest(const struct guest *g, struct check_sink *s);
#endif
