/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pv.h"
#include <string.h>

enum {
	FLAG_MOD_START_PFN = 8,
	CALLS = 128, /* of 32 bytes each */
	CALL_SIZE = 32,
	CALL_IRET = 23,
};

/* struct start_info of public/xen.h: offsets of its fields, for 32 and 64 bits. */
enum field {
	NR_PAGES,
	SHARED_INFO,
	FLAGS,
	STORE_MFN,
	STORE_EVTCHN,
	CONSOLE_MFN,
	CONSOLE_EVTCHN,
	PT_BASE,
	NR_PT_FRAMES,
	MFN_LIST,
	MOD_START,
	MOD_LEN,
	CMD_LINE,
	FIRST_P2M_PFN,
	NR_P2M_FRAMES,
	FIELDS,
};
static const uint16_t offset[2][FIELDS] = {
	{ 32, 36, 40, 44, 48, 52, 56, 60, 64, 68, 72, 76, 80, 1104, 1108 },
	{ 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 1152, 1160 },
};

/* A field of the domain's word size; the 32-bit ones are in their word's low half. */
static void put(uint8_t *page, bool is64, enum field f, uint64_t v)
{
	for (size_t i = 0; i < (is64 ? 8 : 4); i++)
		page[offset[is64][f] + i] = (uint8_t)(v >> 8 * i);
}

void pv_start_info(const struct pv_layout *l, const struct pv_machine *m, struct str cmdline,
		   uint8_t page[PV_PAGE])
{
	bool w = l->is64;
	bool by_pfn = l->initrd.n && !l->initrd_mapped;
	memcpy(page, m->magic.p, min_size(m->magic.n, 31));
	put(page, w, NR_PAGES, l->nr_pages);
	put(page, w, SHARED_INFO, m->shared_info);
	put(page, w, FLAGS, m->flags | (by_pfn ? FLAG_MOD_START_PFN : 0u));
	put(page, w, STORE_MFN, m->store_mfn);
	put(page, w, STORE_EVTCHN, m->store_evtchn);
	put(page, w, CONSOLE_MFN, m->console_mfn);
	put(page, w, CONSOLE_EVTCHN, m->console_evtchn);
	put(page, w, PT_BASE, pv_va(l, l->tables.pfn));
	put(page, w, NR_PT_FRAMES, l->tables.n);
	put(page, w, MFN_LIST, l->mfn_list);
	if (l->initrd.n) {
		put(page, w, MOD_START, by_pfn ? l->initrd.pfn : pv_va(l, l->initrd.pfn));
		put(page, w, MOD_LEN, l->initrd_size);
	}
	memcpy(page + offset[w][CMD_LINE], cmdline.p, min_size(cmdline.n, PV_CMDLINE_MAX));
	if (l->p2m_tables.n) {
		put(page, w, FIRST_P2M_PFN, l->p2m.pfn);
		put(page, w, NR_P2M_FRAMES, l->p2m.n + l->p2m_tables.n);
	}
}

enum { RECORD = 16, MODULES_MAX = 1 << 16 };

uint64_t pv_modules_size(const struct pv_module *m, size_t n)
{
	uint64_t size = (n + 1) * RECORD;
	if (n > MODULES_MAX)
		return UINT64_MAX;
	for (size_t i = 0; i < n; i++)
		size += m[i].cmdline.n + 1;
	return size;
}

void pv_modules_write(const struct pv_module *m, size_t n, uint8_t *dst)
{
	size_t at = (n + 1) * RECORD;
	memset(dst, 0, at);
	for (size_t i = 0; i < n; i++) {
		/* the first and the last byte, the command line, nothing */
		const uint64_t word[] = { m[i].at, m[i].at + m[i].size - 1, at };
		for (size_t k = 0; k < array_len(word) * 4; k++)
			dst[i * RECORD + k] = (uint8_t)(word[k / 4] >> 8 * (k % 4));
		memcpy(dst + at, m[i].cmdline.p, m[i].cmdline.n);
		dst[at + m[i].cmdline.n] = 0;
		at += m[i].cmdline.n + 1;
	}
}

/* push rcx; push r11; [push rax]; mov nr, eax; syscall; [pop r11; pop rcx; ret] */
static size_t call64(uint8_t *p, uint8_t nr)
{
	static const uint8_t normal[] = { 0x51, 0x41, 0x53, 0xb8, 0,	0,    0,
					  0,	0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3 };
	static const uint8_t iret[] = { 0x51, 0x41, 0x53, 0x50, 0xb8, 0, 0, 0, 0, 0x0f, 0x05 };
	bool is_iret = nr == CALL_IRET;
	size_t n = is_iret ? sizeof iret : sizeof normal;
	memcpy(p, is_iret ? iret : normal, n);
	p[is_iret ? 5 : 4] = nr;
	return n;
}

/* [push eax]; mov nr, eax; int 0x82; [ret] */
static size_t call32(uint8_t *p, uint8_t nr)
{
	static const uint8_t normal[] = { 0xb8, 0, 0, 0, 0, 0xcd, 0x82, 0xc3 };
	static const uint8_t iret[] = { 0x50, 0xb8, 0, 0, 0, 0, 0xcd, 0x82 };
	memcpy(p, nr == CALL_IRET ? iret : normal, sizeof normal);
	p[nr == CALL_IRET ? 2 : 1] = nr;
	return sizeof normal;
}

void pv_hypercall_page(bool is64, uint8_t page[PV_PAGE])
{
	memset(page, 0xcc, PV_PAGE);
	for (size_t nr = 0; nr < CALLS; nr++) {
		uint8_t *p = page + nr * CALL_SIZE;
		(void)(is64 ? call64(p, (uint8_t)nr) : call32(p, (uint8_t)nr));
	}
}
