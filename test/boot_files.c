/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "boot_files.h"
#include <stdlib.h>

struct allowed allowed;

bool may(long *n)
{
	*n -= *n > 0;
	return *n != 0;
}

/* --- what the hand-over's arena is made of ------------------------------------- */

enum { BLOCKS = 4096 };
static void *block[BLOCKS];
static size_t n_block, n_given_back;

static void *get(struct pages *pg, size_t bytes)
{
	(void)pg;
	if (n_block == BLOCKS || !may(&allowed.pages))
		return NULL;
	return block[n_block++] = malloc(bytes);
}
static void put(struct pages *pg, void *p, size_t bytes)
{
	(void)pg;
	(void)p;
	(void)bytes;
	n_given_back++;
}
struct pages files_pages = { .get = get, .put = put };

bool files_pages_back(void)
{
	return n_given_back == n_block;
}
void files_pages_free(void)
{
	while (n_block)
		free(block[--n_block]);
	n_given_back = 0;
}

/* --- the disk -------------------------------------------------------------------- */

uint8_t image[IMAGE_SIZE];
struct boot_plan plan;
struct boot_file initrd[2];

static enum err map(struct fs *fs, const struct fs_node *f, uint64_t off, struct fs_extent *out)
{
	(void)fs;
	*out = (struct fs_extent){ FS_DATA, f->size - off, f->u[0] + off };
	return OK;
}
static const struct fs_ops ops = { .name = "test", .map = map };
static const struct blk_ops *memory;
static enum err start_read(struct blk *b, uint64_t off, void *dst, size_t len)
{
	return may(&allowed.reads) ? memory->start(b, off, dst, len) : ERR_IO;
}
static enum err drain(struct blk *b)
{
	return memory->drain(b);
}
static const struct blk_ops disk_ops = { .start = start_read, .drain = drain };
static struct blk disk;
static struct fs fs = { .ops = &ops, .disk = &disk, .where = "xvda" };

static struct boot_file file(const char *name, uint64_t at, uint64_t size)
{
	return (struct boot_file){ .fs = &fs,
				   .node = { .type = FS_FILE, .size = size, .u = { at } },
				   .path = str_of(name) };
}

void files_of(const struct kernel *k)
{
	memcpy(image, k->b, k->n);
	for (size_t i = INITRD_AT; i < sizeof image; i++)
		image[i] = (uint8_t)(i * 2654435761u >> 24);
	blk_mem(&disk, image, sizeof image);
	memory = disk.ops;
	disk.ops = &disk_ops;
	initrd[0] = file("/initrd", INITRD_AT, INITRD_0);
	initrd[1] = file("/more", INITRD_AT + INITRD_0, INITRD_1);
	plan = (struct boot_plan){ .kernel = file("/vmlinux", 0, k->n),
				   .initrd = initrd,
				   .n_initrd = 2,
				   .cmdline = STR(FILES_CMDLINE) };
}

uint8_t initrd_byte(uint64_t i)
{
	const uint64_t padded = INITRD_BYTES - INITRD_1;
	if (i < INITRD_0)
		return image[INITRD_AT + i];
	return i >= padded && i < INITRD_BYTES ? image[INITRD_AT + INITRD_0 + i - padded] : 0;
}
