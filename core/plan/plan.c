/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan.h"
#include "../base/str.h"

/* "(hd0,gpt1)/EFI/Linux/a.efi" with ":.linux" behind it where it is a part. */
static void put_file(struct text *out, const struct boot_file *f)
{
	text_fmt(out, "(%.*s)%.*s", STR_ARG(f->device), STR_ARG(f->path));
	if (f->part.p)
		text_fmt(out, ":%.*s", STR_ARG(f->part));
}

static enum err file_check(const struct boot_file *f, const char *what, struct log *log)
{
	const char *why = NULL;
	if (f->node.type != FS_FILE)
		why = "not a regular file";
	else if (boot_file_size(f) == 0)
		why = "an empty file";
	else if (f->part.p && (f->off > f->node.size || f->len > f->node.size - f->off))
		why = "reaches past the end of the file";
	if (!why)
		return OK;
	log_at(log, LOG_ERROR, "%s (%.*s)%.*s%s%.*s: %s", what, STR_ARG(f->device),
	       STR_ARG(f->path), f->part.p ? ":" : "", STR_ARG(f->part), why);
	return f->node.type == FS_FILE ? ERR_CORRUPT : ERR_TYPE;
}

static enum err cmdline_check(struct str c, struct log *log)
{
	if (c.n > PLAN_CMDLINE_MAX) {
		log_at(log, LOG_ERROR, "the command line has %zu bytes, more than %d", c.n,
		       PLAN_CMDLINE_MAX);
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < c.n; i++) {
		if (c.p[i] != 0 && c.p[i] != '\n')
			continue;
		log_at(log, LOG_ERROR, "the command line has a %s at byte %zu",
		       c.p[i] ? "newline" : "NUL", i);
		return ERR_SYNTAX;
	}
	return OK;
}

enum err plan_check(const struct boot_plan *p, struct log *log)
{
	try(file_check(&p->kernel, "kernel", log));
	for (size_t i = 0; i < p->n_initrd; i++)
		try(file_check(&p->initrd[i], "initrd", log));
	for (size_t i = 0; i < p->n_module; i++)
		try(file_check(&p->module[i].file, "module", log));
	return cmdline_check(p->cmdline, log);
}

static void print_file(struct text *out, const char *key, const struct boot_file *f)
{
	text_fmt(out, "%s ", key);
	put_file(out, f);
}

void plan_print(const struct boot_plan *p, struct text *out)
{
	static const char *const kind[] = { "linux", "multiboot", "chain" };
	text_fmt(out, "kind %s\n", kind[p->kind]);
	print_file(out, "kernel", &p->kernel);
	text_fmt(out, "\nargs %.*s\n", STR_ARG(p->cmdline));
	for (size_t i = 0; i < p->n_initrd; i++) {
		print_file(out, "initrd", &p->initrd[i]);
		text_char(out, '\n');
	}
	for (size_t i = 0; i < p->n_module; i++) {
		print_file(out, "module", &p->module[i].file);
		text_fmt(out, " %.*s\n", STR_ARG(p->module[i].args));
	}
	for (size_t i = 0; i < p->n_env; i++) {
		const struct env_write *w = &p->env[i];
		print_file(out, w->name.n ? "env" : "default", &w->file);
		text_fmt(out, " %.*s%s%.*s\n", STR_ARG(w->name), w->name.n ? "=" : "",
			 STR_ARG(w->value));
	}
	if (p->counted.n)
		text_fmt(out, "counted %.*s\n", STR_ARG(p->counted));
}
