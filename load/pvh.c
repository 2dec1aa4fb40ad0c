/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pvh.h"

enum {
	RELOC_ALIGN = 2 << 20, /* where PHYS32_RELOC does not say */
	PROTOCOL_MIN = 0x020a, /* the first with init_size */
	ABOVE_4G = 2,	       /* in xloadflags */
	START_INFO = 56,       /* bytes: struct hvm_start_info */
	MODULE = 32,	       /* struct hvm_modlist_entry */
	MAP_ENTRY = 24,	       /* struct hvm_memmap_table_entry */
};
#define MIB   (1ull << 20)
#define GIB   (1ull << 30)
#define RAM   1
#define MAGIC 0x336ec578u

static uint64_t pages(uint64_t bytes)
{
	return bytes / PVH_PAGE + (bytes % PVH_PAGE != 0);
}

static uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Aligned places in [min, max): nonsense there means that it stays where it is. */
static void may_move(struct pvh_kernel *k, uint64_t align, uint64_t min, uint64_t max)
{
	if (align < PVH_PAGE || align & (align - 1) || min >= max)
		return;
	k->align = align;
	k->min = max_u64(min, MIB);
	k->max = max;
}

enum err pvh_kernel_elf(const struct image_file *f, const struct image *img, struct pvh_kernel *k)
{
	const struct xen_notes *x = &img->xen;
	if (!xen_note_has(x, XEN_NOTE_PHYS32_ENTRY))
		return image_fail(f, ERR_UNSUPPORTED,
				  x->present ? "no PHYS32_ENTRY note: kernel built without "
					       "CONFIG_PVH; use type=\"pv\""
					     : "no Xen notes: not a kernel for a PVH guest");
	*k = (struct pvh_kernel){
		.start = img->low & ~(uint64_t)(PVH_PAGE - 1),
		.end = img->high,
		.entry = x->num[XEN_NOTE_PHYS32_ENTRY],
		.info_max = GIB,
		.module_max = 4 * GIB,
		.cmdline_max = UINT64_MAX,
	};
	image_symbols(f, img, &k->end, &k->symbols);
	if (k->end > 4 * GIB)
		return image_fail(f, ERR_UNSUPPORTED, "wants to lie at %llx, above 4 GiB",
				  (unsigned long long)img->low);
	if (k->entry < img->low || k->entry >= img->high)
		return image_fail(f, ERR_CORRUPT, "PHYS32_ENTRY %llx lies outside the image",
				  (unsigned long long)k->entry);
	if (xen_note_has(x, XEN_NOTE_PHYS32_RELOC))
		may_move(k, x->reloc[0] ? x->reloc[0] : RELOC_ALIGN, x->reloc[1],
			 x->reloc[2] ? x->reloc[2] + 1ull : 4 * GIB);
	return OK;
}

enum err pvh_kernel_linux(const struct image_file *f, const struct bzimage *b, struct pvh_kernel *k)
{
	if (b->version < PROTOCOL_MIN)
		return image_fail(f, ERR_UNSUPPORTED,
				  "boot protocol %u.%02u is too old for a PVH guest",
				  b->version >> 8, b->version & 0xff);
	uint64_t size = max_u64(b->init_size, f->bytes.n - b->kernel_off);
	*k = (struct pvh_kernel){
		.by_linux = true,
		.start = b->pref_address,
		.end = b->pref_address + size,
		.entry = b->pref_address,
		.info_max = GIB,
		.module_max = b->xloadflags & ABOVE_4G ? UINT64_MAX : b->initrd_max + 1ull,
		.cmdline_max = b->cmdline_max ? b->cmdline_max : 255,
	};
	if (k->start % PVH_PAGE || k->start < MIB || k->start > 4 * GIB - size)
		return image_fail(f, ERR_CORRUPT, "bzImage wants to lie at %llx, %llu bytes",
				  (unsigned long long)k->start, (unsigned long long)size);
	if (b->relocatable)
		may_move(k, b->align, k->start, 4 * GIB);
	return OK;
}

/* --- the layout -------------------------------------------------------------- */

static enum err no_room(const struct image_file *f, const struct pvh_memory *mem, uint64_t need)
{
	uint64_t have = 0;
	for (size_t i = 0; i < mem->n_map; i++)
		have += mem->map[i].type == RAM ? mem->map[i].size : 0;
	return image_fail(f, ERR_LIMIT, "needs %llu MiB, guest has %llu MiB%s",
			  (unsigned long long)(need + MIB - 1) / MIB,
			  (unsigned long long)have / MIB,
			  need > have ? "" : ", with holes and what the loader uses");
}

/* The lowest bytes in [from, to); UINT64_MAX: there is no place. */
static uint64_t find(const struct pvh_memory *mem, uint64_t from, uint64_t to, uint64_t bytes)
{
	uint64_t pfn = mem->find(mem->ctx, pages(from), to / PVH_PAGE, pages(bytes));
	return pfn == UINT64_MAX ? pfn : pfn * PVH_PAGE;
}

static bool place_kernel(const struct pvh_memory *mem, struct pvh_layout *l)
{
	const struct pvh_kernel *k = l->kernel;
	uint64_t size = pages(k->end - k->start) * PVH_PAGE;
	l->load = find(mem, k->start, k->start + size, size);
	uint64_t from = k->min;
	while (l->load == UINT64_MAX && k->align && from < k->max) { /* each round moves on */
		uint64_t at = find(mem, from, k->max, size);
		if (at == UINT64_MAX)
			return false;
		from = (at + k->align - 1) & ~(k->align - 1);
		if (at == from)
			l->load = at;
	}
	return l->load != UINT64_MAX;
}

/* In the block of an ELF kernel: start_info, modules, memory map, then the texts. */
static uint64_t info_texts(const struct pvh_layout *l, const struct pvh_memory *mem)
{
	return START_INFO + l->n_module * MODULE + mem->n_map * MAP_ENTRY;
}

static uint64_t info_size(const struct pvh_layout *l, const struct pvh_memory *mem)
{
	if (l->kernel->by_linux)
		return PVH_PAGE + l->cmdline.n + 1;
	uint64_t n = info_texts(l, mem) + l->cmdline.n + 1;
	for (size_t i = 0; i < l->n_module; i++)
		n += l->module[i].cmdline.n + 1;
	return n;
}

/* Behind the kernel, where it looks first; or below it. */
static bool place_info(const struct pvh_memory *mem, struct pvh_layout *l, uint64_t end)
{
	uint64_t max = l->kernel->info_max, size = l->info_pages * PVH_PAGE;
	l->info = find(mem, end, max, size);
	if (l->info == UINT64_MAX)
		l->info = find(mem, MIB, l->load < max ? l->load : max, size);
	return l->info != UINT64_MAX;
}

enum err pvh_layout(const struct image_file *f, const struct pvh_memory *mem, struct pvh_layout *l)
{
	const struct pvh_kernel *k = l->kernel;
	if (l->cmdline.n > k->cmdline_max)
		return image_fail(f, ERR_LIMIT, "command line of %zu bytes: this kernel takes %llu",
				  l->cmdline.n, (unsigned long long)k->cmdline_max);
	l->info_pages = pages(info_size(l, mem));
	uint64_t need = k->end + l->info_pages * PVH_PAGE;
	for (size_t i = 0; i < l->n_module; i++)
		need += pages(l->module[i].size) * PVH_PAGE;
	if (!place_kernel(mem, l))
		return no_room(f, mem, need);
	uint64_t at = l->load + (k->end - k->start);
	if (!place_info(mem, l, at))
		return no_room(f, mem, need);
	at = max_u64(at, l->info + l->info_pages * PVH_PAGE);
	for (size_t i = 0; i < l->n_module; i++) {
		uint64_t size =
			max_u64(l->module[i].size, 1); /* also an empty one lies somewhere */
		l->module[i].at = find(mem, at, k->module_max, size);
		if (l->module[i].at == UINT64_MAX)
			return no_room(f, mem, need);
		at = l->module[i].at + size;
	}
	return OK;
}

/* --- the block --------------------------------------------------------------- */

static uint8_t *put(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
	return p + n;
}

static void put_text(const struct pvh_layout *l, uint8_t *block, uint64_t *at, struct str s,
		     uint8_t *pointer)
{
	put(pointer, l->info + *at, 8);
	for (size_t i = 0; i < s.n; i++)
		block[*at + i] = (uint8_t)s.p[i];
	*at += s.n + 1;
}

void pvh_info_elf(const struct pvh_layout *l, const struct pvh_memory *mem, uint8_t *block)
{
	uint64_t texts = info_texts(l, mem), modules = START_INFO;
	uint64_t map = modules + l->n_module * MODULE;
	uint8_t *p = put(block, MAGIC, 4);
	p = put(p, 1, 4); /* version */
	p = put(p, l->flags, 4);
	p = put(p, l->n_module, 4);
	p = put(p, l->n_module ? l->info + modules : 0, 8); /* FreeBSD: no modules, no list */
	put_text(l, block, &texts, l->cmdline, p);
	p = put(p + 8, l->rsdp, 8);
	p = put(p, l->info + map, 8);
	put(p, mem->n_map, 4);
	for (size_t i = 0; i < l->n_module; i++) {
		p = put(block + modules + i * MODULE, l->module[i].at, 8);
		p = put(p, l->module[i].size, 8);
		if (l->module[i].cmdline.p)
			put_text(l, block, &texts, l->module[i].cmdline, p);
	}
	for (size_t i = 0; i < mem->n_map; i++) {
		p = put(block + map + i * MAP_ENTRY, mem->map[i].addr, 8);
		p = put(p, mem->map[i].size, 8);
		put(p, mem->map[i].type, 4);
	}
}

/* struct boot_params and the setup header in it. */
enum {
	ACPI_RSDP = 0x070,
	EXT_RAMDISK_IMAGE = 0x0c0,
	EXT_RAMDISK_SIZE = 0x0c4,
	E820_ENTRIES = 0x1e8,
	SETUP_HEADER = 0x1f1,
	SETUP_JUMP = 0x201, /* its second byte says where the header ends */
	SETUP_BEGIN = 0x202,
	TYPE_OF_LOADER = 0x210,
	CODE32_START = 0x214,
	RAMDISK_IMAGE = 0x218,
	RAMDISK_SIZE = 0x21c,
	CMD_LINE_PTR = 0x228,
	SETUP_END = 0x290, /* other fields begin */
	E820_TABLE = 0x2d0,
	E820_ENTRY = 20,
	E820_MAX = 128,
	LOADER_UNKNOWN = 0xff,
};

void pvh_info_linux(const struct pvh_layout *l, const struct pvh_memory *mem, struct span setup,
		    uint8_t *block)
{
	size_t end = setup.n > SETUP_JUMP ? SETUP_BEGIN + (size_t)setup.p[SETUP_JUMP] : 0;
	for (size_t i = SETUP_HEADER; i < end && i < SETUP_END && i < setup.n; i++)
		block[i] = setup.p[i];
	put(block + ACPI_RSDP, l->rsdp, 8);
	put(block + TYPE_OF_LOADER, LOADER_UNKNOWN, 1);
	put(block + CODE32_START, l->load, 4);
	put(block + CMD_LINE_PTR, l->info + PVH_PAGE, 4);
	for (size_t i = 0; i < l->cmdline.n; i++)
		block[PVH_PAGE + i] = (uint8_t)l->cmdline.p[i];
	if (l->n_module) {
		const struct pvh_module *m = l->module;
		put(block + RAMDISK_IMAGE, m->at, 4);
		put(block + EXT_RAMDISK_IMAGE, m->at >> 32, 4);
		put(block + RAMDISK_SIZE, m->size, 4);
		put(block + EXT_RAMDISK_SIZE, m->size >> 32, 4);
	}
	size_t n = mem->n_map < E820_MAX ? mem->n_map : E820_MAX;
	put(block + E820_ENTRIES, n, 1);
	for (size_t i = 0; i < n; i++) {
		uint8_t *p = put(block + E820_TABLE + i * E820_ENTRY, mem->map[i].addr, 8);
		p = put(p, mem->map[i].size, 8);
		put(p, mem->map[i].type, 4);
	}
}
