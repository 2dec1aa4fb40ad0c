/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
#include "say.h"

struct sh_opts sh_opts_of(const struct sh_args *a, const struct sh_opt *opt, size_t n)
{
	return (struct sh_opts){ .a = a, .opt = opt, .n_opt = n, .at = 1 };
}

static int opt_value(struct sh *sh, struct sh_opts *o, size_t i, struct str *value)
{
	bool end = o->at >= o->a->n;
	if (o->opt[i].kind == OPT_FLAG || value->p)
		return (int)i;
	if (o->opt[i].kind == OPT_MAYBE && (end || str_starts(o->a->v[o->at], STR("-"))))
		return (int)i;
	if (end) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: --%s needs a value", STR_ARG(o->a->v[0]),
			o->opt[i].name);
		return OPT_BAD;
	}
	*value = o->a->v[o->at++];
	return (int)i;
}

static int opt_unknown(struct sh *sh, const struct sh_opts *o, struct str word)
{
	sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: unknown option %.*s", STR_ARG(o->a->v[0]),
		STR_ARG(word));
	return OPT_BAD;
}

static int opt_letter(struct sh *sh, struct sh_opts *o, struct str *value)
{
	char c = o->bundle.p[0];
	o->bundle = str_sub(o->bundle, 1, o->bundle.n);
	for (size_t i = 0; i < o->n_opt; i++)
		if (o->opt[i].letter == c)
			return opt_value(sh, o, i, value);
	if (!o->lenient)
		return opt_unknown(sh, o, (struct str){ &c, 1 });
	o->bundle.n = 0;
	*value = o->a->v[o->at - 1];
	return OPT_WORD;
}

static int opt_long(struct sh *sh, struct sh_opts *o, struct str word, struct str *value)
{
	size_t eq = str_find(word, '=', 0);
	struct str name = str_sub(word, 2, eq);
	if (eq < word.n)
		*value = str_sub(word, eq + 1, word.n);
	for (size_t i = 0; i < o->n_opt; i++)
		if (str_eq(name, str_of(o->opt[i].name)))
			return opt_value(sh, o, i, value);
	*value = word;
	return o->lenient ? OPT_WORD : opt_unknown(sh, o, word);
}

int sh_opt_next(struct sh *sh, struct sh_opts *o, struct str *value)
{
	*value = (struct str){ NULL, 0 };
	if (o->bundle.n)
		return opt_letter(sh, o, value);
	if (o->at >= o->a->n)
		return OPT_END;
	struct str word = o->a->v[o->at++];
	if (!o->only_words && str_eq(word, STR("--"))) {
		o->only_words = true;
		return sh_opt_next(sh, o, value);
	}
	if (o->only_words || word.n < 2 || word.p[0] != '-') {
		*value = word;
		return OPT_WORD;
	}
	if (word.p[1] == '-')
		return opt_long(sh, o, word, value);
	o->bundle = str_sub(word, 1, word.n);
	return opt_letter(sh, o, value);
}

static enum err cmd_true(struct sh *sh, const struct sh_args *a)
{
	(void)a;
	sh->status = SH_TRUE;
	return OK;
}

static enum err cmd_ignored(struct sh *sh, const struct sh_args *a)
{
	sh_log(sh, sh->c->user ? LOG_INFO : LOG_DEBUG, "%.*s: does nothing here", STR_ARG(a->v[0]));
	return OK;
}

/* Also the answer of commands that ask for what a Xen guest does not have. */
static enum err cmd_false(struct sh *sh, const struct sh_args *a)
{
	(void)a;
	sh->status = SH_FALSE;
	return OK;
}

static enum err cmd_set(struct sh *sh, const struct sh_args *a)
{
	if (a->n < 2)
		return sh_show_variables(sh);
	size_t eq = str_find(a->v[1], '=', 0);
	if (eq == a->v[1].n) {
		sh_fail(sh, SH_BAD_ARGUMENT, "set %.*s: not an assignment", STR_ARG(a->v[1]));
		return OK;
	}
	return sh_set(sh, str_sub(a->v[1], 0, eq), str_sub(a->v[1], eq + 1, a->v[1].n));
}

static enum err cmd_unset(struct sh *sh, const struct sh_args *a)
{
	if (a->n < 2)
		sh_fail(sh, SH_BAD_ARGUMENT, "unset: no variable named");
	else
		env_unset(&sh->s.vars, a->v[1]);
	return OK;
}

static enum err cmd_export(struct sh *sh, const struct sh_args *a)
{
	for (size_t i = 1; i < a->n; i++)
		try(sh_told(sh, env_export(&sh->s.vars, sh->c->arena, a->v[i])));
	return OK;
}

static enum err join(struct sh *sh, const struct sh_args *a, size_t from, struct str *out)
{
	struct text t = { .arena = sh->c->arena };
	for (size_t i = from; i < a->n; i++) {
		if (i > from)
			text_char(&t, ' ');
		text_put(&t, a->v[i]);
	}
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err cmd_echo(struct sh *sh, const struct sh_args *a)
{
	size_t from = 1;
	struct str line;
	bool ends = true;
	while (from < a->n && (str_eq(a->v[from], STR("-n")) || str_eq(a->v[from], STR("-e"))))
		ends &= !str_eq(a->v[from++], STR("-n"));
	from += from < a->n && str_eq(a->v[from], STR("--"));
	try(join(sh, a, from, &line));
	if (!sh->c->user)
		sh_log(sh, LOG_INFO, "echo: %.*s", STR_ARG(line));
	else if (conf_print(sh->c, line) && ends)
		(void)conf_print(sh->c, STR("\n"));
	return OK;
}

static enum err cmd_eval(struct sh *sh, const struct sh_args *a)
{
	struct str text;
	try(join(sh, a, 1, &text));
	return sh_eval(sh, text);
}

/* The optional number of break, continue, shift and return. */
static bool count_of(struct sh *sh, const struct sh_args *a, uint64_t *n)
{
	if (a->n < 2 || str_u64(a->v[1], n))
		return true;
	sh_fail(sh, SH_BAD_NUMBER, "%.*s %.*s: not a number", STR_ARG(a->v[0]), STR_ARG(a->v[1]));
	return false;
}

static enum err leave_loop(struct sh *sh, const struct sh_args *a, enum sh_flow flow)
{
	uint64_t n = 1;
	if (!count_of(sh, a, &n))
		return OK;
	if (!n)
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s 0: not a number of loops", STR_ARG(a->v[0]));
	if (!n || !sh->loops)
		return OK;
	sh->flow = flow;
	sh->flow_n = (uint32_t)min_u64(n, UINT32_MAX);
	return OK;
}

static enum err cmd_break(struct sh *sh, const struct sh_args *a)
{
	return leave_loop(sh, a, FLOW_BREAK);
}

static enum err cmd_continue(struct sh *sh, const struct sh_args *a)
{
	return leave_loop(sh, a, FLOW_CONTINUE);
}

static enum err cmd_return(struct sh *sh, const struct sh_args *a)
{
	uint64_t n = (uint64_t)sh->last;
	if (!sh->calls) {
		sh_fail(sh, SH_BAD_ARGUMENT, "return: not in a function or an entry");
		return OK;
	}
	if (!count_of(sh, a, &n))
		return OK;
	sh->status = (int)min_u64(n, INT32_MAX);
	sh->flow = FLOW_RETURN;
	return OK;
}

static enum err cmd_shift(struct sh *sh, const struct sh_args *a)
{
	uint64_t n = 1;
	if (!sh->calls || !count_of(sh, a, &n))
		return OK;
	if (n > sh->pos.n) {
		sh_fail(sh, SH_BAD_ARGUMENT, "shift: there are %zu parameters", sh->pos.n);
		return OK;
	}
	sh->pos.v += n;
	sh->pos.n -= (size_t)n;
	return OK;
}

static enum err cmd_setparams(struct sh *sh, const struct sh_args *a)
{
	if (!sh->calls)
		sh_fail(sh, SH_BAD_COMMAND, "setparams: not in a function or an entry");
	else
		sh->pos = (struct sh_args){ .v = a->v + 1, .n = a->n - 1 };
	return OK;
}

static enum err cmd_exit(struct sh *sh, const struct sh_args *a)
{
	if (!sh->c->user)
		sh_log(sh, LOG_INFO, "%.*s: the script ends here", STR_ARG(a->v[0]));
	sh->flow = FLOW_EXIT;
	return OK;
}

/* GRUB is false when a key has ended it. Only ^C ends a sleep that no key may. */
static void sleep_for(struct sh *sh, uint64_t seconds, bool stoppable)
{
	struct conf_user *u = sh->c->user;
	for (; seconds && !u->enough; seconds--) /* as long as was asked for, or until ^C */
		if (u->wait(u, 1000) && stoppable) {
			sh->status = SH_FALSE;
			return;
		}
}

/*
 * Nobody waits where nobody is. Ended by no key it is true, and old configurations then
 * set the timeout to 0: the menu gives the user these seconds instead.
 */
static enum err cmd_sleep(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = { { "verbose", 'v', OPT_FLAG },
					     { "interruptible", 'i', OPT_FLAG } };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value;
	uint64_t n = 0;
	bool stoppable = false;
	int i;
	enum { SLEEP_MAX_S = 3600 };
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == OPT_WORD && str_u64(value, &n))
			n = min_u64(n, SLEEP_MAX_S);
		stoppable = stoppable || i == 1;
	}
	if (sh->c->user)
		sleep_for(sh, n, stoppable);
	else if (stoppable)
		sh->s.slept = (uint32_t)n;
	return OK;
}

/* Where nobody is, the answer is empty. */
static enum err cmd_read(struct sh *sh, const struct sh_args *a)
{
	struct conf_user *u = sh->c->user;
	char line[1024];
	size_t n = 0;
	if (u && u->ask(u, STR(" "), false, line, sizeof line, &n))
		sh->status = SH_FALSE;
	return a->n > 1 ? sh_set(sh, a->v[1], (struct str){ line, n }) : OK;
}

/* Fedora's, for the counter of greenboot: a variable that is no number is 0. */
static enum err cmd_count(struct sh *sh, const struct sh_args *a)
{
	struct text t = { .arena = sh->c->arena };
	struct str value;
	uint64_t n = 0;
	if (a->n != 2) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: one variable is due", STR_ARG(a->v[0]));
		return OK;
	}
	try(sh_get(sh, a->v[1], &value));
	bool negative = str_starts(value, STR("-"));
	(void)sh_number(str_sub(value, negative, value.n), &n);
	int64_t sum = (int64_t)min_u64(n, INT32_MAX);
	sum = (negative ? -sum : sum) + (str_eq(a->v[0], STR("increment")) ? 1 : -1);
	text_fmt(&t, "%lld", (long long)sum);
	return t.bad ? ERR_NOMEM : sh_set(sh, a->v[1], text_str(&t));
}

/* Each kernel of a Xen guest that is not of 64 bits has PAE, and so has its CPU. */
static enum err cmd_cpuid(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = { { "long-mode", 'l', OPT_FLAG },
					     { "pae", 'p', OPT_FLAG } };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, cpu = env_get(&sh->s.vars, STR("grub_cpu"));
	bool pae = false;
	int i;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) /* each turn takes an argument */
		pae |= i == 1;
	if (i == OPT_BAD)
		return OK;
	sh->status = str_eq(cpu, STR("x86_64")) || (pae && str_eq(cpu, STR("i386"))) ? SH_TRUE
										     : SH_FALSE;
	return OK;
}

static const struct sh_command table[] = {
	{ "[", cmd_bracket },
	{ "test", cmd_test },
	{ "set", cmd_set },
	{ "unset", cmd_unset },
	{ "export", cmd_export },
	{ "echo", cmd_echo },
	{ "true", cmd_true },
	{ "false", cmd_false },
	{ "eval", cmd_eval },
	{ "break", cmd_break },
	{ "continue", cmd_continue },
	{ "return", cmd_return },
	{ "shift", cmd_shift },
	{ "setparams", cmd_setparams },
	{ "sleep", cmd_sleep },
	{ "read", cmd_read },
	{ "cpuid", cmd_cpuid },
	{ "increment", cmd_count },
	{ "decrement", cmd_count },
	{ "exit", cmd_exit },
	{ "halt", cmd_halt },
	{ "reboot", cmd_reboot },
	{ "normal_exit", cmd_exit },
	{ "menuentry", cmd_menuentry },
	{ "submenu", cmd_submenu },
	{ "source", cmd_source },
	{ ".", cmd_source },
	{ "extract_entries_source", cmd_source },
	{ "configfile", cmd_configfile },
	{ "normal", cmd_configfile },
	{ "extract_entries_configfile", cmd_extract },
	{ "legacy_configfile", cmd_foreign },
	{ "legacy_source", cmd_foreign },
	{ "extract_legacy_entries_configfile", cmd_foreign },
	{ "extract_legacy_entries_source", cmd_foreign },
	{ "syslinux_configfile", cmd_foreign },
	{ "syslinux_source", cmd_foreign },
	{ "extract_syslinux_entries_configfile", cmd_foreign },
	{ "extract_syslinux_entries_source", cmd_foreign },
	{ "search", cmd_search },
	{ "search.file", cmd_search_by },
	{ "search.fs_label", cmd_search_by },
	{ "search.fs_uuid", cmd_search_by },
	{ "search.part_label", cmd_search_by },
	{ "search.part_uuid", cmd_search_by },
	{ "search.disk_uuid", cmd_search_by },
	{ "regexp", cmd_regexp },
	{ "probe", cmd_probe },
	{ "gptprio.next", cmd_gptprio_next },
	{ "hashsum", cmd_hashsum },
	{ "md5sum", cmd_hashsum },
	{ "sha1sum", cmd_hashsum },
	{ "sha256sum", cmd_hashsum },
	{ "sha512sum", cmd_hashsum },
	{ "password", cmd_password },
	{ "password_pbkdf2", cmd_password_pbkdf2 },
	{ "load_env", cmd_load_env },
	{ "save_env", cmd_save_env },
	{ "file_env", cmd_file_env },
	{ "loopback", cmd_loopback },
	{ "btrfs-mount-subvol", cmd_mount_subvolume },
	{ "linux", cmd_linux },
	{ "linux16", cmd_linux },
	{ "linuxefi", cmd_linux },
	{ "initrd", cmd_initrd },
	{ "initrd16", cmd_initrd },
	{ "initrdefi", cmd_initrd },
	{ "blscfg", cmd_blscfg },
	{ "bls_import", cmd_blscfg },
	{ "uki", cmd_uki },
	{ "multiboot", cmd_multiboot },
	{ "multiboot2", cmd_multiboot },
	{ "xen_hypervisor", cmd_multiboot },
	{ "module", cmd_module },
	{ "module2", cmd_module },
	{ "xen_module", cmd_module },
	{ "boot", cmd_boot },
	{ "cat", cmd_cat },
	{ "clear", cmd_clear },
	{ "cmp", cmd_cmp },
	{ "date", cmd_date },
	{ "help", cmd_help },
	{ "hexdump", cmd_hexdump },
	{ "list_env", cmd_list_env },
	{ "ls", cmd_ls },
	{ "chainloader", cmd_chainloader },
	{ "appleloader", cmd_other },
	{ "fwsetup", cmd_other },
	{ "knetbsd", cmd_other },
	{ "kopenbsd", cmd_other },
	{ "kfreebsd", cmd_other },
	{ "ntldr", cmd_other },
	{ "freedos", cmd_other },
	{ "truecrypt", cmd_other },
	{ "plan9", cmd_other },
	{ "pxechain", cmd_other },
	{ "pxechainloader", cmd_other },
	{ "xnu_kernel", cmd_other },
	{ "xnu_kernel64", cmd_other },
	{ "xnu_resume", cmd_other },
	{ "authenticate", cmd_false },
	{ "background_image", cmd_false },
	{ "cmostest", cmd_false },
	{ "cryptocheck", cmd_false },
	{ "cryptomount", cmd_false },
	{ "efivar", cmd_false },
	{ "getenv", cmd_false },
	{ "inb", cmd_false },
	{ "inl", cmd_false },
	{ "inw", cmd_false },
	{ "keystatus", cmd_false },
	{ "legacy_check_password", cmd_false },
	{ "loadfont", cmd_false },
	{ "net_bootp", cmd_false },
	{ "net_bootp6", cmd_false },
	{ "net_dhcp", cmd_false },
	{ "net_get_dhcp_option", cmd_false },
	{ "net_ipv6_autoconf", cmd_false },
	{ "net_nslookup", cmd_false },
	{ "plainmount", cmd_false },
	{ "rdmsr", cmd_false },
	{ "read_byte", cmd_false },
	{ "read_dword", cmd_false },
	{ "read_word", cmd_false },
	{ "smbios", cmd_false },
	{ "verify_detached", cmd_false },
	{ "zfskey", cmd_false },
};

/* GRUB's commands that change nothing of what is booted: they test hardware, print, draw. */
static const char *const ignored[] = {
	"915resolution",
	"acpi",
	"background_color",
	"badram",
	"blocklist",
	"btrfs-get-default-subvol",
	"btrfs-info",
	"btrfs-list-subvols",
	"cbmemc",
	"cmosclean",
	"cmosdump",
	"cmosset",
	"connectefi",
	"coreboot_boottime",
	"cutmem",
	"distrust",
	"drivemap",
	"dump",
	"efiemu_loadcore",
	"efiemu_prepare",
	"efiemu_unload",
	"efitextmode",
	"fakebios",
	"functional_test",
	"gdbstub",
	"gdbstub_stop",
	"gettext",
	"gptsync",
	"hdparm",
	"hello",
	"hfspbless",
	"hiddenentry",
	"hwmatch",
	"insmod",
	"keymap",
	"kfreebsd_loadenv",
	"kfreebsd_module",
	"kfreebsd_module_elf",
	"knetbsd_module",
	"knetbsd_module_elf",
	"kopenbsd_ramdisk",
	"list_trusted",
	"loadbios",
	"lsacpi",
	"lsapm",
	"lscoreboot",
	"lsefi",
	"lsefimmap",
	"lsefisystab",
	"lsfonts",
	"lsmmap",
	"lsmod",
	"lspci",
	"macppcbless",
	"mactelbless",
	"measurefs",
	"nativedisk",
	"net_add_addr",
	"net_add_dns",
	"net_add_route",
	"net_del_addr",
	"net_del_dns",
	"net_del_route",
	"net_ls_addr",
	"net_ls_cards",
	"net_ls_dns",
	"net_ls_routes",
	"net_set_vlan",
	"outb",
	"outl",
	"outw",
	"parttool",
	"pcidump",
	"play",
	"rmmod",
	"sendkey",
	"serial",
	"setpci",
	"shim_lock",
	"terminal_input",
	"terminal_output",
	"terminfo",
	"time",
	"tpm",
	"tpm2_key_protector_clear",
	"tpm2_key_protector_init",
	"tpm_record_pcrs",
	"trust",
	"uppermem",
	"usb",
	"usbtest",
	"vbeinfo",
	"vbetest",
	"version",
	"videoinfo",
	"videotest",
	"write_byte",
	"write_dword",
	"write_word",
	"wrmsr",
	"xnu_devprop_load",
	"xnu_kext",
	"xnu_kextdir",
	"xnu_mkext",
	"xnu_ramdisk",
	"xnu_splash",
	"xnu_uuid",
	"zfs-bootfs",
	"zfsinfo",
};

/* What a name that GRUB has and that does nothing here stands for. */
static const struct sh_command nothing = { "ignored", cmd_ignored };

const struct sh_command *sh_command(struct str name)
{
	for (size_t i = 0; i < array_len(table); i++)
		if (str_eq(name, str_of(table[i].name)))
			return &table[i];
	for (size_t i = 0; i < array_len(ignored); i++)
		if (str_eq(name, str_of(ignored[i])))
			return &nothing;
	return NULL;
}

size_t sh_command_count(void)
{
	return array_len(table) + array_len(ignored);
}

const char *sh_command_name(size_t i)
{
	if (i < array_len(table))
		return table[i].name;
	i -= array_len(table);
	return i < array_len(ignored) ? ignored[i] : NULL;
}
