/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IMAGE_H
#define IMAGE_H
#include "../core/base/base.h"
#include "../core/unpack/unpack.h"
/*
 * Kernel files, from bytes to a description. Everything here is pure: the
 * bytes are the guest's own and not trusted, and what comes out was checked.
 */

/* A file in memory, and how to complain: "NAME: what is wrong". */
struct image_file {
	struct span bytes;
	struct str name;
	struct log *log; /* may be NULL */
};
/* Log "NAME: text" as an error. */
void image_say(const struct image_file *f, const char *fmt, ...) printf_like(2, 3);
/* The same, and e is the value: a macro, so that the compiler sees that it is no OK. */
#define image_fail(f, e, ...) (image_say((f), __VA_ARGS__), (e))

enum {
	IMAGE_SEGS = 32,     /* PT_LOADs of one kernel */
	IMAGE_MAX = 1 << 30, /* bytes of a kernel, packed or not: libxl's bound too */
	IMAGE_PACKINGS = 2,  /* a bzImage that is gzip'd as a file has two */
};

/*
 * The packing around a kernel. A plain ELF has UNPACK_NONE; a bzImage's
 * payload tells its size, other packed files do not, or cannot be believed.
 */
struct image_packing {
	enum unpack_format format;
	struct span packed; /* inside the file's bytes */
	size_t size;	    /* bytes to give to image_unpack(); SIZE_MAX: unknown */
	bool exact;	    /* size is what must come out */
};
/* ERR_FORMAT: no kernel that we know; logged, like every error. */
enum err image_packing(const struct image_file *f, struct image_packing *out);
/*
 * Take one packing off, into *n bytes at dst; *n becomes the length made.
 * ERR_LIMIT: the room is too small, and nothing is logged where the size was
 * not known: try again with more, at most IMAGE_MAX.
 */
enum err image_unpack(const struct image_file *f, const struct image_packing *p, void *dst,
		      size_t *n);

/* Linux/x86 boot protocol header (Documentation/arch/x86/boot.rst), as far as we use it. */
struct bzimage {
	uint16_t version;    /* 0x0208 at least */
	size_t kernel_off;   /* the protected-mode code: (setup_sects + 1) * 512 */
	struct span payload; /* the packed vmlinux with its trailer */
	uint32_t unpacked;   /* the trailer: bytes */
	bool relocatable;
	uint16_t xloadflags;  /* from 2.12 on, else 0 */
	uint32_t cmdline_max; /* bytes, without the NUL */
	uint32_t initrd_max;  /* the highest address that an initrd may use */
	uint32_t align, init_size;
	uint64_t pref_address; /* from 2.10 on, else 0 */
};
/* ERR_FORMAT, not logged: no bzImage. ERR_UNSUPPORTED: older than protocol 2.08. */
enum err bzimage_parse(const struct image_file *f, struct bzimage *out);

/* Xen's ELF notes (xen/include/public/elfnote.h). */
enum xen_note {
	XEN_NOTE_ENTRY = 1,
	XEN_NOTE_HYPERCALL_PAGE = 2,
	XEN_NOTE_VIRT_BASE = 3,
	XEN_NOTE_PADDR_OFFSET = 4,
	XEN_NOTE_XEN_VERSION = 5,
	XEN_NOTE_GUEST_OS = 6,
	XEN_NOTE_LOADER = 8,
	XEN_NOTE_PAE_MODE = 9,
	XEN_NOTE_FEATURES = 10,
	XEN_NOTE_BSD_SYMTAB = 11,
	XEN_NOTE_HV_START_LOW = 12,
	XEN_NOTE_INIT_P2M = 15,
	XEN_NOTE_MOD_START_PFN = 16,
	XEN_NOTE_PHYS32_ENTRY = 18,
	XEN_NOTE_PHYS32_RELOC = 19,
	XEN_NOTES, /* one past the last type that we know */
};
struct xen_notes {
	uint32_t present;	    /* bit 1 << type */
	bool legacy;		    /* from the string in section __xen_guest */
	uint64_t num[XEN_NOTES];    /* numbers */
	struct str text[XEN_NOTES]; /* strings, without NUL; inside the file's bytes */
	uint32_t reloc[3];	    /* PHYS32_RELOC: alignment, lowest, highest; 0: not given */
};
static inline bool xen_note_has(const struct xen_notes *x, enum xen_note type)
{
	return x->present >> type & 1;
}

/* A PT_LOAD: file_len bytes, then zeros up to mem_len. */
struct image_seg {
	size_t file_off, file_len;
	uint64_t mem_len, paddr;
};
/* An x86 ELF kernel. */
struct image {
	bool is64;
	struct image_seg seg[IMAGE_SEGS]; /* by paddr; disjoint in memory and in the file */
	size_t n_seg;			  /* at least 1 */
	uint64_t low, high;		  /* [low, high) covers all of them */
	uint64_t entry;			  /* e_entry */
	struct xen_notes xen;
};
/*
 * ERR_FORMAT, not logged: no ELF. ERR_UNSUPPORTED: not for x86. Otherwise
 * ERR_CORRUPT, logged. A kernel without Xen notes is fine: present is 0.
 */
enum err image_parse(const struct image_file *f, struct image *out);

/*
 * The symbols of a BSD kernel as its debugger wants them, right behind the
 * image at the next multiple of a word: 4 bytes that count the rest, then an
 * ELF file of nothing but the symbol table and its strings, which begin at
 * multiples of a word, too (Xen libelf, elf_load_bsdsyms; NetBSD ksyms(4)).
 */
enum { IMAGE_SYMBOLS_HEAD = 4 + 64 + 3 * 64 };
struct image_symbols {
	uint64_t at;   /* where the block begins, in the addresses of the image's end */
	uint64_t size; /* bytes of the block, a multiple of a word; 0: there is none */
	uint8_t head[IMAGE_SYMBOLS_HEAD];
	size_t n_head;
	struct span symtab, strtab;    /* inside the file's bytes */
	uint64_t symtab_at, strtab_at; /* where they begin in the block */
};
/*
 * What the kernel's notes ask for, of a file that image_parse() took, behind
 * *end, which moves behind the block. A kernel runs without its symbols: damaged ones
 * are a warning, and none.
 */
void image_symbols(const struct image_file *f, const struct image *img, uint64_t *end,
		   struct image_symbols *out);
/* Bytes [off, off + n) of the block, inside its size. */
void image_symbols_copy(const struct image_symbols *s, uint64_t off, uint8_t *dst, size_t n);
#endif
