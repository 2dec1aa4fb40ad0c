/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FRONT_H
#define FRONT_H
#include "opts.h"
/*
 * The privileged half. It opens what is needed, starts the worker, believes
 * nothing of what that says, gives names to the two files and prints the
 * answer. It never reads a byte of a disk. Returns the exit status, 0 or 1.
 */
int front_run(const struct opts *o);
#endif
