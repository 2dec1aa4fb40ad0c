/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../pv.h"
#include "../../jump_pv.h"
#include "../../xen/hypercall.h"

enum { VMASST_CMD_enable = 0, VMASST_TYPE_pae_extended_cr3 = 3 };
enum { PTE_P_US_A = 0x25 };
#define REGION (512u * PAGE_SIZE) /* of one level 1 table */

_Static_assert(offsetof(struct jump_pv, swap) == 28 && offsetof(struct jump_pv, there) == 52 &&
		       offsetof(struct jump_pv, entry) == 68,
	       "jump_pv.S");

/* The window begins at 0, so a page has one address only: there is no room for two. */
struct pv_space pv_space(void)
{
	uint32_t places = pv_xen_start() / REGION * REGION - REGION;
	return (struct pv_space){
		.levels = 3,
		.window = 0,
		.reach = places / PAGE_SIZE,
		.places = places,
	};
}

/* Writing through a null pointer shall trap; reading must not: the canary lies there. */
void pv_width_begin(void)
{
	/* Else the next kernel's root table would have to lie below 4 GiB. */
	hyper_vm_assist(VMASST_CMD_enable, VMASST_TYPE_pae_extended_cr3);
	mem_mark(0, 1, MEM_IMAGE);
	hyper_update_va_mapping(0, mem_mfn(0) << PAGE_SHIFT | PTE_P_US_A, UVMF_INVLPG);
}
