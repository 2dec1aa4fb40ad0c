/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pv.h"
#include "../guest.h"
#include "../xen/hypercall.h"
#include "../xen/machine.h"
#include "../xen/shared.h"
#include "../../core/base/fmt.h"
#include "../../core/base/str.h"
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

static struct start start;
static struct shm *shared;

const struct start *start_get(void)
{
	return &start;
}

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

struct shm *machine_shared(void)
{
	return shared;
}

static struct shm *machine_page(uint64_t mfn)
{
	return mfn ? (struct shm *)mem_map(hyper_m2p(mfn), 1) : NULL;
}

struct shm *machine_console(void)
{
	return machine_page(start.console_mfn);
}

struct shm *machine_store(void)
{
	return machine_page(start.store_mfn);
}

struct shm *machine_grants(size_t n)
{
	unsigned long frame[PV_PLACES];
	struct gnttab_setup_table op = {
		.dom = DOMID_SELF,
		.nr_frames = (uint32_t)n,
		.frame_list = frame,
	};
	if (n > PV_PLACES - PLACE_GRANTS || hyper_grant(GNTTABOP_setup_table, &op, 1) < 0 ||
	    op.status)
		return NULL;
	for (unsigned i = 0; i < n; i++)
		if (!pv_map_frame(PLACE_GRANTS + i, frame[i]))
			return NULL;
	return pv_map_frame(PLACE_GRANTS, frame[0]);
}

uint64_t machine_tsc(void)
{
	uint32_t lo, hi;
	asm volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi)::"memory");
	return (uint64_t)hi << 32 | lo;
}

bool machine_cpu64(void)
{
	return sizeof(void *) == 8;
}

const char *machine_build_id(void)
{
	extern const uint8_t build_id[20]; /* the note's content, by the linker */
	static char text[41];
	for (size_t i = 0; i < sizeof build_id; i++)
		fmt_to(text + 2 * i, 3, "%02x", build_id[i]);
	return text;
}

struct str machine_fact(struct str name)
{
	if (str_eq(name, STR("grub_platform")))
		return STR("xen");
	if (str_eq(name, STR("grub_cpu")))
		return machine_cpu64() ? STR("x86_64") : STR("i386");
	return (struct str){ NULL, 0 };
}

enum err machine_begin(void)
{
	trap_begin();
	shared = pv_map_frame(PLACE_SHARED, start.shared_info >> PAGE_SHIFT);
	return shared ? OK : ERR_NOMEM;
}

void machine_end(void)
{
	for (size_t at = 0; at < SHARED_evtchn_bytes; at += 4) {
		shm_set_u32(shared, SHARED_evtchn_pending + at, 0);
		shm_set_u32(shared, SHARED_evtchn_mask + at, 0);
	}
	shm_set_u8(shared, SHARED_upcall_pending, 0);
	shm_set_u8(shared, SHARED_upcall_mask, 1);
	for (size_t at = 0; at < SHARED_WORD; at += 4)
		shm_set_u32(shared, SHARED_pending_sel + at, 0);
	trap_end();
}

/* Constructors of the codec libraries: they look at the processor. */
static void constructors(void)
{
	extern void (*const init_array_start[])(void), (*const init_array_end[])(void);
	for (void (*const *fn)(void) = init_array_start; fn < init_array_end; fn++)
		(*fn)();
}

void pv_start(const struct start_info *si)
{
	start_copy(si);
	pv_map_begin(&start);
	pv_width_begin();
	constructors();
	guest_main();
}
