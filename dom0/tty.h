/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TTY_H
#define TTY_H
#include "../core/menu/menu.h"
#include <termios.h>
/* The terminal. The front sets it up and back; the worker only reads, writes and polls. */

struct tty {
	int in, out; /* -1: no terminal */
	bool raw;    /* before holds what is to be restored */
	struct termios before;
	uint16_t rows, cols; /* 0: unknown, as on the terminals that libxl makes */
};
/* Standard input, with standard output or standard error, if both are terminals. */
void tty_find(struct tty *t);
/* Keys one by one and without echo. The interrupt key still interrupts, nothing suspends. */
void tty_raw(struct tty *t);
void tty_restore(struct tty *t);

struct tty_con {
	struct con con;
	int in, out;
	uint8_t buf[256];
	size_t at, n;
};
void tty_con_init(struct tty_con *c, int in, int out, uint16_t rows, uint16_t cols);
#endif
