/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pe.h"
#include <stdlib.h>
#include <string.h>

enum { PE_AT = 0x80, OPTIONAL = 240, TABLE = PE_AT + 24 + OPTIONAL, ALIGN = 512 };

static void put(char *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (char)(v >> 8 * i);
}

static size_t up(size_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static size_t length(const struct pe_section *s)
{
	return s->n ? s->n : strlen(s->text);
}

struct str pe_make(struct arena *a, uint16_t machine, const struct pe_section *v, size_t n)
{
	size_t at = up(TABLE + n * 40), size = at;
	for (size_t i = 0; i < n; i++)
		size += up(length(&v[i]));
	char *p = arena_alloc(a, size, 1);
	if (!p)
		abort();
	memcpy(p, "MZ", 2);
	put(p + 0x3c, PE_AT, 4);
	memcpy(p + PE_AT, "PE\0\0", 4);
	put(p + PE_AT + 4, machine, 2);
	put(p + PE_AT + 6, n, 2);
	put(p + PE_AT + 20, OPTIONAL, 2);
	for (size_t i = 0; i < n; i++) {
		char *s = p + TABLE + i * 40;
		memcpy(s, v[i].name, strnlen(v[i].name, 8));
		put(s + 8, length(&v[i]), 4);
		put(s + 16, up(length(&v[i])), 4);
		put(s + 20, at, 4);
		memcpy(p + at, v[i].text, length(&v[i]));
		at += up(length(&v[i]));
	}
	return (struct str){ p, size };
}
