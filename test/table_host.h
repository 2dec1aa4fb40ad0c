/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TABLE_HOST_H
#define TABLE_HOST_H
#include "../core/base/str.h"
#include "../core/conf/conf.h"
/*
 * The outside world of a configuration language as two tables. Files have
 * fs == NULL: they can be named and planned, not booted.
 */
struct host_file {
	const char *device, *path; /* a path that ends in '/' is a directory; parents are implied */
	const char *text;	   /* NULL: one byte of no interest */
	size_t n;		   /* bytes of text; 0: up to its NUL */
	int64_t mtime;
};
struct host_fact {
	const char *name, *value; /* "grub_platform", "uuid:hd0,msdos1", "label:hd0,msdos1" */
};
struct table_host {
	struct conf_host host;
	const struct host_file *file;
	size_t n_file;
	const struct host_fact *fact;
	size_t n_fact;
	uint64_t work, work_each; /* what an open or a read costs; 0 at first */
};
/*
 * search looks through the tables in their order. A device that no row
 * mentions is not there; "hd0,1", "hd0,msdos1" and "hd0,gpt1" are the same
 * one, which goes by the table's name.
 */
void table_host_init(struct table_host *t, const struct host_file *file, size_t n_file,
		     const struct host_fact *fact, size_t n_fact);
#endif
