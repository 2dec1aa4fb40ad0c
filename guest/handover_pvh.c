/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "../load/pvh.h"
#include "guest.h"
#include "handover_kinds.h"
#include "jump_pvh.h"
#include "kernel.h"
#include "start.h"
#include "words.h"
#include <string.h>

/*
 * A PVH kernel lies at physical addresses of its own choice, low ones; so the
 * loader keeps itself and all that it needs as high as it can. Everything is
 * written to where it will be found. A bzImage starts through the Linux boot
 * protocol, because it can unpack itself; an ELF through PHYS32_ENTRY; and
 * dom0's word pvh=elf or pvh=linux decides otherwise.
 */
enum { PROTOCOL_RSDP = 0x020e }; /* the first by which a kernel is told where ACPI is */

struct handover {
	struct hold *hold;
	struct kernel kernel;
	struct bzimage bzimage;
	struct image image;
	struct pvh_kernel want;
	struct pvh_memory mem;
	struct pvh_layout l;
	struct boot_stream stream[1 + PVH_MODULES]; /* of each module */
	struct pvh_module module[1 + PVH_MODULES];
};

static uint64_t find(void *ctx, uint64_t from, uint64_t to, uint64_t n)
{
	(void)ctx;
	return mem_find(from, to, n);
}

/* --- what to boot -------------------------------------------------------------- */

/* What dom0 wants: does a bzImage start through the Linux boot protocol? */
static enum err choose(struct handover *h, bool is_bzimage, bool *by_linux)
{
	char line[START_CMDLINE];
	memcpy(line, start_get()->cmdline, sizeof line);
	struct str word = words_value(line, STR("pvh"));
	*by_linux = is_bzimage && h->bzimage.version >= PROTOCOL_RSDP;
	if (!word.p)
		return OK;
	*by_linux = str_eq(word, STR("linux"));
	if (!*by_linux && !str_eq(word, STR("elf")))
		return image_fail(&h->kernel.file, ERR_UNSUPPORTED,
				  "pvh=%.*s: neither linux nor elf", STR_ARG(word));
	if (*by_linux && !is_bzimage)
		return image_fail(&h->kernel.file, ERR_UNSUPPORTED,
				  "pvh=linux, but the kernel is no bzImage");
	return OK;
}

static enum err describe(struct handover *h)
{
	bool is_bzimage, by_linux;
	try(kernel_unwrap(h->hold, &h->kernel, &h->bzimage, &is_bzimage));
	try(choose(h, is_bzimage, &by_linux));
	if (by_linux)
		return pvh_kernel_linux(&h->kernel.file, &h->bzimage, &h->want);
	try(kernel_unpack(h->hold, &h->kernel));
	enum err e = image_parse(&h->kernel.file, &h->image);
	if (e)
		return e == ERR_FORMAT ? image_fail(&h->kernel.file, e, "no ELF inside") : e;
	return pvh_kernel_elf(&h->kernel.file, &h->image, &h->want);
}

static enum err add_module(struct handover *h, const struct boot_file *f, size_t n, struct str args)
{
	struct boot_stream *s = &h->stream[h->l.n_module];
	try(stream_of(f, n, PAGE_SIZE, s));
	h->module[h->l.n_module++] = (struct pvh_module){ .size = s->size, .cmdline = args };
	return OK;
}

static enum err list_modules(struct handover *h, const struct boot_plan *plan)
{
	if (plan->n_module && h->want.by_linux)
		return image_fail(&h->kernel.file, ERR_UNSUPPORTED,
				  "modules: Linux takes an initrd; or say pvh=elf");
	if (plan->n_module > PVH_MODULES)
		return image_fail(&h->kernel.file, ERR_LIMIT, "%zu modules: at most %d",
				  plan->n_module, PVH_MODULES);
	if (plan->n_initrd)
		try(add_module(h, plan->initrd, plan->n_initrd, (struct str){ NULL, 0 }));
	for (size_t i = 0; i < plan->n_module; i++)
		try(add_module(h, &plan->module[i].file, 1, plan->module[i].args));
	return OK;
}

/* --- where it goes ------------------------------------------------------------- */

/* Pages from this address on, ours from now on. */
static enum err take(struct handover *h, uint64_t at, uint64_t bytes, void **out)
{
	*out = hold_take(h->hold, at >> PAGE_SHIFT,
			 (size_t)((bytes + PAGE_SIZE - 1) >> PAGE_SHIFT));
	return *out ? OK : image_fail(&h->kernel.file, ERR_NOMEM, "out of memory");
}

/* The part of a bzImage that runs; what it needs besides stays untouched. */
static void copy_bzimage(const struct handover *h, void *to)
{
	struct span bytes = h->kernel.file.bytes;
	size_t off = h->bzimage.kernel_off;
	memcpy(to, bytes.p + off, bytes.n - off);
}

static void copy_elf(const struct handover *h, char *to)
{
	for (size_t i = 0; i < h->image.n_seg; i++) { /* IMAGE_SEGS */
		const struct image_seg *s = &h->image.seg[i];
		char *at = to + (s->paddr - h->want.start);
		memcpy(at, h->kernel.file.bytes.p + s->file_off, s->file_len);
		memset(at + s->file_len, 0, (size_t)(s->mem_len - s->file_len));
	}
	const struct image_symbols *symbols = &h->want.symbols;
	if (symbols->size)
		image_symbols_copy(symbols, 0, (uint8_t *)to + (symbols->at - h->want.start),
				   (size_t)symbols->size);
}

/* Begin to read a module; the rest of its last page is zeros. */
static enum err read_module(struct handover *h, size_t i)
{
	const struct pvh_module *m = &h->module[i];
	void *p;
	if (!m->size)
		return OK;
	try(take(h, m->at, m->size, &p));
	memset((char *)p + m->size, 0, (size_t)(-m->size % PAGE_SIZE));
	return stream_start(&h->stream[i], 0, p, (size_t)m->size);
}

static enum err read_modules(struct handover *h)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < h->l.n_module; i++)
		e = read_module(h, i);
	for (size_t i = 0; i < h->l.n_module; i++) {
		enum err d = stream_drain(&h->stream[i]);
		e = e ? e : d;
	}
	return e ? image_fail(&h->kernel.file, e, "initrd: %s", err_text(e)) : OK;
}

static enum err fill(struct handover *h)
{
	void *kernel, *info;
	try(take(h, h->l.load, h->want.end - h->want.start, &kernel));
	try(take(h, h->l.info, h->l.info_pages << PAGE_SHIFT, &info));
	memset(info, 0, (size_t)(h->l.info_pages << PAGE_SHIFT));
	if (h->want.by_linux) {
		copy_bzimage(h, kernel);
		pvh_info_linux(&h->l, &h->mem, h->kernel.file.bytes, info);
	} else {
		copy_elf(h, kernel);
		pvh_info_elf(&h->l, &h->mem, info);
	}
	return read_modules(h);
}

static enum err prepare(struct handover *h, const struct boot_plan *plan)
{
	const struct start *s = start_get();
	try(describe(h));
	try(list_modules(h, plan));
	h->mem = (struct pvh_memory){ .map = s->map, .n_map = s->n_map, .find = find };
	h->l.kernel = &h->want;
	h->l.cmdline = plan->cmdline;
	h->l.module = h->module;
	h->l.rsdp = s->rsdp;
	h->l.flags = s->flags;
	return pvh_layout(&h->kernel.file, &h->mem, &h->l);
}

enum err handover_pvh(const struct boot_plan *plan, struct log *log, struct hold *hold)
{
	struct handover *h = arena_new(hold->arena, struct handover);
	if (!h) {
		log_at(log, LOG_ERROR, "%.*s: out of memory", STR_ARG(plan->kernel.path));
		return ERR_NOMEM;
	}
	h->hold = hold;
	try(kernel_read(hold, &plan->kernel, log, &h->kernel));
	try(prepare(h, plan));
	try(fill(h));
	uint32_t entry = (uint32_t)(h->want.entry - h->want.start + h->l.load);
	uint32_t info = (uint32_t)h->l.info;
	guest_teardown();
	jump_pvh_to(entry, h->want.by_linux ? 0 : info, h->want.by_linux ? info : 0);
}
