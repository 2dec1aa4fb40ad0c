/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pv_domain.h"
#include "../guest/guest.h"
#include "../guest/handover.h"
#include "../guest/handover_kinds.h"
#include "../guest/mem.h"
#include "../guest/start.h"
#include "../guest/xen/machine.h"
#include "../load/pv.h"
#include <setjmp.h>
#include <stdlib.h>

/* --- the domain ------------------------------------------------------------- */

uint8_t (*ram)[4096];
uint8_t kind[PAGES];
bool unmapped[PAGES];
bool wide;
uint64_t mfn_base;
uint64_t p2m[PAGES], m2p[PAGES];
static uint32_t p2m32[PAGES]; /* what a 32-bit domain was given */
static struct start start;
static jmp_buf jumped;
handover_fn *const handover_types[] = { handover_pv, NULL };
struct jump_pv jump;
bool torn_down, refuse_pin;
uint64_t pinned;
unsigned live_levels;

uint64_t pfn_of(uint64_t mfn)
{
	return m2p[mfn - mfn_base];
}

uint64_t today[PAGES];
uint8_t *frame(uint64_t mfn)
{
	check(mfn >= mfn_base && mfn - mfn_base < PAGES);
	return ram[today[mfn - mfn_base]];
}

uint64_t mem_total(void)
{
	return PAGES;
}
uint64_t mem_unused(void)
{
	uint64_t n = 0;
	for (size_t i = 0; i < PAGES; i++)
		n += kind[i] == MEM_FREE;
	return n;
}
uint64_t mem_mfn(uint64_t pfn)
{
	return pfn < PAGES ? p2m[pfn] : UINT64_MAX;
}
uint64_t mem_pfn(const void *va)
{
	return (uint64_t)((const uint8_t *)va - ram[0]) / 4096;
}
enum mem_kind mem_kind(uint64_t pfn)
{
	return mem_mfn(pfn) == UINT64_MAX ? MEM_HOLE : (enum mem_kind)kind[pfn];
}
bool mem_take(uint64_t pfn, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (mem_kind(pfn + i) != MEM_FREE)
			return false;
	memset(kind + pfn, MEM_USED, n);
	if (!may(&allowed.pages))
		memset(kind + pfn, MEM_FREE, n);
	return kind[pfn] == MEM_USED;
}
void *mem_pages(size_t n)
{
	for (uint64_t pfn = n <= PAGES ? PAGES - n + 1 : 0; n && pfn-- > 0;)
		if (mem_kind(pfn) == MEM_FREE && mem_kind(pfn + n - 1) == MEM_FREE &&
		    mem_take(pfn, n))
			return memset(ram[pfn], 0xa5, n * 4096);
	return NULL;
}
void mem_free(void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_u64(kind[mem_pfn(p) + i], MEM_USED);
	memset(kind + mem_pfn(p), MEM_FREE, n);
}
void *mem_map(uint64_t pfn, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (mem_kind(pfn + i) == MEM_HOLE)
			return NULL;
	return ram[pfn];
}
enum err mem_unmap(void *va, size_t n)
{
	if (!may(&allowed.calls))
		return ERR_IO;
	memset(unmapped + mem_pfn(va), true, n);
	return OK;
}
enum err mem_remap(void *va, size_t n)
{
	memset(unmapped + mem_pfn(va), false, n);
	return OK;
}

bool machine_cpu64(void)
{
	return wide;
}
const struct start *start_get(void)
{
	return &start;
}
void guest_teardown(void)
{
	check(pinned && !torn_down);
	torn_down = true;
}
void guest_panic(const char *fmt, ...)
{
	test_fail(__FILE__, __LINE__, "panic: %s", fmt);
}

uint64_t hyper_m2p(uint64_t mfn)
{
	return pfn_of(mfn);
}
long hyper_mmu_update(const struct mmu_update *u, size_t n)
{
	check(torn_down);
	for (size_t i = 0; i < n; i++) {
		check_u64(u[i].ptr & 0xfff, MMU_MACHPHYS_UPDATE);
		check((u[i].ptr >> 12) - mfn_base < PAGES);
		m2p[(u[i].ptr >> 12) - mfn_base] = u[i].val;
	}
	return 0;
}

/* Xen's view of a tree: tables must have no writable mapping anywhere. */
static bool validate(uint64_t mfn, unsigned level)
{
	uint64_t pfn = today[mfn - mfn_base];
	const uint64_t *table = (const uint64_t *)(const void *)frame(mfn);
	if (!unmapped[pfn] || kind[pfn] != MEM_USED)
		return false;
	for (size_t i = 0; i < 512; i++) {
		if (!(table[i] & 1))
			continue;
		if ((table[i] >> 12) - mfn_base >= PAGES)
			return false;
		uint64_t at = today[(table[i] >> 12) - mfn_base];
		if (level > 1 && !validate(table[i] >> 12, level - 1))
			return false;
		if (level == 1 && table[i] & 2 && (unmapped[at] || kind[at] == MEM_TABLE))
			return false;
	}
	return true;
}
long hyper_mmuext(const struct mmuext_op *op, size_t n)
{
	check(n == 1 && !torn_down);
	check_u64(op->cmd, wide ? MMUEXT_PIN_L4_TABLE : MMUEXT_PIN_L3_TABLE);
	if (refuse_pin || !may(&allowed.calls) || !validate(op->arg1, wide ? 4 : 3))
		return -22;
	pinned = op->arg1;
	return 0;
}

bool pv_live_entry(uint64_t va, unsigned level, uint64_t *machine, uint64_t *pte)
{
	(void)va;
	*machine = 0x1000 * level;
	*pte = level > live_levels ? 1 : 0;
	return true;
}
void jump_pv(struct jump_pv *page)
{
	jump = *page;
	longjmp(jumped, 1);
}

/* --- scenes ----------------------------------------------------------------- */

struct kernel k;

static void mark(uint64_t pfn, uint64_t n, enum mem_kind to)
{
	memset(kind + pfn, to, n);
}

/* A loader at 1 MiB and what the toolstack put behind it; two holes. */
void domain_of(bool is64, uint64_t first_mfn)
{
	wide = is64;
	mfn_base = first_mfn;
	files_pages_free();
	if (!ram)
		ram = malloc((size_t)PAGES * 4096);
	check(ram);
	for (uint64_t i = 0; i < PAGES; i++) {
		p2m[i] = mfn_base + i * 7919 % PAGES;
		m2p[i * 7919 % PAGES] = today[i * 7919 % PAGES] = i;
	}
	p2m[0x180] = p2m[0x3fff] = UINT64_MAX;
	for (size_t i = 0; i < PAGES; i++)
		p2m32[i] = (uint32_t)p2m[i];
	memset(kind, MEM_FREE, sizeof kind);
	memset(unmapped, 0, sizeof unmapped);
	mark(0x100, 0x60, MEM_IMAGE);
	mark(0x200, 5, MEM_GIVEN);
	mark(ROOT, 20, MEM_TABLE);
	mark(0x1100, 3, MEM_TABLE); /* in the way of the kernel */
	mark(0x3000, 1, MEM_TABLE);
	start = (struct start){
		.magic = "xen-3.0-x86_64",
		.nr_pages = PAGES,
		.shared_info = 0xabc000,
		.flags = 4 | 8 | 16,
		.store_mfn = p2m[STORE],
		.console_mfn = p2m[CONSOLE],
		.store_evtchn = 1,
		.console_evtchn = 2,
		.pt_base = (uint64_t)(uintptr_t)ram[ROOT],
		.mfn_list = is64 ? (const void *)p2m : p2m32,
	};
	torn_down = refuse_pin = false;
	pinned = 0;
	allowed = (struct allowed){ -1, -1, -1 };
	live_levels = is64 ? 4 : 3;
}
void domain(void)
{
	domain_of(true, 0x5000);
}

const char *pae;
const char *guest_os;
bool symtab;

/* Section headers at 61000: none, symbols, strings. */
static void sections(void)
{
	const size_t each = wide ? 64 : 40, w = wide ? 8 : 4, at = 61000;
	const size_t off = wide ? 24 : 16, size = wide ? 32 : 20, link = wide ? 40 : 24;
	put_n(&k, wide ? 40 : 32, at, w);
	put_n(&k, wide ? 60 : 48, 3, 2);
	put_n(&k, at + each + 4, 2, 4);
	put_n(&k, at + each + off, SYMTAB_AT, w);
	put_n(&k, at + each + size, SYMTAB_N, w);
	put_n(&k, at + each + link, 2, 4);
	put_n(&k, at + 2 * each + 4, 3, 4);
	put_n(&k, at + 2 * each + off, STRTAB_AT, w);
	put_n(&k, at + 2 * each + size, STRTAB_N, w);
}

/* Segments: whole pages and both edges; bytes that lie otherwise in memory; zeros only. */
void payload(uint64_t base, uint64_t at, bool p2m_note, bool mod_note)
{
	const size_t word = wide ? 8 : 4;
	kernel_begin(&k, !wide);
	k.n = 4096;
	note_text(&k, XEN_NOTE_LOADER, "generic");
	note_text(&k, XEN_NOTE_XEN_VERSION, "xen-3.0");
	note_num(&k, XEN_NOTE_VIRT_BASE, base, word);
	note_num(&k, XEN_NOTE_ENTRY, base + at + 0x240, word);
	note_num(&k, XEN_NOTE_HYPERCALL_PAGE, base + at + 0x2000, word);
	if (pae)
		note_text(&k, XEN_NOTE_PAE_MODE, pae);
	if (guest_os)
		note_text(&k, XEN_NOTE_GUEST_OS, guest_os);
	if (symtab)
		note_text(&k, XEN_NOTE_BSD_SYMTAB, "yes");
	if (p2m_note)
		note_num(&k, XEN_NOTE_INIT_P2M, 0x8000000000, 8);
	if (mod_note)
		note_num(&k, XEN_NOTE_MOD_START_PFN, 1, 8);
	phdr(&k, 4, 4096, 0, k.n - 4096, 0);
	phdr(&k, 1, 8192 + 0x234, at + 0x234, 0x6000, 0x6000);
	phdr(&k, 1, 40000, at + 0x8010, 9000, 20000);
	phdr(&k, 1, 0, at + 0x10000, 0, symtab ? 0x3005 : 0x3000);
	k.n = symtab ? 61000 : 49000;
	for (size_t i = 8192; i < k.n; i++)
		k.b[i] = (uint8_t)(i * 31 >> 3 | 1);
	if (symtab) {
		sections();
		k.n += wide ? 3 * 64 : 3 * 40;
	}
}

void files(void)
{
	files_of(&k);
}

enum err boot(void)
{
	struct platform pf = { .pages = &files_pages, .log = test_log() };
	if (setjmp(jumped))
		return OK;
	enum err e = handover_boot(&plan, &pf);
	check(e != OK && !torn_down);
	return e;
}

/* --- the new kernel's view -------------------------------------------------- */

/* The page at va, through the pinned tables; NULL: not mapped. */
uint8_t *see(uint64_t va, bool *writable)
{
	uint64_t mfn = pinned;
	for (unsigned level = wide ? 4 : 3; level > 0; level--) {
		const uint64_t *table = (const uint64_t *)(const void *)frame(mfn);
		uint64_t e = table[va >> (12 + 9 * (level - 1)) & 511];
		if (!(e & 1))
			return NULL;
		mfn = e >> 12;
		*writable = e & 2;
	}
	return frame(mfn) + va % 4096;
}
/* A field of start_info, named by its offset in a 64-bit one. */
static size_t field(size_t off64)
{
	static const uint16_t off[][2] = { { 32, 32 },	  { 40, 36 },  { 48, 40 },  { 56, 44 },
					   { 72, 52 },	  { 88, 60 },  { 96, 64 },  { 104, 68 },
					   { 112, 72 },	  { 120, 76 }, { 128, 80 }, { 1152, 1104 },
					   { 1160, 1108 } };
	for (size_t i = 0; !wide && i < array_len(off); i++)
		if (off[i][0] == off64)
			return off[i][1];
	return off64;
}
uint64_t word(const uint8_t *p, size_t off64)
{
	uint64_t v = 0;
	memcpy(&v, p + field(off64), wide ? 8 : 4);
	return v;
}
/* A byte at an address of the image. */
uint8_t byte(uint64_t va)
{
	bool w;
	uint8_t *p = see(va, &w);
	check(p && w);
	return *p;
}

void check_image(uint64_t va)
{
	bool w;
	for (size_t i = 0; i < 0x6000; i++)
		if (i + 0x234 < 0x2000 || i + 0x234 >= 0x3000)
			check_u64(byte(va + 0x234 + i), k.b[8192 + 0x234 + i]);
	for (size_t i = 0; i < 20000; i++)
		check_u64(byte(va + 0x8010 + i), i < 9000 ? k.b[40000 + i] : 0);
	for (size_t i = 0; i < 0x3000; i++)
		check_u64(byte(va + 0x10000 + i), 0);
	check_u64(byte(va), 0);
	check(memcmp(see(va + 0x2000 + 32, &w), wide ? "\x51\x41\x53\xb8\x01" : "\xb8\x01\0\0\0",
		     5) == 0);
}

/* The list names every frame once, the M2P agrees, and what lies there is whole. */
const uint64_t *check_p2m(uint64_t va)
{
	static uint64_t list[PAGES];
	static uint8_t seen[PAGES];
	bool w;
	memset(seen, 0, sizeof seen);
	for (size_t i = 0; i < PAGES; i++) {
		const uint8_t *p = see(va + i * (wide ? 8 : 4), &w);
		check(p && w);
		list[i] = 0;
		memcpy(list + i, p, wide ? 8 : 4);
		if (!wide && list[i] == UINT32_MAX)
			list[i] = UINT64_MAX;
	}
	size_t holes = 0;
	for (size_t i = 0; i < PAGES; i++) {
		if (list[i] == UINT64_MAX && ++holes)
			continue;
		check(list[i] - mfn_base < PAGES && !seen[list[i] - mfn_base]);
		seen[list[i] - mfn_base] = 1;
		check_u64(m2p[list[i] - mfn_base], i);
	}
	check_u64(holes, 2);
	return list;
}

static void check_initrd(const uint64_t *list, uint64_t pfn, uint64_t bytes)
{
	check_u64(bytes, INITRD_BYTES);
	for (uint64_t i = 0; i < (bytes + 4095) / 4096 * 4096; i++)
		if (frame(list[pfn + i / 4096])[i % 4096] != initrd_byte(i))
			check_u64(i, UINT64_MAX);
}

void check_domain(uint64_t base, uint64_t at, bool p2m_note, bool mod_note)
{
	bool w;
	uint8_t *si = see(jump.start_info, &w);
	check(torn_down && si && w);
	check_u64(jump.entry, base + at + 0x240);
	check(jump.swap[0].cmd == MMUEXT_NEW_BASEPTR && jump.swap[0].arg1 == pinned);
	check(jump.swap[1].cmd == MMUEXT_UNPIN_TABLE && jump.swap[1].arg1 == p2m[ROOT]);
	check(see(jump.there, &w) && w);
	check_u64(word(si, 32), PAGES);
	check_u64(word(si, 40), 0xabc000);
	check_u64((uint32_t)word(si, 48), mod_note ? 16 | 8 : 16);
	check(strcmp((char *)si + field(128), "root=/dev/xvda1 ro quiet") == 0);
	/* The root is where start_info says, read-only, and the first of its tables. */
	check(see(word(si, 88), &w) == frame(pinned) && !w);
	check(see(word(si, 88) + word(si, 96) * 4096 - 4096, &w) && !w);
	check_image(base + at);
	const uint64_t *list = check_p2m(word(si, 104));
	check_u64(word(si, 104) == 0x8000000000, p2m_note);
	if (p2m_note)
		check(frame(list[word(si, 1152)]) == see(0x8000000000, &w));
	else
		check_u64(word(si, 1152) | word(si, 1160), 0);
	check_initrd(list, mod_note ? word(si, 112) : (word(si, 112) - base) / 4096, word(si, 120));
	/* Shared pages: the same frames, at PFNs that are mapped. */
	uint64_t store = pfn_of(word(si, 56)), console = pfn_of(word(si, 72));
	check_u64(list[store], p2m[STORE]);
	check_u64(list[console], p2m[CONSOLE]);
	check(see(base + store * 4096, &w) == ram[STORE] && w);
	check(see(base + console * 4096, &w) == ram[CONSOLE] && w);
}

/* --- what a refused kernel may not change -------------------------------------- */

static uint8_t before[PAGES];
void remember(void)
{
	memcpy(before, kind, sizeof kind);
}
void check_unchanged(void)
{
	check(!torn_down && !pinned && files_pages_back());
	check(memcmp(before, kind, sizeof kind) == 0);
	for (size_t i = 0; i < PAGES; i++)
		check(!unmapped[i] && m2p[i] == today[i]);
}

void domain_end(void)
{
	files_pages_free();
	free(ram);
	ram = NULL;
}
