/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view.h"
#include "../core/base/str.h"
#include "../core/base/utf.h"
#include "../hosted/hosted.h"
#include "json.h"
#include "say.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void view_init(struct view *v, const struct opts *o,
	       void (*show)(struct view *v, const struct record *r))
{
	const char *no_color = getenv("NO_COLOR");
	*v = (struct view){ .o = o, .show = show };
	arena_init(&v->arena, &hosted_pages, VIEW_MEMORY);
	v->out.arena = &v->arena;
	for (size_t i = 0; i < RECORD_KINDS; i++)
		v->section[i].arena = &v->arena;
	v->color = o->color == COLOR_ALWAYS ||
		   (o->color == COLOR_AUTO && isatty(STDOUT_FILENO) && !(no_color && no_color[0]));
}

/* Safe for a terminal, in a copy: each text of a list by itself. */
static struct str cleaned(struct view *v, enum field_type type, struct str s)
{
	struct text t = { .arena = &v->arena };
	struct str rest = s, item;
	if (type != FIELD_LIST) {
		struct str copy = str_dup(&v->arena, s);
		v->out.bad |= !copy.p; /* no text is lost in silence */
		return (struct str){ copy.p, copy.p ? str_clean((char *)copy.p, copy.n) : 0 };
	}
	while (record_next(&rest, &item)) {
		size_t from = t.n;
		text_put(&t, item);
		t.n = t.bad ? from : from + str_clean(t.p + from, item.n);
		text_char(&t, 0);
	}
	v->out.bad |= t.bad;
	return text_str(&t);
}

static void show_text(struct view *v, struct record *r)
{
	const struct field *f = record_fields(r->kind);
	for (size_t i = 0; i < RECORD_FIELDS && f[i].type; i++)
		if (f[i].type == FIELD_TEXT || f[i].type == FIELD_LIST)
			r->text[i] = cleaned(v, f[i].type, r->text[i]);
	v->show(v, r);
}

void view_add(struct view *v, struct record *r)
{
	struct text *t = &v->section[r->kind];
	if (!v->o->json) {
		show_text(v, r);
		return;
	}
	text_put(t, t->n ? STR(",\n  ") : STR("\n  "));
	json_record(t, r);
}

/* Too much to print, or to keep until then. */
static bool is_full(const struct view *v)
{
	size_t n = v->out.n;
	bool full = v->out.bad;
	for (size_t i = 0; i < RECORD_KINDS; i++) {
		n += v->section[i].n;
		full |= v->section[i].bad;
	}
	return full || n > VIEW_OUT_MAX;
}

bool view_take(struct run *run, const struct wire_frame *f)
{
	struct view *v = run->ctx;
	struct record r;
	if (f->type != WIRE_RECORD || record_get(f->detail, f->payload, &r) ||
	    !(v->kinds >> r.kind & 1)) {
		run_fail(run, STATUS_CRASHED,
			 "the worker sent a record that makes no sense; this is a bug or an "
			 "attack");
		return false;
	}
	if (r.kind == REC_FINDING && str_eq(r.text[FINDING_LEVEL], STR("error")))
		v->errors++;
	view_add(v, &r);
	if (is_full(v))
		run_fail(run, STATUS_LIMIT, "more than %d MiB of text", VIEW_OUT_MAX >> 20);
	return run->status == STATUS_OK;
}

static void put_document(struct view *v, const char *command, unsigned kinds)
{
	struct text *t = &v->out;
	text_fmt(t, "{\"schema\":1,\"command\":\"%s\"", command);
	for (size_t i = 0; i < RECORD_KINDS; i++) {
		if (!(kinds >> i & 1))
			continue;
		text_fmt(t, ",\n\"%s\":[", record_plural((enum record_kind)i));
		text_put(t, text_str(&v->section[i]));
		t->bad |= v->section[i].bad;
		text_char(t, ']');
	}
	text_put(t, STR("}\n"));
}

enum status view_print(struct view *v, const char *command, unsigned kinds)
{
	if (v->o->json)
		put_document(v, command, kinds);
	else if (v->end)
		v->end(v);
	if (v->out.bad) {
		say(LOG_ERROR, "%s", err_text(ERR_NOMEM));
		return STATUS_LIMIT;
	}
	if (write_all(STDOUT_FILENO, v->out.p, v->out.n))
		return STATUS_OK;
	say(LOG_ERROR, "standard output: %s", strerror(errno));
	return STATUS_OUTPUT;
}

void view_ink(struct view *v, enum ink ink)
{
	static const char *const code[] = { "1", "32", "33", "31" };
	if (v->color)
		text_fmt(&v->out, "\033[%sm", code[ink]);
}

void view_plain(struct view *v)
{
	if (v->color)
		text_put(&v->out, STR("\033[0m"));
}

void view_size(struct text *out, uint64_t bytes)
{
	static const char *const unit[] = { "KiB", "MiB", "GiB", "TiB" };
	size_t i = 0;
	uint64_t tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
	if (bytes < 1024) {
		text_fmt(out, "%llu bytes", (unsigned long long)bytes);
		return;
	}
	while (tenths >= 10240 && i + 1 < array_len(unit)) {
		tenths /= 1024;
		i++;
	}
	text_fmt(out, "%llu.%llu %s", (unsigned long long)(tenths / 10),
		 (unsigned long long)(tenths % 10), unit[i]);
}
