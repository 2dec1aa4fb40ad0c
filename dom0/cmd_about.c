/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "../core/tables.h"
#include "../core/unpack/unpack.h"
#include "cli.h"
#include "say.h"
#include <unistd.h>
/* domboot help, version, config; and the table of all commands. */

#define FIND_HELP                                                                                  \
	"      --entry=ENTRY     this entry: its number from 0, title, id or path A>B\n"           \
	"      --kernel=PATH     this kernel in the guest; reads no configuration\n"               \
	"      --ramdisk=PATH    with --kernel: this initrd in the guest\n"                        \
	"      --args=ARGS       added to the kernel's arguments\n"
#define DISK_HELP                                                                                  \
	"      --offset=BYTES    where the file system begins on the first DISK\n"                 \
	"      --timeout=SECONDS, --max-kernel=MIB, --max-initrd=MIB, --max-memory=MIB,\n"         \
	"      --file-systems=LIST, --extra_args=ARGS, --runas=UID, --require-sandbox,\n"          \
	"      --config=FILE     as in domboot.conf(5)\n"                                          \
	"      --debug           say more on standard error\n"
#define JSON_HELP                                                                                  \
	"      --json            one JSON document in the place of text\n"                         \
	"      --color=WHEN      auto, always or never\n"
#define GUEST_HELP                                                                                 \
	"      --type=TYPE       pv or pvh, whatever a file says\n"                                \
	"      --memory=MIB      the guest's memory, whatever a file says\n"                       \
	"      --xen-version=V   of the host's Xen, such as 4.17\n"                                \
	"      --unpack-kernel   as if domboot unpacked the kernel\n"

static const char args_help[] = "      --args=ARGS       added to the kernel's arguments\n";
static const char trace_help[] = "      --trace           also what a script's tests came to\n";
static const char extract_help[] =
	"      --output-directory=D  where to (default: here); nothing is replaced\n"
	"      --unpack-kernel   a plain ELF in the place of a packed kernel\n";
static const char doctor_help[] = "Exit status: 0 when nothing stands in the way, else 1.\n";
static const char scan_help[] =
	"      --deep            unpack each kernel for what it says of PV and PVH\n"
	"Exit status: 0 when all of them boot, else 1.\n";
static const char ls_help[] =
	"PATH may begin with a device as the listing shows it: (hd0,msdos1)/boot\n";

const struct cmd commands[COMMANDS] = {
	[CMD_BOOT] = { .name = "" },
	[CMD_LIST] = {
		.name = "list",
		.operands = "DISK...",
		.summary = "Show the entries of the boot menu; * marks the one that boots",
		.help = { args_help, JSON_HELP DISK_HELP },
		.run = cli_list,
	},
	[CMD_SHOW] = {
		.name = "show",
		.operands = "DISK... [ENTRY]",
		.summary = "Show what would be booted",
		.help = { FIND_HELP JSON_HELP DISK_HELP },
		.run = cli_show,
	},
	[CMD_EXPLAIN] = {
		.name = "explain",
		.operands = "DISK... [ENTRY]",
		.summary = "Show which disk, file, line and rule lead to what would be booted",
		.help = { trace_help, FIND_HELP JSON_HELP DISK_HELP },
		.run = cli_explain,
	},
	[CMD_DOCTOR] = {
		.name = "doctor",
		.operands = "DISK... | XL.CFG | DOMAIN.XML",
		.summary = "Check whether the guest will boot, and say what to change",
		.help = { GUEST_HELP FIND_HELP JSON_HELP DISK_HELP, doctor_help },
		.run = cli_doctor,
	},
	[CMD_EXTRACT] = {
		.name = "extract",
		.operands = "DISK... [ENTRY]",
		.summary = "Copy what would be booted into files: kernel, initrd, cmdline",
		.help = { extract_help, FIND_HELP DISK_HELP },
		.run = cli_extract,
	},
	[CMD_SCAN] = {
		.name = "scan",
		.operands = "FILE|DIRECTORY|DEVICE...",
		.summary = "Table of guests: xl.cfg and libvirt files, images, block devices",
		.help = { GUEST_HELP JSON_HELP DISK_HELP, scan_help },
		.run = cli_scan,
	},
	[CMD_CAT] = {
		.name = "cat",
		.operands = "DISK... PATH",
		.summary = "Write a file of the guest to standard output",
		.help = { ls_help, DISK_HELP },
		.run = cli_cat,
	},
	[CMD_LS] = {
		.name = "ls",
		.operands = "DISK... [PATH]",
		.summary = "List a directory of the guest; without PATH its partitions",
		.help = { ls_help, JSON_HELP DISK_HELP },
		.run = cli_ls,
	},
	[CMD_CONFIG] = {
		.name = "config",
		.operands = "",
		.summary = "Show the settings in force, as lines for domboot.conf(5)",
		.help = { JSON_HELP },
		.run = cli_config,
	},
	[CMD_VERSION] = {
		.name = "version",
		.operands = "",
		.summary = "Show the version and what this domboot reads",
		.help = { JSON_HELP },
		.run = cli_version,
	},
	[CMD_HELP] = {
		.name = "help",
		.operands = "[COMMAND]",
		.summary = "Show the commands, or how one is used",
		.run = cli_help,
	},
};

static enum status no_operands(const struct opts *o)
{
	if (!o->n_operand)
		return STATUS_OK;
	return cli_fail(STATUS_USAGE, "%s takes no operands", commands[o->command].name);
}

static void show_setting(struct view *v, const struct record *r)
{
	text_fmt(&v->out, "%.*s = %.*s\n", STR_ARG(r->text[SETTING_NAME]),
		 STR_ARG(r->text[SETTING_VALUE]));
}

static void add_setting(struct view *v, struct str name, struct str value)
{
	struct record r = { .kind = REC_SETTING };
	r.text[SETTING_NAME] = name;
	r.text[SETTING_VALUE] = value;
	view_add(v, &r);
}

enum status cli_config(struct opts *o, struct arena *a)
{
	struct text t = { .arena = a };
	struct view v;
	struct str line;
	enum status s = no_operands(o);
	if (s)
		return s;
	view_init(&v, o, show_setting);
	opts_print(o, &t);
	struct str rest = text_str(&t);
	while (rest.n && str_split(&rest, '\n', &line)) {
		size_t eq = str_find(line, '=', 0);
		add_setting(&v, str_trim(str_sub(line, 0, eq)),
			    str_trim(str_sub(line, eq + 1, line.n)));
	}
	s = view_print(&v, "config", 1 << REC_SETTING);
	arena_release(&v.arena);
	return s;
}

static void show_feature(struct view *v, const struct record *r)
{
	text_fmt(&v->out, "%-13.*s%.*s\n", STR_ARG(r->text[SETTING_NAME]),
		 STR_ARG(r->text[SETTING_VALUE]));
}

static struct str languages(struct arena *a)
{
	struct text t = { .arena = a };
	for (size_t i = 0; i < n_conf_places; i++) {
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen |= conf_places[k].ops == conf_places[i].ops;
		if (!seen)
			text_fmt(&t, "%s%s", t.n ? " " : "", conf_places[i].ops->name);
	}
	return text_str(&t);
}

static struct str file_systems(struct arena *a)
{
	struct text t = { .arena = a };
	for (size_t i = 0; i < n_fs_drivers; i++)
		text_fmt(&t, "%s%s", t.n ? " " : "", fs_drivers[i]->name);
	return text_str(&t);
}

static struct str packings(struct arena *a)
{
	struct text t = { .arena = a };
	for (int i = UNPACK_GZIP; i <= UNPACK_ZSTD; i++)
		text_fmt(&t, "%s%s", t.n ? " " : "", unpack_name((enum unpack_format)i));
	return text_str(&t);
}

enum status cli_version(struct opts *o, struct arena *a)
{
	struct view v;
	enum status s = no_operands(o);
	if (s)
		return s;
	view_init(&v, o, show_feature);
	add_setting(&v, STR("domboot"), STR(DOMBOOT_VERSION));
	add_setting(&v, STR("file systems"), file_systems(a));
	add_setting(&v, STR("languages"), languages(a));
	add_setting(&v, STR("compression"), packings(a));
	s = view_print(&v, "version", 1 << REC_SETTING);
	arena_release(&v.arena);
	return s;
}

static enum status write_text(const struct text *t)
{
	return !t->bad && write_all(STDOUT_FILENO, t->p, t->n) ? STATUS_OK : STATUS_OUTPUT;
}

enum status cli_help(struct opts *o, struct arena *a)
{
	struct text t = { .arena = a };
	const struct cmd *c = o->n_operand == 1 ? cli_find(o->operand[0]) : NULL;
	if (o->n_operand && !c)
		return cli_fail(STATUS_USAGE, "help: there is no command \"%s\"", o->operand[0]);
	if (c)
		return cli_usage(c);
	text_put(&t,
		 STR("usage: domboot [OPTION]... DISK...    as a boot loader for xl and libvirt\n"
		     "       domboot COMMAND ...\n\n"));
	for (size_t i = CMD_BOOT + 1; i < COMMANDS; i++)
		text_fmt(&t, "  %-9s%s\n", commands[i].name, commands[i].summary);
	text_put(&t, STR("\ndomboot help COMMAND tells more; domboot --help tells the options of "
			 "the boot loader.\n"));
	return write_text(&t);
}
