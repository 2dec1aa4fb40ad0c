/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plain.h"
#include "../base/str.h"

/*
 * FreeBSD's loader.conf(5): NAME="VALUE" lines. A FreeBSD kernel under Xen takes
 * NAME=VALUE words with commas or blanks between them as its environment
 * (sys/x86/xen/pv.c, PVH without loader metadata), so what the file sets for the
 * kernel goes onto the command line; values with a blank or a comma in them
 * cannot. Modules cannot be handed over that way: they are named in the log.
 * /boot/loader.conf.d/NAME.conf and /boot/loader.conf.local come after it; what is
 * set last counts (loader.conf(5), loader_conf_dirs and local_loader_conf_files).
 */
enum { WORDS_MAX = 256, MORE_MAX = 64 };
struct word {
	struct str name, value;
};
struct reading {
	struct conf *c;
	const struct conf_source *src;
	struct str kernel, bootfile, options;
	struct word word[WORDS_MAX];
	size_t n;
	struct str more[MORE_MAX]; /* of loader.conf.d, sorted */
	size_t n_more;
	uint32_t names; /* looked at there */
	uint64_t delay_s;
	bool no_delay;
};

static struct str unquoted(struct str s)
{
	s = str_trim(s);
	if (s.n && s.p[0] == '"') /* a comment may follow */
		return str_sub(s, 1, str_find(s, '"', 1));
	return str_trim(str_sub(s, 0, str_find(s, '#', 0)));
}

/* Variables of the loader alone. */
static bool is_loaders(struct str name)
{
	static const char *const begins[] = {
		"autoboot", "beastie", "loader_", "comconsole",	    "console",	"exec",
		"module_",  "screen",  "splash",  "bitmap",	    "entropy_", "password",
		"bootenv",  "kernels", "prompt",  "verbose_loading"
	};
	for (size_t i = 0; i < array_len(begins); i++)
		if (str_starts(name, str_of(begins[i])))
			return true;
	return false;
}

static void add_arg(struct reading *r, struct str name, struct str value)
{
	bool fits = value.n > 0;
	for (size_t i = 0; i < value.n; i++)
		fits &= (unsigned char)value.p[i] > ' ' && value.p[i] != ',';
	if (!fits) {
		log_at(r->c->log, LOG_INFO, "loader.conf: %.*s cannot be a word of a command line",
		       STR_ARG(name));
		return;
	}
	size_t i = 0;
	while (i < r->n && !str_eq(r->word[i].name, name))
		i++;
	if (i == WORDS_MAX) {
		log_at(r->c->log, LOG_WARN, "loader.conf: more than %d variables: no %.*s",
		       WORDS_MAX, STR_ARG(name));
		return;
	}
	r->word[i] = (struct word){ name, value };
	r->n += i == r->n;
}

static void take_line(struct reading *r, struct str line)
{
	size_t eq = str_find(line, '=', 0);
	struct str name = str_trim(str_sub(line, 0, eq));
	struct str value = unquoted(str_sub(line, eq + 1, line.n));
	uint64_t n;
	if (eq == line.n || !name.n || name.p[0] == '#')
		return;
	if (str_eq(name, STR("kernel"))) {
		r->kernel = value;
	} else if (str_eq(name, STR("bootfile"))) {
		r->bootfile = value;
	} else if (str_eq(name, STR("kernel_options"))) {
		r->options = value;
	} else if (str_eq(name, STR("autoboot_delay"))) {
		r->no_delay = !str_u64(value, &n);
		r->delay_s = r->no_delay ? 0 : n;
	} else if (str_ends(name, STR("_load"))) {
		if (str_eq_nocase(value, STR("yes")))
			log_at(r->c->log, LOG_WARN,
			       "loader.conf: %.*s: a module cannot be loaded for a Xen guest",
			       STR_ARG(name));
	} else if (!is_loaders(name)) {
		add_arg(r, name, value);
	}
}

/* "kernel" is /boot/kernel/kernel; a path is one. */
static enum err kernel_path(struct reading *r, struct str *out)
{
	struct text t = { .arena = r->c->arena };
	struct str dir = r->kernel.n ? r->kernel : STR("kernel");
	/* bootfile is a list: its first name */
	struct str file = str_sub(r->bootfile, 0, str_find(r->bootfile, ';', 0));
	if (str_starts(dir, STR("/")))
		text_put(&t, dir);
	else
		text_fmt(&t, "/boot/%.*s/%.*s", STR_ARG(dir),
			 STR_ARG(file.n ? file : STR("kernel")));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

/* --- the files that come after it ------------------------------------------------ */

static void take_text(struct reading *r, struct span text)
{
	struct str rest = { (const char *)text.p, text.n }, line;
	while (str_split(&rest, '\n', &line)) /* ends with the text */
		take_line(r, line);
}

static enum err take_name(void *ctx, struct str name, enum fs_type type)
{
	enum { NAMES_MAX = 4096 };
	struct reading *r = ctx;
	if (r->names++ == NAMES_MAX || r->n_more == MORE_MAX)
		return ERR_LIMIT;
	if (type == FS_DIR || name.p[0] == '.' || !str_ends(name, STR(".conf")))
		return OK;
	struct str own = str_dup(r->c->arena, name);
	if (!own.p)
		return ERR_NOMEM;
	size_t at = r->n_more++;
	for (; at && str_cmp(own, r->more[at - 1]) < 0; at--)
		r->more[at] = r->more[at - 1];
	r->more[at] = own;
	return OK;
}

/* A file that need not be there. */
static enum err take_file(struct reading *r, const char *dir, struct str name)
{
	struct conf *c = r->c;
	struct text path = { .arena = c->arena };
	struct span text;
	text_fmt(&path, "%s%.*s", dir, STR_ARG(name));
	if (path.bad)
		return ERR_NOMEM;
	enum err e = c->host->read(c->host, r->src->device, text_str(&path), c->limits.file,
				   c->arena, &text);
	if (!e)
		take_text(r, text);
	else if (e != ERR_NOENT && e != ERR_NOMEM)
		log_at(c->log, LOG_ERROR, "(%.*s)%.*s: %s", STR_ARG(r->src->device),
		       STR_ARG(text_str(&path)), err_text(e));
	return e == ERR_NOMEM ? e : OK;
}

static enum err take_more(struct reading *r)
{
	struct conf_host *h = r->c->host;
	enum err e = h->list(h, r->src->device, STR("/boot/loader.conf.d"), take_name, r);
	if (e == ERR_NOMEM)
		return e;
	if (e == ERR_LIMIT)
		log_at(r->c->log, LOG_WARN, "loader.conf.d: over the limit of %d files", MORE_MAX);
	for (size_t i = 0; i < r->n_more; i++)
		try(take_file(r, "/boot/loader.conf.d/", r->more[i]));
	return take_file(r, "/boot/", STR("loader.conf.local"));
}

static enum err join_args(struct reading *r, struct str *out)
{
	struct text t = { .arena = r->c->arena };
	for (size_t i = 0; i < r->n; i++)
		text_fmt(&t, "%s%.*s=%.*s", t.n ? "," : "", STR_ARG(r->word[i].name),
			 STR_ARG(r->word[i].value));
	if (r->options.n)
		text_fmt(&t, "%s%.*s", t.n ? "," : "", STR_ARG(r->options));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err freebsd_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	enum { DELAY_S = 10, TIMEOUT_MAX_S = 86400 };
	struct reading *r = arena_new(c->arena, struct reading);
	struct plain *p = arena_new(c->arena, struct plain);
	*out = (struct boot_menu){ .why = "the only entry" };
	if (!p || !r)
		return ERR_NOMEM;
	*r = (struct reading){ .c = c, .src = src, .delay_s = DELAY_S };
	take_text(r, src->text);
	try(take_more(r));
	*p = (struct plain){ .src = *src, .title = STR("FreeBSD"), .line = 1 };
	try(kernel_path(r, &p->kernel));
	try(join_args(r, &p->args));
	out->timeout_s = r->no_delay ? -1 : (int)min_u64(r->delay_s, TIMEOUT_MAX_S);
	return plain_menu(c, p, 1, out);
}

const struct conf_ops freebsd_conf = {
	.name = "freebsd",
	.load = freebsd_load,
	.choose = plain_choose,
	.text = plain_text,
	.edit = plain_edit,
};
