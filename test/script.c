/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"
#include "../core/tables.h"
#include <string.h>

static const struct host_file disk[] = {
	{ .device = "hd0,msdos1", .path = "/vmlinuz", .mtime = 100 },
	{ .device = "hd0,msdos1", .path = "/initrd", .mtime = 200 },
	{ .device = "hd0,msdos1", .path = "/empty", .text = "" },
	{ .device = "hd0,msdos1", .path = "/dir/" },
	{ .device = "hd1", .path = "/other" },
};
static const struct host_fact facts[] = {
	{ "grub_platform", "xen" },
	{ "grub_cpu", "x86_64" },
	{ "uuid:hd1", "12ab-cd34" },
	{ "label:hd1", "data" },
	{ "fs:hd0,msdos1", "ext" },
	{ "fs:hd1", "fat" },
	{ "disk-uuid:hd1", "00000000-0000-0000-0000-000000000001" },
	{ "part-uuid:hd1", "7130c94a" },
	{ "part-label:hd1", "USR-A" },
	{ "gptprio:hd0,msdos1", "hd1" },
};
static const struct {
	const struct host_file *file;
	size_t n_file;
	const struct host_fact *fact;
	size_t n_fact;
} usual = { disk, array_len(disk), facts, array_len(facts) };

static void hear(struct log *log, enum log_level level, const char *line, size_t n)
{
	struct script *s = container_of(log, struct script, log);
	struct str l = { line, n };
	log_at(test_log(), level, "%.*s", STR_ARG(l));
	for (size_t i = 0; i + 8 <= l.n; i++) {
		if (!str_starts(str_sub(l, i, l.n), STR(": echo: ")))
			continue;
		text_fmt(&s->said, "%.*s\n", STR_ARG(str_sub(l, i + 8, l.n)));
		break;
	}
}

struct script *script_in(struct script_world w, const char *text)
{
	struct script *s = arena_new(test_arena(), struct script);
	check(s);
	s->log = (struct log){ hear, LOG_DEBUG };
	s->said.arena = test_arena();
	table_host_init(&s->host, w.file ? w.file : usual.file, w.file ? w.n_file : usual.n_file,
			w.file ? w.fact : usual.fact, w.file ? w.n_fact : usual.n_fact);
	s->host.work_each = w.work_each;
	s->c = (struct conf){ .host = &s->host.host, .arena = test_arena(), .log = &s->log };
	s->c.limits = w.limits.steps ? w.limits : CONF_LIMITS_DEFAULT;
	s->src = (struct conf_source){ STR("hd0,msdos1"),
				       STR("/boot/grub/grub.cfg"),
				       { (const uint8_t *)text, w.n ? w.n : strlen(text) } };
	s->loaded = grub2_conf.load(&s->c, &s->src, &s->menu);
	return s;
}

struct script *script(const char *text)
{
	return script_in((struct script_world){ 0 }, text);
}

struct str script_plan(struct script *s, const struct boot_entry *e)
{
	struct text t = { .arena = test_arena() };
	struct boot_plan p;
	check(e);
	enum err err = grub2_conf.choose(&s->c, e, &p);
	if (err)
		text_fmt(&t, "%s\n", err_text(err));
	else
		plan_print(&p, &t);
	check(!t.bad);
	return text_str(&t);
}

void script_says(const char *file, int line, const char *text, const char *want)
{
	struct script *s = script(text);
	test_str(file, line, text, text_str(&s->said), str_of(want));
}
