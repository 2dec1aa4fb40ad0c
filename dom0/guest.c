/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest.h"
#include "../core/base/str.h"
#include "filetext.h"

bool guest_is_config(const char *path)
{
	struct str s = str_of(path);
	return str_ends(s, STR(".cfg")) || str_ends(s, STR(".xml")) ||
	       str_starts(s, STR("/etc/xen/"));
}

void guest_note(struct guest *g, struct arena *a, const char *fmt, ...)
{
	char line[OPTS_WHY];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	if (g->n_note == GUEST_NOTES_MAX)
		return;
	struct str s = str_dup(a, (struct str){ line, min_size(n, sizeof line - 1) });
	if (s.p)
		g->note[g->n_note++] = s;
}

static void add_arg(struct guest *g, struct arena *a, struct str word)
{
	struct str copy = str_dup(a, word);
	if (copy.p && g->n_args < GUEST_ARGS_MAX)
		g->arg[g->n_args++] = copy;
	else
		guest_note(g, a, "bootloader_args: too many words");
}

void guest_add_args(struct guest *g, struct arena *a, struct str text, bool split)
{
	struct str word;
	if (!split)
		add_arg(g, a, text);
	while (split && str_word(&text, &word))
		add_arg(g, a, word);
}

bool guest_add_disk(struct guest *g, struct arena *a, struct str path, struct str vdev,
		    struct str format, bool cdrom)
{
	struct str copy = str_dup(a, path);
	if (g->n_disk == OPTS_DISKS_MAX || !copy.p)
		return false;
	g->disk[g->n_disk++] = (struct guest_disk){ copy.p, vdev, format, cdrom };
	return true;
}

bool guest_load(const char *path, struct arena *a, struct guest *out, char why[OPTS_WHY])
{
	char reason[OPTS_WHY];
	struct str text;
	if (filetext_read(path, GUEST_TEXT_MAX, a, &text, why))
		return false;
	*out = (struct guest){ .type = GUEST_ANY };
	enum err e = str_starts(str_trim(text), STR("<")) ? virtxml_parse(text, a, out, reason)
							  : xlcfg_parse(text, a, out, reason);
	if (e)
		fmt_to(why, OPTS_WHY, "%s: %s", path, e == ERR_SYNTAX ? reason : err_text(e));
	return e == OK;
}
