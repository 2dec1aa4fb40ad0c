/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli.h"
#include "../core/base/str.h"
#include "../hosted/hosted.h"
#include "say.h"
#include "settings.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CMD_MEMORY = 64 << 20 };

const struct cmd *cli_find(const char *word)
{
	for (size_t i = CMD_BOOT + 1; i < COMMANDS; i++)
		if (str_eq(str_of(commands[i].name), str_of(word)))
			return &commands[i];
	return NULL;
}

static void hint(enum status s)
{
	if (status_hint(s))
		say_hint(status_hint(s));
}

enum status cli_fail(enum status s, const char *fmt, ...)
{
	char line[LOG_LINE + 1];
	va_list ap;
	va_start(ap, fmt);
	fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	say(LOG_ERROR, "%s", line);
	hint(s);
	return s;
}

enum status cli_usage(const struct cmd *c)
{
	struct arena a;
	arena_init(&a, &hosted_pages, CMD_MEMORY);
	struct text t = { .arena = &a };
	text_fmt(&t, "usage: domboot %s [OPTION]... %s\n%s.\n", c->name, c->operands, c->summary);
	for (size_t i = 0; i < array_len(c->help); i++)
		text_fmt(&t, "%s", c->help[i] ? c->help[i] : "");
	bool done = write_all(STDOUT_FILENO, t.p, t.n);
	arena_release(&a);
	return done ? STATUS_OK : STATUS_OUTPUT;
}

int cli_main(const struct cmd *c, const struct opts_env *env, int argc, char *const argv[])
{
	char why[OPTS_WHY];
	struct arena a;
	struct opts o = { .command = (enum command)(c - commands) };
	arena_init(&a, &hosted_pages, CMD_MEMORY);
	o.operand = arena_array(&a, const char *, (size_t)argc + 1);
	enum status s = STATUS_LIMIT;
	enum err e = o.operand ? settings_load(&o, env, argc, argv, &a, why) : ERR_NOMEM;
	if (e)
		s = cli_fail(STATUS_USAGE, "%s: %s", c->name, o.operand ? why : err_text(e));
	else if (o.help)
		s = cli_usage(c);
	else if (o.version)
		s = cli_version(&o, &a);
	else
		s = c->run(&o, &a);
	arena_release(&a);
	return (int)s;
}

enum status cli_disks(struct opts *o, size_t n)
{
	if (n == 0)
		return cli_fail(STATUS_USAGE, "%s: no disk is named", commands[o->command].name);
	if (n > OPTS_DISKS_MAX)
		return cli_fail(STATUS_USAGE, "more than %d disks", OPTS_DISKS_MAX);
	for (size_t i = 0; i < n; i++)
		o->disk[i] = o->operand[i];
	o->n_disk = n;
	return STATUS_OK;
}

enum status cli_disks_and_entry(struct opts *o)
{
	struct stat st;
	size_t n = o->n_operand;
	if (n > 1 && !o->entry && stat(o->operand[n - 1], &st) && errno == ENOENT)
		o->entry = o->operand[--n];
	return cli_disks(o, n);
}

enum status cli_open(struct run *r)
{
	char why[OPTS_WHY];
	return cli_guest(r, NULL, why) ? STATUS_OK : cli_fail(STATUS_READ, "%s", why);
}

enum status cli_run(struct run *r)
{
	int signals = run_signals();
	if (signals < 0)
		return cli_fail(STATUS_FAILED, "signalfd: %s", strerror(errno));
	if (run_start(r))
		run_wait(&r, 1, signals);
	if (r->status && r->said[0] && str_ends(str_of(r->why), str_of(r->said)))
		hint(r->status); /* no line twice */
	else if (r->status)
		cli_fail(r->status, "%s", r->why);
	return r->status;
}

enum status cli_view(struct view *v, struct arena *a, const char *path, unsigned kinds)
{
	struct run *r = arena_new(a, struct run);
	if (!r)
		return cli_fail(STATUS_LIMIT, "%s", err_text(ERR_NOMEM));
	run_init(r, v->o);
	r->job.path = path;
	v->kinds = kinds;
	r->take = view_take;
	r->ctx = v;
	enum status s = cli_open(r);
	if (!s)
		s = cli_run(r);
	if (!s)
		s = view_print(v, commands[v->o->command].name, kinds);
	arena_release(&v->arena);
	return s;
}
