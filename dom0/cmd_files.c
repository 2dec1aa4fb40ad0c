/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "cli.h"
#include "output.h"
#include "say.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
/* domboot ls, cat, extract: files out of a guest. */

/* --- ls ----------------------------------------------------------------------- */

/* A line of the listing, and the name to sort it by. */
struct row {
	struct str name, line;
};
struct rows {
	struct row *row;
	size_t n, room;
};

static void put_time(struct text *t, uint64_t seconds)
{
	char buf[32] = "-";
	time_t at = (time_t)seconds;
	struct tm tm;
	if (seconds != RECORD_UNKNOWN && gmtime_r(&at, &tm))
		strftime(buf, sizeof buf, "%Y-%m-%d %H:%M", &tm);
	text_fmt(t, "%16s", buf);
}

static void put_file(struct text *t, const struct record *r)
{
	char size[24] = "-";
	if (r->number[FILE_SIZE] != RECORD_UNKNOWN)
		fmt_to(size, sizeof size, "%llu", (unsigned long long)r->number[FILE_SIZE]);
	char type = r->text[FILE_TYPE].n ? r->text[FILE_TYPE].p[0] : '?';
	text_fmt(t, "%c %12s ", type == 'f' ? '-' : type, size);
	put_time(t, r->number[FILE_MTIME]);
	text_fmt(t, " %.*s", STR_ARG(r->text[FILE_NAME]));
	if (r->text[FILE_TARGET].n)
		text_fmt(t, " -> %.*s", STR_ARG(r->text[FILE_TARGET]));
	text_char(t, '\n');
}

static bool more_rows(struct view *v, struct rows *rows)
{
	if (rows->n < rows->room)
		return true;
	size_t room = rows->room ? 2 * rows->room : 64;
	struct row *row = arena_array(&v->arena, struct row, room);
	if (!row)
		return false;
	if (rows->n)
		memcpy(row, rows->row, rows->n * sizeof *row);
	rows->row = row;
	rows->room = room;
	return true;
}

static void show_file(struct view *v, const struct record *r)
{
	struct rows *rows = v->ctx;
	struct text t = { .arena = &v->arena };
	if (r->kind == REC_VOLUME) {
		show_volume(v, r);
		return;
	}
	put_file(&t, r);
	if (t.bad || !more_rows(v, rows))
		v->out.bad = true;
	else
		rows->row[rows->n++] = (struct row){ r->text[FILE_NAME], text_str(&t) };
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct row *)a)->name, ((const struct row *)b)->name);
}

/* A directory's own order means nothing. JSON keeps it: whoever reads that sorts as he likes. */
static void sort_rows(struct view *v)
{
	struct rows *rows = v->ctx;
	if (rows->n)
		qsort(rows->row, rows->n, sizeof *rows->row, by_name);
	for (size_t i = 0; i < rows->n; i++)
		text_put(&v->out, rows->row[i].line);
}

/* DISK... [PATH]: a path begins with '/' or '(' and follows at least one disk. */
static const char *cut_path(struct opts *o)
{
	size_t n = o->n_operand;
	if (n < 2)
		return NULL;
	return o->operand[--o->n_operand];
}

enum status cli_ls(struct opts *o, struct arena *a)
{
	const char *path = cut_path(o);
	struct view v;
	struct rows rows = { .n = 0 };
	enum status s = cli_disks(o, o->n_operand);
	if (s)
		return s;
	view_init(&v, o, show_file);
	v.ctx = &rows;
	v.end = sort_rows;
	return cli_view(&v, a, path, path ? 1 << REC_FILE : 1 << REC_VOLUME);
}

/* --- cat ---------------------------------------------------------------------- */

struct cat {
	uint64_t n;
	bool terminal;
};

static bool write_text(struct run *r, const struct wire_frame *f)
{
	struct cat *c = r->ctx;
	char shown[WIRE_MAX];
	const void *p = f->payload.p;
	size_t n = f->payload.n;
	c->n += n;
	if (f->type != WIRE_TEXT)
		run_fail(r, STATUS_CRASHED, "the worker sent what nobody asked for");
	else if (c->n > r->job.o->max_initrd)
		run_fail(r, STATUS_LIMIT, "more than %llu MiB",
			 (unsigned long long)(r->job.o->max_initrd / OPTS_MIB));
	if (c->terminal) {
		memcpy(shown, p, n);
		n = say_clean(shown, n);
		p = shown;
	}
	if (!r->status)
		run_print(r, p, n);
	return r->status == STATUS_OK;
}

enum status cli_cat(struct opts *o, struct arena *a)
{
	struct cat c = { .terminal = isatty(STDOUT_FILENO) };
	struct run *r = arena_new(a, struct run);
	const char *path = cut_path(o);
	if (!path)
		return cli_fail(STATUS_USAGE, "cat: a disk and a path in it are needed");
	if (!r)
		return cli_fail(STATUS_LIMIT, "%s", err_text(ERR_NOMEM));
	enum status s = cli_disks(o, o->n_operand);
	run_init(r, o);
	r->job.path = path;
	r->take = write_text;
	r->ctx = &c;
	if (!s)
		s = cli_open(r);
	return s ? s : cli_run(r);
}

/* --- extract ------------------------------------------------------------------ */

enum { OUT_KERNEL, OUT_INITRD, OUT_CMDLINE, OUTS };
static const char *const out_name[OUTS] = { "kernel", "initrd", "cmdline" };

struct extract {
	struct outdir dir;
	struct output out[OUTS];
};

static bool no_records(struct run *r, const struct wire_frame *f)
{
	(void)f;
	run_fail(r, STATUS_CRASHED, "the worker sent what nobody asked for");
	return false;
}

static enum status open_outputs(struct extract *x, const struct opts *o)
{
	const char *path = o->own_directory ? o->directory : ".";
	bool done = outdir_open(&x->dir, path, false);
	for (size_t i = 0; done && i < OUTS; i++)
		done = output_make(&x->out[i], &x->dir, "part.");
	return done ? STATUS_OK : cli_fail(STATUS_OUTPUT, "%s: cannot make files there", path);
}

static bool sizes_agree(const struct run *r)
{
	const struct result *have = &r->result;
	return run_written(r, W_KERNEL) == have->kernel_size &&
	       run_written(r, W_RAMDISK) == (have->has_ramdisk ? have->ramdisk_size : 0);
}

static enum status publish(struct extract *x, const struct run *r)
{
	struct str args = r->result.args;
	if (!sizes_agree(r))
		return cli_fail(STATUS_CRASHED,
				"the copies do not have the sizes that the worker claims");
	bool done = write_all(x->out[OUT_CMDLINE].fd, args.p, args.n);
	for (size_t i = 0; done && i < OUTS; i++)
		if (i != OUT_INITRD || r->result.has_ramdisk)
			done = output_publish_as(&x->out[i], &x->dir, out_name[i]);
	return done ? STATUS_OK
		    : cli_fail(STATUS_OUTPUT, "%s: the files cannot be written", x->dir.path);
}

/* The names, and for people the command line. */
static enum status print_outputs(const struct extract *x, const struct run *r, struct arena *a)
{
	struct text t = { .arena = a };
	for (size_t i = 0; i < OUTS; i++)
		if (i != OUT_INITRD || r->result.has_ramdisk)
			text_fmt(&t, "%s%s%s\n", x->dir.path, x->dir.path[1] ? "/" : "",
				 out_name[i]);
	if (!t.bad && write_all(STDOUT_FILENO, t.p, t.n))
		return STATUS_OK;
	return cli_fail(STATUS_OUTPUT, "standard output: %s", strerror(errno));
}

enum status cli_extract(struct opts *o, struct arena *a)
{
	struct extract x = { .dir = OUTDIR_NONE };
	struct run *r = arena_new(a, struct run);
	if (!r)
		return cli_fail(STATUS_LIMIT, "%s", err_text(ERR_NOMEM));
	for (size_t i = 0; i < OUTS; i++)
		x.out[i].fd = -1;
	enum status s = cli_disks_and_entry(o);
	run_init(r, o);
	if (!s)
		s = cli_open(r);
	if (!s)
		s = open_outputs(&x, o);
	r->fd[W_KERNEL] = x.out[OUT_KERNEL].fd;
	r->fd[W_RAMDISK] = x.out[OUT_INITRD].fd;
	r->take = no_records;
	if (!s)
		s = cli_run(r);
	if (!s)
		s = publish(&x, r);
	if (!s)
		s = print_outputs(&x, r, a);
	for (size_t i = 0; s && i < OUTS; i++)
		output_drop(&x.out[i], &x.dir);
	outdir_keep(&x.dir);
	return s;
}
