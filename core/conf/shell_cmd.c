/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
#include "look.h"
/* The commands of GRUB 2 that show things: of use at the command line, silent in scripts. */

/* A file for a command; false: it failed, and said so. */
static enum err open_named(struct sh *sh, const struct sh_args *a, struct str name,
			   struct boot_file *out, bool *good)
{
	struct sh_path p;
	try(sh_spend(sh, SH_LOOK));
	try(sh_path(sh, name, &p));
	enum err e = sh->c->host->open(sh->c->host, p.device, p.path, out);
	*good = e == OK;
	if (e)
		sh_fail(sh, SH_NO_FILE, "%.*s: (%.*s)%.*s: %s", STR_ARG(a->v[0]), STR_ARG(p.device),
			STR_ARG(p.path), err_text(e));
	return e == ERR_NOMEM ? e : OK;
}

static enum err told(struct sh *sh, const struct sh_args *a, struct str name, enum err e)
{
	if (e)
		sh_fail(sh, SH_NO_FILE, "%.*s: %.*s: %s", STR_ARG(a->v[0]), STR_ARG(name),
			err_text(e));
	return e == ERR_NOMEM ? e : OK;
}

/* "(hd0,1)" alone is the device, "(hd0,1)/" what is in it. */
static enum err list_one(struct sh *sh, const struct sh_args *a, const struct look *l,
			 struct str word)
{
	struct sh_path p;
	size_t close = str_find(word, ')', 0);
	try(sh_spend(sh, SH_LOOK));
	if (str_starts(word, STR("(")) && close + 1 >= word.n) {
		struct str device = str_sub(word, 1, close);
		try(sh_unloop(sh, &device));
		return told(sh, a, word, look_device(l, device));
	}
	try(sh_path(sh, word, &p));
	return told(sh, a, word, look_list(l, p.device, p.path));
}

enum err cmd_ls(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = { { "long", 'l', OPT_FLAG },
					     { "human-readable", 'h', OPT_FLAG },
					     { "all", 'a', OPT_FLAG } };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, *word = arena_array(sh->c->arena, struct str, a->n);
	struct look l = { .c = sh->c };
	size_t n = 0;
	int i;
	if (!word)
		return ERR_NOMEM;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == OPT_WORD)
			word[n++] = value;
		l.more |= i == 0;
		l.human |= i == 1;
		l.dots |= i == 2;
	}
	if (i == OPT_BAD)
		return OK;
	if (!n)
		return look_devices(&l);
	for (size_t k = 0; k < n; k++)
		try(list_one(sh, a, &l, word[k]));
	return OK;
}

enum err cmd_cat(struct sh *sh, const struct sh_args *a)
{
	struct look l = { .c = sh->c };
	struct boot_file f;
	bool good;
	size_t at = a->n > 1 && str_eq(a->v[1], STR("--dos")) ? 2 : 1;
	if (at >= a->n) {
		sh_fail(sh, SH_BAD_ARGUMENT, "cat: no file named");
		return OK;
	}
	try(open_named(sh, a, a->v[at], &f, &good));
	return good ? told(sh, a, a->v[at], look_text(&l, &f)) : OK;
}

enum err cmd_hexdump(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = { { "skip", 's', OPT_VALUE },
					     { "length", 'n', OPT_VALUE } };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct look l = { .c = sh->c };
	struct str value, name = { NULL, 0 };
	uint64_t number[2] = { 0, 256 }; /* GRUB's length */
	struct boot_file f;
	bool good = true;
	int i;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == OPT_WORD)
			name = value;
		else
			good &= sh_number(value, &number[i]);
	}
	if (i == OPT_BAD)
		return OK;
	if (!good || !name.p) {
		sh_fail(sh, SH_BAD_ARGUMENT, "hexdump: %s",
			good ? "no file named" : "not a number");
		return OK;
	}
	try(open_named(sh, a, name, &f, &good));
	return good ? told(sh, a, name, look_bytes(&l, &f, number[0], number[1])) : OK;
}

enum err cmd_cmp(struct sh *sh, const struct sh_args *a)
{
	struct look l = { .c = sh->c };
	struct boot_file f, g;
	bool good, same = true;
	if (a->n != 3) {
		sh_fail(sh, SH_BAD_ARGUMENT, "cmp: two files are due");
		return OK;
	}
	try(open_named(sh, a, a->v[1], &f, &good));
	if (good)
		try(open_named(sh, a, a->v[2], &g, &good));
	if (!good)
		return OK;
	try(told(sh, a, a->v[1], look_compare(&l, &f, &g, &same)));
	if (!same)
		sh->status = SH_FALSE;
	else if (!sh->status)
		(void)conf_print(sh->c, STR("the files are the same\n"));
	return OK;
}

enum err cmd_date(struct sh *sh, const struct sh_args *a)
{
	struct look l = { .c = sh->c };
	if (a->n > 1 || look_date(&l))
		sh_fail(sh, SH_UNSUPPORTED, "date: %s",
			a->n > 1 ? "a guest's clock cannot be set here" : "the time is not known");
	return OK;
}

enum err cmd_clear(struct sh *sh, const struct sh_args *a)
{
	struct conf_user *u = sh->c->user;
	(void)a;
	if (u)
		u->clear(u);
	return OK;
}

enum err cmd_halt(struct sh *sh, const struct sh_args *a)
{
	(void)a;
	sh->flow = FLOW_HALT;
	return OK;
}

enum err cmd_reboot(struct sh *sh, const struct sh_args *a)
{
	(void)a;
	sh->flow = FLOW_REBOOT;
	return OK;
}

/* --- variables ------------------------------------------------------------------- */

enum err sh_show_variables(struct sh *sh)
{
	const struct env *e = &sh->s.vars;
	struct arena arena;
	size_t n = 0;
	if (!sh->c->user)
		return OK;
	arena_init(&arena, sh->c->arena->pages, sh->c->limits.bytes);
	struct str *v = arena_array(&arena, struct str, e->used);
	for (size_t i = 0; v && i < e->cap; i++)
		if (e->slot[i].value.p)
			v[n++] = e->slot[i].name;
	say_sort(v, n);
	for (size_t i = 0; i < n; i++) {
		if (!say_pair(sh->c, v[i], env_get(e, v[i])))
			break;
	}
	arena_release(&arena);
	return v ? OK : ERR_NOMEM;
}

static enum err show_block(struct sh *sh, struct str text)
{
	struct env_block b;
	struct str name, value;
	if (!env_block_begin(&b, (struct span){ (const uint8_t *)text.p, text.n })) {
		sh_fail(sh, SH_BAD_FILE, "list_env: not an environment block");
		return OK;
	}
	while (env_block_next(&b, &name, &value)) { /* moves on in the text */
		value = env_block_value(value, sh->c->arena);
		if (!value.p)
			return ERR_NOMEM;
		if (!say_pair(sh->c, name, value))
			break;
	}
	return OK;
}

enum err cmd_list_env(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = { { "file", 'f', OPT_VALUE },
					     { "skip-sig", 's', OPT_FLAG } };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, text, file = { NULL, 0 };
	struct sh_path p;
	bool found;
	int i;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) /* each turn takes an argument */
		if (i == 0)
			file = value;
	if (i == OPT_BAD || !sh->c->user)
		return OK;
	try(sh_env_file(sh, file, &p));
	try(sh_read(sh, &p, &text, &found));
	return found ? show_block(sh, text) : OK;
}

/* --- help ------------------------------------------------------------------------ */

static const struct help help[] = {
	{ "boot", "", "boot what linux and initrd, or multiboot and module, have named" },
	{ "cat", "FILE", "show a text file" },
	{ "clear", "", "clear the screen" },
	{ "cmp", "FILE FILE", "compare two files" },
	{ "configfile", "FILE", "show the menu of another configuration" },
	{ "date", "", "show date and time" },
	{ "echo", "[-n] TEXT", "show a text" },
	{ "exit", "", "back to the menu" },
	{ "export", "NAME...", "let menus and configurations see variables" },
	{ "halt", "", "power the guest off" },
	{ "help", "[NAME...]", "show commands: these, or those whose names begin so" },
	{ "hexdump", "[-s SKIP] [-n LENGTH] FILE", "show the bytes of a file" },
	{ "initrd", "FILE...", "name the initrds of the kernel" },
	{ "linux", "FILE [ARGUMENT...]", "name the kernel and its command line" },
	{ "list_env", "[-f FILE]", "show an environment block" },
	{ "load_env", "[-f FILE] [NAME...]", "set variables from an environment block" },
	{ "loopback", "NAME FILE", "make a file the device (NAME)" },
	{ "ls", "[-lha] [DEVICE|PATH...]", "show devices, what (hd0,1) is, what is in (hd0,1)/" },
	{ "module", "FILE [ARGUMENT...]", "name a module of the kernel that multiboot named" },
	{ "multiboot", "FILE [ARGUMENT...]", "name a kernel that takes modules" },
	{ "normal", "[FILE]", "show the menu of $prefix/grub.cfg, or of another file" },
	{ "probe", "--fs|--fs-uuid|--label|--partmap|--part-uuid DEVICE", "show what a device is" },
	{ "read", "[NAME]", "ask for a line, into a variable" },
	{ "reboot", "", "start the guest again" },
	{ "regexp", "EXPRESSION TEXT", "whether a text fits an expression" },
	{ "search", "--file|--label|--fs-uuid [--set[=NAME]] KEY", "find the device that has it" },
	{ "set", "[NAME=VALUE]", "set a variable, or show all" },
	{ "sleep", "[-i] SECONDS", "wait; -i: a key ends it" },
	{ "source", "FILE", "run the commands in a file" },
	{ "test", "EXPRESSION", "compare texts, numbers, files" },
	{ "unset", "NAME", "take a variable away" },
};

static bool is_in_help(struct str name)
{
	for (size_t i = 0; i < array_len(help); i++)
		if (str_eq(name, str_of(help[i].name)))
			return true;
	return false;
}

/* The rest of the table: known, and nothing to say about. */
static bool say_others(struct sh *sh, struct str prefix)
{
	const char *name;
	bool more = true, any = false;
	for (size_t i = 0; more && (name = sh_command_name(i)); i++) {
		if (!str_starts(str_of(name), prefix) || is_in_help(str_of(name)))
			continue;
		more = conf_say(sh->c, "%s%s", any ? " " : "also known: ", name);
		any = true;
	}
	return more && (!any || conf_print(sh->c, STR("\n")));
}

static bool say_matching(struct sh *sh, struct str prefix)
{
	return say_help(sh->c, help, array_len(help), prefix) &&
	       (!prefix.n || say_others(sh, prefix));
}

enum err cmd_help(struct sh *sh, const struct sh_args *a)
{
	bool more = a->n > 1 || say_matching(sh, STR(""));
	for (size_t i = 1; more && i < a->n; i++)
		more = say_matching(sh, a->v[i]);
	return OK;
}

void sh_unknown(struct sh *sh, struct str name)
{
	struct guess g = { .word = name };
	const char *known;
	for (size_t i = 0; (known = sh_command_name(i)); i++) /* ends with the table */
		guess_name(&g, str_of(known));
	if (g.name.p)
		sh_fail(sh, SH_BAD_COMMAND, "%.*s: no such command; did you mean %.*s?",
			STR_ARG(name), STR_ARG(g.name));
	else
		sh_fail(sh, SH_BAD_COMMAND, "%.*s: no such command; help shows them",
			STR_ARG(name));
}
