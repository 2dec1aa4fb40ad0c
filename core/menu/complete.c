/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete.h"
#include "../base/fmt.h"
#include "../base/str.h"
#include "../conf/look.h"

struct finding {
	const struct shell_lang *lang;
	struct arena *arena;
	struct str word; /* what is there of it */
	struct completion *out;
	struct str after; /* what follows the only one */
};

static enum err add(struct finding *f, struct str name)
{
	struct completion *c = f->out;
	if (!str_starts(name, f->word) || !name.n)
		return OK;
	if (c->n == COMPLETE_MAX)
		return ERR_LIMIT;
	if (!c->v)
		c->v = arena_array(f->arena, struct str, COMPLETE_MAX);
	if (!c->v)
		return ERR_NOMEM;
	c->v[c->n] = str_dup(f->arena, name);
	return c->v[c->n++].p ? OK : ERR_NOMEM;
}

static enum err add_names(struct finding *f, enum shell_names which)
{
	const struct shell_lang *l = f->lang;
	struct str name;
	for (size_t i = 0; l->ops->name(l->state, which, i, &name); i++) /* ends with the table */
		try(add(f, name));
	return OK;
}

static enum err add_devices(struct finding *f)
{
	struct conf_host *h = f->lang->c->host;
	struct look l = { .c = f->lang->c, .from_zero = f->lang->ops->from_zero };
	struct conf_device d;
	char name[LOOK_NAME];
	for (size_t i = 0; h->device && h->device(h, i, &d); i++) { /* ends with the disks */
		size_t n = look_name(&l, d.name, name);
		try(add(f, (struct str){ name, n }));
	}
	return OK;
}

static enum err add_file(void *ctx, struct str name, enum fs_type type)
{
	struct finding *f = ctx;
	struct text t = { .arena = f->arena };
	/* Nobody means the ones with a dot who has not typed it. */
	if (str_eq(name, STR(".")) || str_eq(name, STR("..")) ||
	    (!f->word.n && str_starts(name, STR("."))))
		return OK;
	text_put(&t, name);
	if (type == FS_DIR)
		text_char(&t, '/');
	return t.bad ? ERR_NOMEM : add(f, text_str(&t));
}

/* "(hd0,1)/boot/vm", "/boot/vm". */
static enum err add_path(struct finding *f, struct str word)
{
	const struct shell_lang *l = f->lang;
	struct str device = l->ops->root(l->state), path = word;
	size_t slash = word.n;
	if (str_starts(word, STR("("))) {
		size_t close = str_find(word, ')', 0);
		if (close == word.n)
			return add_devices(f);
		device = str_sub(word, 1, close);
		path = str_sub(word, close + 1, word.n);
		if (l->ops->from_zero)
			try(conf_device_from_zero(f->arena, device, &device));
	}
	while (slash > 0 && word.p[slash - 1] != '/')
		slash--;
	f->word = str_sub(word, slash, word.n);
	if (!str_starts(path, STR("/")))
		return OK;
	path = str_sub(path, 0, path.n - f->word.n);
	enum err e = l->c->host->list(l->c->host, device, path, add_file, f);
	/* What cannot be read has nothing to offer. */
	return e == ERR_NOMEM || e == ERR_LIMIT ? e : OK;
}

/* Where the last word begins, and whether it is a command's name. */
static size_t word_start(struct str line, bool *command, struct str *before)
{
	size_t at = line.n, end;
	while (at > 0 && !is_blank(line.p[at - 1]) && line.p[at - 1] != ';')
		at--;
	for (end = at; end > 0 && is_blank(line.p[end - 1]); end--)
		;
	size_t from = end;
	while (from > 0 && !is_blank(line.p[from - 1]))
		from--;
	*before = str_sub(line, from, end);
	*command = end == 0 || line.p[end - 1] == ';' || line.p[end - 1] == '{';
	return at;
}

static bool names_variables(struct str command)
{
	return str_eq(command, STR("set")) || str_eq(command, STR("unset")) ||
	       str_eq(command, STR("export"));
}

static enum err find(struct finding *f, struct str line)
{
	bool command;
	struct str before, word;
	word = str_sub(line, word_start(line, &command, &before), line.n);
	size_t dollar = word.n;
	while (dollar > 0 && word.p[dollar - 1] != '$')
		dollar--;
	f->after = STR(" ");
	if (dollar && str_find(word, '/', dollar) == word.n) {
		bool brace = dollar < word.n && word.p[dollar] == '{';
		f->word = str_sub(word, dollar + brace, word.n);
		f->after = brace ? STR("}") : STR("");
		return add_names(f, SHELL_VARIABLES);
	}
	size_t equals = str_find(word, '=', 0);
	if (equals < word.n) /* an option's value */
		word = str_sub(word, equals + 1, word.n);
	f->word = word;
	if (str_starts(word, STR("(")) || str_starts(word, STR("/")))
		return add_path(f, word);
	if (names_variables(before)) {
		f->after = str_eq(before, STR("set")) ? STR("=") : STR(" ");
		return add_names(f, SHELL_VARIABLES);
	}
	return command ? add_names(f, SHELL_COMMANDS) : OK;
}

static struct str common(struct str a, struct str b)
{
	size_t i = 0;
	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	return str_sub(a, 0, i);
}

enum err complete(const struct shell_lang *l, struct str line, struct arena *a,
		  struct completion *out)
{
	struct finding f = { .lang = l, .arena = a, .out = out };
	*out = (struct completion){ .n = 0 };
	try(find(&f, line));
	if (!out->n)
		return OK;
	struct str same = out->v[0];
	for (size_t i = 1; i < out->n; i++)
		same = common(same, out->v[i]);
	say_sort(out->v, out->n);
	out->more = str_sub(same, f.word.n, same.n);
	bool open = str_ends(same, STR("/")) || str_ends(same, STR(")"));
	if (out->n > 1 || open)
		return OK;
	struct text t = { .arena = a };
	text_put(&t, out->more);
	text_put(&t, f.after);
	out->more = t.p ? text_str(&t) : STR("");
	return t.bad ? ERR_NOMEM : OK;
}
