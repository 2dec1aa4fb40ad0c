/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "../core/base/uuid.h"
#include "check.h"
#include "kernel.h"
#include "worker.h"
/* doctor and scan: the facts out of the guest, and what check.c makes of them. */

enum { VOLUMES_MAX = 256, VDEV_MAX = 32 };
struct doctor {
	struct check_sink sink;
	struct worker *w;
	struct check_facts facts;
	struct check_volume volume[VOLUMES_MAX];
	struct image image;
};

static void finding(struct check_sink *s, enum check_level level, const char *topic,
		    const char *text, const char *fix)
{
	struct doctor *d = container_of(s, struct doctor, sink);
	struct record r = { .kind = REC_FINDING };
	r.text[FINDING_LEVEL] = str_of(check_level_name[level]);
	r.text[FINDING_TOPIC] = str_of(topic);
	r.text[FINDING_TEXT] = str_of(text);
	r.text[FINDING_FIX] = str_of(fix);
	worker_report(d->w, &r);
}

/* "xvda" for the first disk, where dom0's configuration names none. */
static struct str disk_vdev(const struct job *j, size_t index)
{
	static const char letter[] = "abcdefghijklmnopqrstuvwxyz";
	static char name[sizeof "xvda"];
	if (j->disk_vdev[index].n)
		return j->disk_vdev[index];
	fmt_to(name, sizeof name, "xvd%c", letter[index % 26]);
	return str_of(name);
}

static size_t disk_index(const struct job *j, const struct boot_volume *v)
{
	size_t i = 0;
	while (i + 1 < j->n_disk && !str_eq(str_of(j->disk[i].path), str_of(v->disk->name)))
		i++;
	return i;
}

static struct str keep(struct worker *w, const char *fmt, ...) printf_like(2, 3);
static struct str keep(struct worker *w, const char *fmt, ...)
{
	char line[VDEV_MAX];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	return str_dup(&w->arena, (struct str){ line, min_size(n, sizeof line - 1) });
}

static void add_volume(struct doctor *d, const struct boot_volume *v)
{
	struct check_volume *out = &d->volume[d->facts.n_volume++];
	struct str vdev = disk_vdev(d->w->job, disk_index(d->w->job, v));
	*out = (struct check_volume){ .vdev = v->part ? keep(d->w, "%.*s%u", STR_ARG(vdev),
							     v->part->number)
						      : keep(d->w, "%.*s", STR_ARG(vdev)) };
	if (v->part)
		out->partuuid = str_of(v->part->partuuid);
	if (v->fs) {
		out->label = str_of(v->fs->label);
		out->uuid = str_of(v->fs->uuid);
	}
}

static void tell_volume(struct doctor *d, const struct boot_volume *v)
{
	struct str why = worker_heard(d->w);
	char line[LOG_LINE];
	if (v->foreign) {
		fmt_to(line, sizeof line, "%.*s: %s, which domboot does not read",
		       STR_ARG(v->place), v->foreign->name);
		finding(&d->sink, CHECK_NOTE, "disk", line,
			v->foreign->holds_files ? "keep /boot on ext4, FAT, Btrfs" : NULL);
	}
	if (v->result == OK || v->result == ERR_FORMAT)
		return;
	fmt_to(line, sizeof line, "%.*s", STR_ARG(why.n ? why : v->place));
	finding(&d->sink, CHECK_WARNING, "disk", line,
		v->result == ERR_UNSUPPORTED ? status_hint(STATUS_UNSUPPORTED) : NULL);
}

static void look_at_volumes(struct doctor *d)
{
	struct boot_volume v;
	d->facts.volume = d->volume;
	d->facts.all_read = true;
	for (size_t i = 0; d->facts.n_volume < VOLUMES_MAX; i++) {
		worker_listen(d->w, true);
		if (!boot_volume(d->w->boot, i, &v))
			break;
		/* A disk with partitions has no file system of its own. */
		d->facts.all_read &= v.fs || !v.part;
		add_volume(d, &v);
		tell_volume(d, &v);
	}
}

static void look_at_initrd(struct doctor *d, const struct boot_plan *p)
{
	struct boot_stream s;
	d->facts.has_initrd = p->n_initrd > 0;
	if (stream_of(p->initrd, p->n_initrd, 4, &s) == OK)
		d->facts.initrd_size = s.size;
}

/* Unpack the kernel for its notes. */
static enum err look_into_kernel(struct doctor *d, const struct boot_plan *p)
{
	struct worker *w = d->w;
	struct image_file f = { .name = p->kernel.path, .log = boot_log(w->boot) };
	struct span plain;
	try(kernel_unpack(&p->kernel, f.log, w->job->o->max_kernel, &plain));
	f.bytes = plain;
	enum err e = image_parse(&f, &d->image);
	if (!e)
		d->facts.image = &d->image;
	return e == ERR_FORMAT ? OK : e; /* Arm's */
}

static void tell_failure(struct doctor *d, const char *topic, const char *fix)
{
	struct str why = worker_heard(d->w);
	char line[LOG_LINE];
	fmt_to(line, sizeof line, "%.*s", STR_ARG(why.n ? why : STR("it does not boot")));
	finding(&d->sink, CHECK_ERROR, topic, line, fix);
}

static void check_plan(struct doctor *d, const struct boot_plan *p)
{
	struct worker *w = d->w;
	struct check_facts *f = &d->facts;
	struct kernel_facts k;
	struct kernel_sum sum;
	kernel_facts(&p->kernel, &k);
	worker_listen(w, true);
	enum err e = kernel_look(&p->kernel, boot_log(w->boot), &sum);
	if (!e && (w->job->o->deep || w->job->o->command == CMD_DOCTOR))
		e = look_into_kernel(d, p);
	if (e)
		tell_failure(
			d, "kernel",
			"make another entry the default; or install another kernel in the guest");
	look_at_initrd(d, p);
	f->packing = k.packing;
	f->version = k.version;
	f->cmdline = p->cmdline;
	if (!e)
		check_boot(f, &d->sink);
}

void job_check(struct worker *w)
{
	static struct doctor d; /* too large for a stack; the worker does one job */
	const struct opts *o = w->job->o;
	const struct guest *g = w->job->guest;
	const struct boot_plan *p;
	d = (struct doctor){ .sink = { finding }, .w = w };
	d.facts.type = o->type ? o->type : g ? g->type : GUEST_ANY;
	d.facts.memory = o->guest_memory ? o->guest_memory : g ? g->memory : 0;
	d.facts.xen_version = o->xen_version;
	d.facts.unpacks = o->unpack_kernel;
	if (g && g->shim)
		d.facts.type = GUEST_PV;
	if (g)
		check_guest(g, &d.sink);
	look_at_volumes(&d);
	worker_listen(w, true);
	enum err e = boot_run(w->boot, &w->want, &p);
	if (e) {
		tell_failure(&d, "boot", status_hint(worker_status(w, e)));
		worker_done();
	}
	report_plan(w, p);
	if (!worker_refuses(p))
		check_plan(&d, p);
	else
		finding(&d.sink, CHECK_ERROR, "boot", "the entry starts no Linux kernel",
			"make another entry the default");
	worker_done();
}
