/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/rd.h"
#include "../core/base/str.h"
#include "elf.h"

enum kind { IGNORED, NUMBER, TEXT, RELOC };
static const uint8_t kind[XEN_NOTES] = {
	[XEN_NOTE_ENTRY] = NUMBER,	   [XEN_NOTE_HYPERCALL_PAGE] = NUMBER,
	[XEN_NOTE_VIRT_BASE] = NUMBER,	   [XEN_NOTE_PADDR_OFFSET] = NUMBER,
	[XEN_NOTE_XEN_VERSION] = TEXT,	   [XEN_NOTE_GUEST_OS] = TEXT,
	[XEN_NOTE_LOADER] = TEXT,	   [XEN_NOTE_PAE_MODE] = TEXT,
	[XEN_NOTE_FEATURES] = TEXT,	   [XEN_NOTE_BSD_SYMTAB] = TEXT,
	[XEN_NOTE_HV_START_LOW] = NUMBER,  [XEN_NOTE_INIT_P2M] = NUMBER,
	[XEN_NOTE_MOD_START_PFN] = NUMBER, [XEN_NOTE_PHYS32_ENTRY] = NUMBER,
	[XEN_NOTE_PHYS32_RELOC] = RELOC,
};

/* illumos has 4-byte values in an ELF64: the length of the value counts, not the file's width. */
static bool number(struct span desc, uint64_t *out)
{
	struct rd r = rd_of(desc.p, desc.n);
	*out = desc.n == 8   ? rd_le64(&r)
	       : desc.n == 4 ? rd_le32(&r)
	       : desc.n == 2 ? rd_le16(&r)
			     : rd_u8(&r);
	return rd_ok(&r) && rd_left(&r) == 0;
}

/* Up to a NUL, or all of it: Linux's FEATURES has none. */
static struct str text(struct span desc)
{
	struct str s = { (const char *)desc.p, desc.n };
	return str_sub(s, 0, str_find(s, 0, 0));
}

static enum err take(const struct elf *e, uint32_t type, struct span desc, struct xen_notes *out)
{
	if (type >= XEN_NOTES || kind[type] == IGNORED)
		return OK;
	out->present |= 1u << type;
	if (kind[type] == TEXT)
		out->text[type] = text(desc);
	if (kind[type] == NUMBER && !number(desc, &out->num[type]))
		return image_fail(e->file, ERR_CORRUPT, "Xen note %u has %zu bytes", type, desc.n);
	if (kind[type] == RELOC) {
		struct rd r = rd_of(desc.p, desc.n);
		for (size_t i = 0; i < array_len(out->reloc); i++)
			out->reloc[i] = rd_left(&r) >= 4 ? rd_le32(&r) : 0;
	}
	return OK;
}

/* Padded to where the next field is aligned in its run; the end of a note may lack it. */
static struct span padded(struct rd *r, uint32_t n, size_t align)
{
	struct span s = rd_take(r, n);
	size_t pad = (align - r->at % align) % align;
	rd_skip(r, min_size(pad, rd_left(r)));
	return s;
}

static bool is_xen(struct span name)
{
	return str_eq(text(name), STR("Xen"));
}

/*
 * The value of a note. grub-mkimage gives the last one of a 32-bit image,
 * PAE_MODE, a length of 12 where 4 bytes are left: a text that ends before the
 * run does is whole, whatever its length says.
 */
static struct span value(struct rd *r, uint32_t type, uint32_t n, size_t align)
{
	struct rd rest = *r;
	struct span left = rd_take(&rest, rd_left(r));
	if (n <= left.n || type >= XEN_NOTES || kind[type] != TEXT || text(left).n == left.n)
		return padded(r, n, align);
	*r = rest;
	return left;
}

/* One run of notes: a later one of the same type wins. */
static enum err notes(const struct elf *e, uint64_t off, uint64_t len, uint64_t align,
		      struct xen_notes *out)
{
	struct span s = { 0 };
	if (off == 0) /* some link scripts leave an empty PT_NOTE behind */
		return OK;
	try(elf_bytes(e, "ELF notes", off, len, &s));
	struct rd r = rd_of(s.p, s.n);
	while (rd_left(&r)) { /* each round takes 12 bytes at least, or fails */
		uint32_t namesz = rd_le32(&r), descsz = rd_le32(&r), type = rd_le32(&r);
		struct span name = padded(&r, namesz, align == 8 ? 8 : 4);
		struct span desc = value(&r, type, descsz, align == 8 ? 8 : 4);
		if (!rd_ok(&r))
			return image_fail(e->file, ERR_CORRUPT, "ELF note runs past its segment");
		if (is_xen(name))
			try(take(e, type, desc, out));
	}
	return OK;
}

/* The string of kernels before 2007: KEY=value,KEY=value. */
static const struct {
	const char *key;
	enum xen_note type;
} legacy_keys[] = {
	{ "LOADER", XEN_NOTE_LOADER },	       { "GUEST_OS", XEN_NOTE_GUEST_OS },
	{ "XEN_VER", XEN_NOTE_XEN_VERSION },   { "VIRT_BASE", XEN_NOTE_VIRT_BASE },
	{ "VIRT_ENTRY", XEN_NOTE_ENTRY },      { "ELF_PADDR_OFFSET", XEN_NOTE_PADDR_OFFSET },
	{ "FEATURES", XEN_NOTE_FEATURES },     { "HYPERCALL_PAGE", XEN_NOTE_HYPERCALL_PAGE },
	{ "BSD_SYMTAB", XEN_NOTE_BSD_SYMTAB }, { "PAE", XEN_NOTE_PAE_MODE },
};

static int digit(char c)
{
	c = ascii_lower(c);
	return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool legacy_number(struct str s, uint64_t *out)
{
	if (!str_starts(s, STR("0x")))
		return str_u64(s, out);
	*out = 0;
	for (size_t i = 2; i < s.n; i++) {
		if (digit(s.p[i]) < 0 || *out >> 60)
			return false;
		*out = *out << 4 | (unsigned)digit(s.p[i]);
	}
	return s.n > 2;
}

static enum err legacy_pair(const struct elf *e, struct str key, struct str value,
			    struct xen_notes *out)
{
	for (size_t i = 0; i < array_len(legacy_keys); i++) {
		enum xen_note t = legacy_keys[i].type;
		if (!str_eq(key, str_of(legacy_keys[i].key)))
			continue;
		out->present |= 1u << t;
		out->text[t] = value;
		if (kind[t] == NUMBER && !legacy_number(value, &out->num[t]))
			return image_fail(e->file, ERR_CORRUPT, "__xen_guest: %s=%.*s",
					  legacy_keys[i].key, STR_ARG(value));
	}
	return OK;
}

static enum err legacy(const struct elf *e, const struct elf_shdr *sh, struct xen_notes *out)
{
	struct span s = { 0 };
	struct str pair;
	try(elf_bytes(e, "section __xen_guest", sh->offset, sh->size, &s));
	struct str rest = text(s);
	out->legacy = true;
	while (str_split(&rest, ',', &pair)) {
		size_t eq = str_find(pair, '=', 0);
		try(legacy_pair(e, str_sub(pair, 0, eq), str_sub(pair, eq + 1, pair.n), out));
	}
	return OK;
}

enum err note_parse(const struct elf *e, struct xen_notes *out)
{
	*out = (struct xen_notes){ 0 };
	for (uint16_t i = 0; i < e->phnum; i++) {
		struct elf_phdr ph;
		try(elf_phdr(e, i, &ph));
		if (ph.type == PT_NOTE)
			try(notes(e, ph.offset, ph.filesz, ph.align, out));
	}
	for (uint16_t i = 0; i < e->shnum && !out->present; i++) {
		struct elf_shdr sh;
		try(elf_shdr(e, i, &sh));
		if (sh.type == SHT_NOTE)
			try(notes(e, sh.offset, sh.size, sh.addralign, out));
	}
	for (uint16_t i = 0; i < e->shnum && !out->present; i++) {
		struct elf_shdr sh;
		try(elf_shdr(e, i, &sh));
		if (str_eq(elf_name(e, &sh), STR("__xen_guest")))
			try(legacy(e, &sh, out));
	}
	return OK;
}
