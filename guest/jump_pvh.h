/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef JUMP_PVH_H
#define JUMP_PVH_H
#include <stdint.h>
/*
 * Leave for a kernel at these physical addresses, with ebx and esi set:
 * 32 bits, no paging, no interrupts, flat segments (Xen docs/misc/pvh.pandoc;
 * Linux Documentation/arch/x86/boot.rst, 32-bit boot protocol).
 */
_Noreturn void jump_pvh_to(uint32_t entry, uint32_t ebx, uint32_t esi);
#endif
