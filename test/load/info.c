/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * info FILE [OUT [SYMBOLS]]: unpack a kernel file as the loader does, say what
 * its ELF is, in words that check.sh gets from readelf too, and write the ELF
 * to OUT, and the ELF of its symbols, where it asks for them, to SYMBOLS.
 */
#include "../../hosted/hosted.h"
#include "../../load/pv.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct span map_file(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st) < 0)
		exit(2);
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return p == MAP_FAILED ? (struct span){ 0 } : (struct span){ p, (size_t)st.st_size };
}

static uint8_t *unpacked; /* what was unpacked last, for all of the run */

/* A room that doubles where the packing does not tell. */
static enum err open_up(struct image_file *f)
{
	struct image_packing p;
	try(image_packing(f, &p));
	size_t room = p.size == SIZE_MAX ? 1 << 16 : p.size;
	while (p.format != UNPACK_NONE) {
		uint8_t *dst = malloc(room);
		size_t n = room;
		enum err e = image_unpack(f, &p, dst, &n);
		room *= 2;
		if (e)
			free(dst);
		if (e == ERR_LIMIT && room <= IMAGE_MAX)
			continue;
		try(e);
		free(unpacked);
		unpacked = dst;
		f->bytes = (struct span){ dst, n };
		return open_up(f);
	}
	return OK;
}

static void write_file(const char *path, const void *p, size_t n)
{
	FILE *out = fopen(path, "wb");
	if (!out || fwrite(p, 1, n, out) != n || fclose(out))
		exit(2);
}

/* The block as it lies in memory, in pieces of 100 bytes, without the word that counts it. */
static void write_symbols(const char *path, const struct image_symbols *s)
{
	size_t n = (size_t)s->size;
	uint8_t *block = malloc(n);
	if (!block || n < 4)
		exit(2);
	for (size_t at = 0; at < n; at += 100)
		image_symbols_copy(s, at, block + at, n - at < 100 ? n - at : 100);
	size_t count = block[0] | (size_t)block[1] << 8 | (size_t)block[2] << 16;
	if (count + 4 > n || n - count - 4 >= 8)
		exit(3);
	write_file(path, block + 4, count);
	free(block);
}

int main(int argc, char **argv)
{
	struct image_file f = { .name = STR("kernel"), .log = hosted_log(LOG_INFO) };
	struct image img;
	struct pv_kernel k;
	if (argc < 2)
		return 2;
	f.bytes = map_file(argv[1]);
	if (open_up(&f) || image_parse(&f, &img) || pv_kernel(&f, &img, img.is64, &k))
		return 1;
	printf("entry %llx\n", (unsigned long long)img.entry);
	for (size_t i = 0; i < img.n_seg; i++)
		printf("segment %zx %llx %zx %llx\n", img.seg[i].file_off,
		       (unsigned long long)img.seg[i].paddr, img.seg[i].file_len,
		       (unsigned long long)img.seg[i].mem_len);
	printf("start %llx base %llx\n", (unsigned long long)k.entry,
	       (unsigned long long)k.virt_base);
	if (argc > 2)
		write_file(argv[2], f.bytes.p, f.bytes.n);
	if (argc > 3)
		write_symbols(argv[3], &k.symbols);
	return 0;
}
