/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_H
#define CMD_H
#include "sh.h"
/* Commands of GRUB 2 script: the table, their options, the places they name. */
typedef enum err sh_fn(struct sh *sh, const struct sh_args *a);
struct sh_command {
	const char *name;
	sh_fn *fn;
};
const struct sh_command *sh_command(struct str name);
/* The i-th name that there is; NULL: no more. */
const char *sh_command_name(size_t i);
size_t sh_command_count(void);

/* Options as GRUB's extended commands take them: anywhere before "--", bundled letters. */
enum sh_opt_kind {
	OPT_FLAG,
	OPT_VALUE, /* --name=value, --name value */
	OPT_MAYBE, /* the same, but no value where an option or nothing follows */
};
struct sh_opt {
	const char *name;
	char letter;
	enum sh_opt_kind kind;
};
enum { OPT_WORD = -1, OPT_END = -2, OPT_BAD = -3 };
struct sh_opts {
	const struct sh_args *a;
	const struct sh_opt *opt;
	size_t n_opt;
	size_t at;	   /* index of the next argument */
	struct str bundle; /* letters left of "-abc" */
	bool only_words;   /* "--" was seen */
	bool lenient;	   /* an unknown option is a word, as some commands have it */
};
struct sh_opts sh_opts_of(const struct sh_args *a, const struct sh_opt *opt, size_t n);
/*
 * The next option's index in the table, or OPT_WORD with the word in *value,
 * or OPT_END, or OPT_BAD (logged, status set). *value of an option without
 * one has p == NULL.
 */
int sh_opt_next(struct sh *sh, struct sh_opts *o, struct str *value);

/* A place in a file system, as a script writes it: "(hd0,1)/x", "/x" on $root, "(loop0)/x". */
struct sh_path {
	struct str device, path;
};
enum err sh_path(struct sh *sh, struct str text, struct sh_path *out);
/* A device that loopback named, for what it stands for: "loop0,1" is "loop(hd0,1)/x.iso,1". */
enum err sh_unloop(struct sh *sh, struct str *device);
/* device.c: all devices without brackets, as GRUB goes through them. */
struct sh_devices {
	const struct str *v;
	size_t n, n_loop; /* the first n_loop are loopback's */
};
enum err sh_devices(struct sh *sh, struct sh_devices *out);
/* subvolume.c: for what is there, the path that $btrfs_subvol and its like make of it. */
enum err sh_subvolume(struct sh *sh, struct sh_path *p);
/* "(device)/path" for messages and $config_file. */
enum err sh_path_text(struct sh *sh, const struct sh_path *p, struct str *out);
/*
 * A text file, from where it is named or else beside the configuration. Failure
 * is the command's: *found is false then.
 */
enum err sh_read(struct sh *sh, const struct sh_path *p, struct str *out, bool *found);

/* The file that load_env, save_env and list_env speak of; named.p == NULL: $prefix/grubenv. */
enum err sh_env_file(struct sh *sh, struct str named, struct sh_path *out);

/*
 * newc.c: make of *f, that a script names, the file called name in an archive of
 * its own, as GRUB makes it for "initrd newc:NAME:FILE". ERR_LIMIT (logged):
 * the name or the file is too long for one.
 */
enum err sh_newc(struct sh *sh, struct str name, struct boot_file *f);

/* What save_env has gathered, oldest first. */
enum err sh_writes(struct sh *sh, const struct sh_write *newest, const struct env_write **out,
		   size_t *n);

sh_fn cmd_test, cmd_bracket;
sh_fn cmd_search, cmd_search_by;
sh_fn cmd_blscfg, cmd_uki, cmd_chainloader;
sh_fn cmd_linux, cmd_initrd, cmd_multiboot, cmd_module, cmd_other, cmd_boot;
sh_fn cmd_menuentry, cmd_submenu, cmd_configfile, cmd_extract, cmd_foreign;
sh_fn cmd_regexp, cmd_probe, cmd_gptprio_next, cmd_hashsum;
sh_fn cmd_password, cmd_password_pbkdf2;
/* shell_cmd.c: for a person. */
sh_fn cmd_ls, cmd_cat, cmd_hexdump, cmd_cmp, cmd_date, cmd_clear, cmd_halt, cmd_reboot;
sh_fn cmd_list_env, cmd_help;
enum err sh_show_variables(struct sh *sh);
void sh_unknown(struct sh *sh, struct str name);
sh_fn cmd_source, cmd_load_env, cmd_save_env, cmd_file_env, cmd_loopback, cmd_mount_subvolume;
#endif
