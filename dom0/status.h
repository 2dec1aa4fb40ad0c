/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STATUS_H
#define STATUS_H
#include "../core/base/base.h"
/*
 * How domboot ends: the exit statuses of its own commands, which
 * domboot-commands(1) lists. Called as pygrub is, it knows 0 and 1 alone.
 */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1, /* none of the others */
	STATUS_USAGE = 2,
	STATUS_NO_FS = 10,	 /* no file system that domboot knows, or a damaged one */
	STATUS_UNSUPPORTED = 11, /* a file system with a feature that domboot does not read */
	STATUS_NO_CONFIG = 12,	 /* no boot configuration */
	STATUS_NO_ENTRY = 13,	 /* no entry of that name, or none at all */
	STATUS_NO_FILE = 14,	 /* the kernel, an initrd or a file asked for is missing */
	STATUS_BAD_KERNEL = 15,	 /* a kernel that cannot be booted */
	STATUS_LIMIT = 16,	 /* over a limit of ours */
	STATUS_READ = 17,	 /* a disk cannot be read */
	STATUS_OUTPUT = 18,	 /* a file cannot be written */
	STATUS_POLICY = 19,	 /* forbidden here, as by --require-sandbox */
	STATUS_CRASHED = 20,	 /* the worker died, or did what it must not */
};
bool status_known(unsigned s);
/* What the core's error means where nothing more is known. */
enum status status_of(enum err e);
/* What to do about it, one line; NULL: nothing that holds in general. */
const char *status_hint(enum status s);
#endif
