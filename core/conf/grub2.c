/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
#include "shell.h"

static enum err export_as(struct sh *sh, struct str name, struct str value)
{
	try(sh_set(sh, name, value));
	return sh_told(sh, env_export(&sh->s.vars, sh->c->arena, name));
}

static enum err set_exported(struct sh *sh, const char *name, struct str value)
{
	return export_as(sh, str_of(name), value);
}

static enum err set_fact(struct sh *sh, const char *name)
{
	struct conf_host *h = sh->c->host;
	struct str value = h->fact ? h->fact(h, str_of(name)) : (struct str){ NULL, 0 };
	return value.p ? set_exported(sh, name, value) : OK;
}

/* The variables that GRUB 2.06 has when it begins to read its configuration. */
enum err sh_set_variables(struct sh *sh, struct str name)
{
	static const char *const feature[] = {
		"feature_200_final",
		"feature_all_video_module",
		"feature_chainloader_bpb",
		"feature_default_font_path",
		"feature_menuentry_id",
		"feature_menuentry_options",
		"feature_nativedisk_cmd",
		"feature_ntldr",
		"feature_platform_search_hint",
		"feature_timeout_style",
	};
	for (size_t i = 0; i < array_len(feature); i++)
		try(set_exported(sh, feature[i], STR("y")));
	try(sh_set_config(sh, name));
	try(set_exported(sh, "prefix", env_get(&sh->s.vars, STR("config_directory"))));
	try(set_exported(sh, "cmdpath", env_get(&sh->s.vars, STR("config_directory"))));
	try(set_exported(sh, "root", sh->src->device));
	for (size_t i = 0; i < sh->c->n_var; i++)
		try(export_as(sh, sh->c->var[i].name, sh->c->var[i].value));
	try(set_fact(sh, "initrdfail"));
	try(set_fact(sh, "grub_platform"));
	return set_fact(sh, "grub_cpu");
}

/* "boot" at the top boots before there is a menu: an entry that stands for it. */
static enum err add_boot(struct sh *sh)
{
	struct sh_entry *n = arena_new(sh->c->arena, struct sh_entry);
	struct str *title = arena_new(sh->c->arena, struct str);
	if (!n || !title)
		return ERR_NOMEM;
	*title = STR("boot");
	n->e = (struct boot_entry){ .title = *title, .id = *title, .source = sh->file };
	n->e.line = sh->line;
	n->e.body = &n->body;
	n->body.args = (struct sh_args){ .v = title, .n = 1 };
	n->body.unrestricted = true;
	*sh->menu->end = n;
	sh->menu->end = &n->next;
	sh->menu->n++;
	return OK;
}

static enum err make_menu(struct sh *sh, struct boot_menu *out)
{
	struct sh_taken all;
	if (sh->flow == FLOW_MENU) {
		*out = sh->taken->menu;
		return OK;
	}
	if (sh->flow == FLOW_BOOT)
		try(add_boot(sh));
	try(sh_finish(sh, &all));
	*out = all.menu;
	try(sh_choice(sh, out));
	if (sh->flow == FLOW_BOOT) {
		out->chosen = &out->entry[out->n - 1];
		out->why = "the configuration says boot";
		out->timeout_s = 0;
	}
	return OK;
}

/* The arena may be as small as the budget of bytes, and then ends before sh_spend() sees it. */
static enum err told_memory(struct sh *sh, enum err e)
{
	const struct arena *a = sh->c->arena;
	if (e != ERR_NOMEM)
		return e;
	/* Nothing that a script may ask for at once is larger than this. */
	if (a->limit - min_size(a->used, a->limit) <= 4 * (size_t)SH_ARGS_MAX)
		return sh_limit(sh, "bytes of memory", a->limit);
	if (!sh->c->user)
		log_at(sh->c->log, LOG_ERROR, "%.*s:%u: out of memory", STR_ARG(sh->file),
		       sh->line);
	return e;
}

static enum err run_all(struct sh *sh, struct boot_menu *out)
{
	const struct conf_source *src = sh->src;
	if (src->text.n > sh->c->limits.file)
		return sh_limit(sh, "bytes in a configuration file", sh->c->limits.file);
	try(sh_set_variables(sh, sh->file));
	try(sh_run(sh, (struct str){ (const char *)src->text.p, src->text.n }, sh->file));
	return make_menu(sh, out);
}

static enum err load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	struct sh_budget budget = sh_budget_of(c);
	struct sh_menu menu = { .end = &menu.first };
	struct grub2 *g = arena_new(c->arena, struct grub2);
	struct sh_users users = { 0 };
	struct sh sh = { .c = c, .budget = &budget, .menu = &menu, .users = &users };
	if (!g)
		return ERR_NOMEM;
	g->src = *src;
	c->priv = g;
	sh.src = &g->src;
	*out = (struct boot_menu){ 0 };
	try(sh_path_text(&sh, &(struct sh_path){ src->device, src->path }, &sh.file));
	try(told_memory(&sh, run_all(&sh, out)));
	if (out->chosen)
		return OK;
	return budget.over ? ERR_LIMIT : ERR_NOENT;
}

/* GRUB 2 hands over no file name; generated entries put this word in its place. */
static struct str without_placeholder(struct str args)
{
	struct str rest = args, word;
	return str_word(&rest, &word) && str_eq(word, STR("placeholder")) ? str_trim(rest) : args;
}

static bool is_called(struct str path, struct str begin)
{
	size_t from = path.n;
	while (from && path.p[from - 1] != '/')
		from--;
	return str_eq_nocase(str_sub(path, from, from + begin.n), begin);
}

/*
 * "xen-4.17.gz" or "tboot.gz" with Linux as a module; not "vmlinuz-xen", not "gnumach-xen".
 * *at: which one, for tboot can start Xen.
 */
static bool is_hypervisor(const struct sh_loader *l, const struct boot_module *v, size_t *at)
{
	bool tboot = is_called(l->kernel.path, STR("tboot"));
	*at = tboot && l->n_module > 1 && is_called(v[0].file.path, STR("xen"));
	return l->n_module && (tboot || is_called(l->kernel.path, STR("xen"))) &&
	       !is_called(v[*at].file.path, STR("initr"));
}

static enum err plan_modules(struct conf *c, const struct sh_loader *l, struct boot_plan *out)
{
	struct boot_module *v = arena_array(c->arena, struct boot_module, l->n_module);
	if (!v)
		return ERR_NOMEM;
	size_t i = l->n_module, at;
	for (const struct sh_module *m = l->module; m; m = m->older)
		v[--i] = m->m;
	if (!is_hypervisor(l, v, &at)) {
		out->kind = BOOT_MULTIBOOT;
		out->module = v;
		out->n_module = l->n_module;
		return OK;
	}
	/* An entry for a host: a guest boots the kernel that the hypervisor would boot. */
	log_at(c->log, LOG_INFO, "%.*s is a hypervisor: booting %.*s itself",
	       STR_ARG(l->kernel.path), STR_ARG(v[at].file.path));
	out->kernel = v[at].file;
	out->cmdline = without_placeholder(v[at].args);
	out->n_initrd = l->n_module > at + 1;
	out->initrd = out->n_initrd ? &v[at + 1].file : NULL;
	return OK;
}

static enum err no_kernel(struct sh *sh, const struct boot_entry *e)
{
	const struct sh_loader *l = &sh->s.loader;
	if (l->kernel_err)
		return l->kernel_err; /* logged with the file's name */
	if (sh->c->user) {
		log_at(sh->c->log, LOG_ERROR, "%.*s cannot boot a Xen guest", STR_ARG(l->other));
		return ERR_UNSUPPORTED;
	}
	log_at(sh->c->log, LOG_ERROR, "%.*s:%u: \"%.*s\" %s%.*s%s", STR_ARG(e->source), e->line,
	       STR_ARG(e->title), l->other.p ? "uses " : "loads no kernel", STR_ARG(l->other),
	       l->other.p ? ", which cannot boot a Xen guest" : "");
	return l->other.p ? ERR_UNSUPPORTED : ERR_NOENT;
}

enum err sh_plan(struct sh *sh, const struct boot_entry *e, struct boot_plan *out)
{
	const struct sh_loader *l = &sh->s.loader;
	if (l->kind == LOADED_NOTHING || l->kind == LOADED_OTHER)
		return no_kernel(sh, e);
	/* GRUB would boot without it, and the kernel would find no root a second later. */
	if (l->initrd_err)
		return l->initrd_err;
	*out = (struct boot_plan){
		.kind = BOOT_LINUX,
		.title = e->title,
		.kernel = l->kernel,
		.cmdline = l->args,
		.initrd = l->initrd,
		.n_initrd = l->n_initrd,
	};
	try(sh_writes(sh, sh->s.write, &out->env, &out->n_env));
	return l->kind == LOADED_MULTIBOOT ? plan_modules(sh->c, l, out) : OK;
}

static enum err choose(struct conf *c, const struct boot_entry *e, struct boot_plan *out)
{
	const struct grub2 *g = c->priv;
	struct sh_budget budget = sh_budget_of(c);
	struct sh sh = { .c = c, .src = &g->src, .budget = &budget };
	enum err err = sh_enter(&sh, &e);
	const struct sh_body *b = e->body;
	if (!err && b->foreign)
		return sh_foreign_choose(c, b, out);
	if (!err && (sh.flow == FLOW_HALT || sh.flow == FLOW_REBOOT)) {
		c->wish = sh.flow == FLOW_HALT ? WISH_HALT : WISH_REBOOT;
		return ERR_CANCEL;
	}
	return told_memory(&sh, err ? err : sh_plan(&sh, e, out));
}

static enum err text(struct conf *c, const struct boot_entry *e, struct str *out)
{
	const struct sh_body *b = e->body;
	if (b->foreign)
		return sh_foreign_text(c, b, out);
	*out = b->args.text;
	return OK;
}

static enum err edit(struct conf *c, const struct boot_entry *e, struct str commands,
		     struct boot_entry *out)
{
	struct sh_body *b = arena_new(c->arena, struct sh_body);
	if (!b)
		return ERR_NOMEM;
	*b = *(const struct sh_body *)e->body;
	b->args.block = NULL;
	b->args.text = commands;
	if (b->foreign)
		try(sh_foreign_edit(c, b, commands));
	*out = *e;
	out->body = b;
	return OK;
}

const struct conf_ops grub2_conf = {
	.name = "grub2",
	.load = load,
	.choose = choose,
	.text = text,
	.edit = edit,
	.shell = &grub2_shell,
};
