/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ast.h"

static bool is_clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\r' || s.p[i] == '\0')
			return false;
	return true;
}

/* A copy without carriage returns, and with each line cut at a NUL. */
static enum err clean(struct str *text, struct arena *a)
{
	char *p = arena_alloc(a, text->n + 1, 1);
	size_t n = 0;
	bool cut = false;
	if (!p)
		return ERR_NOMEM;
	for (size_t i = 0; i < text->n; i++) {
		char c = text->p[i];
		cut = c == '\0' || (cut && c != '\n');
		if (!cut && c != '\r')
			p[n++] = c;
	}
	*text = (struct str){ p, n };
	return OK;
}

enum err sh_parse_begin(struct sh_parser *p, struct str text, uint32_t max_depth, struct arena *a)
{
	if (!is_clean(text))
		try(clean(&text, a));
	*p = (struct sh_parser){ .lex = { .text = text, .line = 1, .arena = a },
				 .max_depth = max_depth };
	return OK;
}

static enum err next(struct sh_parser *p)
{
	return sh_lex(&p->lex, &p->tok);
}

static enum err wrong(struct sh_parser *p, const char *why)
{
	p->why = p->tok.kind == TOK_BAD	  ? p->tok.why
		 : p->tok.kind == TOK_END ? "the text ends in the middle of a command"
					  : why;
	p->line = p->tok.line;
	p->open = p->tok.kind == TOK_END || (p->tok.kind == TOK_BAD && p->lex.at >= p->lex.text.n);
	return ERR_SYNTAX;
}

/* The token as it is written; empty for what is not a word. */
static struct str raw(const struct sh_parser *p)
{
	size_t to = p->tok.kind == TOK_WORD ? p->tok.to : p->tok.from;
	return str_sub(p->lex.text, p->tok.from, to);
}

static bool is_keyword(const struct sh_parser *p, const char *word)
{
	return p->tok.kind == TOK_WORD && str_eq(raw(p), str_of(word));
}

static bool is_one_of(struct str s, const char *const *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, str_of(word[i])))
			return true;
	return false;
}

/* Words that no command and no name may be. */
static bool is_reserved(struct str s)
{
	static const char *const word[] = { "case", "do",	"done", "elif", "else",	 "esac",
					    "fi",   "function", "in",	"then", "select" };
	return is_one_of(s, word, array_len(word));
}

bool sh_is_keyword(struct str s)
{
	static const char *const word[] = { "for", "if", "until", "while" };
	return is_reserved(s) || is_one_of(s, word, array_len(word));
}

static enum err expect(struct sh_parser *p, const char *word, const char *why)
{
	return is_keyword(p, word) ? next(p) : wrong(p, why);
}

static enum err skip_newlines(struct sh_parser *p)
{
	while (p->tok.kind == TOK_NEWLINE)
		try(next(p));
	return OK;
}

static enum err new_cmd(struct sh_parser *p, enum sh_kind kind, struct sh_cmd **out)
{
	struct sh_cmd *c = arena_new(p->lex.arena, struct sh_cmd);
	if (!c)
		return ERR_NOMEM;
	c->kind = kind;
	c->line = p->tok.line;
	*out = c;
	return OK;
}

static enum err parse_command(struct sh_parser *p, struct sh_cmd **out);

/*
 * Commands with ';' or newlines between them, until something that cannot
 * begin one stands where the next would. *ended: a delimiter came before that.
 */
static enum err parse_list(struct sh_parser *p, const struct sh_cmd **out, bool *ended)
{
	const struct sh_cmd **end = out;
	*out = NULL;
	*ended = false;
	try(skip_newlines(p));
	do {
		struct sh_cmd *c;
		try(parse_command(p, &c));
		*end = c;
		end = &c->next;
		*ended = p->tok.kind == TOK_SEMI || p->tok.kind == TOK_NEWLINE;
		if (*ended) {
			try(next(p));
			try(skip_newlines(p));
		}
	} while (*ended && p->tok.kind == TOK_WORD && !is_reserved(raw(p)));
	return OK;
}

/* A list and the keyword behind it, which is left for the caller to look at. */
static enum err parse_part(struct sh_parser *p, const struct sh_cmd **out)
{
	bool ended;
	try(parse_list(p, out, &ended));
	return ended ? OK : wrong(p, "';' or a new line is missing");
}

static enum err add_word(struct sh_parser *p, const struct sh_word ***end)
{
	struct sh_word *w = arena_new(p->lex.arena, struct sh_word);
	if (!w)
		return ERR_NOMEM;
	w->part = p->tok.part;
	**end = w;
	*end = &w->next;
	return next(p);
}

/* After the opening brace; takes the closing one. */
static enum err parse_block(struct sh_parser *p, bool need_end, const struct sh_cmd **out,
			    struct str *text)
{
	size_t from = p->tok.to;
	bool ended;
	try(next(p));
	try(parse_list(p, out, &ended));
	if (p->tok.kind != TOK_CLOSE || (need_end && !ended))
		return wrong(p, "a block is not closed");
	*text = str_sub(p->lex.text, from, p->tok.from);
	return next(p);
}

static enum err parse_simple(struct sh_parser *p, struct sh_cmd *c)
{
	const struct sh_word **end = &c->word;
	while (p->tok.kind == TOK_WORD)
		try(add_word(p, &end));
	if (p->tok.kind == TOK_OPEN)
		try(parse_block(p, false, &c->body, &c->block));
	return OK;
}

/* After "if" or "elif"; the "fi" of the whole is left to the caller. */
static enum err parse_clause(struct sh_parser *p, struct sh_cmd *c)
{
	for (;;) { /* each turn takes an elif */
		try(parse_part(p, &c->cond));
		try(expect(p, "then", "'then' is missing"));
		try(parse_part(p, &c->body));
		if (!is_keyword(p, "elif"))
			break;
		struct sh_cmd *other;
		try(new_cmd(p, SH_IF, &other));
		try(next(p));
		c->other = other;
		c = other;
	}
	if (!is_keyword(p, "else"))
		return OK;
	try(next(p));
	return parse_part(p, &c->other);
}

static enum err parse_if(struct sh_parser *p, struct sh_cmd *c)
{
	try(next(p));
	try(parse_clause(p, c));
	return expect(p, "fi", "'fi' is missing");
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char l = ascii_lower(s.p[i]);
		if (!(l >= 'a' && l <= 'z') && l != '_' && !(i && is_digit(l)))
			return false;
	}
	return s.n > 0;
}

static enum err parse_name(struct sh_parser *p, struct str *out)
{
	static const char *const word[] = { "menuentry", "time" };
	struct str name = raw(p);
	if (!is_name(name) || sh_is_keyword(name) || is_one_of(name, word, array_len(word)))
		return wrong(p, "not a name");
	*out = name;
	return next(p);
}

static enum err parse_do(struct sh_parser *p, struct sh_cmd *c)
{
	try(expect(p, "do", "'do' is missing"));
	try(parse_part(p, &c->body));
	return expect(p, "done", "'done' is missing");
}

static enum err parse_for(struct sh_parser *p, struct sh_cmd *c)
{
	const struct sh_word **end = &c->word;
	try(next(p));
	try(parse_name(p, &c->name));
	try(expect(p, "in", "'in' is missing"));
	while (p->tok.kind == TOK_WORD)
		try(add_word(p, &end));
	if (p->tok.kind != TOK_SEMI && p->tok.kind != TOK_NEWLINE)
		return wrong(p, "';' or a new line is missing");
	try(next(p));
	try(skip_newlines(p));
	return parse_do(p, c);
}

static enum err parse_while(struct sh_parser *p, struct sh_cmd *c)
{
	try(next(p));
	try(parse_part(p, &c->cond));
	return parse_do(p, c);
}

static enum err parse_function(struct sh_parser *p, struct sh_cmd *c)
{
	try(next(p));
	try(parse_name(p, &c->name));
	try(skip_newlines(p));
	if (p->tok.kind != TOK_OPEN)
		return wrong(p, "'{' is missing");
	return parse_block(p, true, &c->body, &c->block);
}

static enum err parse_kind(struct sh_parser *p, struct sh_cmd *c)
{
	switch (c->kind) {
	case SH_IF:
		return parse_if(p, c);
	case SH_FOR:
		return parse_for(p, c);
	case SH_WHILE:
	case SH_UNTIL:
		return parse_while(p, c);
	case SH_FUNCTION:
		return parse_function(p, c);
	default:
		return parse_simple(p, c);
	}
}

static enum sh_kind kind_of(const struct sh_parser *p)
{
	static const struct {
		const char *word;
		enum sh_kind kind;
	} table[] = {
		{ "if", SH_IF },       { "for", SH_FOR },	    { "while", SH_WHILE },
		{ "until", SH_UNTIL }, { "function", SH_FUNCTION },
	};
	for (size_t i = 0; i < array_len(table); i++)
		if (is_keyword(p, table[i].word))
			return table[i].kind;
	return SH_SIMPLE;
}

/* The recursion of the parser goes through here and is bounded here. */
static enum err parse_command(struct sh_parser *p, struct sh_cmd **out)
{
	enum sh_kind kind = kind_of(p);
	if (p->tok.kind != TOK_WORD)
		return wrong(p, "a command is missing");
	/* GRUB has functions at the top only. */
	if (is_reserved(raw(p)) && (kind != SH_FUNCTION || p->depth))
		return wrong(p, "a keyword where a command is due");
	if (p->depth >= p->max_depth)
		return wrong(p, "blocks are nested over the limit of depth");
	try(new_cmd(p, kind, out));
	p->depth++;
	enum err e = parse_kind(p, *out);
	p->depth--;
	return e;
}

/* One line: statements, each but the last with a delimiter behind it. */
static enum err parse_unit(struct sh_parser *p, const struct sh_cmd **out)
{
	while (p->tok.kind != TOK_NEWLINE && p->tok.kind != TOK_END) {
		struct sh_cmd *c;
		try(parse_command(p, &c));
		*out = c;
		out = &c->next;
		if (p->tok.kind == TOK_SEMI)
			try(next(p));
		else if (p->tok.kind != TOK_NEWLINE && p->tok.kind != TOK_END)
			return wrong(p, "more follows the end of a command");
	}
	return OK;
}

enum err sh_parse_next(struct sh_parser *p, const struct sh_cmd **out, bool *more)
{
	*out = NULL;
	*more = p->lex.at < p->lex.text.n;
	if (!*more)
		return OK;
	p->depth = 0;
	p->begin = p->lex.line;
	enum err e = next(p);
	if (!e)
		e = parse_unit(p, out);
	if (e != ERR_SYNTAX)
		return e;
	/* The rest of the line of the mistake is lost too. */
	if (p->tok.kind != TOK_NEWLINE) {
		p->lex.at = str_find(p->lex.text, '\n', p->lex.at);
		if (p->lex.at < p->lex.text.n)
			p->lex.at++;
		p->lex.line++;
	}
	*out = NULL;
	return ERR_SYNTAX;
}
