/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pv.h"
#include "trap.h"
#include "../xen/hypercall.h"
#include "../xen/shared.h"
#include <string.h>

/* Xen public/xen.h: struct start_info, of either width. */
struct start_info {
	char magic[32];
	unsigned long nr_pages, shared_info;
	uint32_t flags;
	unsigned long store_mfn;
	uint32_t store_evtchn;
	unsigned long console_mfn;
	uint32_t console_evtchn;
	unsigned long pt_base, nr_pt_frames, mfn_list, mod_start, mod_len;
	char cmd_line[START_CMDLINE];
};
_Static_assert(offsetof(struct start_info, cmd_line) == (sizeof(long) == 8 ? 128 : 80),
	       "struct start_info");
enum { PLACE_SHARED, PLACE_GRANTS };
enum { VECTORS = 20, ENTRY_SIZE = 16 };
extern const char trap_entry[]; /* trap_entry.S */

static struct start start;

static void start_copy(const struct start_info *si)
{
	memcpy(start.magic, si->magic, sizeof start.magic);
	start.nr_pages = si->nr_pages;
	start.shared_info = si->shared_info;
	start.flags = si->flags;
	start.store_mfn = si->store_mfn;
	start.store_evtchn = si->store_evtchn;
	start.console_mfn = si->console_mfn;
	start.console_evtchn = si->console_evtchn;
	start.pt_base = si->pt_base;
	start.nr_pt_frames = si->nr_pt_frames;
	start.mfn_list = (const void *)si->mfn_list;
	start.mod_len = si->mod_len;
	start.mod_pfn = si->mod_start;
	if (!(start.flags & START_MODULE_PFN))
		start.mod_pfn >>= PAGE_SHIFT; /* an address: ours are PFNs times 4096 */
	memcpy(start.cmdline, si->cmd_line, sizeof start.cmdline);
	start.cmdline[sizeof start.cmdline - 1] = 0;
}

static struct shm *shared_page(void)
{
	return pv_map_frame(PLACE_SHARED, start.shared_info >> PAGE_SHIFT);
}

static struct shm *frame(uint64_t mfn)
{
	return mem_map(hyper_m2p(mfn), 1);
}

static struct shm *grants(size_t n)
{
	unsigned long list[PV_PLACES];
	struct gnttab_setup_table op = {
		.dom = DOMID_SELF,
		.nr_frames = (uint32_t)n,
		.frame_list = list,
	};
	if (n > PV_PLACES - PLACE_GRANTS || hyper_grant(GNTTABOP_setup_table, &op, 1) < 0 ||
	    op.status)
		return NULL;
	for (unsigned i = 0; i < n; i++)
		if (!pv_map_frame(PLACE_GRANTS + i, list[i]))
			return NULL;
	return pv_map_frame(PLACE_GRANTS, list[0]);
}

/* Tables of the next kernel's own replace ours, and with them go these mappings. */
static void unshare(void)
{
}

static void traps(bool on)
{
	struct trap_info table[VECTORS + 1] = { { 0 } };
	for (uint8_t i = 0; i < VECTORS; i++)
		table[i] = (struct trap_info){
			.vector = i,
			.cs = trap_cs,
			.address = (uintptr_t)trap_entry + (uintptr_t)i * ENTRY_SIZE,
		};
	hyper_set_trap_table(on ? table : NULL);
}

static unsigned long fault(void)
{
	return (unsigned long)shm_u64(machine_shared(), SHARED_cr2);
}

static const struct x86_type pv_type = { "xen", shared_page, frame, grants, unshare, traps, fault };

void pv_start(const struct start_info *si)
{
	start_copy(si);
	pv_map_begin(&start);
	pv_width_begin();
	x86_main(&pv_type, &start);
}
