/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOAD_PV_H
#define LOAD_PV_H
#include "image.h"
/*
 * A paravirtualised domain as a Xen domain builder makes it, computed: what a
 * kernel asks for, where everything goes, what the page tables and start_info
 * hold (Xen docs/misc/, public/xen.h, "startup layout"). A page is 4096 bytes; PFNs
 * count the domain's pages from 0; the page at PFN n is seen at
 * virt_base + n * 4096 as far as it is mapped.
 */
enum { PV_PAGE = 4096, PV_CMDLINE_MAX = 1023 };

/* What a kernel asks for. */
struct pv_kernel {
	bool is64;
	uint64_t virt_base, entry;    /* addresses */
	uint64_t paddr_offset;	      /* p_paddr - paddr_offset counts bytes from PFN 0 */
	uint64_t start, end;	      /* the image and its symbols: bytes from PFN 0 */
	struct image_symbols symbols; /* at: bytes from PFN 0 */
	bool has_hypercall_page;
	uint64_t hypercall_page; /* bytes from PFN 0; lies inside the image, page-aligned */
	uint64_t init_p2m;	 /* address for the p2m list; 0: among the rest */
	bool mod_start_pfn;	 /* the initrd need not be mapped */
	bool is_linux;		 /* takes one initrd, and knows no list of modules */
	bool extended_cr3;	 /* 32 bits: the root table may lie above 4 GiB */
};
/*
 * Check an image for a domain of this width. Every refusal is logged and
 * ERR_UNSUPPORTED, but for nonsense in the notes, which is ERR_CORRUPT.
 */
enum err pv_kernel(const struct image_file *f, const struct image *img, bool is64,
		   struct pv_kernel *out);

struct pv_range {
	uint64_t pfn, n; /* pages */
};
static inline bool pv_in(const struct pv_range *r, uint64_t pfn)
{
	return pfn >= r->pfn && pfn - r->pfn < r->n;
}

/* One contiguous mapping and the page tables that make it, root first. */
struct pv_map {
	uint64_t va, pfn, n; /* pages; va without the sign extension */
	uint64_t table[5];   /* [level]: PFN of the first table; they follow each other */
	uint64_t n_table[5]; /* [level] */
};

struct pv_layout {
	bool is64;
	uint64_t virt_base;
	uint64_t nr_pages; /* of the domain */
	struct pv_range kernel, start_info, store, console;
	struct pv_range tables;	    /* of map[0], the root first */
	struct pv_range stack;	    /* one page, where the hand-over's last code lies, too */
	struct pv_range initrd;	    /* n == 0: none */
	struct pv_range p2m;	    /* the list of all MFNs */
	struct pv_range p2m_tables; /* n == 0: the list lies in map[0] */
	uint64_t initrd_size;	    /* bytes */
	bool initrd_mapped;
	struct pv_map map[2]; /* from virt_base; and of the p2m list, or n == 0 */
	uint64_t mfn_list;    /* the list's address */
	uint64_t end;	      /* PFNs below are in use or mapped */
};
/* ERR_LIMIT, logged with both sizes: the domain has too few pages. */
enum err pv_layout(const struct image_file *f, const struct pv_kernel *k, uint64_t nr_pages,
		   uint64_t initrd_size, struct pv_layout *out);
/* The address of a PFN that map[0] covers. */
uint64_t pv_va(const struct pv_layout *l, uint64_t pfn);
/* Not a page table of this layout. */
bool pv_writable(const struct pv_layout *l, uint64_t pfn);

/* The frame that a PFN will have. */
typedef uint64_t pv_mfn_fn(void *ctx, uint64_t pfn);
/*
 * The entry of the table of this level (4 or 3: the root, 1: pages) that
 * translates va; 0: not mapped.
 */
uint64_t pv_entry(const struct pv_layout *l, unsigned level, uint64_t va, pv_mfn_fn *mfn,
		  void *ctx);
/* All 512 entries of the table page at pfn, which lies in tables or p2m_tables. */
void pv_table(const struct pv_layout *l, uint64_t pfn, uint64_t entry[512], pv_mfn_fn *mfn,
	      void *ctx);

/* What start_info says that is not ours to decide. */
struct pv_machine {
	struct str magic;     /* at most 31 bytes */
	uint64_t shared_info; /* machine address */
	uint32_t flags;
	uint64_t store_mfn, console_mfn;
	uint32_t store_evtchn, console_evtchn;
};
/* Fills a zeroed page. cmdline is at most PV_CMDLINE_MAX bytes. */
void pv_start_info(const struct pv_layout *l, const struct pv_machine *m, struct str cmdline,
		   uint8_t page[PV_PAGE]);

/*
 * Several files in the place of the initrd: records of 16 bytes, one for each
 * and one of zeros, the command lines, and the files (xen.h, struct
 * xen_multiboot_mod_list). The flag SIF_MULTIBOOT_MOD (4) in
 * start_info tells it from an initrd.
 */
struct pv_module {
	uint64_t at, size; /* of the file: bytes from the first record on, below 4 GiB */
	struct str cmdline;
};
/* Bytes of the records and command lines of n modules; UINT64_MAX: more than there can be. */
uint64_t pv_modules_size(const struct pv_module *m, size_t n);
void pv_modules_write(const struct pv_module *m, size_t n, uint8_t *dst);

/* The calls of Xen's hypercall page, for kernels that want one filled in. */
void pv_hypercall_page(bool is64, uint8_t page[PV_PAGE]);
#endif
