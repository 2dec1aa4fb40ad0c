/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "worker.h"
#include "../core/base/str.h"
#include "../core/tables.h"
#include "../hosted/hosted.h"
#include "jail.h"
#include "say.h"
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	NOBODY = 65534, /* the user and group that own nothing */
	FOREVER_S = 10, /* nobody may be watching the console that a menu is shown on */
};

void worker_send(enum wire_type type, uint8_t detail, struct str payload)
{
	uint8_t frame[WIRE_HEAD + LOG_LINE];
	size_t n = min_size(payload.n, LOG_LINE);
	wire_head(frame, type, detail, (uint32_t)payload.n);
	memcpy(frame + WIRE_HEAD, payload.p, n);
	if (!write_all(W_WIRE, frame, WIRE_HEAD + n) ||
	    !write_all(W_WIRE, payload.p + n, payload.n - n))
		_exit(1);
}

void worker_print(struct str text)
{
	while (text.n) { /* every piece moves on */
		size_t n = min_size(text.n, WIRE_MAX);
		worker_send(WIRE_TEXT, 0, str_sub(text, 0, n));
		text = str_sub(text, n, text.n);
	}
}

void worker_end(enum status s, const char *fmt, ...)
{
	char line[LOG_LINE];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	worker_send(WIRE_FAILED, (uint8_t)s, (struct str){ line, min_size(n, sizeof line - 1) });
	_exit(0);
}

/* What raises the limit of memory; told before the jail, in which nobody can ask. */
static const char *memory_raiser = "--max-memory=MIB";

void worker_no_memory(void)
{
	worker_end(STATUS_LIMIT, "out of memory; %s raises the limit", memory_raiser);
}

/* What our own limit, and those that we were started with, leave: the one to be raised. */
static const char *lowest_of_memory(uint64_t own)
{
	struct rlimit r;
	if (getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_max < (own ? own : RLIM_INFINITY))
		return "ulimit -v";
	if (getrlimit(RLIMIT_DATA, &r) == 0 && r.rlim_cur < (own ? own : RLIM_INFINITY))
		return "ulimit -d";
	return memory_raiser;
}

/* Nothing was found, but a volume could not be looked into. */
static bool is_starved(struct worker *w)
{
	struct boot_volume v;
	for (size_t i = 0; !boot_config(w->boot).n && boot_volume(w->boot, i, &v); i++)
		if (v.result == ERR_NOMEM)
			return true;
	return false;
}

/* The attempt's own reason. */
static _Noreturn void fail_as(struct worker *w, enum status s, enum err e)
{
	struct str why = boot_reason(w->boot);
	const struct job *j = w->job;
	if (e == ERR_NOMEM || is_starved(w))
		worker_no_memory();
	if (!why.n)
		why = str_of(err_text(e));
	if (j->o->command == CMD_BOOT && !boot_config(w->boot).n && !w->want.kernel.n)
		worker_end(s, "Unable to find partition containing kernel: %.*s", STR_ARG(why));
	for (size_t i = 0; i < j->n_disk; i++)
		if (str_starts(why, str_of(j->disk[i].path)))
			worker_end(s, "%.*s", STR_ARG(why));
	worker_end(s, "%s: %.*s", j->disk[0].path, STR_ARG(why));
}

/* Why no configuration was found: what could hold one is told first. */
static enum status search_status(struct worker *w)
{
	struct boot_volume v;
	bool seen[ERR_DENIED + 1] = { false };
	for (size_t i = 0; boot_volume(w->boot, i, &v); i++)
		seen[v.foreign && v.foreign->holds_files ? ERR_UNSUPPORTED : v.result] = true;
	return seen[ERR_UNSUPPORTED] ? STATUS_UNSUPPORTED
	       : seen[OK]	     ? STATUS_NO_CONFIG
	       : seen[ERR_IO]	     ? STATUS_READ
				     : STATUS_NO_FS;
}

enum status worker_status(struct worker *w, enum err e)
{
	if (e == ERR_IO || e == ERR_LIMIT || e == ERR_NOMEM || e == ERR_LOOP)
		return status_of(e);
	if (!boot_config(w->boot).n && !w->want.kernel.n)
		return search_status(w);
	if (!w->want.kernel.n && !boot_entry(w->boot))
		return STATUS_NO_ENTRY;
	return e == ERR_CORRUPT ? STATUS_BAD_KERNEL : status_of(e);
}

void worker_fail_boot(struct worker *w, enum err e)
{
	fail_as(w, worker_status(w, e), e);
}

void worker_fail_kernel(struct worker *w, enum err e)
{
	bool ours = e == ERR_IO || e == ERR_LIMIT || e == ERR_NOMEM;
	fail_as(w, ours ? status_of(e) : STATUS_BAD_KERNEL, e);
}

const struct boot_plan *worker_plan(struct worker *w)
{
	const struct boot_plan *plan = NULL;
	enum err e = boot_run(w->boot, &w->want, &plan);
	if (e)
		worker_fail_boot(w, e);
	return plan;
}

const char *worker_refuses(const struct boot_plan *p)
{
	return p->kind == BOOT_MULTIBOOT ? "is a multiboot entry" : NULL;
}

const struct boot_plan *worker_linux(struct worker *w)
{
	const struct boot_plan *p = worker_plan(w);
	if (worker_refuses(p))
		worker_fail(ERR_UNSUPPORTED, "%s: \"%.*s\" %s", w->job->disk[0].path,
			    STR_ARG(p->title), worker_refuses(p));
	return p;
}

void worker_listen(struct worker *w, bool mute)
{
	w->why_n = 0;
	w->mute = mute;
}

struct str worker_heard(const struct worker *w)
{
	return (struct str){ w->why, w->why_n };
}

void worker_report(struct worker *w, const struct record *r)
{
	w->frame.n = 0;
	record_put(&w->frame, r);
	if (w->frame.bad)
		worker_no_memory();
	worker_send(WIRE_RECORD, (uint8_t)r->kind, text_str(&w->frame));
}

void worker_done(void)
{
	struct text t = { .arena = NULL };
	struct result none = { .kernel_size = 0 };
	char room[64];
	t.p = room;
	t.cap = sizeof room;
	enum err e = result_put(&t, &none);
	if (e)
		worker_fail(e, "%s", err_text(e));
	worker_send(WIRE_RESULT, 0, text_str(&t));
	_exit(0);
}

static void emit(struct log *log, enum log_level level, const char *line, size_t n)
{
	struct worker *w = container_of(log, struct worker, log);
	if (level == LOG_ERROR && !w->why_n) {
		w->why_n = min_size(n, sizeof w->why);
		memcpy(w->why, line, w->why_n);
	}
	if (w->trace && level >= LOG_INFO)
		report_step(w, "trace", "%.*s", (int)n, line);
	else if (!w->mute)
		worker_send(WIRE_LOG, (uint8_t)level, (struct str){ line, n });
}

static void enter_jail(struct worker *w)
{
	const struct opts *o = w->job->o;
	char words[JAIL_WORDS];
	struct jail j = {
		.n_fds = W_DISK + (unsigned)w->job->n_disk,
		.life = W_WIRE,
		.uid = o->runas ? o->runas : NOBODY,
		.max_file = o->max_kernel > o->max_initrd ? o->max_kernel : o->max_initrd,
		.max_memory = o->max_memory,
		.cpu_s = opts_cpu_s(o),
	};
	memory_raiser = lowest_of_memory(o->max_memory);
	unsigned missing = jail_confine(&j);
	missing |= jail_filter();
	if (!missing)
		return;
	jail_words(missing, words);
	if (o->require_sandbox)
		worker_end(STATUS_POLICY, "this machine lacks parts of the sandbox: %s", words);
	log_at(&w->log, LOG_WARN, "this machine lacks parts of the sandbox: %s", words);
}

static struct str tries_of(struct worker *w, struct str entry)
{
	struct text t = { .arena = &w->arena };
	text_fmt(&t, "%llu", (unsigned long long)tries_count(&w->job->tries, entry));
	return t.bad ? STR("0") : text_str(&t);
}

static struct str fact(struct platform *p, struct str name)
{
	struct worker *w = container_of(p, struct worker, platform);
	const struct str tries = STR("tries:");
	if (str_eq(name, STR("default_args")))
		return str_of(w->job->o->default_args);
	if (str_starts(name, tries))
		return tries_of(w, str_sub(name, tries.n, name.n));
	if (str_eq(name, STR("initrdfail")))
		return STR("1"); /* a note in the guest's disk would be lost */
	if (str_eq(name, STR("grub_platform")))
		return STR("xen");
	if (str_eq(name, STR("grub_cpu")))
		return STR("x86_64");
	return (struct str){ NULL, 0 };
}

static void add_disk(struct worker *w, size_t i)
{
	const struct disk *d = &w->job->disk[i];
	uint64_t off = i == 0 ? w->job->o->offset : 0;
	hosted_fd(&w->whole[i], W_DISK + (int)i, d->size, d->path);
	w->whole[i].sector = d->sector;
	w->list[i] = &w->whole[i];
	if (!off)
		return;
	if (off >= d->size || blk_slice(&w->disk[i], &w->whole[i], off, d->size - off))
		worker_fail(ERR_IO, "%s: --offset %llu lies outside the disk of %llu bytes",
			    d->path, (unsigned long long)off, (unsigned long long)d->size);
	w->list[i] = &w->disk[i];
}

static struct str join_args(struct worker *w)
{
	const struct opts *o = w->job->o;
	struct text t = { .arena = &w->arena };
	text_fmt(&t, "%s%s%s", o->args ? o->args : "", o->extra_args && o->args ? " " : "",
		 o->extra_args ? o->extra_args : "");
	if (t.bad)
		worker_no_memory();
	return text_str(&t);
}

static int rank(void *ctx, struct str title)
{
	return rules_rank(ctx, title);
}

static void fill_want(struct worker *w)
{
	const struct opts *o = w->job->o;
	w->want = (struct boot_want){
		.kernel = str_of(o->kernel),
		.ramdisk = str_of(o->ramdisk),
		.args = join_args(w),
		.entry = str_of(o->entry),
		.entry_or_default = o->command == CMD_BOOT,
		.quiet = o->quiet || o->command != CMD_BOOT,
		.rank = w->job->rules.n ? rank : NULL,
		.rank_ctx = (void *)&w->job->rules,
		.trusted = true,
		.forever_s = FOREVER_S,
	};
}

/*
 * Of --max-memory the attempt, and likewise what becomes of its answer; the rest is for
 * the decompressors and the program itself.
 */
static size_t memory_share(const struct job *j)
{
	return (size_t)(j->o->max_memory / 8 * 3);
}

static void begin(struct worker *w)
{
	const struct job *j = w->job;
	size_t n = 0;
	for (size_t i = 0; i < j->n_disk; i++)
		add_disk(w, i);
	for (size_t i = 0; i < n_fs_drivers; i++)
		if (j->o->file_systems >> i & 1)
			w->driver[n++] = fs_drivers[i];
	tty_con_init(&w->con, W_TTY_IN, W_TTY_OUT, j->rows, j->cols);
	w->platform = (struct platform){
		.pages = &hosted_pages,
		.memory = memory_share(j),
		.log = &w->log,
		.con = j->menu ? &w->con.con : NULL,
		.disk = w->list,
		.n_disk = j->n_disk,
		.fact = fact,
		.limits = CONF_LIMITS_DEFAULT,
		.driver = w->driver,
		.n_driver = n,
	};
	w->platform.limits.bytes = w->platform.memory / 2;
	enum err e = boot_begin(&w->boot, &w->platform);
	if (e == ERR_NOMEM)
		worker_no_memory();
	if (e)
		worker_fail(e, "%s: %s", j->disk[0].path, err_text(e));
}

static void (*const work[])(struct worker *w) = {
	[CMD_BOOT] = job_boot,	     [CMD_LIST] = job_entries, [CMD_SHOW] = job_show,
	[CMD_EXPLAIN] = job_explain, [CMD_DOCTOR] = job_check, [CMD_EXTRACT] = job_boot,
	[CMD_SCAN] = job_check,	     [CMD_CAT] = job_cat,      [CMD_LS] = job_ls,
};

void worker_run(const struct job *job)
{
	struct worker w = {
		.job = job,
		.log = { emit, job->o->debug || job->o->trace ? LOG_DEBUG : LOG_WARN },
		.trace = job->o->trace,
	};
	arena_init(&w.arena, &hosted_pages, memory_share(job));
	w.frame.arena = &w.arena;
	enter_jail(&w);
	fill_want(&w);
	if (job->o->is_config)
		job_config(&w);
	begin(&w);
	if (job->o->list)
		job_list(&w);
	work[job->o->command](&w); /* which ends with a frame of its own */
	_exit(1);
}
