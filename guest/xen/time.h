/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TIME_H
#define TIME_H
#include "../../core/base/base.h"
/* Xen's system time: since the machine started, monotonic. */
#define TIME_NEVER UINT64_MAX /* as a deadline in ms */

uint64_t time_ns(void);
uint64_t time_ms(void);
/* A deadline in ms as the hypervisor wants it: ns, 0 for never. */
uint64_t time_from_ms(uint64_t ms);
uint64_t time_in_ms(uint64_t ms); /* the deadline that is this far away */
/* Seconds since 1970, UTC, or 0 when Xen does not say. */
uint64_t time_wall(void);
#endif
