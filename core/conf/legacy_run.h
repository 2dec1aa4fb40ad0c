/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LEGACY_RUN_H
#define LEGACY_RUN_H
#include "legacy.h"
#include "look.h"
#include "shell.h"
/* GRUB legacy's commands: of an entry, or typed. Private to legacy_*.c. */

/* What the commands have said so far. An entry's files are opened after the last one. */
struct legacy_run {
	struct conf *c;
	const struct legacy_body *body;
	const struct legacy_command *cmd;
	struct str root; /* empty: the configuration's own device */
	struct legacy_file kernel;
	struct legacy_file initrd[PLAN_INITRD_MAX], module[PLAN_INITRD_MAX];
	size_t n_initrd, n_module;
	struct legacy_file configfile;
	bool chainloads;
	struct str chained; /* the device whose boot sector is */
	bool saves;	    /* this number is to be the default: */
	uint64_t saved;
	enum shell_end end; /* what a command makes of the rest */
};
typedef enum err legacy_fn(struct legacy_run *r, struct str args);
enum err legacy_command(struct legacy_run *r); /* r->cmd */
/* The i-th that there is; NULL: no more. */
const char *legacy_command_name(size_t i);
enum err legacy_plan(struct legacy_run *r, struct boot_plan *out);
/* The file that a word names, and arguments: copies. */
enum err legacy_file_of(struct legacy_run *r, struct str name, struct str args,
			struct legacy_file *out);
/* "(hd0,0)rest": the device as conf_host has it, and rest. Without brackets the current root. */
enum err legacy_device(struct legacy_run *r, struct str name, struct str *device, struct str *rest);
void legacy_say(const struct legacy_run *r, enum log_level level, const char *what,
		struct str which);
/* For a person, at once: is it there? If not, that was said. */
bool legacy_is_there(struct legacy_run *r, const struct legacy_file *f);

/* legacy_shell.c: what only a person needs. */
legacy_fn legacy_boot, legacy_cat, legacy_clear, legacy_cmp, legacy_find, legacy_geometry,
	legacy_halt, legacy_help, legacy_ls, legacy_md5crypt, legacy_pause, legacy_print,
	legacy_quit, legacy_reboot, legacy_root, legacy_uuids;

/* legacy.c: conf_ops.load. */
enum err legacy_load(struct conf *c, const struct conf_source *src, struct boot_menu *out);
#endif
