/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keeper.h"
#include "../core/base/fmt.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DIR_FD, LIFE_FD, OTHERS, STACK = 16384, NAMES_SIZE = KEEPER_FILES * KEEPER_NAME };

struct shared {
	char name[KEEPER_FILES][KEEPER_NAME];
	int dir, life;
	_Alignas(16) char stack[STACK]; /* the keeper's */
};

static int keep(void *arg)
{
	struct shared *s = arg;
	char nothing;
	sigset_t all;
	sigfillset(&all); /* what ends the front must not end us first */
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (dup2(s->dir, DIR_FD) < 0 || dup2(s->life, LIFE_FD) < 0)
		_exit(1);
	if (syscall(SYS_close_range, OTHERS, ~0u, 0))
		for (int fd = OTHERS; fd < 1024; fd++) /* before Linux 5.9 */
			close(fd);
	(void)!read(LIFE_FD, &nothing, 1); /* nobody writes: it returns when the front has ended */
	for (size_t i = 0; i < KEEPER_FILES; i++)
		if (s->name[i][0])
			unlinkat(DIR_FD, s->name[i], 0);
	_exit(0);
}

/*
 * One memory for two processes, for then no page of ours is copied, now or when we write to it.
 * errno is in it too: where one of the keeper's calls would fail, on Linux before 5.9, it has its
 * own.
 */
static pid_t start(struct shared *s)
{
	int memory = syscall(SYS_close_range, ~0u, ~0u, 0) == 0 ? CLONE_VM : 0;
	return clone(keep, s->stack + STACK, memory | SIGCHLD, s);
}

void keeper_start(struct keeper *k, int dir)
{
	int fd[2];
	*k = (struct keeper)KEEPER_NONE;
	struct shared *s =
		mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED || pipe2(fd, O_CLOEXEC))
		return;
	s->dir = dir;
	s->life = fd[0];
	/* Neither is among those that the child gives other numbers. */
	pid_t pid = fd[0] > LIFE_FD && dir > LIFE_FD ? start(s) : -1;
	close(fd[0]);
	k->life = fd[1];
	k->name = pid > 0 ? s->name : NULL;
}

void keeper_name(struct keeper *k, size_t i, const char *name)
{
	if (k->name)
		fmt_to(k->name[i], KEEPER_NAME, "%s", name ? name : "");
}

void keeper_end(struct keeper *k)
{
	if (k->name)
		memset(k->name, 0, NAMES_SIZE);
}
