/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elf.h"
#include "../core/base/fmt.h"
#include "../core/base/rd.h"
#include <string.h>

enum {
	EM_386 = 3,
	EM_X86_64 = 62,
	PHDR_32 = 32,
	PHDR_64 = 56,
	PHDRS_MAX = 256, /* of all kinds; Linux has 5, NetBSD 2 */
};

void image_say(const struct image_file *f, const char *fmt, ...)
{
	char line[LOG_LINE];
	va_list ap;
	va_start(ap, fmt);
	fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	log_at(f->log, LOG_ERROR, "%.*s: %s", STR_ARG(f->name), line);
}

/* An address, offset or size of the file's width. */
static uint64_t word(struct rd *r, bool is64)
{
	return is64 ? rd_le64(r) : rd_le32(r);
}

enum err elf_open(struct elf *e, const struct image_file *f)
{
	struct rd r = rd_of(f->bytes.p, f->bytes.n);
	*e = (struct elf){ .file = f };
	uint32_t magic = rd_be32(&r);
	if (!rd_ok(&r) || magic != 0x7f454c46)
		return ERR_FORMAT;
	uint8_t class = rd_u8(&r), data = rd_u8(&r);
	e->is64 = class == 2;
	rd_seek(&r, 18);
	uint16_t machine = rd_le16(&r);
	if (rd_ok(&r) && (data != 1 || machine != (e->is64 ? EM_X86_64 : EM_386)))
		return image_fail(f, ERR_UNSUPPORTED, "not an x86 kernel (ELF machine %u)",
				  machine);
	rd_skip(&r, 4);
	e->entry = word(&r, e->is64);
	e->phoff = word(&r, e->is64);
	e->shoff = word(&r, e->is64);
	rd_skip(&r, 6); /* flags, ehsize */
	e->phentsize = rd_le16(&r);
	e->phnum = rd_le16(&r);
	e->shentsize = rd_le16(&r);
	e->shnum = rd_le16(&r);
	e->shstrndx = rd_le16(&r);
	if (!rd_ok(&r))
		return image_fail(f, ERR_CORRUPT, "ELF header cut off at %zu bytes", f->bytes.n);
	if (e->phentsize < (e->is64 ? PHDR_64 : PHDR_32) || !e->phnum || e->phnum > PHDRS_MAX)
		return image_fail(f, ERR_CORRUPT, "ELF has %u program headers of %u bytes",
				  e->phnum, e->phentsize);
	return OK;
}

/* A cursor at entry i of a table. */
static enum err entry(const struct elf *e, const char *what, uint64_t off, uint16_t size,
		      uint16_t i, struct rd *r)
{
	struct span s = { 0 };
	uint64_t at;
	if (!add_u64(off, (uint64_t)size * i, &at))
		at = UINT64_MAX;
	try(elf_bytes(e, what, at, size, &s));
	*r = rd_of(s.p, s.n);
	return OK;
}

enum err elf_phdr(const struct elf *e, uint16_t i, struct elf_phdr *out)
{
	struct rd r;
	try(entry(e, "program header", e->phoff, e->phentsize, i, &r));
	out->type = rd_le32(&r);
	if (e->is64)
		rd_skip(&r, 4); /* flags */
	out->offset = word(&r, e->is64);
	word(&r, e->is64); /* vaddr: Linux has a segment where it is 0 */
	out->paddr = word(&r, e->is64);
	out->filesz = word(&r, e->is64);
	out->memsz = word(&r, e->is64);
	if (!e->is64)
		rd_skip(&r, 4);
	out->align = word(&r, e->is64);
	return OK;
}

enum err elf_shdr(const struct elf *e, uint16_t i, struct elf_shdr *out)
{
	struct rd r;
	if (e->shentsize < (e->is64 ? ELF_SHDR_64 : ELF_SHDR_32))
		return image_fail(e->file, ERR_CORRUPT, "ELF section headers of %u bytes",
				  e->shentsize);
	try(entry(e, "section header", e->shoff, e->shentsize, i, &r));
	out->name = rd_le32(&r);
	out->type = rd_le32(&r);
	word(&r, e->is64); /* flags */
	word(&r, e->is64); /* addr */
	out->offset = word(&r, e->is64);
	out->size = word(&r, e->is64);
	out->link = rd_le32(&r);
	out->info = rd_le32(&r);
	out->addralign = word(&r, e->is64);
	out->entsize = word(&r, e->is64);
	return OK;
}

enum err elf_bytes(const struct elf *e, const char *what, uint64_t off, uint64_t len,
		   struct span *out)
{
	const struct span *b = &e->file->bytes;
	if (off > b->n || len > b->n - off)
		return image_fail(
			e->file, ERR_CORRUPT,
			"%s at offset %llu, %llu bytes, lies outside the file (%zu bytes)", what,
			(unsigned long long)off, (unsigned long long)len, b->n);
	*out = (struct span){ b->p + off, (size_t)len };
	return OK;
}

struct str elf_name(const struct elf *e, const struct elf_shdr *sh)
{
	struct elf_shdr names;
	struct span s = { 0 };
	if (elf_shdr(e, e->shstrndx, &names) ||
	    elf_bytes(e, "section names", names.offset, names.size, &s) || sh->name >= s.n)
		return (struct str){ 0 };
	const uint8_t *p = s.p + sh->name;
	size_t n = 0;
	while (n < s.n - sh->name && p[n])
		n++;
	return (struct str){ (const char *)p, n };
}

/* Insert by address: a handful at most, IMAGE_SEGS. */
static void insert(struct image *img, const struct image_seg *s)
{
	size_t i = img->n_seg++;
	for (; i && img->seg[i - 1].paddr > s->paddr; i--)
		img->seg[i] = img->seg[i - 1];
	img->seg[i] = *s;
}

static enum err load(const struct elf *e, const struct elf_phdr *ph, struct image *img)
{
	const struct image_file *f = e->file;
	struct span s = { 0 };
	uint64_t end;
	if (ph->filesz > ph->memsz)
		return image_fail(f, ERR_CORRUPT,
				  "ELF segment with more in the file than in memory");
	try(elf_bytes(e, "ELF segment", ph->offset, ph->filesz, &s));
	if (!add_u64(ph->paddr, ph->memsz, &end))
		return image_fail(f, ERR_CORRUPT, "ELF segment at %llx wraps around",
				  (unsigned long long)ph->paddr);
	if (ph->memsz == 0)
		return OK;
	if (img->n_seg == IMAGE_SEGS)
		return image_fail(f, ERR_LIMIT, "more than %d ELF segments", IMAGE_SEGS);
	insert(img, &(struct image_seg){ (size_t)ph->offset, s.n, ph->memsz, ph->paddr });
	return OK;
}

/* Each byte of the file may end up in one frame only, and each frame come from one segment. */
static enum err check_disjoint(const struct image_file *f, const struct image *img)
{
	for (size_t i = 0; i < img->n_seg; i++)
		for (size_t j = 0; j < i; j++) {
			const struct image_seg *a = &img->seg[j], *b = &img->seg[i];
			if (a->mem_len > b->paddr - a->paddr)
				return image_fail(f, ERR_CORRUPT, "ELF segments overlap at %llx",
						  (unsigned long long)b->paddr);
			if (a->file_off < b->file_off + b->file_len &&
			    b->file_off < a->file_off + a->file_len)
				return image_fail(f, ERR_UNSUPPORTED,
						  "ELF segments share bytes of the file");
		}
	return OK;
}

enum err image_parse(const struct image_file *f, struct image *out)
{
	struct elf e;
	*out = (struct image){ 0 };
	try(elf_open(&e, f));
	for (uint16_t i = 0; i < e.phnum; i++) { /* PHDRS_MAX */
		struct elf_phdr ph;
		try(elf_phdr(&e, i, &ph));
		if (ph.type == PT_LOAD)
			try(load(&e, &ph, out));
	}
	if (!out->n_seg)
		return image_fail(f, ERR_CORRUPT, "ELF has nothing to load");
	try(check_disjoint(f, out));
	const struct image_seg *last = &out->seg[out->n_seg - 1];
	out->is64 = e.is64;
	out->entry = e.entry;
	out->low = out->seg[0].paddr;
	out->high = last->paddr + last->mem_len;
	if (out->high - out->low > IMAGE_MAX)
		return image_fail(f, ERR_LIMIT, "kernel takes %llu MiB of memory",
				  (unsigned long long)(out->high - out->low) >> 20);
	return note_parse(&e, &out->xen);
}
