/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uki.h"
#include "../base/rd.h"
#include "../base/str.h"

static const char *const names[UKI_SECTIONS] = {
	[UKI_LINUX] = ".linux",	    [UKI_INITRD] = ".initrd", [UKI_UCODE] = ".ucode",
	[UKI_CMDLINE] = ".cmdline", [UKI_OSREL] = ".osrel",   [UKI_UNAME] = ".uname",
	[UKI_PROFILE] = ".profile",
};

enum {
	DOS_SIZE = 0x40,
	DOS_PE_AT = 0x3c,
	PE_SIZE = 24, /* signature and COFF header */
	SECTION_SIZE = 40,
	NAME_SIZE = 8,
};

/* len bytes at off, or ERR_FORMAT where the file is too short to be one of these. */
static enum err read(struct conf *c, const struct boot_file *f, uint64_t off, uint8_t *dst,
		     size_t len)
{
	if (off > boot_file_size(f) || len > boot_file_size(f) - off)
		return ERR_FORMAT;
	return c->host->bytes(c->host, f, off, dst, len);
}

static enum err bad(struct conf *c, const struct boot_file *f, const char *what)
{
	log_at(c->log, LOG_ERROR, "(%.*s)%.*s: %s", STR_ARG(f->device), STR_ARG(f->path), what);
	return ERR_CORRUPT;
}

struct pe {
	uint16_t machine, n;
	uint64_t table; /* byte offset of the section table */
};

static enum err read_header(struct conf *c, const struct boot_file *f, struct pe *out)
{
	uint8_t dos[DOS_SIZE], pe[PE_SIZE];
	try(read(c, f, 0, dos, sizeof dos));
	struct rd r = rd_of(dos, sizeof dos);
	if (rd_be16(&r) != 0x4d5a) /* MZ */
		return ERR_FORMAT;
	rd_seek(&r, DOS_PE_AT);
	uint64_t at = rd_le32(&r);
	try(read(c, f, at, pe, sizeof pe));
	r = rd_of(pe, sizeof pe);
	if (rd_be32(&r) != 0x50450000) /* PE, two NULs */
		return ERR_FORMAT;
	out->machine = rd_le16(&r);
	out->n = rd_le16(&r);
	rd_skip(&r, 12); /* time, symbols */
	out->table = at + PE_SIZE + rd_le16(&r);
	return OK;
}

static size_t kind_of(struct span name)
{
	struct str s = { (const char *)name.p, name.n };
	s = str_sub(s, 0, str_find(s, 0, 0));
	for (size_t i = 0; i < UKI_SECTIONS; i++)
		if (str_eq(s, str_of(names[i])))
			return i;
	return UKI_SECTIONS;
}

/* While the table is read: the sections before the first .profile count for all. */
struct scan {
	struct conf *c;
	struct uki *u;
	uint32_t want;
	struct boot_file base[UKI_SECTIONS], own[UKI_SECTIONS];
};

/*
 * Of a section the memory may be smaller than what the file keeps for it,
 * which is rounded up, and larger, with zeros that nobody needs here.
 */
static enum err take_section(struct scan *s, struct rd *r)
{
	size_t kind = kind_of(rd_take(r, NAME_SIZE));
	uint32_t memory = rd_le32(r);
	rd_skip(r, 4);
	uint32_t size = rd_le32(r), at = rd_le32(r);
	rd_skip(r, SECTION_SIZE - NAME_SIZE - 16);
	const struct boot_file *f = &s->u->file;
	if (kind == UKI_SECTIONS)
		return OK;
	if (at > f->node.size || size > f->node.size - at)
		return bad(s->c, f, "a section reaches past the end of the file");
	if (kind == UKI_PROFILE)
		s->u->profiles++;
	bool mine = s->u->profiles == s->want + 1;
	struct boot_file *to = !s->u->profiles ? s->base : mine ? s->own : NULL;
	if (!to || to[kind].part.p)
		return OK;
	to[kind] = *f;
	to[kind].part = str_of(names[kind]);
	to[kind].off = at;
	to[kind].len = memory ? min_u64(memory, size) : size;
	return OK;
}

static enum err read_table(struct scan *s, const struct pe *pe)
{
	size_t n = pe->n * (size_t)SECTION_SIZE;
	uint8_t *p = arena_alloc(s->c->arena, n, 1);
	if (pe->n > UKI_TABLE_MAX)
		return bad(s->c, &s->u->file, "over the limit of 1024 sections");
	if (!p)
		return ERR_NOMEM;
	enum err e = read(s->c, &s->u->file, pe->table, p, n);
	if (e == ERR_FORMAT)
		return bad(s->c, &s->u->file, "the section table reaches past the end");
	try(e);
	struct rd r = rd_of(p, n);
	for (uint16_t i = 0; i < pe->n && s->u->profiles <= UKI_PROFILES_MAX; i++)
		try(take_section(s, &r));
	return OK;
}

enum err uki_read(struct conf *c, const struct boot_file *f, uint32_t profile, struct uki *out)
{
	struct scan *s = arena_new(c->arena, struct scan);
	struct pe pe;
	if (!s)
		return ERR_NOMEM;
	if (!c->host->bytes || f->part.p || f->node.type != FS_FILE)
		return ERR_FORMAT;
	*s = (struct scan){ .c = c, .u = out, .want = profile };
	*out = (struct uki){ .file = *f };
	try(read_header(c, f, &pe));
	out->machine = pe.machine;
	try(read_table(s, &pe));
	if (!out->profiles)
		out->profiles = 1;
	for (size_t i = 0; i < UKI_SECTIONS; i++)
		out->section[i] = s->own[i].part.p ? s->own[i] : s->base[i];
	if (profile >= out->profiles) {
		log_at(c->log, LOG_ERROR, "(%.*s)%.*s: there is no profile %u", STR_ARG(f->device),
		       STR_ARG(f->path), profile);
		return ERR_NOENT;
	}
	return out->section[UKI_LINUX].part.p ? OK : ERR_FORMAT;
}

enum err uki_text(struct conf *c, const struct uki *u, enum uki_section s, struct str *out)
{
	const struct boot_file *f = &u->section[s];
	*out = STR("");
	if (!f->part.p || !f->len)
		return OK;
	if (f->len > UKI_TEXT_MAX)
		return bad(c, &u->file, "a section of text has more than 65536 bytes");
	uint8_t *p = arena_alloc(c->arena, (size_t)f->len, 1);
	if (!p)
		return ERR_NOMEM;
	try(c->host->bytes(c->host, &u->file, f->off, p, (size_t)f->len));
	*out = (struct str){ (const char *)p, (size_t)f->len };
	*out = str_sub(*out, 0, str_find(*out, 0, 0));
	return OK;
}

/* A value as a shell reads it, as far as os-release(5) allows: quotes, and '\' inside them. */
static enum err unquote(struct conf *c, struct str s, struct str *out)
{
	struct text t = { .arena = c->arena };
	char quote = 0;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		if (ch == quote) {
			quote = 0;
		} else if (!quote && (ch == '"' || ch == '\'')) {
			quote = ch;
		} else {
			if (ch == '\\' && quote != '\'' && i + 1 < s.n)
				ch = s.p[++i];
			text_char(&t, ch);
		}
	}
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err uki_field(struct conf *c, struct str text, const char *name, struct str *out)
{
	struct str line, want = str_of(name);
	*out = STR("");
	while (str_split(&text, '\n', &line)) { /* ends with the text */
		line = str_trim(line);
		size_t eq = str_find(line, '=', 0);
		if (eq < line.n && str_eq(str_sub(line, 0, eq), want))
			return unquote(c, str_sub(line, eq + 1, line.n), out);
	}
	return OK;
}

/* The text as a command line: whatever is no character of one is a blank. */
enum err uki_cmdline(struct conf *c, const struct uki *u, struct str *out)
{
	struct str s;
	struct text t = { .arena = c->arena };
	try(uki_text(c, u, UKI_CMDLINE, &s));
	s = str_trim(s);
	for (size_t i = 0; i < s.n; i++)
		text_char(&t, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err uki_plan(struct conf *c, const struct uki *u, const struct boot_file *more, size_t n_more,
		  struct str cmdline, struct boot_plan *out)
{
	static const enum uki_section initrd[] = { UKI_UCODE, UKI_INITRD };
	struct boot_file *f = arena_array(c->arena, struct boot_file, n_more + array_len(initrd));
	size_t n = 0;
	if (!f)
		return ERR_NOMEM;
	for (size_t i = 0; i < array_len(initrd); i++) {
		const struct boot_file *s = &u->section[initrd[i]];
		if (s->part.p && s->len)
			f[n++] = *s;
	}
	for (size_t i = 0; i < n_more; i++)
		f[n++] = more[i];
	out->kind = BOOT_LINUX;
	out->kernel = u->section[UKI_LINUX];
	out->initrd = f;
	out->n_initrd = n;
	out->cmdline = cmdline;
	return cmdline.n ? OK : uki_cmdline(c, u, &out->cmdline);
}
