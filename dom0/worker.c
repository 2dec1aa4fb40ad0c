/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job.h"
#include "../core/base/str.h"
#include "../core/platform.h"
#include "../hosted/hosted.h"
#include "jail.h"
#include "say.h"
#include "tty.h"
#include "wire.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	NOBODY = 65534, /* the user and group that own nothing */
	ATTEMPT_MEMORY = 96 << 20,
	COPY_BUFFER = 1 << 20,
};

struct worker {
	const struct job *job;
	struct log log;
	struct platform platform;
	struct tty_con con;
	struct blk whole[OPTS_DISKS_MAX], disk[OPTS_DISKS_MAX];
	struct blk *list[OPTS_DISKS_MAX];
	struct boot *boot;
	uint8_t *buffer; /* COPY_BUFFER bytes */
};

/* A worker whose front does not read any more has nothing left to do. */
static void send(enum wire_type type, uint8_t detail, struct str payload)
{
	uint8_t frame[WIRE_HEAD + LOG_LINE];
	if (payload.n > LOG_LINE) {
		wire_head(frame, type, detail, (uint32_t)payload.n);
		if (write_all(W_WIRE, frame, WIRE_HEAD) && write_all(W_WIRE, payload.p, payload.n))
			return;
		_exit(1);
	}
	wire_head(frame, type, detail, (uint32_t)payload.n);
	memcpy(frame + WIRE_HEAD, payload.p, payload.n);
	if (!write_all(W_WIRE, frame, WIRE_HEAD + payload.n))
		_exit(1);
}

static void emit(struct log *log, enum log_level level, const char *line, size_t n)
{
	(void)log;
	send(WIRE_LOG, (uint8_t)level, (struct str){ line, n });
}

static _Noreturn void fail(enum err e, struct str why)
{
	send(WIRE_FAILED, (uint8_t)e, why);
	_exit(0);
}

static _Noreturn void fail_fmt(enum err e, const char *fmt, ...) printf_like(2, 3);
static _Noreturn void fail_fmt(enum err e, const char *fmt, ...)
{
	char line[LOG_LINE];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	fail(e, (struct str){ line, min_size(n, sizeof line - 1) });
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
		/* A third of the wall time: what a boot takes is a fraction of a second. */
		.cpu_s = o->timeout_s ? (o->timeout_s + 2) / 3 : 0,
	};
	unsigned missing = jail_confine(&j);
	missing |= jail_filter();
	if (!missing)
		return;
	jail_words(missing, words);
	if (o->require_sandbox)
		fail_fmt(ERR_UNSUPPORTED, "this machine lacks parts of the sandbox: %s", words);
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
	uint64_t off = w->job->o->offset;
	w->list[i] = &w->whole[i];
	hosted_fd(&w->whole[i], W_DISK + (int)i, d->size, d->path);
	w->whole[i].sector = d->sector;
	if (i > 0 || off == 0)
		return;
	if (off >= d->size || blk_slice(&w->disk[i], &w->whole[i], off, d->size - off))
		fail_fmt(ERR_IO, "%s: --offset %llu lies outside the disk of %llu bytes", d->path,
			 (unsigned long long)off, (unsigned long long)d->size);
	w->disk[i].name = d->path;
	w->list[i] = &w->disk[i];
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
		fail_fmt(e, "%s: %s", j->disk[0].path, err_text(e));
}

static struct str join_args(const struct opts *o, struct text *t)
{
	text_fmt(t, "%s%s%s", o->args ? o->args : "", o->extra_args && o->args ? " " : "",
		 o->extra_args ? o->extra_args : "");
	return text_str(t);
}

/* The line for whoever started us: the texts that pygrub's users look for stand in front. */
static _Noreturn void fail_boot(struct worker *w, enum err e)
{
	struct str why = boot_reason(w->boot);
	const char *disk = w->job->disk[0].path;
	if (!why.n)
		why = str_of(err_text(e));
	if (!boot_config(w->boot).n && !w->job->o->kernel)
		fail_fmt(e, "Unable to find partition containing kernel: %.*s", STR_ARG(why));
	if (str_starts(why, str_of(disk)))
		fail(e, why);
	fail_fmt(e, "%s: %.*s", disk, STR_ARG(why));
}

static void copy(struct worker *w, const struct boot_stream *s, int fd, const char *what)
{
	for (uint64_t off = 0; off < s->size;) {
		size_t n = (size_t)min_u64(s->size - off, COPY_BUFFER);
		enum err e = stream_read(s, off, w->buffer, n);
		if (e)
			fail_fmt(e, "%s: cannot read %.*s at byte %llu: %s", w->job->disk[0].path,
				 STR_ARG(s->file->path), (unsigned long long)off, err_text(e));
		if (!write_all(fd, w->buffer, n))
			fail_fmt(ERR_IO, "Error writing temporary copy of %s: %s", what,
				 strerror(errno));
		off += n;
	}
}

static void open_stream(struct worker *w, const struct boot_file *f, size_t n, uint64_t max,
			const char *option, struct boot_stream *out)
{
	if (stream_of(f, n, 4, out) == OK && out->size <= max)
		return;
	fail_fmt(ERR_LIMIT, "%s: %.*s has more than %llu MiB; --%s=MIB raises the limit",
		 w->job->disk[0].path, STR_ARG(f->path), (unsigned long long)(max / OPTS_MIB),
		 option);
}

/* "/boot/a /boot/b": what stands for the files in an answer without copies. */
static struct str join_paths(const struct boot_file *f, size_t n, struct text *t)
{
	for (size_t i = 0; i < n; i++)
		text_fmt(t, "%s%.*s", i ? " " : "", STR_ARG(f[i].path));
	return text_str(t);
}

static _Noreturn void deliver(struct worker *w, const struct boot_plan *p)
{
	const struct opts *o = w->job->o;
	struct boot_stream kernel, initrd;
	struct arena a;
	arena_init(&a, &hosted_pages, ATTEMPT_MEMORY);
	struct text names = { .arena = &a }, frame = { .arena = &a };
	open_stream(w, &p->kernel, 1, o->max_kernel, "max-kernel", &kernel);
	open_stream(w, p->initrd, p->n_initrd, o->max_initrd, "max-initrd", &initrd);
	struct result r = {
		.kernel_size = kernel.size,
		.ramdisk_size = initrd.size,
		.has_ramdisk = p->n_initrd > 0,
		.kernel = p->kernel.path,
		.ramdisk = join_paths(p->initrd, p->n_initrd, &names),
		.args = p->cmdline,
	};
	if (!o->not_really) {
		w->buffer = arena_alloc(&a, COPY_BUFFER, 4096);
		if (!w->buffer)
			fail(ERR_NOMEM, STR("out of memory"));
		copy(w, &kernel, W_KERNEL, "kernel");
		copy(w, &initrd, W_RAMDISK, "ramdisk");
	}
	enum err e = names.bad ? ERR_NOMEM : result_put(&frame, &r);
	if (e)
		fail_fmt(e, "the answer: %s", err_text(e));
	send(WIRE_RESULT, 0, text_str(&frame));
	_exit(0);
}

static _Noreturn void boot(struct worker *w)
{
	const struct opts *o = w->job->o;
	const struct boot_plan *plan;
	struct arena a;
	arena_init(&a, &hosted_pages, ATTEMPT_MEMORY);
	struct text args = { .arena = &a };
	struct boot_want want = {
		.kernel = str_of(o->kernel),
		.ramdisk = str_of(o->ramdisk),
		.args = join_args(o, &args),
		.entry = str_of(o->entry),
		.quiet = o->quiet,
	};
	begin(w);
	enum err e = boot_run(w->boot, &want, &plan);
	if (e)
		fail_boot(w, e);
	deliver(w, plan);
}

void worker_run(const struct job *job)
{
	struct worker w = {
		.job = job,
		.log = { emit, job->o->debug ? LOG_DEBUG : LOG_WARN },
	};
	enter_jail(&w);
	boot(&w);
}
