/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing an environment block in place. */
#include "env.h"
#include <string.h>

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '=' || s.p[i] == '\\' || s.p[i] == '\n')
			return false;
	return s.n && s.p[0] != '#';
}

static bool is_escaped(char c)
{
	return c == '\\' || c == '\n';
}

/* "name=value", its newline too; to may be NULL. Returns the length. */
static size_t put_line(uint8_t *to, struct str name, struct str value)
{
	size_t n = name.n + 1;
	if (to) {
		memcpy(to, name.p, name.n);
		to[name.n] = '=';
	}
	for (size_t i = 0; i <= value.n; i++) {
		char c = i < value.n ? value.p[i] : '\n';
		if (i < value.n && is_escaped(c)) {
			if (to)
				to[n] = '\\';
			n++;
		}
		if (to)
			to[n] = (uint8_t)c;
		n++;
	}
	return n;
}

/* Cut out every line of name. *end: of the lines; *at: where the first of them was. */
static enum err cut_lines(uint8_t *block, size_t n, struct str name, size_t *end, size_t *at)
{
	struct env_block b;
	struct str key, value;
	if (!env_block_begin(&b, (struct span){ block, n }))
		return ERR_CORRUPT;
	bool cut = false;
	while (env_block_next(&b, &key, &value)) { /* each turn passes a line or cuts one out */
		size_t from = (size_t)((const uint8_t *)key.p - block);
		size_t to = (size_t)((const uint8_t *)b.rest.p - block);
		if (!str_eq(key, name))
			continue;
		if (to > *end)
			return ERR_CORRUPT;
		memmove(block + from, block + to, *end - to);
		*end -= to - from;
		memset(block + *end, '#', to - from);
		b.rest = (struct str){ (const char *)block + from, n - from };
		*at = cut ? *at : from;
		cut = true;
	}
	if (!cut)
		*at = *end;
	return OK;
}

enum err env_block_set(uint8_t *block, size_t n, struct str name, struct str value)
{
	size_t end = n, at, len = value.p ? put_line(NULL, name, value) : 0;
	if (!is_name(name))
		return ERR_SYNTAX;
	while (end && block[end - 1] == '#')
		end--;
	if (!end || block[end - 1] != '\n')
		return ERR_CORRUPT;
	try(cut_lines(block, n, name, &end, &at));
	if (len > n - end)
		return ERR_LIMIT;
	memmove(block + at + len, block + at, end - at);
	if (len)
		put_line(block + at, name, value);
	return OK;
}
