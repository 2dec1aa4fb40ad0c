/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ast.h"
#include <string.h>

/* How far out a word is: whether a single quote is open. */
static void print_text(const struct sh_part *p, bool *open, struct text *out)
{
	if (p->quoted != *open)
		text_char(out, '\'');
	*open = p->quoted;
	for (size_t i = 0; i < p->text.n; i++) {
		if (p->quoted && p->text.p[i] == '\'')
			text_put(out, STR("'\\''"));
		else
			text_char(out, p->text.p[i]);
	}
}

static void print_word(const struct sh_word *w, struct text *out)
{
	bool open = false;
	for (const struct sh_part *p = w->part; p; p = p->next) {
		if (p->kind == PART_TEXT) {
			print_text(p, &open, out);
			continue;
		}
		if (open)
			text_char(out, '\'');
		open = false;
		text_fmt(out, p->quoted ? "\"${%.*s}\"" : "${%.*s}", STR_ARG(p->text));
	}
	if (open)
		text_char(out, '\'');
}

static void print_words(const struct sh_word *w, struct text *out)
{
	for (; w; w = w->next) {
		print_word(w, out);
		if (w->next)
			text_char(out, ' ');
	}
}

static void print_block(const struct sh_cmd *body, struct text *out)
{
	text_put(out, STR("{\n"));
	sh_print(body, out);
	text_char(out, '}');
}

/* An else part that is nothing but an if is an elif. */
static bool is_elif(const struct sh_cmd *other)
{
	return other && other->kind == SH_IF && !other->next;
}

static void print_if(const struct sh_cmd *c, struct text *out)
{
	text_put(out, STR("if "));
	for (;; c = c->other) { /* down a finite tree */
		sh_print(c->cond, out);
		text_put(out, STR("then\n"));
		sh_print(c->body, out);
		if (!is_elif(c->other))
			break;
		text_put(out, STR("elif "));
	}
	if (c->other)
		text_put(out, STR("else\n"));
	sh_print(c->other, out);
	text_put(out, STR("fi"));
}

/* A joined line makes it: the letters of a keyword that is none. */
static bool looks_like_keyword(const struct sh_word *w)
{
	enum { LONGEST = 8 }; /* "function" */
	char s[LONGEST];
	size_t n = 0;
	for (const struct sh_part *p = w->part; p; p = p->next) {
		if (p->kind != PART_TEXT || p->quoted || p->text.n > LONGEST - n)
			return false;
		memcpy(s + n, p->text.p, p->text.n);
		n += p->text.n;
	}
	return sh_is_keyword((struct str){ s, n });
}

static void print_simple(const struct sh_cmd *c, struct text *out)
{
	if (c->word) {
		print_word(c->word, out);
		text_put(out, looks_like_keyword(c->word) ? STR("\\\n") : STR(""));
		text_put(out, c->word->next ? STR(" ") : STR(""));
		print_words(c->word->next, out);
	}
	if (!c->body)
		return;
	text_char(out, ' ');
	print_block(c->body, out);
}

static void print_do(const struct sh_cmd *c, struct text *out)
{
	text_put(out, STR("do\n"));
	sh_print(c->body, out);
	text_put(out, STR("done"));
}

static void print_cmd(const struct sh_cmd *c, struct text *out)
{
	switch (c->kind) {
	case SH_SIMPLE:
		print_simple(c, out);
		break;
	case SH_IF:
		print_if(c, out);
		break;
	case SH_FOR:
		text_fmt(out, "for %.*s in ", STR_ARG(c->name));
		print_words(c->word, out);
		text_char(out, '\n');
		print_do(c, out);
		break;
	case SH_WHILE:
	case SH_UNTIL:
		text_put(out, c->kind == SH_WHILE ? STR("while ") : STR("until "));
		sh_print(c->cond, out);
		print_do(c, out);
		break;
	case SH_FUNCTION:
		text_fmt(out, "function %.*s ", STR_ARG(c->name));
		print_block(c->body, out);
		break;
	}
}

void sh_print(const struct sh_cmd *list, struct text *out)
{
	for (; list; list = list->next) {
		print_cmd(list, out);
		text_char(out, '\n');
	}
}
