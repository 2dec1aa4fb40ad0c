/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
/*
 * test and [. GRUB reads the words from left to right as "or" of "and" of
 * tests; words that stand side by side are joined by "and", and "-a" is noise.
 */
struct test {
	struct sh *sh;
	const struct str *v;
	size_t n, at;
	uint32_t depth;
	enum err err;
};

/* What follows the digits does not count, and a text without any is 0. */
static int64_t integer(struct str s)
{
	uint64_t v;
	s = str_trim(s);
	bool negative = str_starts(s, STR("-"));
	(void)sh_number(str_sub(s, negative ? 1 : 0, s.n), &v);
	v = min_u64(v, INT64_MAX);
	return negative ? -(int64_t)v : (int64_t)v;
}

enum relation { LT = 1, EQ = 2, GT = 4 };

static int order(int64_t a, int64_t b)
{
	return a < b ? LT : a > b ? GT : EQ;
}

/* How the numbers compare that are left when the common beginning of both texts is cut off. */
static int prefix_order(struct str a, struct str b)
{
	size_t i = 0;
	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	return order(integer(str_sub(a, i, a.n)), integer(str_sub(b, i, b.n)));
}

static bool stat_of(struct test *t, struct str name, struct fs_node *out)
{
	struct conf_host *h = t->sh->c->host;
	struct boot_file f;
	struct sh_path p;
	if (t->err)
		return false;
	t->err = sh_spend(t->sh, SH_LOOK);
	if (!t->err) /* to GRUB no name is the root directory of $root */
		t->err = sh_path(t->sh, str_empty(name) ? STR("/") : name, &p);
	if (t->err || h->open(h, p.device, p.path, &f))
		return false;
	*out = f.node;
	return true;
}

/* -nt and -ot with a number behind them: seconds to be added to the first time. */
static bool newer(struct test *t, struct str a, struct str op, struct str b, bool *result)
{
	struct fs_node x, y;
	if (!str_starts(op, STR("-nt")) && !str_starts(op, STR("-ot")))
		return false;
	*result = false;
	if (!stat_of(t, a, &x) || !stat_of(t, b, &y))
		return true;
	int64_t bias = integer(str_sub(op, 3, op.n)), when;
	if (__builtin_add_overflow(x.mtime, bias, &when))
		return true;
	*result = order(when, y.mtime) == (op.p[1] == 'n' ? GT : LT);
	return true;
}

static bool binary(struct test *t, struct str a, struct str op, struct str b, bool *result)
{
	static const struct {
		const char *op;
		uint8_t want, kind; /* 0: text, 1: number, 2: number after a common beginning */
	} table[] = {
		{ "=", EQ, 0 },	       { "==", EQ, 0 },	  { "!=", LT | GT, 0 },	 { "<", LT, 0 },
		{ "<=", LT | EQ, 0 },  { ">", GT, 0 },	  { ">=", GT | EQ, 0 },	 { "-eq", EQ, 1 },
		{ "-ne", LT | GT, 1 }, { "-lt", LT, 1 },  { "-le", LT | EQ, 1 }, { "-gt", GT, 1 },
		{ "-ge", GT | EQ, 1 }, { "-pgt", GT, 2 }, { "-plt", LT, 2 },
	};
	for (size_t i = 0; i < array_len(table); i++) {
		if (!str_eq(op, str_of(table[i].op)))
			continue;
		int have = table[i].kind == 0	? order(str_cmp(a, b), 0)
			   : table[i].kind == 1 ? order(integer(a), integer(b))
						: prefix_order(a, b);
		*result = have & table[i].want;
		return true;
	}
	return newer(t, a, op, b, result);
}

static bool unary(struct test *t, struct str op, struct str a, bool *result)
{
	struct fs_node n = { 0 };
	if (op.n != 2 || op.p[0] != '-')
		return false;
	switch (op.p[1]) {
	case 'n':
		*result = !str_empty(a);
		return true;
	case 'z':
		*result = str_empty(a);
		return true;
	case 'd':
		*result = stat_of(t, a, &n) && n.type == FS_DIR;
		return true;
	case 'e':
		*result = stat_of(t, a, &n);
		return true;
	case 'f':
		*result = stat_of(t, a, &n) && n.type != FS_DIR;
		return true;
	case 's':
		*result = stat_of(t, a, &n) && n.type == FS_FILE && n.size > 0;
		return true;
	}
	return false;
}

/* One test; false when what stands next is an operator of test() instead. */
static bool primary(struct test *t, bool *result)
{
	const struct str *v = t->v + t->at;
	size_t left = t->n - t->at;
	if (left >= 3 && binary(t, v[0], v[1], v[2], result)) {
		t->at += 3;
		return true;
	}
	if (left >= 2 && unary(t, v[0], v[1], result)) {
		t->at += 2;
		return true;
	}
	return false;
}

static bool next_is(struct test *t, const char *word)
{
	if (!str_eq(t->v[t->at], str_of(word)))
		return false;
	t->at++;
	return true;
}

static bool test(struct test *t);

/* Brackets nest as deep as blocks may. */
static bool nested(struct test *t)
{
	bool result = false;
	if (++t->depth > t->sh->c->limits.depth)
		t->at = t->n;
	else
		result = test(t);
	t->depth--;
	return result;
}

static bool test(struct test *t)
{
	bool either = false, all = true, invert = false;
	while (t->at < t->n) { /* each turn takes a word */
		bool value;
		if (!primary(t, &value)) {
			if (next_is(t, ")"))
				break;
			if (next_is(t, "-a"))
				continue;
			if (next_is(t, "!")) {
				invert = !invert;
				continue;
			}
			if (next_is(t, "-o")) {
				either = either || all;
				all = true;
				continue;
			}
			value = next_is(t, "(") ? nested(t) : !str_empty(t->v[t->at++]);
		}
		all = all && value != invert;
		invert = false;
	}
	return either || all;
}

static enum err run(struct sh *sh, const struct str *v, size_t n)
{
	struct test t = { .sh = sh, .v = v, .n = n };
	sh->status = test(&t) ? SH_TRUE : SH_FALSE;
	return t.err;
}

enum err cmd_test(struct sh *sh, const struct sh_args *a)
{
	return run(sh, a->v + 1, a->n - 1);
}

enum err cmd_bracket(struct sh *sh, const struct sh_args *a)
{
	bool closed = a->n > 1 && str_eq(a->v[a->n - 1], STR("]"));
	return run(sh, a->v + 1, a->n - 1 - closed);
}
