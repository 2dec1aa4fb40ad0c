/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
#include "regex.h"
#include "say.h"

enum { REGEXP_TEXT_MAX = 4096 };

/* "N:NAME" or "NAME", which is group 1. */
static bool split_set(struct str s, uint64_t *group, struct str *name)
{
	size_t colon = str_find(s, ':', 0);
	*group = 1;
	*name = s;
	if (colon == s.n)
		return true;
	*name = str_sub(s, colon + 1, s.n);
	return str_u64(str_sub(s, 0, colon), group);
}

/* GRUB leaves a variable as it is for a group that it does not have, and empties it for one that
 * took no part. */
static enum err set_groups(struct sh *sh, const struct str *set, size_t n, struct str text,
			   const struct regex_group *g)
{
	for (size_t i = 0; i < n; i++) {
		struct str name;
		uint64_t group;
		if (!split_set(set[i], &group, &name)) {
			sh_fail(sh, SH_BAD_ARGUMENT, "regexp: --set %.*s: no number",
				STR_ARG(set[i]));
			continue;
		}
		if (group < REGEX_GROUPS)
			try(sh_set(sh, name, str_sub(text, g[group].from, g[group].to)));
	}
	return OK;
}

/* Steps for the worst that matching may cost. */
static uint32_t cost(struct str pattern, struct str text)
{
	size_t code = str_find(pattern, '{', 0) < pattern.n ? REGEX_CODE_MAX : pattern.n;
	return SH_LOOK + (uint32_t)(min_size(code, REGEX_CODE_MAX) * text.n / 16);
}

static enum err match(struct sh *sh, const struct str *word, const struct str *set, size_t n_set)
{
	struct regex_group group[REGEX_GROUPS];
	struct str pattern = word[0], text = word[1];
	if (text.n > REGEXP_TEXT_MAX) {
		sh_fail(sh, SH_FALSE, "regexp: a text of %zu bytes, more than %d", text.n,
			REGEXP_TEXT_MAX);
		return OK;
	}
	try(sh_spend(sh, cost(pattern, text)));
	enum err e = regex_match(pattern, text, sh->c->arena, group);
	if (e == ERR_SYNTAX)
		sh_fail(sh, SH_FALSE, "regexp: %.*s: not an expression", STR_ARG(pattern));
	else if (e == ERR_NOENT)
		sh->status = SH_FALSE;
	else if (e)
		return e;
	return e ? OK : set_groups(sh, set, n_set, text, group);
}

enum err cmd_regexp(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = { { "set", 's', OPT_VALUE } };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, word[2] = { 0 }, *set = arena_array(sh->c->arena, struct str, a->n);
	size_t n = 0, n_set = 0;
	int i;
	if (!set)
		return ERR_NOMEM;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == 0)
			set[n_set++] = value;
		else if (n++ < array_len(word))
			word[n - 1] = value;
	}
	if (i == OPT_BAD)
		return OK;
	if (n == array_len(word))
		return match(sh, word, set, n_set);
	sh_fail(sh, SH_BAD_ARGUMENT, "regexp: an expression and a text are due");
	return OK;
}

static enum err fact_of(struct sh *sh, const char *what, struct str device, struct str *value)
{
	struct conf_host *h = sh->c->host;
	struct text name = { .arena = sh->c->arena };
	try(sh_spend(sh, SH_LOOK));
	text_fmt(&name, "%s:%.*s", what, STR_ARG(device));
	if (name.bad)
		return ERR_NOMEM;
	*value = h->fact ? h->fact(h, text_str(&name)) : (struct str){ NULL, 0 };
	return OK;
}

static enum err probe_one(struct sh *sh, const char *what, struct str device, struct str var)
{
	struct boot_file f;
	struct str value;
	try(fact_of(sh, what, device, &value));
	bool table = str_eq(str_of(what), STR("partmap")) || str_eq(str_of(what), STR("part-uuid"));
	if (!value.p && table && sh->c->host->open(sh->c->host, device, STR("/"), &f) != ERR_NOENT)
		value = STR("none"); /* a whole disk */
	if (!value.p) {
		sh_fail(sh, SH_UNSUPPORTED, "probe: (%.*s): %s is not known", STR_ARG(device),
			what);
		return OK;
	}
	/* GRUB's driver has the name of the oldest. */
	if (str_eq(str_of(what), STR("fs")) && str_eq(value, STR("ext")))
		value = STR("ext2");
	if (var.p)
		return sh_set(sh, var, value);
	(void)conf_say(sh->c, "%.*s\n", STR_ARG(value));
	return OK;
}

/* probe [--set=VARIABLE] --partmap|--fs|--fs-uuid|--label DEVICE */
enum err cmd_probe(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = {
		{ "partmap", 'p', OPT_FLAG }, { "fs", 'f', OPT_FLAG },
		{ "fs-uuid", 'u', OPT_FLAG }, { "label", 'l', OPT_FLAG },
		{ "driver", 'd', OPT_FLAG },  { "part-uuid", 0, OPT_FLAG },
		{ "set", 's', OPT_VALUE },
	};
	static const char *const fact[] = {
		"partmap", "fs", "uuid", "label", "driver", "part-uuid"
	};
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, var = { NULL, 0 }, device = { NULL, 0 };
	const char *what = NULL;
	int i;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == OPT_WORD)
			device = value;
		else if (i == (int)array_len(fact))
			var = value;
		else
			what = fact[i];
	}
	if (i == OPT_BAD)
		return OK;
	if (!device.p || !what) {
		sh_fail(sh, SH_BAD_ARGUMENT, "probe: a device and what to ask of it are due");
		return OK;
	}
	if (str_starts(device, STR("(")))
		device = str_sub(device, 1, str_find(device, ')', 0));
	try(sh_unloop(sh, &device));
	return probe_one(sh, what, device, var);
}

/*
 * gptprio.next [-d VARIABLE] [-u VARIABLE]: the /usr partition to boot on the disk
 * of $root, and its UUID (CoreOS' and Flatcar's GRUB). That one counts a try down
 * in the partition table; domboot leaves the table as it is.
 */
enum err cmd_gptprio_next(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = { { "set-device", 'd', OPT_VALUE },
					     { "set-uuid", 'u', OPT_VALUE } };
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, var[2] = { 0 }, root, found[2] = { 0 };
	int i;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) /* each turn takes an argument */
		if (i != OPT_WORD)
			var[i] = value;
	if (i == OPT_BAD)
		return OK;
	try(sh_get(sh, STR("root"), &root));
	try(fact_of(sh, "gptprio", root, &found[0]));
	if (found[0].p)
		try(fact_of(sh, "part-uuid", found[0], &found[1]));
	if (!found[1].p) {
		sh_fail(sh, SH_NO_FILE, "gptprio.next: the disk of (%.*s) has no /usr to boot",
			STR_ARG(root));
		return OK;
	}
	for (i = 0; i < 2; i++)
		if (var[i].p)
			try(sh_set(sh, var[i], found[i]));
	return OK;
}
