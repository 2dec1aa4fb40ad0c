/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef START_H
#define START_H
#include "../load/pvh.h"
/*
 * What the domain builder said at our start, copied before anything else ran.
 * PV: start_info (Xen public/xen.h); PVH: hvm_start_info and the HVM
 * parameters, as far as they have the same meaning.
 */
enum {
	START_CMDLINE = 1024, /* bytes, with the NUL */
	START_MAP = 128,
	START_PRESET = 1 << 20, /* bytes of a ramdisk that may be a menu */
};
enum start_flag {
	START_MODULES_MULTIBOOT = 4, /* flags: of our own boot, not of the next kernel's */
	START_MODULE_PFN = 8,	     /* mod_start was a PFN */
	START_P2M_TOOLS = 16,	     /* the toolstack knows the p2m list by virtual address */
};
struct start {
	bool pvh;
	char magic[32]; /* PV: "xen-3.0-x86_64", "xen-3.0-x86_32p" */
	uint64_t nr_pages;
	uint64_t shared_info; /* machine address; PVH: unused */
	uint32_t flags;
	uint64_t store_mfn, console_mfn;
	uint32_t store_evtchn, console_evtchn;
	uint64_t pt_base; /* PV: address of the live root page table, mapped read-only */
	uint64_t nr_pt_frames;
	const void *mfn_list; /* PV: nr_pages words of the guest's width; ~0: no frame */
	uint64_t mod_pfn;     /* the ramdisk */
	uint64_t mod_len;     /* bytes; 0: none */
	char cmdline[START_CMDLINE];
	/* PVH: */
	uint64_t rsdp;			 /* where ACPI begins; an address */
	struct pvh_range map[START_MAP]; /* as Xen has it, in its order */
	size_t n_map;
};
const struct start *start_get(void);
#endif
