/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "env.h"
#include <string.h>

static uint32_t hash(struct str s)
{
	uint32_t h = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < s.n; i++)
		h = (uint32_t)((h ^ (uint8_t)s.p[i]) * (uint64_t)16777619u);
	return h;
}

/* The slot of name, or the free one where it would go, or NULL: neither within ENV_PROBES. */
static struct env_var *probe(const struct env *e, struct str name)
{
	if (!e->cap)
		return NULL;
	size_t at = hash(name);
	for (size_t i = 0; i < ENV_PROBES && i < e->cap; i++) {
		struct env_var *v = &e->slot[(at + i) & (e->cap - 1)];
		if (!v->name.p || str_eq(v->name, name))
			return v;
	}
	return NULL;
}

const struct env_var *env_find(const struct env *e, struct str name)
{
	const struct env_var *v = probe(e, name);
	return v && v->value.p ? v : NULL;
}

struct str env_get(const struct env *e, struct str name)
{
	const struct env_var *v = env_find(e, name);
	return v ? v->value : (struct str){ NULL, 0 };
}

/* Put a variable that is not there yet; the strings are taken as they are. */
static enum err put(struct env *e, const struct env_var *v)
{
	struct env_var *at = probe(e, v->name);
	if (!at)
		return ERR_LIMIT;
	*at = *v;
	e->used++;
	return OK;
}

static enum err fill(struct env *to, const struct env *from, bool exported)
{
	for (size_t i = 0; i < from->cap; i++) {
		const struct env_var *v = &from->slot[i];
		if (v->value.p && (v->exported || !exported))
			try(put(to, v));
	}
	return OK;
}

static enum err resize(struct env *e, struct arena *a, size_t cap)
{
	struct env to = { .slot = arena_array(a, struct env_var, cap), .cap = cap };
	if (!to.slot)
		return ERR_NOMEM;
	try(fill(&to, e, false));
	*e = to;
	return OK;
}

enum err env_set(struct env *e, struct arena *a, struct str name, struct str value, const void *ref)
{
	struct env_var *old = probe(e, name);
	struct str copy = str_dup(a, value);
	if (!copy.p)
		return ERR_NOMEM;
	if (old && old->name.p) {
		old->value = copy;
		old->ref = ref;
		return OK;
	}
	if (e->used >= e->cap / 2)
		try(resize(e, a, e->cap ? e->cap * 2 : 64));
	struct env_var v = { .name = str_dup(a, name), .value = copy, .ref = ref };
	if (!v.name.p)
		return ERR_NOMEM;
	return put(e, &v);
}

void env_unset(struct env *e, struct str name)
{
	struct env_var *v = probe(e, name);
	if (!v || !v->name.p)
		return;
	v->value = (struct str){ NULL, 0 };
	v->exported = false;
}

enum err env_export(struct env *e, struct arena *a, struct str name)
{
	if (!env_find(e, name))
		try(env_set(e, a, name, (struct str){ "", 0 }, NULL));
	probe(e, name)->exported = true;
	return OK;
}

enum err env_copy(struct env *to, const struct env *from, struct arena *a, bool exported)
{
	size_t cap = from->cap ? from->cap : 64;
	*to = (struct env){ .slot = arena_array(a, struct env_var, cap), .cap = cap };
	return to->slot ? fill(to, from, exported) : ERR_NOMEM;
}

bool env_block_begin(struct env_block *b, struct span file)
{
	static const char magic[] = "# GRUB Environment Block\n";
	struct str text = { (const char *)file.p, file.n };
	if (!str_starts(text, STR(magic)))
		return false;
	b->rest = str_sub(text, sizeof magic - 1, text.n);
	return true;
}

/* The end of the line: a newline without a backslash before it. */
static size_t line_end(struct str s)
{
	size_t i = 0;
	while (i < s.n && s.p[i] != '\n')
		i += s.p[i] == '\\' ? 2 : 1;
	return min_size(i, s.n);
}

bool env_block_next(struct env_block *b, struct str *name, struct str *value)
{
	while (b->rest.n) { /* each turn takes a line */
		size_t end = b->rest.p[0] == '#' ? str_find(b->rest, '\n', 0) : line_end(b->rest);
		struct str line = str_sub(b->rest, 0, end);
		b->rest = str_sub(b->rest, end + 1, b->rest.n);
		size_t eq = str_find(line, '=', 0);
		if (str_starts(line, STR("#")) || eq == line.n || eq == 0)
			continue;
		*name = str_sub(line, 0, eq);
		*value = str_sub(line, eq + 1, line.n);
		return true;
	}
	return false;
}

struct str env_block_value(struct str escaped, struct arena *a)
{
	struct str out = str_dup(a, escaped);
	char *p = (char *)(uintptr_t)out.p;
	size_t n = 0;
	for (size_t i = 0; p && i < escaped.n; i++) {
		if (escaped.p[i] == '\\' && i + 1 < escaped.n)
			i++;
		p[n++] = escaped.p[i];
	}
	out.n = n;
	return out;
}
