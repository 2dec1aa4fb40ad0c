/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../xen/hypercall.h"
#include "../pvh.h"

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
	HYPER_set_segment_base = 25,
	HYPER_mmuext_op = 26,
	HYPER_sched_op = 29,
	HYPER_event_channel_op = 32,
	HYPER_hvm_op = 34,
};
/* Where Xen keeps its table of PFNs by MFN, readable by every PV guest. */
static const uint64_t *const m2p = (const uint64_t *)0xffff800000000000;
/* A PVH guest calls the page that Xen filled, a PV guest the instruction; the rest is the same. */
extern const char hyper_syscall[], hyper_page[]; /* hyper_door.S */
static bool pvh;

void hyper_begin_pvh(void)
{
	pvh = true;
}

/* A long call is begun again by Xen itself, with the registers that it changed. */
static long hypercall(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	const char *door = pvh ? hyper_page + nr * 32 : hyper_syscall;
	register uint64_t r10 asm("r10") = d;
	asm volatile("call *%[door]"
		     : "+a"(nr), "+D"(a), "+S"(b), "+d"(c), "+r"(r10), [door] "+r"(door)
		     :
		     : "rcx", "r8", "r9", "r11", "memory");
	return nr;
}

static uint64_t word(const void *p)
{
	return (uint64_t)(uintptr_t)p;
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
	return hypercall(HYPER_update_va_mapping, va, pte, flags, 0);
}

uint64_t hyper_m2p(uint64_t mfn)
{
	return pvh ? mfn : m2p[mfn];
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

long hyper_hvm_param(enum hvm_param index, uint64_t *value)
{
	struct {
		uint16_t domid;
		uint32_t index;
		uint64_t value;
	} op = { DOMID_SELF, index, 0 };
	long r = hypercall(HYPER_hvm_op, HVMOP_get_param, word(&op), 0, 0);
	*value = op.value;
	return r;
}

long hyper_vm_assist(unsigned cmd, unsigned type)
{
	return hypercall(HYPER_vm_assist, cmd, type, 0, 0);
}

long hyper_set_segment_base(unsigned which, uint64_t base)
{
	return hypercall(HYPER_set_segment_base, which, base, 0, 0);
}

long hyper_set_trap_table(const struct trap_info *table)
{
	return hypercall(HYPER_set_trap_table, word(table), 0, 0, 0);
}

long hyper_console_write(const char *p, size_t n)
{
	return hypercall(HYPER_console_io, 0, n, word(p), 0);
}
