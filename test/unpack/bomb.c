/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bomb PACKED ROOM SECONDS: must end in time with "over a limit". */
#include "../../core/unpack/unpack.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
	static uint8_t src[1 << 20];
	FILE *f = argc == 4 ? fopen(argv[1], "rb") : NULL;
	size_t n = f ? fread(src, 1, sizeof src, f) : 0, room = strtoull(argv[2], NULL, 0);
	void *dst = malloc(room);
	time_t from = time(NULL);
	struct span s = { src, n };
	if (!n || !dst)
		return 2;
	enum err e = unpack(unpack_detect(s), s, dst, &room);
	free(dst);
	if (e != ERR_LIMIT || time(NULL) - from > atoi(argv[3]))
		printf("\"%s\" after %ld s\n", err_text(e), (long)(time(NULL) - from));
	return e != ERR_LIMIT || time(NULL) - from > atoi(argv[3]);
}
