/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../load/pv.h"
#include "kernel.h"
#include <stdlib.h>

static struct kernel k;

/* A kernel of this memory range, checked for a PV domain. */
static enum err ask(struct pv_kernel *out, bool is64)
{
	struct image_file f = kernel_file(&k);
	struct image img;
	try(image_parse(&f, &img));
	return pv_kernel(&f, &img, is64, out);
}

static enum err lay(const struct pv_kernel *want, uint64_t nr_pages, uint64_t initrd,
		    struct pv_layout *l)
{
	struct image_file f = kernel_file(&k);
	return pv_layout(&f, want, nr_pages, initrd, l);
}

static uint64_t field(const uint8_t *page, size_t at, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)page[at + i] << 8 * i;
	return v;
}

/*
 * A domain whose frames are no simple function of the PFN, and a processor
 * that walks its tables. table[pfn] holds the page tables that were made.
 */
struct domain {
	const struct pv_layout *l;
	uint64_t (*table)[512]; /* of the PFNs from l->tables.pfn on, to l->end */
};
static uint64_t mfn_of(void *ctx, uint64_t pfn)
{
	(void)ctx;
	return 0x100000 + (pfn ^ 0x155);
}
static uint64_t pfn_of(uint64_t mfn)
{
	return (mfn - 0x100000) ^ 0x155;
}

static void domain_begin(struct domain *d, const struct pv_layout *l)
{
	d->l = l;
	d->table = calloc((size_t)(l->end - l->tables.pfn), sizeof *d->table);
	check(d->table);
	for (uint64_t pfn = l->tables.pfn; pfn < l->end; pfn++)
		if (!pv_writable(l, pfn))
			pv_table(l, pfn, d->table[pfn - l->tables.pfn], mfn_of, NULL);
}

/* The last entry that translates va, or 0; each table on the way must be one. */
static uint64_t walk(const struct domain *d, uint64_t va)
{
	uint64_t pfn = d->l->tables.pfn, e = 0;
	for (unsigned level = d->l->is64 ? 4 : 3; level > 0; level--) {
		check(!pv_writable(d->l, pfn));
		e = d->table[pfn - d->l->tables.pfn][va >> (12 + 9 * (level - 1)) & 511];
		check_u64(e, pv_entry(d->l, level, va, mfn_of, NULL));
		if (!e)
			return 0;
		check_u64(e & 0xfff, level > 1 ? 0x67 : e & 2 ? 0x23 : 0x21);
		pfn = pfn_of(e >> 12);
	}
	return e;
}

static uint64_t count_present(const struct domain *d)
{
	uint64_t n = 0;
	for (uint64_t pfn = d->l->tables.pfn; pfn < d->l->end; pfn++)
		for (size_t i = 0; i < 512; i++)
			n += d->table[pfn - d->l->tables.pfn][i] != 0;
	return n;
}

/* Everything that must be mapped is, read-only where it must be, and nothing else is. */
static void check_tree(const struct pv_layout *l)
{
	struct domain d;
	domain_begin(&d, l);
	for (size_t m = 0; m < 2; m++)
		for (uint64_t i = 0; i < l->map[m].n; i++) {
			uint64_t e = walk(&d, l->map[m].va + i * 4096), pfn = l->map[m].pfn + i;
			check_u64(e >> 12, mfn_of(NULL, pfn));
			check_u64(e & 2, pv_writable(l, pfn) ? 2 : 0);
		}
	/* Each table but the root has one entry above it. */
	check_u64(count_present(&d), l->map[0].n + l->map[1].n + l->tables.n + l->p2m_tables.n - 1);
	free(d.table);
}

/* Appendix A of the facts: Debian trixie's cloud kernel in 1 GiB with an initrd of 30 MiB. */
static void example(struct pv_layout *l)
{
	struct pv_kernel want;
	kernel_linux(&k);
	put_n(&k, phdr_at(&k, 0, 40), 0x3200000, 8);
	check_ok(ask(&want, true));
	check_u64(want.end, 0x4200000);
	check_ok(lay(&want, 0x40000, 30 << 20, l));
}

TEST(worked_example)
{
	struct pv_layout l;
	example(&l);
	check(l.kernel.pfn == 0x1000 && l.kernel.n == 0x3200);
	check(l.start_info.pfn == 0x4200 && l.store.pfn == 0x4201 && l.console.pfn == 0x4202);
	check(l.tables.pfn == 0x4203 && l.tables.n == 37);
	check(l.stack.pfn == 0x4228);
	check_u64(l.map[0].n, 0x4400);
	check(l.initrd.pfn == 0x4400 && l.initrd.n == 0x1e00 && !l.initrd_mapped);
	check(l.p2m.pfn == 0x6200 && l.p2m.n == 0x200);
	check(l.p2m_tables.pfn == 0x6400 && l.p2m_tables.n == 3);
	check_u64(l.mfn_list, 0x8000000000);
	check_u64(pv_va(&l, l.start_info.pfn), 0xffffffff84200000);
	check_u64(pv_va(&l, l.tables.pfn), 0xffffffff84203000);
	check_u64(pv_va(&l, l.stack.pfn) + 4096, 0xffffffff84229000);
	check_u64(l.end, 0x6403);
	check_tree(&l);
}

TEST(start_info_of_the_example)
{
	uint8_t page[4096] = { 0 };
	struct pv_layout l;
	struct pv_machine m = { .magic = STR("xen-3.0-x86_64"),
				.shared_info = 0x12345000,
				.flags = 16,
				.store_mfn = 0xabc,
				.console_mfn = 0xdef,
				.store_evtchn = 1,
				.console_evtchn = 2 };
	example(&l);
	pv_start_info(&l, &m, STR("root=/dev/xvda1 ro"), page);
	check(strcmp((char *)page, "xen-3.0-x86_64") == 0);
	check_u64(field(page, 32, 8), 0x40000);
	check_u64(field(page, 40, 8), 0x12345000);
	check_u64(field(page, 48, 4), 16 | 8);
	check_u64(field(page, 56, 8), 0xabc);
	check_u64(field(page, 64, 4), 1);
	check_u64(field(page, 72, 8), 0xdef);
	check_u64(field(page, 80, 4), 2);
	check_u64(field(page, 88, 8), 0xffffffff84203000);
	check_u64(field(page, 96, 8), 37);
	check_u64(field(page, 104, 8), 0x8000000000);
	check_u64(field(page, 112, 8), 0x4400);
	check_u64(field(page, 120, 8), 30 << 20);
	check(strcmp((char *)page + 128, "root=/dev/xvda1 ro") == 0);
	check_u64(field(page, 1152, 8), 0x6200);
	check_u64(field(page, 1160, 8), 0x203);
}

TEST(no_initrd)
{
	uint8_t page[4096] = { 0 };
	struct pv_kernel want;
	struct pv_layout l;
	struct pv_machine m = { .magic = STR("xen-3.0-x86_64") };
	kernel_linux(&k);
	check_ok(ask(&want, true));
	check_ok(lay(&want, 0x10000, 0, &l));
	check_u64(l.initrd.n, 0);
	pv_start_info(&l, &m, STR(""), page);
	check_u64(field(page, 48, 4), 0);
	check_u64(field(page, 112, 8), 0);
	check_tree(&l);
}

/* Mini-OS, our own image: base 0, nothing asked for. */
static void small_kernel(bool is32, uint64_t base, uint64_t offset, uint64_t paddr, uint64_t len)
{
	kernel_begin(&k, is32);
	kernel_entry(&k, paddr - offset + base);
	k.n = 4096;
	note_text(&k, XEN_NOTE_LOADER, "generic");
	note_text(&k, XEN_NOTE_XEN_VERSION, "xen-3.0");
	note_num(&k, XEN_NOTE_VIRT_BASE, base, 8);
	if (offset)
		note_num(&k, XEN_NOTE_PADDR_OFFSET, offset, 8);
	note_num(&k, XEN_NOTE_HYPERCALL_PAGE, paddr - offset + base + 0x1000, 8);
	note_text(&k, XEN_NOTE_PAE_MODE, "yes");
	phdr(&k, 4, 4096, 0, k.n - 4096, 0);
	phdr(&k, 1, 64, paddr, 100, len);
}

TEST(everything_in_one_map)
{
	struct pv_kernel want;
	struct pv_layout l;
	uint8_t page[4096] = { 0 };
	struct pv_machine m = { .magic = STR("xen-3.0-x86_64") };
	small_kernel(false, 0, 0, 0x100000, 0x80123);
	check_ok(ask(&want, true));
	check(want.has_hypercall_page && want.hypercall_page == 0x101000);
	check_ok(lay(&want, 0x4000, 5000, &l));
	check(l.initrd_mapped && l.initrd.pfn == 0x181 && l.initrd.n == 2);
	check(l.p2m.pfn == 0x183 && l.p2m.n == 0x20 && !l.p2m_tables.n);
	check_u64(l.mfn_list, 0x183000);
	check_u64(l.start_info.pfn, 0x1a3);
	check_u64(l.map[0].n, 0x400);
	check(l.tables.n == 5); /* one of each, and two for 4 MiB */
	check_u64(l.end, 0x400);
	check_tree(&l);
	pv_start_info(&l, &m, STR(""), page);
	check_u64(field(page, 48, 4), 0);
	check_u64(field(page, 112, 8), 0x181000);
	check_u64(field(page, 1152, 8), 0);
}

TEST(netbsd_has_virtual_paddr)
{
	struct pv_kernel want;
	struct pv_layout l;
	small_kernel(false, LINUX_BASE, LINUX_BASE, LINUX_BASE + 0x200000, 0x5000);
	check_ok(ask(&want, true));
	check(want.start == 0x200000 && want.end == 0x205000);
	check_u64(want.entry, LINUX_BASE + 0x200000);
	check_ok(lay(&want, 0x4000, 0, &l));
	check_u64(l.kernel.pfn, 0x200);
	check_u64(l.mfn_list, LINUX_BASE + 0x205000);
	check_tree(&l);
}

/* illumos: values of 4 bytes, no ENTRY, no hypercall page. */
TEST(illumos_has_short_values)
{
	struct pv_kernel want;
	kernel_begin(&k, false);
	kernel_entry(&k, 0x40800010);
	k.n = 4096;
	note_text(&k, XEN_NOTE_LOADER, "generic");
	note_text(&k, XEN_NOTE_XEN_VERSION, "xen-3.0");
	note_text(&k, XEN_NOTE_GUEST_OS, "Solaris");
	note_num(&k, XEN_NOTE_VIRT_BASE, 0x40000000, 4);
	note_num(&k, XEN_NOTE_PADDR_OFFSET, 0x40000000, 4);
	phdr(&k, 4, 4096, 0, k.n - 4096, 0);
	phdr(&k, 1, 64, 0x40800000, 100, 0x5000);
	check_ok(ask(&want, true));
	check(want.start == 0x800000 && want.end == 0x805000);
	check_u64(want.entry, 0x40800010);
	check(!want.has_hypercall_page && !want.mod_start_pfn && !want.is_linux);
}

static void netbsd(bool is32)
{
	const uint64_t base = is32 ? 0xc0000000 : LINUX_BASE;
	small_kernel(is32, base, base, base + 0x200000, 0x5003);
	put_n(&k, phdr_at(&k, 0, 0), 0, 4);
	k.n = 4096 + 0x1000;
	size_t at = k.n;
	note_text(&k, XEN_NOTE_LOADER, "generic");
	note_text(&k, XEN_NOTE_XEN_VERSION, "xen-3.0");
	note_num(&k, XEN_NOTE_VIRT_BASE, base, is32 ? 4 : 8);
	note_num(&k, XEN_NOTE_PADDR_OFFSET, base, is32 ? 4 : 8);
	note_text(&k, XEN_NOTE_PAE_MODE, "yes");
	note_text(&k, XEN_NOTE_BSD_SYMTAB, "yes");
	phdr(&k, 4, at, 0, k.n - at, 0);
}

TEST(symbols_of_netbsd)
{
	for (int is32 = 0; is32 < 2; is32++) {
		const size_t w = is32 ? 4 : 8, head = is32 ? 4 + 52 + 120 : 4 + 64 + 192;
		const size_t sym_at = (head + w - 1) / w * w,
			     str_at = sym_at + (0x105 + w - 1) / w * w;
		struct pv_kernel want;
		struct pv_layout l;
		static uint8_t b[0x2000];
		netbsd(is32);
		kernel_symbols(&k, 0x105, 0x733);
		check_ok(ask(&want, !is32));
		check_u64(want.symbols.at, is32 ? 0x205004 : 0x205008);
		check_u64(want.symbols.size, (str_at + 0x733 + w - 1) / w * w);
		check_u64(want.end, want.symbols.at + want.symbols.size);
		check_ok(lay(&want, 0x4000, 0, &l));
		check_u64(l.p2m.pfn, (want.end + 4095) / 4096);
		image_symbols_copy(&want.symbols, 0, b, (size_t)want.symbols.size);
		check_u64(field(b, 0, 4), str_at + 0x733 - 4);
		check(memcmp(b + 4, k.b, 20) == 0);
		const uint8_t *elf = b + 4, *sh = elf + (is32 ? 52 : 64);
		check_u64(field(elf, is32 ? 28 : 32, w), 0);
		check_u64(field(elf, is32 ? 32 : 40, w), is32 ? 52 : 64);
		check_u64(field(elf, is32 ? 44 : 56, 2), 0); /* no program headers */
		check_u64(field(elf, is32 ? 48 : 60, 2), 3);
		const uint8_t *sym = sh + (is32 ? 40 : 64), *str = sym + (is32 ? 40 : 64);
		check_u64(field(sym, 4, 4), 2);
		check_u64(field(sym, is32 ? 24 : 40, 4), 2);
		check(memcmp(elf + field(sym, is32 ? 16 : 24, w), k.b + 0x3001, 0x105) == 0);
		check_u64(field(str, 4, 4), 3);
		check(memcmp(elf + field(str, is32 ? 16 : 24, w), k.b + 0x5000, 0x733) == 0);
		/* In pieces it is the same. */
		for (size_t at = 0; at < want.symbols.size; at += 7) {
			uint8_t piece[7];
			size_t n = min_size(7, (size_t)want.symbols.size - at);
			image_symbols_copy(&want.symbols, at, piece, n);
			check(memcmp(piece, b + at, n) == 0);
		}
	}
}

TEST(symbols_that_are_not_there)
{
	struct pv_kernel want;
	netbsd(false);
	check_ok(ask(&want, true)); /* a stripped kernel */
	check(want.symbols.size == 0 && want.end == 0x205003);
	netbsd(false);
	kernel_symbols(&k, 0x105, 1 << 20);
	check_ok(ask(&want, true));
	check(want.symbols.size == 0 && want.end == 0x205003);
	check(test_logged("vmlinux: boots without its symbols"));
	netbsd(false);
	kernel_symbols(&k, 0x105, 0x733);
	put_n(&k, 0x8000 + 2 * 64 + 40, 77, 4);
	check_ok(ask(&want, true));
	check(want.symbols.size == 0);
	check(test_logged("symbol table without strings"));
	kernel_linux(&k); /* who does not ask for them gets none */
	kernel_symbols(&k, 0x105, 0x733);
	check_ok(ask(&want, true));
	check_u64(want.symbols.size, 0);
}

TEST(lists_of_modules)
{
	static uint8_t list[4096];
	const struct pv_module m[] = { { 0x1000, 1, STR("") }, { 0x2000, 0x1001, STR("/b --x") } };
	check_u64(pv_modules_size(m, 2), 48 + 1 + 7);
	memset(list, 0xa5, sizeof list);
	pv_modules_write(m, 2, list);
	check(field(list, 0, 4) == 0x1000 && field(list, 4, 4) == 0x1000);
	check(field(list, 8, 4) == 48 && field(list, 12, 4) == 0);
	check(field(list, 16, 4) == 0x2000 && field(list, 20, 4) == 0x3000);
	check(field(list, 24, 4) == 49 && field(list, 28, 4) == 0);
	check(field(list, 32, 8) == 0 && field(list, 40, 8) == 0);
	check(list[48] == 0 && strcmp((char *)list + 49, "/b --x") == 0 && list[56] == 0xa5);
	check_u64(pv_modules_size(m, SIZE_MAX), UINT64_MAX);
}

/* A base inside a table's range: the map does not begin where a table does. */
TEST(odd_bases)
{
	static const uint64_t base[] = { 0x7fe000, 0x3ffff000, 0x7fbfffe000, 0xffffffff80123000,
					 0xffff880000000000 };
	for (size_t i = 0; i < array_len(base); i++) {
		struct pv_kernel want;
		struct pv_layout l;
		small_kernel(false, base[i], 0, 0x100000, 0x345678);
		check_ok(ask(&want, true));
		check_ok(lay(&want, 0x40000, 5 << 20, &l));
		check_u64((base[i] + l.map[0].n * 4096) % (4 << 20), 0);
		check(l.map[0].n >= l.stack.pfn + 1 + 128);
		check_tree(&l);
	}
}

TEST(large_domains)
{
	static const uint64_t mib[] = { 64, 128, 3993, 5120, 131072 };
	for (size_t i = 0; i < array_len(mib); i++) {
		struct pv_kernel want;
		struct pv_layout l;
		kernel_linux(&k);
		check_ok(ask(&want, true));
		check_ok(lay(&want, mib[i] * 256, 1, &l));
		check_u64(l.p2m.n, (mib[i] * 256 * 8 + 4095) / 4096);
		check(l.end < 0x2000 + l.p2m.n + l.p2m_tables.n);
		check_tree(&l);
	}
}

TEST(width_32)
{
	struct pv_kernel want;
	struct pv_layout l;
	static const uint64_t base[] = { 0, 0xc0000000 };
	for (size_t i = 0; i < array_len(base); i++) {
		small_kernel(true, base[i], 0, 0x100000, 0x2000);
		check_ok(ask(&want, false));
		check(want.extended_cr3);
		check_ok(lay(&want, 0x8000, 1 << 20, &l));
		check_u64(l.p2m.n, 0x20);
		/* Root, second level tables up to entry 3, 4 MiB of first level ones. */
		check_u64(l.tables.n, 1 + (base[i] ? 1 : 4) + 2);
		struct domain d;
		domain_begin(&d, &l);
		check(d.table[0][3] != 0);
		for (uint64_t pfn = 0; pfn < l.map[0].n; pfn++)
			check_u64(walk(&d, base[i] + pfn * 4096) >> 12, mfn_of(NULL, pfn));
		free(d.table);
	}
}

TEST(what_does_not_fit)
{
	struct pv_kernel want;
	struct pv_layout l;
	kernel_linux(&k);
	check_ok(ask(&want, true));
	check_err(lay(&want, 512 * 256, 790ull << 20, &l), ERR_LIMIT);
	check(test_logged("vmlinux: needs 812 MiB, guest has 512 MiB"));
	check_err(lay(&want, 100, 0, &l), ERR_LIMIT);
	check_err(lay(&want, 1 << 20, UINT64_MAX, &l), ERR_LIMIT);
	small_kernel(false, 0xffff800000000000, 0, 0x100000, 0x2000);
	check_ok(ask(&want, true));
	check_err(lay(&want, 1 << 18, 0, &l), ERR_UNSUPPORTED);
	small_kernel(true, 0xf5000000, 0, 0x100000, 0x2000);
	check_ok(ask(&want, false));
	check_err(lay(&want, 1 << 18, 64 << 20, &l), ERR_UNSUPPORTED);
}

TEST(refusals_name_the_reason)
{
	struct pv_kernel want;
	kernel_linux(&k);
	check_err(ask(&want, false), ERR_UNSUPPORTED);
	check(test_logged("a 64-bit kernel in a 32-bit PV guest: use domboot-x86_64"));
	kernel_linux(&k);
	put_n(&k, phdr_at(&k, 1, 0), 0, 4); /* no PT_NOTE */
	check_err(ask(&want, true), ERR_UNSUPPORTED);
	check(test_logged("vmlinux: no Xen notes: built without CONFIG_XEN_PV"));
	kernel_begin(&k, false);
	k.n = 4096;
	note_num(&k, XEN_NOTE_PHYS32_ENTRY, 0x100000, 4);
	phdr(&k, 4, 4096, 0, k.n - 4096, 0);
	phdr(&k, 1, 64, 0x100000, 8, 8);
	check_err(ask(&want, true), ERR_UNSUPPORTED);
	check(test_logged("not a PV kernel: boots with type=\"pvh\" only"));
}

static enum err with_note(enum xen_note type, const char *text)
{
	struct pv_kernel want;
	kernel_linux(&k);
	size_t n = k.n;
	k.n = 4096 + k.b[phdr_at(&k, 1, 32)] + 256u * k.b[phdr_at(&k, 1, 33)];
	note_text(&k, type, text);
	put_n(&k, phdr_at(&k, 1, 32), k.n - 4096, 8);
	k.n = n;
	return ask(&want, true);
}

TEST(features)
{
	check_ok(with_note(XEN_NOTE_FEATURES, ""));
	check_ok(with_note(XEN_NOTE_FEATURES, "!writable_page_tables|pae_pgdir_above_4gb"));
	check_ok(with_note(XEN_NOTE_FEATURES, "something_new|!pae_pgdir_above_4gb"));
	check_err(with_note(XEN_NOTE_FEATURES, "!something_new"), ERR_UNSUPPORTED);
	check(test_logged("demands the Xen feature something_new"));
	check_err(with_note(XEN_NOTE_FEATURES, "x|!dom0"), ERR_UNSUPPORTED);
	check_err(with_note(XEN_NOTE_FEATURES, "!auto_translated_physmap"), ERR_UNSUPPORTED);
	check_err(with_note(XEN_NOTE_XEN_VERSION, "xen-4.0"), ERR_UNSUPPORTED);
	check_err(with_note(XEN_NOTE_LOADER, "special"), OK); /* the guest is linux */
}

/* A number's note, given once more: the last one counts. */
static enum err with_number(enum xen_note type, uint64_t v, struct pv_kernel *want)
{
	kernel_linux(&k);
	size_t n = k.n;
	k.n = 4096 + k.b[phdr_at(&k, 1, 32)] + 256u * k.b[phdr_at(&k, 1, 33)];
	note_num(&k, type, v, 8);
	put_n(&k, phdr_at(&k, 1, 32), k.n - 4096, 8);
	k.n = n;
	return ask(want, true);
}

TEST(numbers_that_make_no_sense)
{
	struct pv_kernel want;
	check_err(with_number(XEN_NOTE_ENTRY, 0x1000, &want), ERR_CORRUPT);
	check_err(with_number(XEN_NOTE_ENTRY, LINUX_BASE + 0xffffff, &want), ERR_CORRUPT);
	check_err(with_number(XEN_NOTE_ENTRY, LINUX_BASE + 0x1005000, &want), ERR_CORRUPT);
	check_err(with_number(XEN_NOTE_VIRT_BASE, UINT64_MAX, &want), ERR_CORRUPT);
	check_err(with_number(XEN_NOTE_PADDR_OFFSET, 0x1000001, &want), ERR_CORRUPT);
	check_err(with_number(XEN_NOTE_HYPERCALL_PAGE, LINUX_BASE, &want), ERR_CORRUPT);
	check_err(with_number(XEN_NOTE_HYPERCALL_PAGE, 0, &want), ERR_CORRUPT);
	check_ok(with_number(XEN_NOTE_HYPERCALL_PAGE, LINUX_BASE + 0x1004000, &want));
	/* INIT_P2M is honoured below the base and page-aligned only. */
	check_ok(with_number(XEN_NOTE_INIT_P2M, UINT64_MAX - 4095, &want));
	check_u64(want.init_p2m, 0);
	check_ok(with_number(XEN_NOTE_INIT_P2M, 0x8000000001, &want));
	check_u64(want.init_p2m, 0);
}

TEST(hypercall_pages)
{
	static uint8_t page[4096];
	pv_hypercall_page(true, page);
	check(memcmp(page + 26 * 32, "\x51\x41\x53\xb8\x1a\0\0\0\x0f\x05\x41\x5b\x59\xc3\xcc",
		     15) == 0);
	check(memcmp(page + 23 * 32, "\x51\x41\x53\x50\xb8\x17\0\0\0\x0f\x05\xcc", 12) == 0);
	pv_hypercall_page(false, page);
	check(memcmp(page + 127 * 32, "\xb8\x7f\0\0\0\xcd\x82\xc3\xcc", 9) == 0);
	check(memcmp(page + 23 * 32, "\x50\xb8\x17\0\0\0\xcd\x82\xcc", 9) == 0);
}
