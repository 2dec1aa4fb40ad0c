/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WORDS_H
#define WORDS_H
#include "start.h"
#include "../core/platform.h"
/*
 * The words that dom0 gives (extra=, cmdline=), as PV-GRUB took them: the
 * first one that begins with "(" or "/" is the configuration; quotes group,
 * "--vtpm-label=" and whatever else we do not know is passed over, so that a
 * `root=` left in the guest's configuration does no harm. Ours are
 *   config=FILE default=ENTRY timeout=SECONDS append=ARGUMENTS vfb=yes
 *   pvboot=no: a loader that the guest brings is not started first (session.c)
 *   pvh=linux|elf: how a bzImage starts in a PVH guest (handover_pvh.c)
 *   debug: log says all that there is to say
 * and GRUB's (GNU GRUB 2.14 manual, "Passing environment variables through
 * Xen"), where a backslash keeps the next byte and no value means "1":
 *   xen_grub_env_NAME=VALUE
 */
enum { WORDS_VARS = 32 };
/*
 * Cuts line up in place; want's texts point into it, and what they were before
 * stays where line says nothing else. want->var is room for WORDS_VARS.
 */
void words_parse(char *line, struct boot_want *want, struct log *log);
/* The value of KEY=VALUE, cutting line up in place; the last one counts. p is NULL: there is none.
 */
struct str words_value(char *line, struct str key);
/* One of the keys; false: it is none. */
bool words_set(struct boot_want *want, struct str key, struct str value, struct log *log);
/* vfb=yes is among the words of a command line: the screen is to be used. */
bool words_vfb(const char line[START_CMDLINE]);
#endif
