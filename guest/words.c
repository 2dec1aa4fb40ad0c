/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words.h"
#include "../core/base/str.h"
#include <string.h>

#define VFB STR("vfb=yes") /* for words_vfb, before anything else is known */

/* The next word, its quotes taken out in place; false: no more. */
static bool next_word(char **line, struct str *out)
{
	char *from = *line, quote = 0;
	while (is_blank(*from))
		from++;
	char *to = from, *at = from;
	for (; *at && (quote || !is_blank(*at)); at++) { /* to the end of the line */
		if (quote ? *at == quote : *at == '"' || *at == '\'')
			quote = quote ? 0 : *at;
		else
			*to++ = *at;
	}
	*line = at;
	*out = (struct str){ from, (size_t)(to - from) };
	return at != from;
}

static void set_timeout(struct boot_want *want, struct str v, struct log *log)
{
	uint64_t seconds;
	want->has_timeout = true;
	if (str_eq(v, STR("-1")))
		want->timeout_s = -1;
	else if (str_u64(v, &seconds) && seconds <= 86400)
		want->timeout_s = (int)seconds;
	else {
		want->has_timeout = false;
		log_at(log, LOG_WARN, "timeout=%.*s: not a number of seconds", STR_ARG(v));
	}
}

static void take_word(struct boot_want *want, struct str w, struct log *log)
{
	size_t equals = str_find(w, '=', 0);
	struct str key = str_sub(w, 0, equals), v = str_sub(w, equals + 1, w.n);
	bool path = w.n && (w.p[0] == '(' || w.p[0] == '/');
	if (path && !want->config.n)
		want->config = w;
	else if (str_eq(key, STR("config")))
		want->config = v;
	else if (str_eq(key, STR("default")))
		want->chosen = v;
	else if (str_eq(key, STR("append")))
		want->args = v;
	else if (str_eq(key, STR("timeout")))
		set_timeout(want, v, log);
	else if (!str_eq(w, VFB))
		log_at(log, LOG_DEBUG, "%.*s: passed over", STR_ARG(w));
}

struct str words_value(char *line, struct str key)
{
	struct str w, found = { NULL, 0 };
	while (next_word(&line, &w)) { /* to the end of the line */
		size_t equals = str_find(w, '=', 0);
		if (equals < w.n && str_eq(str_sub(w, 0, equals), key))
			found = str_sub(w, equals + 1, w.n);
	}
	return found;
}

void words_parse(char *line, struct boot_want *want, struct log *log)
{
	struct str w;
	want->legacy_numbers = true;
	while (next_word(&line, &w)) /* to the end of the line */
		take_word(want, w, log);
	if (str_starts(want->config, STR("(nd)"))) {
		log_at(log, LOG_ERROR, "%.*s: network boot is not supported; looking on the disks",
		       STR_ARG(want->config));
		want->config = (struct str){ NULL, 0 };
	}
}

bool words_vfb(const char line[START_CMDLINE])
{
	char copy[START_CMDLINE], *at = copy;
	struct str w;
	memcpy(copy, line, sizeof copy);
	while (next_word(&at, &w)) /* to the end of the line */
		if (str_eq(w, VFB))
			return true;
	return false;
}
