/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../load/exchange.h"
#include "../load/pv.h"
#include "guest.h"
#include "handover_kinds.h"
#include "jump_pv.h"
#include "kernel.h"
#include "start.h"
#include "xen/hypercall.h"
#include "xen/machine.h"
#include <string.h>

/*
 * A PV kernel gets its memory by exchange: whatever is to lie at a PFN is
 * written to a frame that the loader owns, and then the two PFNs change frames
 * in the lists that say which frame belongs to which PFN. Nothing is moved
 * afterwards and nothing that the loader needs is overwritten. Where the PFN
 * itself is free, its own frame is taken.
 *
 * Two numberings are at work: a PFN of today (in mem.h, in addresses) and one
 * of tomorrow (in the layout). The exchange leads from one to the other.
 */
struct handover {
	struct hold *hold;
	struct kernel kernel;
	struct image image;
	struct pv_kernel want;
	struct pv_layout l;
	struct exchange x;
	struct boot_stream initrd; /* or the modules, in the initrd's place, behind: */
	struct span list;	   /* of the modules, whole pages; empty for an initrd */
	char *window;		   /* the address of today's PFN 0, were it mapped */
};

static enum err fail(const struct handover *h, enum err e, const char *what)
{
	return image_fail(&h->kernel.file, e, "%s: %s", what, err_text(e));
}

/* The page that tomorrow's PFN will be, as it can be written today. */
static void *page(const struct handover *h, uint64_t pfn)
{
	return h->window + exchange_at(&h->x, pfn) * PAGE_SIZE;
}

static uint64_t mfn(void *ctx, uint64_t pfn)
{
	const struct handover *h = ctx;
	return mem_mfn(exchange_at(&h->x, pfn));
}

/* --- frames ----------------------------------------------------------------- */

/* How many pages from pfn on are free, of n, or how many are not. */
static size_t free_run(uint64_t pfn, size_t n, bool *is_free)
{
	size_t i = 1;
	*is_free = mem_kind(pfn) == MEM_FREE;
	while (i < n && (mem_kind(pfn + i) == MEM_FREE) == *is_free)
		i++;
	return i;
}

/* n pages that lie anywhere become tomorrow's pfn and on. Returns how many there were. */
static size_t place_any(struct handover *h, uint64_t pfn, size_t n)
{
	void *p = NULL;
	while (n && !(p = hold_pages(h->hold, n)))
		n /= 2;
	for (size_t i = 0; i < n; i++)
		if (exchange_place(&h->x, pfn + i, mem_pfn(p) + i))
			return 0;
	return n;
}

/* The same where today's pages of these numbers are free: they keep their frames. */
static size_t place_same(struct handover *h, uint64_t pfn, size_t n)
{
	if (!hold_take(h->hold, pfn, n))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (exchange_place(&h->x, pfn + i, pfn + i))
			return 0;
	return n;
}

/* n pages are missing, for what is named. */
static enum err no_room(const struct handover *h, uint64_t n, const char *what)
{
	return image_fail(&h->kernel.file, ERR_NOMEM,
			  "needs %llu MiB, guest has %llu MiB: beside the loader itself %llu KiB "
			  "are missing, for %s",
			  (unsigned long long)(h->l.end + 255) / 256,
			  (unsigned long long)mem_total() / 256, (unsigned long long)n * 4, what);
}

/* Give each PFN of a range a page that can be written. Its content is undefined. */
static enum err place(struct handover *h, struct pv_range r)
{
	while (r.n) { /* each round places one page at least */
		bool is_free;
		size_t n = free_run(r.pfn, (size_t)r.n, &is_free);
		size_t done = is_free ? place_same(h, r.pfn, n) : 0;
		if (!done)
			done = place_any(h, r.pfn, n);
		if (!done)
			return no_room(h, r.n, "the kernel and its files");
		r.pfn += done;
		r.n -= done;
	}
	return OK;
}

/* How many of n PFNs of tomorrow, from pfn on, are neighbours today, too. */
static uint64_t run_today(const struct handover *h, uint64_t pfn, uint64_t n)
{
	uint64_t first = exchange_at(&h->x, pfn), i = 1;
	while (i < n && exchange_at(&h->x, pfn + i) == first + i)
		i++;
	return i;
}

/* --- the kernel ------------------------------------------------------------- */

/* The part of a segment that page pfn of tomorrow shows: [from, to) of the segment's bytes. */
static bool overlap(const struct handover *h, const struct image_seg *s, uint64_t pfn,
		    uint64_t *from, uint64_t *to)
{
	uint64_t at = s->paddr - h->want.paddr_offset, begin = pfn * PAGE_SIZE;
	*from = begin > at ? begin - at : 0;
	*to = begin + PAGE_SIZE > at ? min_u64(begin + PAGE_SIZE - at, s->file_len) : 0;
	return *from < *to;
}

/* The page of the unpacked file that is this page of the kernel as it stands, or NULL. */
static void *ready_page(const struct handover *h, uint64_t pfn)
{
	for (size_t i = 0; i < h->image.n_seg; i++) { /* IMAGE_SEGS */
		uint64_t from, to;
		const struct image_seg *s = &h->image.seg[i];
		if (overlap(h, s, pfn, &from, &to) && to - from == PAGE_SIZE &&
		    (s->file_off + from) % PAGE_SIZE == 0)
			return (char *)h->kernel.pages + s->file_off + from;
	}
	return NULL;
}

/* What of the symbols lies in this page. */
static void copy_symbols(const struct handover *h, uint64_t pfn, uint8_t *dst)
{
	uint64_t at = h->want.symbols.at, end = at + h->want.symbols.size;
	uint64_t begin = pfn * PAGE_SIZE, from = begin > at ? begin : at;
	uint64_t to = min_u64(begin + PAGE_SIZE, end);
	if (from < to)
		image_symbols_copy(&h->want.symbols, from - at, dst + (from - begin),
				   (size_t)(to - from));
}

/* Zeros, and over them what the segments and the symbols have for this page. */
static void copy_page(struct handover *h, uint64_t pfn)
{
	char *dst = memset(page(h, pfn), 0, PAGE_SIZE);
	for (size_t i = 0; i < h->image.n_seg; i++) {
		uint64_t from, to;
		const struct image_seg *s = &h->image.seg[i];
		if (overlap(h, s, pfn, &from, &to))
			memcpy(dst + (s->paddr - h->want.paddr_offset + from) % PAGE_SIZE,
			       (char *)h->kernel.pages + s->file_off + from, (size_t)(to - from));
	}
	copy_symbols(h, pfn, (uint8_t *)dst);
}

/* Pages of the file become pages of the kernel; only edges are copied. */
static enum err place_kernel(struct handover *h)
{
	struct pv_range rest = { h->l.kernel.pfn, 0 };
	uint64_t end = h->l.kernel.pfn + h->l.kernel.n;
	for (uint64_t pfn = rest.pfn; pfn <= end; pfn++) {
		void *ready = pfn < end ? ready_page(h, pfn) : NULL;
		if (pfn < end && !ready)
			continue;
		rest.n = pfn - rest.pfn;
		try(place(h, rest));
		for (uint64_t i = 0; i < rest.n; i++)
			copy_page(h, rest.pfn + i);
		if (ready && exchange_place(&h->x, pfn, mem_pfn(ready)))
			return fail(h, ERR_NOMEM, "exchange");
		rest.pfn = pfn + 1;
	}
	if (h->want.has_hypercall_page)
		pv_hypercall_page(h->l.is64, page(h, h->want.hypercall_page / PAGE_SIZE));
	return OK;
}

/* --- everything else -------------------------------------------------------- */

static enum err place_all(struct handover *h)
{
	const struct start *s = start_get();
	const struct pv_layout *l = &h->l;
	const struct pv_range range[] = { l->start_info, l->tables, l->stack,
					  l->initrd,	 l->p2m,    l->p2m_tables };
	for (size_t i = 0; i < array_len(range); i++)
		try(place(h, range[i]));
	if (exchange_place(&h->x, l->store.pfn, hyper_m2p(s->store_mfn)) ||
	    exchange_place(&h->x, l->console.pfn, hyper_m2p(s->console_mfn)))
		return fail(h, ERR_NOMEM, "exchange");
	return OK;
}

/*
 * A 32-bit kernel that knows no extended CR3 must have its root table in the
 * machine's first 4 GiB.
 */
static enum err place_root(struct handover *h)
{
	const uint64_t low = 1ull << (32 - PAGE_SHIFT);
	uint64_t root = h->l.tables.pfn;
	if (h->l.is64 || h->want.extended_cr3 || mfn(h, root) < low)
		return OK;
	for (uint64_t pfn = mem_total(); pfn-- > 0;)
		if (mem_kind(pfn) == MEM_FREE && mem_mfn(pfn) < low && hold_take(h->hold, pfn, 1))
			return exchange_place(&h->x, root, pfn) ? fail(h, ERR_NOMEM, "exchange")
								: OK;
	return image_fail(&h->kernel.file, ERR_NOMEM,
			  "wants its page table in the machine's first 4 GiB, and no free page is");
}

/*
 * The list of modules, and begin to read the files to where they will lie; the
 * rest of the last page is zeros.
 */
static enum err start_initrd(struct handover *h)
{
	const struct pv_range *r = &h->l.initrd;
	uint64_t i = 0;
	for (; i < h->list.n / PAGE_SIZE; i++)
		memcpy(page(h, r->pfn + i), h->list.p + i * PAGE_SIZE, PAGE_SIZE);
	for (uint64_t n; i < r->n; i += n) {
		uint64_t off = i * PAGE_SIZE - h->list.n;
		n = run_today(h, r->pfn + i, r->n - i);
		size_t len = (size_t)min_u64(n * PAGE_SIZE, h->initrd.size - off);
		char *dst = page(h, r->pfn + i);
		memset(dst + len, 0, (size_t)(n * PAGE_SIZE - len));
		try(stream_start(&h->initrd, off, dst, len));
	}
	return OK;
}

/*
 * A kernel may write to everything that is mapped for it and is no page table
 * of its own, so the tables that are live today go to PFNs beyond the map.
 * Nothing may be mapped after this: it could make new tables.
 */
static enum err clear_map(struct handover *h)
{
	uint64_t spare = h->l.end;
	for (uint64_t pfn = 0; pfn < h->l.map[0].n; pfn++) {
		enum mem_kind kind = mem_kind(exchange_at(&h->x, pfn));
		if (kind != MEM_TABLE && kind != MEM_HOLE)
			continue;
		for (;; spare++) {
			if (spare >= mem_total())
				return no_room(h, 1, "page tables in use");
			kind = mem_kind(exchange_at(&h->x, spare));
			if (kind != MEM_TABLE && kind != MEM_HOLE)
				break;
		}
		if (exchange_swap(&h->x, pfn, spare++))
			return fail(h, ERR_NOMEM, "exchange");
	}
	return OK;
}

static void write_p2m(struct handover *h)
{
	const size_t word = h->l.is64 ? 8 : 4, each = PAGE_SIZE / word;
	const char *today = start_get()->mfn_list;
	for (uint64_t i = 0; i < h->l.p2m.n; i++) {
		size_t n = (size_t)min_u64(each, h->l.nr_pages - i * each);
		void *list = memset(page(h, h->l.p2m.pfn + i), 0, PAGE_SIZE);
		memcpy(list, today + i * PAGE_SIZE, n * word);
	}
	for (uint64_t pfn = 0; exchange_next(&h->x, &pfn); pfn++) {
		char *list = page(h, h->l.p2m.pfn + pfn / each);
		uint64_t frame = mfn(h, pfn);
		memcpy(list + pfn % each * word, &frame, word); /* its low half is first */
	}
}

static void write_tables(struct handover *h, struct pv_range r)
{
	for (uint64_t i = 0; i < r.n; i++)
		pv_table(&h->l, r.pfn + i, page(h, r.pfn + i), mfn, h);
}

static void write_start_info(struct handover *h, struct str cmdline)
{
	const struct start *s = start_get();
	struct pv_machine m = {
		.magic = { s->magic, sizeof s->magic },
		.shared_info = s->shared_info,
		.flags = (s->flags & START_P2M_TOOLS) | (h->list.n ? START_MODULES_MULTIBOOT : 0u),
		.store_mfn = s->store_mfn,
		.console_mfn = s->console_mfn,
		.store_evtchn = s->store_evtchn,
		.console_evtchn = s->console_evtchn,
	};
	pv_start_info(&h->l, &m, cmdline, memset(page(h, h->l.start_info.pfn), 0, PAGE_SIZE));
}

/* --- the way over ----------------------------------------------------------- */

/* Make a range of pages unwritable, or bring its mappings back. */
static enum err access_range(struct handover *h, struct pv_range r, bool mapped)
{
	for (uint64_t i = 0, n; i < r.n; i += n) {
		void *p = page(h, r.pfn + i);
		n = run_today(h, r.pfn + i, r.n - i);
		try(mapped ? mem_remap(p, (size_t)n) : mem_unmap(p, (size_t)n));
	}
	return OK;
}

static enum err access_tables(struct handover *h, bool mapped)
{
	try(access_range(h, h->l.tables, mapped));
	return access_range(h, h->l.p2m_tables, mapped);
}

static enum err pin(struct handover *h)
{
	struct mmuext_op op = {
		.cmd = h->l.is64 ? MMUEXT_PIN_L4_TABLE : MMUEXT_PIN_L3_TABLE,
		.arg1 = (unsigned long)mfn(h, h->l.tables.pfn),
	};
	enum err e = access_tables(h, false);
	long refused = e ? 0 : hyper_mmuext(&op, 1);
	if (!e && refused >= 0)
		return OK;
	if (access_tables(h, true))
		guest_panic("page tables of a refused kernel cannot be mapped again");
	return image_fail(&h->kernel.file, ERR_IO,
			  "Xen refuses the page tables (error %ld); see xl dmesg", -refused);
}

/* Tell Xen which PFN each frame has now. */
static void update_m2p(struct handover *h)
{
	enum { BATCH = 128 };
	struct mmu_update u[BATCH];
	size_t n = 0;
	for (uint64_t pfn = 0; exchange_next(&h->x, &pfn); pfn++) {
		uint64_t frame = mfn(h, pfn);
		if (frame == UINT64_MAX)
			continue;
		u[n++] = (struct mmu_update){ frame << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, pfn };
		if (n == BATCH && hyper_mmu_update(u, n) < 0)
			guest_panic("Xen refuses frame numbers");
		n %= BATCH;
	}
	if (n && hyper_mmu_update(u, n) < 0)
		guest_panic("Xen refuses frame numbers");
}

/*
 * Which entry to change so that the live tables show the new stack where the
 * new ones do: the first on the way down that leads nowhere, or the last.
 */
static struct mmu_update graft(struct handover *h, uint64_t va)
{
	struct mmu_update u = { 0 };
	for (unsigned level = h->l.is64 ? 4 : 3; level > 0; level--) {
		uint64_t machine, now;
		if (!pv_live_entry(va, level, &machine, &now))
			break;
		u = (struct mmu_update){ machine, pv_entry(&h->l, level, va, mfn, h) };
		if (!(now & 1))
			break;
	}
	return u;
}

static _Noreturn void go(struct handover *h)
{
	const struct pv_layout *l = &h->l;
	uint64_t stack = pv_va(l, l->stack.pfn);
	const void *old_root = (void *)(uintptr_t)start_get()->pt_base;
	struct jump_pv *j = page(h, l->stack.pfn);
	*j = (struct jump_pv){
		.graft = graft(h, stack),
		.flush = { .cmd = MMUEXT_TLB_FLUSH_LOCAL },
		.swap = { { .cmd = MMUEXT_NEW_BASEPTR,
			    .arg1 = (unsigned long)mfn(h, l->tables.pfn) },
			  { .cmd = MMUEXT_UNPIN_TABLE,
			    .arg1 = (unsigned long)mem_mfn(mem_pfn(old_root)) } },
		.there = stack,
		.start_info = pv_va(l, l->start_info.pfn),
		.entry = h->want.entry,
	};
	guest_teardown();
	update_m2p(h);
	jump_pv(j);
}

/* --- what is to be booted ---------------------------------------------------- */

/* Initrds and modules as one list of files: modules of a kernel that knows none are initrds. */
static enum err all_files(struct handover *h, const struct boot_plan *plan,
			  const struct boot_file **out, size_t *n)
{
	struct boot_file *f =
		arena_array(h->hold->arena, struct boot_file, plan->n_initrd + plan->n_module);
	*out = f;
	*n = 0;
	if (!f)
		return fail(h, ERR_NOMEM, "modules");
	for (size_t i = 0; i < plan->n_initrd; i++)
		f[(*n)++] = plan->initrd[i];
	for (size_t i = 0; i < plan->n_module; i++)
		f[(*n)++] = plan->module[i].file;
	return OK;
}

/* The list that comes before the files, where these are modules. */
static enum err make_list(struct handover *h, const struct boot_plan *plan)
{
	const struct boot_stream *s = &h->initrd;
	struct pv_module *m = arena_array(h->hold->arena, struct pv_module, s->n);
	if (!m)
		return fail(h, ERR_NOMEM, "modules");
	for (size_t i = 0; i < s->n; i++)
		m[i].cmdline = i < plan->n_initrd ? STR("") : plan->module[i - plan->n_initrd].args;
	uint64_t bytes = pv_modules_size(m, s->n),
		 at = (bytes + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE;
	if (bytes > UINT32_MAX || s->size > UINT32_MAX - at)
		return image_fail(&h->kernel.file, ERR_LIMIT, "over 4 GiB of modules");
	uint8_t *list = arena_alloc(h->hold->arena, (size_t)at, 16);
	if (!list)
		return fail(h, ERR_NOMEM, "modules");
	h->list = (struct span){ list, (size_t)at };
	for (size_t i = 0; i < s->n; i++) {
		m[i].size = boot_file_size(&s->file[i]);
		m[i].at = at;
		at += (m[i].size + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE;
	}
	pv_modules_write(m, s->n, memset(list, 0, h->list.n));
	return OK;
}

static enum err gather(struct handover *h, const struct boot_plan *plan)
{
	const struct boot_file *f = plan->initrd;
	size_t n = plan->n_initrd;
	if (plan->n_module)
		try(all_files(h, plan, &f, &n));
	if (stream_of(f, n, PAGE_SIZE, &h->initrd))
		return fail(h, ERR_LIMIT, "initrd");
	if (!plan->n_module)
		return OK;
	if (!h->want.is_linux)
		return make_list(h, plan);
	log_at(h->kernel.file.log, LOG_INFO, "%.*s: Linux knows no modules: they are its initrd",
	       STR_ARG(h->kernel.file.name));
	return OK;
}

static enum err prepare(struct handover *h, const struct boot_plan *plan)
{
	try(kernel_unpack(h->hold, &h->kernel));
	enum err e = image_parse(&h->kernel.file, &h->image);
	if (e)
		return e == ERR_FORMAT ? image_fail(&h->kernel.file, e, "no ELF inside") : e;
	try(pv_kernel(&h->kernel.file, &h->image, machine_cpu64(), &h->want));
	try(gather(h, plan));
	return pv_layout(&h->kernel.file, &h->want, mem_total(), h->list.n + h->initrd.size, &h->l);
}

static enum err fill(struct handover *h, const struct boot_plan *plan)
{
	h->window = (char *)h->kernel.pages - mem_pfn(h->kernel.pages) * PAGE_SIZE;
	try(place_kernel(h));
	try(place_all(h));
	try(place_root(h));
	try(clear_map(h));
	log_at(h->kernel.file.log, LOG_DEBUG, "initrd: %llu bytes",
	       (unsigned long long)h->initrd.size);
	enum err e = start_initrd(h);
	/* While that is under way: */
	write_p2m(h);
	write_tables(h, h->l.tables);
	write_tables(h, h->l.p2m_tables);
	write_start_info(h, plan->cmdline);
	enum err d = h->initrd.n ? stream_drain(&h->initrd) : OK;
	log_at(h->kernel.file.log, LOG_DEBUG, "initrd: in place");
	return e || d ? fail(h, e ? e : d, "initrd") : OK;
}

enum err handover_pv(const struct boot_plan *plan, struct log *log, struct hold *hold)
{
	struct handover h = { .hold = hold, .x = { .arena = hold->arena } };
	try(kernel_read(hold, &plan->kernel, log, &h.kernel));
	if (plan->cmdline.n > PV_CMDLINE_MAX)
		return image_fail(&h.kernel.file, ERR_LIMIT,
				  "command line of %zu bytes: a PV guest takes %d", plan->cmdline.n,
				  PV_CMDLINE_MAX);
	try(prepare(&h, plan));
	try(fill(&h, plan));
	try(pin(&h));
	go(&h);
}
