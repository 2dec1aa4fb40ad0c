/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel.h"
#include "../core/base/rd.h"
#include "../core/base/str.h"
#include "../load/elf.h"
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

/*
 * A kernel's file in memory, read in parts: what was not read is zeros that
 * take no memory.
 */
struct view {
	const struct boot_file *f;
	struct image_file file;
	char name[LOG_LINE]; /* "disk.img: partition 1 (ext4): /boot/vmlinuz" */
	uint8_t *p;
	size_t n;
};
enum {
	HEAD = 64 << 10,  /* boot sector, setup code, ELF header and program headers */
	NOTES = 16 << 20, /* of one segment or section; kernels have some hundred bytes */
	EDGE = 4096,
};

/* Bytes [off, off + len) of the file, as far as it has them. */
static enum err fill(struct view *v, uint64_t off, uint64_t len)
{
	if (off >= v->n)
		return OK;
	size_t n = (size_t)min_u64(len, v->n - off);
	return boot_file_read(v->f, off, v->p + off, n);
}

static enum err view_open(struct view *v, const struct boot_file *f, struct log *log)
{
	*v = (struct view){ .f = f, .n = (size_t)boot_file_size(f) };
	v->p = mmap(NULL, v->n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1, 0);
	if (v->p == MAP_FAILED)
		return ERR_NOMEM;
	size_t n = fmt_to(v->name, sizeof v->name, "%s: %.*s", f->fs->where, STR_ARG(f->path));
	struct str name = { v->name, min_size(n, sizeof v->name - 1) };
	v->file = (struct image_file){ { v->p, v->n }, name, log };
	return OK;
}

static void view_close(struct view *v)
{
	munmap(v->p, v->n);
}

/* --- the checksum of a bzImage ---------------------------------------------- */

/* "6.1.0-56-amd64 (...)": from 6.15 on the build makes no checksum any more. */
static bool has_sum(struct span head, uint16_t version_at)
{
	struct rd r = rd_of(head.p, head.n);
	uint64_t major, minor;
	rd_seek(&r, 0x200u + version_at);
	struct span s = rd_take(&r, min_size(rd_left(&r), 16));
	struct str text = { (const char *)s.p, s.n }, part;
	if (!str_split(&text, '.', &part) || !str_u64(part, &major))
		return false;
	size_t digits = 0;
	while (digits < text.n && is_digit(text.p[digits]))
		digits++;
	return str_u64(str_sub(text, 0, digits), &minor) &&
	       (major < 6 || (major == 6 && minor < 15));
}

/* Where a signature goes into a PE file: its checksum field, and the certificate table's entry. */
static void signature_holes(struct rd *r, struct kernel_sum *s)
{
	rd_seek(r, 0x3c);
	uint32_t pe = rd_le32(r);
	rd_seek(r, pe);
	uint32_t magic = rd_be32(r);
	rd_skip(r, 20);
	uint16_t kind = rd_le16(r);
	if (!rd_ok(r) || magic != 0x50450000) /* "PE\0\0" */
		return;
	s->hole[0].at = pe + 24u + 64;
	s->hole[0].n = 4;
	s->hole[1].at = pe + 24u + (kind == 0x20b ? 112 : 96) + 4 * 8; /* PE32+, PE32 */
	s->hole[1].n = 8;
}

struct kernel_sum kernel_sum_of(struct span head)
{
	struct kernel_sum s = { .crc = 0xffffffff };
	struct rd r = rd_of(head.p, head.n);
	rd_seek(&r, 0x1f1);
	uint32_t sects = rd_u8(&r);
	rd_skip(&r, 2);
	uint32_t paragraphs = rd_le32(&r);
	rd_seek(&r, 0x20e);
	uint16_t version_at = rd_le16(&r);
	if (!rd_ok(&r) || !has_sum(head, version_at))
		return s;
	s.end = ((sects ? sects : 4u) + 1) * 512 + 16ull * paragraphs;
	signature_holes(&r, &s);
	return s;
}

/* zlib's crc32() inverts its register on the way in and out; the build's does not. */
static uint32_t crc(uint32_t reg, const uint8_t *p, size_t n)
{
	return ~(uint32_t)crc32_z(~reg, p, n);
}

static uint32_t crc_zeros(uint32_t reg, uint64_t n)
{
	static const uint8_t zero[8];
	return crc(reg, zero, (size_t)n);
}

void kernel_sum_add(struct kernel_sum *s, uint64_t off, const uint8_t *p, size_t n)
{
	if (off >= s->end)
		return;
	n = (size_t)min_u64(n, s->end - off);
	for (size_t i = 0; i < array_len(s->hole); i++) {
		uint64_t at = s->hole[i].at, len = s->hole[i].n;
		/* A hole that two pieces share is left as it is: the sum will be wrong, which is
		 * only slow. */
		if (!len || at < off || at - off > n || len > n - (at - off))
			continue;
		s->crc = crc(s->crc, p, (size_t)(at - off));
		s->crc = crc_zeros(s->crc, len);
		p += at - off + len;
		n -= (size_t)(at - off + len);
		off = at + len;
	}
	s->crc = crc(s->crc, p, n);
}

bool kernel_sum_good(const struct kernel_sum *s)
{
	return s->end == 0 || s->crc == 0;
}

/* --- headers ---------------------------------------------------------------- */

static enum err look_bzimage(struct view *v, const struct bzimage *b)
{
	struct image_packing p;
	uint64_t off = (uint64_t)(b->payload.p - v->p), len = b->payload.n;
	try(fill(v, off, EDGE));
	try(fill(v, len > EDGE ? off + len - EDGE : off, EDGE));
	return image_packing(&v->file, &p);
}

/* Everything that may hold a note, or the name of the section that older kernels use. */
static enum err fill_notes(struct view *v, const struct elf *e)
{
	for (uint16_t i = 0; i < e->phnum; i++) {
		struct elf_phdr ph;
		try(elf_phdr(e, i, &ph));
		if (ph.type == PT_NOTE)
			try(fill(v, ph.offset, min_u64(ph.filesz, NOTES)));
	}
	try(fill(v, e->shoff, (uint64_t)e->shentsize * e->shnum));
	for (uint16_t i = 0; i < e->shnum; i++) {
		struct elf_shdr sh;
		try(elf_shdr(e, i, &sh));
		bool named = sh.type == SHT_STRTAB || str_eq(elf_name(e, &sh), STR("__xen_guest"));
		if (named || sh.type == SHT_NOTE)
			try(fill(v, sh.offset, min_u64(sh.size, NOTES)));
	}
	return OK;
}

static enum err look_elf(struct view *v)
{
	struct elf e;
	struct image img;
	try(elf_open(&e, &v->file));
	try(fill(v, e.phoff, (uint64_t)e.phentsize * e.phnum));
	try(fill_notes(v, &e));
	enum err bad = image_parse(&v->file, &img);
	if (bad == ERR_CORRUPT)
		return bad;
	if (!bad && !img.xen.present)
		return image_fail(&v->file, ERR_UNSUPPORTED,
				  "an ELF file without Xen notes, not a kernel for a Xen guest");
	return OK;
}

/* Arm's kernels, which this machine may be for: zImage and arm64's Image. */
static bool is_arm(const struct view *v)
{
	struct rd r = rd_of(v->p, v->n);
	rd_seek(&r, 0x24);
	uint32_t zimage = rd_le32(&r);
	rd_seek(&r, 0x38);
	uint32_t image = rd_le32(&r);
	return zimage == 0x016f2818 || image == 0x644d5241;
}

static enum err look(struct view *v, struct kernel_sum *sum)
{
	struct bzimage b;
	struct image_packing p;
	try(fill(v, 0, HEAD));
	enum err e = bzimage_parse(&v->file, &b);
	if (!e) {
		*sum = kernel_sum_of((struct span){ v->p, min_size(v->n, HEAD) });
		return look_bzimage(v, &b);
	}
	if (e != ERR_FORMAT)
		return e;
	if (v->n >= 4 && memcmp(v->p, "\177ELF", 4) == 0)
		return look_elf(v);
	return is_arm(v) ? OK : image_packing(&v->file, &p);
}

enum err kernel_look(const struct boot_file *f, struct log *log, struct kernel_sum *sum)
{
	struct view v;
	*sum = (struct kernel_sum){ 0 };
	if (view_open(&v, f, log))
		return OK; /* too large to be looked at */
	enum err e = look(&v, sum);
	view_close(&v);
	return e;
}

/* "6.1.0-30-amd64 (debian-kernel@...)": the first word of the boot protocol's text. */
static void read_version(struct view *v, char out[KERNEL_VERSION])
{
	struct rd r = rd_of(v->p, min_size(v->n, HEAD));
	struct str word;
	rd_seek(&r, 0x20e);
	uint16_t at = rd_le16(&r);
	if (!at)
		return;
	rd_seek(&r, 0x200u + at);
	struct span s = rd_take(&r, min_size(rd_left(&r), KERNEL_VERSION - 1));
	struct str text = { (const char *)s.p, s.n };
	text.n = str_find(text, 0, 0);
	if (str_word(&text, &word))
		fmt_to(out, KERNEL_VERSION, "%.*s", STR_ARG(word));
}

void kernel_facts(const struct boot_file *f, struct kernel_facts *out)
{
	struct view v;
	struct bzimage b;
	struct image_packing p;
	*out = (struct kernel_facts){ .packing = UNPACK_NONE };
	if (view_open(&v, f, NULL))
		return;
	if (fill(&v, 0, HEAD) == OK) {
		if (bzimage_parse(&v.file, &b) == OK) {
			read_version(&v, out->version);
			(void)!look_bzimage(&v, &b);
		}
		if (image_packing(&v.file, &p) == OK)
			out->packing = p.format;
	}
	view_close(&v);
}

/* --- all of it -------------------------------------------------------------- */

enum { ROOM_MIN = 16 << 20 };

/* Take p off into new memory, a mapping of *size bytes. */
static enum err unpack_into(const struct image_file *f, const struct image_packing *p, size_t *size,
			    struct span *out)
{
	size_t n = *size;
	uint8_t *dst = mmap(NULL, n, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (dst == MAP_FAILED)
		return image_fail(f, ERR_NOMEM,
				  "no memory to unpack it; --max-memory=MIB gives more");
	enum err e = image_unpack(f, p, dst, &n);
	if (e)
		munmap(dst, *size);
	*out = (struct span){ dst, n };
	return e;
}

/* One packing off; its size is known, or found by doubling up to max. */
static enum err unpack_one(const struct image_file *f, const struct image_packing *p, size_t max,
			   struct span *out)
{
	size_t room = p->size == SIZE_MAX ? ROOM_MIN : p->size;
	for (;; room *= 2) { /* until max */
		if (room > max)
			return image_fail(f, ERR_LIMIT,
					  "unpacks to more than %zu MiB; "
					  "--max-kernel=MIB raises the limit",
					  max >> 20);
		enum err e = unpack_into(f, p, &room, out);
		if (e != ERR_LIMIT || p->exact)
			return e;
	}
}

static enum err unpack_view(struct view *v, uint64_t max, struct span *out)
{
	struct image_packing p;
	struct image_file file = v->file;
	try(fill(v, 0, v->n));
	for (int i = 0; i < IMAGE_PACKINGS && !is_arm(v); i++) {
		try(image_packing(&file, &p));
		if (p.format == UNPACK_NONE)
			break;
		try(unpack_one(&file, &p, (size_t)min_u64(max, IMAGE_MAX), &file.bytes));
	}
	*out = file.bytes;
	return OK;
}

enum err kernel_unpack(const struct boot_file *f, struct log *log, uint64_t max, struct span *out)
{
	struct view v;
	try(view_open(&v, f, log));
	return unpack_view(&v, max, out);
}

enum err kernel_verify(const struct boot_file *f, struct log *log)
{
	struct view v;
	struct span plain;
	if (view_open(&v, f, log))
		return OK;
	enum err e = unpack_view(&v, IMAGE_MAX, &plain);
	if (!e && plain.p != v.p)
		munmap((void *)plain.p, plain.n);
	view_close(&v);
	return e == ERR_CORRUPT || e == ERR_IO ? e : OK;
}
