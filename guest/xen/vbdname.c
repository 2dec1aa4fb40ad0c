/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vbdname.h"
#include "../../core/base/fmt.h"

/* Disks in letters: a .. z, aa, ab, ... */
static void letters(uint32_t disk, char out[8])
{
	char rev[8];
	size_t n = 0, at = 0;
	for (uint64_t v = (uint64_t)disk + 1; v && n < sizeof rev - 1; v = (v - 1) / 26)
		rev[n++] = (char)('a' + (v - 1) % 26);
	while (n)
		out[at++] = rev[--n];
	out[at] = 0;
}

static void put(char out[VBD_NAME], const char *kind, uint32_t disk, uint32_t part)
{
	char which[8];
	letters(disk, which);
	if (part)
		fmt_to(out, VBD_NAME, "%s%s%u", kind, which, part);
	else
		fmt_to(out, VBD_NAME, "%s%s", kind, which);
}

void vbd_name(uint32_t vbd, char out[VBD_NAME])
{
	uint32_t major = vbd >> 8, minor = vbd & 255;
	out[0] = 0;
	if (vbd >> 28 == 1)
		put(out, "xvd", vbd >> 8 & 0xfffff, minor);
	else if (major == 202)
		put(out, "xvd", minor >> 4, minor & 15);
	else if (major == 3 || major == 22)
		put(out, "hd", (major == 22 ? 2u : 0u) + (minor >> 6), minor & 63);
	else if (major == 8)
		put(out, "sd", minor >> 4, minor & 15);
	else if (major >= 65 && major <= 71)
		put(out, "sd", (major - 64) * 16 + (minor >> 4), minor & 15);
	else if (major >= 128 && major <= 135)
		put(out, "sd", (major - 128 + 8) * 16 + (minor >> 4), minor & 15);
}
