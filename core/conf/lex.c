/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ast.h"

static bool is_alpha(char c)
{
	c = ascii_lower(c);
	return (c >= 'a' && c <= 'z') || c == '_';
}

/* Bytes that end a run of plain text in a word. */
static bool is_special(char c)
{
	static const char special[] = " \t\n{}|&$;<>'\"\\";
	return str_find((struct str){ special, sizeof special - 1 }, c, 0) < sizeof special - 1;
}

static bool at_end(const struct sh_lexer *l)
{
	return l->at >= l->text.n;
}

static char peek(const struct sh_lexer *l, size_t ahead)
{
	return ahead < l->text.n - l->at ? l->text.p[l->at + ahead] : '\0';
}

static void step(struct sh_lexer *l)
{
	if (l->text.p[l->at++] == '\n')
		l->line++;
}

/* Where the parts of the word being read are hung up. */
struct word {
	const struct sh_part *first, **end;
	const char *bad;
};

static enum err add(struct sh_lexer *l, struct word *w, enum sh_part_kind kind, struct str text,
		    bool quoted)
{
	struct sh_part *p = arena_new(l->arena, struct sh_part);
	if (!p)
		return ERR_NOMEM;
	*p = (struct sh_part){ .kind = kind, .text = text, .quoted = quoted };
	*w->end = p;
	w->end = &p->next;
	return OK;
}

static size_t name_length(struct str s)
{
	size_t n = 0;
	if (s.n && (s.p[0] == '?' || s.p[0] == '#' || s.p[0] == '*' || s.p[0] == '@'))
		return 1;
	if (s.n && is_digit(s.p[0])) {
		while (n < s.n && is_digit(s.p[n]))
			n++;
		return n;
	}
	while (n < s.n && (is_alpha(s.p[n]) || (n && is_digit(s.p[n]))))
		n++;
	return n;
}

/* At a '$': $name, ${name}. */
static enum err lex_variable(struct sh_lexer *l, struct word *w, bool quoted)
{
	bool braces = peek(l, 1) == '{';
	size_t from = l->at + (braces ? 2 : 1);
	struct str rest = str_sub(l->text, from, l->text.n);
	struct str name = str_sub(rest, 0, name_length(rest));
	if (str_empty(name) || (braces && (rest.n == name.n || rest.p[name.n] != '}'))) {
		w->bad = "a $ without a variable's name";
		return OK;
	}
	l->at = from + name.n + (braces ? 1 : 0);
	return add(l, w, PART_VAR, name, quoted);
}

static enum err lex_single(struct sh_lexer *l, struct word *w)
{
	step(l);
	size_t from = l->at;
	while (!at_end(l) && peek(l, 0) != '\'')
		step(l);
	if (at_end(l)) {
		w->bad = "a quote is not closed";
		return OK;
	}
	step(l);
	return add(l, w, PART_TEXT, str_sub(l->text, from, l->at - 1), true);
}

/* In double quotes a backslash is itself, but before these. */
static bool is_escaped(char c)
{
	return c == '$' || c == '"' || c == '\\' || c == '\n';
}

static enum err lex_double(struct sh_lexer *l, struct word *w)
{
	size_t n = 0;
	step(l);
	while (!at_end(l) && peek(l, 0) != '"' && !w->bad) {
		size_t from = l->at;
		if (peek(l, 0) == '$') {
			try(lex_variable(l, w, true));
			n++;
			continue;
		}
		if (peek(l, 0) == '\\' && is_escaped(peek(l, 1))) {
			step(l);
			from = l->at + (peek(l, 0) == '\n');
			step(l);
		}
		while (!at_end(l) && peek(l, 0) != '"' && peek(l, 0) != '$' &&
		       !(peek(l, 0) == '\\' && is_escaped(peek(l, 1))))
			step(l);
		try(add(l, w, PART_TEXT, str_sub(l->text, from, l->at), true));
		n++;
	}
	if (w->bad)
		return OK;
	if (at_end(l)) {
		w->bad = "a quote is not closed";
		return OK;
	}
	step(l);
	return n ? OK : add(l, w, PART_TEXT, (struct str){ "", 0 }, true);
}

/* At a backslash outside quotes: the next byte stands for itself, a newline for nothing. */
static enum err lex_escape(struct sh_lexer *l, struct word *w)
{
	step(l);
	if (at_end(l)) {
		w->bad = "nothing follows a backslash";
		return OK;
	}
	step(l);
	if (l->text.p[l->at - 1] == '\n')
		return OK;
	return add(l, w, PART_TEXT, str_sub(l->text, l->at - 1, l->at), true);
}

static enum err lex_piece(struct sh_lexer *l, struct word *w)
{
	size_t from = l->at;
	switch (peek(l, 0)) {
	case '\'':
		return lex_single(l, w);
	case '"':
		return lex_double(l, w);
	case '\\':
		return lex_escape(l, w);
	case '$':
		if (peek(l, 1) == '"') { /* a text to be translated */
			step(l);
			return lex_double(l, w);
		}
		return lex_variable(l, w, false);
	}
	while (!at_end(l) && !is_special(peek(l, 0)))
		step(l);
	return add(l, w, PART_TEXT, str_sub(l->text, from, l->at), false);
}

static bool ends_word(char c)
{
	static const char ends[] = " \t\n{}|&;<>";
	return str_find((struct str){ ends, sizeof ends - 1 }, c, 0) < sizeof ends - 1;
}

static enum err lex_word(struct sh_lexer *l, struct sh_token *out)
{
	struct word w = { .end = &w.first };
	while (!at_end(l) && !w.bad && !ends_word(peek(l, 0)))
		try(lex_piece(l, &w));
	out->kind = w.bad ? TOK_BAD : TOK_WORD;
	out->why = w.bad;
	out->part = w.first;
	return OK;
}

/* Blanks, joined lines and a comment; false when the text ends behind a join. */
static bool skip_blanks(struct sh_lexer *l)
{
	bool joined = false;
	while (!at_end(l)) {
		char c = peek(l, 0);
		joined = c == '\\' && peek(l, 1) == '\n';
		if (!joined && !is_blank(c))
			break;
		l->at++;
		if (joined)
			step(l);
	}
	if (!at_end(l) && peek(l, 0) == '#')
		l->at = str_find(l->text, '\n', l->at);
	return !joined;
}

enum err sh_lex(struct sh_lexer *l, struct sh_token *out)
{
	bool complete = skip_blanks(l);
	*out = (struct sh_token){ .kind = TOK_END, .line = l->line, .from = l->at, .to = l->at };
	if (!complete && at_end(l)) {
		out->kind = TOK_BAD;
		out->why = "nothing follows a backslash";
	}
	if (at_end(l))
		return OK;
	switch (peek(l, 0)) {
	case '\n':
		out->kind = TOK_NEWLINE;
		break;
	case ';':
		out->kind = TOK_SEMI;
		break;
	case '{':
		out->kind = TOK_OPEN;
		break;
	case '}':
		out->kind = TOK_CLOSE;
		break;
	case '|':
	case '&':
	case '<':
	case '>':
		out->kind = TOK_BAD;
		out->why = "an operator that GRUB does not have";
		break;
	default:
		try(lex_word(l, out));
		out->to = l->at;
		return OK;
	}
	step(l);
	out->to = l->at;
	return OK;
}
