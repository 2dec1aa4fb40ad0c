/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "cli.h"
/* domboot list, show, explain: what a disk boots, and why. */

static void line(struct view *v, const char *key, struct str value)
{
	if (value.n)
		text_fmt(&v->out, "  %-9s%.*s\n", key, STR_ARG(value));
}

static void line_list(struct view *v, const char *key, struct str list)
{
	struct str item;
	bool first = true;
	while (record_next(&list, &item)) {
		line(v, first ? key : "", item);
		first = false;
	}
}

void show_config(struct view *v, const struct record *r)
{
	struct str source = r->text[CONFIG_SOURCE];
	struct str path = str_sub(source, str_find(source, ')', 0) + 1, source.n);
	text_fmt(&v->out, "%.*s%s%.*s (%.*s)\n", STR_ARG(r->text[CONFIG_PLACE]),
		 r->text[CONFIG_PLACE].n ? ": " : "",
		 STR_ARG(r->text[CONFIG_PLACE].n ? path : source),
		 STR_ARG(r->text[CONFIG_LANGUAGE]));
	line(v, "rule", r->text[CONFIG_WHY].n ? r->text[CONFIG_WHY] : STR("the first entry"));
	if (r->number[CONFIG_TIMEOUT] != RECORD_UNKNOWN)
		text_fmt(&v->out, "  timeout  %llu s\n",
			 (unsigned long long)r->number[CONFIG_TIMEOUT]);
}

/* "(hd0,msdos1)/boot/grub/grub.cfg:3" */
static void line_source(struct view *v, struct str source, uint64_t number)
{
	if (source.n && number != RECORD_UNKNOWN)
		text_fmt(&v->out, "  source   %.*s:%llu\n", STR_ARG(source),
			 (unsigned long long)number);
}

static void show_entry(struct view *v, const struct record *r)
{
	bool selected = r->number[ENTRY_IS_SELECTED];
	view_ink(v, INK_BOLD);
	text_fmt(&v->out, "%s%3llu  %.*s", selected ? "*" : " ",
		 (unsigned long long)r->number[ENTRY_NUMBER], STR_ARG(r->text[ENTRY_TITLE]));
	view_plain(v);
	if (r->number[ENTRY_IS_DEFAULT])
		text_put(&v->out, STR("  (default)"));
	if (r->number[ENTRY_RESTRICTED])
		text_put(&v->out, STR("  (needs a password in the menu)"));
	text_char(&v->out, '\n');
	if (!str_ends(r->text[ENTRY_TITLE], r->text[ENTRY_ID]))
		line(v, "id", r->text[ENTRY_ID]);
	line(v, "version", r->text[ENTRY_VERSION]);
	line(v, "kernel", r->text[ENTRY_LINUX]);
	line_list(v, "initrd", r->text[ENTRY_INITRD]);
	line(v, "args", r->text[ENTRY_OPTIONS]);
	line_source(v, r->text[ENTRY_SOURCE], r->number[ENTRY_LINE]);
	if (!r->text[ENTRY_ERROR].n)
		return;
	view_ink(v, INK_BAD);
	line(v, "fails", r->text[ENTRY_ERROR]);
	view_plain(v);
}

void show_plan(struct view *v, const struct record *r)
{
	struct text size = { .arena = &v->arena };
	view_ink(v, INK_BOLD);
	text_fmt(&v->out, "%.*s\n", STR_ARG(r->text[PLAN_TITLE]));
	view_plain(v);
	line(v, "chosen", r->text[PLAN_WHY]);
	line_source(v, r->text[PLAN_SOURCE], r->number[PLAN_LINE]);
	line(v, "from", r->text[PLAN_PLACE]);
	view_size(&size, r->number[PLAN_LINUX_SIZE]);
	text_fmt(&v->out, "  kernel   %.*s (%.*s%s%.*s%s%.*s)\n", STR_ARG(r->text[PLAN_LINUX]),
		 STR_ARG(r->text[PLAN_VERSION]), r->text[PLAN_VERSION].n ? ", " : "",
		 STR_ARG(r->text[PLAN_PACKING]), r->text[PLAN_PACKING].n ? ", " : "",
		 STR_ARG(text_str(&size)));
	line_list(v, "initrd", r->text[PLAN_INITRD]);
	if (r->text[PLAN_INITRD].n && r->number[PLAN_INITRD_SIZE] != RECORD_UNKNOWN) {
		text_put(&v->out, STR("           "));
		view_size(&v->out, r->number[PLAN_INITRD_SIZE]);
		text_char(&v->out, '\n');
	}
	line(v, "args", r->text[PLAN_OPTIONS]);
}

void show_volume(struct view *v, const struct record *r)
{
	struct text size = { .arena = &v->arena };
	view_size(&size, r->number[VOLUME_SIZE]);
	text_fmt(&v->out, "(%.*s)%*s %10.*s  ", STR_ARG(r->text[VOLUME_DEVICE]),
		 (int)(16 - min_size(r->text[VOLUME_DEVICE].n, 16)), "", STR_ARG(text_str(&size)));
	if (r->text[VOLUME_ERROR].n)
		text_fmt(&v->out, "%.*s", STR_ARG(r->text[VOLUME_ERROR]));
	else
		text_fmt(&v->out, "%.*s", STR_ARG(r->text[VOLUME_TYPE]));
	if (r->text[VOLUME_LABEL].n)
		text_fmt(&v->out, "  LABEL=%.*s", STR_ARG(r->text[VOLUME_LABEL]));
	if (r->text[VOLUME_UUID].n)
		text_fmt(&v->out, "  UUID=%.*s", STR_ARG(r->text[VOLUME_UUID]));
	if (r->text[VOLUME_PARTUUID].n)
		text_fmt(&v->out, "  PARTUUID=%.*s", STR_ARG(r->text[VOLUME_PARTUUID]));
	text_char(&v->out, '\n');
}

static void show_step(struct view *v, const struct record *r)
{
	text_fmt(&v->out, "%-10.*s %.*s\n", STR_ARG(r->text[STEP_TOPIC]),
		 STR_ARG(r->text[STEP_TEXT]));
}

static void show_any(struct view *v, const struct record *r)
{
	static void (*const show[RECORD_KINDS])(struct view * v, const struct record *r) = {
		[REC_CONFIG] = show_config, [REC_ENTRY] = show_entry, [REC_VOLUME] = show_volume,
		[REC_PLAN] = show_plan,	    [REC_STEP] = show_step,
	};
	if (show[r->kind])
		show[r->kind](v, r);
}

static enum status view_any(struct opts *o, struct arena *a, unsigned kinds)
{
	struct view v;
	view_init(&v, o, show_any);
	return cli_view(&v, a, NULL, kinds);
}

enum status cli_list(struct opts *o, struct arena *a)
{
	enum status s = cli_disks(o, o->n_operand);
	return s ? s : view_any(o, a, 1 << REC_CONFIG | 1 << REC_ENTRY);
}

enum status cli_show(struct opts *o, struct arena *a)
{
	enum status s = cli_disks_and_entry(o);
	return s ? s : view_any(o, a, 1 << REC_PLAN);
}

enum status cli_explain(struct opts *o, struct arena *a)
{
	unsigned kinds = 1 << REC_CONFIG | 1 << REC_VOLUME | 1 << REC_PLAN | 1 << REC_STEP;
	enum status s = cli_disks_and_entry(o);
	return s ? s : view_any(o, a, kinds);
}
