/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probe (probe.c) as a PVH kernel: 32 bits, no paging. It checks the
 * state of the processor, hvm_start_info and what that points to (Xen
 * docs/misc/pvh.pandoc, public/arch-x86/hvm/start_info.h), that the memory map
 * is Xen's and all of its RAM is there, and that nothing else is mapped. Its
 * word "probe.balloon": less RAM is there than the map has.
 */
#include <stddef.h>
#include <stdint.h>

enum { MEMORY_OP = 12, HVM_OP = 34 };
enum { CURRENT_RESERVATION = 3, ADD_TO_PHYSMAP = 7, MEMORY_MAP = 9, REMOVE_FROM_PHYSMAP = 15 };
enum { SPACE_SHARED = 0, SPACE_GRANT = 1, HVMOP_GET_PARAM = 1 };
enum { STORE_PFN = 1, STORE_EVTCHN = 2, CONSOLE_PFN = 17, CONSOLE_EVTCHN = 18 };
enum { PAGE = 4096, RAM = 1, MAP_MAX = 128 };
#define MAGIC 0x336ec578u

static char hypercall_page[PAGE] __attribute__((aligned(4096)));

static long hypercall(unsigned nr, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	const char *entry = hypercall_page + nr * 32;
	long ret;

	asm volatile("call *%[entry]"
		     : "=a"(ret), "+b"(a), "+c"(b), "+d"(c), "+S"(d)
		     : [entry] "r"(entry)
		     : "memory");
	return ret;
}

#include "probe_say.h"

struct hvm_start_info {
	uint32_t magic, version, flags, nr_modules;
	uint64_t modlist, cmdline, rsdp, memmap;
	uint32_t memmap_entries, reserved;
};
struct module {
	uint64_t paddr, size, cmdline, reserved;
};
struct range {
	uint64_t addr, size;
	uint32_t type, reserved;
};
struct __attribute__((packed)) e820 {
	uint64_t addr, size;
	uint32_t type;
};

/* What the processor held at the entry: filled by _start. */
struct at_entry {
	uint32_t ebx, eflags, cr0, cr4, efer;
};
struct at_entry at_entry;

asm(".pushsection .note.Xen, \"a\", @note\n"
    ".long 4, 4, 18\n.asciz \"Xen\"\n.long _start\n" /* PHYS32_ENTRY */
    ".popsection\n");
asm(".pushsection .text.first, \"ax\"\n.globl _start\n_start:\n"
    "  mov $stack_top, %esp\n  mov %ebx, at_entry\n"
    "  pushf\n  pop at_entry + 4\n"
    "  mov %cr0, %eax\n  mov %eax, at_entry + 8\n"
    "  mov %cr4, %eax\n  mov %eax, at_entry + 12\n"
    "  mov $0xc0000080, %ecx\n  rdmsr\n  mov %eax, at_entry + 16\n"
    "  call probe\n1: hlt\n  jmp 1b\n.popsection\n");

char stack[16384] __attribute__((aligned(16)));
asm(".globl stack_top\n.set stack_top, stack + 16384\n");

static struct e820 map[MAP_MAX];
static uint32_t n_map;
static uint64_t zeroed[512]; /* the loader must have cleared .bss */
extern char image_end[];     /* by the linker */

static const void *at(uint64_t physical)
{
	return (const void *)(uint32_t)physical;
}

static void hypercalls_begin(void)
{
	uint32_t leaf = 0x40000000, eax, ebx, ecx, edx;

	for (; leaf < 0x40010000; leaf += 0x100) {
		asm volatile("cpuid" : "=a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx) : "a"(leaf));
		if (ebx == 0x566e6558 && ecx == 0x65584d4d && edx == 0x4d4d566e) /* XenVMMXenVMM */
			break;
	}
	asm volatile("cpuid" : "=a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx) : "a"(leaf + 2));
	asm volatile("wrmsr" ::"c"(ebx), "a"(hypercall_page), "d"(0) : "memory");
}

static uint64_t parameter(uint32_t index)
{
	struct {
		uint16_t domid;
		uint32_t index;
		uint64_t value;
	} op = { DOMID_SELF, index, 0 };
	long rc = hypercall(HVM_OP, HVMOP_GET_PARAM, (uint32_t)&op, 0, 0);

	return rc ? 0 : op.value;
}

/* --- memory ------------------------------------------------------------------- */

static int covered(uint64_t addr, uint64_t size, int ram_only)
{
	for (uint32_t i = 0; i < n_map; i++) {
		if (ram_only && map[i].type == RAM && addr >= map[i].addr &&
		    addr + size <= map[i].addr + map[i].size)
			return 1;
		if (!ram_only && addr < map[i].addr + map[i].size && map[i].addr < addr + size)
			return 1;
	}
	return 0;
}

/* Given by the loader: in RAM, where a kernel can find it, and not in the kernel. */
static void check_place(const char *what, uint64_t addr, uint64_t size, uint64_t below)
{
	check(covered(addr, size, 1) && addr + size <= below, what, addr);
	check(addr >= (uint32_t)image_end || addr + size <= 0x100000, what, addr);
}

static uint64_t ram_pages(void)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < n_map; i++)
		n += map[i].type == RAM ? map[i].size / PAGE : 0;
	return n;
}

static void read_map(void)
{
	struct {
		uint32_t n;
		struct e820 *at;
	} op = { MAP_MAX, map };
	long rc = hypercall(MEMORY_OP, MEMORY_MAP, (uint32_t)&op, 0, 0);

	n_map = rc ? 0 : op.n;
}

static void check_map(const struct hvm_start_info *si)
{
	const struct range *given = at(si->memmap);
	uint32_t wrong = 0;

	check(si->memmap_entries == n_map, "entries of the memory map", si->memmap_entries);
	for (uint32_t i = 0; i < n_map && i < si->memmap_entries; i++)
		wrong += given[i].addr != map[i].addr || given[i].size != map[i].size ||
			 given[i].type != map[i].type || given[i].reserved;
	check(!wrong, "entries that are not in Xen's memory map", wrong);
}

/* Every page of the map's RAM has a frame. */
static uint64_t check_frames(const char *cmdline)
{
	uint16_t self = DOMID_SELF;
	long have = hypercall(MEMORY_OP, CURRENT_RESERVATION, (uint32_t)&self, 0, 0);
	uint64_t missing = ram_pages() - (uint64_t)have;

	check(has_word(cmdline, "probe.balloon") || (uint64_t)have >= ram_pages(),
	      "pages of RAM without a frame", missing);
	return (uint64_t)have;
}

/* Nothing is where the memory map has nothing; page: one of these for us, or 0. */
static uint32_t check_holes(void)
{
	struct {
		uint16_t domid;
		uint32_t pfn;
	} op = { DOMID_SELF, 0 };
	uint32_t left = 0, page = 0;

	for (uint32_t pfn = 0xfe000; pfn < 0xfec00; pfn++) {
		if (covered((uint64_t)pfn * PAGE, PAGE, 0))
			continue;
		op.pfn = page = pfn;
		left += hypercall(MEMORY_OP, REMOVE_FROM_PHYSMAP, (uint32_t)&op, 0, 0) == 0;
	}
	check(!left, "pages left behind in holes", left);
	check(page != 0, "no hole below 0xfec00000", page);
	return page;
}

static const void *show(uint32_t space, uint32_t pfn)
{
	struct {
		uint16_t domid, size;
		uint32_t space, idx, gpfn;
	} op = { DOMID_SELF, 0, space, 0, pfn };
	long rc = hypercall(MEMORY_OP, ADD_TO_PHYSMAP, (uint32_t)&op, 0, 0);

	check(rc == 0, "page of Xen's cannot be mapped", (uint64_t)-rc);
	return rc ? NULL : at((uint64_t)pfn * PAGE);
}

/* --- the rest ------------------------------------------------------------------- */

static void check_processor(void)
{
	check((at_entry.eflags & 0x20700) == 0, "eflags: DF, IF, TF, VM", at_entry.eflags);
	check(at_entry.cr0 == 0x11, "cr0", at_entry.cr0);
	check(at_entry.cr4 == 0, "cr4", at_entry.cr4);
	check(at_entry.efer == 0, "efer", at_entry.efer);
}

static void check_info(const struct hvm_start_info *si)
{
	const char *rsdp = at(si->rsdp);
	uint8_t sum = 0;

	check(si->magic == MAGIC, "magic", si->magic);
	check(si->version == 1, "version", si->version);
	check(si->flags == 0, "flags", si->flags);
	check(!si->modlist == !si->nr_modules, "module list", si->modlist);
	check_place("place of start_info", (uint32_t)si, sizeof *si, 1u << 30);
	check_place("place of the memory map", si->memmap, n_map * sizeof(struct range), 1u << 30);
	check_place("place of the command line", si->cmdline, 1, 1u << 30);
	for (int i = 0; i < 20; i++)
		sum = (uint8_t)(sum + rsdp[i]);
	check(rsdp[0] == 'R' && sum == 0, "no ACPI at rsdp", si->rsdp);
}

static void report_modules(const struct hvm_start_info *si)
{
	const struct module *m = at(si->modlist);

	for (uint32_t i = 0; i < si->nr_modules; i++) {
		check_place("place of a module", m[i].paddr, m[i].size, 1ull << 32);
		check(m[i].paddr % PAGE == 0, "module not at a page", m[i].paddr);
		check(m[i].reserved == 0, "module's reserved field", m[i].reserved);
		if (m[i].cmdline) {
			text("PROBE-MODULE ");
			text(at(m[i].cmdline));
			text("\r\n");
		}
		say_initrd(at(m[i].paddr), (uint32_t)m[i].size);
	}
}

__attribute__((used)) void probe(void)
{
	const struct hvm_start_info *si = at(at_entry.ebx);
	const char *cmdline = at(si->cmdline);
	const void *page;
	uint32_t store_port, hole, wrong = 0;

	hypercalls_begin();
	ring = (void *)(uint32_t)(parameter(CONSOLE_PFN) * PAGE);
	console_port = (uint32_t)parameter(CONSOLE_EVTCHN);
	store_port = (uint32_t)parameter(STORE_EVTCHN);
	read_map();
	number("PROBE-UP pages=", ram_pages());
	number(" frames=", check_frames(cmdline));
	text("\r\nPROBE-CMDLINE ");
	text(cmdline);
	text("\r\n");
	report_modules(si);
	for (size_t i = 0; i < sizeof zeroed / sizeof *zeroed; i++)
		wrong += zeroed[i] != 0;
	check(!wrong, "bytes of .bss that are not zero", wrong);
	check_processor();
	check_info(si);
	check_map(si);
	check_store_ring(at(parameter(STORE_PFN) * PAGE));
	check_channels(store_port);
	hole = check_holes();
	page = show(SPACE_SHARED, hole);
	if (page)
		check_shared_info(page, store_port, 0);
	page = show(SPACE_GRANT, hole);
	if (page)
		check_grant_table(page);
	finish(cmdline);
}
