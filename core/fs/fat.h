/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAT_H
#define FAT_H
#include "fs.h"
/*
 * Shared by fat.c (volume, cluster chains) and fat_dir.c (directories, names).
 * Field names and numbers: Microsoft, FAT: General Overview of On-Disk Format,
 * 1.03; long names by the same document.
 */

/* One run of clusters of the file that was mapped last, so that the next step is a short one. */
struct fat_run {
	uint32_t first_cluster; /* of the file; 0: no run */
	uint32_t index;		/* of the run's first cluster in the file */
	uint32_t cluster, n;
};

struct fat {
	uint32_t bits;	       /* of a FAT entry: 12, 16, 32 */
	uint32_t cluster_size; /* bytes */
	uint32_t n_clusters;   /* they are numbered from 2 */
	uint64_t fat_off;      /* bytes: the FAT in use */
	uint64_t root_off;     /* bytes: FAT12 and 16 have a root directory of fixed size */
	uint32_t root_size;    /* bytes; 0: the root directory is a chain */
	uint64_t data_off;     /* bytes: cluster 2 */
	struct fat_run run;
};

/* What fs_node.u means here. */
enum { FAT_U_CLUSTER /* first one; 0: none */, FAT_U_FIXED /* 1: the fixed root directory */ };

bool fat_is_cluster(const struct fat *f, uint32_t cluster);
/* Byte offset of a valid cluster. */
uint64_t fat_cluster_off(const struct fat *f, uint32_t cluster);
/* The cluster after this valid one; ERR_NOENT at the end of the chain. */
enum err fat_next(struct fs *fs, uint32_t cluster, uint32_t *next);

enum { FAT_NAME_UNITS = 255, FAT_LFN_PARTS = 20, FAT_LFN_UNITS = 13 };
/* The parts of a long name, seen from the last to the first. */
struct fat_lfn {
	uint16_t unit[FAT_LFN_PARTS * FAT_LFN_UNITS];
	uint8_t parts, left; /* of it; a name is whole when parts > 0 and left == 0 */
	uint8_t checksum;    /* of the short name that it belongs to */
};
struct fat_entry {
	char name[FS_NAME_MAX], short_name[40]; /* UTF-8 */
	size_t name_n, short_n;
	struct fs_node node;
	bool label; /* the volume's label, in short_name */
};
/* A walk over a directory, which is at most 65536 records long. */
struct fat_dir {
	struct fs *fs;
	uint32_t cluster; /* the one we are in; fixed root: 0 */
	uint32_t n;	  /* records behind us */
	struct fat_lfn lfn;
};
enum err fat_dir_open(struct fs *fs, const struct fs_node *dir, struct fat_dir *d);
/* The next file, directory or label, but not "." and ".."; ERR_NOENT: no more. */
enum err fat_dir_next(struct fat_dir *d, struct fat_entry *e);
#endif
