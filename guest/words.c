/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words.h"
#include "../core/base/str.h"
#include <string.h>

#define ENV STR("xen_grub_env_")

/* The next word, its quotes taken out in place; false: no more. */
static bool next_word(char **line, struct str *out)
{
	char *from = *line, quote = 0;
	while (is_blank(*from))
		from++;
	char *to = from, *at = from;
	bool escapes = str_starts(str_of(from), ENV);
	for (; *at && (quote || !is_blank(*at)); at++) { /* to the end of the line */
		if (escapes && *at == '\\' && at[1])
			*to++ = *++at;
		else if (quote ? *at == quote : *at == '"' || *at == '\'')
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
	uint64_t seconds = 0;
	bool forever = str_eq(v, STR("-1"));
	if (!forever && (!str_u64(v, &seconds) || seconds > 86400)) {
		log_at(log, LOG_WARN, "timeout=%.*s: not a number of seconds", STR_ARG(v));
		return;
	}
	want->has_timeout = true;
	want->timeout_s = forever ? -1 : (int)seconds;
}

static bool is_env_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_' && (ascii_lower(s.p[i]) < 'a' || ascii_lower(s.p[i]) > 'z'))
			return false;
	return str_starts(s, ENV);
}

static void set_var(struct boot_want *want, struct str name, struct str value, struct log *log)
{
	if (!is_env_name(name))
		log_at(log, LOG_WARN, "%.*s: only letters and _ can be in the name", STR_ARG(name));
	else if (want->n_var == WORDS_VARS)
		log_at(log, LOG_WARN, "%.*s: over the limit of %d variables", STR_ARG(name),
		       WORDS_VARS);
	else
		want->var[want->n_var++] = (struct boot_var){ name, value };
}

bool words_set(struct boot_want *want, struct str key, struct str value, struct log *log)
{
	if (str_eq(key, STR("config")))
		want->config = value;
	else if (str_eq(key, STR("default")))
		want->chosen = value;
	else if (str_eq(key, STR("append")))
		want->args = value;
	else if (str_eq(key, STR("timeout")))
		set_timeout(want, value, log);
	else if (str_starts(key, ENV))
		set_var(want, key, value, log);
	else
		return false;
	return true;
}

/* By words_value(), where it matters. */
static bool is_read_elsewhere(struct str key)
{
	return str_eq(key, STR("vfb")) || str_eq(key, STR("pvh")) || str_eq(key, STR("pvboot"));
}

static void take_word(struct boot_want *want, struct str w, struct log *log)
{
	size_t equals = str_find(w, '=', 0);
	struct str key = str_sub(w, 0, equals), v = str_sub(w, equals + 1, w.n);
	bool path = w.n && (w.p[0] == '(' || w.p[0] == '/');
	if (equals == w.n && str_starts(w, ENV))
		v = STR("1");
	if (path && !want->config.n)
		want->config = w;
	else if (str_eq(w, STR("debug")))
		log->level = LOG_DEBUG;
	else if (path || !(is_read_elsewhere(key) || words_set(want, key, v, log)))
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

static bool is_printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

void words_parse(char *line, struct boot_want *want, struct log *log)
{
	struct str w, config = want->config;
	size_t n_var = want->n_var;
	bool printable = is_printable(str_of(line));
	want->legacy_numbers = true;
	want->config = (struct str){ NULL, 0 };
	while (next_word(&line, &w)) /* to the end of the line */
		take_word(want, w, log);
	if (!printable && want->n_var > n_var) { /* GRUB's rule */
		log_at(log, LOG_WARN, "xen_grub_env_: the command line is not all printable ASCII");
		want->n_var = n_var;
	}
	if (str_starts(want->config, STR("(nd)"))) {
		log_at(log, LOG_ERROR, "%.*s: network boot is not supported; looking on the disks",
		       STR_ARG(want->config));
		want->config = (struct str){ NULL, 0 };
	}
	if (!want->config.n)
		want->config = config;
}

bool words_vfb(const char line[START_CMDLINE])
{
	char copy[START_CMDLINE];
	memcpy(copy, line, sizeof copy);
	return str_eq(words_value(copy, STR("vfb")), STR("yes"));
}
