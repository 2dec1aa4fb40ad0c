/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UUID_H
#define UUID_H
#include "base.h"
/* Text forms of identifiers, lower case, NUL-terminated, 36 characters (RFC 4122). */

enum { UUID_TEXT = 37 };
void uuid_print(const uint8_t raw[16], char out[UUID_TEXT]); /* big-endian order: ext, xfs, btrfs */
void guid_print(const uint8_t raw[16], char out[UUID_TEXT]); /* mixed-endian order: GPT */
#endif
