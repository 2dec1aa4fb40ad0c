/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pvh.h"
#include "../xen/hypercall.h"
#include "../../core/base/rd.h"
#include <string.h>

/* Xen public/arch-x86/hvm/start_info.h. All addresses are physical. */
struct hvm_start_info {
	uint32_t magic, version, flags, nr_modules;
	uint64_t modlist, cmdline, rsdp;
};
struct hvm_module {
	uint64_t paddr, size, cmdline, reserved;
};
enum { HVM_MAGIC = 0x336ec578 };

/* Xen public/arch-x86/cpuid.h: leaves of the hypervisor, from a multiple of 0x100 on. */
enum { LEAF_FIRST = 0x40000000, LEAF_LAST = 0x4000ff00, LEAF_STEP = 0x100, LEAF_PAGE = 2 };
enum { GRANTS_MAX = 16 };

static struct start start;
static uint64_t hole; /* 1 + GRANTS_MAX frames: shared_info, the grant table */
static size_t n_shared;
extern const char hyper_page[];

static const void *physical(uint64_t at)
{
	return (const void *)(uintptr_t)(PVH_WINDOW + at);
}

static void cpuid(uint32_t leaf, uint32_t r[4])
{
	asm volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(0));
}

/*
 * Have Xen fill our page. It must be done from 64-bit code even where a kernel
 * before us did it: it also tells Xen how wide shared_info is for us.
 */
static bool hypercalls_begin(void)
{
	for (uint32_t leaf = LEAF_FIRST; leaf <= LEAF_LAST; leaf += LEAF_STEP) {
		uint32_t r[4];
		cpuid(leaf, r);
		if (memcmp(r + 1, "XenVMMXenVMM", 12) != 0)
			continue;
		cpuid(leaf + LEAF_PAGE, r);
		uint64_t page = (uintptr_t)hyper_page; /* before we move */
		asm volatile("wrmsr" ::"c"(r[1]), "a"((uint32_t)page), "d"(0) : "memory");
		hyper_begin_pvh();
		return true;
	}
	return false;
}

static bool memory_map(void)
{
	static uint8_t entries[START_MAP * 20];
	struct xen_memory_map op = { START_MAP, entries };
	if (hyper_memory(XENMEM_memory_map, &op) < 0)
		return false;
	struct rd r = rd_of(entries, sizeof entries);
	start.n_map = min_size(op.nr_entries, START_MAP);
	for (size_t i = 0; i < start.n_map; i++) {
		start.map[i].addr = rd_le64(&r);
		start.map[i].size = rd_le64(&r);
		start.map[i].type = rd_le32(&r);
	}
	return start.n_map;
}

static uint64_t parameter(enum hvm_param index)
{
	uint64_t v;
	return hyper_hvm_param(index, &v) < 0 ? 0 : v;
}

static void start_copy(const struct hvm_start_info *si)
{
	start.pvh = true;
	start.flags = si->flags;
	start.rsdp = si->rsdp;
	start.store_mfn = parameter(HVM_PARAM_STORE_PFN);
	start.store_evtchn = (uint32_t)parameter(HVM_PARAM_STORE_EVTCHN);
	start.console_mfn = parameter(HVM_PARAM_CONSOLE_PFN);
	start.console_evtchn = (uint32_t)parameter(HVM_PARAM_CONSOLE_EVTCHN);
	if (si->nr_modules && si->modlist) {
		const struct hvm_module *m = physical(si->modlist);
		start.mod_pfn = m->paddr >> PAGE_SHIFT;
		start.mod_len = m->size;
	}
	if (si->cmdline) {
		const char *line = physical(si->cmdline);
		for (size_t i = 0; i + 1 < sizeof start.cmdline && line[i]; i++)
			start.cmdline[i] = line[i];
	}
	for (size_t i = 0; i < start.n_map; i++)
		if (start.map[i].type == 1)
			start.nr_pages += start.map[i].size >> PAGE_SHIFT;
}

/* A preset menu goes out of the way of kernels; what is larger is none, and nobody reads it. */
static bool module_move(void)
{
	size_t n = (size_t)(start.mod_len + PAGE_SIZE - 1) >> PAGE_SHIFT;
	if (!n)
		return true;
	if (start.mod_len <= START_PRESET) {
		void *to = mem_pages(n), *from = mem_map(start.mod_pfn, n);
		if (!to || !from)
			return false;
		memcpy(to, from, n << PAGE_SHIFT);
		mem_free(from, n);
		start.mod_pfn = mem_pfn(to);
	} else {
		mem_mark(start.mod_pfn, n, MEM_FREE);
	}
	return true;
}

static bool show(unsigned space, uint64_t idx, uint64_t pfn)
{
	struct xen_add_to_physmap op = { DOMID_SELF, 0, space, idx, pfn };
	return hyper_memory(XENMEM_add_to_physmap, &op) == 0;
}

/*
 * Pages of Xen's own get PFNs where nothing is: put over RAM, they would take
 * the RAM away from this domain.
 */
static struct shm *shared_page(void)
{
	hole = pvh_hole(1 + GRANTS_MAX);
	if (!hole || !show(XENMAPSPACE_shared_info, 0, hole))
		return NULL;
	n_shared = 1;
	return pvh_map_frame(hole);
}

static struct shm *frame(uint64_t mfn)
{
	return pvh_map_frame(mfn);
}

static struct shm *grants(size_t n)
{
	struct shm *first = NULL;
	if (!hole || n > GRANTS_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!show(XENMAPSPACE_grant_table, i, hole + 1 + i))
			return NULL;
		n_shared = 2 + i;
		struct shm *page = pvh_map_frame(hole + 1 + i);
		first = i ? first : page;
	}
	return first;
}

static void unshare(void)
{
	while (n_shared) {
		struct xen_remove_from_physmap op = { DOMID_SELF, hole + --n_shared };
		hyper_memory(XENMEM_remove_from_physmap, &op);
	}
}

static const struct x86_type pvh_type = { "xen_pvh", shared_page, frame,    grants,
					  unshare,   pvh_traps,	  pvh_fault };

void pvh_start(uint32_t start_info)
{
	const struct hvm_start_info *si = physical(start_info);
	if (si->magic == HVM_MAGIC && hypercalls_begin() && memory_map()) {
		start_copy(si);
		if (pvh_map_begin(&start) && module_move())
			x86_main(&pvh_type, &start);
	}
	__builtin_trap(); /* nobody to tell but Xen: a fault without handlers is a crash of the
			     domain */
}
