/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HANDOVER_KINDS_H
#define HANDOVER_KINDS_H
#include "../core/plan/plan.h"
#include "hold.h"
/* One for each type of guest. As handover_boot(), but memory in hold is the caller's to give back.
 */
enum err handover_pv(const struct boot_plan *plan, struct log *log, struct hold *hold);
#endif
