/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HOST_H
#define HOST_H
#include "disks.h"
#include "platform.h"
/* The configuration languages' door to the disks of an attempt. */
struct host {
	struct conf_host door; /* first: the languages hold a pointer to it */
	struct disks *disks;
	struct platform *platform;
	struct volume *boot; /* where the configuration lies: searched first */
};
void host_init(struct host *h, struct disks *d, struct platform *p);
#endif
