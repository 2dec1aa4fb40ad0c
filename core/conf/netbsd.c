/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plain.h"
#include "../base/str.h"

/*
 * NetBSD's boot.cfg(5): "menu=TITLE:COMMAND;COMMAND", "default=N" from 1,
 * "timeout=N" in seconds. Of the commands (boot(8)) "boot", "load" and
 * "multiboot" name kernels; the others prepare real hardware.
 */
enum { TIMEOUT_MAX_S = 86400 };

struct reading {
	struct conf *c;
	const struct conf_source *src;
	struct plain *entry;
	size_t n;
	uint64_t number; /* default, from 1 */
	int timeout_s;
	uint32_t line;
};

/* "hd0a:netbsd" and the like: the file alone; devices have other names in a guest. */
static enum err file_of(struct conf *c, struct str name, struct str *out)
{
	struct text t = { .arena = c->arena };
	size_t colon = str_find(name, ':', 0);
	if (colon < name.n)
		name = str_sub(name, colon + 1, name.n);
	text_fmt(&t, "%s%.*s", str_starts(name, STR("/")) ? "" : "/", STR_ARG(name));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

/* What boots where no file is named: the kernel for a guest, if there is one. */
static struct str usual_kernel(const struct reading *r)
{
	static const char *const names[] = { "/netbsd-XEN3_DOMU", "/netbsd-XEN3_DOMU.gz",
					     "/netbsd",		  "/netbsd.gz",
					     "/onetbsd",	  "/onetbsd.gz" };
	struct conf_host *h = r->c->host;
	struct boot_file f;
	for (size_t i = 0; i < array_len(names); i++)
		if (h->open(h, r->src->device, str_of(names[i]), &f) == OK)
			return str_of(names[i]);
	return STR("/netbsd");
}

/* One command of an entry. Flags ("-s") are arguments of the kernel. */
static enum err take_command(struct reading *r, struct plain *p, struct str command)
{
	struct str word, name;
	if (!str_word(&command, &word))
		return OK;
	bool boot = str_eq(word, STR("boot")), load = str_eq(word, STR("load"));
	if (!boot && !load) {
		if (str_eq(word, STR("multiboot")) && !p->kernel.n)
			p->hopeless = "starts a hypervisor";
		return OK;
	}
	struct str rest = command;
	bool named = str_word(&rest, &name) && name.p[0] != '-';
	p->args = str_trim(named ? rest : command);
	if (!named) {
		p->kernel = usual_kernel(r);
		return OK;
	}
	return file_of(r->c, name, &p->kernel);
}

static enum err take_menu(struct reading *r, struct str value)
{
	struct plain *p = &r->entry[r->n++];
	size_t colon = str_find(value, ':', 0);
	struct str command, rest = str_sub(value, colon + 1, value.n);
	*p = (struct plain){ .src = *r->src, .line = r->line };
	p->title = str_trim(str_sub(value, 0, colon));
	if (colon == value.n)
		rest = value;
	if (!p->title.n)
		p->title = str_trim(rest);
	while (str_split(&rest, ';', &command)) /* ends with the text */
		try(take_command(r, p, command));
	if (!p->kernel.n && !p->hopeless)
		p->hopeless = "boots nothing";
	return OK;
}

/* "KEY=VALUE": KEY, and *line is VALUE then; other lines have an empty key. */
static struct str take_key(struct str *line)
{
	size_t eq = str_find(*line, '=', 0);
	if (eq == line->n)
		return STR("");
	struct str key = str_trim(str_sub(*line, 0, eq));
	*line = str_sub(*line, eq + 1, line->n);
	return key;
}

static enum err take_line(struct reading *r, struct str value)
{
	struct str key = take_key(&value);
	uint64_t n;
	if (str_eq(key, STR("menu")))
		return take_menu(r, value);
	bool number = str_u64(str_trim(value), &n);
	if (str_eq(key, STR("default")) && number)
		r->number = n;
	if (str_eq(key, STR("timeout")))
		r->timeout_s = number ? (int)min_u64(n, TIMEOUT_MAX_S) : -1;
	return OK;
}

static enum err count_menus(struct conf *c, struct str text, size_t *n)
{
	struct str line;
	*n = 0;
	while (str_split(&text, '\n', &line)) /* ends with the text */
		*n += str_eq(take_key(&line), STR("menu"));
	if (*n <= c->limits.entries)
		return OK;
	log_at(c->log, LOG_ERROR, "boot.cfg: over the limit of %u entries", c->limits.entries);
	return ERR_LIMIT;
}

static enum err netbsd_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	struct reading r = { .c = c, .src = src, .timeout_s = 5 };
	struct str text = { (const char *)src->text.p, src->text.n }, line;
	size_t n;
	*out = (struct boot_menu){ 0 };
	try(count_menus(c, text, &n));
	r.entry = arena_array(c->arena, struct plain, n + 1);
	if (!r.entry)
		return ERR_NOMEM;
	while (str_split(&text, '\n', &line)) { /* ends with the text */
		r.line++;
		try(take_line(&r, line));
	}
	if (!n) /* without a menu it boots */
		try(take_menu(&r, STR("boot")));
	try(plain_menu(c, r.entry, r.n, out));
	out->timeout_s = n ? r.timeout_s : 0;
	out->why = "the first entry";
	if (r.number && r.number <= r.n) {
		out->chosen = &out->entry[r.number - 1];
		out->why = "default";
	}
	return OK;
}

const struct conf_ops netbsd_conf = {
	.name = "netbsd",
	.load = netbsd_load,
	.choose = plain_choose,
	.text = plain_text,
	.edit = plain_edit,
};
