/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VBDNAME_H
#define VBDNAME_H
#include "../../core/base/base.h"
/*
 * The name that Linux gives a virtual disk number: xvda, xvdb2, sda, hdc1
 * (Xen docs/misc/vbd-interface). Empty where the number is of no known kind.
 */
enum { VBD_NAME = 32 };
void vbd_name(uint32_t vbd, char out[VBD_NAME]);
#endif
