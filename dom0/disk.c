/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "disk.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(const char *path, const char *why)
{
	say(LOG_ERROR, "%s: %s", path[0] ? path : "an empty name for a disk", why);
	return false;
}

static bool is_disk(const struct stat *st)
{
	return S_ISREG(st->st_mode) || S_ISBLK(st->st_mode);
}

static bool device_size(struct disk *d)
{
	uint64_t bytes;
	int sector;
	if (ioctl(d->fd, BLKGETSIZE64, &bytes) || ioctl(d->fd, BLKSSZGET, &sector))
		return refuse(d->path, strerror(errno));
	d->size = bytes;
	d->sector = (uint32_t)sector;
	/*
	 * The guest's writes went around this page cache: what it still holds
	 * from an earlier look may be older than the disk.
	 */
	posix_fadvise(d->fd, 0, 0, POSIX_FADV_DONTNEED);
	return true;
}

bool disk_open(struct disk *d, const char *path)
{
	struct stat st;
	*d = (struct disk){ .path = path, .fd = -1, .sector = 512 };
	/* To open a pipe, a socket or a tape has effects: look first, and again after. */
	if (stat(path, &st))
		return refuse(path, strerror(errno));
	if (!is_disk(&st))
		return refuse(path, "neither a regular file nor a block device");
	d->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (d->fd < 0 || fstat(d->fd, &st))
		return refuse(path, strerror(errno));
	if (!is_disk(&st))
		return refuse(path, "replaced while it was being opened");
	if (S_ISBLK(st.st_mode))
		return device_size(d);
	d->size = (uint64_t)st.st_size;
	return true;
}
