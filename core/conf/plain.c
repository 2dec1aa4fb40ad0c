/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plain.h"
#include "../base/str.h"

enum err plain_menu(struct conf *c, const struct plain *v, size_t n, struct boot_menu *out)
{
	struct boot_entry *e = arena_array(c->arena, struct boot_entry, n);
	if (!n)
		return ERR_NOENT;
	if (!e)
		return ERR_NOMEM;
	out->entry = e;
	out->n = n;
	for (size_t i = 0; i < n; i++) {
		struct text source = { .arena = c->arena };
		text_fmt(&source, "(%.*s)%.*s", STR_ARG(v[i].src.device), STR_ARG(v[i].src.path));
		if (source.bad)
			return ERR_NOMEM;
		e[i] = (struct boot_entry){
			.id = v[i].id.n ? v[i].id : v[i].title,
			.title = v[i].title,
			.index = (uint32_t)i,
			.source = text_str(&source),
			.line = v[i].line,
			.hopeless = v[i].hopeless,
			.body = &v[i],
		};
		if (!out->chosen && !v[i].hopeless)
			out->chosen = &e[i];
	}
	if (!out->chosen)
		out->chosen = e;
	return OK;
}

static enum err open_initrds(struct conf *c, const struct plain *p, struct boot_plan *out)
{
	struct boot_file *f = arena_array(c->arena, struct boot_file, PLAN_INITRD_MAX);
	struct str rest = p->initrd, name;
	if (!f)
		return ERR_NOMEM;
	while (str_word(&rest, &name)) { /* ends with the text */
		if (out->n_initrd == PLAN_INITRD_MAX) {
			log_at(c->log, LOG_ERROR, "%.*s: over the limit of %d initrds",
			       STR_ARG(p->title), PLAN_INITRD_MAX);
			return ERR_LIMIT;
		}
		try(conf_open(c, &p->src, p->src.device, name, &f[out->n_initrd]));
		out->n_initrd++;
	}
	out->initrd = f;
	return OK;
}

enum err plain_choose(struct conf *c, const struct boot_entry *e, struct boot_plan *out)
{
	const struct plain *p = e->body;
	*out = (struct boot_plan){ .kind = BOOT_LINUX, .title = e->title, .cmdline = p->args };
	if (p->hopeless || !p->kernel.n) {
		log_at(c->log, LOG_ERROR, "%.*s:%u: \"%.*s\" %s", STR_ARG(e->source), e->line,
		       STR_ARG(e->title), p->hopeless ? p->hopeless : "has no kernel");
		return p->hopeless ? ERR_UNSUPPORTED : ERR_SYNTAX;
	}
	try(conf_open(c, &p->src, p->src.device, p->kernel, &out->kernel));
	return open_initrds(c, p, out);
}

enum err plain_text(struct conf *c, const struct boot_entry *e, struct str *out)
{
	const struct plain *p = e->body;
	struct text t = { .arena = c->arena };
	text_fmt(&t, "linux %.*s %.*s\ninitrd %.*s\n", STR_ARG(p->kernel), STR_ARG(p->args),
		 STR_ARG(p->initrd));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err plain_edit(struct conf *c, const struct boot_entry *e, struct str text,
		    struct boot_entry *out)
{
	const struct plain *was = e->body;
	struct plain *p = arena_new(c->arena, struct plain);
	struct str line, word;
	if (!p)
		return ERR_NOMEM;
	*p = (struct plain){ .src = was->src, .title = was->title, .line = was->line };
	while (str_split(&text, '\n', &line)) { /* ends with the text */
		if (!str_word(&line, &word))
			continue;
		if (str_eq(word, STR("linux"))) {
			if (str_word(&line, &p->kernel))
				p->args = str_trim(line);
		} else if (str_eq(word, STR("initrd"))) {
			p->initrd = str_trim(line);
		} else {
			log_at(c->log, LOG_WARN, "ignored: %.*s", STR_ARG(word));
		}
	}
	*out = *e;
	out->body = p;
	return OK;
}
