/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../pv.h"
#include "../../xen/hypercall.h"

/* Numbers: Xen public/xen.h. */
enum {
	HYPER_set_trap_table = 0,
	HYPER_mmu_update = 1,
	HYPER_memory_op = 12,
	HYPER_update_va_mapping = 14,
	HYPER_xen_version = 17,
	HYPER_console_io = 18,
	HYPER_grant_table_op = 20,
	HYPER_vm_assist = 21,
	HYPER_mmuext_op = 26,
	HYPER_sched_op = 29,
	HYPER_event_channel_op = 32,
};
/* Where a Xen of 64 bits begins that cannot be asked: public/arch-x86/xen-x86_32.h. */
#define XEN_START 0xf5800000u

/* A long call is begun again by Xen itself, with the registers that it changed. */
static long hypercall(long nr, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	asm volatile("int $0x82" : "+a"(nr), "+b"(a), "+c"(b), "+d"(c), "+S"(d) : : "memory");
	return nr;
}

static uint32_t word(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

long hyper_mmu_update(const struct mmu_update *u, size_t n)
{
	return hypercall(HYPER_mmu_update, word(u), n, 0, DOMID_SELF);
}

long hyper_mmuext(const struct mmuext_op *op, size_t n)
{
	return hypercall(HYPER_mmuext_op, word(op), n, 0, DOMID_SELF);
}

long hyper_update_va_mapping(uint64_t va, uint64_t pte, uint64_t flags)
{
	return hypercall(HYPER_update_va_mapping, (uint32_t)va, (uint32_t)pte,
			 (uint32_t)(pte >> 32), (uint32_t)flags);
}

uint32_t pv_xen_start(void)
{
	static uint32_t start;
	if (!start && (hyper_version(XENVER_platform_parameters, &start) < 0 || !start))
		start = XEN_START;
	return start;
}

uint64_t hyper_m2p(uint64_t mfn)
{
	const uint32_t *m2p = (const uint32_t *)(uintptr_t)pv_xen_start();
	uint64_t entries = ((uint64_t)UINT32_MAX + 1 - pv_xen_start()) / sizeof *m2p;
	uint32_t pfn = mfn < entries ? m2p[mfn] : UINT32_MAX;
	return pfn == UINT32_MAX ? UINT64_MAX : pfn;
}

long hyper_sched(enum sched_cmd cmd, void *arg)
{
	return hypercall(HYPER_sched_op, cmd, word(arg), 0, 0);
}

long hyper_event(enum evtchn_cmd cmd, void *arg)
{
	return hypercall(HYPER_event_channel_op, cmd, word(arg), 0, 0);
}

long hyper_grant(enum gnttab_cmd cmd, void *arg, unsigned count)
{
	return hypercall(HYPER_grant_table_op, cmd, word(arg), count, 0);
}

long hyper_version(enum xenver_cmd cmd, void *arg)
{
	return hypercall(HYPER_xen_version, cmd, word(arg), 0, 0);
}

long hyper_memory(enum memory_cmd cmd, void *arg)
{
	return hypercall(HYPER_memory_op, cmd, word(arg), 0, 0);
}

long hyper_vm_assist(unsigned cmd, unsigned type)
{
	return hypercall(HYPER_vm_assist, cmd, type, 0, 0);
}

long hyper_set_trap_table(const struct trap_info *table)
{
	return hypercall(HYPER_set_trap_table, word(table), 0, 0, 0);
}

long hyper_console_write(const char *p, size_t n)
{
	return hypercall(HYPER_console_io, 0, n, word(p), 0);
}
