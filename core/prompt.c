/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of an attempt: its language, its state, and what comes of it. */
#include "attempt.h"
#include "base/str.h"
#include "menu/ask.h"

struct prompt {
	struct shell shell;
	struct conf conf; /* what is typed is evaluated here */
	const struct conf_ops *ops;
	struct shell_lang lang;
	bool on;   /* there is a state, in b->words */
	bool kept; /* and the menu at hand, too */
	bool out;  /* what is logged is shown here, and nowhere else */
};

void prompt_forget(struct boot *b)
{
	if (b->prompt)
		b->prompt->on = b->prompt->kept = false;
	arena_release(&b->words);
}

bool prompt_hears(struct boot *b, enum log_level level, const char *line, size_t n)
{
	if (!b->prompt || !b->prompt->out)
		return false;
	b->prompt->shell.log.emit(&b->prompt->shell.log, level, line, n);
	return true;
}

/* Where a path without a device lies when no configuration was found. */
static struct conf_source first_device(struct boot *b)
{
	struct volume *v = NULL;
	for (size_t i = 0; (v = disks_at(&b->disks, i)); i++) /* ends with the disks */
		if (disks_mount(&b->disks, v) == OK)
			break;
	return (struct conf_source){
		.device = v ? v->device : STR("hd0"),
		.path = STR("/boot/grub/grub.cfg"),
	};
}

/* e: the entry that was selected when the command line was opened; NULL: the default. */
static enum err begin(struct boot *b, const struct boot_entry *e)
{
	struct prompt *p = b->prompt;
	bool known = b->config.n && b->menu.n;
	p->ops = known && b->ops->shell ? b->ops : &grub2_conf;
	if (!p->kept)
		prompt_forget(b);
	p->conf = (struct conf){
		.host = &b->host.door,
		.arena = &b->words,
		.log = &p->shell.log,
		.limits = b->platform->limits,
		.user = &p->shell.user,
	};
	struct conf_source src = known ? b->source : first_device(b);
	p->lang = (struct shell_lang){ .c = &p->conf, .ops = p->ops->shell };
	if (!known || p->ops != b->ops) /* there is no state that this language could begin in */
		e = NULL;
	else if (!e)
		e = b->menu.chosen;
	try(p->lang.ops->begin(&p->conf, &src, e, &p->lang.state));
	p->on = true;
	return OK;
}

/* From the menu the screen is ours; without one, what is on it says why there is none. */
static void greet(struct shell *s, bool last)
{
	if (!last)
		s->user.clear(&s->user);
	(void)s->user.print(&s->user,
			    last ? STR("\nr: look again   b: reboot   p: power off   help: "
				       "what else there is\n")
				 : STR("The command line. help: the commands   Tab: completes   "
				       "Esc, exit: the menu\n"));
}

/* Without a menu, one that was locked and has gone locks this for good. */
static bool is_closed(struct boot *b, const struct boot_lock **lock)
{
	*lock = NULL;
	if (b->menu.n && guard_menu_closed(&b->guard, &b->menu, lock))
		return true;
	*lock = NULL;
	return b->sealed;
}

/* OK: it is open now, or the word that was given in *end says what else. */
static enum err open_lock(struct boot *b, enum shell_end *end)
{
	struct shell *s = &b->prompt->shell;
	const struct boot_lock *lock;
	*end = SHELL_READY;
	while (is_closed(b, &lock)) { /* a line a turn */
		struct str line;
		struct ask a = { .in = &s->in, .out = &s->out, .first_ms = CON_FOREVER };
		enum err e =
			shell_read(s, lock ? STR("locked; Enter: password> ") : STR("locked> "),
				   NULL, false, &line);
		if (e && e != ERR_CANCEL)
			return e;
		*end = e ? SHELL_EXIT : shell_key_word(line);
		if (*end != SHELL_READY)
			return OK;
		if (!lock)
			continue;
		s->user.clear(&s->user);
		a.row = 1;
		a.cols = s->cols;
		if (ask_password(&a, &b->guard, lock) == ERR_IO)
			return ERR_IO;
		s->user.clear(&s->user);
	}
	return OK;
}

/* What was typed so far as a plan; false: it is none, and why was said. */
static bool make_plan(struct boot *b)
{
	struct prompt *p = b->prompt;
	b->plan = (struct boot_plan){ .kind = BOOT_LINUX };
	if (p->lang.ops->plan(&p->conf, p->lang.state, &b->plan))
		return false;
	b->plan.title = b->plan.kernel.path;
	return plan_check(&b->plan, &b->log) == OK;
}

static void take_menu(struct boot *b)
{
	struct prompt *p = b->prompt;
	p->lang.ops->menu(p->lang.state, &b->menu);
	b->conf = p->conf;
	b->conf.log = &b->log;
	b->conf.user = NULL;
	b->conf.may = boot_may;
	b->ops = p->ops;
	b->config = b->menu.entry[0].source;
	p->kept = true;
}

static enum err talk(struct boot *b, bool last, enum shell_end *end)
{
	struct prompt *p = b->prompt;
	for (;;) { /* until something comes of it */
		enum err e = shell_run(&p->shell, &p->lang, last, end);
		if (e == ERR_NOMEM || e == ERR_LIMIT) {
			log_at(&p->shell.log, LOG_WARN,
			       "the command line has used up its memory and begins anew");
			if (p->kept) /* not here: the menu is in it */
				return e;
			try(begin(b, NULL));
			continue;
		}
		if (e || *end != SHELL_BOOT || make_plan(b))
			return e;
	}
}

enum err prompt_run(struct boot *b, const struct boot_entry *e, bool last, enum shell_end *end)
{
	if (!b->prompt) {
		b->prompt = arena_new(&b->arena, struct prompt);
		if (!b->prompt)
			return ERR_NOMEM;
		shell_init(&b->prompt->shell, &b->term.con);
	}
	struct prompt *p = b->prompt;
	p->out = true;
	shell_begin(&p->shell);
	b->trusted = false;
	if (!p->on || e)
		greet(&p->shell, last);
	enum err err = open_lock(b, end);
	if (!err && *end == SHELL_READY && (!p->on || e))
		err = begin(b, e);
	if (!err && *end == SHELL_READY)
		err = talk(b, last, end);
	if (!err && *end == SHELL_MENU)
		take_menu(b);
	p->out = false;
	return err;
}
