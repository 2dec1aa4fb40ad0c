/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "legacy_run.h"
#include "../base/str.h"
#include <string.h>

static struct look look_of(const struct legacy_run *r)
{
	return (struct look){ .c = r->c, .from_zero = true };
}

static struct str root_of(const struct legacy_run *r)
{
	return r->root.n ? r->root : r->body->src.device;
}

static bool nobody(const struct legacy_run *r)
{
	return !r->c->user;
}

/* A command that failed for a person. */
static enum err told(const struct legacy_run *r, struct str which, enum err e)
{
	if (e)
		legacy_say(r, LOG_WARN, err_text(e), which);
	return e == ERR_NOMEM ? e : OK;
}

/* The next file that args name, opened; false: said why not. */
static enum err open_next(struct legacy_run *r, struct str *args, struct boot_file *out, bool *good)
{
	struct str word;
	struct legacy_file f;
	*good = str_word(args, &word);
	if (!*good) {
		legacy_say(r, LOG_WARN, "no file name:", r->cmd->all);
		return OK;
	}
	try(legacy_file_of(r, word, STR(""), &f));
	if (!f.device.n)
		f.device = root_of(r);
	enum err e = r->c->host->open(r->c->host, f.device, f.path, out);
	*good = e == OK;
	return told(r, word, e);
}

/* --- commands -------------------------------------------------------------------- */

enum err legacy_cat(struct legacy_run *r, struct str args)
{
	struct look l = look_of(r);
	struct boot_file f;
	bool good;
	if (nobody(r))
		return OK;
	try(open_next(r, &args, &f, &good));
	return good ? told(r, f.path, look_text(&l, &f)) : OK;
}

enum err legacy_cmp(struct legacy_run *r, struct str args)
{
	struct look l = look_of(r);
	struct boot_file f, g;
	bool good, same = false;
	if (nobody(r))
		return OK;
	try(open_next(r, &args, &f, &good));
	if (good)
		try(open_next(r, &args, &g, &good));
	if (!good)
		return OK;
	enum err e = look_compare(&l, &f, &g, &same);
	if (same && !e)
		(void)conf_print(r->c, STR("the files are the same\n"));
	return told(r, r->cmd->args, e);
}

enum err legacy_clear(struct legacy_run *r, struct str args)
{
	(void)args;
	if (r->c->user)
		r->c->user->clear(r->c->user);
	return OK;
}

/* Every device that has the file. */
enum err legacy_find(struct legacy_run *r, struct str args)
{
	struct conf_host *h = r->c->host;
	struct look l = look_of(r);
	struct conf_device d;
	struct boot_file f;
	char name[LOOK_NAME];
	struct str word;
	bool any = false, more = r->c->user && h->device;
	if (!more || !str_word(&args, &word))
		return OK;
	for (size_t i = 0; more && h->device(h, i, &d); i++) { /* ends with the disks */
		if (h->open(h, d.name, word, &f))
			continue;
		any = true;
		size_t n = look_name(&l, d.name, name);
		more = conf_say(r->c, " %.*s\n", (int)n, name);
	}
	return any ? OK : told(r, word, ERR_NOENT);
}

enum err legacy_geometry(struct legacy_run *r, struct str args)
{
	struct conf_host *h = r->c->host;
	struct look l = look_of(r);
	struct conf_device d;
	struct str device, rest;
	bool any = false;
	try(legacy_device(r, args, &device, &rest));
	device = str_sub(device.n ? device : root_of(r), 0, str_find(device, ',', 0));
	for (size_t i = 0; r->c->user && h->device && h->device(h, i, &d); i++) {
		if (!str_eq(str_sub(d.name, 0, str_find(d.name, ',', 0)), device))
			continue;
		any = true;
		(void)look_device(&l, d.name);
	}
	return any || nobody(r) ? OK : told(r, args, ERR_NOENT);
}

enum err legacy_ls(struct legacy_run *r, struct str args)
{
	struct look l = look_of(r);
	struct legacy_file f;
	struct str word;
	if (nobody(r))
		return OK;
	bool some = str_word(&args, &word);
	for (; some && str_starts(word, STR("-")); some = str_word(&args, &word)) {
		l.more |= str_find(word, 'l', 0) < word.n;
		l.human |= str_find(word, 'h', 0) < word.n;
		l.dots |= str_find(word, 'a', 0) < word.n;
	}
	if (!some)
		return look_devices(&l);
	try(legacy_file_of(r, word, STR(""), &f));
	if (!f.device.n)
		f.device = root_of(r);
	if (str_ends(word, STR(")")))
		return told(r, word, look_device(&l, f.device));
	return told(r, word, look_list(&l, f.device, f.path));
}

/* Say what the root is now; it goes back to what it was where that is nothing. */
enum err legacy_root(struct legacy_run *r, struct str args)
{
	struct look l = look_of(r);
	struct str rest, was = r->root;
	if (args.n && args.p[0] == '(')
		try(legacy_device(r, args, &r->root, &rest));
	if (nobody(r) || str_eq(r->cmd->name, STR("rootnoverify")))
		return OK;
	enum err e = look_device(&l, root_of(r));
	if (e)
		r->root = was;
	return told(r, args, e);
}

enum err legacy_uuids(struct legacy_run *r, struct str args)
{
	struct look l = look_of(r);
	(void)args;
	l.more = true;
	return look_devices(&l);
}

enum err legacy_print(struct legacy_run *r, struct str args)
{
	(void)conf_print(r->c, args);
	(void)conf_print(r->c, STR("\n"));
	return OK;
}

enum err legacy_pause(struct legacy_run *r, struct str args)
{
	struct conf_user *u = r->c->user;
	if (u && conf_say(r->c, "%.*s\n", STR_ARG(args.n ? args : STR("Press a key."))))
		(void)u->wait(u, UINT64_MAX);
	return OK;
}

/* The salt has to differ from others, not to be secret. */
static void make_salt(const struct legacy_run *r, char *out, size_t n)
{
	static const char digit[] =
		"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	struct conf_host *h = r->c->host;
	uint64_t seed = (h->clock ? h->clock(h) : 0) + r->c->arena->used;
	for (size_t i = 0; i < n; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		out[i] = digit[seed >> 58];
	}
}

enum err legacy_md5crypt(struct legacy_run *r, struct str args)
{
	struct conf_user *u = r->c->user;
	char typed[CRYPT_TYPED], setting[] = "$1$........", out[CRYPT_TEXT];
	size_t n;
	(void)args;
	if (!u || u->ask(u, STR("Password: "), true, typed, sizeof typed, &n))
		return OK;
	make_salt(r, setting + 3, sizeof setting - 4);
	size_t k = crypt_text((struct str){ typed, n }, str_of(setting), out);
	(void)conf_say(r->c, "Encrypted: %.*s\n", (int)k, out);
	return OK;
}

enum err legacy_boot(struct legacy_run *r, struct str args)
{
	(void)args;
	if (r->kernel.path.n || (r->chainloads && r->c->user))
		r->end = SHELL_BOOT;
	else if (r->c->user)
		legacy_say(r, LOG_WARN, "no kernel is named yet:", r->cmd->name);
	return OK;
}

enum err legacy_halt(struct legacy_run *r, struct str args)
{
	(void)args;
	r->end = SHELL_HALT;
	return OK;
}

enum err legacy_reboot(struct legacy_run *r, struct str args)
{
	(void)args;
	r->end = SHELL_REBOOT;
	return OK;
}

enum err legacy_quit(struct legacy_run *r, struct str args)
{
	(void)args;
	if (r->c->user)
		r->end = SHELL_EXIT;
	return OK;
}

static const struct help help[] = {
	{ "boot", "", "boot what kernel and initrd or module have named" },
	{ "cat", "FILE", "show a text file" },
	{ "clear", "", "clear the screen" },
	{ "cmp", "FILE FILE", "compare two files" },
	{ "configfile", "FILE", "show the menu of another configuration" },
	{ "find", "FILE", "show the devices that have it" },
	{ "geometry", "[DEVICE]", "show a disk and its partitions" },
	{ "halt", "", "power the guest off" },
	{ "help", "[NAME]", "show the commands that begin so" },
	{ "initrd", "FILE...", "name the initrds of the kernel" },
	{ "kernel", "FILE [ARGUMENT...]", "name the kernel and its command line" },
	{ "ls", "[-lha] [DEVICE|PATH]", "show devices, what (hd0,0) is, what is in (hd0,0)/" },
	{ "md5crypt", "", "make the text that password --md5 takes" },
	{ "module", "FILE [ARGUMENT...]", "name a module of the kernel" },
	{ "pause", "[TEXT]", "wait for a key" },
	{ "print", "TEXT", "show a text" },
	{ "quit", "", "back to the menu" },
	{ "reboot", "", "start the guest again" },
	{ "root", "[DEVICE]", "the device of paths without one" },
	{ "uuid", "[UUID]", "the same by the file system's UUID; show all" },
};

enum err legacy_help(struct legacy_run *r, struct str args)
{
	struct str word = STR("");
	(void)str_word(&args, &word);
	(void)say_help(r->c, help, array_len(help), word);
	return OK;
}

/* --- the command line ------------------------------------------------------------ */

struct legacy_shell {
	struct legacy_run run;
	struct legacy_body body;
	struct conf_source src; /* of configfile */
	struct boot_menu menu;
};

static enum err begin(struct conf *c, const struct conf_source *src, const struct boot_entry *e,
		      void **state)
{
	struct legacy_shell *s = arena_new(c->arena, struct legacy_shell);
	(void)e; /* a menu of this language has no state of its own */
	if (!s)
		return ERR_NOMEM;
	s->body.src = *src;
	s->run = (struct legacy_run){ .c = c, .body = &s->body };
	*state = s;
	return OK;
}

/* The menu of the file that was named. It fails for the person, not for the command line. */
static enum err load_menu(struct legacy_shell *s)
{
	struct legacy_run *r = &s->run;
	struct legacy_file f = r->configfile;
	struct conf *c = r->c;
	r->configfile = (struct legacy_file){ .path = { NULL, 0 } };
	s->src = (struct conf_source){ .device = f.device.n ? f.device : root_of(r),
				       .path = f.path };
	enum err e = c->host->read(c->host, s->src.device, f.path, c->limits.file, c->arena,
				   &s->src.text);
	s->menu = (struct boot_menu){ .timeout_s = -1 };
	if (!e)
		e = legacy_load(c, &s->src, &s->menu);
	if (!e && s->menu.chosen)
		r->end = SHELL_MENU;
	return told(r, f.path, e);
}

static enum err run(struct conf *c, void *state, struct str line, enum shell_end *end)
{
	struct legacy_shell *s = state;
	struct legacy_run *r = &s->run;
	struct legacy_lines lines;
	struct legacy_command cmd;
	enum err e = OK;
	try(legacy_lines_init(&lines, c->arena, line, 0));
	r->end = SHELL_READY;
	r->cmd = &cmd;
	while (!e && !r->end && legacy_next(&lines, &cmd)) /* ends with the line */
		e = legacy_command(r);
	r->cmd = NULL;
	if (!e && r->configfile.path.n)
		e = load_menu(s);
	*end = r->end;
	return e == ERR_NOMEM ? e : OK;
}

static enum err plan(struct conf *c, void *state, struct boot_plan *out)
{
	struct legacy_shell *s = state;
	struct legacy_run *r = arena_new(c->arena, struct legacy_run);
	if (!r)
		return ERR_NOMEM;
	*r = s->run; /* making a plan turns modules into initrds */
	*out = (struct boot_plan){ .title = STR("the command line") };
	return legacy_plan(r, out);
}

static void menu(void *state, struct boot_menu *out)
{
	*out = ((const struct legacy_shell *)state)->menu;
}

static bool name(void *state, enum shell_names which, size_t i, struct str *out)
{
	const char *command = which == SHELL_COMMANDS ? legacy_command_name(i) : NULL;
	(void)state;
	*out = str_of(command);
	return command;
}

static struct str root(void *state)
{
	return root_of(&((const struct legacy_shell *)state)->run);
}

const struct shell_ops legacy_shell = {
	.prompt = "grub> ",
	.from_zero = true,
	.begin = begin,
	.run = run,
	.plan = plan,
	.menu = menu,
	.name = name,
	.root = root,
};
