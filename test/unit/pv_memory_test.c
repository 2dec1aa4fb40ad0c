/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PV guest's memory: the loader's own page tables (pv_map.c), its page
 * bookkeeping (mem.c) and the hand-over in a domain of any size, whose memory
 * is address space until it is written to. Counted is what a boot costs:
 * hypercalls, pages mapped, pages written.
 */
#include "../../guest/guest.h"
#include "../../guest/handover.h"
#include "../../guest/handover_kinds.h"
#include "../../guest/jump_pv.h"
#include "../../guest/x86/pv.h"
#include "../../guest/xen/machine.h"
#include "../../load/pv.h"
#include "kernel.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LEVELS = sizeof(long) == 8 ? 4 : 3, MFN_0 = 0x1000, P2M = 0x400, MIB_PAGES = 256 };

/* --- the domain: p2m list, start_info, rings, page tables, from PFN 0x400 on ------- */

static uint8_t *ram; /* the builder's mapping and the loader's are one */
static void *space;  /* where it lies, from a multiple of 4 MiB on */
static size_t ram_size;
static uint64_t total, hole, hole_end, boot_pages, table_first, table_next, table_end;
static struct start start;
static jmp_buf jumped;
handover_fn *const handover_types[] = { handover_pv, NULL };
static bool torn_down, refuse_pin;
static uint64_t calls, fail_call; /* the n-th from now on is refused; 0: none */
static uint64_t calls_before;	  /* the teardown */

/* No loader lies in its way here: what it may not overwrite is the list and the tables. */
char image_start[1];
extern char image_end[1] __attribute__((alias("image_start")));

static unsigned long *p2m(void)
{
	return (unsigned long *)(void *)(ram + P2M * 4096);
}
static uint64_t *table(uint64_t pfn)
{
	return (uint64_t *)(void *)(ram + pfn * 4096);
}
static size_t slot(uint64_t va, unsigned level)
{
	return va >> (12 + 9 * (level - 1)) & 511;
}

static void build_page(uint64_t pfn)
{
	uint64_t va = (uintptr_t)ram + pfn * 4096, *t = table(table_first);
	for (unsigned level = LEVELS; level > 1; level--) {
		uint64_t *e = &t[slot(va, level)];
		if (!*e) {
			check(table_next < table_end);
			*e = (table_next++ + MFN_0) << 12 | 0x67;
		}
		t = table((*e >> 12) - MFN_0);
	}
	bool ro = pfn >= table_first && pfn < table_end;
	t[slot(va, 1)] = (pfn + MFN_0) << 12 | (ro ? 0x25 : 0x27);
}

/*
 * In the middle of a large domain, where nobody looks at single entries, the
 * list is the same 2 MiB again and again: zeros, or a hole.
 */
enum { NEAR = 1 << 20, FILL = 2 << 20 };
static void build_middle(void)
{
	static uint8_t content[FILL];
	int fd = memfd_create("p2m", 0);
	memset(content, hole_end ? 0xff : 0, FILL);
	check(fd >= 0 && write(fd, content, FILL) == FILL);
	for (uint64_t pfn = NEAR; pfn + FILL / 8 <= total - NEAR; pfn += FILL / 8)
		check(mmap(&p2m()[pfn], FILL, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) !=
		      MAP_FAILED);
	close(fd);
}
static void build_list(void)
{
	bool large = total > 4 * NEAR;
	if (large)
		build_middle();
	for (uint64_t pfn = 0; pfn < total; pfn++) {
		if (large && pfn == NEAR)
			pfn = total - NEAR;
		p2m()[pfn] = pfn >= hole && pfn < hole_end ? ~0ul : (unsigned long)(pfn + MFN_0);
	}
}

enum { ALIGN = 4 << 20 };
static void domain_end(void)
{
	if (space)
		munmap(space, ram_size + ALIGN);
	space = NULL;
}

static void domain(uint64_t mib, uint64_t hole_from, uint64_t hole_to)
{
	domain_end();
	total = mib * MIB_PAGES;
	hole = hole_from;
	hole_end = hole_to;
	ram_size = (size_t)total * 4096;
	space = mmap(NULL, ram_size + ALIGN, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	check(space != MAP_FAILED);
	ram = (uint8_t *)space + (ALIGN - (uintptr_t)space % ALIGN) % ALIGN;
	if (mib >= 512 << 10) /* quicker, and 2 MiB more or less do not count then */
		madvise(ram + (total - NEAR) * 4096, (size_t)NEAR * 4096, MADV_HUGEPAGE);
	build_list();
	uint64_t at = P2M + (total * sizeof(long) + 4095) / 4096;
	start = (struct start){
		.magic = "xen-3.0-x86_64",
		.nr_pages = total,
		.store_mfn = at + 1 + MFN_0,
		.console_mfn = at + 2 + MFN_0,
		.mfn_list = p2m(),
	};
	table_first = at + 3;
	table_next = table_first + 1;
	table_end = table_first + at / 512 + 16;
	start.pt_base = (uint64_t)(uintptr_t)table(table_first);
	start.nr_pt_frames = table_end - table_first;
	boot_pages = (table_end + 128 + 1023) & ~1023ull;
	for (uint64_t pfn = 0; pfn < boot_pages; pfn++)
		build_page(pfn);
	torn_down = refuse_pin = false;
	calls = fail_call = 0;
	pv_map_begin(&start);
}

struct pv_space pv_space(void)
{
	return (struct pv_space){
		.levels = LEVELS,
		.boot = (uintptr_t)ram,
		.window = (uintptr_t)ram,
		.reach = total,
	};
}
const struct start *start_get(void)
{
	return &start;
}
bool machine_cpu64(void)
{
	return LEVELS == 4;
}
void guest_teardown(void)
{
	check(!torn_down);
	torn_down = true;
	calls_before = calls;
}
void guest_panic(const char *fmt, ...)
{
	test_fail(__FILE__, __LINE__, "panic: %s", fmt);
}
void jump_pv(struct jump_pv *page)
{
	(void)page;
	check(torn_down);
	longjmp(jumped, 1);
}

/* --- its hypervisor ------------------------------------------------------------------ */

static bool refused(void)
{
	calls++;
	return fail_call && !--fail_call;
}
uint64_t hyper_m2p(uint64_t mfn)
{
	check(mfn >= MFN_0 && mfn - MFN_0 < total);
	return mfn - MFN_0;
}
long hyper_mmu_update(const struct mmu_update *u, size_t n)
{
	if (refused())
		return -22;
	for (size_t i = 0; i < n; i++) {
		uint64_t pfn = hyper_m2p(u[i].ptr >> 12);
		check((u[i].ptr & 7) == MMU_MACHPHYS_UPDATE ? torn_down : !torn_down);
		if ((u[i].ptr & 7) != MMU_MACHPHYS_UPDATE)
			table(pfn)[(u[i].ptr & 4095) / 8] = u[i].val;
	}
	return 0;
}
long hyper_mmuext(const struct mmuext_op *op, size_t n)
{
	(void)n;
	if (refused())
		return -22;
	return op->cmd != MMUEXT_TLB_FLUSH_LOCAL && refuse_pin ? -22 : 0;
}
long hyper_update_va_mapping(uint64_t va, uint64_t pte, uint64_t flags)
{
	(void)va;
	(void)pte;
	(void)flags;
	return -22;
}

/* --- a boot --------------------------------------------------------------------------- */

static void *pages_get(struct pages *pg, size_t bytes)
{
	(void)pg;
	return mem_pages((bytes + 4095) / 4096);
}
static void pages_put(struct pages *pg, void *p, size_t bytes)
{
	(void)pg;
	mem_free(p, (bytes + 4095) / 4096);
}
static struct pages pages = { .get = pages_get, .put = pages_put, .grain = 65536 };

static struct kernel k;
static enum err read_disk(struct blk *b, uint64_t off, void *dst, size_t len)
{
	(void)b;
	memset(dst, 0x5a, len);
	if (off < k.n)
		memcpy(dst, k.b + off, min_size(len, k.n - (size_t)off));
	return OK;
}
static enum err drain(struct blk *b)
{
	(void)b;
	return OK;
}
static const struct blk_ops disk_ops = { .start = read_disk, .drain = drain };
static struct blk disk = { .ops = &disk_ops, .size = 1ull << 40, .align = 1, .sector = 512 };
static enum err map(struct fs *fs, const struct fs_node *f, uint64_t off, struct fs_extent *out)
{
	(void)fs;
	*out = (struct fs_extent){ FS_DATA, f->size - off, f->u[0] + off };
	return OK;
}
static const struct fs_ops ops = { .name = "test", .map = map };
static struct fs fs = { .ops = &ops, .disk = &disk, .where = "xvda" };

static struct boot_file file(const char *name, uint64_t at, uint64_t size)
{
	return (struct boot_file){ .fs = &fs,
				   .node = { .type = FS_FILE, .size = size, .u = { at } },
				   .path = str_of(name) };
}

/* Of the size of a Linux kernel when unpacked; 32 bits: an old one, that knows less. */
static void kernel_make(uint64_t bytes)
{
	if (LEVELS == 4) {
		kernel_linux(&k);
	} else {
		kernel_begin(&k, true);
		k.n = 4096;
		note_text(&k, XEN_NOTE_GUEST_OS, "linux");
		note_text(&k, XEN_NOTE_XEN_VERSION, "xen-3.0");
		note_num(&k, XEN_NOTE_VIRT_BASE, 0xc0000000, 4);
		note_num(&k, XEN_NOTE_ENTRY, 0xc0400000, 4);
		note_text(&k, XEN_NOTE_PAE_MODE, "yes");
		size_t notes = k.n - 4096;
		k.n = 3 * 4096;
		phdr(&k, 1, 8192, 0x400000, 4096, 0);
		phdr(&k, 4, 4096, 0, notes, 0);
	}
	put_n(&k, phdr_at(&k, 0, 40), bytes, LEVELS == 4 ? 8 : 4);
}

enum { INITRD = 30 << 20 };
static enum err boot(uint64_t initrd_size)
{
	struct boot_file initrd = file("/initrd", 1 << 20, initrd_size);
	struct boot_plan plan = {
		.kernel = file("/vmlinux", 0, k.n),
		.initrd = &initrd,
		.n_initrd = 1,
		.cmdline = STR("root=/dev/xvda1 ro quiet"),
	};
	struct platform pf = { .pages = &pages, .log = test_log() };
	if (setjmp(jumped))
		return OK;
	return handover_boot(&plan, &pf);
}

/* --- failures ----------------------------------------------------------------------- */

static void small_domain(void)
{
	kernel_make(1 << 20);
	domain(128, 0, 0);
}

/* The domain is as it was: the same failure again changes nothing, and then it boots. */
static void check_usable(void)
{
	check(!torn_down);
	refuse_pin = true;
	check_err(boot(3 << 20), ERR_IO);
	uint64_t unused = mem_unused();
	check_err(boot(3 << 20), ERR_IO);
	check(test_logged("Xen refuses the page tables (error 22)"));
	check_u64(mem_unused(), unused);
	refuse_pin = false;
	check_ok(boot(3 << 20));
}

TEST(every_call_may_be_refused)
{
	small_domain();
	check_ok(boot(3 << 20));
	uint64_t n = calls_before;
	check(n > 5 && n < 200); /* a small domain of 32 bits has most of it mapped */
	for (uint64_t i = 1; i <= n; i++) {
		small_domain();
		fail_call = i;
		/* What only makes memory short is got over. */
		if (boot(3 << 20))
			check_usable();
	}
}

TEST(too_little_memory)
{
	enum err e = OK;
	bool beside = false;
	kernel_make(1 << 20);
	for (uint64_t initrd = 42 << 20; e != ERR_LIMIT; initrd += 256 << 10) {
		domain(64, 0, 0);
		e = boot(initrd);
		if (!e)
			continue;
		check(test_logged("xvda: /vmlinux: needs 6") && test_logged("guest has 64 MiB"));
		beside |= test_logged("beside the loader itself");
		check_usable();
	}
	check(beside); /* enough for the kernel and its initrd, but for nothing else */
}

#if __SIZEOF_LONG__ == 8 /* others are not that large */
/* --- what it costs --------------------------------------------------------------------- */

/* Pages of the domain that were written to: the kernel counts them. */
static uint64_t written(void)
{
	char line[256], mode[5];
	unsigned long from, kib, sum = 0;
	bool in = false;
	FILE *f = fopen("/proc/self/smaps", "r");
	check(f);
	while (fgets(line, sizeof line, f)) {
		if (sscanf(line, "%lx-%*x %4s ", &from, mode) == 2 && strlen(mode) == 4)
			in = from - (uintptr_t)space < ram_size && mode[1] == 'w';
		else if (in && sscanf(line, "Rss: %lu", &kib) == 1)
			sum += kib / 4;
	}
	fclose(f);
	return sum;
}

/* Pages that the tables below this one map; none of them is a hole. */
static uint64_t mapped_by(const uint64_t *t, unsigned level)
{
	uint64_t n = 0;
	for (size_t i = 0; i < 512; i++) {
		if (!(t[i] & 1))
			continue;
		uint64_t pfn = (t[i] >> 12) - MFN_0;
		check(pfn < hole || pfn >= hole_end);
		n += level == 1 ? 1 : mapped_by(table(pfn), level - 1);
	}
	return n;
}

struct cost {
	uint64_t calls, mapped, written, list;
};
static struct cost cost_of(uint64_t mib)
{
	struct image img;
	struct pv_kernel want;
	struct pv_layout l;
	kernel_make(0x3200000);
	struct image_file f = kernel_file(&k);
	check_ok(image_parse(&f, &img));
	check_ok(pv_kernel(&f, &img, LEVELS == 4, &want));
	domain(mib, 0, 0);
	check_ok(pv_layout(&f, &want, total, INITRD, &l));
	uint64_t before = written();
	check_ok(boot(INITRD));
	struct cost c = {
		.calls = calls,
		.mapped = mapped_by(table(table_first), LEVELS) - boot_pages,
		.written = written() - before,
		.list = l.p2m.n + l.p2m_tables.n,
	};
	return c;
}

/*
 * Within 1 % of what a boot costs in 1 GiB, and what the kernel's own list of
 * frames costs: its pages and their tables, each of which may have changed its
 * place with another (M2P: 128 updates a call), in pieces of 512 (two calls).
 */
TEST(large_domains)
{
	static const uint64_t gib[] = { 128, 512, 1024 };
	const struct cost small = cost_of(1024);
	/* The largest ones take ten seconds: make test asks for them. */
	for (size_t i = 0; i < (getenv("LARGE") ? array_len(gib) : 1); i++) {
		struct cost c = cost_of(gib[i] << 10);
		check(c.list >= gib[i] * 512 && c.list < gib[i] * 515);
		check(c.calls * 100 <= small.calls * 101 + (c.list / 64 + c.list / 256 + 8) * 100);
		check(c.mapped * 100 <= (small.mapped + c.list) * 101);
		check(c.written * 100 <= (small.written + c.list) * 101);
	}
}

/* All but 1 GiB is not there: nobody touches it, and nobody walks through it again and again. */
TEST(a_domain_that_is_mostly_a_hole)
{
	static unsigned char core[1 << 18];
	kernel_make(0x3200000);
	domain(64 << 10, 1 << 18, 64 << 18);
	check_ok(boot(INITRD));
	mapped_by(table(table_first), LEVELS);
	for (uint64_t pfn = hole; pfn < hole_end; pfn += sizeof core) {
		check(mincore(ram + pfn * 4096, sizeof core * 4096, core) == 0);
		check(!memchr(core, 1, sizeof core));
	}
}
#endif

/* Last: the address space that was the domain. */
TEST(the_end)
{
	domain_end();
}
