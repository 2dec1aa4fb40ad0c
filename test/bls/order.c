/* SPDX-License-Identifier: GPL-2.0-or-later */
/* order uapi|rpm: read lines "A B" and write "A < B" and so on, for comparing with the real ones.
 */
#include "../../core/base/str.h"
#include "../../core/conf/version.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	char line[1024];
	bool rpm = argc > 1 && strcmp(argv[1], "rpm") == 0;
	while (fgets(line, sizeof line, stdin)) {
		struct str rest = str_trim(str_of(line)), a, b;
		if (!str_word(&rest, &a) || !str_word(&rest, &b))
			return 1;
		int r = rpm ? version_cmp_rpm(a, b) : version_cmp(a, b);
		printf("%.*s %s %.*s\n", STR_ARG(a), r < 0 ? "<" : r > 0 ? ">" : "==", STR_ARG(b));
	}
	return 0;
}
