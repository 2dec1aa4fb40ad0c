/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KEEPER_H
#define KEEPER_H
#include "../core/base/base.h"
#include <sys/types.h>
/*
 * A process of ours that does nothing but wait for our end. Where that comes before all is
 * well, by SIGKILL even, it takes the names of our files away. Both must be killed
 * for one to stay. What is shared is memory, not messages: a message would give the
 * keeper the processor, and us a time in which we could be killed.
 */
enum { KEEPER_FILES = 3, KEEPER_NAME = 32 };
struct keeper {
	char (*name)[KEEPER_NAME]; /* of each file, shared with it; empty: none. NULL: no keeper */
	int life;		   /* closed when we end */
};
#define KEEPER_NONE                                                                                \
	{                                                                                          \
		.life = -1                                                                         \
	}
/* Files in the directory that dir is open on. A machine without a process to spare goes without. */
void keeper_start(struct keeper *k, int dir);
/* File i is about to get this name; NULL: it has none any more. */
void keeper_name(struct keeper *k, size_t i, const char *name);
/* The names stay, or are gone already: the last thing before our own end, which is the keeper's. */
void keeper_end(struct keeper *k);
#endif
