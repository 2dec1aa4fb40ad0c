/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plain.h"
#include "../base/str.h"

/*
 * FreeBSD's loader.conf(5): NAME="VALUE" lines. A FreeBSD kernel under Xen takes
 * NAME=VALUE words with commas or blanks between them as its environment
 * (sys/x86/xen/pv.c, PVH without loader metadata), so what the file sets for the
 * kernel goes onto the command line; values with a blank or a comma in them
 * cannot. Modules cannot be handed over that way: they are named in the log.
 */
struct reading {
	struct conf *c;
	const struct conf_source *src;
	struct str kernel, bootfile, options;
	struct text args;
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
	text_fmt(&r->args, "%s%.*s=%.*s", r->args.n ? "," : "", STR_ARG(name), STR_ARG(value));
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

static enum err freebsd_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	enum { DELAY_S = 10, TIMEOUT_MAX_S = 86400 };
	struct reading r = { .c = c, .src = src, .args.arena = c->arena, .delay_s = DELAY_S };
	struct str text = { (const char *)src->text.p, src->text.n }, line;
	struct plain *p = arena_new(c->arena, struct plain);
	*out = (struct boot_menu){ .why = "the only entry" };
	if (!p)
		return ERR_NOMEM;
	while (str_split(&text, '\n', &line)) /* ends with the text */
		take_line(&r, line);
	*p = (struct plain){ .src = *src, .title = STR("FreeBSD"), .line = 1 };
	try(kernel_path(&r, &p->kernel));
	if (r.options.n)
		text_fmt(&r.args, "%s%.*s", r.args.n ? "," : "", STR_ARG(r.options));
	p->args = text_str(&r.args);
	if (r.args.bad)
		return ERR_NOMEM;
	out->timeout_s = r.no_delay ? -1 : (int)min_u64(r.delay_s, TIMEOUT_MAX_S);
	return plain_menu(c, p, 1, out);
}

const struct conf_ops freebsd_conf = {
	.name = "freebsd",
	.load = freebsd_load,
	.choose = plain_choose,
	.text = plain_text,
	.edit = plain_edit,
};
