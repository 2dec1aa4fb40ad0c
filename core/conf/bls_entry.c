/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bls.h"
#include "version.h"

/* --- text --------------------------------------------------------------------- */

bool bls_line(struct str *text, struct str *key, struct str *value)
{
	struct str line;
	while (str_split(text, '\n', &line)) { /* ends with the text */
		line = str_trim(line);
		if (!line.n || line.p[0] == '#' || !str_word(&line, key))
			continue;
		*value = str_trim(line);
		return true;
	}
	return false;
}

/* What one line says about the entry; keys of which all count are read when it boots. */
static void take_key(struct bls_entry *e, struct str key, struct str value)
{
	const struct {
		const char *key;
		struct str *to;
	} keys[] = {
		{ "title", &e->title },
		{ "version", &e->version },
		{ "machine-id", &e->machine_id },
		{ "machine_id", &e->machine_id },
		{ "sort-key", &e->sort_key },
		{ "sort_key", &e->sort_key },
		{ "architecture", &e->architecture },
		{ "linux", &e->kernel },
		{ "efi", &e->efi },
		{ "uki", &e->uki },
		{ "id", &e->own_id },
		{ "grub_users", &e->grub_users },
		{ "grub_hotkey", &e->grub_hotkey },
		{ "grub_class", &e->grub_class },
	};
	uint64_t number;
	for (size_t i = 0; i < array_len(keys); i++)
		if (str_eq(key, str_of(keys[i].key)))
			*keys[i].to = value;
	if (str_eq(key, STR("profile")) && str_u64(value, &number))
		e->profile = (uint32_t)min_u64(number, UINT32_MAX);
	if (str_eq(key, STR("grub_arg")) && str_eq(value, STR("--unrestricted")))
		e->unrestricted = true;
}

void bls_parse(struct bls_entry *e)
{
	struct str rest = e->text, key, value;
	while (bls_line(&rest, &key, &value)) /* ends with the text */
		take_key(e, key, value);
}

bool bls_is_ours(struct conf *c, struct str architecture)
{
	struct conf_host *h = c->host;
	struct str cpu = h->fact ? h->fact(h, STR("grub_cpu")) : (struct str){ NULL, 0 };
	if (!architecture.n || str_eq_nocase(architecture, STR("ia32")))
		return true;
	return str_eq_nocase(architecture, STR("x64")) && !str_eq(cpu, STR("i386"));
}

/* --- file names ----------------------------------------------------------------- */

static bool has_suffix(struct str name, struct str suffix)
{
	return name.n > suffix.n && str_eq_nocase(str_sub(name, name.n - suffix.n, name.n), suffix);
}

/* "NAME+LEFT" or "NAME+LEFT-DONE": boot counting, and what remains without it. */
static void take_counters(struct bls_entry *e)
{
	size_t plus = e->name.n;
	struct str left, done = STR("0");
	while (plus && e->name.p[plus - 1] != '+')
		plus--;
	if (plus < 2)
		return;
	struct str rest = str_sub(e->name, plus, e->name.n);
	if (!str_split(&rest, '-', &left) || !str_u64(left, &e->left))
		return;
	if (rest.p)
		done = rest;
	e->counted = str_u64(done, &e->done);
	if (e->counted)
		e->name = str_sub(e->name, 0, plus - 1);
}

enum err bls_source(struct conf *c, const struct bls_entry *e, struct str *out)
{
	struct text t = { .arena = c->arena };
	text_fmt(&t, "(%.*s)%.*s/%.*s", STR_ARG(e->device), STR_ARG(e->dir), STR_ARG(e->file));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

/* What a boot loader that writes would have made of the counters by now. */
static enum err take_tries(struct conf *c, struct bls_entry *e)
{
	struct conf_host *h = c->host;
	struct text name = { .arena = c->arena };
	struct str source;
	uint64_t n;
	if (!e->counted || !h->fact)
		return OK;
	try(bls_source(c, e, &source));
	text_fmt(&name, "tries:%.*s", STR_ARG(source));
	if (name.bad)
		return ERR_NOMEM;
	if (!str_u64(h->fact(h, text_str(&name)), &n))
		return OK;
	e->left -= min_u64(n, e->left);
	e->done = n > UINT64_MAX - e->done ? UINT64_MAX : e->done + n;
	return OK;
}

static enum err take_name(struct conf *c, struct bls_entry *e, struct str suffix)
{
	struct text full = { .arena = c->arena };
	e->name = str_sub(e->file, 0, e->file.n - (has_suffix(e->file, suffix) ? suffix.n : 0));
	take_counters(e);
	e->id = e->name;
	text_put(&full, e->name);
	text_put(&full, suffix);
	e->full = text_str(&full);
	return full.bad ? ERR_NOMEM : take_tries(c, e);
}

/* --- directories ------------------------------------------------------------------ */

static enum err append(struct conf *c, struct bls_list *list, const struct bls_entry *e)
{
	struct bls_entry *own = arena_new(c->arena, struct bls_entry);
	if (!own)
		return ERR_NOMEM;
	if (list->n >= c->limits.entries) {
		log_at(c->log, LOG_ERROR, "(%.*s)%.*s: over the limit of %u entries",
		       STR_ARG(e->device), STR_ARG(e->dir), c->limits.entries);
		return ERR_LIMIT;
	}
	*own = *e;
	own->next = NULL;
	if (list->last)
		list->last->next = own;
	else
		list->first = own;
	list->last = own;
	list->n++;
	return OK;
}

static void say(struct conf *c, enum log_level level, const struct bls_entry *e, const char *what)
{
	log_at(c->log, level, "(%.*s)%.*s/%.*s: %s", STR_ARG(e->device), STR_ARG(e->dir),
	       STR_ARG(e->file), what);
}

enum err bls_add(struct conf *c, const struct bls_entry *like, struct bls_list *list)
{
	struct bls_entry e = *like;
	try(take_name(c, &e, STR(".conf")));
	bls_parse(&e);
	if (!e.kernel.n && !e.efi.n && !e.uki.n) {
		say(c, LOG_WARN, &e, "has no kernel: left out");
		return OK;
	}
	if (!bls_is_ours(c, e.architecture)) {
		say(c, LOG_INFO, &e, "for another kind of machine: left out");
		return OK;
	}
	return append(c, list, &e);
}

/* A directory that is being read. */
struct reading {
	struct conf *c;
	struct str device, dir, suffix;
	struct bls_list names; /* only .file of each */
	uint32_t left;
	uint64_t work; /* the host's, before its files */
};

static enum err take_file(void *ctx, struct str name, enum fs_type type)
{
	struct reading *r = ctx;
	struct bls_entry e = { .device = r->device, .dir = r->dir };
	if (r->left == 0) {
		log_at(r->c->log, LOG_ERROR, "(%.*s)%.*s: over the limit of %d names",
		       STR_ARG(r->device), STR_ARG(r->dir), BLS_DIR_MAX);
		return ERR_LIMIT;
	}
	r->left--;
	if (type == FS_DIR || name.p[0] == '.' || !has_suffix(name, r->suffix))
		return OK;
	e.file = str_dup(r->c->arena, name);
	return e.file.p ? append(r->c, &r->names, &e) : ERR_NOMEM;
}

/* Each file is looked for in the directory, which may be long: what was read so far can boot. */
static bool is_over(const struct reading *r)
{
	enum { WORK_MAX = 32 << 20 }; /* about a second */
	struct conf_host *h = r->c->host;
	if (!h->work || h->work(h) - r->work <= WORK_MAX)
		return false;
	log_at(r->c->log, LOG_ERROR, "(%.*s)%.*s: takes too long to read: the rest is left out",
	       STR_ARG(r->device), STR_ARG(r->dir));
	return true;
}

static enum err path_of(struct conf *c, const struct bls_entry *e, struct str *out)
{
	struct text t = { .arena = c->arena };
	text_fmt(&t, "%.*s/%.*s", STR_ARG(e->dir), STR_ARG(e->file));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err list_names(struct reading *r, struct bls_list *list)
{
	struct conf_host *h = r->c->host;
	r->left = BLS_DIR_MAX;
	enum err e = h->list(h, r->device, r->dir, take_file, r);
	list->names += BLS_DIR_MAX - r->left;
	list->files += (uint32_t)r->names.n;
	r->work = h->work ? h->work(h) : 0;
	/* What was listed before an error can still boot. A limit is our own, and told. */
	if (e && e != ERR_NOENT && e != ERR_TYPE && e != ERR_NOMEM && e != ERR_LIMIT)
		log_at(r->c->log, LOG_ERROR, "(%.*s)%.*s: %s", STR_ARG(r->device), STR_ARG(r->dir),
		       err_text(e));
	return e == ERR_NOENT || e == ERR_TYPE ? ERR_NOENT : e == ERR_NOMEM ? e : OK;
}

static enum err read_entry(struct reading *r, struct bls_entry *e, struct bls_list *list)
{
	struct str path;
	struct span text;
	try(path_of(r->c, e, &path));
	enum err err =
		r->c->host->read(r->c->host, e->device, path, BLS_FILE_MAX, r->c->arena, &text);
	if (err == ERR_NOMEM)
		return err;
	if (err) {
		say(r->c, LOG_ERROR, e, err_text(err));
		return OK;
	}
	e->text = (struct str){ (const char *)text.p, text.n };
	return bls_add(r->c, e, list);
}

enum err bls_read(struct conf *c, struct str device, struct str dir, struct bls_list *list)
{
	struct reading r = { .c = c, .device = device, .dir = dir, .suffix = STR(".conf") };
	try(list_names(&r, list));
	for (struct bls_entry *e = r.names.first; e && !is_over(&r); e = e->next)
		try(read_entry(&r, e, list));
	return OK;
}

/* --- images -------------------------------------------------------------------------- */

/* The first of some fields of os-release(5) that has a value. */
static enum err first_field(struct conf *c, struct str osrel, const char *const *name,
			    struct str *out)
{
	*out = STR("");
	for (; *name && !out->n; name++)
		try(uki_field(c, osrel, *name, out));
	return OK;
}

/* systemd-boot's rules (bootctl list shows them). */
static enum err describe(struct conf *c, const struct uki *u, struct bls_entry *e)
{
	static const char *const title[] = { "PRETTY_NAME", "IMAGE_ID", "NAME", "ID", NULL };
	static const char *const version[] = { "IMAGE_VERSION", "VERSION", "VERSION_ID", "BUILD_ID",
					       NULL };
	static const char *const key[] = { "IMAGE_ID", "ID", NULL };
	struct str osrel, uname;
	try(uki_text(c, u, UKI_OSREL, &osrel));
	try(uki_text(c, u, UKI_UNAME, &uname));
	try(first_field(c, osrel, title, &e->title));
	try(first_field(c, osrel, version, &e->version));
	try(first_field(c, osrel, key, &e->sort_key));
	if (!e->version.n)
		e->version = str_trim(uname);
	return OK;
}

/* "TITLE (PROFILE)" and "FILE@ID" for what is not the first profile. */
static enum err describe_profile(struct conf *c, const struct uki *u, struct bls_entry *e)
{
	struct text id = { .arena = c->arena }, title = { .arena = c->arena };
	struct str text, name;
	try(uki_text(c, u, UKI_PROFILE, &text));
	try(uki_field(c, text, "TITLE", &name));
	if (name.n) {
		text_fmt(&title, "%.*s (%.*s)", STR_ARG(e->title), STR_ARG(name));
		e->title = text_str(&title);
	}
	if (e->profile == 0)
		return title.bad ? ERR_NOMEM : OK;
	try(uki_field(c, text, "ID", &name));
	text_fmt(&id, "%.*s@", STR_ARG(e->name));
	if (name.n)
		text_put(&id, name);
	else
		text_fmt(&id, "%u", e->profile);
	e->id = text_str(&id);
	return id.bad || title.bad ? ERR_NOMEM : OK;
}

static enum err add_profile(struct conf *c, const struct bls_entry *like, uint32_t profile,
			    uint32_t *n, struct bls_list *list)
{
	struct bls_entry e = *like;
	struct uki u;
	e.profile = profile;
	e.is_image = true;
	try(uki_read(c, &e.image, profile, &u));
	*n = u.profiles;
	if (u.machine != 0x8664 && u.machine != 0x14c) {
		say(c, LOG_INFO, &e, "for another kind of machine: left out");
		return OK;
	}
	try(describe(c, &u, &e));
	try(describe_profile(c, &u, &e));
	return append(c, list, &e);
}

static enum err read_image(struct conf *c, struct bls_entry *e, struct bls_list *list)
{
	struct str path;
	uint32_t n = 1;
	try(path_of(c, e, &path));
	try(take_name(c, e, STR(".efi")));
	enum err err = c->host->open(c->host, e->device, path, &e->image);
	for (uint32_t i = 0; i < n && !err; i++) /* UKI_PROFILES_MAX */
		err = add_profile(c, e, i, &n, list);
	if (err == ERR_NOMEM || err == ERR_LIMIT)
		return err;
	if (err)
		say(c, err == ERR_FORMAT ? LOG_WARN : LOG_ERROR, e,
		    err == ERR_FORMAT ? "is no unified kernel image" : err_text(err));
	return OK;
}

enum err bls_read_images(struct conf *c, struct str device, struct str dir, struct bls_list *list)
{
	struct reading r = { .c = c, .device = device, .dir = dir, .suffix = STR(".efi") };
	try(list_names(&r, list));
	for (struct bls_entry *e = r.names.first; e && !is_over(&r); e = e->next)
		try(read_image(c, e, list));
	return OK;
}

/* --- order ---------------------------------------------------------------------------- */

static bool is_bad(const struct bls_entry *e)
{
	return e->counted && e->left == 0;
}

static int cmp(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int bls_by_spec(const struct bls_entry *a, const struct bls_entry *b)
{
	int r = cmp(is_bad(a), is_bad(b));
	if (!r)
		r = cmp(!a->sort_key.n, !b->sort_key.n);
	if (!r && a->sort_key.n) {
		r = str_cmp(a->sort_key, b->sort_key);
		if (!r)
			r = str_cmp(a->machine_id, b->machine_id);
		if (!r)
			r = version_cmp(b->version, a->version);
	}
	if (!r)
		r = version_cmp(b->full, a->full);
	if (!r)
		r = cmp(a->profile, b->profile);
	if (!r)
		r = cmp(b->left, a->left);
	return r ? r : cmp(a->done, b->done);
}

int bls_by_file(const struct bls_entry *a, const struct bls_entry *b)
{
	return version_cmp_package(b->name, a->name);
}

/* Merge two sorted lists; what is equal keeps its order. */
static struct bls_entry *merge(struct bls_entry *a, struct bls_entry *b, bls_order *order)
{
	struct bls_entry *first = NULL, **end = &first;
	while (a && b) { /* each turn takes an entry */
		struct bls_entry **from = order(a, b) <= 0 ? &a : &b;
		*end = *from;
		*from = (*from)->next;
		end = &(*end)->next;
	}
	*end = a ? a : b;
	return first;
}

void bls_sort(struct bls_list *list, bls_order *order)
{
	enum { RUNS = 32 }; /* 2^32 entries */
	struct bls_entry *run[RUNS] = { 0 }, *e = list->first, *all = NULL;
	while (e) {
		struct bls_entry *next = e->next;
		size_t i = 0;
		e->next = NULL;
		for (; run[i] && i < RUNS - 1; run[i++] = NULL)
			e = merge(run[i], e, order);
		run[i] = e;
		e = next;
	}
	for (size_t i = 0; i < RUNS; i++)
		all = merge(run[i], all, order);
	list->first = list->last = all;
	while (list->last && list->last->next)
		list->last = list->last->next;
}
