/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FOREIGN_H
#define FOREIGN_H
#include "../blk/blk.h"
/*
 * What domboot does not read, told by its first bytes, so that a message can
 * name it. Nothing else follows from it: bytes are never taken for another format.
 */
struct foreign {
	const char *name; /* "XFS" */
	bool holds_files; /* a guest's /boot may lie in it; swap's cannot */
};
/* NULL: not one that is known either. a: for what is read. */
const struct foreign *foreign_of(struct blk *b, struct arena *a);
#endif
