/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "worker.h"
#include "../core/base/str.h"
#include "../hosted/hosted.h"
#include "jail.h"
#include "say.h"
#include <string.h>
#include <unistd.h>

enum {
	NOBODY = 65534, /* the user and group that own nothing */
	ATTEMPT_MEMORY = 96 << 20,
	WORKER_MEMORY = 96 << 20,
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

void worker_fail_boot(struct worker *w, enum err e)
{
	struct str why = boot_reason(w->boot);
	const char *disk = w->job->disk[0].path;
	if (!why.n)
		why = str_of(err_text(e));
	if (!boot_config(w->boot).n && !w->want.kernel.n)
		worker_fail(e, "Unable to find partition containing kernel: %.*s", STR_ARG(why));
	if (str_starts(why, str_of(disk)))
		worker_fail(e, "%.*s", STR_ARG(why));
	worker_fail(e, "%s: %.*s", disk, STR_ARG(why));
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
	(void)log;
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
	unsigned missing = jail_confine(&j);
	missing |= jail_filter();
	if (!missing)
		return;
	jail_words(missing, words);
	if (o->require_sandbox)
		worker_fail(ERR_UNSUPPORTED, "this machine lacks parts of the sandbox: %s", words);
	log_at(&w->log, LOG_WARN, "this machine lacks parts of the sandbox: %s", words);
}

static struct str fact(struct platform *p, struct str name)
{
	(void)p;
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
		worker_fail(ERR_NOMEM, "%s", err_text(ERR_NOMEM));
	return text_str(&t);
}

static void fill_want(struct worker *w)
{
	const struct opts *o = w->job->o;
	w->want = (struct boot_want){
		.kernel = str_of(o->kernel),
		.ramdisk = str_of(o->ramdisk),
		.args = join_args(w),
		.entry = str_of(o->entry),
		.entry_or_default = true,
		.quiet = o->quiet,
		.trusted = true,
		.forever_s = FOREVER_S,
	};
}

static void begin(struct worker *w)
{
	const struct job *j = w->job;
	for (size_t i = 0; i < j->n_disk; i++)
		add_disk(w, i);
	tty_con_init(&w->con, W_TTY_IN, W_TTY_OUT, j->rows, j->cols);
	w->platform = (struct platform){
		.pages = &hosted_pages,
		.memory = ATTEMPT_MEMORY,
		.log = &w->log,
		.con = j->menu ? &w->con.con : NULL,
		.disk = w->list,
		.n_disk = j->n_disk,
		.fact = fact,
		.limits = CONF_LIMITS_DEFAULT,
	};
	enum err e = boot_begin(&w->boot, &w->platform);
	if (e)
		worker_fail(e, "%s: %s", j->disk[0].path, err_text(e));
}

void worker_run(const struct job *job)
{
	struct worker w = {
		.job = job,
		.log = { emit, job->o->debug ? LOG_DEBUG : LOG_WARN },
	};
	arena_init(&w.arena, &hosted_pages, WORKER_MEMORY);
	enter_jail(&w);
	fill_want(&w);
	if (job->o->is_config)
		job_config(&w);
	begin(&w);
	if (job->o->list)
		job_list(&w);
	job_boot(&w);
}
