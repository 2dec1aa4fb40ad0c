/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SCREEN_H
#define SCREEN_H
#include "../core/menu/menu.h"
/*
 * The domain's frame buffer and keyboard (vfb, vkbd) as a second place of the
 * console: a terminal of 30 rows and 80 columns, a US keyboard. A back end
 * that is absent, silent or dead costs at most 2 s, and nothing but the screen.
 */
/* The console, from now on on the screen, too. NULL: there is no screen to be had (logged). */
struct con *screen_begin(struct log *log);
/* Leave both devices as the domain builder left them. */
void screen_end(void);
#endif
