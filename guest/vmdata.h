/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMDATA_H
#define VMDATA_H
#include "words.h"
/*
 * What dom0 says about this domain in xenstore, below vm-data/domboot: the
 * nodes config, default, timeout, append and env/NAME mean what the words
 * config=, default=, timeout=, append= and xen_grub_env_NAME= mean.
 */
/* Into want, whose room for variables is words_parse()'s; its texts live until the next call. */
void vmdata_read(struct boot_want *want, struct log *log);
#endif
