/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "status.h"

static const char *const hint[] = {
	[STATUS_USAGE] = "domboot help lists the commands, domboot help COMMAND explains one",
	[STATUS_NO_FS] = "domboot ls DISK shows the partitions; the disk must be raw, as "
			 "qemu-img convert -O raw makes it",
	[STATUS_UNSUPPORTED] = "keep /boot on a file system without that feature; domboot version "
			       "lists what is read",
	[STATUS_NO_CONFIG] = "domboot ls DISK / shows what is there; --kernel=PATH needs no "
			     "configuration",
	[STATUS_NO_ENTRY] = "domboot list DISK shows the entries",
	[STATUS_NO_FILE] = "domboot ls DISK /boot shows what is there; update-grub in the guest "
			   "writes the configuration anew",
	[STATUS_BAD_KERNEL] = "domboot list DISK shows the other entries; domboot doctor DISK "
			      "says what each kind of guest needs",
	[STATUS_LIMIT] = "an option that the line names raises its limit, here or in domboot.conf, "
			 "and so does ulimit; where it names none, the guest's files must change",
	[STATUS_READ] =
		"name a raw image or a block device; a disk that fails says so in the kernel's "
		"log: dmesg",
	[STATUS_OUTPUT] = "make room, or name another place with --output-directory",
	[STATUS_CRASHED] = "please report it, with the disk's first MiB if it may be shown; the "
			   "guest's bytes never left the sandbox",
};

bool status_known(unsigned s)
{
	return s <= STATUS_USAGE || (s >= STATUS_NO_FS && s <= STATUS_CRASHED);
}

enum status status_of(enum err e)
{
	switch (e) {
	case OK:
		return STATUS_OK;
	case ERR_FORMAT:
	case ERR_UNSUPPORTED:
		return STATUS_BAD_KERNEL;
	case ERR_NOENT:
	case ERR_TYPE:
		return STATUS_NO_FILE;
	case ERR_SYNTAX:
		return STATUS_NO_ENTRY;
	case ERR_LOOP:
	case ERR_LIMIT:
	case ERR_NOMEM:
		return STATUS_LIMIT;
	case ERR_CORRUPT:
	case ERR_IO:
		return STATUS_READ;
	case ERR_DENIED:
		return STATUS_POLICY;
	case ERR_CANCEL:
		break;
	}
	return STATUS_FAILED;
}

const char *status_hint(enum status s)
{
	return (size_t)s < array_len(hint) ? hint[s] : NULL;
}
