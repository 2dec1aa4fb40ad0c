/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONTROL_H
#define CONTROL_H
#include "../core/menu/menu.h"
/*
 * con, but whoever waits there for a key also hears dom0: what it writes into
 * control/shutdown (Xen docs/misc/xenstore-paths) ends the domain. poweroff,
 * halt and reboot are heeded and acknowledged; a boot loader cannot be
 * suspended. xenstore must have begun; NULL stays NULL.
 */
struct con *control_begin(struct con *con, struct log *log);
void control_end(void); /* nothing is listened to any more; the console still works */
#endif
