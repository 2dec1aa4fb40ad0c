/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "guest.h"
/*
 * libvirt's domain XML (libvirt.org/formatdomain.html), as far as it tells how a
 * Xen guest boots. A reader for the XML that libvirt itself writes: elements,
 * attributes, the five named entities, character references and comments. CDATA
 * and document types are refused; nothing is ever fetched.
 */
enum { DEPTH_MAX = 32, ATTRS_MAX = 16 };

struct attr {
	struct str name, value; /* value as it stands, with its entities */
};
struct tag {
	struct str name;
	struct attr attr[ATTRS_MAX];
	size_t n;
	bool closes, empty; /* </x>, <x/> */
};
struct scan {
	struct str text;
	size_t at;
	struct arena *a;
	struct guest *g;
	char *why;
	struct str path[DEPTH_MAX]; /* the open elements */
	size_t depth;
	struct str unit;  /* of <memory> */
	struct str words; /* the text since the last tag */
	/* The <disk> at hand. */
	struct str source, vdev, format, device;
	bool found; /* a <domain> */
};

static enum err bad(struct scan *s, const char *what)
{
	unsigned line = 1;
	for (size_t i = 0; i < s->at && i < s->text.n; i++)
		line += s->text.p[i] == '\n';
	fmt_to(s->why, OPTS_WHY, "line %u: %s", line, what);
	return ERR_SYNTAX;
}

static struct str rest(const struct scan *s)
{
	return str_sub(s->text, s->at, s->text.n);
}

/* Where needle begins at or after from, or the end. */
static size_t find(struct str s, struct str needle, size_t from)
{
	while (from < s.n && !str_starts(str_sub(s, from, s.n), needle))
		from++;
	return min_size(from, s.n);
}

/* --- text --------------------------------------------------------------------- */

static bool put_entity(struct text *t, struct str name)
{
	static const struct {
		const char *name;
		char c;
	} known[] = {
		{ "lt", '<' }, { "gt", '>' }, { "amp", '&' }, { "quot", '"' }, { "apos", '\'' }
	};
	uint64_t code;
	for (size_t i = 0; i < array_len(known); i++) {
		if (!str_eq(name, str_of(known[i].name)))
			continue;
		text_char(t, known[i].c);
		return true;
	}
	if (!str_starts(name, STR("#")) || !str_u64(str_sub(name, 1, name.n), &code) ||
	    code < 0x20 || code > 0x7e)
		return false; /* paths and command lines of ours are ASCII where they are escaped */
	text_char(t, (char)code);
	return true;
}

/* Without its entities, in the arena, with a NUL behind it. */
static struct str plain(struct scan *s, struct str raw)
{
	struct text t = { .arena = s->a };
	for (size_t i = 0; i < raw.n; i++) {
		size_t end = str_find(raw, ';', i);
		if (raw.p[i] == '&' && put_entity(&t, str_sub(raw, i + 1, end)))
			i = end;
		else
			text_char(&t, raw.p[i]);
	}
	text_char(&t, 0);
	return t.bad ? (struct str){ NULL, 0 } : (struct str){ t.p, t.n - 1 };
}

/* --- tags --------------------------------------------------------------------- */

static bool is_space(char c)
{
	return is_blank(c) || c == '\n' || c == '\r';
}

static void skip_space(struct scan *s)
{
	while (s->at < s->text.n && is_space(s->text.p[s->at]))
		s->at++;
}

static struct str take_name(struct scan *s)
{
	size_t from = s->at;
	while (s->at < s->text.n && !is_space(s->text.p[s->at]) &&
	       str_find(STR("=/>\"'<"), s->text.p[s->at], 0) == 6)
		s->at++;
	return str_sub(s->text, from, s->at);
}

static enum err take_attr(struct scan *s, struct tag *t)
{
	struct attr a = { .name = take_name(s) };
	skip_space(s);
	if (!a.name.n || !str_starts(rest(s), STR("=")))
		return bad(s, "an attribute is not of the form NAME=\"VALUE\"");
	s->at++;
	skip_space(s);
	char quote = s->at < s->text.n ? s->text.p[s->at] : 0;
	if (quote != '"' && quote != '\'')
		return bad(s, "an attribute without quotes");
	size_t end = str_find(s->text, quote, s->at + 1);
	if (end == s->text.n)
		return bad(s, "an attribute without its closing quote");
	a.value = str_sub(s->text, s->at + 1, end);
	s->at = end + 1;
	if (t->n == ATTRS_MAX)
		return bad(s, "an element with too many attributes");
	t->attr[t->n++] = a;
	return OK;
}

/* At a '<' that begins an element's tag. */
static enum err take_tag(struct scan *s, struct tag *t)
{
	*t = (struct tag){ .closes = str_starts(rest(s), STR("</")) };
	s->at += t->closes ? 2 : 1;
	t->name = take_name(s);
	for (;;) { /* every turn takes an attribute or ends it */
		skip_space(s);
		if (str_starts(rest(s), STR(">")) || str_starts(rest(s), STR("/>")))
			break;
		if (s->at == s->text.n)
			return bad(s, "a tag without its end");
		try(take_attr(s, t));
	}
	t->empty = s->text.p[s->at] == '/';
	s->at += t->empty ? 2 : 1;
	return t->name.n ? OK : bad(s, "a tag without a name");
}

static struct str attr(struct scan *s, const struct tag *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->attr[i].name, str_of(name)))
			return plain(s, t->attr[i].value);
	return (struct str){ NULL, 0 };
}

/* --- what counts -------------------------------------------------------------- */

/* Whether the open elements are these: "domain/os/kernel". */
static bool inside(const struct scan *s, const char *path)
{
	struct str want = str_of(path), part;
	size_t i = 0;
	while (str_split(&want, '/', &part))
		if (i == s->depth || !str_eq(s->path[i++], part))
			return false;
	return i == s->depth;
}

static enum guest_type type_of(struct str s)
{
	return str_eq(s, STR("xen")) || str_eq(s, STR("linux")) ? GUEST_PV
	       : str_eq(s, STR("xenpvh"))			? GUEST_PVH
	       : str_eq(s, STR("hvm"))				? GUEST_HVM
								: GUEST_ANY;
}

/* libvirt's units: KiB is what it writes and what none means. */
static void set_memory(struct scan *s, struct str number)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} unit[] = { { "KiB", 1024 },	 { "k", 1024 },	   { "MiB", 1 << 20 }, { "M", 1 << 20 },
		     { "GiB", 1 << 30 }, { "G", 1 << 30 }, { "b", 1 },	       { "bytes", 1 } };
	uint64_t n, by = 1024;
	bool known = !s->unit.n;
	for (size_t i = 0; i < array_len(unit); i++)
		if (str_eq(s->unit, str_of(unit[i].name))) {
			by = unit[i].bytes;
			known = true;
		}
	if (known && str_u64(number, &n) && mul_u64(n, by, &n))
		s->g->memory = n;
	else
		guest_note(s->g, s->a, "memory: \"%.*s %.*s\" is not understood", STR_ARG(number),
			   STR_ARG(s->unit));
}

static void end_disk(struct scan *s)
{
	bool cdrom = str_eq(s->device, STR("cdrom"));
	if (!s->source.n) {
		if (!cdrom && !str_eq(s->device, STR("floppy")))
			guest_note(s->g, s->a, "disk %.*s: only file= and dev= sources are known",
				   STR_ARG(s->vdev));
		return;
	}
	if (!guest_add_disk(s->g, s->a, s->source, s->vdev, s->format, cdrom))
		guest_note(s->g, s->a, "more disks than domboot looks at");
}

/* An element begins; its attributes tell. */
static void open_element(struct scan *s, const struct tag *t)
{
	struct str none = { NULL, 0 };
	s->found |= inside(s, "domain");
	if (inside(s, "domain/memory"))
		s->unit = attr(s, t, "unit");
	if (inside(s, "domain/devices/disk")) {
		s->source = s->vdev = s->format = none;
		s->device = attr(s, t, "device");
	} else if (inside(s, "domain/devices/disk/source")) {
		struct str file = attr(s, t, "file");
		s->source = file.n ? file : attr(s, t, "dev");
	} else if (inside(s, "domain/devices/disk/target")) {
		s->vdev = attr(s, t, "dev");
	} else if (inside(s, "domain/devices/disk/driver")) {
		s->format = attr(s, t, "type");
	}
}

/* An element ends; its text tells. */
static void close_element(struct scan *s)
{
	struct guest *g = s->g;
	struct str text = plain(s, str_trim(s->words));
	if (inside(s, "domain/name"))
		g->name = text;
	else if (inside(s, "domain/memory"))
		set_memory(s, text);
	else if (inside(s, "domain/bootloader"))
		g->bootloader = text;
	else if (inside(s, "domain/bootloader_args"))
		guest_add_args(g, s->a, text, true);
	else if (inside(s, "domain/os/type"))
		g->type = type_of(text);
	else if (inside(s, "domain/os/kernel"))
		g->kernel = text;
	else if (inside(s, "domain/os/initrd"))
		g->ramdisk = text;
	else if (inside(s, "domain/os/cmdline"))
		g->cmdline = text;
	else if (inside(s, "domain/devices/disk"))
		end_disk(s);
}

static enum err enter(struct scan *s, const struct tag *t)
{
	if (s->depth == DEPTH_MAX)
		return bad(s, "elements that are nested too deeply");
	s->path[s->depth++] = t->name;
	open_element(s, t);
	return OK;
}

static enum err leave(struct scan *s, struct str name)
{
	if (!s->depth || !str_eq(s->path[s->depth - 1], name))
		return bad(s, "a closing tag that closes nothing");
	close_element(s);
	s->depth--;
	return OK;
}

static enum err take_element(struct scan *s)
{
	struct tag t;
	try(take_tag(s, &t));
	if (t.closes) {
		try(leave(s, t.name));
	} else {
		try(enter(s, &t));
		s->words.n = 0;
		if (t.empty)
			try(leave(s, t.name));
	}
	s->words.n = 0;
	return OK;
}

/* What begins with "<!" or "<?" and is no element; *skipped: it was one. */
static enum err take_other(struct scan *s, bool *skipped)
{
	static const struct {
		const char *from, *to;
	} kind[] = { { "<!--", "-->" }, { "<?", "?>" } };
	*skipped = false;
	for (size_t i = 0; i < array_len(kind); i++) {
		if (!str_starts(rest(s), str_of(kind[i].from)))
			continue;
		size_t end = find(s->text, str_of(kind[i].to), s->at);
		if (end == s->text.n)
			return bad(s, "a comment or an instruction without its end");
		s->at = end + str_of(kind[i].to).n;
		*skipped = true;
		return OK;
	}
	return str_starts(rest(s), STR("<!")) ? bad(s, "a document type or CDATA is not read here")
					      : OK;
}

enum err virtxml_parse(struct str text, struct arena *a, struct guest *out, char why[OPTS_WHY])
{
	struct scan s = { .text = text, .a = a, .g = out, .why = why };
	bool skipped;
	while (s.at < s.text.n) { /* every turn moves on */
		if (s.text.p[s.at] != '<') {
			size_t end = str_find(s.text, '<', s.at);
			s.words = str_sub(s.text, s.at, end);
			s.at = end;
			continue;
		}
		try(take_other(&s, &skipped));
		if (!skipped)
			try(take_element(&s));
	}
	if (s.depth || !s.found)
		return bad(&s, s.depth ? "an element is not closed" : "no <domain> element");
	return OK;
}
