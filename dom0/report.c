/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "../core/base/uuid.h"
#include "kernel.h"
#include "worker.h"
/* list, show, explain: what an attempt comes to, as records. */

void report_step(struct worker *w, const char *topic, const char *fmt, ...)
{
	char line[LOG_LINE];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	struct record r = { .kind = REC_STEP };
	r.text[STEP_TOPIC] = str_of(topic);
	r.text[STEP_TEXT] = (struct str){ line, min_size(n, sizeof line - 1) };
	worker_report(w, &r);
}

/* The initrds' names, each with a NUL behind it; their bytes as one file into *size. */
static struct str initrds(struct worker *w, const struct boot_plan *p, uint64_t *size)
{
	struct text t = { .arena = &w->arena };
	struct boot_stream s;
	for (size_t i = 0; i < p->n_initrd; i++) {
		text_put(&t, p->initrd[i].path);
		text_char(&t, 0);
	}
	if (t.bad)
		worker_no_memory();
	*size = stream_of(p->initrd, p->n_initrd, 4, &s) == OK ? s.size : RECORD_UNKNOWN;
	return text_str(&t);
}

static void report_config(struct worker *w, const struct boot_menu *m)
{
	struct str config = boot_config(w->boot);
	struct record r = { .kind = REC_CONFIG };
	struct boot_volume v;
	r.text[CONFIG_SOURCE] = config;
	struct str device = str_sub(config, 1, str_find(config, ')', 0));
	for (size_t i = 0; boot_volume(w->boot, i, &v); i++)
		if (str_eq(v.device, device))
			r.text[CONFIG_PLACE] = v.place;
	r.text[CONFIG_LANGUAGE] = boot_language(w->boot);
	r.text[CONFIG_WHY] = str_of(m->why);
	r.number[CONFIG_TIMEOUT] = m->timeout_s < 0 ? RECORD_UNKNOWN : (uint64_t)m->timeout_s;
	worker_report(w, &r);
}

/* --- list --------------------------------------------------------------------- */

/* "More>Sub>Title": how --entry names it. */
static void put_path(struct text *t, const struct boot_entry *e)
{
	if (e->parent) { /* as deep as a menu may be */
		put_path(t, e->parent);
		text_char(t, '>');
	}
	text_put(t, e->title);
}

static void report_entry(struct worker *w, const struct boot_menu *m, size_t number,
			 const struct boot_entry *e, const struct boot_entry *selected)
{
	const struct boot_plan *p = NULL;
	struct text title = { .arena = &w->arena };
	struct kernel_facts facts = { .version = "" };
	struct record r = { .kind = REC_ENTRY };
	uint64_t size;
	worker_listen(w, true);
	enum err err = boot_choose(w->boot, &w->want, e, &p);
	put_path(&title, e);
	r.number[ENTRY_NUMBER] = number;
	r.text[ENTRY_ID] = e->id;
	r.text[ENTRY_TITLE] = text_str(&title);
	r.text[ENTRY_SOURCE] = e->source;
	r.number[ENTRY_LINE] = e->line;
	r.number[ENTRY_IS_DEFAULT] = e == m->chosen;
	r.number[ENTRY_IS_SELECTED] = e == selected;
	r.number[ENTRY_RESTRICTED] = e->restricted;
	if (err) {
		struct str why = worker_heard(w);
		r.text[ENTRY_ERROR] = why.n ? why : str_of(err_text(err));
	} else {
		kernel_facts(&p->kernel, &facts);
		r.text[ENTRY_VERSION] = str_of(facts.version);
		r.text[ENTRY_LINUX] = p->kernel.path;
		r.text[ENTRY_DEVICE] = p->kernel.device;
		r.text[ENTRY_INITRD] = initrds(w, p, &size);
		r.text[ENTRY_OPTIONS] = p->cmdline;
		/* A memory test is a plan as any other, but the menu marks it, too. */
		const char *why = worker_refuses(p);
		r.text[ENTRY_ERROR] = str_of(why ? why : e->hopeless);
	}
	worker_report(w, &r);
	worker_listen(w, false);
}

/*
 * The configuration that a boot would use; where none would, the first one that
 * has an entry: the list then says what is wrong with each.
 */
static const struct boot_menu *find_menu(struct worker *w, const struct boot_entry **selected)
{
	const struct boot_plan *plan;
	const struct boot_menu *m;
	*selected = NULL;
	worker_listen(w, true);
	enum err e = boot_run(w->boot, &w->want, &plan);
	worker_listen(w, false);
	if (!e) {
		*selected = boot_entry(w->boot);
		return boot_menu(w->boot);
	}
	boot_rewind(w->boot);
	worker_listen(w, true);
	if (boot_next(w->boot, &w->want, &m))
		worker_fail_boot(w, e);
	worker_listen(w, false);
	return m;
}

void job_entries(struct worker *w)
{
	const struct boot_entry *e, *selected;
	const struct boot_menu *m = find_menu(w, &selected);
	report_config(w, m);
	for (size_t i = 0; (e = boot_leaf(m, i)); i++)
		report_entry(w, m, i, e, selected);
	worker_done();
}

/* --- show --------------------------------------------------------------------- */

void report_plan(struct worker *w, const struct boot_plan *p)
{
	const struct boot_entry *e = boot_entry(w->boot);
	const struct boot_menu *m = boot_menu(w->boot);
	struct kernel_facts facts;
	struct record r = { .kind = REC_PLAN };
	kernel_facts(&p->kernel, &facts);
	r.text[PLAN_TITLE] = p->title;
	r.text[PLAN_VERSION] = str_of(facts.version);
	r.text[PLAN_LINUX] = p->kernel.path;
	r.number[PLAN_LINUX_SIZE] = boot_file_size(&p->kernel);
	r.text[PLAN_PACKING] = str_of(facts.packing ? unpack_name(facts.packing) : "none");
	r.text[PLAN_INITRD] = initrds(w, p, &r.number[PLAN_INITRD_SIZE]);
	r.text[PLAN_OPTIONS] = p->cmdline;
	r.text[PLAN_DEVICE] = p->kernel.device;
	r.text[PLAN_PLACE] = str_of(p->kernel.fs->where);
	r.number[PLAN_LINE] = RECORD_UNKNOWN;
	if (e) {
		r.text[PLAN_ID] = e->id;
		r.text[PLAN_SOURCE] = e->source;
		r.number[PLAN_LINE] = e->line;
		r.text[PLAN_WHY] = str_of(e == m->chosen    ? m->why
					  : w->want.entry.n ? "asked for"
							    : "a fallback: the default fails");
	}
	worker_report(w, &r);
}

void job_show(struct worker *w)
{
	struct kernel_sum sum;
	const struct boot_plan *p = worker_linux(w);
	enum err e = kernel_look(&p->kernel, boot_log(w->boot), &sum);
	if (e)
		worker_fail_kernel(w, e);
	report_plan(w, p);
	worker_done();
}

/* --- explain ------------------------------------------------------------------ */

/* An MBR's partitions have none. */
static void report_volume(struct worker *w, const struct boot_volume *v)
{
	struct record r = { .kind = REC_VOLUME };
	r.text[VOLUME_DEVICE] = v->device;
	r.text[VOLUME_DISK] = str_of(v->disk->name);
	r.number[VOLUME_PARTITION] = v->part ? v->part->number : RECORD_UNKNOWN;
	r.number[VOLUME_START] = v->part ? v->part->off : 0;
	r.number[VOLUME_SIZE] = v->part ? v->part->size : v->disk->size;
	if (v->part)
		r.text[VOLUME_PARTUUID] = str_of(v->part->partuuid);
	if (v->fs) {
		r.text[VOLUME_TYPE] = str_of(v->fs->ops->name);
		r.text[VOLUME_LABEL] = str_of(v->fs->label);
		r.text[VOLUME_UUID] = str_of(v->fs->uuid);
	} else {
		struct str why = worker_heard(w);
		struct text foreign = { .arena = &w->arena };
		if (v->foreign)
			text_fmt(&foreign, "%s, which domboot does not read", v->foreign->name);
		if (v->result == ERR_FORMAT)
			why = foreign.n ? text_str(&foreign)
					: STR("no file system that domboot knows");
		r.text[VOLUME_ERROR] = why.n ? why : str_of(err_text(v->result));
	}
	worker_report(w, &r);
}

void report_volumes(struct worker *w)
{
	struct boot_volume v;
	for (size_t i = 0;; i++) { /* as many as there are */
		worker_listen(w, true);
		if (!boot_volume(w->boot, i, &v))
			break;
		report_volume(w, &v);
	}
	worker_listen(w, false);
}

/*
 * Entries of the Boot Loader Specification are one menu, whichever of the disk's places it was
 * found by: not left out is one whose first entry the menu had. The sources of its entries, a line
 * each.
 */
static struct str entry_sources(struct worker *w)
{
	const struct boot_menu *m = boot_menu(w->boot);
	const struct boot_entry *e;
	struct text t = { .arena = &w->arena };
	if (!str_eq(boot_language(w->boot), STR("bls")))
		return STR("");
	for (size_t i = 0; (e = boot_leaf(m, i)); i++) /* ends with the menu */
		text_fmt(&t, "%.*s\n", STR_ARG(e->source));
	return t.bad ? STR("") : text_str(&t);
}

static bool has_line(struct str lines, struct str line)
{
	struct str one;
	while (str_split(&lines, '\n', &one)) /* ends with the lines */
		if (str_eq(one, line))
			return true;
	return false;
}

/* What would have been the next ones to be looked at. Forgets the plan. */
static void report_unused(struct worker *w)
{
	const struct boot_menu *m;
	struct str used = entry_sources(w);
	worker_listen(w, true);
	w->trace = false;
	while (boot_next(w->boot, &w->want, &m) == OK) { /* ends with the places */
		struct str config = boot_config(w->boot);
		const struct boot_entry *first = boot_leaf(m, 0);
		if (first && has_line(used, first->source))
			continue;
		report_step(w, "not used", "%.*s (%.*s): it comes later in the search order",
			    STR_ARG(config), STR_ARG(boot_language(w->boot)));
	}
	worker_listen(w, false);
}

static void explain_choice(struct worker *w, const struct boot_plan *p)
{
	const struct boot_menu *m = boot_menu(w->boot);
	const struct boot_entry *e = boot_entry(w->boot);
	if (!e) {
		report_step(w, "rule", "--kernel names the kernel: no configuration is read");
		return;
	}
	report_config(w, m);
	report_step(w, "rule", "the first configuration in the search order that boots");
	report_step(w, "default", "\"%.*s\" (line %u): %s", STR_ARG(m->chosen->title),
		    m->chosen->line, m->why ? m->why : "the first entry");
	for (size_t i = 0; i < m->n_fallback; i++)
		report_step(w, "fallback", "\"%.*s\" (line %u)", STR_ARG(m->fallback[i]->title),
			    m->fallback[i]->line);
	if (w->want.entry.n)
		report_step(w, "asked for", "\"%.*s\" is \"%.*s\" (line %u)",
			    STR_ARG(w->want.entry), STR_ARG(p->title), e->line);
	else if (e != m->chosen)
		report_step(w, "falls back", "to \"%.*s\" (line %u): the default fails",
			    STR_ARG(p->title), e->line);
}

void job_explain(struct worker *w)
{
	report_volumes(w);
	const struct boot_plan *p = worker_plan(w);
	explain_choice(w, p);
	report_plan(w, p);
	if (worker_refuses(p))
		report_step(w, "fails", "\"%.*s\" %s", STR_ARG(p->title), worker_refuses(p));
	for (size_t i = 0; i < p->n_initrd; i++)
		report_step(w, "initrd", "(%.*s)%.*s: %llu bytes", STR_ARG(p->initrd[i].device),
			    STR_ARG(p->initrd[i].path),
			    (unsigned long long)boot_file_size(&p->initrd[i]));
	if (boot_entry(w->boot))
		report_unused(w);
	worker_done();
}
