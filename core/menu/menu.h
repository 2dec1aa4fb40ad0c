/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MENU_H
#define MENU_H
#include "../conf/conf.h"
/*
 * The menu. A console is two byte streams and a clock; decoding keys and
 * drawing are ours, and the same in dom0 and in a guest.
 */
struct con {
	void (*write)(struct con *c, const char *p, size_t n); /* never blocks for long; may drop */
	/* The next byte typed, or -1 at the deadline (now_ms() based), -2 when the console is gone.
	 */
	int (*byte)(struct con *c, uint64_t deadline_ms);
	uint64_t (*now_ms)(struct con *c); /* monotonic */
	uint16_t rows, cols;		   /* 0: unknown, then 24 x 80 */
};
#define CON_FOREVER UINT64_MAX

/*
 * Show m, count down, let the user move and choose. Starts on m->chosen.
 * notice, when not empty, is shown above the list (the reason why the last
 * boot failed). *chosen is never a submenu. ERR_CANCEL: the user left the
 * menu; ERR_IO: the console went away.
 */
enum err menu_run(const struct boot_menu *m, struct str notice, struct con *c,
		  const struct boot_entry **chosen);
#endif
