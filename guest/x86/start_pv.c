/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pv.h"
#include "../guest.h"
#include "../xen/hypercall.h"
#include "../xen/machine.h"
#include "../../core/base/fmt.h"
#include "../../core/base/str.h"
#include <string.h>

/* Offsets in start_info of a 64-bit guest: Xen public/xen.h. */
enum {
	SI_nr_pages = 32,
	SI_shared_info = 40,
	SI_flags = 48,
	SI_store_mfn = 56,
	SI_store_evtchn = 64,
	SI_console_mfn = 72,
	SI_console_evtchn = 80,
	SI_pt_base = 88,
	SI_nr_pt_frames = 96,
	SI_mfn_list = 104,
	SI_mod_start = 112,
	SI_mod_len = 120,
	SI_cmd_line = 128,
};
enum { PLACE_SHARED, PLACE_GRANTS };

static struct start start;
static struct shm *shared;

const struct start *start_get(void)
{
	return &start;
}

static uint64_t field64(const char *si, size_t off)
{
	uint64_t v;
	memcpy(&v, si + off, sizeof v);
	return v;
}

static uint32_t field32(const char *si, size_t off)
{
	uint32_t v;
	memcpy(&v, si + off, sizeof v);
	return v;
}

static void start_copy(const char *si)
{
	memcpy(start.magic, si, sizeof start.magic);
	start.nr_pages = field64(si, SI_nr_pages);
	start.shared_info = field64(si, SI_shared_info);
	start.flags = field32(si, SI_flags);
	start.store_mfn = field64(si, SI_store_mfn);
	start.store_evtchn = field32(si, SI_store_evtchn);
	start.console_mfn = field64(si, SI_console_mfn);
	start.console_evtchn = field32(si, SI_console_evtchn);
	start.pt_base = field64(si, SI_pt_base);
	start.nr_pt_frames = field64(si, SI_nr_pt_frames);
	start.mfn_list = (const uint64_t *)(uintptr_t)field64(si, SI_mfn_list);
	start.mod_len = field64(si, SI_mod_len);
	start.mod_pfn = field64(si, SI_mod_start);
	if (!(start.flags & START_MODULE_PFN))
		start.mod_pfn >>= PAGE_SHIFT; /* an address: ours are PFNs times 4096 */
	memcpy(start.cmdline, si + SI_cmd_line, sizeof start.cmdline);
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
	uint64_t frame[PV_PLACES];
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
	return str_eq(name, STR("grub_cpu")) ? STR("x86_64") : (struct str){ NULL, 0 };
}

/* Offsets in shared_info. */
enum {
	SHARED_upcall_pending = 0,
	SHARED_upcall_mask = 1,
	SHARED_pending_sel = 8,
	SHARED_evtchn_pending = 2048,
	SHARED_evtchn_mask = 2560,
	EVTCHN_BYTES = 512,
};

enum err machine_begin(void)
{
	trap_begin();
	shared = pv_map_frame(PLACE_SHARED, start.shared_info >> PAGE_SHIFT);
	return shared ? OK : ERR_NOMEM;
}

void machine_end(void)
{
	for (size_t at = 0; at < EVTCHN_BYTES; at += 8) {
		shm_set_u64(shared, SHARED_evtchn_pending + at, 0);
		shm_set_u64(shared, SHARED_evtchn_mask + at, 0);
	}
	shm_set_u8(shared, SHARED_upcall_pending, 0);
	shm_set_u8(shared, SHARED_upcall_mask, 1);
	shm_set_u64(shared, SHARED_pending_sel, 0);
	trap_end();
}

/* Constructors of the codec libraries: they look at the processor. */
static void constructors(void)
{
	extern void (*const init_array_start[])(void), (*const init_array_end[])(void);
	for (void (*const *fn)(void) = init_array_start; fn < init_array_end; fn++)
		(*fn)();
}

void pv_start(const char *si)
{
	start_copy(si);
	pv_map_begin(&start);
	/* A null pointer shall trap. */
	hyper_update_va_mapping(0, 0, UVMF_INVLPG);
	constructors();
	guest_main();
}
