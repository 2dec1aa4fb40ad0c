/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DISK_H
#define DISK_H
#include "../core/base/base.h"
/* A guest's disk as the front opens it: a raw image or a block device, never looked into. */
struct disk {
	const char *path;
	int fd;
	uint64_t size;	 /* bytes */
	uint32_t sector; /* logical sector size in bytes */
};
/* Read-only. false: it was said why. Nothing but regular files and block devices is opened. */
[[nodiscard]] bool disk_open(struct disk *d, const char *path);
#endif
