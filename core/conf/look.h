/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOOK_H
#define LOOK_H
#include "say.h"
/*
 * Disks and files as a person at the command line sees them, in whichever
 * language. Where a thing is not there the error is returned, and said by
 * nobody. All of it is silent where there is no person.
 */
struct look {
	struct conf *c;
	bool from_zero; /* partitions are counted so: (hd0,0) */
	bool more;	/* sizes and dates */
	bool human;	/* sizes in KiB, MiB, ... */
	bool dots;	/* names that begin with a dot, too */
};
enum { LOOK_NAME = 80 };
/* The device's name in the language, with brackets. Returns the length. */
size_t look_name(const struct look *l, struct str device, char out[LOOK_NAME]);
enum err look_devices(const struct look *l);
/* One line: file system, label, UUID, size. */
enum err look_device(const struct look *l, struct str device);
/* A directory's names, or one file. */
enum err look_list(const struct look *l, struct str device, struct str path);
enum err look_text(const struct look *l, const struct boot_file *f);
enum err look_bytes(const struct look *l, const struct boot_file *f, uint64_t from, uint64_t n);
enum err look_compare(const struct look *l, const struct boot_file *a, const struct boot_file *b,
		      bool *same);
enum err look_date(const struct look *l);
#endif
