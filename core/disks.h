/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DISKS_H
#define DISKS_H
#include "base/uuid.h"
#include "blk/part.h"
#include "fs/foreign.h"
#include "plan/plan.h"
/*
 * The disks of an attempt, their partitions, and what is mounted of them.
 * Mounting is lazy and happens once; a volume that does not mount stays so.
 */
enum { DISKS_MAX = 64, LOOPS_MAX = 16 };

/* A partition, or a whole disk: whatever can hold a file system. */
struct volume {
	struct blk blk;
	struct fs fs;
	const struct part *part; /* NULL: the whole disk */
	enum part_scheme scheme; /* of the table it stands in; PART_NONE: the whole disk */
	struct str device;	 /* GRUB's name: "hd0,msdos1", "hd0,gpt2", "hd0" */
	struct str place; /* for messages: "disk.img: partition 1"; with the type once mounted */
	bool tried;
	enum err result;	       /* of mounting; valid when tried */
	const struct foreign *foreign; /* private to disks_foreign() */
	bool foreign_tried;
};
struct disk {
	struct blk *blk;
	struct part_table table;
	struct volume *volume; /* the partitions in table order, then the whole disk */
	size_t n;
};
/* A file that is read as a disk, such as a live system's image. */
struct loop {
	struct loop *older;
	struct str name; /* "loop(hd0,msdos1)/live.iso" */
	struct fs *fs;	 /* where the file lies */
	struct fs_node node;
	struct blk blk;
	struct disk disk;
};
struct disks {
	struct arena *arena;
	struct log *log;
	struct disk *disk;
	size_t n;
	const struct fs_ops *const *driver; /* that volumes are tried with */
	size_t n_driver;
	struct loop *loop; /* newest first */
	size_t n_loop;
};
/* Reads the partition tables. A disk that cannot be read is reported and has no volumes. */
enum err disks_init(struct disks *d, struct blk *const *blk, size_t n, struct arena *a,
		    struct log *log);
/* A disk's partition table; name: GRUB's, "hd0". */
enum err disk_init(struct disks *d, struct disk *k, struct str name);
/* Mount v, or say again why it does not mount. */
enum err disks_mount(struct disks *d, struct volume *v);
/* What a volume that did not mount with ERR_FORMAT is instead; NULL: nobody knows. */
/* blk.work of all of them. */
uint64_t disks_work(const struct disks *d);
const struct foreign *disks_foreign(struct disks *d, struct volume *v);
/*
 * By GRUB's name without brackets: "hd0", "hd0,msdos1", "hd0,gpt1", "hd0,1",
 * "xen/xvda,1" (the back end's name of the disk, or where none has such a name, its place);
 * "loop(DEVICE)/FILE" and "loop(DEVICE)/FILE,1" are a file as a disk, which is opened when it is
 * first asked for, LOOPS_MAX of them at most. ERR_NOENT: there is none.
 */
enum err disks_find(struct disks *d, struct str name, struct volume **out);
/* loop.c: the disk behind "loop(DEVICE)/FILE"; *rest: what stands behind the comma, or empty. */
enum err loop_find(struct disks *d, struct str name, struct disk **out, struct str *rest);
/* The i-th volume over all disks, in search order; NULL past the last. */
struct volume *disks_at(struct disks *d, size_t i);
#endif
