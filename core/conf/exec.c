/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"

void sh_log(struct sh *sh, enum log_level level, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	if (sh->budget->messages >= SH_MESSAGES_MAX)
		return;
	if (++sh->budget->messages == SH_MESSAGES_MAX)
		log_at(sh->c->log, LOG_WARN, "more than %d messages: the rest is not shown",
		       SH_MESSAGES_MAX);
	va_start(ap, fmt);
	fmt_v(text, sizeof text, fmt, ap);
	va_end(ap);
	if (sh->file.n)
		log_at(sh->c->log, level, "%.*s:%u: %s", STR_ARG(sh->file), sh->line, text);
	else /* typed */
		log_at(sh->c->log, level, "%s", text);
}

void sh_fail(struct sh *sh, enum sh_status status, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	fmt_v(text, sizeof text, fmt, ap);
	va_end(ap);
	sh_log(sh, LOG_WARN, "%s", text);
	sh->status = (int)status;
}

enum err sh_limit(struct sh *sh, const char *what, uint64_t limit)
{
	if (!sh->budget->over)
		log_at(sh->c->log, LOG_ERROR, "%.*s:%u: over the limit of %llu %s",
		       STR_ARG(sh->file), sh->line, (unsigned long long)limit, what);
	sh->budget->over = true;
	return ERR_LIMIT;
}

enum err sh_told(struct sh *sh, enum err e)
{
	return e == ERR_LIMIT ? sh_limit(sh, "variables of a similar name", ENV_PROBES) : e;
}

static uint64_t work_of(struct conf_host *h)
{
	return h->work ? h->work(h) : 0;
}

struct sh_budget sh_budget_of(struct conf *c)
{
	return (struct sh_budget){ .base = c->arena->used, .work = work_of(c->host) };
}

/* What the host did since it was asked last, in steps. */
static uint32_t unpaid(struct sh *sh)
{
	uint64_t now = work_of(sh->c->host), n = now - sh->budget->work;
	sh->budget->work += n / SH_WORK * SH_WORK;
	return (uint32_t)min_u64(n / SH_WORK, UINT32_MAX);
}

enum err sh_spend(struct sh *sh, uint32_t steps)
{
	const struct conf_limits *l = &sh->c->limits;
	steps = (uint32_t)min_u64((uint64_t)steps + unpaid(sh), UINT32_MAX);
	if (steps > l->steps || sh->budget->steps > l->steps - steps)
		return sh_limit(sh, "steps", l->steps);
	sh->budget->steps += steps;
	if (sh->c->arena->used - sh->budget->base > l->bytes)
		return sh_limit(sh, "bytes of memory", l->bytes);
	return OK;
}

/* A body with parameters of its own: a function's. */
static enum err call(struct sh *sh, const struct sh_cmd *body, const struct sh_args *a)
{
	struct sh_args pos = sh->pos;
	uint32_t loops = sh->loops;
	sh->pos = (struct sh_args){ .v = a->v + 1, .n = a->n - 1 };
	sh->loops = 0;
	sh->calls++;
	enum err e = sh_exec(sh, body);
	sh->calls--;
	sh->loops = loops;
	sh->pos = pos;
	if (sh->flow == FLOW_RETURN)
		sh->flow = FLOW_NONE;
	return e;
}

/* NAME=VALUE is an assignment. Any other unknown command is true whatever stands before it. */
static enum err unknown(struct sh *sh, const struct sh_args *a)
{
	size_t eq = str_find(a->v[0], '=', 0);
	if (eq < a->v[0].n)
		try(sh_set(sh, str_sub(a->v[0], 0, eq), str_sub(a->v[0], eq + 1, a->v[0].n)));
	else if (sh->c->user)
		sh_unknown(sh, a->v[0]);
	else
		sh_log(sh, LOG_WARN, "%.*s: GRUB has no such command", STR_ARG(a->v[0]));
	return OK;
}

static enum err run_named(struct sh *sh, const struct sh_args *a, bool invert)
{
	const struct sh_command *cmd = sh_command(a->v[0]);
	const struct env_var *f = cmd ? NULL : env_find(&sh->s.functions, a->v[0]);
	sh->last = sh->status;
	if (!f)
		sh->status = SH_TRUE;
	if (!cmd && !f)
		return unknown(sh, a);
	if (f)
		try(call(sh, f->ref, a));
	else
		try(cmd->fn(sh, a));
	if (invert)
		sh->status = sh->status ? SH_TRUE : SH_FALSE;
	return OK;
}

/* For whoever follows what a script decides: a command's words, and whether it was true. */
static void trace(struct sh *sh, const struct sh_args *a)
{
	char words[400] = "";
	size_t n = 0;
	if (!sh->c->log || sh->c->log->level < LOG_DEBUG)
		return;
	for (size_t i = 0; i < a->n && n < sizeof words; i++)
		n += fmt_to(words + n, sizeof words - n, "%s%.*s", i ? " " : "", STR_ARG(a->v[i]));
	sh_log(sh, LOG_DEBUG, "%s: %s", words, sh->status ? "false" : "true");
}

static enum err run_simple(struct sh *sh, const struct sh_cmd *c)
{
	struct sh_args a;
	try(sh_expand(sh, c->word, &a));
	bool invert = a.n && str_eq(a.v[0], STR("!"));
	if (invert) {
		a.v++;
		a.n--;
	}
	if (!a.n) {
		sh->status = SH_TRUE;
		if (invert)
			sh_fail(sh, SH_BAD_ARGUMENT, "nothing follows '!'");
		return OK;
	}
	a.block = c->body;
	a.text = c->block;
	try(run_named(sh, &a, invert));
	if (str_eq(a.v[0], STR("[")) || str_eq(a.v[0], STR("test")))
		trace(sh, &a);
	return OK;
}

static enum err run_if(struct sh *sh, const struct sh_cmd *c)
{
	for (;;) { /* down the elifs, a finite list */
		try(sh_exec(sh, c->cond));
		if (sh->flow)
			return OK;
		if (!sh->status)
			return sh_exec(sh, c->body);
		if (!c->other || c->other->kind != SH_IF || c->other->next)
			return sh_exec(sh, c->other);
		c = c->other;
		sh->line = c->line;
		try(sh_spend(sh, 1));
	}
}

/* After a loop's body: whether the loop goes on. */
static bool goes_on(struct sh *sh)
{
	if (sh->flow != FLOW_BREAK && sh->flow != FLOW_CONTINUE)
		return !sh->flow;
	if (sh->flow_n > 1 && sh->loops > 1) {
		sh->flow_n--;
		return false;
	}
	bool again = sh->flow == FLOW_CONTINUE;
	sh->flow = FLOW_NONE;
	return again;
}

static enum err run_for(struct sh *sh, const struct sh_cmd *c)
{
	struct sh_args list;
	bool more = true;
	try(sh_expand(sh, c->word, &list));
	sh->status = SH_TRUE;
	sh->loops++;
	for (size_t i = 0; i < list.n && more; i++) {
		try(sh_spend(sh, 1));
		try(sh_set(sh, c->name, list.v[i]));
		try(sh_exec(sh, c->body));
		more = goes_on(sh);
	}
	sh->loops--;
	return OK;
}

static enum err run_while(struct sh *sh, const struct sh_cmd *c)
{
	bool more = true;
	sh->loops++;
	while (more) { /* bounded by the budget of steps */
		try(sh_spend(sh, 1));
		try(sh_exec(sh, c->cond));
		if (!sh->flow && (sh->status == SH_TRUE) != (c->kind == SH_WHILE))
			break;
		if (!sh->flow)
			try(sh_exec(sh, c->body));
		more = goes_on(sh);
	}
	sh->loops--;
	return OK;
}

static enum err run_cmd(struct sh *sh, const struct sh_cmd *c)
{
	switch (c->kind) {
	case SH_IF:
		return run_if(sh, c);
	case SH_FOR:
		return run_for(sh, c);
	case SH_WHILE:
	case SH_UNTIL:
		return run_while(sh, c);
	case SH_FUNCTION:
		return sh_told(sh, env_set(&sh->s.functions, sh->c->arena, c->name,
					   (struct str){ "", 0 }, c->body));
	default:
		return run_simple(sh, c);
	}
}

/* The recursion of the interpreter goes through here and is bounded here. */
enum err sh_exec(struct sh *sh, const struct sh_cmd *list)
{
	if (sh->depth >= sh->c->limits.depth) {
		sh_fail(sh, SH_TOO_DEEP, "over the limit of depth: %u nested blocks and calls",
			sh->c->limits.depth);
		return OK;
	}
	if (!list)
		sh->status = SH_TRUE;
	sh->depth++;
	enum err e = OK;
	for (const struct sh_cmd *c = list; c && !e && !sh->flow; c = c->next) {
		sh->line = c->line;
		e = sh_spend(sh, 1);
		if (!e)
			e = run_cmd(sh, c);
		sh->ran = sh->ran || c->kind != SH_FUNCTION;
	}
	sh->depth--;
	return e;
}

static void syntax(struct sh *sh, const struct sh_parser *p)
{
	sh->line = p->line;
	if (p->begin == p->line)
		sh_log(sh, LOG_WARN, "syntax error: %s; the line is skipped", p->why);
	else
		sh_log(sh, LOG_WARN, "syntax error: %s; what began in line %u is skipped", p->why,
		       p->begin);
}

static enum err run_units(struct sh *sh, struct sh_parser *p, bool in_file)
{
	bool more = true;
	while (more && !sh->flow) { /* each turn takes a line */
		const struct sh_cmd *unit;
		enum err e = sh_parse_next(p, &unit, &more);
		if (e == ERR_SYNTAX)
			syntax(sh, p);
		else if (e)
			return e;
		if (e && !in_file)
			return OK;
		if (unit) /* an empty line and a mistake leave $? as it is */
			try(sh_exec(sh, unit));
		if (sh->c->arena->used - sh->budget->base > sh->c->limits.bytes)
			return sh_limit(sh, "bytes of memory", sh->c->limits.bytes);
	}
	return OK;
}

static enum err run_text(struct sh *sh, struct str text, struct str name, bool in_file)
{
	struct sh_parser p;
	struct str file = sh->file;
	uint32_t line = sh->line;
	try(sh_parse_begin(&p, text, sh->c->limits.depth, sh->c->arena));
	sh->file = name;
	try(run_units(sh, &p, in_file));
	sh->file = file;
	sh->line = line;
	return OK;
}

enum err sh_run(struct sh *sh, struct str text, struct str name)
{
	return run_text(sh, text, name, true);
}

enum err sh_eval(struct sh *sh, struct str text)
{
	return run_text(sh, text, sh->file, false);
}
