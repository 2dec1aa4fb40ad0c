/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONSOLE_H
#define CONSOLE_H
#include "../../core/menu/menu.h"
/*
 * The domain's first console (hvc0). Nobody has to read it: output waits at
 * most 100 ms for room, then it is dropped until there is room again.
 */
/* NULL: this domain has none. */
struct con *console_begin(void);
/* Wait until all output was taken, or for ms. */
void console_flush(uint64_t ms);
#endif
