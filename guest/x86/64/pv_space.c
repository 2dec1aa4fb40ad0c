/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../pv.h"
#include "../../jump_pv.h"
#include "../../xen/hypercall.h"

_Static_assert(offsetof(struct jump_pv, swap) == 40 && offsetof(struct jump_pv, there) == 88 &&
		       offsetof(struct jump_pv, entry) == 104,
	       "jump_pv.S");

struct pv_space pv_space(void)
{
	return (struct pv_space){
		.levels = 4,
		.window = 0x200000000000, /* slot 64 of the root table: 512 GiB a slot */
		.reach = UINT64_MAX,
		.places = 0x300000000000, /* slot 96 */
	};
}

/* A null pointer shall trap. */
void pv_width_begin(void)
{
	hyper_update_va_mapping(0, 0, UVMF_INVLPG);
}
