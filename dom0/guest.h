/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUEST_H
#define GUEST_H
#include "../core/base/base.h"
#include "opts.h"
/*
 * What dom0's own files say of a guest: xl.cfg(5) and libvirt's domain XML.
 * Their writer is trusted, so they are read outside the jail; that we understand
 * all of them is not, so what was left aside is kept as notes.
 */
enum { GUEST_NOTES_MAX = 16, GUEST_ARGS_MAX = 64, GUEST_TEXT_MAX = 1 << 20 };
struct guest_disk {
	const char *path;  /* in dom0 */
	struct str vdev;   /* "xvda"; empty: not told */
	struct str format; /* "raw", "qcow2"; empty: raw */
	bool cdrom;
};
struct guest {
	struct str name;
	enum guest_type type;		/* GUEST_ANY: not told */
	bool shim;			/* PV inside PVH */
	uint64_t memory;		/* bytes; 0: not told */
	struct str bootloader;		/* empty: none */
	struct str arg[GUEST_ARGS_MAX]; /* bootloader_args, each with a NUL behind it */
	size_t n_args;
	struct str kernel, ramdisk; /* dom0's own files; with a bootloader: paths in the guest */
	struct str cmdline;	    /* cmdline=, or root= and extra= */
	struct guest_disk disk[OPTS_DISKS_MAX];
	size_t n_disk;
	struct str note[GUEST_NOTES_MAX]; /* what was not understood */
	size_t n_note;
};
/* What stands there goes into the arena. ERR_SYNTAX: it is none; the reason and its line in why. */
enum err xlcfg_parse(struct str text, struct arena *a, struct guest *out, char why[OPTS_WHY]);
enum err virtxml_parse(struct str text, struct arena *a, struct guest *out, char why[OPTS_WHY]);
/* By its name alone, for a disk is never looked into: "*.cfg", "*.xml", all below /etc/xen/. */
bool guest_is_config(const char *path);
/* Read and parse; false: the reason is in why. */
[[nodiscard]] bool guest_load(const char *path, struct arena *a, struct guest *out,
			      char why[OPTS_WHY]);
/* One more thing that was not understood; dropped when there are too many. */
void guest_note(struct guest *g, struct arena *a, const char *fmt, ...) printf_like(3, 4);
/* One more of bootloader_args; split: at blanks, as xl does with a text in the place of a list. */
void guest_add_args(struct guest *g, struct arena *a, struct str text, bool split);
/* A disk as both kinds of file describe it; false: there are too many, or no memory. */
bool guest_add_disk(struct guest *g, struct arena *a, struct str path, struct str vdev,
		    struct str format, bool cdrom);
#endif
