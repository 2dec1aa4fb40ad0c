/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tiny Xen PV kernel that stands in for a guest's kernel: it boots in no
 * time, checks what its loader handed over, says so on the console, and shuts
 * down. What it checks is what a real kernel relies on and seldom looks at:
 * Xen's public headers. WIDTH_H names the header with what differs between a
 * 64-bit and a 32-bit one; elsewhere an unsigned long is the guest's word.
 *
 * -D options give it the wishes of other kernels: probe_notes.h.
 * Its words on the command line: "probe.wait" keeps it there, having touched
 * nothing, until a key is typed: the host can look at it meanwhile;
 * "probe.reboot" ends with a wish for a reboot in place of power off;
 * "probe.trap" lets it die of an exception, which nobody must handle.
 * It prints PROBE-UP, PROBE-CMDLINE, PROBE-INITRD or a PROBE-MODULE for each, "PROBE-BAD what:
 * number" for each thing that is wrong, and PROBE-DONE with the count of these.
 */
#include <stddef.h>
#include <stdint.h>

/* start_info, as far as it is read here. */
struct start_info {
	char magic[32];
	unsigned long nr_pages, shared_info;
	uint32_t flags;
	unsigned long store_mfn;
	uint32_t store_evtchn;
	unsigned long console_mfn;
	uint32_t console_evtchn;
	unsigned long pt_base, nr_pt_frames, mfn_list, mod_start, mod_len;
	char cmd_line[1024];
	unsigned long first_p2m_pfn, nr_p2m_frames;
};

#define PAGE	  4096ul
#define ADDR_MASK 0x000ffffffffff000ul
enum { PTE_P = 1, PTE_RW = 2, PTE_A = 32, PTE_D = 64 };
enum { SIF_MULTIBOOT_MOD = 4, SIF_MOD_START_PFN = 8, SIF_KNOWN = 4 | 8 | 16 };
enum { UPDATE_VA_MAPPING = 14, XEN_VERSION = 17, GRANT_TABLE_OP = 20, MMUEXT_OP = 26 };
enum { UVMF_INVLPG = 2, XENVER_PLATFORM_PARAMETERS = 5 };
enum { GNTTAB_SETUP = 2, GNTTAB_VERSION = 10 };
enum { MMUEXT_UNPIN = 4 };

#include WIDTH_H
#include "probe_say.h"
#include "probe_notes.h"

char stack[16384] __attribute__((aligned(16)));
asm(".globl stack_top\n.set stack_top, stack + 16384\n");

/* Pages of ours whose addresses get other frames: shared info, grant table. */
static char window[2][PAGE] __attribute__((aligned(4096)));
static uint64_t zeroed[512]; /* the loader must have cleared .bss */

/* --- page tables, p2m, m2p --------------------------------------------------- */

/* The entry at a level (4..1) for va; tables are reached through the kernel map. */
static uint64_t entry_of(const struct start_info *si, unsigned long va)
{
	unsigned long table = si->pt_base;
	uint64_t e = 0;

	for (int shift = TOP_SHIFT; shift >= 12; shift -= 9) {
		e = ((const uint64_t *)table)[va >> shift & 511];
		if (!(e & PTE_P))
			return 0;
		table = BASE + m2p()[(e & ADDR_MASK) >> 12] * PAGE;
	}
	return e;
}

/*
 * What is mapped from the base on: every page its own frame, page tables
 * read-only, the rest not. (A list of its own is mapped where check_memory reads it.)
 */
static void check_map(const struct start_info *si)
{
	const unsigned long *p2m = (const unsigned long *)si->mfn_list;
	unsigned long first = (si->pt_base - BASE) / PAGE, pfn = 0, wrong = 0, open = 0;
	uint64_t e;

	for (; pfn < si->nr_pages && (e = entry_of(si, BASE + pfn * PAGE)); pfn++) {
		wrong += (e & ADDR_MASK) >> 12 != p2m[pfn];
		open += !(e & PTE_RW) != (pfn - first < si->nr_pt_frames);
	}
	check(!wrong, "pages that show another's frame", wrong);
	check(!open, "page tables that can be written, or pages that cannot", open);
	check((BASE / PAGE + pfn) % 1024 == 0 || pfn == si->nr_pages, "end of what is mapped", pfn);
	check(pfn >= first + si->nr_pt_frames + 1 + 128, "little is mapped behind the stack", pfn);
}

static void check_memory(const struct start_info *si)
{
	const unsigned long *p2m = (const unsigned long *)si->mfn_list;
	unsigned long wrong = 0;

	for (unsigned long pfn = 0; pfn < si->nr_pages; pfn++)
		wrong += p2m[pfn] != ~0ul && m2p()[p2m[pfn]] != pfn;
	check(!wrong, "frames whose M2P differs from p2m", wrong);
	check(((const uint64_t *)si->pt_base)[ROOT_MUST] & PTE_P, "no last entry in the root", 0);
	wrong = 0;
	for (size_t i = 0; i < sizeof zeroed / sizeof *zeroed; i++)
		wrong += zeroed[i] != 0;
	check(!wrong, "bytes of .bss that are not zero", wrong);
#ifdef LIKE_2006 /* no extended CR3, where that makes a difference */
	check(sizeof(long) == 8 || p2m[(si->pt_base - BASE) / PAGE] < 0x100000,
	      "root page table above 4 GiB", p2m[(si->pt_base - BASE) / PAGE]);
#endif
}

#ifdef LIKE_NETBSD
static unsigned long word_at(const uint8_t *p)
{
	return *(const unsigned long __attribute__((aligned(1), may_alias)) *)p;
}

/* Behind the image: a size, and an ELF file in which we find ourselves. */
static void check_symbols(void)
{
	extern char image_end[];
	void probe(const struct start_info *si, unsigned long sp, unsigned long flags);
	const unsigned long at = ((unsigned long)image_end + sizeof(long) - 1) & -sizeof(long);
	const uint8_t *elf = (const uint8_t *)at + 4, *sh = elf + word_at(elf + E_SHOFF) + SH;
	const uint8_t *sym = elf + word_at(sh + SH_OFFSET),
		      *str = elf + word_at(sh + SH + SH_OFFSET);
	unsigned long size = *(const uint32_t *)at, n = word_at(sh + SH_SIZE) / SYM, found = 0;

	check(elf[0] == 0x7f && elf[1] == 'E' && elf[E_SHNUM] == 3, "no ELF of symbols", elf[0]);
	check(size == (unsigned long)(str + word_at(sh + SH + SH_SIZE) - elf), "its size", size);
	for (unsigned long i = 0; size < 1 << 20 && i < n; i++, sym += SYM)
		found += word_at(sym + ST_VALUE) == (unsigned long)probe &&
			 has_word((const char *)str + *(const uint32_t *)sym, "probe");
	check(found == 1, "probe among the symbols", found);
}
#endif

/* Unpinning works on a pinned table only: that is how one asks. */
static void check_pin(const struct start_info *si)
{
	struct {
		uint32_t cmd;
		unsigned long mfn, arg2;
	} op = { MMUEXT_UNPIN, 0, 0 };
	const unsigned long *p2m = (const unsigned long *)si->mfn_list;
	long rc;

	op.mfn = p2m[(si->pt_base - BASE) / PAGE];
	rc = hypercall(MMUEXT_OP, (unsigned long)&op, 1, 0, DOMID_SELF);
	check(rc == 0, "root page table is not pinned", (uint64_t)-rc);
	op.cmd = MMUEXT_PIN_ROOT;
	rc = hypercall(MMUEXT_OP, (unsigned long)&op, 1, 0, DOMID_SELF);
	check(rc == 0, "root page table cannot be pinned", (uint64_t)-rc);
}

/* --- rings, events, grants --------------------------------------------------- */

static unsigned long pfn_of(const struct start_info *si, unsigned long mfn)
{
	const unsigned long *p2m = (const unsigned long *)si->mfn_list;

	for (unsigned long pfn = 0; pfn < si->nr_pages; pfn++)
		if (p2m[pfn] == mfn)
			return pfn;
	return 0;
}

/* Ask xenstored something: the ring is in order, and so is the channel. */
static void check_store(const struct start_info *si)
{
	static const char question[] = "\x02\0\0\0\x07\0\0\0\0\0\0\0\x06\0\0\0domid";
	unsigned long pfn = pfn_of(si, si->store_mfn);
	volatile struct store_ring *store = (void *)(BASE + pfn * PAGE);
	uint32_t port = si->store_evtchn, from = store->rsp_cons;
	uint8_t head[16];

	check(pfn != 0, "store frame is not ours", si->store_mfn);
	check_store_ring(store);
	for (size_t i = 0; i < sizeof question; i++)
		store->req[(store->req_prod + i) % sizeof store->req] = question[i];
	asm volatile("" ::: "memory");
	store->req_prod += sizeof question;
	hypercall(EVTCHN_OP, EVTCHN_SEND, (unsigned long)&port, 0, 0);
	for (int i = 0; store->rsp_prod - from < 17 && i < 1000000; i++)
		hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0);
	for (size_t i = 0; i < sizeof head; i++)
		head[i] = (uint8_t)store->rsp[(from + i) % sizeof store->rsp];
	check(store->rsp_prod - from >= 17 && head[0] == 2 && head[4] == 7, "answer of xenstored",
	      store->rsp_prod - from);
	store->rsp_cons = store->rsp_prod;
}

static void check_shared(const struct start_info *si)
{
	const struct shared_info *shared = (const void *)window[0];
	const unsigned long *arch = (const unsigned long *)(const void *)(window[0] + SHARED_ARCH);
	unsigned long set = 0;
	long rc = map_page(window[0], si->shared_info | PTE_P | PTE_RW | PTE_A | PTE_D);

	check(rc == 0, "shared info cannot be mapped", (uint64_t)-rc);
	if (rc)
		return;
	check_shared_info(shared, si->store_evtchn, 1);
	for (int i = 0; i < WORD_BITS; i++)
		set |= shared->evtchn_mask[i];
	check(!set, "events masked", set);
	/* max_pfn, lists of frames, NMIs, p2m_cr3, p2m_vaddr, p2m_generation */
	for (int i = 0; i < 6; i++)
		set |= arch[i];
	check(!set, "left in shared_info", set);
}

static void check_grants(void)
{
	struct {
		uint16_t dom;
		uint32_t nr_frames;
		int16_t status;
		unsigned long *list;
	} setup = { DOMID_SELF, 1, 0, NULL };
	unsigned long frame = 0;
	long rc;

	setup.list = &frame;
	rc = hypercall(GRANT_TABLE_OP, GNTTAB_SETUP, (unsigned long)&setup, 1, 0);
	check(rc == 0 && setup.status == 0, "grant table set-up", (uint64_t)-setup.status);
	rc = map_page(window[1], (uint64_t)frame << 12 | PTE_P | PTE_RW | PTE_A | PTE_D);
	check(rc == 0, "grant table cannot be mapped", (uint64_t)-rc);
	if (rc == 0)
		check_grant_table((const void *)window[1]);
	struct {
		uint16_t dom, pad;
		uint32_t version;
	} v = { DOMID_SELF, 0, 0 };
	rc = hypercall(GRANT_TABLE_OP, GNTTAB_VERSION, (unsigned long)&v, 1, 0);
	/* Xen's PV shim, where 32-bit guests run, cannot be asked. */
	check(rc == 0 ? v.version == 1 : sizeof(long) == 4, "version of the grant table",
	      v.version);
}

/* --- the report -------------------------------------------------------------- */

/* A byte of the initrd, which need not be mapped. */
static uint8_t initrd_byte(const struct start_info *si, unsigned long at)
{
	static unsigned long shown;
	unsigned long pfn = si->mod_start + at / PAGE;

	if (!(si->flags & SIF_MOD_START_PFN))
		return ((const uint8_t *)si->mod_start)[at];
	if (pfn != shown) {
		const unsigned long *p2m = (const unsigned long *)si->mfn_list;

		check(!map_page(window[1], (uint64_t)p2m[pfn] << 12 | PTE_P | PTE_A),
		      "initrd cannot be mapped", pfn);
		shown = pfn;
	}
	return (uint8_t)window[1][at % PAGE];
}

static void say_part(const struct start_info *si, const char *name, unsigned long at,
		     unsigned long n)
{
	uint32_t sum = 0;

	for (unsigned long i = 0; i < n; i++)
		sum = sum * 31 + initrd_byte(si, at + i);
	text(name);
	number(" length=", n);
	number(" sum=", sum);
}

/* struct xen_multiboot_mod_list */
static void report_initrd(const struct start_info *si)
{
	uint32_t word[4];

	if (!(si->flags & SIF_MULTIBOOT_MOD)) {
		say_part(si, "PROBE-INITRD", 0, si->mod_len);
		text("\r\n");
		return;
	}
	for (unsigned long record = 0; record < si->mod_len; record += sizeof word) {
		for (size_t i = 0; i < sizeof word; i++)
			((uint8_t *)word)[i] = initrd_byte(si, record + i);
		if (!word[0])
			break;
		check(word[0] % PAGE == 0 && word[1] < si->mod_len && !word[3], "module", record);
		say_part(si, "PROBE-MODULE", word[0], word[1] + 1 - word[0]);
		text(" args=");
		for (uint8_t c; (c = initrd_byte(si, word[2]++));)
			put((char)c);
		text(".\r\n");
	}
}

__attribute__((used)) void probe(const struct start_info *si, unsigned long sp, unsigned long flags)
{
	ring = (void *)(BASE + pfn_of(si, si->console_mfn) * PAGE);
	console_port = si->console_evtchn;
	number("PROBE-UP pages=", si->nr_pages);
	number(" flags=", si->flags);
	number(" tables=", si->nr_pt_frames);
	text("\r\nPROBE-CMDLINE ");
	text(si->cmd_line);
	text("\r\n");
	check_map(si); /* before the windows show other frames */
	report_initrd(si);
	for (size_t i = 0; i < sizeof magic; i++)
		check(si->magic[i] == magic[i], "magic", i);
	check(!(flags & 0x400), "direction flag", flags);
	check(entry_of(si, sp - 8) & PTE_RW, "stack at entry", sp);
	check(!(si->flags & ~(uint32_t)SIF_KNOWN), "flags of a dom0, or unknown ones", si->flags);
	check_memory(si);
	check_pin(si);
#ifdef LIKE_NETBSD
	check_symbols();
#endif
	check_store(si);
	check_channels(si->store_evtchn);
	check_shared(si);
	check_grants();
	if (has_word(si->cmd_line, "probe.trap")) {
		number("PROBE-TRAPS bad=", bad);
		text("\r\n");
		notify();
		for (int i = 0; ring->out_cons != ring->out_prod && i < 1000000; i++)
			hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0);
		asm volatile("ud2");
	}
	finish(si->cmd_line);
}
