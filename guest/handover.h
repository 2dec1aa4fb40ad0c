/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HANDOVER_H
#define HANDOVER_H
#include "../core/platform.h"
/*
 * Boot what the plan names, in this domain. Returns only with an error, which
 * was logged, and then nothing is changed: devices work, memory is given back.
 * guest_teardown() is called right before the point of no return.
 */
enum err handover_boot(const struct boot_plan *plan, const struct platform *pf);
#endif
