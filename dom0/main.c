/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../hosted/hosted.h"
#include "cli.h"
#include "front.h"
#include "say.h"
#include "settings.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SETTINGS_MEMORY = 1 << 20 };

/* A program started without its three descriptors must not get a disk as one of them. */
static bool have_streams(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) /* the lowest free number is given out */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

static int show(const char *text)
{
	return write_all(STDOUT_FILENO, text, strlen(text)) ? 0 : 1;
}

/* What pygrub does, with pygrub's options and exit statuses. */
static int boot_main(const struct opts_env *env, int argc, char **argv)
{
	struct opts o = { .command = CMD_BOOT };
	struct arena a;
	char why[OPTS_WHY];
	arena_init(&a, &hosted_pages, SETTINGS_MEMORY); /* lives as long as the process */
	if (settings_load(&o, env, argc, argv, &a, why) == OK) {
		if (o.help)
			return show(opts_usage());
		if (o.version)
			return show("domboot " DOMBOOT_VERSION "\n");
		if (o.n_disk)
			return front_run(&o);
		memcpy(why, "no disk is named", sizeof "no disk is named");
	}
	say(LOG_ERROR, "%s", why);
	say(LOG_ERROR, "usage: domboot [OPTION]... DISK...; domboot --help tells more");
	say_failure("%s", why);
	return 1;
}

/* Under pygrub's own name every word is what it is to pygrub. */
static bool is_pygrub(const char *name)
{
	const char *slash = strrchr(name, '/');
	return strcmp(slash ? slash + 1 : name, "pygrub") == 0;
}

int main(int argc, char **argv)
{
	const struct opts_env env = {
		.posixly_correct = getenv("POSIXLY_CORRECT"),
		.max_file_mb = getenv("PYGRUB_MAX_FILE_SIZE_MB"),
		.max_ram_mb = getenv("PYGRUB_MAX_RAM_USAGE_MB"),
	};
	if (!have_streams()) {
		say_failure("a standard stream is closed, and /dev/null cannot stand in for it: %s",
			    strerror(errno));
		return 1;
	}
	umask(077);
	const struct cmd *c = argc > 1 && !is_pygrub(argv[0]) ? cli_find(argv[1]) : NULL;
	return c ? cli_main(c, &env, argc - 1, argv + 1) : boot_main(&env, argc, argv);
}
