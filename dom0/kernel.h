/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_H
#define KERNEL_H
#include "../core/plan/plan.h"
#include "../load/image.h"
/*
 * Is it a kernel that Xen's domain builder can start? What is certain to fail
 * there is refused here, where a message can still name disk and file; what is
 * only unknown goes through.
 */

/*
 * The checksum that Linux's build put into a bzImage, up to 6.14: over
 * everything up to its own last byte, as it was before it was signed. Fed with
 * the file's bytes in order while they are copied.
 */
struct kernel_sum {
	uint64_t end; /* bytes that it covers; 0: there is none */
	struct {
		uint64_t at, n;
	} hole[2]; /* what a signature changed: counted as zeros */
	uint32_t crc;
};
void kernel_sum_add(struct kernel_sum *s, uint64_t off, const uint8_t *p, size_t n);
bool kernel_sum_good(const struct kernel_sum *s);

/*
 * Look at headers, payload and notes, a few pages of the file. ERR_CORRUPT,
 * ERR_FORMAT, ERR_UNSUPPORTED: no domain could be built from it; logged with
 * the file's full name. *sum is what the file's bytes are to be added to.
 */
enum err kernel_look(const struct boot_file *f, struct log *log, struct kernel_sum *sum);
/*
 * Unpack it, all in memory, for the one whose checksum is wrong: damaged, or
 * only packed anew. ERR_CORRUPT: damaged, and logged; OK: not known to be.
 */
enum err kernel_verify(const struct boot_file *f, struct log *log);

/* What a kernel's headers tell; empty where it is none that we know. Nothing is logged. */
enum { KERNEL_VERSION = 80 };
struct kernel_facts {
	enum unpack_format packing;
	char version[KERNEL_VERSION]; /* "6.1.0-30-amd64" */
};
void kernel_facts(const struct boot_file *f, struct kernel_facts *out);
/*
 * The plain kernel: every packing taken off, at most max bytes. What is no
 * packed kernel (an ELF, Arm's Image) comes as it is. The memory stays until
 * the process ends. Errors are logged.
 */
enum err kernel_unpack(const struct boot_file *f, struct log *log, uint64_t max, struct span *out);

/* Pure: the sum that goes with the first bytes of a bzImage. Split out for its test. */
struct kernel_sum kernel_sum_of(struct span head);
#endif
