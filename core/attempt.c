/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attempt.h"
#include "base/str.h"
#include <string.h>

static void keep_reason(struct log *log, enum log_level level, const char *line, size_t n)
{
	struct boot *b = container_of(log, struct boot, log);
	if (level == LOG_ERROR && !b->reason_n) {
		b->reason_n = min_size(n, sizeof b->reason);
		memcpy(b->reason, line, b->reason_n);
	}
	if (!prompt_hears(b, level, line, n))
		log_at(b->platform->log, level, "%.*s", (int)n, line);
}

enum err boot_begin(struct boot **out, struct platform *p)
{
	struct arena arena;
	arena_init(&arena, p->pages, p->memory);
	struct boot *b = arena_new(&arena, struct boot);
	if (!b)
		return ERR_NOMEM;
	*b = (struct boot){ .platform = p, .arena = arena };
	b->log = (struct log){ .emit = keep_reason, .level = p->log ? p->log->level : LOG_ERROR };
	arena_init(&b->texts, p->pages, p->limits.bytes);
	arena_init(&b->choice, p->pages, p->limits.bytes);
	arena_init(&b->edits, p->pages, p->limits.bytes);
	arena_init(&b->words, p->pages, p->limits.bytes);
	enum err e = disks_init(&b->disks, p->disk, p->n_disk, &b->arena, &b->log);
	if (e) {
		boot_end(b);
		return e;
	}
	if (p->driver) {
		b->disks.driver = p->driver;
		b->disks.n_driver = p->n_driver;
	}
	host_init(&b->host, &b->disks, p);
	if (p->con)
		term_init(&b->term, p->con);
	*out = b;
	return OK;
}

void boot_end(struct boot *b)
{
	struct arena arena = b->arena; /* b lies in it */
	arena_release(&b->words);
	arena_release(&b->edits);
	arena_release(&b->choice);
	arena_release(&b->texts);
	arena_release(&arena);
}

struct str boot_config(const struct boot *b)
{
	return b->config;
}

struct str boot_language(const struct boot *b)
{
	return str_of(b->ops->name);
}

struct str boot_reason(const struct boot *b)
{
	return (struct str){ b->reason, b->reason_n };
}

const struct boot_menu *boot_menu(const struct boot *b)
{
	return &b->menu;
}

const struct boot_entry *boot_entry(const struct boot *b)
{
	return b->entry;
}

bool boot_volume(struct boot *b, size_t i, struct boot_volume *out)
{
	struct volume *v = disks_at(&b->disks, i);
	if (!v)
		return false;
	enum err e = disks_mount(&b->disks, v);
	*out = (struct boot_volume){
		.device = v->device,
		.place = v->place,
		.part = v->part,
		.disk = v->blk.parent,
		.fs = e ? NULL : &v->fs,
		.result = e,
		.foreign = disks_foreign(&b->disks, v),
	};
	return true;
}

struct log *boot_log(struct boot *b)
{
	return &b->log;
}

bool boot_may(struct conf *c, const struct boot_entry *e)
{
	const struct boot *b = container_of(c, struct boot, conf);
	const struct boot_lock *lock;
	return b->trusted || !guard_closed(&b->guard, e, &lock);
}

static enum err load(struct boot *b, const struct boot_want *want)
{
	b->guard = (struct guard){ 0 };
	b->conf = (struct conf){
		.host = &b->host.door,
		.arena = &b->texts,
		.log = &b->log,
		.limits = b->platform->limits,
		.may = boot_may,
		.var = want->var,
		.n_var = want->n_var,
	};
	b->menu = (struct boot_menu){ .timeout_s = -1 };
	b->entry = NULL;
	enum err e = b->ops->load(&b->conf, &b->source, &b->menu);
	if (!e && b->menu.n && b->menu.chosen) {
		b->found |= b->lead;
		return OK;
	}
	if ((b->bare || b->lead) && (!e || e == ERR_NOENT)) {
		b->config.n = 0; /* nobody configured anything here */
		return ERR_NOENT;
	}
	log_at(&b->log, LOG_ERROR, "%.*s: %s", STR_ARG(b->config),
	       !e || e == ERR_NOENT ? "no entry that can be chosen" : err_text(e));
	return e ? e : ERR_NOENT;
}

enum err boot_next(struct boot *b, const struct boot_want *want, const struct boot_menu **menu)
{
	b->trusted = want->trusted;
	for (;;) { /* find_next() moves on at every call */
		prompt_forget(b);
		arena_release(&b->texts);
		b->sealed |= b->menu.guarded;
		b->menu = (struct boot_menu){ .n = 0 };
		try(find_next(b, want));
		enum err e = load(b, want);
		if (!e)
			break;
		if (!b->bare && !b->lead)
			b->broken = e;
	}
	if (b->sealed) { /* whoever wrote the lock did not mean this menu's editor to be open */
		b->menu.guarded = true;
		b->menu.guard = NULL;
	}
	*menu = &b->menu;
	return OK;
}

void boot_rewind(struct boot *b)
{
	b->stage = FIND_PRESET;
	b->at_step = b->at_place = b->at_match = 0;
	b->found = b->sealed = false;
	b->broken = OK;
	b->menu = (struct boot_menu){ .n = 0 };
}

static enum err add_args(struct boot *b, struct str args)
{
	struct text t = { .arena = &b->choice };
	if (!args.n)
		return OK;
	/* One blank in any case, as pygrub has it. */
	text_fmt(&t, "%.*s %.*s", STR_ARG(b->plan.cmdline), STR_ARG(args));
	b->plan.cmdline = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err boot_choose(struct boot *b, const struct boot_want *want, const struct boot_entry *e,
		     const struct boot_plan **plan)
{
	arena_release(&b->choice);
	b->conf.arena = &b->choice;
	b->plan = (struct boot_plan){ .title = e->title };
	b->entry = e;
	b->conf.wish = WISH_NONE;
	enum err err = b->ops->choose(&b->conf, e, &b->plan);
	b->wish = b->conf.wish;
	if (b->wish != WISH_NONE) /* in dom0 that is a failure to boot */
		log_at(&b->log, b->platform->has_shell ? LOG_INFO : LOG_ERROR,
		       "\"%.*s\" boots nothing: it %s the guest", STR_ARG(e->title),
		       b->wish == WISH_HALT ? "powers off" : "reboots");
	try(err);
	try(add_args(b, want->args));
	try(plan_check(&b->plan, &b->log));
	*plan = &b->plan;
	return OK;
}

/* Of what was not chosen in the menu, where the password was asked for. */
static enum err check_lock(struct boot *b, const struct boot_entry *e)
{
	if (boot_may(&b->conf, e))
		return OK;
	log_at(&b->log, LOG_ERROR, "\"%.*s\" needs a password, which only the menu can ask for",
	       STR_ARG(e->title));
	return ERR_DENIED;
}

/* The entry, or where it fails and was the default, the first fallback that does not. */
static enum err choose_or_fall_back(struct boot *b, const struct boot_want *want,
				    const struct boot_menu *m, const struct boot_entry *entry,
				    const struct boot_plan **plan)
{
	const struct boot_entry *failed = entry;
	enum err e = boot_choose(b, want, entry, plan);
	if (!e || e == ERR_CANCEL || entry != m->chosen)
		return e;
	enum { FALLBACKS_MAX = 16 }; /* each evaluates an entry */
	bool limit = false;	     /* ... and not twice up to the limits of it */
	for (size_t i = 0; i < min_size(m->n_fallback, FALLBACKS_MAX) && !limit; i++) {
		log_at(&b->log, LOG_WARN, "\"%.*s\" failed: falling back to \"%.*s\"",
		       STR_ARG(failed->title), STR_ARG(m->fallback[i]->title));
		failed = m->fallback[i];
		if (failed->hopeless || check_lock(b, failed))
			continue;
		enum err f = boot_choose(b, want, failed, plan);
		if (!f)
			return OK;
		limit = f == ERR_LIMIT;
	}
	return e;
}

static enum err entry_text(struct menu_host *h, const struct boot_entry *e, struct str *out)
{
	struct boot *b = container_of(h, struct boot, menu_host);
	b->conf.arena = &b->edits;
	return b->ops->text(&b->conf, e, out);
}

static enum err run_choice(struct boot *b, const struct boot_want *want, const struct boot_menu *m,
			   const struct menu_choice *choice, const struct boot_plan **plan)
{
	struct boot_entry *e = arena_new(&b->edits, struct boot_entry);
	if (!choice->text.p)
		return choose_or_fall_back(b, want, m, choice->entry, plan);
	if (!e)
		return ERR_NOMEM;
	b->conf.arena = &b->edits;
	try(b->ops->edit(&b->conf, choice->entry, choice->text, e));
	return boot_choose(b, want, e, plan);
}

static enum err told_denied(struct boot *b, const struct boot_menu *m, enum err e)
{
	if (e == ERR_DENIED)
		log_at(&b->log, LOG_ERROR,
		       "\"%.*s\" needs a password, and nobody is at the console: name an entry, or "
		       "ask for no menu",
		       STR_ARG(m->chosen->title));
	return e;
}

static void say_booting(struct boot *b)
{
	log_at(&b->log, LOG_INFO, "Booting \"%.*s\"", STR_ARG(b->plan.title));
}

/* What came of a command line. Neither a plan nor an error: back to a menu. */
static enum err end_prompt(struct boot *b, enum shell_end end, const struct boot_plan **plan)
{
	static const enum boot_wish wish[] = {
		[SHELL_HALT] = WISH_HALT,
		[SHELL_REBOOT] = WISH_REBOOT,
		[SHELL_AGAIN] = WISH_AGAIN,
	};
	b->by_prompt = end == SHELL_BOOT;
	*plan = b->by_prompt ? &b->plan : NULL;
	if (b->by_prompt)
		say_booting(b);
	if (end < SHELL_HALT)
		return OK;
	b->wish = wish[end];
	return ERR_CANCEL;
}

/* The menu goes on where it was, or is that of another configuration. */
static enum err run_prompt(struct boot *b, struct boot_menu *m, struct menu_choice *choice,
			   const struct boot_plan **plan)
{
	enum shell_end end;
	try(prompt_run(b, choice->entry, false, &end));
	if (end == SHELL_MENU) {
		*m = b->menu;
		*choice = (struct menu_choice){ .shell = false };
	} else {
		m->chosen = choice->entry;
		m->timeout_s = -1;
	}
	return end_prompt(b, end, plan);
}

static enum err run_menu(struct boot *b, const struct boot_want *want, struct boot_menu m,
			 const struct boot_plan **plan)
{
	char line[LOG_LINE];
	struct str notice = want->notice;
	struct menu_choice choice = { 0 };
	b->menu_host = (struct menu_host){
		.text = entry_text,
		.arena = &b->edits,
		.guard = &b->guard,
		.has_shell = b->platform->has_shell,
		.patience_s = want->forever_s > 0 ? (uint32_t)want->forever_s : 0,
	};
	b->trusted = false;
	for (;;) { /* once for every entry that the user tries */
		if (!choice.text.p)
			arena_release(&b->edits);
		b->reason_n = 0;
		try(told_denied(b, &m, menu_run(&m, notice, &b->term.con, &b->menu_host, &choice)));
		if (choice.shell) {
			try(run_prompt(b, &m, &choice, plan));
			if (*plan)
				return OK;
			notice = STR("");
			continue;
		}
		enum err e = run_choice(b, want, &m, &choice, plan);
		if (!e && !choice.drawn)
			say_booting(b);
		if (e == ERR_CANCEL)
			return e;
		/* Where nobody sits at a menu that may not wait for ever, the caller must hear of
		 * it. */
		if (!e || (want->forever_s > 0 && !choice.typed))
			return e;
		notice = boot_reason(b).n ? boot_reason(b) : str_of(err_text(e));
		memcpy(line, notice.p, notice.n);
		notice.p = line;
		m.timeout_s = want->forever_s > 0 ? want->forever_s : -1;
		m.hidden = false;
		m.chosen = choice.entry;
		m.n_fallback = 0;
	}
}

static enum err run_entry(struct boot *b, const struct boot_want *want, const struct boot_menu *m,
			  const struct boot_plan **plan)
{
	const struct boot_entry *entry = m->chosen;
	if (want->entry.n && boot_pick(b, m, want->entry, &entry)) {
		if (!want->entry_or_default)
			return ERR_NOENT;
		log_at(&b->log, LOG_WARN, "taking the default: \"%.*s\"",
		       STR_ARG(m->chosen->title));
		b->reason_n = 0;
		entry = m->chosen;
	}
	try(check_lock(b, entry));
	try(choose_or_fall_back(b, want, m, entry, plan));
	say_booting(b);
	return OK;
}

/* A default that dom0 does not want gives way to the first of the entries that it wants most. */
static void pass_over(struct boot *b, const struct boot_want *want, struct boot_menu *m)
{
	const struct boot_entry *e, *best = NULL;
	int most = 0;
	if (want->rank(want->rank_ctx, m->chosen->title))
		return;
	for (size_t i = 0; (e = boot_leaf(m, i)); i++) { /* ends with the menu */
		int rank = want->rank(want->rank_ctx, e->title);
		if (rank > most && !e->hopeless) {
			best = e;
			most = rank;
		}
	}
	if (!best)
		return;
	log_at(&b->log, LOG_WARN, "dom0's rules pass over \"%.*s\": taking \"%.*s\"",
	       STR_ARG(m->chosen->title), STR_ARG(best->title));
	m->chosen = best;
	m->why = "dom0's rules";
}

/* On the first volume that has it; ERR_NOENT, not logged: none has. */
static enum err find_file(struct boot *b, struct str path, struct boot_file *out)
{
	struct volume *v;
	for (size_t i = 0; (v = disks_at(&b->disks, i)); i++) {
		if (b->host.door.open(&b->host.door, v->device, path, out))
			continue;
		b->host.boot = v;
		return OK;
	}
	return ERR_NOENT;
}

/* The same for a file that the caller named. */
static enum err find_named(struct boot *b, struct str path, struct boot_file *out)
{
	enum err e = find_file(b, path, out);
	if (e)
		log_at(&b->log, LOG_ERROR, "%.*s: no such file on any disk", STR_ARG(path));
	return e;
}

enum err boot_kernel(struct boot *b, struct str path, struct str args,
		     const struct boot_plan **plan)
{
	b->plan = (struct boot_plan){ .title = path, .cmdline = args };
	try(find_file(b, path, &b->plan.kernel));
	try(plan_check(&b->plan, &b->log));
	*plan = &b->plan;
	return OK;
}

static enum err run_kernel(struct boot *b, const struct boot_want *want,
			   const struct boot_plan **plan)
{
	struct boot_file *initrd = arena_new(&b->choice, struct boot_file);
	if (!initrd)
		return ERR_NOMEM;
	b->plan = (struct boot_plan){ .cmdline = want->args };
	try(find_named(b, want->kernel, &b->plan.kernel));
	if (want->ramdisk.n) {
		/* Beside the kernel first: two disks may hold the same names. */
		if (b->host.door.open(&b->host.door, b->plan.kernel.device, want->ramdisk, initrd))
			try(find_named(b, want->ramdisk, initrd));
		b->plan.initrd = initrd;
		b->plan.n_initrd = 1;
	}
	try(plan_check(&b->plan, &b->log));
	*plan = &b->plan;
	return OK;
}

/* Of a configuration that boots nothing here, the next one may still boot. */
static bool go_on(enum err e)
{
	return e == ERR_UNSUPPORTED || e == ERR_SYNTAX;
}

enum err boot_run(struct boot *b, const struct boot_want *want, const struct boot_plan **plan)
{
	const struct boot_menu *menu;
	bool asks = b->platform->con && !want->quiet && !want->entry.n;
	enum err e, last = OK;
	if (want->kernel.n)
		return run_kernel(b, want, plan);
	boot_rewind(b);
	b->wish = WISH_NONE;
	b->by_prompt = false;
	while (!(e = boot_next(b, want, &menu))) { /* ends with the places */
		struct boot_menu m = *menu;
		if (want->has_timeout)
			m.timeout_s = want->timeout_s;
		else if (m.timeout_s < 0 && want->forever_s > 0)
			m.timeout_s = want->forever_s;
		if (want->chosen.n && !boot_pick(b, menu, want->chosen, &m.chosen))
			m.why = "asked for";
		if (want->rank && !asks)
			pass_over(b, want, &m);
		log_at(&b->log, LOG_INFO, "%.*s: %zu entries, default: %s", STR_ARG(b->config), m.n,
		       m.why ? m.why : "the first");
		last = asks ? run_menu(b, want, m, plan) : run_entry(b, want, &m, plan);
		if (!go_on(last))
			return last;
	}
	if (!b->found)
		find_report(b);
	return last ? last : b->broken ? b->broken : e;
}

enum err boot_shell(struct boot *b, const struct boot_want *want, const struct boot_plan **plan)
{
	enum shell_end end;
	b->wish = WISH_NONE;
	b->reason_n = 0;
	try(prompt_run(b, NULL, true, &end));
	if (end == SHELL_MENU)
		return run_menu(b, want, b->menu, plan);
	try(end_prompt(b, end, plan));
	return *plan ? OK : ERR_CANCEL;
}

enum boot_wish boot_wish(const struct boot *b)
{
	return b->wish;
}

bool boot_typed(const struct boot *b)
{
	return b->by_prompt;
}
