/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/base/str.h"
#include "../../core/disks.h"
#include "../../hosted/hosted.h"
#include <string.h>

enum { SIZE = 256 << 10 };
static uint8_t image[SIZE];

static const struct foreign *ask(size_t at, const char *magic, size_t n, size_t size)
{
	static struct arena a;
	struct blk b;
	memset(image, 0, sizeof image);
	memcpy(image + at, magic, n);
	blk_mem(&b, image, size);
	arena_release(&a);
	arena_init(&a, &hosted_pages, 1 << 20);
	return foreign_of(&b, &a);
}

TEST(formats_have_names)
{
	static const struct {
		size_t at;
		const char *magic, *name;
	} v[] = {
		{ 0, "XFSB", "XFS" },
		{ 0, "LUKS\xba\xbe", "LUKS" },
		{ 512, "LABELONE", "an LVM2 physical volume" },
		{ 4096, "\xfc\x4e\x2b\xa9", "a member of a Linux RAID" },
		{ 0, "hsqs", "SquashFS" },
		{ 1024, "\x10\x20\xf5\xf2", "F2FS" },
		{ 65536 + 52, "ReIsEr2Fs", "ReiserFS" },
		{ 4086, "SWAPSPACE2", "Linux swap" },
		{ 3, "NTFS    ", "NTFS" },
		{ 0, "QFI\xfb", "a qcow2 image" },
		{ 64, "\x7f\x10\xda\xbe", "a VDI image" },
		{ 0, "\x1f\x8b\x08", "gzip data" },
	};
	for (size_t i = 0; i < array_len(v); i++) {
		const struct foreign *f = ask(v[i].at, v[i].magic, strlen(v[i].magic), SIZE);
		check(f);
		check_str(str_of(f->name), v[i].name);
	}
	check(!ask(4086, "SWAPSPACE2", 10, SIZE)->holds_files);
	check(!ask(0, "QFI\xfb", 4, SIZE)->holds_files);
}

TEST(what_is_cut_off_is_not_there)
{
	check(!ask(0, "", 0, SIZE));
	check(!ask(0, "", 0, 0));
	check(!ask(65536 + 52, "ReIsEr2Fs", 9, 65536 + 56));
	check(ask(0, "XFSB", 4, 512));
}
