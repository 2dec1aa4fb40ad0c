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

struct console_ring {
	char in[1024], out[2048];
	uint32_t in_cons, in_prod, out_cons, out_prod;
};

struct store_ring {
	char req[1024], rsp[1024];
	uint32_t req_cons, req_prod, rsp_cons, rsp_prod;
};

enum { WORD_BITS = sizeof(unsigned long) * 8 };
struct shared_info {
	struct {
		uint8_t upcall_pending, upcall_mask;
		uint8_t rest[62];
	} vcpu[32];
	unsigned long evtchn_pending[WORD_BITS], evtchn_mask[WORD_BITS];
};

struct grant {
	uint16_t flags, domid;
	uint32_t frame;
};

#define PAGE	  4096ul
#define ADDR_MASK 0x000ffffffffff000ul
enum { PTE_P = 1, PTE_RW = 2, PTE_A = 32, PTE_D = 64 };
enum { DOMID_SELF = 0x7ff0, SIF_MOD_START_PFN = 8 };
enum { UPDATE_VA_MAPPING = 14, XEN_VERSION = 17, GRANT_TABLE_OP = 20, MMUEXT_OP = 26 };
enum { SCHED_OP = 29, EVTCHN_OP = 32, UVMF_INVLPG = 2, XENVER_PLATFORM_PARAMETERS = 5 };
enum { SCHED_YIELD = 0, SCHED_SHUTDOWN = 2 };
enum { EVTCHN_SEND = 4, EVTCHN_STATUS = 5 };
enum { GNTTAB_SETUP = 2, GNTTAB_SIZE = 6, GRANT_FIRST = 8 };
enum { MMUEXT_UNPIN = 4 };

#include WIDTH_H

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

static volatile struct console_ring *ring;
static uint32_t console_port;
static unsigned bad;

static void notify(void)
{
	hypercall(EVTCHN_OP, EVTCHN_SEND, (unsigned long)&console_port, 0, 0);
}

static void put(char c)
{
	if (ring->out_prod - ring->out_cons >= sizeof ring->out)
		notify();
	while (ring->out_prod - ring->out_cons >= sizeof ring->out)
		hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0);
	ring->out[ring->out_prod % sizeof ring->out] = c;
	asm volatile("" ::: "memory");
	ring->out_prod++;
}

static void text(const char *s)
{
	while (*s)
		put(*s++);
}

static void number(const char *name, uint64_t v)
{
	int shift = 60;

	text(name);
	while (shift && !(v >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put("0123456789abcdef"[v >> shift & 15]);
}

static void check(int good, const char *what, uint64_t v)
{
	if (good)
		return;
	bad++;
	text("PROBE-BAD ");
	text(what);
	number(": ", v);
	text("\r\n");
}

static int has_word(const char *line, const char *word)
{
	for (; *line; line++) {
		size_t i = 0;

		while (word[i] && line[i] == word[i])
			i++;
		if (!word[i])
			return 1;
	}
	return 0;
}

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
	const struct store_ring *store = (const void *)(BASE + pfn * PAGE);

	check(pfn != 0, "store frame is not ours", si->store_mfn);
	check(store->req_cons == store->req_prod, "unread store requests",
	      store->req_prod - store->req_cons);
	check(store->rsp_cons == store->rsp_prod, "unread store replies",
	      store->rsp_prod - store->rsp_cons);
}

static void check_events(const struct start_info *si)
{
	struct {
		uint16_t dom;
		uint32_t port, status, vcpu, u[2];
	} st;
	unsigned extra = 0;

	for (uint32_t port = 1; port < 128; port++) {
		st.dom = DOMID_SELF;
		st.port = port;
		if (hypercall(EVTCHN_OP, EVTCHN_STATUS, (unsigned long)&st, 0, 0))
			break;
		if (st.status && port != si->store_evtchn && port != si->console_evtchn) {
			extra++;
			check(0, "event channel left open", port);
		}
	}
	check(!extra, "event channels left open", extra);
}

static void check_shared(const struct start_info *si)
{
	const volatile struct shared_info *shared = (const void *)window[0];
	unsigned long stray = 0;
	long rc = map_page(window[0], si->shared_info | PTE_P | PTE_RW | PTE_A | PTE_D);

	check(rc == 0, "shared info cannot be mapped", (uint64_t)-rc);
	if (rc)
		return;
	check(shared->vcpu[0].upcall_mask == 1, "upcalls are not masked",
	      shared->vcpu[0].upcall_mask);
	for (int i = 0; i < WORD_BITS; i++) /* the two rings' own ports may be pending */
		stray |= shared->evtchn_pending[i] &
			 ~(i ? 0 : 1ul << si->store_evtchn | 1ul << si->console_evtchn);
	check(!stray, "events pending", stray);
}

static void check_grants(void)
{
	struct {
		uint16_t dom;
		uint32_t nr_frames;
		int16_t status;
		unsigned long *list;
	} setup = { DOMID_SELF, 1, 0, NULL };
	const volatile struct grant *grant = (const void *)window[1];
	unsigned long frame = 0;
	unsigned used = 0;
	long rc;

	setup.list = &frame;
	rc = hypercall(GRANT_TABLE_OP, GNTTAB_SETUP, (unsigned long)&setup, 1, 0);
	check(rc == 0 && setup.status == 0, "grant table set-up", (uint64_t)-setup.status);
	rc = map_page(window[1], (uint64_t)frame << 12 | PTE_P | PTE_RW | PTE_A | PTE_D);
	check(rc == 0, "grant table cannot be mapped", (uint64_t)-rc);
	for (unsigned i = GRANT_FIRST; rc == 0 && i < PAGE / sizeof *grant; i++)
		used += grant[i].flags != 0;
	check(!used, "grants in use", used);
}

/* --- the report -------------------------------------------------------------- */

static void report_initrd(const struct start_info *si)
{
	unsigned long start = si->mod_start;
	uint32_t sum = 0;

	if (si->flags & SIF_MOD_START_PFN)
		start = BASE + start * PAGE;
	for (unsigned long i = 0; i < si->mod_len; i++)
		sum = sum * 31 + ((const uint8_t *)start)[i];
	number("PROBE-INITRD length=", si->mod_len);
	number(" sum=", sum);
	text("\r\n");
}

__attribute__((used)) void probe(const struct start_info *si, unsigned long sp, unsigned long flags)
{
	uint32_t reason = 0, typed;

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
	check_events(si);
	check_shared(si);
	check_grants();
	if (has_word(si->cmd_line, "probe.wait")) {
		text("PROBE-WAITS\r\n");
		notify();
		typed = ring->in_prod;
		while (ring->in_prod == typed)
			hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0);
	}
	number("PROBE-DONE bad=", bad);
	text("\r\n");
	notify();
	for (int i = 0; ring->out_cons != ring->out_prod && i < 1000000; i++)
		hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0);
	hypercall(SCHED_OP, SCHED_SHUTDOWN, (unsigned long)&reason, 0, 0);
}
