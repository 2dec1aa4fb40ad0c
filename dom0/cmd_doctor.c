/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "check.h"
#include "cli.h"
#include "say.h"
#include <fcntl.h>
#include <unistd.h>
/* domboot doctor: will this guest boot, and what is to be changed. */

static bool read_number(const char *path, uint64_t *out)
{
	char buf[16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof buf);
	if (fd >= 0)
		close(fd);
	return n > 0 && str_u64(str_trim((struct str){ buf, (size_t)n }), out);
}

void cli_xen_version(struct opts *o)
{
	uint64_t major, minor;
	if (!o->xen_version && read_number("/sys/hypervisor/version/major", &major) &&
	    read_number("/sys/hypervisor/version/minor", &minor) && major < 0xffff &&
	    minor < 0xffff)
		o->xen_version = (uint32_t)(major << 16 | minor);
}

static bool is_raw(const struct guest_disk *d)
{
	return !d->format.n || str_eq(d->format, STR("raw"));
}

bool cli_guest(struct run *r, const struct guest *g, char why[OPTS_WHY])
{
	struct job *j = &r->job;
	j->guest = g;
	for (size_t i = 0; !g && i < j->o->n_disk; i++, j->n_disk++)
		if (!disk_open(&j->disk[i], j->o->disk[i])) {
			fmt_to(why, OPTS_WHY, "%s: cannot be read as a disk", j->o->disk[i]);
			return false;
		}
	if (!g)
		return true;
	for (size_t i = 0; i < g->n_disk; i++) {
		const struct guest_disk *d = &g->disk[i];
		if (!is_raw(d) || !disk_open(&j->disk[j->n_disk], d->path))
			continue;
		j->disk_vdev[j->n_disk++] = d->vdev;
	}
	if (!j->n_disk)
		fmt_to(why, OPTS_WHY, "%.*s: it has no raw disk that can be read",
		       STR_ARG(g->name));
	return j->n_disk > 0;
}

void show_finding(struct view *v, const struct record *r)
{
	struct str level = r->text[FINDING_LEVEL];
	bool ok = str_eq(level, STR("ok"));
	if (r->kind == REC_PLAN)
		show_plan(v, r);
	if (r->kind != REC_FINDING)
		return;
	view_ink(v, ok				    ? INK_GOOD
		    : str_eq(level, STR("error"))   ? INK_BAD
		    : str_eq(level, STR("warning")) ? INK_WARN
						    : INK_BOLD);
	text_fmt(&v->out, "%-8.*s", STR_ARG(level));
	view_plain(v);
	text_fmt(&v->out, "%-9.*s%.*s\n", STR_ARG(r->text[FINDING_TOPIC]),
		 STR_ARG(r->text[FINDING_TEXT]));
	if (r->text[FINDING_FIX].n)
		text_fmt(&v->out, "        %-9sfix: %.*s\n", "", STR_ARG(r->text[FINDING_FIX]));
}

/* Its bootloader_args as our options; what they do not say stays as it is in *o. */
static void take_args(struct opts *o, struct guest *g, struct arena *a)
{
	char why[OPTS_WHY];
	struct opts boot;
	static const struct opts_env none;
	char **argv = arena_array(a, char *, g->n_args + 1);
	if (!argv)
		return;
	for (size_t i = 0; i < g->n_args; i++)
		argv[i + 1] = (char *)g->arg[i].p;
	opts_init(&boot);
	if (opts_parse(&boot, &none, (int)g->n_args + 1, argv, why)) {
		guest_note(g, a, "bootloader_args: %s", why);
		return;
	}
	o->entry = o->entry ? o->entry : boot.entry;
	o->kernel = o->kernel ? o->kernel : boot.kernel;
	o->ramdisk = o->ramdisk ? o->ramdisk : boot.ramdisk;
	o->args = o->args ? o->args : boot.args;
	o->extra_args = o->extra_args ? o->extra_args : boot.extra_args;
	o->offset = o->offset ? o->offset : boot.offset;
	o->unpack_kernel |= boot.unpack_kernel;
}

void cli_take_guest(struct opts *o, struct guest *g, struct arena *a)
{
	if (!g->bootloader.n)
		return;
	take_args(o, g, a); /* they come last on the command line, so they win */
	if (g->kernel.n && !o->kernel)
		o->kernel = g->kernel.p;
	if (g->ramdisk.n && !o->ramdisk)
		o->ramdisk = g->ramdisk.p;
	if (g->cmdline.n && !o->args)
		o->args = g->cmdline.p;
}

static enum status load_guest(struct opts *o, struct arena *a, const struct guest **out)
{
	char why[OPTS_WHY];
	*out = NULL;
	if (o->n_operand != 1 || !guest_is_config(o->operand[0]))
		return cli_disks(o, o->n_operand);
	struct guest *g = arena_new(a, struct guest);
	if (!g || !guest_load(o->operand[0], a, g, why))
		return cli_fail(STATUS_USAGE, "%s", g ? why : err_text(ERR_NOMEM));
	cli_take_guest(o, g, a);
	*out = g;
	return STATUS_OK;
}

enum status cli_doctor(struct opts *o, struct arena *a)
{
	const struct guest *g;
	char why[OPTS_WHY];
	struct view v;
	struct run *r = arena_new(a, struct run);
	enum status s = r ? load_guest(o, a, &g) : STATUS_LIMIT;
	if (s)
		return s;
	cli_xen_version(o);
	run_init(r, o);
	view_init(&v, o, show_finding);
	v.kinds = 1 << REC_PLAN | 1 << REC_FINDING;
	r->take = view_take;
	r->ctx = &v;
	s = cli_guest(r, g, why) ? cli_run(r) : cli_fail(STATUS_READ, "%s", why);
	if (!s)
		s = view_print(&v, "doctor", v.kinds);
	if (!s && v.errors)
		s = STATUS_FAILED;
	arena_release(&v.arena);
	return s;
}
