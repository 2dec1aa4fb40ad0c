/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jail.h"
#include "../core/base/fmt.h"
#include <errno.h>
#include <grp.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Landlock's system calls and bits, as the kernel's user-space API
 * documentation numbers them: newer than the headers of older systems.
 */
enum {
	LL_CREATE_RULESET = 444,
	LL_RESTRICT_SELF = 446,
	LL_ASK_VERSION = 1 << 0,
};
struct ll_ruleset {
	uint64_t fs, net, scoped;
};

static bool landlock(void)
{
	struct ll_ruleset r = { .fs = (1 << 13) - 1 };
	long abi = syscall(LL_CREATE_RULESET, NULL, 0, LL_ASK_VERSION);
	size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	if (abi < 1)
		return false;
	if (abi >= 2)
		r.fs |= 1 << 13; /* rename and link across directories */
	if (abi >= 3)
		r.fs |= 1 << 14; /* truncate */
	if (abi >= 5)
		r.fs |= 1 << 15; /* ioctl on devices */
	if (abi >= 4)
		r.net = 3; /* TCP bind, connect */
	if (abi >= 6)
		r.scoped = 3; /* abstract UNIX sockets, signals */
	/* Everything is handled and no rule allows any of it. */
	long fd = syscall(LL_CREATE_RULESET, &r, size, 0);
	if (fd < 0)
		return false;
	bool done = syscall(LL_RESTRICT_SELF, fd, 0) == 0;
	close((int)fd);
	return done;
}

static int to_dead_end(void *arg)
{
	(void)arg;
	_exit(chroot("/proc/self/fdinfo") || chdir("/"));
}

/*
 * A root directory that is empty, cannot be written to and leaves no trace: a
 * child that shares our root moves into its own directory under /proc and
 * dies, which empties that directory for good. No mount, no file to clean up.
 */
static bool empty_root(void)
{
	static const size_t stack = 16384;
	int status = 0;
	char *p = mmap(NULL, stack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return false;
	pid_t pid =
		clone(to_dead_end, p + stack, CLONE_FS | CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	bool done = pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
		    WEXITSTATUS(status) == 0;
	munmap(p, stack);
	return done;
}

enum { FDS_USUAL = 1024, FDS_MAX = 1 << 20 }; /* the most that Linux gives by itself */

/* What our caller left open may have a high number. */
static void close_from(int fd)
{
	struct rlimit r;
	if (syscall(SYS_close_range, fd, ~0u, 0) == 0)
		return;
	/* Before Linux 5.9. */
	uint64_t end = getrlimit(RLIMIT_NOFILE, &r) == 0 ? r.rlim_cur : FDS_USUAL;
	end = end < FDS_USUAL ? FDS_USUAL : min_u64(end, FDS_MAX);
	for (; (uint64_t)fd < end; fd++)
		close(fd);
}

static bool become(uint32_t uid)
{
	return setgroups(0, NULL) == 0 && setresgid(uid, uid, uid) == 0 &&
	       setresuid(uid, uid, uid) == 0;
}

static bool limit(__rlimit_resource_t what, uint64_t value)
{
	struct rlimit r = { value, value };
	struct rlimit have;
	if (getrlimit(what, &have) == 0 && have.rlim_max < value)
		r.rlim_cur = r.rlim_max = have.rlim_max;
	return setrlimit(what, &r) == 0;
}

static bool limits(const struct jail *j)
{
	/* poll() on one descriptor needs NOFILE 1; number 0 is taken, so none can be opened. */
	bool done = limit(RLIMIT_NOFILE, 1);
	done &= limit(RLIMIT_NPROC, 0);
	done &= limit(RLIMIT_CORE, 0);
	done &= limit(RLIMIT_MEMLOCK, 0);
	done &= limit(RLIMIT_MSGQUEUE, 0);
	done &= limit(RLIMIT_SIGPENDING, 0);
	done &= limit(RLIMIT_FSIZE, j->max_file);
	if (j->max_memory)
		done &= limit(RLIMIT_AS, j->max_memory);
	if (j->cpu_s)
		done &= limit(RLIMIT_CPU, j->cpu_s);
	return done;
}

/* Die with the parent. The kernel forgets this at setuid(), so it comes after. */
static bool tie_to_parent(int life)
{
	struct pollfd p = { .fd = life };
	bool tied = prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
	int n = poll(&p, 1, 0);
	if (n == 1 && p.revents & (POLLERR | POLLNVAL))
		_exit(1); /* it died before; nobody reads the pipe */
	return tied && n >= 0;
}

int jail_fork(void)
{
	/* All zeros behind the flags: the same on machines that order them in another way. */
	long pid = geteuid() == 0 ? syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0) : -1;
	return pid < 0 ? fork() : (int)pid;
}

unsigned jail_confine(const struct jail *j)
{
	unsigned missing = 0;
	bool root = geteuid() == 0;
	close_from((int)j->n_fds);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		missing |= JAIL_PROCESS;
	if (root && getpid() != 1) /* jail_fork() had to do without */
		missing |= JAIL_NAMESPACES;
	if (root && unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS))
		missing |= JAIL_NAMESPACES;
	if (root && !empty_root())
		missing |= JAIL_ROOT;
	if (root && !become(j->uid))
		missing |= JAIL_USER;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || !tie_to_parent(j->life))
		missing |= JAIL_PROCESS;
	if (!landlock()) /* needs a descriptor for a moment */
		missing |= JAIL_LANDLOCK;
	if (!limits(j))
		missing |= JAIL_LIMITS;
	return missing;
}

unsigned jail_filter(void)
{
	struct sock_fprog f = { jail_code_n, (struct sock_filter *)jail_code };
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &f) ? JAIL_SECCOMP : 0;
}

void jail_words(unsigned parts, char buf[JAIL_WORDS])
{
	static const char *const word[] = { "seccomp",	"Landlock",   "an empty root",
					    "own user", "namespaces", "resource limits",
					    "prctl" };
	size_t n = 0;
	buf[0] = 0;
	for (size_t i = 0; i < array_len(word); i++)
		if (parts & 1u << i)
			n += fmt_to(buf + n, JAIL_WORDS - n, "%s%s", n ? ", " : "", word[i]);
}
