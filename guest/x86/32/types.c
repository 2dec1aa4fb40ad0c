/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../handover_kinds.h"

handover_fn *const handover_types[] = { handover_pv, NULL };
