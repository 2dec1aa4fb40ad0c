/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "answer.h"
#include "../core/base/str.h"
#include "../core/base/utf.h"

static const char hex[] = "0123456789abcdef";

static void put_hex(struct text *out, char kind, uint32_t v, int digits)
{
	text_char(out, '\\');
	text_char(out, kind);
	while (digits-- > 0)
		text_char(out, hex[v >> (4 * digits) & 15]);
}

/*
 * What str.isprintable() denies, apart from code points that no Unicode
 * version has assigned: categories Cc, Cf, Cs, Co, Zl, Zp, Zs but the blank.
 */
static bool is_printable(uint32_t cp)
{
	static const struct {
		uint32_t from, to;
	} not [] = {
		{ 0x00, 0x1f },	      { 0x7f, 0xa0 },	     { 0xad, 0xad },
		{ 0x600, 0x605 },     { 0x61c, 0x61c },	     { 0x6dd, 0x6dd },
		{ 0x70f, 0x70f },     { 0x890, 0x891 },	     { 0x8e2, 0x8e2 },
		{ 0x1680, 0x1680 },   { 0x180e, 0x180e },    { 0x2000, 0x200f },
		{ 0x2028, 0x202f },   { 0x205f, 0x206f },    { 0x3000, 0x3000 },
		{ 0xd800, 0xf8ff },   { 0xfeff, 0xfeff },    { 0xfff0, 0xfffb },
		{ 0xfffe, 0xffff },   { 0x110bd, 0x110bd },  { 0x110cd, 0x110cd },
		{ 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 },  { 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe00ff }, { 0xe01f0, 0x10ffff },
	};
	for (size_t i = 0; i < array_len(not ); i++)
		if (cp >= not [i].from && cp <= not [i].to)
			return false;
	return true;
}

static void put_escaped(struct text *out, uint32_t cp)
{
	switch (cp) {
	case '\n':
		text_put(out, STR("\\n"));
		return;
	case '\r':
		text_put(out, STR("\\r"));
		return;
	case '\t':
		text_put(out, STR("\\t"));
		return;
	default:
		if (cp < 0x100)
			put_hex(out, 'x', cp, 2);
		else if (cp < 0x10000)
			put_hex(out, 'u', cp, 4);
		else
			put_hex(out, 'U', cp, 8);
	}
}

/* A byte that is not UTF-8: utf8_next() used up one byte and gave U+FFFD, which has three. */
static bool is_stray(uint32_t cp, size_t bytes)
{
	return cp == 0xfffd && bytes == 1;
}

void repr_print(struct str s, struct text *out)
{
	bool single = str_find(s, '\'', 0) < s.n, both = single && str_find(s, '"', 0) < s.n;
	char quote = single && !both ? '"' : '\'';
	text_char(out, quote);
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t cp = utf8_next(s, &at);
		if (cp == '\\' || cp == (uint32_t)quote) {
			text_char(out, '\\');
			text_char(out, (char)cp);
		} else if (is_stray(cp, at - from)) {
			/* Python carries such bytes as lone surrogates. */
			put_escaped(out, 0xdc00 | (uint8_t)s.p[from]);
		} else if (is_printable(cp)) {
			text_put(out, str_sub(s, from, at));
		} else {
			put_escaped(out, cp);
		}
	}
	text_char(out, quote);
}

static void sxp_item(struct text *out, struct str key, struct str value)
{
	if (!value.n)
		return;
	text_char(out, '(');
	text_put(out, key);
	text_char(out, ' ');
	repr_print(value, out);
	text_char(out, ')');
}

static enum err simple_item(struct text *out, struct str key, struct str value, char end)
{
	if (!value.n)
		return OK;
	if (str_find(value, end, 0) < value.n)
		return ERR_SYNTAX;
	text_put(out, key);
	text_char(out, ' ');
	text_put(out, value);
	text_char(out, end);
	return OK;
}

enum err answer_print(const struct answer *a, enum format format, struct text *out)
{
	if (format == FORMAT_SXP) {
		text_put(out, STR("linux "));
		sxp_item(out, STR("kernel"), a->kernel);
		sxp_item(out, STR("ramdisk"), a->ramdisk);
		sxp_item(out, STR("args"), a->args);
	} else {
		char end = format == FORMAT_SIMPLE ? '\n' : 0;
		try(simple_item(out, STR("kernel"), a->kernel, end));
		try(simple_item(out, STR("ramdisk"), a->ramdisk, end));
		try(simple_item(out, STR("args"), a->args, end));
		text_char(out, end);
	}
	return out->bad ? ERR_NOMEM : OK;
}

/* Drop the last component of the path that began at from in out. */
static void path_up(struct text *out, size_t from)
{
	while (out->n > from && out->p[out->n - 1] != '/')
		out->n--;
	if (out->n > from)
		out->n--;
}

static void path_add(struct text *out, size_t from, struct str path)
{
	struct str part;
	while (str_split(&path, '/', &part)) {
		if (!part.n || str_eq(part, STR(".")))
			continue;
		if (str_eq(part, STR(".."))) {
			path_up(out, from);
			continue;
		}
		text_char(out, '/');
		text_put(out, part);
	}
}

void path_print(struct str cwd, struct str dir, struct text *out)
{
	size_t from = out->n;
	if (!str_starts(dir, STR("/")))
		path_add(out, from, cwd);
	path_add(out, from, dir);
	if (out->n == from)
		text_char(out, '/');
}

void random_name(const uint8_t bytes[ANSWER_RANDOM], char name[ANSWER_RANDOM + 1])
{
	static const char from[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	for (size_t i = 0; i < ANSWER_RANDOM; i++)
		name[i] = from[bytes[i] % (sizeof from - 1)];
	name[ANSWER_RANDOM] = 0;
}
