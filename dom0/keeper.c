/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keeper.h"
#include "../core/base/fmt.h"
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DIR_FD, LIFE_FD, OTHERS, NAMES_SIZE = KEEPER_FILES * KEEPER_NAME };

static _Noreturn void keep(char (*name)[KEEPER_NAME], int dir, int life)
{
	char nothing;
	sigset_t all;
	sigfillset(&all); /* what ends the front must not end us first */
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (dup2(dir, DIR_FD) < 0 || dup2(life, LIFE_FD) < 0)
		_exit(1);
	if (syscall(SYS_close_range, OTHERS, ~0u, 0))
		for (int fd = OTHERS; fd < 1024; fd++) /* before Linux 5.9 */
			close(fd);
	(void)!read(LIFE_FD, &nothing, 1); /* nobody writes: it returns when the front has ended */
	for (size_t i = 0; i < KEEPER_FILES; i++)
		if (name[i][0])
			unlinkat(DIR_FD, name[i], 0);
	_exit(0);
}

void keeper_start(struct keeper *k, int dir)
{
	int fd[2];
	*k = (struct keeper)KEEPER_NONE;
	void *shared =
		mmap(NULL, NAMES_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || pipe2(fd, O_CLOEXEC))
		return;
	/* Neither is among those that the child gives other numbers. */
	pid_t pid = fd[0] > LIFE_FD && dir > LIFE_FD ? fork() : -1;
	if (pid == 0) {
		close(fd[1]);
		keep(shared, dir, fd[0]);
	}
	close(fd[0]);
	k->life = fd[1];
	k->name = pid > 0 ? shared : NULL;
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
