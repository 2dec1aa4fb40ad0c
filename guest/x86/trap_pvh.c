/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pvh.h"

enum { VECTORS = 20, ENTRY_SIZE = 16, CODE = 8 };
extern const char trap_entry_pvh[]; /* trap_entry.S */

struct gate { /* of an interrupt, 64 bits: AMD64 manual, volume 2, 4.8.4 */
	uint16_t offset_0, selector, type, offset_16;
	uint32_t offset_32, zero;
};
enum { GATE = 0x8e00 };

/* The register takes ten bytes: the table's last byte counted from 0, its address. */
static void load(const struct gate *table, size_t bytes)
{
	uint64_t at = (uintptr_t)table;
	uint16_t r[5] = { (uint16_t)(bytes ? bytes - 1 : 0), (uint16_t)at, (uint16_t)(at >> 16),
			  (uint16_t)(at >> 32), (uint16_t)(at >> 48) };
	asm volatile("lidt %0" ::"m"(r));
}

void pvh_traps(bool on)
{
	static struct gate table[VECTORS];
	for (size_t i = 0; i < VECTORS; i++) {
		uint64_t at = (uintptr_t)trap_entry_pvh + i * ENTRY_SIZE;
		table[i] = (struct gate){ (uint16_t)at,		CODE, GATE, (uint16_t)(at >> 16),
					  (uint32_t)(at >> 32), 0 };
	}
	load(table, on ? sizeof table : 0);
}

unsigned long pvh_fault(void)
{
	unsigned long va;
	asm volatile("mov %%cr2, %0" : "=r"(va));
	return va;
}
