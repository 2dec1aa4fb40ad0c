/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_H
#define SHARED_H
#include <stddef.h>
/*
 * Offsets in shared_info (Xen public/xen.h, public/arch-x86/xen.h). Most follow
 * from the size of the guest's unsigned long: there is an event channel for
 * each bit that a word of words can count.
 */
enum {
	SHARED_WORD = sizeof(unsigned long),
	/* vcpu_info[0] */
	SHARED_upcall_pending = 0,
	SHARED_upcall_mask = 1,
	SHARED_pending_sel = SHARED_WORD,
	SHARED_cr2 = 2 * SHARED_WORD,
	SHARED_time = 32, /* struct vcpu_time_info */
	/* behind the 32 of them */
	SHARED_evtchn_bytes = SHARED_WORD * SHARED_WORD * 8,
	SHARED_evtchn_pending = 2048,
	SHARED_evtchn_mask = SHARED_evtchn_pending + SHARED_evtchn_bytes,
	SHARED_wc_version = SHARED_evtchn_mask + SHARED_evtchn_bytes,
	SHARED_wc_sec = SHARED_wc_version + 4,
	/* 32 bits: the last field of arch_shared_info, behind six words */
	SHARED_wc_sec_hi = SHARED_wc_version + (SHARED_WORD == 8 ? 12 : 12 + 6 * 4),
};
#endif
