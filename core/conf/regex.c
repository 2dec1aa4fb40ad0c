/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "regex.h"
#include "../base/str.h"
#include <string.h>
/*
 * The pattern becomes a program for a machine that runs all its threads side
 * by side over the text (Thompson's construction, with the groups carried
 * along). Jumps are relative, so that a piece of code can be copied and moved.
 */
enum op { OP_BYTE, OP_SET, OP_SPLIT, OP_JUMP, OP_SAVE, OP_BEGIN, OP_END, OP_MATCH };
struct inst {
	enum op op;
	int x, y; /* jumps; OP_SPLIT prefers x. OP_SAVE: the slot x */
	uint8_t byte;
	uint32_t set[8];
};
struct prog {
	struct inst code[REGEX_CODE_MAX];
	int n;
	int groups;
};
struct compiler {
	struct prog *p;
	struct str s;
	size_t at;
	unsigned depth;
};

static bool more(const struct compiler *c)
{
	return c->at < c->s.n;
}

static char next(const struct compiler *c)
{
	return more(c) ? c->s.p[c->at] : '\0';
}

static bool take(struct compiler *c, char want)
{
	if (!more(c) || next(c) != want)
		return false;
	c->at++;
	return true;
}

/* Room for n instructions at place at, by moving what is there. */
static enum err insert(struct compiler *c, int at, int n)
{
	struct prog *p = c->p;
	if (n > REGEX_CODE_MAX - p->n)
		return ERR_SYNTAX;
	memmove(&p->code[at + n], &p->code[at], (size_t)(p->n - at) * sizeof p->code[0]);
	p->n += n;
	return OK;
}

static enum err emit(struct compiler *c, struct inst i)
{
	try(insert(c, c->p->n, 1));
	c->p->code[c->p->n - 1] = i;
	return OK;
}

static void set_add(struct inst *i, uint8_t b)
{
	i->set[b / 32] |= 1u << (b % 32);
}

static bool in_class(struct str name, char c)
{
	bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = is_digit(c);
	bool blank = is_blank(c), space = blank || (c >= '\n' && c <= '\r');
	bool print = c >= ' ' && c <= '~';
	const struct {
		const char *name;
		bool is;
	} table[] = {
		{ "alpha", lower || upper },
		{ "digit", digit },
		{ "alnum", lower || upper || digit },
		{ "lower", lower },
		{ "upper", upper },
		{ "blank", blank },
		{ "space", space },
		{ "xdigit", digit || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f') },
		{ "punct", print && c != ' ' && !lower && !upper && !digit },
		{ "print", print },
		{ "graph", print && c != ' ' },
		{ "cntrl", (c >= 0 && c < ' ') || c == 0x7f },
	};
	for (size_t i = 0; i < array_len(table); i++)
		if (str_eq(name, str_of(table[i].name)))
			return table[i].is;
	return false;
}

/* After "[:"; the name runs to ":]". */
static enum err set_class(struct compiler *c, struct inst *set)
{
	size_t end = str_find(c->s, ':', c->at);
	struct str name = str_sub(c->s, c->at, end);
	if (end + 1 >= c->s.n || c->s.p[end + 1] != ']')
		return ERR_SYNTAX;
	c->at = end + 2;
	for (int b = 0; b < 256; b++)
		if (in_class(name, (char)b))
			set_add(set, (uint8_t)b);
	return OK;
}

/* After "[". */
static enum err parse_set(struct compiler *c)
{
	struct inst set = { .op = OP_SET };
	bool invert = take(c, '^');
	for (bool first = true; first || next(c) != ']'; first = false) {
		if (!more(c))
			return ERR_SYNTAX;
		uint8_t from = (uint8_t)c->s.p[c->at++], to = from;
		if (from == '[' && take(c, ':')) {
			try(set_class(c, &set));
			continue;
		}
		if (next(c) == '-' && c->at + 1 < c->s.n && c->s.p[c->at + 1] != ']') {
			to = (uint8_t)c->s.p[c->at + 1];
			c->at += 2;
		}
		for (unsigned b = from; b <= to; b++)
			set_add(&set, (uint8_t)b);
	}
	c->at++;
	for (size_t i = 0; invert && i < array_len(set.set); i++)
		set.set[i] = ~set.set[i];
	return emit(c, set);
}

static enum err parse_any(struct compiler *c);

static enum err parse_group(struct compiler *c)
{
	int group = ++c->p->groups;
	if (++c->depth > REGEX_DEPTH_MAX)
		return ERR_SYNTAX;
	if (group < REGEX_GROUPS)
		try(emit(c, (struct inst){ .op = OP_SAVE, .x = group * 2 }));
	try(parse_any(c));
	if (!take(c, ')'))
		return ERR_SYNTAX;
	c->depth--;
	if (group < REGEX_GROUPS)
		try(emit(c, (struct inst){ .op = OP_SAVE, .x = group * 2 + 1 }));
	return OK;
}

static enum err parse_escape(struct compiler *c)
{
	if (!more(c))
		return ERR_SYNTAX;
	char b = c->s.p[c->at++];
	if (is_digit(b)) /* a back reference */
		return ERR_SYNTAX;
	if (ascii_lower(b) != 'w')
		return emit(c, (struct inst){ .op = OP_BYTE, .byte = (uint8_t)b });
	struct inst set = { .op = OP_SET };
	for (int i = 0; i < 256; i++)
		if ((i == '_' || in_class(STR("alnum"), (char)i)) == (b == 'w'))
			set_add(&set, (uint8_t)i);
	return emit(c, set);
}

static enum err parse_atom(struct compiler *c)
{
	char b = c->s.p[c->at++];
	struct inst any = { .op = OP_SET };
	switch (b) {
	case '(':
		return parse_group(c);
	case '[':
		return parse_set(c);
	case '\\':
		return parse_escape(c);
	case '^':
		return emit(c, (struct inst){ .op = OP_BEGIN });
	case '$':
		return emit(c, (struct inst){ .op = OP_END });
	case '.':
		memset(any.set, 0xff, sizeof any.set);
		return emit(c, any);
	case '*':
	case '+':
	case '?':
	case '{':
		return ERR_SYNTAX; /* nothing to repeat */
	}
	return emit(c, (struct inst){ .op = OP_BYTE, .byte = (uint8_t)b });
}

static enum err make_star(struct compiler *c, int from)
{
	int n = c->p->n - from;
	try(insert(c, from, 1));
	c->p->code[from] = (struct inst){ .op = OP_SPLIT, .x = 1, .y = n + 2 };
	return emit(c, (struct inst){ .op = OP_JUMP, .x = -(n + 1) });
}

static enum err make_optional(struct compiler *c, int from)
{
	int n = c->p->n - from;
	try(insert(c, from, 1));
	c->p->code[from] = (struct inst){ .op = OP_SPLIT, .x = 1, .y = n + 1 };
	return OK;
}

/* The n instructions from place from once more, at the end. */
static enum err copy(struct compiler *c, int from, int n)
{
	int to = c->p->n;
	try(insert(c, to, n));
	memcpy(&c->p->code[to], &c->p->code[from], (size_t)n * sizeof c->p->code[0]);
	return OK;
}

static bool parse_count(struct compiler *c, uint64_t *out)
{
	size_t from = c->at;
	while (more(c) && is_digit(next(c)))
		c->at++;
	return str_u64(str_sub(c->s, from, c->at), out);
}

/* After "{": m} m,} m,n} or ,n}. */
static enum err parse_bounds(struct compiler *c, int from)
{
	uint64_t min = 0, max;
	bool has_min = parse_count(c, &min), comma = take(c, ','), has_max = parse_count(c, &max);
	int n = c->p->n - from;
	if (!take(c, '}') || (!has_min && !has_max) || min > 255)
		return ERR_SYNTAX;
	if (!has_max)
		max = min;
	if (max < min || max > 255)
		return ERR_SYNTAX;
	bool endless = comma && !has_max;
	/* The first one is there: as often as it must be, then what may follow. */
	for (uint64_t i = 1; i < min; i++)
		try(copy(c, from, n));
	for (uint64_t i = min ? min : 1; i < max + endless; i++) {
		int at = c->p->n;
		try(copy(c, from, n));
		try(endless ? make_star(c, at) : make_optional(c, at));
	}
	if (min)
		return OK;
	if (endless)
		return make_star(c, from);
	if (max)
		return make_optional(c, from);
	c->p->n = from;
	return OK;
}

static enum err parse_repeats(struct compiler *c, int from)
{
	for (;;) { /* each turn takes a byte */
		if (take(c, '*')) {
			try(make_star(c, from));
		} else if (take(c, '+')) {
			int n = c->p->n - from;
			try(emit(c, (struct inst){ .op = OP_SPLIT, .x = -n, .y = 1 }));
		} else if (take(c, '?')) {
			try(make_optional(c, from));
		} else if (take(c, '{')) {
			try(parse_bounds(c, from));
		} else {
			return OK;
		}
	}
}

static enum err parse_branch(struct compiler *c)
{
	while (more(c) && next(c) != '|' && !(next(c) == ')' && c->depth)) {
		int from = c->p->n;
		try(parse_atom(c));
		try(parse_repeats(c, from));
	}
	return OK;
}

/* Branches; the recursion through groups is bounded by REGEX_DEPTH_MAX. */
static enum err parse_any(struct compiler *c)
{
	int from = c->p->n;
	try(parse_branch(c));
	while (take(c, '|')) {
		int n = c->p->n - from;
		try(insert(c, from, 1));
		c->p->code[from] = (struct inst){ .op = OP_SPLIT, .x = 1, .y = n + 2 };
		int jump = c->p->n;
		try(emit(c, (struct inst){ .op = OP_JUMP }));
		try(parse_branch(c));
		c->p->code[jump].x = c->p->n - jump;
	}
	return OK;
}

enum { SLOTS = REGEX_GROUPS * 2, UNSET = -1 };
struct thread {
	int pc;
	int64_t slot[SLOTS];
};
struct threads {
	struct thread *v; /* by priority */
	size_t n;
};
struct machine {
	const struct prog *p;
	struct str text;
	struct thread *stack; /* of closure(): two entries an instruction are enough */
	uint32_t *seen;	      /* by instruction: the last round it was entered in */
	uint32_t round;
	bool matched;
	struct thread best;
};

static void push(struct machine *m, size_t *n, const struct thread *t, int pc)
{
	m->stack[*n] = *t;
	m->stack[(*n)++].pc = pc;
}

/* Follow what takes no byte; threads that wait for one go to the list. */
static void closure(struct machine *m, struct threads *to, const struct thread *start, size_t at)
{
	size_t n = 0;
	push(m, &n, start, start->pc);
	while (n) { /* every instruction is entered once a round */
		struct thread t = m->stack[--n];
		const struct inst *i = &m->p->code[t.pc];
		if (m->seen[t.pc] == m->round)
			continue;
		m->seen[t.pc] = m->round;
		switch (i->op) {
		case OP_JUMP:
			push(m, &n, &t, t.pc + i->x);
			break;
		case OP_SPLIT:
			push(m, &n, &t, t.pc + i->y);
			push(m, &n, &t, t.pc + i->x);
			break;
		case OP_SAVE:
			t.slot[i->x] = (int64_t)at;
			push(m, &n, &t, t.pc + 1);
			break;
		case OP_BEGIN:
			if (at == 0)
				push(m, &n, &t, t.pc + 1);
			break;
		case OP_END:
			if (at == m->text.n)
				push(m, &n, &t, t.pc + 1);
			break;
		default:
			to->v[to->n++] = t;
		}
	}
}

static bool accepts(const struct inst *i, uint8_t b)
{
	return i->op == OP_BYTE	 ? i->byte == b
	       : i->op == OP_SET ? i->set[b / 32] >> (b % 32) & 1
				 : false;
}

/* One byte, or the end, for all threads of now. */
static void advance(struct machine *m, const struct threads *now, struct threads *then, size_t at)
{
	then->n = 0;
	m->round++;
	for (size_t i = 0; i < now->n; i++) {
		struct thread t = now->v[i];
		const struct inst *inst = &m->p->code[t.pc];
		if (inst->op == OP_MATCH) {
			/* The leftmost, then the longest, then the first of the pattern's choices.
			 */
			bool better =
				!m->matched || t.slot[0] < m->best.slot[0] ||
				(t.slot[0] == m->best.slot[0] && (int64_t)at > m->best.slot[1]);
			if (better) {
				m->best = t;
				m->best.slot[1] = (int64_t)at;
				m->matched = true;
			}
		} else if (at < m->text.n && accepts(inst, (uint8_t)m->text.p[at])) {
			t.pc++;
			closure(m, then, &t, at + 1);
		}
	}
}

static enum err run(struct machine *m, struct arena *a)
{
	size_t n = (size_t)m->p->n;
	struct threads now = { arena_array(a, struct thread, n), 0 };
	struct threads then = { arena_array(a, struct thread, n), 0 };
	struct thread start = { .pc = 0 };
	m->stack = arena_array(a, struct thread, 2 * n + 1);
	m->seen = arena_array(a, uint32_t, n);
	if (!now.v || !then.v || !m->stack || !m->seen)
		return ERR_NOMEM;
	for (size_t i = 0; i < SLOTS; i++)
		start.slot[i] = UNSET;
	m->round = 1;
	for (size_t at = 0; at <= m->text.n; at++) {
		/* A match may begin here while none has begun to match before. */
		start.slot[0] = (int64_t)at;
		if (!m->matched)
			closure(m, &now, &start, at);
		advance(m, &now, &then, at);
		struct threads swap = now;
		now = then;
		then = swap;
	}
	return OK;
}

enum err regex_match(struct str pattern, struct str text, struct arena *a,
		     struct regex_group group[REGEX_GROUPS])
{
	struct prog *p = arena_new(a, struct prog);
	struct compiler c = { .p = p, .s = pattern };
	struct machine m = { .p = p, .text = text };
	if (!p)
		return ERR_NOMEM;
	try(parse_any(&c));
	if (more(&c))
		return ERR_SYNTAX;
	try(emit(&c, (struct inst){ .op = OP_MATCH }));
	try(run(&m, a));
	if (!m.matched)
		return ERR_NOENT;
	for (size_t i = 0; i < REGEX_GROUPS; i++) {
		bool in = m.best.slot[i * 2] != UNSET && m.best.slot[i * 2 + 1] != UNSET;
		group[i].from = in ? (size_t)m.best.slot[i * 2] : 1;
		group[i].to = in ? (size_t)m.best.slot[i * 2 + 1] : 0;
	}
	return OK;
}
