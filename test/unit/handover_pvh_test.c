/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hand-over to a PVH kernel, in a domain that is a piece of this process'
 * memory, with the loader's own mem.c. When the loader jumps, the test looks
 * at the domain as the new kernel would.
 */
#include "../../guest/guest.h"
#include "../../guest/handover.h"
#include "../../guest/handover_kinds.h"
#include "../../guest/jump_pvh.h"
#include "../../guest/mem_ops.h"
#include "../../guest/start.h"
#include "../boot_files.h"
#include <setjmp.h>
#include <stdlib.h>

#define MIB (1ull << 20)
#define GIB (1ull << 30)

/* --- the domain: 64 MiB at 0, 16 MiB at 4 GiB ------------------------------------ */

enum { LOW = 64 << 20, HIGH = 16 << 20 };
#define HIGH_AT (4 * GIB)
static uint8_t *low, *high;
static struct start start;
static jmp_buf jumped;
static uint32_t entry, ebx, esi;
static bool torn_down;
handover_fn *const handover_types[] = { NULL, handover_pvh };

static uint64_t ram_pfn(uint64_t pfn)
{
	uint64_t at = pfn * PAGE_SIZE;
	return at < LOW || (at >= HIGH_AT && at - HIGH_AT < HIGH) ? pfn : UINT64_MAX;
}
static uint64_t va_pfn(const void *va)
{
	const uint8_t *p = va;
	return (p >= low && p < low + LOW ? (uint64_t)(p - low) : HIGH_AT + (uint64_t)(p - high)) /
	       PAGE_SIZE;
}
static void *see(uint64_t at)
{
	return at < LOW ? low + at : at >= HIGH_AT ? high + (at - HIGH_AT) : NULL;
}
static void *map(uint64_t pfn, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ram_pfn(pfn + i) == UINT64_MAX)
			return NULL;
	return may(&allowed.calls) ? see(pfn * PAGE_SIZE) : NULL;
}
static enum err protect(void *va, size_t n, bool mapped)
{
	(void)va;
	(void)n;
	(void)mapped;
	return ERR_UNSUPPORTED;
}
static const struct mem_ops ops_pvh = { ram_pfn, va_pfn, map, protect };

const struct start *start_get(void)
{
	return &start;
}
void guest_teardown(void)
{
	check(!torn_down);
	torn_down = true;
}
void jump_pvh_to(uint32_t to, uint32_t b, uint32_t si)
{
	entry = to;
	ebx = b;
	esi = si;
	longjmp(jumped, 1);
}

static void domain(void)
{
	if (!low) {
		low = malloc(LOW);
		high = malloc(HIGH);
	}
	check(low && high);
	memset(low, 0xa5, LOW);
	memset(high, 0xa5, HIGH);
	mem_begin(&ops_pvh, (HIGH_AT + HIGH) / PAGE_SIZE);
	check(mem_mark(LOW / PAGE_SIZE, (HIGH_AT - LOW) / PAGE_SIZE, MEM_HOLE));
	check(mem_mark(LOW / PAGE_SIZE - 300, 300, MEM_IMAGE));
	start = (struct start){
		.pvh = true,
		.rsdp = 0xfc001000,
		.map = { { 0, LOW, 1 }, { HIGH_AT, HIGH, 1 }, { 0xfc000000, 0x1000, 4 } },
		.n_map = 3
	};
	torn_down = false;
	allowed = (struct allowed){ -1, -1, -1 };
}

/* --- scenes ---------------------------------------------------------------------- */

static struct kernel k, bz;
static struct boot_module module[2];

/* Segments: any bytes at any place; zeros only. */
static void payload(uint64_t at, bool pvh)
{
	kernel_begin(&k, false);
	k.n = 4096;
	note_text(&k, XEN_NOTE_LOADER, "generic");
	if (pvh)
		note_num(&k, XEN_NOTE_PHYS32_ENTRY, at + 0x240, 4);
	note_text(&k, XEN_NOTE_BSD_SYMTAB, "yes");
	phdr(&k, 4, 4096, 0, k.n - 4096, 0);
	phdr(&k, 1, 8192 + 0x234, at + 0x234, 0x6000, 0x6000);
	phdr(&k, 1, 40000, at + 0x8010, 9000, 20000);
	phdr(&k, 1, 0, at + 0x10000, 0, 0x3000);
	k.n = 49000;
	for (size_t i = 8192; i < k.n; i++)
		k.b[i] = (uint8_t)(i * 31 >> 3 | 1);
}

static void files(const struct kernel *kernel)
{
	files_pages_free();
	domain();
	files_of(kernel);
}

static enum err boot(void)
{
	struct platform pf = { .pages = &files_pages, .log = test_log() };
	if (setjmp(jumped))
		return OK;
	uint64_t unused = mem_unused();
	enum err e = handover_boot(&plan, &pf);
	check(e != OK && !torn_down);
	check_u64(mem_unused(), unused); /* and everything is given back */
	check(files_pages_back());
	return e;
}

/* --- the new kernel's view ------------------------------------------------------- */

static uint64_t field(const uint8_t *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

static void check_image(uint64_t at)
{
	const uint8_t *p = see(at);
	for (size_t i = 0; i < 0x6000; i++)
		check_u64(p[0x234 + i], k.b[8192 + 0x234 + i]);
	for (size_t i = 0; i < 20000; i++)
		check_u64(p[0x8010 + i], i < 9000 ? k.b[40000 + i] : 0);
	for (size_t i = 0; i < 0x3000; i++)
		check_u64(p[0x10000 + i], 0);
}

static void check_initrd(uint64_t at, uint64_t bytes)
{
	const uint8_t *p = see(at);
	check_u64(at % 4096, 0);
	check_u64(bytes, INITRD_BYTES);
	for (uint64_t i = 0; i < (bytes + 4095) / 4096 * 4096; i++)
		if (p[i] != initrd_byte(i))
			check_u64(i, UINT64_MAX);
}

/* hvm_start_info; returns the first module. */
static const uint8_t *check_info(uint64_t at, size_t modules)
{
	const uint8_t *si = see(ebx);
	check(torn_down && si && esi == 0);
	check_u64(entry, at + 0x240);
	check_u64(field(si, 4), 0x336ec578);
	check_u64(field(si + 12, 4), modules);
	check(strcmp(see(field(si + 24, 8)), FILES_CMDLINE) == 0);
	check_u64(field(si + 32, 8), 0xfc001000);
	check_u64(field(si + 48, 4), 3);
	const uint8_t *map_at = see(field(si + 40, 8));
	check_u64(field(map_at + 24, 8), HIGH_AT);
	return modules ? see(field(si + 16, 8)) : NULL;
}

TEST(an_elf)
{
	payload(MIB, true);
	files(&k);
	check_ok(boot());
	const uint8_t *m = check_info(MIB, 1);
	check_image(MIB);
	check_initrd(field(m, 8), field(m + 8, 8));
}

TEST(an_elf_packed_as_a_file_without_initrd)
{
	payload(16 * MIB, true);
	files(&k);
	z_stream z = {
		.next_in = k.b, .avail_in = (uInt)k.n, .next_out = image, .avail_out = INITRD_AT
	};
	check(deflateInit2(&z, 1, Z_DEFLATED, 31, 8, 0) == Z_OK);
	check(deflate(&z, Z_FINISH) == Z_STREAM_END);
	plan.kernel.node.size = z.total_out;
	deflateEnd(&z);
	plan.n_initrd = 0;
	check_ok(boot());
	check_info(16 * MIB, 0);
	check_image(16 * MIB);
}

/* FreeBSD's: its debugger looks for them right behind its last byte. */
TEST(symbols)
{
	payload(MIB, true);
	kernel_symbols(&k, 0x105, 0x733);
	k.n = 49000;
	files(&k);
	check_ok(boot());
	check_image(MIB);
	const uint8_t *elf = (const uint8_t *)see(MIB + 0x13000) + 4, *symtab = elf + 64 + 64;
	check(memcmp(elf, k.b, 16) == 0);
	check(memcmp(elf + field(symtab + 24, 8), k.b + 0x3001, 0x105) == 0);
	check(memcmp(elf + field(symtab + 64 + 24, 8), k.b + 0x5000, 0x733) == 0);
	check_info(MIB, 1);
}

TEST(modules)
{
	payload(MIB, true);
	files(&k);
	module[0] = (struct boot_module){ initrd[0], STR("first of two") };
	module[1] = (struct boot_module){ initrd[1], { NULL, 0 } };
	plan.module = module;
	plan.n_module = 2;
	check_ok(boot());
	const uint8_t *m = check_info(MIB, 3);
	check_initrd(field(m, 8), field(m + 8, 8));
	check_u64(field(m + 16, 8), 0);
	check(memcmp(see(field(m + 32, 8)), image + INITRD_AT, INITRD_0) == 0);
	check_u64(field(m + 40, 8), INITRD_0);
	check(strcmp(see(field(m + 48, 8)), "first of two") == 0);
	check(memcmp(see(field(m + 64, 8)), image + INITRD_AT + INITRD_0, INITRD_1) == 0);
	check_u64(field(m + 80, 8), 0);
}

static void bzimage(uint32_t init_size)
{
	payload(16 * MIB, true);
	kernel_bzimage(&bz, k.b, k.n, init_size);
	files(&bz);
}

/* It lies as it is where it wants to be, and the rest of its room is not touched. */
TEST(a_bzimage)
{
	bzimage(8 << 20);
	check_ok(boot());
	check(torn_down && ebx == 0);
	check_u64(entry, 16 * MIB);
	const uint8_t *zero = see(esi), *code = see(16 * MIB);
	check_u64(esi, 24 * MIB);
	check(memcmp(code, bz.b + 3 * 512, bz.n - 3 * 512) == 0);
	for (const uint8_t *p = code + bz.n - 3 * 512; p < zero; p++)
		check(*p == 0xa5);
	check(memcmp(zero + 0x202, "HdrS", 4) == 0);
	check_u64(field(zero + 0x70, 8), 0xfc001000);
	check_u64(zero[0x1e8], 3);
	check(strcmp(see(field(zero + 0x228, 4)), FILES_CMDLINE) == 0);
	check_initrd(field(zero + 0x218, 4), field(zero + 0x21c, 4));
}

/* dom0's word, an old protocol; and the ELF inside starts as one by itself. */
TEST(the_elf_inside_a_bzimage)
{
	bzimage(8 << 20);
	strcpy(start.cmdline, "config=/x pvh=linux 'pvh=elf' more");
	check_ok(boot());
	check_initrd(field(check_info(16 * MIB, 1), 8), INITRD_BYTES);
	check_image(16 * MIB);
	bzimage(8 << 20);
	put_n(&bz, 0x206, 0x20d, 2); /* cannot be told where ACPI is */
	files(&bz);
	check_ok(boot());
	check_info(16 * MIB, 1);
}

TEST(it_moves_where_its_place_is_taken)
{
	bzimage(8 << 20);
	check(mem_mark(17 * MIB / 4096, 1, MEM_GIVEN));
	check_ok(boot());
	check_u64(entry, 18 * MIB);
	check_u64(esi, 26 * MIB);
	check_u64(field((const uint8_t *)see(esi) + 0x214, 4), 18 * MIB);
	check(memcmp(see(18 * MIB), bz.b + 3 * 512, bz.n - 3 * 512) == 0);
}

/* --- failures ---------------------------------------------------------------------- */

TEST(refusals)
{
	payload(MIB, false);
	files(&k);
	check_err(boot(), ERR_UNSUPPORTED);
	check(test_logged("xvda: /vmlinux: no PHYS32_ENTRY note: kernel built without CONFIG_PVH; "
			  "use type=\"pv\""));
	payload(MIB, true);
	files(&k);
	strcpy(start.cmdline, "pvh=linux");
	check_err(boot(), ERR_UNSUPPORTED);
	check(test_logged("pvh=linux, but the kernel is no bzImage"));
	strcpy(start.cmdline, "pvh=maybe");
	check_err(boot(), ERR_UNSUPPORTED);
	check(test_logged("pvh=maybe: neither linux nor elf"));
	bzimage(8 << 20);
	plan.module = module;
	plan.n_module = 1;
	check_err(boot(), ERR_UNSUPPORTED);
	check(test_logged("modules: Linux takes an initrd"));
	bzimage(70 << 20);
	check_err(boot(), ERR_LIMIT);
	check(test_logged("vmlinux: needs 90 MiB, guest has 80 MiB"));
	bzimage(8 << 20);
	image[0x202] = 'x';
	check_err(boot(), ERR_FORMAT);
	payload(MIB, true);
	files(&k);
	initrd[1].node.u[0] = sizeof image; /* outside the disk */
	check_err(boot(), ERR_CORRUPT);
	check(test_logged("initrd: damaged"));
	files(&k);
	plan.n_module = PVH_MODULES + 1;
	check_err(boot(), ERR_LIMIT);
	check(test_logged("65 modules: at most 64"));
}

/* The n-th allocation, mapping or read, for every n and both ways to start. */
static void fail_each(long *kind, enum err want)
{
	for (int way = 0; way < 2; way++) {
		enum err e = want;
		long n = 1;
		for (; e && n < 1000; n++) {
			bzimage(8 << 20);
			strcpy(start.cmdline, way ? "pvh=elf" : "pvh=linux");
			*kind = n;
			e = boot();
			check(!e || e == want);
		}
		check(n > 3 && n < 1000);
	}
}

TEST(everything_may_fail)
{
	fail_each(&allowed.pages, ERR_NOMEM);
	fail_each(&allowed.calls, ERR_NOMEM);
	fail_each(&allowed.reads, ERR_IO);
}

/* Last: the piece of memory that was the domain. */
TEST(the_end)
{
	files_pages_free();
	free(low);
	free(high);
	low = high = NULL;
}
