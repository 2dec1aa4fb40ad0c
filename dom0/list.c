/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "../core/tables.h"
#include "../hosted/hosted.h"
#include "worker.h"
/* What --list-entries and --isconfig print, in pygrub's form. */

static void line(struct text *t, const char *key, struct str value)
{
	text_fmt(t, "  %s: %.*s\n", key, STR_ARG(value.n ? value : STR("None")));
}

/* "hd0,msdos1" as pygrub writes it: "d0p1"; in a legacy configuration, which counts from 0, "d0p0".
 */
static void line_root(struct text *t, struct str device, bool legacy)
{
	size_t comma = str_find(device, ',', 0), digits = device.n;
	uint64_t disk, part;
	while (digits > comma && is_digit(device.p[digits - 1]))
		digits--;
	text_put(t, STR("  root: "));
	if (!str_starts(device, STR("hd")) || !str_u64(str_sub(device, 2, comma), &disk))
		text_put(t, STR("None"));
	else if (str_u64(str_sub(device, digits, device.n), &part) && comma < device.n)
		text_fmt(t, "d%llup%llu", (unsigned long long)disk,
			 (unsigned long long)part - (legacy && part > 0));
	else
		text_fmt(t, "d%llu", (unsigned long long)disk);
	text_char(t, '\n');
}

static void print(struct text *t)
{
	if (t->bad)
		worker_no_memory();
	worker_print(text_str(t));
	t->n = 0;
}

static void print_entry(struct text *t, const struct boot_entry *e, const struct boot_plan *p,
			bool legacy)
{
	struct boot_plan none = { .kind = BOOT_LINUX };
	if (!p)
		p = &none; /* the log says what is wrong with it */
	text_fmt(t, "title: %.*s\n", STR_ARG(e->title));
	line_root(t, p->kernel.device, legacy);
	line(t, "kernel", p->kernel.path);
	line(t, "args", p->cmdline);
	if (p->n_initrd < 2)
		line(t, "initrd", p->n_initrd ? p->initrd->path : STR(""));
	else
		for (size_t i = 0; i < p->n_initrd; i++)
			text_fmt(t, "%s%.*s%s", i ? " " : "  initrd: ", STR_ARG(p->initrd[i].path),
				 i + 1 < p->n_initrd ? "" : "\n");
	print(t);
}

/* All entries of a configuration; whether its default one boots. */
static bool list_menu(struct worker *w, const struct boot_menu *m, struct text *t)
{
	const struct boot_entry *e;
	bool boots = false, legacy = str_eq(boot_language(w->boot), STR("legacy"));
	for (size_t i = 0; (e = boot_leaf(m, i)); i++) {
		const struct boot_plan *plan = NULL;
		if (boot_choose(w->boot, &w->want, e, &plan) == OK)
			boots |= e == m->chosen;
		else
			plan = NULL;
		print_entry(t, e, plan, legacy);
	}
	return boots;
}

void job_list(struct worker *w)
{
	const struct boot_menu *m;
	struct text t = { .arena = &w->arena };
	while (boot_next(w->boot, &w->want, &m) == OK) /* ends with the places */
		if (list_menu(w, m, &t))
			break;
	worker_done();
}

/* --- a configuration without a disk ---------------------------------------- */

/* Every file is taken to exist, and none can be read. */
static enum err open_any(struct conf_host *h, struct str device, struct str path,
			 struct boot_file *out)
{
	(void)h;
	*out = (struct boot_file){
		.node = { .type = FS_FILE, .size = 1 },
		.device = device,
		.path = path,
	};
	return OK;
}

static enum err read_none(struct conf_host *h, struct str device, struct str path, size_t max,
			  struct arena *a, struct span *out)
{
	(void)h, (void)device, (void)path, (void)max, (void)a, (void)out;
	return ERR_NOENT;
}

static enum err list_none(struct conf_host *h, struct str device, struct str path, fs_name_fn *fn,
			  void *ctx)
{
	(void)h, (void)device, (void)path, (void)fn, (void)ctx;
	return ERR_NOENT;
}

static enum err search_none(struct conf_host *h, enum search_by by, struct str key,
			    struct str *device)
{
	(void)h, (void)by, (void)key, (void)device;
	return ERR_NOENT;
}

/* dom0 asks, and no lock binds it. */
static bool may_all(struct conf *c, const struct boot_entry *e)
{
	(void)c, (void)e;
	return true;
}

static struct span slurp(struct worker *w, size_t max)
{
	const struct disk *d = &w->job->disk[0];
	struct blk *b = &w->whole[0];
	size_t n = (size_t)d->size;
	if (d->size > max)
		worker_fail(ERR_LIMIT, "%s: more than %zu bytes are no configuration", d->path,
			    max);
	uint8_t *p = arena_alloc(&w->arena, n, 1);
	hosted_fd(b, W_DISK, d->size, d->path);
	enum err e = p ? blk_read(b, 0, p, n) : ERR_NOMEM;
	if (e)
		worker_fail(e, "%s: %s", d->path, err_text(e));
	return (struct span){ p, n };
}

static const struct boot_entry *pick(struct worker *w, const struct boot_menu *m)
{
	uint64_t number;
	const struct boot_entry *e = NULL;
	if (str_u64(w->want.entry, &number) && number < SIZE_MAX)
		e = boot_leaf(m, (size_t)number);
	for (size_t i = 0; !e && w->want.entry.n && boot_leaf(m, i); i++)
		if (str_eq(boot_leaf(m, i)->title, w->want.entry))
			e = boot_leaf(m, i);
	return e ? e : m->chosen;
}

void job_config(struct worker *w)
{
	const char *path = w->job->disk[0].path;
	struct conf_host host = {
		.open = open_any,
		.read = read_none,
		.list = list_none,
		.search = search_none,
	};
	struct conf c = {
		.host = &host,
		.arena = &w->arena,
		.log = &w->log,
		.limits = CONF_LIMITS_DEFAULT,
		.may = may_all,
	};
	struct conf_source src = { STR("hd0"), str_of(path), slurp(w, c.limits.file) };
	const struct conf_ops *ops = conf_ops_for(src.path, src.text);
	struct boot_menu m = { .timeout_s = -1 };
	struct boot_plan plan = { .kind = BOOT_LINUX };
	struct text t = { .arena = &w->arena };
	enum err e = ops->load(&c, &src, &m);
	if (e == ERR_NOENT || (!e && !m.chosen))
		worker_fail(ERR_NOENT, "%s: it has no entry", path);
	if (!e)
		e = ops->choose(&c, pick(w, &m), &plan);
	if (e)
		worker_fail(e, "%s: no entry that boots: %s", path, err_text(e));
	text_fmt(&t, "  kernel: %.*s\n", STR_ARG(plan.kernel.path));
	for (size_t i = 0; i < plan.n_initrd; i++)
		text_fmt(&t, "%s%.*s%s", i ? " " : "  initrd: ", STR_ARG(plan.initrd[i].path),
			 i + 1 < plan.n_initrd ? "" : "\n");
	text_fmt(&t, "  args: %.*s%s%.*s\n", STR_ARG(plan.cmdline), w->want.args.n ? " " : "",
		 STR_ARG(w->want.args));
	print(&t);
	worker_done();
}
