/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef AST_H
#define AST_H
#include "../base/fmt.h"
#include "../base/str.h"
/*
 * GRUB 2 script as a tree. The grammar is that of grub-script-check 2.06
 * (test/conf/syntax.sh asks it): a unit is one logical line, that is a line and
 * what its open blocks, quotes and joins draw in. A unit with a mistake is
 * dropped whole up to the end of the line of the mistake; the next line starts
 * afresh at the top, as in GRUB.
 *
 * Everything is const once parsed and points into the text and the arena.
 */

/* A piece of a word. Unquoted variables are split into fields, unquoted text may be a pattern. */
enum sh_part_kind { PART_TEXT, PART_VAR };
struct sh_part {
	const struct sh_part *next;
	struct str text; /* a variable's name: NAME, digits, one of ? # * @ */
	enum sh_part_kind kind;
	bool quoted;
};
struct sh_word {
	const struct sh_word *next;
	const struct sh_part *part; /* never NULL */
};

enum sh_kind {
	SH_SIMPLE,   /* word, perhaps with body: a block in braces as the last argument */
	SH_IF,	     /* cond, body, other: the else part; an elif is an SH_IF there */
	SH_FOR,	     /* name in word; do body */
	SH_WHILE,    /* cond, body */
	SH_UNTIL,    /* cond, body */
	SH_FUNCTION, /* name { body } */
};
struct sh_cmd {
	const struct sh_cmd *next; /* the one after it in its list */
	enum sh_kind kind;
	uint32_t line; /* from 1 */
	struct str name;
	const struct sh_word *word;
	const struct sh_cmd *cond, *body, *other;
	struct str block; /* SH_SIMPLE with body: its text without the braces */
};

enum sh_token_kind { TOK_WORD, TOK_NEWLINE, TOK_SEMI, TOK_OPEN, TOK_CLOSE, TOK_END, TOK_BAD };
struct sh_token {
	enum sh_token_kind kind;
	uint32_t line;		    /* where it starts, from 1 */
	size_t from, to;	    /* in the text */
	const struct sh_part *part; /* TOK_WORD */
	const char *why;	    /* TOK_BAD */
};
struct sh_lexer {
	struct str text;
	size_t at;
	uint32_t line;
	struct arena *arena;
};
/* ERR_NOMEM alone; a malformed token is TOK_BAD. */
enum err sh_lex(struct sh_lexer *l, struct sh_token *out);

struct sh_parser {
	struct sh_lexer lex;
	struct sh_token tok; /* the next one */
	uint32_t depth;	     /* open blocks */
	uint32_t max_depth;
	const char *why; /* of the last ERR_SYNTAX */
	uint32_t line;	 /* and where */
	uint32_t begin;	 /* where its unit begins */
	bool open;	 /* and whether it is only that the text ends too early */
};
/*
 * text as GRUB reads it: without CR and without what follows a NUL in a line.
 * The parser keeps a pointer to it or to a cleaned copy in the arena.
 */
enum err sh_parse_begin(struct sh_parser *p, struct str text, uint32_t max_depth, struct arena *a);
/*
 * The next unit: a list, NULL where a line is empty. *more is false at the end
 * of the text. ERR_SYNTAX: this unit is lost, p->why and p->line tell; go on.
 */
enum err sh_parse_next(struct sh_parser *p, const struct sh_cmd **out, bool *more);

/* Whether these letters, as they stand, are no command: "fi", "while". */
bool sh_is_keyword(struct str s);
/* A list as text that parses into the same tree. */
void sh_print(const struct sh_cmd *list, struct text *out);
#endif
