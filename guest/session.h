/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SESSION_H
#define SESSION_H
#include "../core/platform.h"
/* From the disks to the jump: menu, hand-over, and what to do when that fails. */
_Noreturn void session_run(struct platform *pf);
#endif
