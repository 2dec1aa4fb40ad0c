/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domboot-grub-compat(7) names the commands that there are, and no others. */
#include "../test.h"
#include "../../core/base/str.h"
#include "../../core/conf/cmd.h"
#include "../../core/conf/legacy_run.h"
#include <stdio.h>
#include <string.h>

static char page[1 << 16];

/* The part of the page between two headings. */
static struct str section(const char *from, const char *to)
{
	FILE *f = fopen("man/domboot-grub-compat.7", "r");
	check(f);
	size_t n = fread(page, 1, sizeof page - 1, f);
	fclose(f);
	page[n] = 0;
	char *begin = strstr(page, from);
	check(begin);
	char *end = strstr(begin, to);
	check(end);
	return (struct str){ begin, (size_t)(end - begin) };
}

/* The next command of a section; the dot is written so that it is no macro. */
static bool next_command(struct str *text, struct str *line, struct str *name)
{
	for (;;) { /* each turn takes a word, or a line */
		while (str_word(line, name)) {
			if (str_eq(*name, STR("\\&.")))
				*name = STR(".");
			if (!str_eq(*name, STR(",")) && !str_eq(*name, STR("Cm")))
				return true;
		}
		do
			if (!str_split(text, '\n', line))
				return false;
		while (!str_starts(*line, STR(".It Cm ")) && !str_starts(*line, STR(".Cm ")));
		*line = str_sub(*line, str_find(*line, 'C', 0), line->n);
	}
}

static bool listed(struct str text, struct str wanted)
{
	struct str line = { NULL, 0 }, name;
	while (next_command(&text, &line, &name))
		if (str_eq(name, wanted))
			return true;
	return false;
}

static bool known(const char *(*command)(size_t i), struct str name)
{
	const char *k;
	for (size_t i = 0; (k = command(i)); i++)
		if (str_eq(name, str_of(k)))
			return true;
	return false;
}

static void agree(struct str text, const char *(*command)(size_t i))
{
	struct str all = text, line = { NULL, 0 }, name;
	const char *k;
	for (size_t i = 0; (k = command(i)); i++)
		if (!listed(all, str_of(k)))
			test_fail(__FILE__, __LINE__, "not in the page: %s", k);
	while (next_command(&text, &line, &name))
		if (!known(command, name))
			test_fail(__FILE__, __LINE__, "no command: %.*s", STR_ARG(name));
}

TEST(grub2)
{
	agree(section(".Sh GRUB 2 SCRIPT", ".Ss Variables"), sh_command_name);
}

TEST(legacy)
{
	agree(section(".Sh GRUB LEGACY", ".Sh EXTLINUX"), legacy_command_name);
}
