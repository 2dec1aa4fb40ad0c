/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grant.h"
#include "hypercall.h"
#include "machine.h"
#include "../mem.h"

/* struct grant_entry_v1: Xen public/grant_table.h. */
enum { ENTRY_SIZE = 8, ENTRY_flags = 0, ENTRY_domid = 2, ENTRY_frame = 4 };
enum { GTF_permit_access = 1, GTF_reading = 8, GTF_writing = 16 };
enum { RESERVED = 8, FRAMES = 4, ENTRIES = FRAMES * PAGE_SIZE / ENTRY_SIZE };

struct grants {
	struct shm *table;
	size_t n;		     /* entries of the table */
	size_t open;		     /* in use */
	uint16_t next_free[ENTRIES]; /* a list; 0 ends it */
	uint16_t first_free;
};
static struct grants grants;

static size_t frames_allowed(void)
{
	struct gnttab_query_size op = { .dom = DOMID_SELF };
	if (hyper_grant(GNTTABOP_query_size, &op, 1) < 0 || op.status)
		return 1;
	return min_size(FRAMES, op.max_nr_frames);
}

enum err grant_begin(void)
{
	uint32_t version = 1;
	size_t frames = frames_allowed();
	/* An old Xen has only version 1, and does not know the call. */
	(void)hyper_grant(GNTTABOP_set_version, &version, 1);
	grants = (struct grants){ .table = machine_grants(frames) };
	if (!grants.table)
		return ERR_IO;
	grants.n = frames * PAGE_SIZE / ENTRY_SIZE;
	for (size_t i = grants.n; i-- > RESERVED;) {
		/* Whoever ran before us may have left an entry behind. */
		if (shm_u16(grants.table, i * ENTRY_SIZE + ENTRY_flags))
			continue;
		grants.next_free[i] = grants.first_free;
		grants.first_free = (uint16_t)i;
	}
	return OK;
}

grant_ref grant_page(uint16_t dom, const void *va)
{
	uint16_t ref = grants.first_free;
	size_t at = (size_t)ref * ENTRY_SIZE;
	if (!ref)
		return 0;
	grants.first_free = grants.next_free[ref];
	grants.open++;
	shm_set_u16(grants.table, at + ENTRY_domid, dom);
	shm_set_u32(grants.table, at + ENTRY_frame, (uint32_t)mem_mfn(mem_pfn(va)));
	shm_fence();
	shm_set_u16(grants.table, at + ENTRY_flags, GTF_permit_access);
	return ref;
}

enum err grant_end(grant_ref ref)
{
	volatile uint16_t *flags = shm_at(grants.table, (size_t)ref * ENTRY_SIZE + ENTRY_flags);
	uint16_t have = *flags;
	do /* ends when Xen stops changing the entry under us: at the latest when it is in use */
		if (have & (GTF_reading | GTF_writing))
			return ERR_IO;
	while (!__atomic_compare_exchange_n(flags, &have, 0, false, __ATOMIC_SEQ_CST,
					    __ATOMIC_SEQ_CST));
	shm_set_u16(grants.table, (size_t)ref * ENTRY_SIZE + ENTRY_domid, 0);
	shm_set_u32(grants.table, (size_t)ref * ENTRY_SIZE + ENTRY_frame, 0);
	grants.next_free[ref] = grants.first_free;
	grants.first_free = (uint16_t)ref;
	grants.open--;
	return OK;
}

size_t grant_open(void)
{
	return grants.open;
}

size_t grant_room(void)
{
	return grants.n - RESERVED;
}
