/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules.h"
#include "../core/base/str.h"
#include "../core/conf/regex.h"
#include "../hosted/hosted.h"
#include "filetext.h"
#include "say.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* --- the text --------------------------------------------------------------------- */

static char kind_of(struct str word)
{
	return str_eq(word, STR("blacklist")) ? 'b'
	       : str_eq(word, STR("prefer"))  ? 'p'
	       : str_eq(word, STR("accept"))  ? 'a'
					      : 0;
}

enum err rules_add(struct rules *r, struct str text)
{
	struct str line, word;
	while (str_split(&text, '\n', &line)) { /* ends with the text */
		if (!str_word(&line, &word) || !str_eq(word, STR("title")) ||
		    !str_word(&line, &word) || !kind_of(word) || !(line = str_trim(line)).n)
			continue;
		if (line.n + 2 > sizeof r->text - r->n)
			return ERR_LIMIT;
		r->text[r->n++] = kind_of(word);
		memcpy(r->text + r->n, line.p, line.n);
		r->n += line.n;
		r->text[r->n++] = '\n';
	}
	return OK;
}

/* Whether a rule of this kind has an expression that is found in the title. */
static bool any(const struct rules *r, char kind, struct str title)
{
	struct str rest = { r->text, r->n }, line;
	struct regex_group group[REGEX_GROUPS];
	struct arena a;
	bool found = false;
	while (!found && str_split(&rest, '\n', &line)) { /* ends with the rules */
		if (!line.n || line.p[0] != kind)
			continue;
		arena_init(&a, &hosted_pages, 1 << 20);
		found = regex_match(str_sub(line, 1, line.n), title, &a, group) == OK;
		arena_release(&a);
	}
	return found;
}

int rules_rank(const struct rules *r, struct str title)
{
	if (any(r, 'b', title) && !any(r, 'a', title))
		return 0;
	return any(r, 'p', title) ? 2 : 1;
}

/* --- the directory ---------------------------------------------------------------- */

static int no_dot(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void read_file(struct rules *r, const char *directory, const char *name)
{
	char path[PATH_MAX], why[OPTS_WHY];
	struct arena a;
	struct str text;
	if (fmt_to(path, sizeof path, "%s/%s", directory, name) >= sizeof path)
		return;
	arena_init(&a, &hosted_pages, 1 << 20);
	if (filetext_read(path, RULES_MAX, &a, &text, why))
		say(LOG_WARN, "%s", why);
	else if (rules_add(r, text))
		say(LOG_WARN, "%s: more than %d bytes of rules", path, RULES_MAX);
	arena_release(&a);
}

void rules_read(struct rules *r, const char *directory)
{
	struct dirent **name;
	r->n = 0;
	int n = scandir(directory, &name, no_dot, alphasort);
	if (n < 0 && errno != ENOENT)
		say(LOG_WARN, "%s: %s", directory, strerror(errno));
	for (int i = 0; i < n; i++) { /* as many as are there */
		read_file(r, directory, name[i]->d_name);
		free(name[i]);
	}
	if (n >= 0)
		free(name);
}
