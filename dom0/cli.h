/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_H
#define CLI_H
#include "view.h"
/*
 * domboot's own commands: one is the first word of the command line. What
 * every one of them needs stands in cli.c, the rest in a cmd_*.c each.
 */
struct cmd {
	const char *name, *operands;
	const char *summary; /* one line */
	const char *help[2]; /* its options, and what else is to be known; NULL: none */
	enum status (*run)(struct opts *o, struct arena *a);
};
/* Indexed by enum command; CMD_BOOT has no name. */
extern const struct cmd commands[];
enum { COMMANDS = CMD_HELP + 1 };

/* argv[0] is the command's name. NULL: that is none, so these are pygrub's arguments. */
const struct cmd *cli_find(const char *word);
int cli_main(const struct cmd *c, const struct opts_env *env, int argc, char *const argv[]);

enum status cli_usage(const struct cmd *c); /* how it is used, on standard output */
/* Say why, and what to do, in the form of the commands; returns s. */
enum status cli_fail(enum status s, const char *fmt, ...) printf_like(2, 3);
/* Operands [0, n) as the disks. */
enum status cli_disks(struct opts *o, size_t n);
/* The same, but the last of several that is no file names an entry. */
enum status cli_disks_and_entry(struct opts *o);
/* Open o->disk into the run's job. */
enum status cli_open(struct run *r);
/* From start to end; says the reason where it fails. */
enum status cli_run(struct run *r);
/* The records of one worker for v->o, printed by v, which is used up. path: see struct job. */
enum status cli_view(struct view *v, struct arena *a, const char *path, unsigned kinds);

enum status cli_list(struct opts *o, struct arena *a);
enum status cli_show(struct opts *o, struct arena *a);
enum status cli_explain(struct opts *o, struct arena *a);
enum status cli_doctor(struct opts *o, struct arena *a);
enum status cli_extract(struct opts *o, struct arena *a);
enum status cli_scan(struct opts *o, struct arena *a);
enum status cli_cat(struct opts *o, struct arena *a);
enum status cli_ls(struct opts *o, struct arena *a);
enum status cli_config(struct opts *o, struct arena *a);
enum status cli_version(struct opts *o, struct arena *a);
enum status cli_help(struct opts *o, struct arena *a);

/* cli_show.c, for those that show the same. */
void show_plan(struct view *v, const struct record *r);
void show_config(struct view *v, const struct record *r);
void show_volume(struct view *v, const struct record *r);
/* cli_doctor.c */
void show_finding(struct view *v, const struct record *r);
/*
 * Open what the guest has of raw disks into the run's job; with NULL, those that
 * its options name. false: there is none, or one cannot be read.
 */
[[nodiscard]] bool cli_guest(struct run *r, const struct guest *g, char why[OPTS_WHY]);
/* What a configuration says of the boot becomes options, as libxl passes them. */
void cli_take_guest(struct opts *o, struct guest *g, struct arena *a);
/* The version of the Xen that runs here, unless one was given. */
void cli_xen_version(struct opts *o);
#endif
