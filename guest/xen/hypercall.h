/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HYPERCALL_H
#define HYPERCALL_H
#include <stddef.h>
#include <stdint.h>
/*
 * The hypervisor's calls, by their names in Xen's public headers. Each returns
 * >= 0 or -errno (Xen's public/errno.h). Implemented in guest/x86 by machine
 * instructions and in test/fake by a process. The structs are Xen's own: an
 * unsigned long is a word of the guest, as it is there.
 */
enum hyper_errno {
	XEN_EPERM = 1,
	XEN_ENOENT = 2,
	XEN_EIO = 5,
	XEN_EAGAIN = 11,
	XEN_ENOMEM = 12,
	XEN_EBUSY = 16,
	XEN_EINVAL = 22,
	XEN_ENOSYS = 38,
};
enum { DOMID_SELF = 0x7ff0 };

/* mmu_update: the low bits of ptr say what val is written to. */
enum { MMU_NORMAL_PT_UPDATE = 0, MMU_MACHPHYS_UPDATE = 1 };
struct mmu_update {
	uint64_t ptr; /* machine address of an entry; or mfn << 12 for MACHPHYS */
	uint64_t val; /* the entry; or the pfn */
};
enum mmuext_cmd {
	MMUEXT_PIN_L3_TABLE = 2,
	MMUEXT_PIN_L4_TABLE = 3,
	MMUEXT_UNPIN_TABLE = 4,
	MMUEXT_NEW_BASEPTR = 5,
	MMUEXT_TLB_FLUSH_LOCAL = 6,
	MMUEXT_INVLPG_LOCAL = 7,
};
struct mmuext_op {
	uint32_t cmd;
	unsigned long arg1; /* mfn or address */
	unsigned long arg2;
};
enum { UVMF_NONE = 0, UVMF_TLB_FLUSH = 1, UVMF_INVLPG = 2 };

/* All n, however often the hypervisor asks to be called again. */
long hyper_mmu_update(const struct mmu_update *u, size_t n);
long hyper_mmuext(const struct mmuext_op *op, size_t n);
long hyper_update_va_mapping(uint64_t va, uint64_t pte, uint64_t flags);
/* The frame number that the hypervisor's M2P has for mfn; UINT64_MAX: not in the table. */
uint64_t hyper_m2p(uint64_t mfn);

enum sched_cmd { SCHEDOP_yield = 0, SCHEDOP_shutdown = 2, SCHEDOP_poll = 3 };
enum shutdown_reason { SHUTDOWN_poweroff = 0, SHUTDOWN_reboot = 1, SHUTDOWN_crash = 3 };
struct sched_poll {
	const uint32_t *ports;
	uint32_t nr_ports;
	uint64_t timeout; /* ns of system time, absolute; 0: none */
};
long hyper_sched(enum sched_cmd cmd, void *arg);

enum evtchn_cmd { EVTCHNOP_close = 3, EVTCHNOP_send = 4, EVTCHNOP_alloc_unbound = 6 };
struct evtchn_alloc_unbound {
	uint16_t dom, remote_dom;
	uint32_t port; /* out */
};
long hyper_event(enum evtchn_cmd cmd, void *arg);

enum gnttab_cmd { GNTTABOP_setup_table = 2, GNTTABOP_query_size = 6, GNTTABOP_set_version = 8 };
struct gnttab_setup_table {
	uint16_t dom;
	uint16_t pad;
	uint32_t nr_frames;
	int16_t status; /* out */
	unsigned long *frame_list;
};
struct gnttab_query_size {
	uint16_t dom;
	uint16_t pad;
	uint32_t nr_frames, max_nr_frames; /* out */
	int16_t status;			   /* out */
};
long hyper_grant(enum gnttab_cmd cmd, void *arg, unsigned count);

enum xenver_cmd { XENVER_version = 0, XENVER_platform_parameters = 5, XENVER_get_features = 6 };
long hyper_version(enum xenver_cmd cmd, void *arg);
enum memory_cmd {
	XENMEM_add_to_physmap = 7,
	XENMEM_memory_map = 9,
	XENMEM_remove_from_physmap = 15,
};
enum { XENMAPSPACE_shared_info = 0, XENMAPSPACE_grant_table = 1 };
struct xen_add_to_physmap {
	uint16_t domid, size;
	unsigned space;
	unsigned long idx, gpfn;
};
struct xen_remove_from_physmap {
	uint16_t domid;
	unsigned long gpfn;
};
struct xen_memory_map {
	uint32_t nr_entries; /* of 20 bytes: address, size, E820 type; in: room, out: how many */
	void *buffer;
};
long hyper_memory(enum memory_cmd cmd, void *arg);
enum { HVMOP_get_param = 1 };
enum hvm_param {
	HVM_PARAM_STORE_PFN = 1,
	HVM_PARAM_STORE_EVTCHN = 2,
	HVM_PARAM_CONSOLE_PFN = 17,
	HVM_PARAM_CONSOLE_EVTCHN = 18,
};
/* A parameter of this PVH domain. */
long hyper_hvm_param(enum hvm_param index, uint64_t *value);
long hyper_vm_assist(unsigned cmd, unsigned type);
long hyper_set_segment_base(unsigned which, uint64_t base); /* 64 bits only */
struct trap_info {
	uint8_t vector, flags;
	uint16_t cs;
	unsigned long address;
};
long hyper_set_trap_table(const struct trap_info *table); /* NULL: none */
/* The hypervisor's own console: seen with debug builds of Xen only. */
long hyper_console_write(const char *p, size_t n);
#endif
