/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * without NUMBER COMMAND...: COMMAND on a machine whose kernel lacks the system
 * call with that number.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	if (argc < 3 || !f || seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), atoi(argv[1]), 0) ||
	    seccomp_load(f)) {
		fprintf(stderr, "without: cannot take a system call away\n");
		return 125;
	}
	execv(argv[2], argv + 2);
	return 126;
}
