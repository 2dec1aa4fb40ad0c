/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOAD_PVH_H
#define LOAD_PVH_H
#include "image.h"
/*
 * How a kernel starts in a PVH domain, computed: what it asks for, where
 * everything goes, and the block of facts that it finds there. There are two
 * ways: through PHYS32_ENTRY with an hvm_start_info (Xen docs/misc/
 * pvh.pandoc, public/arch-x86/hvm/start_info.h), and through the Linux boot
 * protocol (Documentation/arch/x86/boot.rst, zero-page.rst), where the kernel
 * unpacks itself. Both begin in 32 bits without paging, and all addresses are
 * physical.
 */
enum { PVH_PAGE = 4096, PVH_MODULES = 64 };

/* What a kernel asks for. Addresses and bytes. */
struct pvh_kernel {
	bool by_linux;		      /* by the Linux boot protocol */
	uint64_t start, end;	      /* where it wants to lie, with its symbols */
	struct image_symbols symbols; /* of an ELF */
	uint64_t entry;		      /* when it lies there */
	uint64_t align; /* it may lie at a multiple of this in [min, max) too; 0: it may not */
	uint64_t min, max;
	uint64_t info_max;    /* the block of facts ends below */
	uint64_t module_max;  /* modules end below */
	uint64_t cmdline_max; /* bytes, without the NUL */
};
/* A kernel with a PHYS32_ENTRY. Every refusal is logged: ERR_UNSUPPORTED, ERR_CORRUPT. */
enum err pvh_kernel_elf(const struct image_file *f, const struct image *img,
			struct pvh_kernel *out);
/* A bzImage. ERR_UNSUPPORTED, logged: too old to say what it needs. */
enum err pvh_kernel_linux(const struct image_file *f, const struct bzimage *b,
			  struct pvh_kernel *out);

/* A range of the domain's memory map; type: E820's, 1 is RAM. */
struct pvh_range {
	uint64_t addr, size;
	uint32_t type;
};
struct pvh_memory {
	const struct pvh_range *map;
	size_t n_map;
	/* The lowest n pages in a row in PFNs [from, to) that are RAM and unused; UINT64_MAX: none.
	 */
	uint64_t (*find)(void *ctx, uint64_t from, uint64_t to, uint64_t n);
	void *ctx;
};

struct pvh_module {
	uint64_t size;	    /* bytes; 0 is none */
	struct str cmdline; /* p is NULL: none */
	uint64_t at;	    /* out */
};
struct pvh_layout {
	const struct pvh_kernel *kernel;
	uint64_t load;		   /* where start comes to lie */
	uint64_t info, info_pages; /* the block of facts */
	struct str cmdline;
	struct pvh_module *module; /* with Linux one at most: the initrd */
	size_t n_module;
	uint64_t rsdp;
	uint32_t flags; /* of our own hvm_start_info */
};
/*
 * Fill in load, info and the modules' places; kernel and what is to be said
 * are set. ERR_LIMIT, logged with what is needed and what there is.
 */
enum err pvh_layout(const struct image_file *f, const struct pvh_memory *mem, struct pvh_layout *l);
/* The block, of info_pages zeroed pages. Linux: setup is the file, as far as its setup header. */
void pvh_info_elf(const struct pvh_layout *l, const struct pvh_memory *mem, uint8_t *block);
void pvh_info_linux(const struct pvh_layout *l, const struct pvh_memory *mem, struct span setup,
		    uint8_t *block);
#endif
