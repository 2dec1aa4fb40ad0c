/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings.h"
#include "../core/base/str.h"
#include "filetext.h"

enum { FILE_MAX_BYTES = 64 << 10 };

/* Our names are of these letters: anything else may be a line of some other file. */
static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0;
}

static enum err set_line(struct opts *o, struct str line, struct arena *a, char why[OPTS_WHY])
{
	size_t eq = str_find(line, '=', 0);
	struct str name = str_trim(str_sub(line, 0, eq));
	struct str value = str_dup(a, str_trim(str_sub(line, eq + 1, line.n)));
	if (!value.p)
		return ERR_NOMEM;
	if (eq < line.n && is_name(name))
		return opts_set(o, name, value, why);
	fmt_to(why, OPTS_WHY, "not of the form NAME = VALUE");
	return ERR_SYNTAX;
}

enum err settings_parse(struct opts *o, const char *name, struct str text, struct arena *a,
			char why[OPTS_WHY])
{
	char reason[OPTS_WHY] = "out of memory";
	struct str line;
	for (unsigned number = 1; str_split(&text, '\n', &line); number++) {
		line = str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		enum err e = set_line(o, line, a, reason);
		if (!e)
			continue;
		fmt_to(why, OPTS_WHY, "%s:%u: %s", name, number, reason);
		return e;
	}
	return OK;
}

static enum err load_file(struct opts *o, const char *path, bool must, struct arena *a,
			  char why[OPTS_WHY])
{
	struct str text;
	enum err e = filetext_read(path, FILE_MAX_BYTES, a, &text, why);
	if (e)
		return e == ERR_NOENT && !must ? OK : e;
	return settings_parse(o, path, text, a, why);
}

enum err settings_load(struct opts *o, const struct opts_env *env, int argc, char *const argv[],
		       struct arena *a, char why[OPTS_WHY])
{
	struct opts fresh;
	opts_init(&fresh);
	fresh.command = o->command;
	fresh.operand = o->operand;
	*o = fresh;
	try(opts_parse(o, env, argc, argv, why)); /* for --config alone */
	const char *config = o->config;
	*o = fresh;
	try(load_file(o, SETTINGS_FILE, false, a, why));
	if (config)
		try(load_file(o, config, true, a, why));
	return opts_parse(o, env, argc, argv, why);
}
