/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hand-over to a PV kernel, of both widths: see pv_domain.h. */
#include "../pv_domain.h"
#include <zlib.h>

TEST(linux_like)
{
	domain();
	payload(LINUX_BASE, 0x1000000, true, true);
	files();
	check_ok(boot());
	check_domain(LINUX_BASE, 0x1000000, true, true);
	/* Its own root entry is empty in the loader's tables: that one is changed. */
	check_u64(jump.graft.ptr, 0x4000);
	check((jump.graft.val & 0xfff) == 0x67);
}

/* Base 0 as we have it ourselves: everything in one map, over the loader's own pages. */
TEST(over_the_loader_itself)
{
	domain();
	payload(0, 0x100000, false, false);
	files();
	live_levels = 0;
	check_ok(boot());
	check_domain(0, 0x100000, false, false);
	check_u64(jump.graft.ptr, 0x1000);
	check_u64(jump.graft.val & 0xfff, 0x23);
}

/* A kernel that asks for no unmapped initrd, packed as a file. */
TEST(packed_as_a_file)
{
	domain();
	payload(LINUX_BASE, 0x1000000, true, false);
	files();
	z_stream z = {
		.next_in = k.b, .avail_in = (uInt)k.n, .next_out = image, .avail_out = INITRD_AT
	};
	check(deflateInit2(&z, 1, Z_DEFLATED, 31, 8, 0) == Z_OK);
	check(deflate(&z, Z_FINISH) == Z_STREAM_END);
	plan.kernel.node.size = z.total_out;
	deflateEnd(&z);
	check_ok(boot());
	check_domain(LINUX_BASE, 0x1000000, true, false);
}

/* Hardly more memory than the layout needs, and taken pages everywhere. */
TEST(tight_memory)
{
	domain();
	payload(LINUX_BASE, 0x400000, true, true);
	files();
	uint32_t r = 7;
	for (uint64_t pfn = 0x300; pfn < PAGES; pfn++) {
		r = r * 1103515245 + 12345;
		if (kind[pfn] == MEM_FREE && r >> 28 < 9 && pfn < 0x3800)
			kind[pfn] = r >> 20 & 1 ? MEM_GIVEN : r >> 21 & 1 ? MEM_TABLE : MEM_USED;
	}
	check_ok(boot());
	check_domain(LINUX_BASE, 0x400000, true, true);
}

/* --- 32 bits ---------------------------------------------------------------- */

TEST(a_32_bit_kernel)
{
	domain_of(false, 0x5000);
	pae = "yes";
	payload(0xc0000000, 0x100000, false, false);
	files();
	check_ok(boot());
	check_domain(0xc0000000, 0x100000, false, false);
	check_u64(jump.graft.ptr, 0x3000);
	check_u64(jump.graft.val & 0xfff, 0x67);
	/* Entry 3 of the root is there, and only what the map needs. */
	const uint64_t *root = (const uint64_t *)(const void *)frame(pinned);
	for (size_t i = 0; i < 512; i++)
		check((root[i] != 0) == (i == 3));
	pae = NULL;
}

/* As our own image: base 0 with all four entries of the root, an initrd by its PFN. */
TEST(a_32_bit_kernel_over_the_loader_itself)
{
	domain_of(false, 0x5000);
	pae = "yes";
	payload(0, 0x100000, false, true);
	files();
	live_levels = 0;
	check_ok(boot());
	check_domain(0, 0x100000, false, true);
	check_u64(jump.graft.ptr, 0x1000);
	const uint64_t *root = (const uint64_t *)(const void *)frame(pinned);
	for (size_t i = 0; i < 512; i++)
		check((root[i] != 0) == (i < 4));
	pae = NULL;
}

/* Without extended CR3 the root must lie in the machine's first 4 GiB. */
TEST(a_root_table_below_4_gib)
{
	pae = "bimodal";
	domain_of(false, 0x100000 - 64);
	payload(0xc0000000, 0x100000, false, false);
	files();
	check_ok(boot());
	check_domain(0xc0000000, 0x100000, false, false);
	check(pinned < 0x100000);
	domain_of(false, 0x100000);
	remember();
	check_err(boot(), ERR_NOMEM);
	check(test_logged("first 4 GiB"));
	check_unchanged();
	pae = NULL;
}

TEST(the_other_width)
{
	domain_of(true, 0x5000);
	payload(LINUX_BASE, 0x1000000, true, true);
	files();
	wide = false;
	check_err(boot(), ERR_UNSUPPORTED);
	check(test_logged("a 64-bit kernel in a 32-bit PV guest: use domboot-x86_64"));
	pae = "yes";
	payload(0xc0000000, 0x100000, false, false);
	files();
	wide = true;
	check_err(boot(), ERR_UNSUPPORTED);
	check(test_logged("a 32-bit kernel in a 64-bit PV guest: use domboot-x86_32"));
	pae = NULL;
}

/* --- modules, symbols -------------------------------------------------------- */

/* Two modules in the initrds' place: their list is the first page there. */
static void check_modules(uint64_t base, bool mod_note)
{
	bool w;
	uint8_t *si = see(jump.start_info, &w);
	const uint64_t *list = check_p2m(word(si, 104));
	uint64_t pfn = mod_note ? word(si, 112) : (word(si, 112) - base) / 4096;
	check_u64((uint32_t)word(si, 48), mod_note ? 16 | 8 | 4 : 16 | 4);
	check_u64(word(si, 120), 4096 + 8192 + INITRD_1);
	const uint8_t *head = frame(list[pfn]);
	const uint32_t want[] = { 4096,	       4096 + INITRD_0 - 1,
				  48,	       0,
				  4096 + 8192, 4096 + 8192 + INITRD_1 - 1,
				  49,	       0,
				  0,	       0,
				  0,	       0 };
	check(memcmp(head, want, sizeof want) == 0);
	check(head[48] == 0 && strcmp((const char *)head + 49, "/more a b") == 0);
	for (uint64_t i = 0; i < INITRD_0; i++)
		check_u64(frame(list[pfn + 1 + i / 4096])[i % 4096], image[INITRD_AT + i]);
	for (uint64_t i = 0; i < INITRD_1; i++)
		check_u64(frame(list[pfn + 3 + i / 4096])[i % 4096],
			  image[INITRD_AT + INITRD_0 + i]);
}

static void as_modules(void)
{
	static struct boot_module m[2];
	m[0] = (struct boot_module){ initrd[0], STR("") };
	m[1] = (struct boot_module){ initrd[1], STR("/more a b") };
	plan.kind = BOOT_MULTIBOOT;
	plan.n_initrd = 0;
	plan.module = m;
	plan.n_module = 2;
}

TEST(modules)
{
	for (int mod_note = 0; mod_note < 2; mod_note++) {
		domain();
		payload(LINUX_BASE, 0x400000, true, mod_note);
		files();
		as_modules();
		check_ok(boot());
		check_modules(LINUX_BASE, mod_note);
	}
	domain_of(false, 0x5000);
	pae = "yes";
	payload(0xc0000000, 0x100000, false, false);
	files();
	as_modules();
	check_ok(boot());
	check_modules(0xc0000000, false);
	pae = NULL;
}

/* An initrd beside modules is the first of them, and Linux gets all as its initrd. */
TEST(modules_and_an_initrd)
{
	domain();
	payload(LINUX_BASE, 0x400000, true, true);
	files();
	as_modules();
	plan.n_initrd = 1;
	plan.module++;
	plan.n_module = 1;
	check_ok(boot());
	check_modules(LINUX_BASE, true);
	domain();
	guest_os = "linux";
	payload(LINUX_BASE, 0x400000, true, true);
	files();
	as_modules();
	check_ok(boot());
	check_domain(LINUX_BASE, 0x400000, true, true);
	guest_os = NULL;
}

TEST(too_many_modules)
{
	domain();
	payload(LINUX_BASE, 0x400000, true, true);
	files();
	as_modules();
	initrd[0].node.size = UINT32_MAX;
	as_modules();
	remember();
	check_err(boot(), ERR_LIMIT);
	check(test_logged("over 4 GiB of modules"));
	check_unchanged();
}

/* The block begins in the last page of the image and ends some pages later. */
TEST(symbols)
{
	for (int is64 = 0; is64 < 2; is64++) {
		const uint64_t base = is64 ? LINUX_BASE : 0xc0000000;
		bool w;
		domain_of(is64, 0x5000);
		symtab = true;
		pae = "yes";
		payload(base, 0x100000, false, false);
		files();
		check_ok(boot());
		check_image(base + 0x100000);
		uint8_t *syms = see(base + 0x100000 + 0x13008, &w);
		check(syms && w);
		uint32_t n = 0, end = SYMTAB_N + STRTAB_N;
		memcpy(&n, syms, 4);
		check(n > end && n < end + 300);
		for (uint32_t i = 0; i < STRTAB_N; i++)
			check_u64(byte(base + 0x113008 + 4 + n - STRTAB_N + i), k.b[STRTAB_AT + i]);
		check_p2m(word(see(jump.start_info, &w), 104));
		symtab = false;
		pae = NULL;
	}
}

/* --- failures --------------------------------------------------------------- */

TEST(a_refused_pin_changes_nothing)
{
	domain();
	payload(LINUX_BASE, 0x1000000, true, true);
	files();
	remember();
	refuse_pin = true;
	check_err(boot(), ERR_IO);
	check(test_logged("xvda: /vmlinux: Xen refuses the page tables (error 22)"));
	check_unchanged();
}

/* Each one of a kind fails in turn, in a domain of this width; returns how many there are. */
static long each_fails(bool is64, long *left)
{
	enum err e = ERR_NOMEM;
	long n = 0;
	pae = "yes";
	while (e) { /* ends when nothing fails any more */
		domain_of(is64, 0x5000);
		payload(is64 ? LINUX_BASE : 0xc0000000, 0x400000, is64, is64);
		files();
		as_modules();
		remember();
		*left = ++n;
		e = boot();
		if (e)
			check_unchanged();
	}
	pae = NULL;
	return n;
}

TEST(every_allocation_may_fail)
{
	for (int is64 = 0; is64 < 2; is64++) {
		long n = each_fails(is64, &allowed.pages);
		check(n > 20 && n < 1000);
	}
}

TEST(every_read_may_fail)
{
	for (int is64 = 0; is64 < 2; is64++) {
		long n = each_fails(is64, &allowed.reads);
		check(n > 3 && n < 100);
	}
}

TEST(every_call_may_be_refused)
{
	for (int is64 = 0; is64 < 2; is64++) {
		long n = each_fails(is64, &allowed.calls);
		check(n > 1 && n < 100);
	}
}

TEST(bad_files)
{
	static char longline[1025];
	domain();
	payload(LINUX_BASE, 0x1000000, true, true);
	files();
	remember();
	initrd[1].node.u[0] = sizeof image; /* outside the disk */
	check_err(boot(), ERR_CORRUPT);
	check(test_logged("initrd: damaged"));
	files();
	initrd[1].node.size = 64 << 20;
	check_err(boot(), ERR_LIMIT);
	check(test_logged("xvda: /vmlinux: needs") && test_logged("guest has 64 MiB"));
	files();
	memset(longline, 'x', 1024);
	plan.cmdline = str_of(longline);
	check_err(boot(), ERR_LIMIT);
	check(test_logged("command line of 1024 bytes: a PV guest takes 1023"));
	files();
	plan.kernel.node.size = 0;
	check_err(boot(), ERR_LIMIT);
	files();
	image[0] = 'x';
	check_err(boot(), ERR_FORMAT);
	check(test_logged("neither a bzImage nor an ELF kernel"));
	check_unchanged();
}

/* Last: the piece of memory that was the domain. */
TEST(the_end)
{
	domain_end();
}
