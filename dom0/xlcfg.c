/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "guest.h"
#include <string.h>
/*
 * xl's domain configuration, xl.cfg(5), and its disk specifications,
 * xl-disk-configuration(5): NAME = VALUE, where VALUE is a number, a string in
 * either quotes, or a list of these in brackets; '#' begins a comment; a line or
 * a ';' ends a setting, but not inside of brackets.
 */
enum { LIST_MAX = 64 };

struct scan {
	struct str text;
	size_t at;
	unsigned line;
	struct arena *a;
	struct guest *g;
	char *why;
	bool cmdline; /* was set: root= and extra= do not count then */
};
struct value {
	struct str item[LIST_MAX];
	size_t n;
	bool list;
};

static enum err bad(struct scan *s, const char *what)
{
	fmt_to(s->why, OPTS_WHY, "line %u: %s", s->line, what);
	return ERR_SYNTAX;
}

static bool more(const struct scan *s)
{
	return s->at < s->text.n;
}

static char peek(const struct scan *s)
{
	return more(s) ? s->text.p[s->at] : 0;
}

/* Blanks and comments; newlines, too, where they mean nothing. */
static void skip(struct scan *s, bool newlines)
{
	while (more(s)) { /* every turn moves on or ends it */
		char c = peek(s);
		if (c == '#') {
			s->at = str_find(s->text, '\n', s->at);
			continue;
		}
		if (c == '\n' && newlines)
			s->line++;
		else if (!is_blank(c) && c != '\r')
			return;
		s->at++;
	}
}

/* A backslash keeps the next character from its meaning: it is what it is. */
static enum err take_string(struct scan *s, struct str *out)
{
	struct text t = { .arena = s->a };
	char quote = peek(s);
	s->at++;
	while (more(s) && peek(s) != quote) { /* every turn moves on */
		if (peek(s) == '\n')
			return bad(s, "a string without its closing quote");
		if (peek(s) == '\\' && s->at + 1 < s->text.n)
			s->at++;
		text_char(&t, peek(s));
		s->at++;
	}
	if (!more(s))
		return bad(s, "a string without its closing quote");
	s->at++;
	text_char(&t, 0);
	*out = (struct str){ t.p, t.n - 1 };
	return t.bad ? ERR_NOMEM : OK;
}

static bool is_word(char c)
{
	return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '_' ||
	       c == '.' || c == '-';
}

static enum err take_item(struct scan *s, struct str *out)
{
	size_t from = s->at;
	if (peek(s) == '"' || peek(s) == '\'')
		return take_string(s, out);
	while (is_word(peek(s)))
		s->at++;
	*out = str_sub(s->text, from, s->at);
	return out->n ? OK : bad(s, "a value is missing");
}

static enum err take_list(struct scan *s, struct value *v)
{
	v->list = true;
	s->at++;
	for (;;) { /* every turn takes an item or ends it */
		skip(s, true);
		if (peek(s) == ']')
			break;
		if (v->n == LIST_MAX)
			return bad(s, "a list that is too long");
		try(take_item(s, &v->item[v->n++]));
		skip(s, true);
		if (peek(s) == ',')
			s->at++;
		else if (peek(s) != ']')
			return bad(s, "a list without its closing bracket");
	}
	s->at++;
	return OK;
}

/* --- disks -------------------------------------------------------------------- */

struct spec {
	struct str target, vdev, format;
	bool cdrom;
};

static bool is_format(struct str s)
{
	static const char *const name[] = { "raw", "qcow", "qcow2", "vhd", "qed" };
	for (size_t i = 0; i < array_len(name); i++)
		if (str_eq(s, str_of(name[i])))
			return true;
	return false;
}

static bool cut_prefix(struct str *s)
{
	static const char *const prefix[] = { "phy:", "file:", "raw:", "aio:", "tap2:", "tap:" };
	for (size_t i = 0; i < array_len(prefix); i++) {
		if (!str_starts(*s, str_of(prefix[i])))
			continue;
		*s = str_sub(*s, strlen(prefix[i]), s->n);
		return true;
	}
	return false;
}

/* "tap:aio:" and the like once stood before the target. */
static struct str without_prefix(struct scan *s, struct spec *d, struct str target)
{
	while (cut_prefix(&target)) /* it gets shorter */
		;
	size_t colon = str_find(target, ':', 0);
	if (colon < target.n && is_format(str_sub(target, 0, colon))) {
		d->format = str_sub(target, 0, colon);
		target = str_sub(target, colon + 1, target.n);
	} else if (target.n && target.p[0] != '/' && colon < target.n) {
		guest_note(s->g, s->a, "line %u: disk \"%.*s\": its kind is not known here",
			   s->line, STR_ARG(target));
	}
	return target;
}

static bool take_key(struct scan *s, struct spec *d, struct str key, struct str value)
{
	if (str_eq(key, STR("vdev")))
		d->vdev = value;
	else if (str_eq(key, STR("format")))
		d->format = value;
	else if (str_eq(key, STR("devtype")))
		d->cdrom = str_eq(value, STR("cdrom"));
	else if (str_eq(key, STR("script")))
		guest_note(s->g, s->a, "line %u: a disk with script=%.*s is attached by xl alone",
			   s->line, STR_ARG(value));
	else
		return str_eq(key, STR("access")) || str_eq(key, STR("backendtype")) ||
		       str_eq(key, STR("backend")) || str_eq(key, STR("discard"));
	return true;
}

/* A word without a key: by its place target, format, vdev, access, as far as they are given. */
static void take_positional(struct scan *s, struct spec *d, size_t place, struct str word)
{
	static const char *const flag[] = {
		"r",	   "ro",	"w", "rw", "cdrom", "devtype=cdrom", "direct-io-safe",
		"discard", "no-discard"
	};
	struct str name = str_sub(word, 0, str_find(word, ':', 0));
	if (place == 0) {
		d->target = without_prefix(s, d, word);
		return;
	}
	for (size_t i = 0; i < array_len(flag); i++)
		if (str_eq(word, str_of(flag[i]))) {
			d->cdrom |= i == 4;
			return;
		}
	if (is_format(word)) {
		d->format = word;
	} else if (!d->vdev.n) { /* "hdc:cdrom" */
		d->vdev = name;
		d->cdrom |= str_ends(word, STR(":cdrom"));
	} else if (word.n) {
		guest_note(s->g, s->a, "line %u: disk: \"%.*s\" is not understood", s->line,
			   STR_ARG(word));
	}
}

static void take_disk(struct scan *s, struct str text)
{
	struct str rest = text, part;
	struct spec d = { .cdrom = false };
	size_t place = 0;
	while (rest.n && str_split(&rest, ',', &part)) {
		part = str_trim(part);
		size_t eq = str_find(part, '=', 0);
		struct str key = str_trim(str_sub(part, 0, eq));
		struct str value = str_trim(str_sub(part, eq + 1, part.n));
		if (str_eq(key, STR("target")) && eq < part.n) {
			/* The last key: what follows may hold commas. */
			size_t at = (size_t)(value.p - text.p);
			d.target = without_prefix(s, &d, str_trim(str_sub(text, at, text.n)));
			break;
		}
		if (eq == part.n || (place == 0 && part.p[0] == '/'))
			take_positional(s, &d, place++, part);
		else if (!take_key(s, &d, key, value))
			guest_note(s->g, s->a, "line %u: disk: \"%.*s\" is not understood", s->line,
				   STR_ARG(part));
	}
	if (!d.target.n) /* an empty drive */
		return;
	if (!guest_add_disk(s->g, s->a, d.target, d.vdev, d.format, d.cdrom))
		guest_note(s->g, s->a, "line %u: more disks than domboot looks at", s->line);
}

/* --- settings ----------------------------------------------------------------- */

static enum guest_type type_of(struct str s)
{
	return str_eq(s, STR("pv"))    ? GUEST_PV
	       : str_eq(s, STR("pvh")) ? GUEST_PVH
	       : str_eq(s, STR("hvm")) ? GUEST_HVM
				       : GUEST_ANY;
}

static void add_cmdline(struct scan *s, const char *before, struct str more_words)
{
	struct text t = { .arena = s->a };
	struct str have = s->g->cmdline;
	if (s->cmdline)
		return;
	text_fmt(&t, "%.*s%s%s%.*s", STR_ARG(have), have.n ? " " : "", before, STR_ARG(more_words));
	s->g->cmdline = text_str(&t);
}

static void set_cmdline(struct scan *s, struct str value)
{
	s->cmdline = true;
	s->g->cmdline = value;
}

static void set_memory(struct scan *s, struct str value)
{
	uint64_t mib;
	if (str_u64(value, &mib) && mul_u64(mib, OPTS_MIB, &mib))
		s->g->memory = mib;
	else
		guest_note(s->g, s->a, "line %u: memory: \"%.*s\" is no number", s->line,
			   STR_ARG(value));
}

static void set(struct scan *s, struct str name, const struct value *v)
{
	struct guest *g = s->g;
	struct str one = v->n ? v->item[0] : (struct str){ NULL, 0 };
	if (str_eq(name, STR("name")))
		g->name = one;
	else if (str_eq(name, STR("type")))
		g->type = type_of(one);
	else if (str_eq(name, STR("builder")) && g->type == GUEST_ANY)
		g->type = str_eq(one, STR("hvm")) ? GUEST_HVM : GUEST_PV;
	else if (str_eq(name, STR("pvshim")))
		g->shim = !str_eq(one, STR("0"));
	else if (str_eq(name, STR("memory")))
		set_memory(s, one);
	else if (str_eq(name, STR("bootloader")))
		g->bootloader = one;
	else if (str_eq(name, STR("bootloader_args")))
		for (size_t i = 0; i < v->n; i++)
			guest_add_args(g, s->a, v->item[i], !v->list);
	else if (str_eq(name, STR("kernel")))
		g->kernel = one;
	else if (str_eq(name, STR("ramdisk")))
		g->ramdisk = one;
	else if (str_eq(name, STR("cmdline")))
		set_cmdline(s, one);
	else if (str_eq(name, STR("root")))
		add_cmdline(s, "root=", one);
	else if (str_eq(name, STR("extra")))
		add_cmdline(s, "", one);
	else if (str_eq(name, STR("disk")))
		for (size_t i = 0; i < v->n; i++)
			take_disk(s, v->item[i]);
}

static enum err take_setting(struct scan *s)
{
	struct value v = { .n = 0 };
	size_t from = s->at;
	while (is_word(peek(s)))
		s->at++;
	struct str name = str_sub(s->text, from, s->at);
	skip(s, false);
	bool adds = peek(s) == '+';
	s->at += adds;
	if (!name.n || peek(s) != '=')
		return bad(s, "not of the form NAME = VALUE");
	s->at++;
	skip(s, false);
	if (peek(s) == '[')
		try(take_list(s, &v));
	else
		try(take_item(s, &v.item[v.n++]));
	set(s, name, &v);
	skip(s, false);
	if (more(s) && peek(s) != '\n' && peek(s) != ';')
		return bad(s, "more than one value");
	return OK;
}

enum err xlcfg_parse(struct str text, struct arena *a, struct guest *out, char why[OPTS_WHY])
{
	struct scan s = { .text = text, .line = 1, .a = a, .g = out, .why = why };
	for (;;) { /* every setting moves on */
		skip(&s, true);
		while (peek(&s) == ';') {
			s.at++;
			skip(&s, true);
		}
		if (!more(&s))
			return OK;
		try(take_setting(&s));
	}
}
