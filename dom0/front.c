/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "front.h"
#include "../core/base/str.h"
#include "../hosted/hosted.h"
#include "output.h"
#include "run.h"
#include "say.h"
#include "tty.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
	TEXT_MAX = 64 << 20,	 /* bytes that one worker may print */
	ANSWER_MEMORY = 4 << 20, /* an answer has some 24 KiB at most */
};

struct front {
	const struct opts *o;
	struct run run;
	struct outdir dir;
	struct output kernel, ramdisk; /* fd -1: the job makes none */
	struct tty tty;
	int answer;  /* where the answer goes */
	int signals; /* a signalfd */
	size_t printed;
};

static bool fail(const char *what)
{
	say_failure("%s: %s", what, strerror(errno));
	return false;
}

/* --- before the worker ------------------------------------------------------ */

static bool open_answer(struct front *f)
{
	f->answer = STDOUT_FILENO;
	if (!f->o->output)
		return true;
	f->answer = open(f->o->output, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (f->answer >= 0)
		return true;
	say_failure("--output=%s: %s", f->o->output, strerror(errno));
	return false;
}

static bool open_disks(struct front *f)
{
	const struct opts *o = f->o;
	struct job *j = &f->run.job;
	for (size_t i = 0; i < o->n_disk; i++) {
		if (!disk_open(&j->disk[j->n_disk], o->disk[i])) {
			if (i == 0) {
				say_hint(status_hint(STATUS_READ));
				say_failure("%s", say_last_error());
				return false;
			}
			continue; /* pygrub does not look at it at all */
		}
		j->n_disk++;
	}
	return true;
}

static bool copies(const struct opts *o)
{
	return !o->list && !o->is_config && !o->not_really;
}

static bool open_outputs(struct front *f)
{
	const struct opts *o = f->o;
	if (!copies(o))
		return true;
	if (outdir_open(&f->dir, o->directory, !o->own_directory) &&
	    output_make(&f->kernel, &f->dir, "boot_kernel.") &&
	    output_make(&f->ramdisk, &f->dir, "boot_ramdisk."))
		return true;
	say_failure("%s", say_last_error());
	return false;
}

/* --- the worker ------------------------------------------------------------- */

/* Only a call that is there to print may: elsewhere standard output is the toolstack's. */
static bool print_text(struct run *r, const struct wire_frame *w)
{
	struct front *f = r->ctx;
	char shown[WIRE_MAX];
	size_t n = w->payload.n;
	memcpy(shown, w->payload.p, n);
	if (isatty(STDOUT_FILENO))
		n = say_clean(shown, n);
	f->printed += n;
	if (w->type != WIRE_TEXT || !(f->o->list || f->o->is_config))
		run_fail(r, STATUS_CRASHED, "the worker sent what nobody asked for");
	else if (f->printed > TEXT_MAX)
		run_fail(r, STATUS_LIMIT, "more than %d MiB of text", TEXT_MAX >> 20);
	else
		run_print(r, shown, n);
	return r->status == STATUS_OK;
}

/* --- after the worker ------------------------------------------------------- */

static bool sizes_agree(const struct front *f, const struct result *r)
{
	if (run_written(&f->run, W_KERNEL) == r->kernel_size &&
	    run_written(&f->run, W_RAMDISK) == (r->has_ramdisk ? r->ramdisk_size : 0))
		return true;
	say_failure("the copies do not have the sizes that the worker claims");
	return false;
}

static struct str name_of(const struct front *f, const struct output *o, struct text *t)
{
	size_t from = t->n;
	text_fmt(t, "%s%s%s", f->dir.path, f->dir.path[1] ? "/" : "", o->name);
	return str_sub(text_str(t), from, t->n);
}

static bool write_answer(struct front *f, const struct answer *a, struct arena *arena)
{
	struct text t = { .arena = arena };
	enum err e = answer_print(a, f->o->format, &t);
	if (e) {
		say_failure("%s", e == ERR_SYNTAX ? "simple format cannot represent "
						    "delimiter-containing value"
						  : err_text(e));
		return false;
	}
	return write_all(f->answer, t.p, t.n) ||
	       fail(f->o->output ? f->o->output : "standard output");
}

/* An answer that names the files in the guest: nothing was copied. */
static bool answer_not_really(struct front *f, const struct result *r, struct arena *arena)
{
	struct text kernel = { .arena = arena }, ramdisk = { .arena = arena };
	text_fmt(&kernel, "<kernel:%.*s>", STR_ARG(r->kernel));
	if (r->has_ramdisk)
		text_fmt(&ramdisk, "<ramdisk:%.*s>", STR_ARG(r->ramdisk));
	struct answer a = { text_str(&kernel), text_str(&ramdisk), r->args };
	return write_answer(f, &a, arena);
}

static bool answer_files(struct front *f, const struct result *r, struct arena *arena)
{
	struct text kernel = { .arena = arena }, ramdisk = { .arena = arena };
	struct answer a = { .args = r->args };
	if (!sizes_agree(f, r))
		return false;
	if (!output_publish(&f->kernel, &f->dir) ||
	    (r->has_ramdisk && !output_publish(&f->ramdisk, &f->dir))) {
		say_failure("%s", say_last_error());
		return false;
	}
	a.kernel = name_of(f, &f->kernel, &kernel);
	if (r->has_ramdisk)
		a.ramdisk = name_of(f, &f->ramdisk, &ramdisk);
	return write_answer(f, &a, arena);
}

static bool answer(struct front *f)
{
	const struct result *r = &f->run.result;
	struct arena arena;
	if (f->o->list || f->o->is_config)
		return true;
	arena_init(&arena, &hosted_pages, ANSWER_MEMORY);
	bool done = copies(f->o) ? answer_files(f, r, &arena) : answer_not_really(f, r, &arena);
	arena_release(&arena);
	if (done && !r->has_ramdisk)
		output_drop(&f->ramdisk, &f->dir);
	if (done && copies(f->o) && r->counted.n)
		tries_add(&f->run.job.tries, f->o->state, f->run.job.disk[0].path, r->counted);
	return done;
}

static bool attend(struct front *f)
{
	struct run *r = &f->run;
	bool started = run_start(r);
	if (started) {
		if (r->job.menu) {
			say_hold();
			tty_raw(&f->tty);
		}
		run_wait(&r, 1, f->signals);
		tty_restore(&f->tty);
		say_held();
	}
	if (r->status) {
		if (status_hint(r->status))
			say_hint(status_hint(r->status));
		say_failure("%s", r->why);
	}
	return r->status == STATUS_OK && answer(f);
}

static bool prepare(struct front *f)
{
	const struct opts *o = f->o;
	struct run *r = &f->run;
	if (!open_answer(f) || !open_disks(f) || !open_outputs(f))
		return false;
	f->signals = run_signals();
	if (f->signals < 0)
		return fail("signalfd");
	if (!o->quiet && !o->list && !o->is_config)
		tty_find(&f->tty);
	r->job.menu = f->tty.in >= 0;
	r->job.rows = f->tty.rows;
	r->job.cols = f->tty.cols;
	r->fd[W_KERNEL] = f->kernel.fd;
	r->fd[W_RAMDISK] = f->ramdisk.fd;
	r->fd[W_TTY_IN] = f->tty.in;
	r->fd[W_TTY_OUT] = f->tty.out;
	r->take = print_text;
	r->ctx = f;
	return true;
}

int front_run(const struct opts *o)
{
	static struct front f; /* large, and most of it is never touched */
	f.o = o;
	f.dir = (struct outdir)OUTDIR_NONE;
	f.kernel.fd = f.ramdisk.fd = -1;
	f.tty.in = f.tty.out = -1;
	run_init(&f.run, o);
	bool done = prepare(&f) && attend(&f);
	if (!done) {
		output_drop(&f.kernel, &f.dir);
		output_drop(&f.ramdisk, &f.dir);
	}
	outdir_keep(&f.dir);
	return done ? 0 : 1;
}
