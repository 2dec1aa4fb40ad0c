/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sh.h"

/* The words of a command as they grow. */
struct argv {
	struct sh *sh;
	struct str *v;
	size_t n, cap, bytes;
	struct text cur;     /* the argument being put together */
	bool has;	     /* it exists, if only as an empty text */
	bool magic;	     /* an unquoted wildcard is in it: */
	struct text pattern; /* then this is cur with '\\' before what is none, and before '\\' */
};

static enum err push(struct argv *a, struct str s)
{
	if (a->n == a->cap) {
		size_t cap = a->cap ? a->cap * 2 : 8;
		struct str *v = arena_array(a->sh->c->arena, struct str, cap);
		if (!v)
			return ERR_NOMEM;
		for (size_t i = 0; i < a->n; i++)
			v[i] = a->v[i];
		a->v = v;
		a->cap = cap;
	}
	a->v[a->n++] = s;
	return OK;
}

static enum err push_match(void *ctx, struct str name)
{
	return push(ctx, name);
}

/* The argument is complete. */
static enum err flush(struct argv *a)
{
	struct str word = a->cur.p ? text_str(&a->cur) : (struct str){ "", 0 };
	size_t before = a->n;
	if (a->cur.bad || a->pattern.bad)
		return ERR_NOMEM;
	if (a->magic)
		try(sh_glob(a->sh, text_str(&a->pattern), push_match, a));
	if (a->has && a->n == before)
		try(push(a, word));
	a->cur = a->pattern = (struct text){ .arena = a->sh->c->arena };
	a->has = a->magic = false;
	return OK;
}

static bool is_wild(char c)
{
	return c == '*' || c == '?';
}

static void append_pattern(struct argv *a, struct str s, bool quoted)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' || (quoted && is_wild(s.p[i])))
			text_char(&a->pattern, '\\');
		text_char(&a->pattern, s.p[i]);
	}
}

static enum err append(struct argv *a, struct str s, bool quoted)
{
	bool wild = false;
	a->has = true;
	a->bytes += s.n;
	if (a->bytes > SH_ARGS_MAX)
		return sh_limit(a->sh, "bytes in the words of one command", SH_ARGS_MAX);
	for (size_t i = 0; i < s.n && !quoted && !wild; i++)
		wild = is_wild(s.p[i]);
	if (wild && !a->magic)
		append_pattern(a, text_str(&a->cur), true);
	a->magic = a->magic || wild;
	text_put(&a->cur, s);
	if (a->magic)
		append_pattern(a, s, quoted);
	return OK;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * An unquoted value: a field for each run between blanks. The first one goes
 * on with what stands before it, even where the value begins with a blank.
 */
static enum err append_fields(struct argv *a, struct str s, bool *apart)
{
	size_t i = 0;
	for (;;) { /* each turn takes a field */
		while (i < s.n && is_space(s.p[i]))
			i++;
		size_t from = i;
		while (i < s.n && !is_space(s.p[i]))
			i++;
		if (i == from)
			return OK;
		if (*apart)
			try(flush(a));
		*apart = true;
		try(append(a, str_sub(s, from, i), false));
	}
}

/* "$@" and "$*"; without quotes they are the same: all fields of all parameters. */
static enum err append_all(struct argv *a, const struct sh_part *part)
{
	const struct sh_args *pos = &a->sh->pos;
	bool apart = false;
	if (part->quoted)
		try(append(a, (struct str){ "", 0 }, true));
	for (size_t i = 0; i < pos->n; i++) {
		if (!part->quoted) {
			try(append_fields(a, pos->v[i], &apart));
			continue;
		}
		if (i && part->text.p[0] == '@')
			try(flush(a));
		else if (i)
			try(append(a, STR(" "), true));
		try(append(a, pos->v[i], true));
	}
	return OK;
}

static enum err append_var(struct argv *a, const struct sh_part *p)
{
	struct str value;
	bool apart = false;
	if (str_eq(p->text, STR("@")) || str_eq(p->text, STR("*")))
		return append_all(a, p);
	try(sh_get(a->sh, p->text, &value));
	return p->quoted ? append(a, value, true) : append_fields(a, value, &apart);
}

static enum err expand_word(struct argv *a, const struct sh_word *w)
{
	for (const struct sh_part *p = w->part; p; p = p->next) {
		if (p->kind == PART_TEXT)
			try(append(a, p->text, p->quoted));
		else
			try(append_var(a, p));
	}
	return flush(a);
}

/* One piece of text without wildcards needs no copy. */
static bool is_plain(const struct sh_word *w)
{
	const struct sh_part *p = w->part;
	if (p->next || p->kind != PART_TEXT)
		return false;
	for (size_t i = 0; !p->quoted && i < p->text.n; i++)
		if (is_wild(p->text.p[i]))
			return false;
	return true;
}

enum err sh_expand(struct sh *sh, const struct sh_word *words, struct sh_args *out)
{
	struct argv a = { .sh = sh, .cur.arena = sh->c->arena, .pattern.arena = sh->c->arena };
	for (const struct sh_word *w = words; w; w = w->next)
		try(is_plain(w) ? push(&a, w->part->text) : expand_word(&a, w));
	*out = (struct sh_args){ .v = a.v, .n = a.n };
	return OK;
}

static enum err number(struct sh *sh, uint64_t n, struct str *out)
{
	struct text t = { .arena = sh->c->arena };
	text_fmt(&t, "%llu", (unsigned long long)n);
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err joined(struct sh *sh, struct str *out)
{
	struct text t = { .arena = sh->c->arena };
	for (size_t i = 0; i < sh->pos.n; i++) {
		if (i)
			text_char(&t, ' ');
		text_put(&t, sh->pos.v[i]);
	}
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err sh_get(struct sh *sh, struct str name, struct str *out)
{
	uint64_t n;
	*out = (struct str){ NULL, 0 };
	if (str_u64(name, &n)) {
		if (n && n <= sh->pos.n)
			*out = sh->pos.v[n - 1];
		return OK;
	}
	if (str_eq(name, STR("?"))) /* not set before the first command */
		return sh->ran ? number(sh, (uint64_t)sh->status, out) : OK;
	/* Outside functions and entries there are no parameters to be counted. */
	if (str_eq(name, STR("#")))
		return sh->calls ? number(sh, sh->pos.n, out) : OK;
	if (str_eq(name, STR("*")) || str_eq(name, STR("@")))
		return joined(sh, out);
	*out = env_get(&sh->s.vars, name);
	return OK;
}

enum err sh_set(struct sh *sh, struct str name, struct str value)
{
	/* GRUB takes the brackets off a device here, whoever sets it. */
	if (str_eq(name, STR("root")) && str_starts(value, STR("(")) && str_ends(value, STR(")")))
		value = str_sub(value, 1, value.n - 1);
	try(sh_told(sh, env_set(&sh->s.vars, sh->c->arena, name, value, NULL)));
	/* What its file systems go by counts in every context. */
	if (str_eq(name, STR("btrfs_subvol")))
		try(sh_told(sh, env_export(&sh->s.vars, sh->c->arena, name)));
	return OK;
}
