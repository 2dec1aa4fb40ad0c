/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BLKFRONT_H
#define BLKFRONT_H
#include "../../core/blk/blk.h"
/* The domain's virtual disks. They can be written to where dom0 says so (`mode`). */
enum { DISKS_MAX = 64 };

/*
 * Connect all disks that xenstore lists, together, and store them in out by
 * ascending number, as PV-GRUB counted hd0, hd1, ...; returns how many. A disk
 * that cannot be had is reported and left out, and so is an empty CD-ROM.
 * They are named as Linux will name them ("xvda").
 */
size_t blkfront_begin(struct log *log, struct blk *out[DISKS_MAX]);
/* Leave every disk as the domain builder left it; the blks are gone. */
void blkfront_end(void);
#endif
