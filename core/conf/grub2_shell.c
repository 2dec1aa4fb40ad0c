/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
#include "shell.h"

/* A command line of GRUB 2's: one interpreter that goes on from line to line. */
struct grub2_shell {
	struct sh sh;
	struct grub2 grub2;
	struct sh_budget budget;
	struct sh_users users;
	struct text lines; /* what was typed of a command that is not whole yet */
	struct str title;
};

/* A copy of the menu's own, so that what is typed leaves no trace in it. */
static enum err copy_scope(struct sh *sh, const struct sh_scope *from)
{
	sh->s = *from;
	sh->s.loader = (struct sh_loader){ .kind = LOADED_NOTHING };
	try(env_copy(&sh->s.vars, &from->vars, sh->c->arena, false));
	return env_copy(&sh->s.functions, &from->functions, sh->c->arena, false);
}

static enum err begin(struct conf *c, const struct conf_source *src, const struct boot_entry *e,
		      void **state)
{
	struct grub2_shell *g = arena_new(c->arena, struct grub2_shell);
	struct sh_path path = { src->device, src->path };
	if (!g)
		return ERR_NOMEM;
	g->grub2.src = *src;
	g->lines.arena = c->arena;
	g->title = STR("the command line");
	g->sh = (struct sh){
		.c = c, .src = &g->grub2.src, .budget = &g->budget, .users = &g->users
	};
	g->budget = sh_budget_of(c);
	c->priv = &g->grub2;
	*state = g;
	if (e)
		return copy_scope(&g->sh, ((const struct sh_body *)e->body)->scope);
	try(sh_path_text(&g->sh, &path, &g->sh.file));
	try(sh_set_variables(&g->sh, g->sh.file));
	g->sh.file = STR("");
	return OK;
}

/* Whether a command, a quote or a line goes on in the next line. */
static enum err is_open(struct conf *c, struct str text, bool *open)
{
	struct sh_parser p;
	struct arena arena;
	const struct sh_cmd *unit;
	bool more = true;
	enum err e;
	arena_init(&arena, c->arena->pages, c->limits.bytes);
	*open = false;
	e = sh_parse_begin(&p, text, c->limits.depth, &arena);
	while (!e && more) { /* each turn takes a line */
		e = sh_parse_next(&p, &unit, &more);
		if (e == ERR_SYNTAX) {
			*open = p.open;
			e = OK;
		}
	}
	arena_release(&arena);
	return e;
}

static enum shell_end end_of(enum sh_flow flow)
{
	switch (flow) {
	case FLOW_BOOT:
		return SHELL_BOOT;
	case FLOW_MENU:
		return SHELL_MENU;
	case FLOW_EXIT:
		return SHELL_EXIT;
	case FLOW_HALT:
		return SHELL_HALT;
	case FLOW_REBOOT:
		return SHELL_REBOOT;
	default:
		return SHELL_READY;
	}
}

static enum err run_text(struct sh *sh, struct str text, enum shell_end *end)
{
	struct conf_user *u = sh->c->user;
	sh->flow = FLOW_NONE;
	sh->depth = sh->include = sh->loops = sh->calls = sh->menus = 0;
	*sh->budget = sh_budget_of(sh->c);
	enum err e = sh_run(sh, text, STR(""));
	/* Over the steps: that was said, and the next line has as many again. */
	if (e == ERR_LIMIT)
		e = OK;
	*end = u && u->enough ? SHELL_READY : end_of(sh->flow);
	return e;
}

static enum err run(struct conf *c, void *state, struct str line, enum shell_end *end)
{
	struct grub2_shell *g = state;
	bool open;
	bool first = !g->lines.n;
	if (!first)
		text_char(&g->lines, '\n');
	text_put(&g->lines, line);
	if (g->lines.bad)
		return ERR_NOMEM;
	struct str text = text_str(&g->lines);
	*end = SHELL_MORE;
	/* An empty line ends what would go on for ever after a mistake. */
	try(is_open(c, text, &open));
	if (open && (line.n || first))
		return OK;
	/* Functions that it defines point into it: it stays. */
	g->lines = (struct text){ .arena = c->arena };
	return run_text(&g->sh, text, end);
}

static enum err plan(struct conf *c, void *state, struct boot_plan *out)
{
	struct grub2_shell *g = state;
	struct boot_entry e = { .title = g->title, .id = g->title, .source = g->title, .line = 1 };
	(void)c;
	return sh_plan(&g->sh, &e, out);
}

static void menu(void *state, struct boot_menu *out)
{
	const struct grub2_shell *g = state;
	*out = g->sh.taken->menu;
}

static bool slot_name(const struct env *e, size_t i, struct str *out)
{
	if (i >= e->cap)
		return false;
	*out = e->slot[i].value.p ? e->slot[i].name : (struct str){ "", 0 };
	return true;
}

static bool name(void *state, enum shell_names which, size_t i, struct str *out)
{
	const struct grub2_shell *g = state;
	if (which == SHELL_VARIABLES)
		return slot_name(&g->sh.s.vars, i, out);
	const char *command = sh_command_name(i);
	*out = str_of(command);
	return command || slot_name(&g->sh.s.functions, i - sh_command_count(), out);
}

static struct str root(void *state)
{
	const struct grub2_shell *g = state;
	struct str device = env_get(&g->sh.s.vars, STR("root"));
	return device.n ? device : g->grub2.src.device;
}

const struct shell_ops grub2_shell = {
	.prompt = "grub> ",
	.begin = begin,
	.run = run,
	.plan = plan,
	.menu = menu,
	.name = name,
	.root = root,
};
