/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "cli.h"
#include "say.h"
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
/* domboot scan: a doctor for many guests at once, a jail for each. */

/* Of one target, in a memory that all share: what a guest says must not cost the others theirs. */
enum { PROBLEMS_MAX = 16 << 10, KEPT_MAX = 1024 };

struct target {
	const char *path;
	const struct guest *guest; /* from a configuration; NULL: path is the disk */
	struct opts o;		   /* with what the configuration says */
	struct record row;
	struct text problems; /* each with a NUL behind it */
	bool bad, planned;    /* something is wrong; the row has its kernel */
};
struct scan {
	struct opts *o;
	struct arena *a;
	struct target *target;
	size_t n, room;
};
/* One run, and the target that it works on. */
struct slot {
	struct run run;
	struct scan *scan;
	struct target *target;
};

/* --- targets -------------------------------------------------------------------- */

static bool add_target(struct scan *s, const char *path)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		struct target *t = arena_array(s->a, struct target, room);
		if (!t)
			return false;
		if (s->n)
			memcpy(t, s->target, s->n * sizeof *t);
		s->target = t;
		s->room = room;
	}
	s->target[s->n++] = (struct target){ .path = path };
	return true;
}

static bool is_target(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode));
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct target *)a)->path, ((const struct target *)b)->path);
}

/* What a directory holds, one level deep; hidden files are left out. */
static enum status add_directory(struct scan *s, const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	size_t from = s->n;
	bool done = true;
	if (!d)
		return cli_fail(STATUS_READ, "%s: %s", path, strerror(errno));
	while (done && (e = readdir(d))) {
		struct text t = { .arena = s->a };
		text_fmt(&t, "%s/%s%c", path, e->d_name, 0);
		if (e->d_name[0] != '.' && !t.bad && is_target(t.p))
			done = add_target(s, t.p);
		done = done && !t.bad;
	}
	closedir(d);
	if (!done)
		return cli_fail(STATUS_LIMIT, "%s: %s", path, err_text(ERR_NOMEM));
	if (s->n > from)
		qsort(s->target + from, s->n - from, sizeof *s->target, by_path);
	return STATUS_OK;
}

static enum status find_targets(struct scan *s)
{
	struct stat st;
	if (!s->o->n_operand)
		return cli_fail(STATUS_USAGE, "scan: name files, directories or devices");
	for (size_t i = 0; i < s->o->n_operand; i++) {
		const char *path = s->o->operand[i];
		if (stat(path, &st))
			return cli_fail(STATUS_READ, "%s: %s", path, strerror(errno));
		enum status e = S_ISDIR(st.st_mode)   ? add_directory(s, path)
				: add_target(s, path) ? STATUS_OK
						      : STATUS_LIMIT;
		if (e)
			return e;
	}
	return STATUS_OK;
}

/* --- rows ----------------------------------------------------------------------- */

static void problem(struct target *t, bool error, struct str text)
{
	text_fmt(&t->problems, "%s%.*s%c", error ? "" : "warning: ", STR_ARG(text), 0);
	t->bad |= error;
}

static struct str keep(struct scan *s, struct str text)
{
	return text.n ? str_dup(s->a, str_sub(text, 0, KEPT_MAX)) : text;
}

static void take_plan(struct slot *s, const struct record *r)
{
	struct record *row = &s->target->row;
	s->target->planned = true;
	row->text[GUEST_TITLE] = keep(s->scan, r->text[PLAN_TITLE]);
	row->text[GUEST_VERSION] = keep(s->scan, r->text[PLAN_VERSION]);
	row->text[GUEST_LINUX] = keep(s->scan, r->text[PLAN_LINUX]);
	row->text[GUEST_PACKING] = keep(s->scan, r->text[PLAN_PACKING]);
}

static bool take(struct run *r, const struct wire_frame *f)
{
	struct slot *s = r->ctx;
	struct record rec;
	if (f->type != WIRE_RECORD || record_get(f->detail, f->payload, &rec) ||
	    (rec.kind != REC_PLAN && rec.kind != REC_FINDING)) {
		run_fail(r, STATUS_CRASHED, "the worker sent a record that makes no sense");
		return false;
	}
	if (rec.kind == REC_PLAN) {
		if (!s->target->planned)
			take_plan(s, &rec);
		return true;
	}
	struct str level = rec.text[FINDING_LEVEL];
	bool error = str_eq(level, STR("error"));
	if (error || str_eq(level, STR("warning")))
		problem(s->target, error, rec.text[FINDING_TEXT]);
	if (s->target->problems.n > PROBLEMS_MAX)
		run_fail(r, STATUS_LIMIT, "more than %d KiB of problems", PROBLEMS_MAX >> 10);
	return r->status == STATUS_OK;
}

static void close_disks(struct job *j)
{
	for (size_t i = 0; i < j->n_disk; i++)
		close(j->disk[i].fd);
}

static void fail_target(struct target *t, enum status s, const char *why)
{
	t->row.number[GUEST_STATUS] = s;
	problem(t, true, str_of(why));
}

/* What a worker needs is ready in the slot; false: the row says why it is not. */
static bool prepare(struct slot *s, struct target *t)
{
	char why[OPTS_WHY];
	struct guest *g = NULL;
	s->target = t;
	t->row = (struct record){ .kind = REC_GUEST };
	t->row.text[GUEST_NAME] = str_of(t->path);
	t->problems.arena = s->scan->a;
	t->o = *s->scan->o;
	if (guest_is_config(t->path)) {
		g = arena_new(s->scan->a, struct guest);
		if (!g || !guest_load(t->path, s->scan->a, g, why)) {
			fail_target(t, STATUS_USAGE, g ? why : err_text(ERR_NOMEM));
			return false;
		}
		cli_take_guest(&t->o, g, s->scan->a);
	} else {
		t->o.disk[0] = t->path;
		t->o.n_disk = 1;
	}
	run_init(&s->run, &t->o);
	s->run.mute = true;
	s->run.take = take;
	s->run.ctx = s;
	if (cli_guest(&s->run, g, why))
		return true;
	fail_target(t, STATUS_READ, why);
	return false;
}

static void finish(struct slot *s)
{
	if (s->run.status)
		fail_target(s->target, s->run.status, s->run.why);
	close_disks(&s->run.job);
}

/* --- the crowd ------------------------------------------------------------------ */

static size_t processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
	return min_size(n > 0 ? (size_t)n : 1, RUNS_MAX);
}

/* Start the next targets until a run of them is under way; false: there are no more. */
static bool start_next(struct scan *s, struct slot *slot, size_t *next)
{
	while (*next < s->n) { /* every turn takes a target */
		struct target *t = &s->target[(*next)++];
		if (!prepare(slot, t))
			continue;
		if (run_start(&slot->run))
			return true;
		finish(slot);
	}
	return false;
}

static enum status run_all(struct scan *s, struct slot *slot, size_t n)
{
	struct run *run[RUNS_MAX];
	size_t busy = 0, next = 0;
	bool stopped = false;
	int signals = run_signals();
	if (signals < 0)
		return cli_fail(STATUS_FAILED, "signalfd: %s", strerror(errno));
	while (busy < n && start_next(s, &slot[busy], &next)) {
		run[busy] = &slot[busy].run;
		busy++;
	}
	while (busy) { /* every turn ends a run */
		struct run *over = run_wait(run, busy, signals);
		struct slot *free_slot = over->ctx;
		size_t i = 0;
		while (run[i] != over)
			i++;
		finish(free_slot);
		stopped |= over->stopped;
		if (stopped)
			next = s->n; /* no more of them */
		if (!start_next(s, free_slot, &next))
			run[i] = run[--busy];
	}
	return stopped ? cli_fail(STATUS_FAILED, "stopped by a signal") : STATUS_OK;
}

/* --- the table ------------------------------------------------------------------ */

static void show_row(struct view *v, const struct record *r)
{
	const size_t *width = v->ctx;
	struct str list = r->text[GUEST_PROBLEMS], item;
	struct str version = r->text[GUEST_VERSION];
	bool bad = r->number[GUEST_STATUS] != STATUS_OK;
	if (!version.n)
		version = r->text[GUEST_LINUX];
	text_fmt(&v->out, "%-*.*s  %-24.*s  %-7.*s  ", (int)*width, STR_ARG(r->text[GUEST_NAME]),
		 STR_ARG(version.n ? version : STR("-")),
		 STR_ARG(r->text[GUEST_PACKING].n ? r->text[GUEST_PACKING] : STR("-")));
	view_ink(v, bad ? INK_BAD : INK_GOOD);
	if (!bad)
		text_put(&v->out, STR("boots"));
	for (bool first = bad; record_next(&list, &item); first = false)
		text_fmt(&v->out, "%s%.*s", first ? "" : "; ", STR_ARG(item));
	view_plain(v);
	text_char(&v->out, '\n');
}

static enum status print_rows(struct scan *s)
{
	struct view v;
	size_t width = sizeof "GUEST" - 1, bad = 0;
	view_init(&v, s->o, show_row);
	v.ctx = &width;
	for (size_t i = 0; i < s->n; i++) {
		width = width > strlen(s->target[i].path) ? width : strlen(s->target[i].path);
		bad += s->target[i].bad;
	}
	if (!s->o->json)
		text_fmt(&v.out, "%-*s  %-24s  %-7s  %s\n", (int)width, "GUEST", "KERNEL", "PACKED",
			 "WHAT IS WRONG");
	for (size_t i = 0; i < s->n; i++) {
		struct record *row = &s->target[i].row;
		row->text[GUEST_PROBLEMS] = text_str(&s->target[i].problems);
		if (s->target[i].bad && !row->number[GUEST_STATUS])
			row->number[GUEST_STATUS] = STATUS_FAILED;
		view_add(&v, row);
	}
	enum status e = view_print(&v, "scan", 1 << REC_GUEST);
	arena_release(&v.arena);
	return e ? e : bad ? STATUS_FAILED : STATUS_OK;
}

enum status cli_scan(struct opts *o, struct arena *a)
{
	struct scan s = { .o = o, .a = a };
	enum status e = find_targets(&s);
	if (e)
		return e;
	cli_xen_version(o);
	size_t n = min_size(processors(), s.n);
	struct slot *slot = arena_array(a, struct slot, n);
	if (!slot && n)
		return cli_fail(STATUS_LIMIT, "%s", err_text(ERR_NOMEM));
	for (size_t i = 0; i < n; i++)
		slot[i].scan = &s;
	if (n)
		e = run_all(&s, slot, n);
	return e ? e : print_rows(&s);
}
