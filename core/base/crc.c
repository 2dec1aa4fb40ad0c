/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "crc.h"

/*
 * Four bits at a time: a table of 16 words per polynomial stays in two cache
 * lines and needs no start-up. Metadata is all that is ever summed.
 */
#define NIBBLE(poly, i) BIT(poly, BIT(poly, BIT(poly, BIT(poly, (uint32_t)(i)))))
#define BIT(poly, v)	((v) >> 1 ^ ((v)&1u ? (poly) : 0u))
#define ROW(poly, i)	NIBBLE(poly, i), NIBBLE(poly, i + 1), NIBBLE(poly, i + 2), NIBBLE(poly, i + 3)
#define TABLE(poly)                                                                                \
	{                                                                                          \
		ROW(poly, 0), ROW(poly, 4), ROW(poly, 8), ROW(poly, 12)                            \
	}

static uint32_t run(const uint32_t table[16], uint32_t crc, const void *p, size_t n)
{
	const uint8_t *b = p;
	for (size_t i = 0; i < n; i++) {
		crc ^= b[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

uint32_t crc32c(uint32_t crc, const void *p, size_t n)
{
	static const uint32_t table[16] = TABLE(0x82f63b78u);
	return run(table, crc, p, n);
}

uint32_t crc32_ieee(uint32_t crc, const void *p, size_t n)
{
	static const uint32_t table[16] = TABLE(0xedb88320u);
	return run(table, crc, p, n);
}

uint16_t crc16(uint16_t crc, const void *p, size_t n)
{
	static const uint32_t table[16] = TABLE(0xa001u);
	return (uint16_t)run(table, crc, p, n);
}
