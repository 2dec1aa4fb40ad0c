/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HOSTED_H
#define HOSTED_H
#include "../core/blk/blk.h"
/* The core's needs on top of a C library: for tools, tests and the dom0 shell. */

struct log *hosted_log(enum log_level level); /* to stderr: "WORD: message" */
extern struct pages hosted_pages;	      /* the kernel's, in pieces of 64 KiB or more */
extern struct pages hosted_exact; /* malloc, one block an object: sanitizers see bounds */
/* A raw file or block device by pread; ERR_IO with errno where it does not open. */
enum err hosted_open(struct blk *b, const char *path);
void hosted_fd(struct blk *b, int fd, uint64_t size, const char *name);
#endif
