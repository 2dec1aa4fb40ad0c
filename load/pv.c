/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pv.h"
#include "../core/base/str.h"

enum {
	SPARE_PAGES = 128, /* mapped behind the stack: 512 KiB */
	MAP_ALIGN = 1024,  /* pages: the map ends at 4 MiB */
	TABLE_ENTRIES_BITS = 9,
};
/* Addresses that are Xen's own: root entries 256 to 271; 32 bits: from here on. */
#define XEN_LOW_64  0x800000000000ull /* without the sign extension */
#define XEN_HIGH_64 0x880000000000ull
#define XEN_LOW_32  0xf5800000ull
#define VA_MASK	    0xffffffffffffull
/* More than any domain has, and few enough to count on from there. */
#define PAGES_SANE (1ull << 36)

static uint64_t pages(uint64_t bytes)
{
	return bytes / PV_PAGE + (bytes % PV_PAGE != 0);
}

static uint64_t note(const struct image *img, enum xen_note n, uint64_t otherwise)
{
	return xen_note_has(&img->xen, n) ? img->xen.num[n] : otherwise;
}

/* What a PV domain of today has; "!" demands, other names are told for information. */
static enum err check_features(const struct image_file *f, struct str features)
{
	static const char *const met[] = { "writable_page_tables", "writable_descriptor_tables",
					   "pae_pgdir_above_4gb" };
	struct str name;
	while (str_split(&features, '|', &name)) {
		bool known = !str_starts(name, STR("!"));
		for (size_t i = 0; i < array_len(met); i++)
			known |= str_eq(str_sub(name, 1, name.n), str_of(met[i]));
		if (!known)
			return image_fail(f, ERR_UNSUPPORTED,
					  "demands the Xen feature %.*s, which a PV guest has not",
					  STR_ARG(str_sub(name, 1, name.n)));
	}
	return OK;
}

static enum err check_kind(const struct image_file *f, const struct image *img, bool is64)
{
	const struct xen_notes *x = &img->xen;
	if (!x->present)
		return image_fail(f, ERR_UNSUPPORTED,
				  "no Xen notes: built without CONFIG_XEN_PV, or not for Xen");
	if (!str_starts(x->text[XEN_NOTE_LOADER], STR("generic")) &&
	    !str_starts(x->text[XEN_NOTE_GUEST_OS], STR("linux")))
		return image_fail(f, ERR_UNSUPPORTED,
				  xen_note_has(x, XEN_NOTE_PHYS32_ENTRY)
					  ? "not a PV kernel: boots with type=\"pvh\" only"
					  : "Xen notes without LOADER=generic: not a PV kernel");
	if (!str_starts(x->text[XEN_NOTE_XEN_VERSION], STR("xen-3.0")))
		return image_fail(f, ERR_UNSUPPORTED, "made for \"%.*s\", not for xen-3.0",
				  STR_ARG(x->text[XEN_NOTE_XEN_VERSION]));
	if (img->is64 != is64)
		return image_fail(f, ERR_UNSUPPORTED,
				  "a %d-bit kernel in a %d-bit PV guest: use domboot-x86_%d",
				  img->is64 ? 64 : 32, is64 ? 64 : 32, img->is64 ? 64 : 32);
	if (!is64 && (!xen_note_has(x, XEN_NOTE_PAE_MODE) ||
		      str_starts(x->text[XEN_NOTE_PAE_MODE], STR("no"))))
		return image_fail(f, ERR_UNSUPPORTED, "a 32-bit kernel without PAE");
	return check_features(f, x->text[XEN_NOTE_FEATURES]);
}

/* The hypercall page: an address, or in the legacy string a page number. */
static enum err hypercall_page(const struct image_file *f, const struct image *img,
			       struct pv_kernel *k)
{
	uint64_t at = note(img, XEN_NOTE_HYPERCALL_PAGE, 0);
	k->has_hypercall_page = xen_note_has(&img->xen, XEN_NOTE_HYPERCALL_PAGE);
	if (!k->has_hypercall_page)
		return OK;
	k->hypercall_page = img->xen.legacy ? at << 12 : at - k->virt_base;
	if (k->hypercall_page % PV_PAGE || k->hypercall_page < k->start ||
	    k->hypercall_page >= k->end)
		return image_fail(f, ERR_CORRUPT, "hypercall page %llx lies outside the image",
				  (unsigned long long)at);
	return OK;
}

static enum err check_place(const struct image_file *f, const struct image *img,
			    struct pv_kernel *k)
{
	if (xen_note_has(&img->xen, XEN_NOTE_PADDR_OFFSET) &&
	    !xen_note_has(&img->xen, XEN_NOTE_VIRT_BASE))
		return image_fail(f, ERR_CORRUPT, "Xen note PADDR_OFFSET without VIRT_BASE");
	if (k->virt_base % PV_PAGE || img->low < k->paddr_offset)
		return image_fail(
			f, ERR_CORRUPT, "Xen notes: base %llx, offset %llx, image at %llx",
			(unsigned long long)k->virt_base, (unsigned long long)k->paddr_offset,
			(unsigned long long)img->low);
	k->start = img->low - k->paddr_offset;
	k->end = img->high - k->paddr_offset;
	if (k->entry - k->virt_base < k->start || k->entry - k->virt_base >= k->end)
		return image_fail(f, ERR_CORRUPT, "entry point %llx lies outside the image",
				  (unsigned long long)k->entry);
	return hypercall_page(f, img, k);
}

enum err pv_kernel(const struct image_file *f, const struct image *img, bool is64,
		   struct pv_kernel *k)
{
	try(check_kind(f, img, is64));
	const struct xen_notes *x = &img->xen;
	*k = (struct pv_kernel){ .is64 = is64 };
	k->virt_base = note(img, XEN_NOTE_VIRT_BASE, 0);
	k->paddr_offset = note(img, XEN_NOTE_PADDR_OFFSET, x->legacy ? k->virt_base : 0);
	k->entry = note(img, XEN_NOTE_ENTRY, img->entry);
	k->mod_start_pfn = note(img, XEN_NOTE_MOD_START_PFN, 0) != 0;
	k->is_linux = str_starts(x->text[XEN_NOTE_GUEST_OS], STR("linux"));
	k->extended_cr3 = str_starts(x->text[XEN_NOTE_PAE_MODE],
				     x->legacy ? STR("yes[extended-cr3]") : STR("yes"));
	uint64_t p2m = note(img, XEN_NOTE_INIT_P2M, 0);
	/* Its tables hang off the root alone, so it must not share a root entry with the rest. */
	if (is64 && p2m % PV_PAGE == 0 && p2m < k->virt_base && p2m >> 39 != k->virt_base >> 39)
		k->init_p2m = p2m;
	try(check_place(f, img, k));
	image_symbols(f, img, &k->end, &k->symbols);
	return OK;
}

/* Tables of each level below the root's for n pages at va. Returns their number. */
static uint64_t count_tables(struct pv_map *m, unsigned top, bool pae)
{
	uint64_t sum = 0;
	for (unsigned level = top; level > 0; level--) {
		unsigned shift = 12 + TABLE_ENTRIES_BITS * level; /* of what one table covers */
		uint64_t first = m->va >> shift, last = (m->va + m->n * PV_PAGE - 1) >> shift;
		/* PAE: root entry 3 must always be there. */
		if (pae && level == 2)
			last = 3;
		m->n_table[level] = last - first + 1;
		sum += m->n_table[level];
	}
	return sum;
}

static void place_tables(struct pv_map *m, unsigned top, uint64_t pfn)
{
	for (unsigned level = top; level > 0; level--) {
		m->table[level] = pfn;
		pfn += m->n_table[level];
	}
}

static struct pv_range take(uint64_t *at, uint64_t n)
{
	struct pv_range r = { *at, n };
	*at += n;
	return r;
}

/*
 * The map covers the tables that make it: grow it until it does. Each round
 * adds a step of 4 MiB, and one such step needs four more tables at most.
 */
static void map_all(struct pv_layout *l, uint64_t *at)
{
	struct pv_map *m = &l->map[0];
	uint64_t base = l->virt_base / PV_PAGE, n = 0;
	m->va = l->virt_base & VA_MASK;
	do {
		m->n = ((base + *at + n + 1 + SPARE_PAGES + MAP_ALIGN - 1) & ~(MAP_ALIGN - 1ull)) -
		       base;
		l->tables.n = n;
		n = count_tables(m, l->is64 ? 4 : 3, !l->is64);
	} while (n != l->tables.n);
	l->tables = take(at, n);
	place_tables(m, l->is64 ? 4 : 3, l->tables.pfn);
	l->stack = take(at, 1);
	*at = m->n;
}

static void map_p2m(struct pv_layout *l, uint64_t va, uint64_t *at)
{
	struct pv_map *m = &l->map[1];
	*m = (struct pv_map){ .va = va & VA_MASK, .pfn = l->p2m.pfn, .n = l->p2m.n };
	l->p2m_tables = take(at, count_tables(m, 3, false));
	place_tables(m, 3, l->p2m_tables.pfn);
}

static bool addresses_fit(const struct pv_layout *l)
{
	for (size_t i = 0; i < array_len(l->map); i++) {
		const struct pv_map *m = &l->map[i];
		uint64_t end = m->va + m->n * PV_PAGE;
		if (l->is64 ? m->va < XEN_HIGH_64 && end > XEN_LOW_64 : end > XEN_LOW_32)
			return false;
		if (end > VA_MASK + 1)
			return false;
	}
	return !l->is64 || l->virt_base < XEN_LOW_64 || l->virt_base >> 47 == 0x1ffff;
}

enum err pv_layout(const struct image_file *f, const struct pv_kernel *k, uint64_t nr_pages,
		   uint64_t initrd_size, struct pv_layout *l)
{
	uint64_t at = pages(k->end), initrd = pages(initrd_size);
	uint64_t p2m = pages(nr_pages * (k->is64 ? 8 : 4));
	*l = (struct pv_layout){ .is64 = k->is64, .virt_base = k->virt_base, .nr_pages = nr_pages };
	l->initrd_size = initrd_size;
	l->initrd_mapped = !k->mod_start_pfn;
	l->kernel = (struct pv_range){ k->start / PV_PAGE, at - k->start / PV_PAGE };
	bool big = at > PAGES_SANE || initrd > PAGES_SANE;
	if (!big) {
		if (initrd && l->initrd_mapped)
			l->initrd = take(&at, initrd);
		if (!k->init_p2m)
			l->p2m = take(&at, p2m);
		l->start_info = take(&at, 1);
		l->store = take(&at, 1);
		l->console = take(&at, 1);
		map_all(l, &at);
		if (initrd && !l->initrd_mapped)
			l->initrd = take(&at, initrd);
		if (k->init_p2m) {
			l->p2m = take(&at, p2m);
			map_p2m(l, k->init_p2m, &at);
		}
	} else {
		at += initrd;
	}
	l->mfn_list = k->init_p2m ? k->init_p2m : pv_va(l, l->p2m.pfn);
	l->end = at;
	if (at > nr_pages)
		return image_fail(f, ERR_LIMIT, "needs %llu MiB, guest has %llu MiB",
				  (unsigned long long)(at + 255) / 256,
				  (unsigned long long)nr_pages / 256);
	if (!addresses_fit(l))
		return image_fail(f, ERR_UNSUPPORTED, "addresses from %llx on are Xen's own",
				  (unsigned long long)l->virt_base);
	return OK;
}

uint64_t pv_va(const struct pv_layout *l, uint64_t pfn)
{
	return l->virt_base + pfn * PV_PAGE;
}

bool pv_writable(const struct pv_layout *l, uint64_t pfn)
{
	return !pv_in(&l->tables, pfn) && !pv_in(&l->p2m_tables, pfn);
}
