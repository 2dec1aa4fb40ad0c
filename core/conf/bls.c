/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bls.h"
#include "pattern.h"

/* What load leaves for choose. */
struct bls {
	struct conf_source src;
	struct env vars;	   /* of GRUB's environment block */
	struct boot_file env_file; /* that block's; path.p == NULL: there is none */
	struct str next_entry;	   /* as it says; empty: nothing */
};
/* boot_entry.body */
struct bls_body {
	const struct bls *bls;
	const struct bls_entry *e;
};

/* loader.conf(5), as far as it counts in a guest. */
struct loader {
	struct str default_;
	bool has_timeout, no_editor, hidden;
	int timeout_s; /* < 0: wait for ever */
};

static struct str without(struct str path, struct str end)
{
	return str_ends(path, end) ? str_sub(path, 0, path.n - end.n) : path;
}

/* --- what lies beside the entries --------------------------------------------------- */

static enum err join(struct conf *c, struct str dir, const char *name, struct str *out)
{
	struct text t = { .arena = c->arena };
	text_fmt(&t, "%.*s%s", STR_ARG(dir), name);
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err take_env(struct conf *c, struct bls *b, struct span text)
{
	struct env_block block;
	struct str name, value;
	if (!env_block_begin(&block, text))
		return OK;
	while (env_block_next(&block, &name, &value)) { /* moves on in the text */
		value = env_block_value(value, c->arena);
		if (!value.p)
			return ERR_NOMEM;
		enum err e = env_set(&b->vars, c->arena, name, value, NULL);
		if (e)
			return e;
	}
	b->next_entry = env_get(&b->vars, STR("next_entry"));
	return OK;
}

/* GRUB's environment block, which Fedora's tools keep beside entries, openSUSE's on the ESP. */
static enum err read_env(struct conf *c, struct bls *b, struct str prefix)
{
	static const char *const names[] = {
		"/grub2/grubenv",	"/grub/grubenv",	 "/boot/grub2/grubenv",
		"/boot/grub/grubenv",	"/EFI/opensuse/grubenv", "/EFI/sles/grubenv",
		"/EFI/systemd/grubenv",
	};
	struct conf_host *h = c->host;
	for (size_t i = 0; i < array_len(names); i++) {
		struct str path;
		struct span text;
		try(join(c, prefix, names[i], &path));
		if (h->read(h, b->src.device, path, BLS_FILE_MAX, c->arena, &text) ||
		    h->open(h, b->src.device, path, &b->env_file))
			continue;
		return take_env(c, b, text);
	}
	b->env_file.path.p = NULL;
	return OK;
}

static void take_option(struct loader *l, struct str key, struct str value)
{
	enum { TIMEOUT_MAX_S = 86400 };
	static const char *const no[] = { "no", "n", "false", "f", "off", "0" };
	uint64_t n;
	if (str_eq(key, STR("default")))
		l->default_ = value;
	if (str_eq(key, STR("editor")))
		for (size_t i = 0; i < array_len(no); i++)
			l->no_editor |= str_eq_nocase(value, str_of(no[i]));
	if (!str_eq(key, STR("timeout")))
		return;
	l->has_timeout = true;
	l->hidden = false;
	if (str_eq(value, STR("menu-force")))
		l->timeout_s = -1;
	else if (str_u64(value, &n))
		l->timeout_s = (int)min_u64(n, TIMEOUT_MAX_S);
	else /* menu-hidden, menu-disabled */
		l->timeout_s = 0;
	l->hidden = l->timeout_s == 0;
}

static enum err read_loader(struct conf *c, struct str device, struct str prefix,
			    struct loader *out, bool *found)
{
	struct str path, rest, key, value;
	struct span text;
	try(join(c, prefix, "/loader/loader.conf", &path));
	enum err e = c->host->read(c->host, device, path, BLS_FILE_MAX, c->arena, &text);
	if (e == ERR_NOMEM)
		return e;
	if (e && e != ERR_NOENT)
		log_at(c->log, LOG_ERROR, "(%.*s)%.*s: %s", STR_ARG(device), STR_ARG(path),
		       err_text(e));
	*found = e == OK;
	rest = (struct str){ (const char *)text.p, e ? 0 : text.n };
	while (bls_line(&rest, &key, &value)) /* ends with the text */
		take_option(out, key, value);
	return OK;
}

/* --- entries ------------------------------------------------------------------------------ */

struct loading {
	struct conf *c;
	struct bls *bls;
	struct loader loader;
	struct bls_list list;
	bool has_loader;
};

/* Entries and images below prefix; loader.conf of the first place that has one. */
static enum err read_place(struct loading *l, struct str device, struct str prefix)
{
	struct str dir, images;
	try(join(l->c, prefix, "/loader/entries", &dir));
	try(join(l->c, prefix, "/EFI/Linux", &images));
	enum err e = bls_read(l->c, device, dir, &l->list);
	if (e && e != ERR_NOENT)
		return e;
	e = bls_read_images(l->c, device, images, &l->list);
	if (e && e != ERR_NOENT)
		return e;
	if (!l->has_loader)
		return read_loader(l->c, device, prefix, &l->loader, &l->has_loader);
	return OK;
}

/* Where the configuration was found, and then the disk's boot partitions (UAPI.1). */
static enum err read_all(struct loading *l, struct str prefix)
{
	static const char *const other[] = { "esp", "xbootldr" };
	const struct conf_source *src = &l->bls->src;
	struct conf_host *h = l->c->host;
	try(read_place(l, src->device, prefix));
	for (size_t i = 0; i < array_len(other); i++) {
		struct text name = { .arena = l->c->arena };
		text_fmt(&name, "%s:%.*s", other[i], STR_ARG(src->device));
		if (name.bad)
			return ERR_NOMEM;
		struct str device = h->fact ? h->fact(h, text_str(&name)) : STR("");
		if (device.n && !str_eq(device, src->device))
			try(read_place(l, device, STR("")));
	}
	return OK;
}

/* A single entry's file that somebody named. */
static enum err read_one(struct loading *l)
{
	const struct conf_source *src = &l->bls->src;
	size_t dir = src->path.n;
	while (dir && src->path.p[dir - 1] != '/')
		dir--;
	struct bls_entry e = {
		.device = src->device,
		.dir = str_sub(src->path, 0, dir ? dir - 1 : 0),
		.file = str_sub(src->path, dir, src->path.n),
		.text = { (const char *)src->text.p, src->text.n },
	};
	return bls_add(l->c, &e, &l->list);
}

static int by_title(const struct bls_entry *a, const struct bls_entry *b)
{
	int r = str_cmp(a->title, b->title);
	return r ? r : str_cmp(a->version, b->version);
}

/* Find out which titles do not tell entries apart. Changes the order. */
static void compare_titles(struct bls_list *list)
{
	for (struct bls_entry *e = list->first; e; e = e->next)
		if (!e->title.n)
			e->title = e->id;
	bls_sort(list, by_title);
	for (struct bls_entry *e = list->first; e && e->next; e = e->next) {
		if (!str_eq(e->title, e->next->title))
			continue;
		e->like_others = e->next->like_others = true;
		if (str_eq(e->version, e->next->version))
			e->like_version = e->next->like_version = true;
	}
}

static enum err title_of(struct loading *l, const struct bls_entry *e, struct str *out)
{
	struct text t = { .arena = l->c->arena };
	bool by_version = e->version.n && !e->like_version;
	*out = e->title;
	if (!e->like_others)
		return OK;
	text_fmt(&t, "%.*s (%.*s)", STR_ARG(e->title), STR_ARG(by_version ? e->version : e->id));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err fill_entry(struct loading *l, const struct bls_entry *e, struct bls_body *body,
			   struct boot_entry *out)
{
	*body = (struct bls_body){ l->bls, e };
	out->id = e->id;
	out->line = 1;
	out->body = body;
	out->hopeless = bls_hopeless(l->c, e);
	try(bls_source(l->c, e, &out->source));
	return title_of(l, e, &out->title);
}

static enum err make_menu(struct loading *l, struct boot_menu *out)
{
	struct bls_body *body = arena_array(l->c->arena, struct bls_body, l->list.n);
	struct boot_entry *entry = arena_array(l->c->arena, struct boot_entry, l->list.n);
	uint32_t i = 0;
	if (!l->list.n)
		return ERR_NOENT;
	if (!body || !entry)
		return ERR_NOMEM;
	compare_titles(&l->list);
	bls_sort(&l->list, bls_by_spec);
	for (const struct bls_entry *e = l->list.first; e; e = e->next, i++) {
		entry[i].index = i;
		try(fill_entry(l, e, &body[i], &entry[i]));
	}
	out->entry = entry;
	out->n = l->list.n;
	return OK;
}

/* --- what is to boot -------------------------------------------------------------------------- */

static struct str lower(struct arena *a, struct str s)
{
	struct text t = { .arena = a };
	for (size_t i = 0; i < s.n; i++)
		text_char(&t, ascii_lower(s.p[i]));
	return t.bad ? (struct str){ "", 0 } : text_str(&t);
}

/* systemd-boot compares with the id, which has the suffix from version 253 on, without case. */
static bool fits_pattern(struct arena *a, const struct bls_entry *e, struct str pattern)
{
	return pattern_match(pattern, lower(a, e->id), true) ||
	       pattern_match(pattern, lower(a, e->full), true);
}

static const struct boot_entry *find_pattern(struct loading *l, const struct boot_menu *m,
					     struct str pattern)
{
	struct str low = lower(l->c->arena, pattern);
	for (size_t i = 0; i < m->n && low.n; i++) {
		const struct bls_body *b = m->entry[i].body;
		if (fits_pattern(l->c->arena, b->e, low))
			return &m->entry[i];
	}
	return NULL;
}

/* An entry as GRUB's tools name it: number, id, file, title, or the key id. */
static const struct boot_entry *find_name(const struct boot_menu *m, struct str name)
{
	uint64_t number;
	if (str_u64(name, &number) && number < m->n)
		return &m->entry[number];
	for (size_t i = 0; i < m->n && name.n; i++) {
		const struct bls_body *b = m->entry[i].body;
		const struct bls_entry *e = b->e;
		if (str_eq(name, e->id) || str_eq(name, e->file) || str_eq(name, e->own_id) ||
		    str_eq(name, m->entry[i].title) || str_eq(name, e->title))
			return &m->entry[i];
	}
	return NULL;
}

static void pick(struct boot_menu *m, const struct boot_entry *e, const char *why)
{
	if (m->chosen || !e)
		return;
	m->chosen = e;
	m->why = why;
}

static const struct boot_entry *first_good(const struct boot_menu *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (!m->entry[i].hopeless)
			return &m->entry[i];
	return m->entry;
}

/*
 * openSUSE's GRUB has no grub.cfg: sdbootutil sets "default" and "timeout" in its environment
 * block. loader.conf says more where it says anything: no GRUB at all may have come since.
 */
static void take_timeout(struct loading *l)
{
	struct str value = env_get(&l->bls->vars, STR("timeout"));
	if (l->loader.has_timeout || !value.n)
		return;
	if (str_eq(value, STR("-1")))
		value = STR("menu-force");
	take_option(&l->loader, STR("timeout"), value);
}

static void choose_default(struct loading *l, struct boot_menu *m)
{
	struct str wish = l->loader.default_;
	struct str saved = env_get(&l->bls->vars, STR("saved_entry"));
	struct str set = env_get(&l->bls->vars, STR("default"));
	pick(m, find_name(m, l->bls->next_entry), "next_entry of grubenv");
	if (!str_starts(wish, STR("@")))
		pick(m, find_pattern(l, m, wish), "default of loader.conf");
	if (!wish.n)
		pick(m, find_pattern(l, m, set), "default of grubenv");
	if (!wish.n || str_eq(wish, STR("@saved")))
		pick(m, find_name(m, saved), "saved_entry of grubenv");
	pick(m, first_good(m), "the first entry");
}

/* An entry that does not boot leads to the next ones: this is what boot counting is for. */
static enum err fill_fallback(struct loading *l, struct boot_menu *m)
{
	enum { FALLBACK_MAX = 16 };
	const struct boot_entry **v =
		arena_array(l->c->arena, const struct boot_entry *, FALLBACK_MAX);
	if (!v)
		return ERR_NOMEM;
	for (size_t i = 0; i < m->n && m->n_fallback < FALLBACK_MAX; i++)
		if (&m->entry[i] != m->chosen && !m->entry[i].hopeless)
			v[m->n_fallback++] = &m->entry[i];
	m->fallback = v;
	return OK;
}

/* The file system's directory above loader/entries or EFI/Linux. */
static struct str prefix_of(struct str path)
{
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return without(without(path, STR("/loader/entries")), STR("/EFI/Linux"));
}

static enum err bls_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	struct bls *b = arena_new(c->arena, struct bls);
	struct loading l = { .c = c, .bls = b, .loader.hidden = true };
	struct str prefix = prefix_of(src->path);
	if (!b)
		return ERR_NOMEM;
	b->src = *src;
	*out = (struct boot_menu){ 0 };
	try(read_env(c, b, src->text.n ? STR("") : prefix));
	try(src->text.n ? read_one(&l) : read_all(&l, prefix));
	try(make_menu(&l, out));
	choose_default(&l, out);
	take_timeout(&l);
	/* systemd-boot shows no menu where it is told no time. */
	out->timeout_s = l.loader.timeout_s;
	out->hidden = l.loader.hidden;
	out->guarded = l.loader.no_editor;
	return fill_fallback(&l, out);
}

static enum err bls_choose(struct conf *c, const struct boot_entry *e, struct boot_plan *out)
{
	const struct bls_body *body = e->body;
	const struct bls *b = body->bls;
	try(bls_plan(c, &b->src, &b->vars, body->e, out));
	out->title = e->title;
	if (body->e->counted)
		out->counted = e->source;
	if (!b->next_entry.n)
		return OK;
	struct env_write *w = arena_new(c->arena, struct env_write);
	if (!w)
		return ERR_NOMEM;
	*w = (struct env_write){ b->env_file, STR("next_entry"), STR("") };
	out->env = w;
	out->n_env = 1;
	return OK;
}

/* An image as the entry that could stand for it. */
static enum err image_text(struct conf *c, const struct bls_entry *e, struct str *out)
{
	struct text t = { .arena = c->arena };
	struct boot_plan plan;
	struct uki u;
	try(uki_read(c, &e->image, e->profile, &u));
	try(uki_plan(c, &u, NULL, 0, STR(""), &plan));
	text_fmt(&t, "uki %.*s\n", STR_ARG(e->image.path));
	if (e->profile)
		text_fmt(&t, "profile %u\n", e->profile);
	text_fmt(&t, "options %.*s\n", STR_ARG(plan.cmdline));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err bls_text(struct conf *c, const struct boot_entry *e, struct str *out)
{
	const struct bls_body *b = e->body;
	*out = b->e->text;
	return b->e->is_image ? image_text(c, b->e, out) : OK;
}

static enum err bls_edit(struct conf *c, const struct boot_entry *e, struct str text,
			 struct boot_entry *out)
{
	const struct bls_body *was = e->body;
	struct bls_body *b = arena_new(c->arena, struct bls_body);
	struct bls_entry *own = arena_new(c->arena, struct bls_entry);
	if (!b || !own)
		return ERR_NOMEM;
	*own = (struct bls_entry){ .device = was->e->device,
				   .dir = was->e->dir,
				   .file = was->e->file };
	own->text = text;
	bls_parse(own);
	*b = (struct bls_body){ was->bls, own };
	*out = *e;
	out->body = b;
	return OK;
}

const struct conf_ops bls_conf = {
	.name = "bls",
	.load = bls_load,
	.choose = bls_choose,
	.text = bls_text,
	.edit = bls_edit,
};
