/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worker's system calls: prints dom0's jail_code as C, made by libseccomp
 * when domboot is built, because each start of a guest would wait for it.
 */
#include "../core/base/base.h"
#include <linux/filter.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>

static bool allow(scmp_filter_ctx f)
{
	static const int calls[] = {
		SCMP_SYS(read),		SCMP_SYS(pread64),
		SCMP_SYS(write),	SCMP_SYS(munmap),
		SCMP_SYS(mremap),	SCMP_SYS(madvise),
		SCMP_SYS(brk),		SCMP_SYS(poll),
		SCMP_SYS(ppoll),	SCMP_SYS(clock_gettime),
		SCMP_SYS(exit),		SCMP_SYS(exit_group),
		SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	};
	bool done = true;
	for (size_t i = 0; i < array_len(calls); i++)
		done &= seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0) == 0;
	/* Memory, but never of a file and never to be executed. */
	done &= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
				 SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
				 SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0;
	return done;
}

/* Into a file without a name: the library writes to a descriptor only. */
static FILE *compile(void)
{
	FILE *code = tmpfile();
	/* The kernel reads this as "kill the thread" before Linux 4.14; we have but one. */
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool done = code && f &&
		    seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
		    allow(f) && seccomp_export_bpf(f, fileno(code)) == 0;
	seccomp_release(f);
	if (!done)
		return NULL;
	rewind(code);
	return code;
}

int main(void)
{
	struct sock_filter s;
	unsigned n = 0;
	FILE *code = compile();
	if (!code) {
		fprintf(stderr, "jail_filter: libseccomp makes no filter\n");
		return 1;
	}
	printf("#include \"dom0/jail.h\"\n\nconst struct sock_filter jail_code[] = {\n");
	for (; fread(&s, sizeof s, 1, code) == 1; n++)
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", s.code, s.jt, s.jf, s.k);
	printf("};\nconst unsigned short jail_code_n = %u;\n", n);
	fclose(code);
	return n == 0;
}
