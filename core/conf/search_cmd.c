/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
#include "say.h"

struct search {
	enum search_by by;
	bool sets, has_var;
	struct str key, var;
};

/* As conf_host's facts call what is looked for, and as messages do. */
static const struct {
	const char *fact, *what;
} kind[] = {
	[SEARCH_FILE] = { NULL, "file system has the file" },
	[SEARCH_LABEL] = { "label", "file system has the label" },
	[SEARCH_UUID] = { "uuid", "file system has the UUID" },
	[SEARCH_PART_LABEL] = { "part-label", "partition has the label" },
	[SEARCH_PART_UUID] = { "part-uuid", "partition has the UUID" },
	[SEARCH_DISK_UUID] = { "disk-uuid", "disk has the UUID" },
};

/* Is it on this one device? */
static enum err is_there(struct sh *sh, const struct search *s, struct str device, bool *found)
{
	struct conf_host *h = sh->c->host;
	struct text name = { .arena = sh->c->arena };
	struct boot_file f;
	*found = false;
	try(sh_unloop(sh, &device));
	if (s->by == SEARCH_FILE) {
		*found = h->open(h, device, s->key, &f) == OK;
		return OK;
	}
	bool label = s->by == SEARCH_LABEL || s->by == SEARCH_PART_LABEL;
	text_fmt(&name, "%s:%.*s", kind[s->by].fact, STR_ARG(device));
	if (name.bad)
		return ERR_NOMEM;
	struct str have = h->fact ? h->fact(h, text_str(&name)) : (struct str){ NULL, 0 };
	*found = have.p && (label ? str_eq(have, s->key) : str_eq_nocase(have, s->key));
	return OK;
}

/* What is looked for, and where it was found; device.p == NULL: not yet. */
struct quest {
	const struct search *s;
	struct sh_devices all;
	struct str device;
};

static enum err ask(struct sh *sh, struct quest *q, struct str device)
{
	bool found;
	try(is_there(sh, q->s, device, &found));
	if (found)
		q->device = device;
	return OK;
}

/* A comma at the end: this disk or any partition of it. */
static enum err ask_hint(struct sh *sh, struct quest *q, struct str hint)
{
	if (!str_ends(hint, STR(",")))
		return str_empty(hint) ? OK : ask(sh, q, hint);
	struct str disk = str_sub(hint, 0, hint.n - 1);
	for (size_t i = 0; i < q->all.n && !q->device.p; i++)
		if (str_eq(q->all.v[i], disk) || str_starts(q->all.v[i], hint))
			try(ask(sh, q, q->all.v[i]));
	return OK;
}

/*
 * A file is looked for as GRUB does, which several devices may have. A UUID or a
 * label is unique, and a copy of it on another disk must not win: the boot
 * device is first, but for what the script itself has made by loopback.
 */
static enum err ask_all(struct sh *sh, struct quest *q)
{
	struct conf_host *h = sh->c->host;
	bool file = q->s->by == SEARCH_FILE;
	size_t n = file ? q->all.n : q->all.n_loop;
	if (file && !str_starts(q->s->key, STR("/")))
		return OK;
	for (size_t i = 0; i < n && !q->device.p; i++)
		try(ask(sh, q, q->all.v[i]));
	if (!q->device.p && h->search(h, q->s->by, q->s->key, &q->device))
		q->device = (struct str){ NULL, 0 };
	return OK;
}

static enum err find(struct sh *sh, const struct search *s, const struct str *hint, size_t n_hint)
{
	struct quest q = { .s = s };
	try(sh_spend(sh, SH_LOOK));
	try(sh_devices(sh, &q.all));
	for (size_t i = 0; i < n_hint && !q.device.p; i++)
		try(ask_hint(sh, &q, hint[i]));
	if (!q.device.p)
		try(ask_all(sh, &q));
	if (!q.device.p) {
		sh_fail(sh, SH_NO_FILE, "search: no %s %.*s", kind[s->by].what, STR_ARG(s->key));
		return OK;
	}
	sh_log(sh, LOG_DEBUG, "search: %.*s is on (%.*s)", STR_ARG(s->key), STR_ARG(q.device));
	if (s->sets)
		return sh_set(sh, s->var, q.device);
	(void)conf_say(sh->c, "%.*s\n", STR_ARG(q.device));
	return OK;
}

enum err cmd_search(struct sh *sh, const struct sh_args *a)
{
	enum { SET = SEARCH_DISK_UUID + 1, HINT }; /* after one option for each search_by */
	static const struct sh_opt opt[] = {
		[SEARCH_FILE] = { "file", 'f', OPT_FLAG },
		[SEARCH_LABEL] = { "label", 'l', OPT_FLAG },
		[SEARCH_UUID] = { "fs-uuid", 'u', OPT_FLAG },
		/* CoreOS' GRUB has these. */
		[SEARCH_PART_LABEL] = { "part-label", 0, OPT_FLAG },
		[SEARCH_PART_UUID] = { "part-uuid", 0, OPT_FLAG },
		[SEARCH_DISK_UUID] = { "disk-uuid", 0, OPT_FLAG },
		[SET] = { "set", 's', OPT_MAYBE },
		[HINT] = { "hint", 'h', OPT_VALUE },
		{ "no-floppy", 'n', OPT_FLAG },
		{ "efidisk-only", 0, OPT_FLAG },
		{ "hint-ieee1275", 0, OPT_VALUE },
		{ "hint-bios", 0, OPT_VALUE },
		{ "hint-baremetal", 0, OPT_VALUE },
		{ "hint-efi", 0, OPT_VALUE },
		{ "hint-arc", 0, OPT_VALUE },
	};
	struct search s = { 0 };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, *hint = arena_array(sh->c->arena, struct str, a->n);
	size_t n_hint = 0;
	unsigned by = 0; /* a bit for each search_by that was named */
	int i;
	o.lenient = true;
	if (!hint)
		return ERR_NOMEM;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == OPT_WORD && str_starts(value, STR("--"))) {
			continue; /* another GRUB's option, such as --hint-xen= */
		} else if (i == OPT_WORD && !s.key.p) {
			s.key = value;
		} else if (i == OPT_WORD || i == HINT) {
			hint[n_hint++] = value;
		} else if (i < SET) {
			by |= 1u << i;
		} else if (i == SET) {
			s.sets = true;
			s.has_var = value.p;
			s.var = value.p ? value : STR("root");
		}
	}
	if (i == OPT_BAD)
		return OK;
	/* Of several, these win in this order. */
	s.by = by & 1u << SEARCH_LABEL	      ? SEARCH_LABEL
	       : by & 1u << SEARCH_UUID	      ? SEARCH_UUID
	       : by & 1u << SEARCH_PART_LABEL ? SEARCH_PART_LABEL
	       : by & 1u << SEARCH_PART_UUID  ? SEARCH_PART_UUID
	       : by & 1u << SEARCH_DISK_UUID  ? SEARCH_DISK_UUID
					      : SEARCH_FILE;
	/* "--set KEY", as old configurations have it, sets root. */
	if (!s.key.p && s.has_var) {
		s.key = s.var;
		s.var = STR("root");
	}
	if (!s.key.p || !by) {
		sh_fail(sh, s.key.p ? SH_BAD_COMMAND : SH_BAD_ARGUMENT, "search: %s is missing",
			s.key.p ? "--file, --label or --fs-uuid" : "what to look for");
		return OK;
	}
	return find(sh, &s, hint, n_hint);
}

/* search.file KEY [VARIABLE [HINT...]], and its like; CoreOS' GRUB has the last three. */
enum err cmd_search_by(struct sh *sh, const struct sh_args *a)
{
	static const char *const name[] = {
		[SEARCH_FILE] = "search.file",		 [SEARCH_LABEL] = "search.fs_label",
		[SEARCH_UUID] = "search.fs_uuid",	 [SEARCH_PART_LABEL] = "search.part_label",
		[SEARCH_PART_UUID] = "search.part_uuid", [SEARCH_DISK_UUID] = "search.disk_uuid",
	};
	struct search s = { .by = SEARCH_FILE, .sets = a->n > 2 };
	if (a->n < 2) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: what to look for is missing", STR_ARG(a->v[0]));
		return OK;
	}
	while (s.by < SEARCH_DISK_UUID && !str_eq(a->v[0], str_of(name[s.by])))
		s.by++;
	s.key = a->v[1];
	if (s.sets)
		s.var = a->v[2];
	return find(sh, &s, a->v + min_size(3, a->n), a->n - min_size(3, a->n));
}
