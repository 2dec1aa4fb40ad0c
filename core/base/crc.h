/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CRC_H
#define CRC_H
#include "base.h"
/* Bare registers: no initial value and no final inversion but the caller's. */

/* CRC-32C (Castagnoli, reflected 0x82f63b78): ext4 metadata_csum, XFS v5, btrfs. */
uint32_t crc32c(uint32_t crc, const void *p, size_t n);
/* CRC-32 (IEEE 802.3, reflected 0xedb88320): GPT. A bare crc32 would be taken by zlib for its own.
 */
uint32_t crc32_ieee(uint32_t crc, const void *p, size_t n);
/* CRC-16 (ANSI, reflected 0xa001): ext4 uninit_bg group checksums. */
uint16_t crc16(uint16_t crc, const void *p, size_t n);
#endif
