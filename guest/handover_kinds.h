/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HANDOVER_KINDS_H
#define HANDOVER_KINDS_H
#include "../core/plan/plan.h"
#include "hold.h"
/* One for each type of guest. As handover_boot(), but memory in hold is the caller's to give back.
 */
typedef enum err handover_fn(const struct boot_plan *plan, struct log *log, struct hold *hold);
handover_fn handover_pv, handover_pvh;
/* Those that this image can start as: PV, and PVH or NULL. */
extern handover_fn *const handover_types[2];
#endif
