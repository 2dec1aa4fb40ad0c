/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tiny Xen PV kernel that stands in for a guest's kernel: it boots in no
 * time, checks what its loader handed over, says so on the console, and shuts
 * down. What it checks is what a real kernel relies on and seldom looks at:
 * Xen's public headers. WIDTH_H names the header with what differs between a
 * 64-bit and a 32-bit one; elsewhere an unsigned long is the guest's word.
 *
 * Its words on the command line: "probe.wait" keeps it there, having touched
 * nothing, until a key is typed: the host can look at it meanwhile.
 * It prints PROBE-UP, PROBE-CMDLINE, PROBE-INITRD, "PROBE-BAD what: number"
 * for each thing that is wrong, and PROBE-DONE with the count of these.
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
};

#define PAGE	  4096ul
#define ADDR_MASK 0x000ffffffffff000ul
enum { PTE_P = 1, PTE_RW = 2, PTE_A = 32, PTE_D = 64 };
enum { SIF_MOD_START_PFN = 8 };
enum { UPDATE_VA_MAPPING = 14, XEN_VERSION = 17, GRANT_TABLE_OP = 20, MMUEXT_OP = 26 };
enum { UVMF_INVLPG = 2, XENVER_PLATFORM_PARAMETERS = 5 };
enum { GNTTAB_SETUP = 2 };
enum { MMUEXT_UNPIN = 4 };

#include WIDTH_H
#include "probe_say.h"

/* NOTE(type, value): an ELF note named "Xen" */
#define NOTE(type, value) ".balign 4\n.long 4, 2f-1f, " #type "\n.asciz \"Xen\"\n1: " value "\n2:\n"
asm(".pushsection .note.Xen, \"a\", @note\n" /* clang-format off */
    NOTE(6, ".asciz \"probe\"") NOTE(5, ".asciz \"xen-3.0\"") NOTE(8, ".asciz \"generic\"")
    NOTE(3, WORD " PROBE_BASE") NOTE(1, WORD " _start") NOTE(2, WORD " hypercall_page")
    NOTE(9, ".asciz \"yes\"") /* clang-format on */
    ".balign 4\n.popsection\n");

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

static void check_memory(const struct start_info *si)
{
	const unsigned long *p2m = (const unsigned long *)si->mfn_list;
	unsigned long wrong = 0, first = (si->pt_base - BASE) / PAGE;

	for (unsigned long pfn = 0; pfn < si->nr_pages; pfn++)
		wrong += m2p()[p2m[pfn]] != pfn;
	check(!wrong, "frames whose M2P differs from p2m", wrong);
	wrong = 0;
	for (unsigned long i = 0; i < si->nr_pt_frames; i++) {
		uint64_t e = entry_of(si, si->pt_base + i * PAGE);

		wrong += !(e & PTE_P) || (e & PTE_RW) || (e & ADDR_MASK) >> 12 != p2m[first + i];
	}
	check(!wrong, "page tables that are not mapped read-only", wrong);
	check(((const uint64_t *)si->pt_base)[ROOT_MUST] & PTE_P, "no last entry in the root", 0);
	wrong = 0;
	for (size_t i = 0; i < sizeof zeroed / sizeof *zeroed; i++)
		wrong += zeroed[i] != 0;
	check(!wrong, "bytes of .bss that are not zero", wrong);
}

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

static void check_store(const struct start_info *si)
{
	unsigned long pfn = pfn_of(si, si->store_mfn);

	check(pfn != 0, "store frame is not ours", si->store_mfn);
	check_store_ring((const void *)(BASE + pfn * PAGE));
}

static void check_shared(const struct start_info *si)
{
	long rc = map_page(window[0], si->shared_info | PTE_P | PTE_RW | PTE_A | PTE_D);

	check(rc == 0, "shared info cannot be mapped", (uint64_t)-rc);
	if (rc == 0)
		check_shared_info((const void *)window[0], si->store_evtchn, 1);
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
}

/* --- the report -------------------------------------------------------------- */

static void report_initrd(const struct start_info *si)
{
	unsigned long start = si->mod_start;

	if (si->flags & SIF_MOD_START_PFN)
		start = BASE + start * PAGE;
	say_initrd((const void *)start, si->mod_len);
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
	report_initrd(si);
	for (size_t i = 0; i < sizeof magic; i++)
		check(si->magic[i] == magic[i], "magic", i);
	check(!(flags & 0x400), "direction flag", flags);
	check(entry_of(si, sp - 8) & PTE_RW, "stack at entry", sp);
	check(!(si->flags & 3), "flags of a dom0", si->flags);
	check_memory(si);
	check_pin(si);
	check_store(si);
	check_channels(si->store_evtchn);
	check_shared(si);
	check_grants();
	finish(si->cmd_line);
}
