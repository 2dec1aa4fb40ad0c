/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uuid.h"

static void print(const uint8_t raw[16], const uint8_t order[16], char out[UUID_TEXT])
{
	size_t at = 0;
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = "0123456789abcdef"[raw[order[i]] >> 4];
		out[at++] = "0123456789abcdef"[raw[order[i]] & 15];
	}
	out[at] = 0;
}

void uuid_print(const uint8_t raw[16], char out[UUID_TEXT])
{
	static const uint8_t order[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	print(raw, order, out);
}

void guid_print(const uint8_t raw[16], char out[UUID_TEXT])
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	print(raw, order, out);
}
