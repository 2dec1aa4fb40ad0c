/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "crc.h"

/*
 * Four bytes at a time, as eight independent look-ups: table[k] says what bits
 * 4k to 4k + 3 of the register become 32 steps later. A CRC is linear, so a row
 * is all sums of the results of its four bits. The last bit of all becomes the
 * polynomial, and each other one what its upper neighbour becomes, one step
 * further. Half a kilobyte stays in the cache, and needs no start-up.
 */
#define ROW(a, b, c, d)                                                                            \
	{                                                                                          \
		SUMS(0u, a, b, c), SUMS(d, a, b, c)                                                \
	}
#define SUMS(s, a, b, c) s, s ^ a, s ^ b, s ^ a ^ b, s ^ c, s ^ a ^ c, s ^ b ^ c, s ^ a ^ b ^ c
typedef const uint32_t crc_table[8][16];

static uint32_t byte(crc_table t, uint32_t crc, uint8_t b)
{
	crc ^= b;
	return crc >> 8 ^ t[6][crc & 15] ^ t[7][crc >> 4 & 15];
}

static uint32_t word(crc_table t, uint32_t crc, const uint8_t b[4])
{
	crc ^= b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
	return t[0][crc & 15] ^ t[1][crc >> 4 & 15] ^ t[2][crc >> 8 & 15] ^ t[3][crc >> 12 & 15] ^
	       t[4][crc >> 16 & 15] ^ t[5][crc >> 20 & 15] ^ t[6][crc >> 24 & 15] ^ t[7][crc >> 28];
}

static uint32_t run(crc_table t, uint32_t crc, const uint8_t *p, size_t n)
{
	for (; n >= 4; n -= 4, p += 4)
		crc = word(t, crc, p);
	for (; n; n--, p++)
		crc = byte(t, crc, *p);
	return crc;
}

uint32_t crc32c(uint32_t crc, const void *p, size_t n)
{
	static crc_table table = {
		ROW(0xdd45aab8, 0xbf672381, 0x7b2231f3, 0xf64463e6),
		ROW(0xe964b13d, 0xd725148b, 0xaba65fe7, 0x52a0c93f),
		ROW(0xa541927e, 0x4f6f520d, 0x9edea41a, 0x38513ec5),
		ROW(0x70a27d8a, 0xe144fb14, 0xc76580d9, 0x8b277743),
		ROW(0x13a29877, 0x274530ee, 0x4e8a61dc, 0x9d14c3b8),
		ROW(0x3fc5f181, 0x7f8be302, 0xff17c604, 0xfbc3faf9),
		ROW(0xf26b8303, 0xe13b70f7, 0xc79a971f, 0x8ad958cf),
		ROW(0x105ec76f, 0x20bd8ede, 0x417b1dbc, 0x82f63b78),
	};
	return run(table, crc, p, n);
}

uint32_t crc32_ieee(uint32_t crc, const void *p, size_t n)
{
	static crc_table table = {
		ROW(0xb8bc6765, 0xaa09c88b, 0x8f629757, 0xc5b428ef),
		ROW(0x5019579f, 0xa032af3e, 0x9b14583d, 0xed59b63b),
		ROW(0x01c26a37, 0x0384d46e, 0x0709a8dc, 0x0e1351b8),
		ROW(0x1c26a370, 0x384d46e0, 0x709a8dc0, 0xe1351b80),
		ROW(0x191b3141, 0x32366282, 0x646cc504, 0xc8d98a08),
		ROW(0x4ac21251, 0x958424a2, 0xf0794f05, 0x3b83984b),
		ROW(0x77073096, 0xee0e612c, 0x076dc419, 0x0edb8832),
		ROW(0x1db71064, 0x3b6e20c8, 0x76dc4190, 0xedb88320),
	};
	return run(table, crc, p, n);
}

uint16_t crc16(uint16_t crc, const void *p, size_t n)
{
	static crc_table table = {
		ROW(0x0000fc01, 0x0000b801, 0x00003001, 0x00006002),
		ROW(0x0000c004, 0x0000c00b, 0x0000c015, 0x0000c029),
		ROW(0x0000c051, 0x0000c0a1, 0x0000c141, 0x0000c281),
		ROW(0x0000c501, 0x0000ca01, 0x0000d401, 0x0000e801),
		ROW(0x00009001, 0x00006001, 0x0000c002, 0x0000c007),
		ROW(0x0000c00d, 0x0000c019, 0x0000c031, 0x0000c061),
		ROW(0x0000c0c1, 0x0000c181, 0x0000c301, 0x0000c601),
		ROW(0x0000cc01, 0x0000d801, 0x0000f001, 0x0000a001),
	};
	return (uint16_t)run(table, crc, p, n);
}
