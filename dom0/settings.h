/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SETTINGS_H
#define SETTINGS_H
#include "opts.h"
/* Where all that domboot is told comes together. */
#define SETTINGS_FILE "/etc/domboot.conf"

/*
 * The text of a domboot.conf(5) over what o holds; name is for messages. The
 * values are copied into the arena. ERR_SYNTAX: why says file and line, and
 * quotes nothing of a file that may not be a domboot.conf at all.
 */
enum err settings_parse(struct opts *o, const char *name, struct str text, struct arena *a,
			char why[OPTS_WHY]);
/*
 * The options of a command: its defaults, SETTINGS_FILE if it is there, the file
 * that --config names, the environment, and argv, each over what came before.
 * o->command and o->operand must be set.
 */
enum err settings_load(struct opts *o, const struct opts_env *env, int argc, char *const argv[],
		       struct arena *a, char why[OPTS_WHY]);
#endif
