/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootparts [-s SECTORSIZE] IMAGE: the partitions of a disk image as domboot
 * sees them. First a line with the scheme (none, mbr, gpt), then
 * NUMBER OFFSET SIZE TYPE UUID FLAG for each, in bytes; "-" for what is not there.
 */
#include "../core/base/str.h"
#include "../core/base/uuid.h"
#include "../core/blk/part.h"
#include "../hosted/hosted.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print(const struct part *p, enum part_scheme scheme)
{
	char type[UUID_TEXT] = "";
	if (scheme == PART_GPT)
		guid_print(p->type, type);
	else
		snprintf(type, sizeof type, "%x", p->type[0]);
	printf("%u %llu %llu %s %s %s\n", p->number, (unsigned long long)p->off,
	       (unsigned long long)p->size, type, p->partuuid, p->active ? "active" : "-");
}

static int fail(const char *image, const char *why)
{
	fprintf(stderr, "bootparts: %s: %s\n", image, why);
	return 1;
}

int main(int argc, char **argv)
{
	static const char *const name[] = { "none", "mbr", "gpt" };
	uint64_t sector = 512;
	struct blk disk;
	struct arena a;
	struct part_table t;
	int c;
	while ((c = getopt(argc, argv, "s:")) == 's')
		if (!str_u64(str_of(optarg), &sector) || (sector != 512 && sector != 4096))
			return fail(optarg, "the sector size is 512 or 4096");
	if (c != -1 || optind + 1 != argc) {
		fprintf(stderr, "usage: bootparts [-s SECTORSIZE] IMAGE\n");
		return 2;
	}
	if (hosted_open(&disk, argv[optind]))
		return fail(argv[optind], strerror(errno));
	disk.sector = (uint32_t)sector;
	arena_init(&a, &hosted_pages, 1 << 20);
	enum err e = part_scan(&disk, &a, hosted_log(LOG_INFO), &t);
	if (e)
		return fail(argv[optind], err_text(e));
	printf("%s\n", name[t.scheme]);
	for (size_t i = 0; i < t.n; i++)
		print(&t.part[i], t.scheme);
	arena_release(&a);
	return 0;
}
