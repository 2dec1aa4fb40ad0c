/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_H
#define KERNEL_H
#include "../../load/image.h"
#include "../test.h"
#include <string.h>
#include <zlib.h>
/*
 * Small kernels made in memory, to be bent by tests: an ELF header, program
 * headers, then what is put behind them. 64 bits unless said otherwise.
 */
struct kernel {
	uint8_t b[1 << 16];
	size_t n; /* bytes used */
	bool is32;
	uint16_t phnum;
};

static inline void put_n(struct kernel *k, size_t at, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		k->b[at + i] = (uint8_t)(v >> 8 * i);
}

enum { KERNEL_DATA = 1024 }; /* room for 17 program headers before */

static inline void kernel_begin(struct kernel *k, bool is32)
{
	memset(k, 0, sizeof *k);
	k->is32 = is32;
	k->n = KERNEL_DATA;
	memcpy(k->b,
	       "\x7f"
	       "ELF",
	       4);
	k->b[4] = is32 ? 1 : 2;
	k->b[5] = k->b[6] = 1;
	put_n(k, 16, 2, 2);
	put_n(k, 18, is32 ? 3 : 62, 2);
	put_n(k, is32 ? 28 : 32, is32 ? 52 : 64, is32 ? 4 : 8); /* phoff */
	put_n(k, is32 ? 42 : 54, is32 ? 32 : 56, 2);		/* phentsize */
	put_n(k, is32 ? 46 : 58, is32 ? 40 : 64, 2);		/* shentsize */
}
static inline void kernel_entry(struct kernel *k, uint64_t entry)
{
	put_n(k, 24, entry, k->is32 ? 4 : 8);
}
/* Offset of a field of program header i, by its place in the 64-bit one. */
static inline size_t phdr_at(const struct kernel *k, size_t i, size_t off64)
{
	static const uint8_t off32[] = {
		[0] = 0, [4] = 24, [8] = 4, [16] = 8, [24] = 12, [32] = 16, [40] = 20, [48] = 28
	};
	return k->is32 ? 52 + 32 * i + off32[off64] : 64 + 56 * i + off64;
}
static inline void phdr(struct kernel *k, uint32_t type, uint64_t off, uint64_t paddr,
			uint64_t filesz, uint64_t memsz)
{
	size_t i = k->phnum++, w = k->is32 ? 4 : 8;
	put_n(k, phdr_at(k, i, 0), type, 4);
	put_n(k, phdr_at(k, i, 8), off, w);
	put_n(k, phdr_at(k, i, 24), paddr, w);
	put_n(k, phdr_at(k, i, 32), filesz, w);
	put_n(k, phdr_at(k, i, 40), memsz, w);
	put_n(k, phdr_at(k, i, 48), 4, w);
	put_n(k, k->is32 ? 44 : 56, k->phnum, 2);
}
static inline void note(struct kernel *k, const char *name, size_t name_n, uint32_t type,
			const void *desc, size_t n)
{
	put_n(k, k->n, name_n, 4);
	put_n(k, k->n + 4, n, 4);
	put_n(k, k->n + 8, type, 4);
	memcpy(k->b + k->n + 12, name, name_n);
	k->n += 12 + (name_n + 3) / 4 * 4;
	memcpy(k->b + k->n, desc, n);
	k->n += (n + 3) / 4 * 4;
}
static inline void note_num(struct kernel *k, enum xen_note type, uint64_t v, size_t n)
{
	uint8_t d[8] = { 0 };
	for (size_t i = 0; i < n; i++)
		d[i] = (uint8_t)(v >> 8 * i);
	note(k, "Xen", 4, type, d, n);
}
static inline void note_text(struct kernel *k, enum xen_note type, const char *s)
{
	note(k, "Xen", 4, type, s, strlen(s) + 1);
}
static inline struct image_file kernel_file(const struct kernel *k)
{
	return (struct image_file){ { k->b, k->n }, STR("vmlinux"), test_log() };
}
/*
 * A Linux-like PV kernel: one page of code at 16 MiB and a hole of zeros
 * behind it; the notes that Linux has. Program header 0 is the code, 1 the notes.
 */
#define LINUX_BASE 0xffffffff80000000ull
static inline void kernel_linux(struct kernel *k)
{
	kernel_begin(k, false);
	kernel_entry(k, 0x1000123);
	k->n = 4096;
	note(k, "Linux", 6, 257, "x", 2);
	note_num(k, XEN_NOTE_PHYS32_ENTRY, 0x1000456, 8);
	note_text(k, XEN_NOTE_GUEST_OS, "linux");
	note_text(k, XEN_NOTE_XEN_VERSION, "xen-3.0");
	note_num(k, XEN_NOTE_VIRT_BASE, LINUX_BASE, 8);
	note_num(k, XEN_NOTE_INIT_P2M, 0x8000000000, 8);
	note_num(k, XEN_NOTE_ENTRY, LINUX_BASE + 0x1000800, 8);
	note(k, "Xen", 4, XEN_NOTE_FEATURES, "!writable_page_tables", 21);
	note_text(k, XEN_NOTE_PAE_MODE, "yes");
	note_num(k, XEN_NOTE_MOD_START_PFN, 1, 8);
	note_num(k, XEN_NOTE_PADDR_OFFSET, 0, 8);
	note_text(k, XEN_NOTE_LOADER, "generic");
	size_t notes = k->n - 4096;
	k->n = 3 * 4096;
	memset(k->b + 8192, 0x90, 4096);
	phdr(k, 1, 8192, 0x1000000, 4096, 0x5000);
	phdr(k, 4, 4096, 0, notes, 0);
}
/* A bzImage of protocol 2.15 with this ELF packed by gzip: header fields as Linux has them. */
static inline void kernel_bzimage(struct kernel *k, const void *elf, size_t n, uint32_t init_size)
{
	z_stream z = { 0 };
	memset(k, 0, sizeof *k);
	put_n(k, 0x1f1, 2, 1);
	put_n(k, 0x1fe, 0xaa55, 2);
	memcpy(k->b + 0x202, "HdrS", 4);
	put_n(k, 0x201, 0x6a, 1);
	put_n(k, 0x206, 0x020f, 2);
	put_n(k, 0x22c, 0x7fffffff, 4);
	put_n(k, 0x230, 0x200000, 4);
	put_n(k, 0x234, 1, 1);
	put_n(k, 0x236, 0x7f, 2);
	put_n(k, 0x238, 2047, 4);
	put_n(k, 0x258, 0x1000000, 8);
	put_n(k, 0x260, init_size, 4);
	check(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, 0) == Z_OK);
	z.next_in = (z_const Bytef *)elf;
	z.avail_in = (uInt)n;
	z.next_out = k->b + 3 * 512 + 0x2cc;
	z.avail_out = (uInt)sizeof k->b - 2048;
	check(deflate(&z, Z_FINISH) == Z_STREAM_END);
	put_n(k, 0x248, 0x2cc, 4);
	put_n(k, 0x24c, z.total_out, 4);
	k->n = 3 * 512 + 0x2cc + z.total_out + 100;
	deflateEnd(&z);
}

/* Section headers at 32 KiB: none, data, symbols with strings behind them, names. */
static inline void kernel_symbols(struct kernel *k, size_t sym_n, size_t str_n)
{
	const size_t at = 0x8000, each = k->is32 ? 40 : 64, w = k->is32 ? 4 : 8;
	const struct {
		uint32_t type, link;
		size_t off, n;
	} sh[] = { { 0 }, { 1, 0, 64, 100 }, { 2, 3, 0x3001, sym_n }, { 3, 0, 0x5000, str_n } };
	put_n(k, k->is32 ? 32 : 40, at, w);
	put_n(k, k->is32 ? 48 : 60, array_len(sh), 2);
	for (size_t i = 0; i < array_len(sh); i++) {
		size_t p = at + i * each;
		put_n(k, p + 4, sh[i].type, 4);
		put_n(k, p + (k->is32 ? 16 : 24), sh[i].off, w);
		put_n(k, p + (k->is32 ? 20 : 32), sh[i].n, w);
		put_n(k, p + (k->is32 ? 24 : 40), sh[i].link, 4);
	}
	for (size_t i = 0x3000; i < 0x7000; i++)
		k->b[i] = (uint8_t)(i * 7 >> 2);
	k->n = at + array_len(sh) * each;
}
#endif
