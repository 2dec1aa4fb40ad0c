/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/rd.h"
#include "../core/base/str.h"
#include "elf.h"
#include <string.h>

enum { SIZE_FIELD = 4, SECTIONS = 3, SYMTAB = 1, STRTAB = 2 };

/* Offsets in the two headers, by width: System V gABI 4.1. */
struct fields {
	size_t word, ehsize, shsize;
	size_t phoff, shoff, sizes; /* sizes: of six, from e_ehsize on */
	size_t sh_offset, sh_link;
};
static const struct fields fields_32 = { 4, 52, ELF_SHDR_32, 28, 32, 40, 16, 24 };
static const struct fields fields_64 = { 8, 64, ELF_SHDR_64, 32, 40, 52, 24, 40 };

static uint64_t round_up(uint64_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static void put(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* The first symbol table and its strings; false: there are none. */
static enum err find(const struct elf *e, uint16_t *symtab, uint16_t *strtab, bool *found)
{
	struct elf_shdr sh;
	*found = false;
	for (uint16_t i = 0; i < e->shnum; i++) {
		try(elf_shdr(e, i, &sh));
		if (sh.type != SHT_SYMTAB)
			continue;
		*symtab = i;
		*strtab = (uint16_t)sh.link;
		if (sh.link >= e->shnum)
			return image_fail(e->file, ERR_CORRUPT, "symbol table without strings");
		try(elf_shdr(e, *strtab, &sh));
		*found = sh.type == SHT_STRTAB;
		return OK;
	}
	return OK;
}

/* A section's bytes; its header into place i of the block, for bytes that lie at at. */
static enum err take(const struct elf *e, const struct fields *w, uint16_t section, size_t i,
		     uint64_t at, struct image_symbols *out, struct span *bytes)
{
	struct elf_shdr sh;
	struct span raw = { 0 };
	uint8_t *header = out->head + SIZE_FIELD + w->ehsize + i * w->shsize;
	try(elf_shdr(e, section, &sh));
	try(elf_bytes(e, "symbols", sh.offset, sh.size, bytes));
	try(elf_bytes(e, "section header", e->shoff + (uint64_t)e->shentsize * section, w->shsize,
		      &raw));
	memcpy(header, raw.p, raw.n);
	put(header + w->sh_offset, at - SIZE_FIELD, w->word);
	if (i == SYMTAB)
		put(header + w->sh_link, STRTAB, 4);
	return OK;
}

/* The file's own header, but with three sections and nothing to load. */
static void write_header(const struct elf *e, const struct fields *w, uint8_t *header)
{
	const uint16_t sizes[] = { (uint16_t)w->ehsize, 0, 0, (uint16_t)w->shsize, SECTIONS, 0 };
	memcpy(header, e->file->bytes.p, w->ehsize);
	put(header + w->phoff, 0, w->word);
	put(header + w->shoff, w->ehsize, w->word);
	for (size_t i = 0; i < array_len(sizes); i++)
		put(header + w->sizes + 2 * i, sizes[i], 2);
}

/* The block, wherever it will lie. ERR_CORRUPT, logged: not where the file says. */
static enum err build(const struct image_file *f, struct image_symbols *out)
{
	struct elf e;
	uint16_t symtab, strtab;
	bool found;
	try(elf_open(&e, f));
	const struct fields *w = e.is64 ? &fields_64 : &fields_32;
	try(find(&e, &symtab, &strtab, &found));
	if (!found)
		return OK;
	out->n_head = SIZE_FIELD + w->ehsize + SECTIONS * w->shsize;
	out->symtab_at = round_up(out->n_head, w->word);
	try(take(&e, w, symtab, SYMTAB, out->symtab_at, out, &out->symtab));
	out->strtab_at = round_up(out->symtab_at + out->symtab.n, w->word);
	try(take(&e, w, strtab, STRTAB, out->strtab_at, out, &out->strtab));
	write_header(&e, w, out->head + SIZE_FIELD);
	put(out->head, out->strtab_at + out->strtab.n - SIZE_FIELD, SIZE_FIELD);
	out->size = round_up(out->strtab_at + out->strtab.n, w->word);
	return OK;
}

static bool asked_for(const struct xen_notes *x)
{
	return xen_note_has(x, XEN_NOTE_BSD_SYMTAB) &&
	       (x->legacy || str_eq(x->text[XEN_NOTE_BSD_SYMTAB], STR("yes")));
}

void image_symbols(const struct image_file *f, const struct image *img, uint64_t *end,
		   struct image_symbols *out)
{
	*out = (struct image_symbols){ 0 };
	if (!asked_for(&img->xen))
		return;
	if (build(f, out)) {
		out->size = 0;
		log_at(f->log, LOG_WARN, "%.*s: boots without its symbols", STR_ARG(f->name));
	}
	if (!out->size)
		return;
	out->at = round_up(*end, img->is64 ? 8 : 4);
	*end = out->at + out->size;
}

/* The part of src, which lies at at of the block, that [off, off + n) shows. */
static void copy_part(struct span src, uint64_t at, uint64_t off, uint8_t *dst, size_t n)
{
	uint64_t from = off > at ? off : at, to = min_u64(off + n, at + src.n);
	if (from < to)
		memcpy(dst + (from - off), src.p + (from - at), (size_t)(to - from));
}

void image_symbols_copy(const struct image_symbols *s, uint64_t off, uint8_t *dst, size_t n)
{
	memset(dst, 0, n);
	copy_part((struct span){ s->head, s->n_head }, 0, off, dst, n);
	copy_part(s->symtab, s->symtab_at, off, dst, n);
	copy_part(s->strtab, s->strtab_at, off, dst, n);
}
