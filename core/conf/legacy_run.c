/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "legacy_run.h"
#include "../base/str.h"

void legacy_say(const struct legacy_run *r, enum log_level level, const char *what,
		struct str which)
{
	if (r->c->user) {
		log_at(r->c->log, level, "%s %.*s", what, STR_ARG(which));
		return;
	}
	log_at(r->c->log, level, "(%.*s)%.*s:%u: %s %.*s", STR_ARG(r->body->src.device),
	       STR_ARG(r->body->src.path), r->cmd->line, what, STR_ARG(which));
}

/* --- names ------------------------------------------------------------------- */

enum err legacy_device(struct legacy_run *r, struct str name, struct str *device, struct str *rest)
{
	size_t end = str_find(name, ')', 0);
	*device = r->root;
	*rest = name;
	if (!name.n || name.p[0] != '(' || end == name.n)
		return OK;
	*rest = str_sub(name, end + 1, name.n);
	return conf_device_from_zero(r->c->arena, str_trim(str_sub(name, 1, end)), device);
}

enum err legacy_file_of(struct legacy_run *r, struct str name, struct str args,
			struct legacy_file *out)
{
	struct text path = { .arena = r->c->arena };
	struct str rest;
	try(legacy_device(r, name, &out->device, &rest));
	if (!rest.n || rest.p[0] != '/') /* pygrub's users get away with relative names */
		text_char(&path, '/');
	text_put(&path, rest);
	out->path = text_str(&path);
	out->args = str_dup(r->c->arena, str_trim(args));
	return path.bad || !out->args.p ? ERR_NOMEM : OK;
}

/* --- commands ------------------------------------------------------------------ */

static enum err search(struct legacy_run *r, enum search_by by, struct str key)
{
	struct str device;
	if (r->c->host->search(r->c->host, by, key, &device) == OK)
		r->root = device;
	else
		legacy_say(r, LOG_WARN, "no file system has", key);
	return OK;
}

static enum err cmd_uuid(struct legacy_run *r, struct str args)
{
	return args.n ? search(r, SEARCH_UUID, str_trim(args)) : legacy_uuids(r, args);
}

/* "find FILE" shows devices; "find --set-root ... FILE" makes its device the root. */
static enum err cmd_find(struct legacy_run *r, struct str args)
{
	struct str word, all = args;
	bool sets = false;
	while (str_word(&args, &word)) {
		if (str_eq(word, STR("--set-root")))
			sets = true;
		else if (sets && !str_starts(word, STR("--")))
			return search(r, SEARCH_FILE, word);
	}
	return legacy_find(r, all);
}

/* Solaris' "kernel$" and "module$": $ISADIR is the CPU's width. */
static enum err expand(struct legacy_run *r, struct str *args)
{
	const struct str isadir = STR("$ISADIR");
	struct text t = { .arena = r->c->arena };
	if (!str_ends(r->cmd->name, STR("$")))
		return OK;
	for (size_t i = 0; i < args->n; i++) {
		if (str_starts(str_sub(*args, i, args->n), isadir)) {
			text_put(&t, STR("amd64"));
			i += isadir.n - 1;
		} else {
			text_char(&t, args->p[i]);
		}
	}
	*args = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err cmd_kernel(struct legacy_run *r, struct str args)
{
	struct str word;
	try(expand(r, &args));
	bool some = str_word(&args, &word);
	while (some && str_starts(word, STR("--"))) /* --type=, --no-mem-option */
		some = str_word(&args, &word);
	if (!some) {
		legacy_say(r, LOG_WARN, "no file name:", r->cmd->all);
		return OK;
	}
	if (r->kernel.path.n) /* another one drops what belonged to the first */
		r->n_initrd = r->n_module = 0;
	try(legacy_file_of(r, word, args, &r->kernel));
	if (!legacy_is_there(r, &r->kernel))
		r->kernel = (struct legacy_file){ .path = { NULL, 0 } };
	return OK;
}

bool legacy_is_there(struct legacy_run *r, const struct legacy_file *f)
{
	struct boot_file found;
	return !r->c->user || conf_open(r->c, &r->body->src, f->device, f->path, &found) == OK;
}

static enum err add_file(struct legacy_run *r, struct str name, struct str args,
			 struct legacy_file *to, size_t *n)
{
	if (*n == PLAN_INITRD_MAX) {
		legacy_say(r, LOG_ERROR, "over 64 files in one entry:", name);
		return ERR_LIMIT;
	}
	try(legacy_file_of(r, name, args, &to[*n]));
	*n += legacy_is_there(r, &to[*n]);
	return OK;
}

static enum err cmd_initrd(struct legacy_run *r, struct str args)
{
	struct str word;
	r->n_initrd = 0;
	while (str_word(&args, &word))
		try(add_file(r, word, STR(""), r->initrd, &r->n_initrd));
	return OK;
}

static enum err cmd_module(struct legacy_run *r, struct str args)
{
	struct str word;
	try(expand(r, &args));
	if (!str_word(&args, &word))
		return OK;
	return add_file(r, word, args, r->module, &r->n_module);
}

static enum err cmd_chainloader(struct legacy_run *r, struct str args)
{
	struct str rest;
	r->chainloads = true;
	if (r->c->user)
		legacy_say(r, LOG_WARN, "there is no boot sector in a guest:", r->cmd->name);
	return legacy_device(r, str_trim(args), &r->chained, &rest);
}

static enum err cmd_configfile(struct legacy_run *r, struct str args)
{
	struct str word;
	return str_word(&args, &word) ? legacy_file_of(r, word, STR(""), &r->configfile) : OK;
}

/* The next of the menu's fallbacks, seen from this entry. */
static bool next_fallback(const struct legacy_body *b, uint64_t *out)
{
	struct str rest = b->fallback, word;
	uint64_t first = 0, number, n = 0;
	bool next = false;
	while (str_word(&rest, &word)) { /* ends with the words */
		if (!legacy_number(word, &number))
			continue;
		*out = number;
		if (next)
			return true;
		next = number == b->number;
		first = n++ ? first : number;
	}
	*out = first;
	return n && !next;
}

/* savedefault [NUMBER|fallback]: of this entry, where it says nothing else. */
static enum err cmd_savedefault(struct legacy_run *r, struct str args)
{
	struct str word = { NULL, 0 };
	bool some = str_word(&args, &word);
	r->saves = true;
	r->saved = r->body->number;
	if (some && str_eq(word, STR("fallback")))
		r->saves = next_fallback(r->body, &r->saved);
	else if (some)
		r->saves = legacy_number(word, &r->saved);
	if (!r->saves)
		legacy_say(r, LOG_WARN, "nothing to save:", r->cmd->all);
	return OK;
}

/* Nothing to do for a guest, or done by the menu. */
static enum err cmd_nothing(struct legacy_run *r, struct str args)
{
	(void)args;
	legacy_say(r, r->c->user ? LOG_INFO : LOG_DEBUG, "nothing to do for", r->cmd->name);
	return OK;
}

static const struct command {
	const char *name;
	legacy_fn *fn;
} commands[] = {
	{ "root", legacy_root },
	{ "rootnoverify", legacy_root },
	{ "uuid", cmd_uuid },
	{ "find", cmd_find },
	{ "kernel", cmd_kernel },
	{ "kernel$", cmd_kernel },
	{ "initrd", cmd_initrd },
	{ "module", cmd_module },
	{ "module$", cmd_module },
	{ "modulenounzip", cmd_module },
	{ "chainloader", cmd_chainloader },
	{ "configfile", cmd_configfile },
	{ "boot", legacy_boot },
	{ "cat", legacy_cat },
	{ "clear", legacy_clear },
	{ "cmp", legacy_cmp },
	{ "exit", legacy_quit },
	{ "geometry", legacy_geometry },
	{ "halt", legacy_halt },
	{ "help", legacy_help },
	{ "ls", legacy_ls },
	{ "md5crypt", legacy_md5crypt },
	{ "pause", legacy_pause },
	{ "print", legacy_print },
	{ "quit", legacy_quit },
	{ "reboot", legacy_reboot },
	{ "background", cmd_nothing },
	{ "bootfs", cmd_nothing },
	{ "bootp", cmd_nothing },
	{ "color", cmd_nothing },
	{ "blocklist", cmd_nothing },
	{ "debug", cmd_nothing },
	{ "default", cmd_nothing },
	{ "device", cmd_nothing },
	{ "dhcp", cmd_nothing },
	{ "displaymem", cmd_nothing },
	{ "fallback", cmd_nothing },
	{ "findroot", cmd_nothing },
	{ "foreground", cmd_nothing },
	{ "gfxmenu", cmd_nothing },
	{ "hiddenmenu", cmd_nothing },
	{ "hide", cmd_nothing },
	{ "ifconfig", cmd_nothing },
	{ "lock", cmd_nothing },
	{ "makeactive", cmd_nothing },
	{ "map", cmd_nothing },
	{ "pager", cmd_nothing },
	{ "partnew", cmd_nothing },
	{ "parttype", cmd_nothing },
	{ "password", cmd_nothing },
	{ "quiet", cmd_nothing },
	{ "rarp", cmd_nothing },
	{ "savedefault", cmd_savedefault },
	{ "serial", cmd_nothing },
	{ "setkey", cmd_nothing },
	{ "shade", cmd_nothing },
	{ "splashimage", cmd_nothing },
	{ "terminal", cmd_nothing },
	{ "terminfo", cmd_nothing },
	{ "tftpserver", cmd_nothing },
	{ "timeout", cmd_nothing },
	{ "unhide", cmd_nothing },
	{ "uppermem", cmd_nothing },
	{ "viewport", cmd_nothing },
};

const char *legacy_command_name(size_t i)
{
	return i < array_len(commands) ? commands[i].name : NULL;
}

static void unknown(struct legacy_run *r)
{
	struct guess g = { .word = r->cmd->name };
	if (!r->c->user) {
		legacy_say(r, LOG_INFO, "unknown command", r->cmd->name);
		return;
	}
	for (size_t i = 0; i < array_len(commands); i++)
		guess_name(&g, str_of(commands[i].name));
	if (g.name.p)
		log_at(r->c->log, LOG_WARN, "%.*s: no such command; did you mean %.*s?",
		       STR_ARG(r->cmd->name), STR_ARG(g.name));
	else
		log_at(r->c->log, LOG_WARN, "%.*s: no such command; help shows them",
		       STR_ARG(r->cmd->name));
}

enum err legacy_command(struct legacy_run *r)
{
	for (size_t i = 0; i < array_len(commands); i++)
		if (str_eq(r->cmd->name, str_of(commands[i].name)))
			return commands[i].fn(r, r->cmd->args);
	unknown(r);
	return OK;
}

static enum err run_all(struct legacy_run *r)
{
	struct legacy_lines l;
	struct legacy_command cmd;
	try(legacy_lines_init(&l, r->c->arena, r->body->text, r->body->line));
	r->cmd = &cmd;
	enum err e = OK;
	while (!e && !r->end && legacy_next(&l, &cmd)) /* ends with the text */
		e = legacy_command(r);
	r->cmd = NULL;
	return e;
}

/* --- the plan -------------------------------------------------------------------- */

static struct str base_name(struct str path)
{
	size_t i = path.n;
	while (i && path.p[i - 1] != '/')
		i--;
	return str_sub(path, i, path.n);
}

/*
 * A guest that has the hypervisor installed lists itself as a dom0: kernel is
 * Xen, the first module is Linux, the second its initrd. Under Xen already,
 * only the last two are of use. "kernel LINUX, module INITRD" is another thing.
 */
static void without_hypervisor(struct legacy_run *r)
{
	if (!r->n_module || !str_starts(base_name(r->kernel.path), STR("xen")) ||
	    str_starts(base_name(r->module[0].path), STR("initr")))
		return;
	log_at(r->c->log, LOG_INFO, "%.*s is a hypervisor: its first module is booted",
	       STR_ARG(r->kernel.path));
	r->kernel = r->module[0];
	r->n_initrd = r->n_module > 1 ? 1 : 0;
	r->initrd[0] = r->module[r->n_initrd];
	r->n_module = 0;
}

static enum err open_file(struct legacy_run *r, const struct legacy_file *f, struct boot_file *out)
{
	return conf_open(r->c, &r->body->src, f->device, f->path, out);
}

static enum err open_initrds(struct legacy_run *r, struct boot_plan *out)
{
	struct boot_file *f = arena_array(r->c->arena, struct boot_file, r->n_initrd);
	if (!f)
		return ERR_NOMEM;
	for (size_t i = 0; i < r->n_initrd; i++)
		try(open_file(r, &r->initrd[i], &f[i]));
	out->initrd = f;
	out->n_initrd = r->n_initrd;
	return OK;
}

/* A module is told its own name first; a kernel is not. */
static enum err module_args(struct legacy_run *r, const struct legacy_file *f, struct str *out)
{
	struct text t = { .arena = r->c->arena };
	text_put(&t, f->path);
	if (f->args.n)
		text_char(&t, ' ');
	text_put(&t, f->args);
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err open_modules(struct legacy_run *r, struct boot_plan *out)
{
	struct boot_module *m = arena_array(r->c->arena, struct boot_module, r->n_module);
	if (!m)
		return ERR_NOMEM;
	for (size_t i = 0; i < r->n_module; i++) {
		try(open_file(r, &r->module[i], &m[i].file));
		try(module_args(r, &r->module[i], &m[i].args));
	}
	out->module = m;
	out->n_module = r->n_module;
	return OK;
}

/* One module without arguments is what a PV kernel knows as its initrd. */
static void module_as_initrd(struct legacy_run *r)
{
	if (r->n_module != 1 || r->n_initrd || r->module[0].args.n)
		return;
	r->initrd[r->n_initrd++] = r->module[0];
	r->n_module = 0;
}

static enum err no_kernel(const struct legacy_run *r)
{
	if (r->c->user)
		log_at(r->c->log, LOG_ERROR, "no kernel is named%s",
		       r->chainloads ? ", and there is no boot sector in a guest" : "");
	else
		log_at(r->c->log, LOG_ERROR, "(%.*s)%.*s:%u: the entry has no kernel%s",
		       STR_ARG(r->body->src.device), STR_ARG(r->body->src.path), r->body->line,
		       r->chainloads ? ", and there is no boot sector to chainload in a guest"
				     : "");
	return r->chainloads ? ERR_UNSUPPORTED : ERR_SYNTAX;
}

/* savedefault changes a file that is there: grub-set-default makes it. */
static enum err plan_saved(struct legacy_run *r, struct boot_plan *out)
{
	struct text number = { .arena = r->c->arena };
	struct env_write *w = arena_new(r->c->arena, struct env_write);
	struct str path;
	if (!w)
		return ERR_NOMEM;
	try(legacy_default_path(r->c->arena, &r->body->src, &path));
	if (r->c->host->open(r->c->host, r->body->src.device, path, &w->file)) {
		log_at(r->c->log, LOG_INFO, "(%.*s)%.*s: no such file: savedefault saves nothing",
		       STR_ARG(r->body->src.device), STR_ARG(path));
		return OK;
	}
	text_fmt(&number, "%llu", (unsigned long long)r->saved);
	w->value = text_str(&number);
	out->env = w;
	out->n_env = 1;
	return number.bad ? ERR_NOMEM : OK;
}

enum err legacy_run(struct conf *c, const struct legacy_body *b, struct boot_plan *out)
{
	struct legacy_run *r = arena_new(c->arena, struct legacy_run);
	if (!r)
		return ERR_NOMEM;
	r->c = c;
	r->body = b;
	try(run_all(r));
	if (r->end == SHELL_HALT || r->end == SHELL_REBOOT) {
		c->wish = r->end == SHELL_HALT ? WISH_HALT : WISH_REBOOT;
		return ERR_CANCEL;
	}
	return legacy_plan(r, out);
}

enum err legacy_plan(struct legacy_run *r, struct boot_plan *out)
{
	if (!r->kernel.path.n)
		return no_kernel(r);
	without_hypervisor(r);
	module_as_initrd(r);
	out->kind = r->n_module ? BOOT_MULTIBOOT : BOOT_LINUX;
	out->cmdline = r->kernel.args;
	try(open_file(r, &r->kernel, &out->kernel));
	try(open_initrds(r, out));
	if (r->saves)
		try(plan_saved(r, out));
	return open_modules(r, out);
}

/* A boot sector cannot be run; the menu that the loader behind it would show can be. */
static void find_chained(struct legacy_run *r)
{
	static const char *const menus[] = { "/boot/grub/menu.lst", "/boot/grub/grub.conf",
					     "/grub/menu.lst", "/grub/grub.conf" };
	struct conf_host *h = r->c->host;
	struct boot_file f;
	for (size_t i = 0; i < array_len(menus) && r->chained.n; i++) {
		if (h->open(h, r->chained, str_of(menus[i]), &f))
			continue;
		if (str_eq(f.device, r->body->src.device) && str_eq(f.path, r->body->src.path))
			return; /* back to where it comes from */
		r->configfile = (struct legacy_file){ f.device, str_of(menus[i]), STR("") };
		return;
	}
}

enum err legacy_configfile(struct conf *c, const struct legacy_body *b, struct legacy_file *out)
{
	struct legacy_run *r = arena_new(c->arena, struct legacy_run);
	if (!r)
		return ERR_NOMEM;
	r->c = c;
	r->body = b;
	try(run_all(r));
	if (!r->configfile.path.n && r->chainloads)
		find_chained(r);
	*out = r->configfile;
	if (!out->device.n)
		out->device = b->src.device;
	return out->path.n ? OK : ERR_NOENT;
}
