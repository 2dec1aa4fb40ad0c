/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "handover.h"
#include "handover_kinds.h"
#include "start.h"

enum { HANDOVER_ARENA = 64 << 20 }; /* exchange tables and runs: 1/256 of what moves */

enum err handover_boot(const struct boot_plan *plan, const struct platform *pf)
{
	struct arena arena;
	struct hold hold = { .arena = &arena };
	arena_init(&arena, pf->pages, HANDOVER_ARENA);
	enum err e = handover_types[start_get()->pvh](plan, pf->log, &hold);
	hold_release(&hold);
	arena_release(&arena);
	return e;
}
