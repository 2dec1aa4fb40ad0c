/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUEST_KERNEL_H
#define GUEST_KERNEL_H
#include "../core/plan/plan.h"
#include "../load/image.h"
#include "hold.h"
/* The kernel file in memory, page-aligned, in pages that hold owns. */
struct kernel {
	struct image_file file; /* file.bytes is what was read or unpacked last */
	void *pages;		/* where they lie */
};
/* "xvda, partition 1: /boot/vmlinuz", for messages; p is NULL when the arena is full. */
struct str kernel_name(const struct boot_file *f, struct arena *a);
/* Read all of it. Errors are logged. */
enum err kernel_read(struct hold *h, const struct boot_file *f, struct log *log,
		     struct kernel *out);
/*
 * Take off what a bzImage is packed in as a file. *is_bzimage: it is one, and
 * described in out; otherwise an ELF lies open.
 */
enum err kernel_unwrap(struct hold *h, struct kernel *k, struct bzimage *out, bool *is_bzimage);
/* Take off what it is packed in, until an ELF lies open. The packed bytes are given back. */
enum err kernel_unpack(struct hold *h, struct kernel *k);
#endif
