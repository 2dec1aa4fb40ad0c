/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"

enum err sh_child(struct sh *child, const struct sh *sh)
{
	*child = *sh;
	child->menu = NULL;
	child->taken = NULL;
	child->flow = FLOW_NONE;
	child->ran = false;
	child->loops = child->depth = 0;
	try(env_copy(&child->s.functions, &sh->s.functions, sh->c->arena, false));
	return env_copy(&child->s.vars, &sh->s.vars, sh->c->arena, true);
}

/* What menuentry and submenu are told. */
struct told {
	struct str *word;
	size_t n;
	struct str id, source, hotkey, users;
	bool unrestricted;
};

static enum err read_args(struct sh *sh, const struct sh_args *a, struct told *t, bool *good)
{
	static const struct sh_opt opt[] = {
		{ "class", 0, OPT_VALUE },  { "users", 0, OPT_VALUE },
		{ "hotkey", 0, OPT_VALUE }, { "source", 0, OPT_VALUE },
		{ "id", 0, OPT_VALUE },	    { "unrestricted", 0, OPT_FLAG },
	};
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value;
	int i;
	o.lenient = true;
	*t = (struct told){ .word = arena_array(sh->c->arena, struct str, a->n) };
	if (!t->word)
		return ERR_NOMEM;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == OPT_WORD)
			t->word[t->n++] = value;
		else if (i == 1)
			t->users = value;
		else if (i == 2)
			t->hotkey = value;
		else if (i == 3)
			t->source = value;
		else if (i == 4)
			t->id = value;
		t->unrestricted = t->unrestricted || i == 5;
	}
	*good = i != OPT_BAD;
	return OK;
}

/* A body given as a text instead of a block: --source, or "{ ... }" as the last word. */
static bool take_source(struct told *t)
{
	if (t->source.p)
		return true;
	struct str last = t->n > 1 ? t->word[t->n - 1] : (struct str){ NULL, 0 };
	if (!str_starts(last, STR("{")) || !str_ends(last, STR("}")))
		return false;
	t->source = str_sub(last, 1, last.n - 1);
	t->n--;
	return true;
}

static char hotkey(struct str s)
{
	if (s.n == 1)
		return s.p[0];
	if (str_eq(s, STR("backspace")))
		return '\b';
	if (str_eq(s, STR("tab")))
		return '\t';
	return str_eq(s, STR("delete")) ? 0x7f : '\0';
}

static enum err add(struct sh *sh, const struct sh_args *a, const struct told *t, bool is_submenu)
{
	if (++sh->budget->entries > sh->c->limits.entries)
		return sh_limit(sh, "entries", sh->c->limits.entries);
	struct sh_entry *n = arena_new(sh->c->arena, struct sh_entry);
	if (!n)
		return ERR_NOMEM;
	n->e = (struct boot_entry){
		.title = t->word[0],
		.id = t->id.p ? t->id : t->word[0],
		.source = sh->file,
		.line = sh->line,
		.hotkey = hotkey(t->hotkey),
		.body = &n->body,
	};
	n->body = (struct sh_body){
		.args = { .v = t->word,
			  .n = t->n,
			  .block = a->block,
			  .text = t->source.p ? t->source : a->text },
		.is_submenu = is_submenu,
		.unrestricted = t->unrestricted,
		.users = t->users,
	};
	*sh->menu->end = n;
	sh->menu->end = &n->next;
	sh->menu->n++;
	return OK;
}

static enum err entry(struct sh *sh, const struct sh_args *a, bool is_submenu)
{
	struct told t;
	bool good;
	try(read_args(sh, a, &t, &good));
	if (!good)
		return OK;
	if (!a->block && !take_source(&t))
		good = false;
	if (!good || !t.n) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: %s is missing", STR_ARG(a->v[0]),
			good ? "the title" : "the block in braces");
		return OK;
	}
	if (!sh->menu) {
		sh_log(sh, sh->c->user ? LOG_WARN : LOG_DEBUG, "%.*s: no menu is being made here",
		       STR_ARG(a->v[0]));
		return OK;
	}
	return add(sh, a, &t, is_submenu);
}

enum err cmd_menuentry(struct sh *sh, const struct sh_args *a)
{
	return entry(sh, a, false);
}

enum err cmd_submenu(struct sh *sh, const struct sh_args *a)
{
	return entry(sh, a, true);
}

/* A '>' in an id is written twice. */
static enum err path_to(struct sh *sh, struct str id, struct str *out)
{
	struct text t = { .arena = sh->c->arena };
	if (sh->path.n)
		text_fmt(&t, "%.*s>", STR_ARG(sh->path));
	for (size_t i = 0; i < id.n; i++) {
		if (id.p[i] == '>')
			text_char(&t, '>');
		text_char(&t, id.p[i]);
	}
	*out = t.p ? text_str(&t) : (struct str){ "", 0 };
	return t.bad ? ERR_NOMEM : OK;
}

static enum err run_body(struct sh *sh, const struct boot_entry *e)
{
	const struct sh_body *b = e->body;
	sh->pos = b->args;
	sh->path = b->path;
	sh->file = e->source;
	sh->line = e->line;
	try(sh_set(sh, STR("chosen"), b->path));
	try(sh_told(sh, env_export(&sh->s.vars, sh->c->arena, STR("chosen"))));
	sh->calls++;
	return b->args.block ? sh_exec(sh, b->args.block) : sh_eval(sh, b->args.text);
}

/* GRUB asks as soon as the variable is set, be it to nothing. */
static bool is_guarded(const struct sh *sh)
{
	return env_get(&sh->s.vars, STR("superusers")).p;
}

/* Who may boot s: the superusers, and whom it names itself. */
static enum err lock_entry(struct sh *sh, struct sh_entry *s, const struct boot_lock *guard)
{
	struct str super = env_get(&sh->s.vars, STR("superusers"));
	if (s->body.foreign && s->e.restricted)
		return OK; /* its own language has asked for a password */
	bool own = super.p && !s->body.unrestricted;
	s->e.restricted = sh->restricted || own;
	s->e.lock = own ? guard : sh->lock;
	if (!own || !s->body.users.n || !sh->users)
		return OK;
	return lock_of_names(sh->c->arena, sh->users->newest, super, s->body.users, &s->e.lock);
}

/* The boot_entries of a menu, without what is inside submenus. */
static enum err gather(struct sh *sh, struct sh_taken *out)
{
	struct sh_scope *scope = arena_new(sh->c->arena, struct sh_scope);
	const struct boot_lock *guard = NULL;
	size_t n = 0;
	out->v = arena_array(sh->c->arena, struct boot_entry, sh->menu->n);
	if (!scope || !out->v)
		return ERR_NOMEM;
	*scope = sh->s;
	scope->status = sh->status;
	scope->ran = sh->ran;
	if (is_guarded(sh) && sh->users)
		try(lock_of_names(sh->c->arena, sh->users->newest,
				  env_get(&sh->s.vars, STR("superusers")), STR(""), &guard));
	for (struct sh_entry *s = sh->menu->first; s; s = s->next) {
		s->body.scope = scope;
		try(path_to(sh, s->e.id, &s->body.path));
		s->e.index = (uint32_t)n;
		try(lock_entry(sh, s, guard));
		for (size_t i = 0; s->body.foreign && i < s->e.n_children; i++)
			s->body.children[i].parent = &out->v[n];
		s->e.hopeless = s->body.is_submenu ? NULL : sh_hopeless(s->body.args.text);
		out->v[n++] = s->e;
	}
	out->menu = (struct boot_menu){ .entry = out->v, .n = n, .guarded = is_guarded(sh) };
	out->menu.guard = guard;
	return OK;
}

static enum err fill(struct sh *sh, struct sh_body *b, struct boot_entry *e);

enum err sh_finish(struct sh *sh, struct sh_taken *out)
{
	size_t i = 0;
	try(gather(sh, out));
	for (struct sh_entry *s = sh->menu->first; s; s = s->next) {
		struct boot_entry *e = &out->v[i++];
		enum err err = s->body.is_submenu ? fill(sh, &s->body, e) : OK;
		if (err == ERR_LIMIT)
			log_at(sh->c->log, LOG_ERROR, "the submenu \"%.*s\" is left empty",
			       STR_ARG(e->title));
		else if (err)
			return err;
	}
	return OK;
}

static enum err keep_scope(struct sh *sh, const struct sh_scope **out)
{
	struct sh_scope *scope = arena_new(sh->c->arena, struct sh_scope);
	if (!scope)
		return ERR_NOMEM;
	*scope = sh->s;
	*out = scope;
	return OK;
}

/*
 * GRUB runs a submenu's body when it is entered; here all are run, so that
 * listings see what is inside. One that loads a kernel instead is an entry.
 */
static enum err fill(struct sh *sh, struct sh_body *b, struct boot_entry *e)
{
	static const struct boot_entry none[1];
	struct sh_menu menu = { .end = &menu.first };
	struct sh_taken inside;
	struct sh child;
	e->children = none;
	if (sh->menus >= SH_MENUS_MAX)
		return sh_limit(sh, "menus inside each other", SH_MENUS_MAX);
	try(sh_child(&child, sh));
	env_unset(&child.s.vars, STR("default"));
	child.menu = &menu;
	child.restricted = e->restricted;
	child.lock = e->lock;
	try(run_body(&child, e));
	try(keep_scope(&child, &b->inner));
	if (child.flow == FLOW_MENU)
		inside = *child.taken;
	else
		try(sh_finish(&child, &inside));
	for (size_t i = 0; i < inside.menu.n; i++)
		inside.v[i].parent = e;
	bool loads = !inside.menu.n && child.s.loader.kind != LOADED_NOTHING;
	e->children = loads ? NULL : inside.menu.n ? inside.v : none;
	e->n_children = inside.menu.n;
	return OK;
}

/* The file name that configfile and its like are given; normal knows one by itself. */
static enum err config_path(struct sh *sh, const struct sh_args *a, struct sh_path *p, bool *good)
{
	struct text t = { .arena = sh->c->arena };
	struct str prefix;
	*good = true;
	if (a->n > 1)
		return sh_path(sh, a->v[1], p);
	*good = str_eq(a->v[0], STR("normal"));
	if (!*good)
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: no file named", STR_ARG(a->v[0]));
	try(sh_get(sh, STR("prefix"), &prefix));
	text_fmt(&t, "%.*s/grub.cfg", STR_ARG(prefix));
	return t.bad ? ERR_NOMEM : sh_path(sh, text_str(&t), p);
}

enum err sh_set_config(struct sh *sh, struct str name)
{
	size_t dir = name.n;
	while (dir && name.p[dir - 1] != '/')
		dir--;
	try(sh_set(sh, STR("config_file"), name));
	try(sh_set(sh, STR("config_directory"), str_sub(name, 0, dir ? dir - 1 : 0)));
	try(sh_told(sh, env_export(&sh->s.vars, sh->c->arena, STR("config_file"))));
	return sh_told(sh, env_export(&sh->s.vars, sh->c->arena, STR("config_directory")));
}

/* Run a file in a context of its own: what it saves and loads stays, its variables do not. */
static enum err run_config(struct sh *sh, struct sh *child, const struct sh_args *a)
{
	struct sh_path p;
	struct str text, name;
	bool good;
	try(config_path(sh, a, &p, &good));
	if (!good)
		return OK;
	try(sh_read(sh, &p, &text, &good));
	sh->status = SH_TRUE; /* as in GRUB, be the file there or not */
	if (!good)
		return OK;
	try(sh_path_text(sh, &p, &name));
	child->include++;
	try(sh_set_config(child, name));
	try(sh_run(child, text, name));
	sh->s.write = child->s.write;
	sh->s.loader = child->s.loader;
	return OK;
}

static enum err too_deep(struct sh *sh, const struct sh_args *a, bool *is)
{
	*is = sh->include >= sh->c->limits.include || sh->menus >= SH_MENUS_MAX;
	if (*is)
		sh_fail(sh, SH_TOO_DEEP, "%.*s: over the limit of include: %u files or %d menus",
			STR_ARG(a->v[0]), sh->c->limits.include, SH_MENUS_MAX);
	return OK;
}

enum err cmd_configfile(struct sh *sh, const struct sh_args *a)
{
	struct sh_menu menu = { .end = &menu.first };
	struct sh child;
	bool deep;
	try(too_deep(sh, a, &deep));
	if (deep)
		return OK;
	try(sh_child(&child, sh));
	child.menu = &menu;
	child.menus++;
	try(run_config(sh, &child, a));
	if (child.flow == FLOW_MENU || child.flow == FLOW_BOOT || child.flow >= FLOW_HALT)
		sh->flow = child.flow;
	sh->taken = child.taken;
	if (sh->flow || !menu.n)
		return OK;
	sh->taken = arena_new(sh->c->arena, struct sh_taken);
	if (!sh->taken)
		return ERR_NOMEM;
	sh->flow = FLOW_MENU;
	try(sh_finish(&child, sh->taken));
	return sh_choice(&child, &sh->taken->menu);
}

/* extract_entries_configfile: the file's entries become this menu's. */
enum err cmd_extract(struct sh *sh, const struct sh_args *a)
{
	struct sh child;
	bool deep;
	try(too_deep(sh, a, &deep));
	if (deep)
		return OK;
	try(sh_child(&child, sh));
	child.menu = sh->menu;
	return run_config(sh, &child, a);
}

/* No menu is shown for what an entry's configfile has: its default must be free. */
static enum err may_enter(struct sh *sh, const struct boot_entry *e)
{
	struct conf *c = sh->c;
	if (!e->restricted || (c->may && c->may(c, e)))
		return OK;
	log_at(c->log, LOG_ERROR,
	       "%.*s:%u: \"%.*s\" needs a password: name that file as the "
	       "configuration, to be asked for it",
	       STR_ARG(e->source), e->line, STR_ARG(e->title));
	return ERR_DENIED;
}

enum err sh_enter(struct sh *sh, const struct boot_entry **at)
{
	const struct conf *c = sh->c;
	for (unsigned i = 0; i < SH_MENUS_MAX; i++) {
		const struct boot_entry *e = *at;
		const struct sh_body *b = e->body;
		if (b->foreign)
			return OK;
		sh->s = *b->scope;
		sh->menu = NULL;
		sh->flow = FLOW_NONE;
		sh->status = sh->s.status;
		sh->ran = sh->s.ran;
		try(env_copy(&sh->s.vars, &b->scope->vars, c->arena, false));
		try(env_copy(&sh->s.functions, &b->scope->functions, c->arena, false));
		struct str left = sh_default_left(e);
		env_unset(&sh->s.vars, STR("default"));
		if (left.p)
			try(sh_set(sh, STR("default"), left));
		try(run_body(sh, e));
		if (sh->flow != FLOW_MENU || !sh->taken->menu.chosen)
			return OK;
		*at = sh->taken->menu.chosen;
		try(may_enter(sh, *at));
	}
	return sh_limit(sh, "menus inside each other", SH_MENUS_MAX);
}
