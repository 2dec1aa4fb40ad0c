/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DISKS_H
#define DISKS_H
#include "blk/part.h"
#include "plan/plan.h"
/*
 * The disks of an attempt, their partitions, and what is mounted of them.
 * Mounting is lazy and happens once; a volume that does not mount stays so.
 */
enum { DISKS_MAX = 64 };

/* A partition, or a whole disk: whatever can hold a file system. */
struct volume {
	struct blk blk;
	struct fs fs;
	const struct part *part; /* NULL: the whole disk */
	enum part_scheme scheme; /* of the table it stands in; PART_NONE: the whole disk */
	struct str device;	 /* GRUB's name: "hd0,msdos1", "hd0,gpt2", "hd0" */
	struct str place; /* for messages: "disk.img: partition 1"; with the type once mounted */
	bool tried;
	enum err result; /* of mounting; valid when tried */
};
struct disk {
	struct blk *blk;
	enum part_scheme scheme;
	struct volume *volume; /* the partitions in table order, then the whole disk */
	size_t n;
};
struct disks {
	struct arena *arena;
	struct log *log;
	struct disk *disk;
	size_t n;
	const struct fs_ops *const *driver; /* that volumes are tried with */
	size_t n_driver;
};
/* Reads the partition tables. A disk that cannot be read is reported and has no volumes. */
enum err disks_init(struct disks *d, struct blk *const *blk, size_t n, struct arena *a,
		    struct log *log);
/* Mount v, or say again why it does not mount. */
enum err disks_mount(struct disks *d, struct volume *v);
/*
 * By GRUB's name without brackets: "hd0", "hd0,msdos1", "hd0,gpt1", "hd0,1",
 * "xen/xvda,1" (the back end's name of the disk). ERR_NOENT: there is none.
 */
enum err disks_find(struct disks *d, struct str name, struct volume **out);
/* The i-th volume over all disks, in search order; NULL past the last. */
struct volume *disks_at(struct disks *d, size_t i);
#endif
