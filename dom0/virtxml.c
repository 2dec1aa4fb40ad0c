/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "guest.h"
#include <expat.h>
/*
 * libvirt's domain XML (libvirt.org/formatdomain.html), as far as it tells how a
 * Xen guest boots. expat reads it; a document type is refused, so there are no
 * entities but the five named ones, and nothing is ever fetched.
 */
enum { DEPTH_MAX = 32 };

struct scan {
	XML_Parser parser;
	struct arena *a;
	struct guest *g;
	const char *why;	    /* what we refuse; NULL: nothing yet */
	struct str path[DEPTH_MAX]; /* the open elements */
	size_t depth;
	struct str unit;   /* of <memory> */
	struct text words; /* the text since the last tag */
	/* The <disk> at hand. */
	struct str source, vdev, format, device;
	bool found; /* a <domain> */
};

static void refuse(struct scan *s, const char *why)
{
	if (!s->why)
		s->why = why;
	XML_StopParser(s->parser, XML_FALSE);
}

/* In the arena, with a NUL behind it. */
static struct str keep(struct scan *s, struct str text)
{
	struct str copy = str_dup(s->a, text);
	if (!copy.p)
		refuse(s, err_text(ERR_NOMEM));
	return copy;
}

static struct str attr(struct scan *s, const char **v, const char *name)
{
	for (size_t i = 0; v[i]; i += 2) /* ends with the element */
		if (str_eq(str_of(v[i]), str_of(name)))
			return keep(s, str_of(v[i + 1]));
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
static void open_element(struct scan *s, const char **attrs)
{
	struct str none = { NULL, 0 };
	s->found |= inside(s, "domain");
	if (inside(s, "domain/memory"))
		s->unit = attr(s, attrs, "unit");
	if (inside(s, "domain/devices/disk")) {
		s->source = s->vdev = s->format = none;
		s->device = attr(s, attrs, "device");
	} else if (inside(s, "domain/devices/disk/source")) {
		struct str file = attr(s, attrs, "file");
		s->source = file.n ? file : attr(s, attrs, "dev");
	} else if (inside(s, "domain/devices/disk/target")) {
		s->vdev = attr(s, attrs, "dev");
	} else if (inside(s, "domain/devices/disk/driver")) {
		s->format = attr(s, attrs, "type");
	}
}

/* An element ends; its text tells. */
static void close_element(struct scan *s)
{
	struct guest *g = s->g;
	struct str text = keep(s, str_trim(text_str(&s->words)));
	if (inside(s, "domain/name"))
		g->name = text;
	else if (inside(s, "domain/memory"))
		set_memory(s, text);
	else if (inside(s, "domain/bootloader"))
		g->bootloader = text;
	else if (inside(s, "domain/bootloader_args"))
		guest_add_args(g, s->a, text, false); /* as libvirt passes it on */
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

/* --- expat's side ------------------------------------------------------------- */

static void XMLCALL start(void *ctx, const char *name, const char **attrs)
{
	struct scan *s = ctx;
	s->words.n = 0;
	if (s->depth == DEPTH_MAX) {
		refuse(s, "elements that are nested too deeply");
		return;
	}
	s->path[s->depth++] = keep(s, str_of(name));
	open_element(s, attrs);
}

static void XMLCALL end(void *ctx, const char *name)
{
	struct scan *s = ctx;
	(void)name; /* expat has seen that it is the last one opened */
	close_element(s);
	s->depth--;
	s->words.n = 0;
}

static void XMLCALL words(void *ctx, const char *p, int n)
{
	struct scan *s = ctx;
	text_put(&s->words, (struct str){ p, (size_t)n });
	if (s->words.bad)
		refuse(s, err_text(ERR_NOMEM));
}

static void XMLCALL doctype(void *ctx, const char *name, const char *system, const char *public,
			    int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	refuse(ctx, "a document type is not read here");
}

static enum err parse(struct scan *s, struct str text, char why[OPTS_WHY])
{
	XML_SetUserData(s->parser, s);
	XML_SetElementHandler(s->parser, start, end);
	XML_SetCharacterDataHandler(s->parser, words);
	XML_SetStartDoctypeDeclHandler(s->parser, doctype);
	enum XML_Status status = XML_Parse(s->parser, text.p, (int)text.n, 1);
	if (status == XML_STATUS_OK && !s->found)
		s->why = "no <domain> element";
	if (status == XML_STATUS_OK && !s->why)
		return OK;
	fmt_to(why, OPTS_WHY, "line %lu: %s", XML_GetCurrentLineNumber(s->parser),
	       s->why ? s->why : XML_ErrorString(XML_GetErrorCode(s->parser)));
	return ERR_SYNTAX;
}

enum err virtxml_parse(struct str text, struct arena *a, struct guest *out, char why[OPTS_WHY])
{
	struct scan s = { .a = a, .g = out, .words = { .arena = a } };
	if (text.n > INT32_MAX)
		return ERR_LIMIT;
	s.parser = XML_ParserCreate(NULL);
	if (!s.parser)
		return ERR_NOMEM;
	enum err e = parse(&s, text, why);
	XML_ParserFree(s.parser);
	return e;
}
