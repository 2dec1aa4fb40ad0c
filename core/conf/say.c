/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "say.h"
#include "../base/fmt.h"
#include "../base/str.h"

bool conf_print(struct conf *c, struct str text)
{
	return c->user && c->user->print(c->user, text);
}

bool conf_say(struct conf *c, const char *fmt, ...)
{
	char line[LOG_LINE];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	return conf_print(c, (struct str){ line, min_size(n, sizeof line - 1) });
}

bool say_pair(struct conf *c, struct str name, struct str value)
{
	return conf_print(c, name) && conf_print(c, STR("=")) && conf_print(c, value) &&
	       conf_print(c, STR("\n"));
}

/* Comb sort: no recursion and no memory, and never slow on sorted lists. */
void say_sort(struct str *v, size_t n)
{
	bool swapped = true;
	for (size_t gap = n; gap > 1 || swapped;) { /* ends when a pass with gap 1 swaps nothing */
		gap = gap > 1 ? gap * 10 / 13 : 1;
		gap = gap ? gap : 1;
		swapped = false;
		for (size_t i = 0; i + gap < n; i++) {
			if (str_cmp(v[i], v[i + gap]) <= 0)
				continue;
			struct str s = v[i];
			v[i] = v[i + gap];
			v[i + gap] = s;
			swapped = true;
		}
	}
}

bool say_help(struct conf *c, const struct help *h, size_t n, struct str prefix)
{
	char head[80];
	bool more = true;
	for (size_t i = 0; more && i < n; i++) {
		if (!str_starts(str_of(h[i].name), prefix))
			continue;
		size_t k = fmt_to(head, sizeof head, "%s %s", h[i].name, h[i].usage);
		more = conf_say(c, "%-28s", head) && (k < 28 || conf_say(c, "\n%-28s", "")) &&
		       conf_say(c, "%s\n", h[i].what);
	}
	return more;
}

/* Letters to add, drop, change or swap with their neighbour: Damerau's distance, in full rows. */
static size_t distance(struct str a, struct str b)
{
	enum { WORD = 24 };
	uint8_t row[3][WORD + 1];
	if (a.n > WORD || b.n > WORD)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = (uint8_t)j;
	for (size_t i = 1; i <= a.n; i++) {
		uint8_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
		now[0] = (uint8_t)i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t d = last[j - 1] + (a.p[i - 1] != b.p[j - 1] ? 1u : 0u);
			d = min_size(d, min_size(last[j], now[j - 1]) + 1u);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				d = min_size(d, before[j - 2] + 1u);
			now[j] = (uint8_t)d;
		}
	}
	return row[a.n % 3][b.n];
}

void guess_name(struct guess *g, struct str name)
{
	size_t most = g->word.n < 3 ? 1 : g->word.n < 6 ? 2 : 3, d = distance(g->word, name);
	if (d > most || d >= name.n || (g->name.p && d >= g->distance))
		return;
	g->name = name;
	g->distance = d;
}
