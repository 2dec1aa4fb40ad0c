/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "foreign.h"
#include <string.h>

enum { MAGIC_MAX = 16, SECTOR = 512, LINE = 4096, LINES = 2 };

/* Where each format has its mark, as its own documentation and libblkid's manual say. */
static const struct mark {
	struct foreign is;
	uint32_t at;
	uint8_t n, magic[MAGIC_MAX];
} marks[] = {
	{ { "XFS", true }, 0, 4, "XFSB" },
	{ { "LUKS", true }, 0, 6, "LUKS\xba\xbe" },
	{ { "an LVM2 physical volume", true }, SECTOR, 8, "LABELONE" },
	{ { "an LVM2 physical volume", true }, 0, 8, "LABELONE" },
	{ { "a member of a Linux RAID", true }, 4096, 4, "\xfc\x4e\x2b\xa9" },
	{ { "a member of a Linux RAID", true }, 0, 4, "\xfc\x4e\x2b\xa9" },
	{ { "SquashFS", true }, 0, 4, "hsqs" },
	{ { "EROFS", true }, 1024, 4, "\xe2\xe1\xf5\xe0" },
	{ { "F2FS", true }, 1024, 4, "\x10\x20\xf5\xf2" },
	{ { "ReiserFS", true }, 65536 + 52, 6, "ReIsEr" },
	{ { "JFS", true }, 32768, 4, "JFS1" },
	{ { "NILFS2", true }, 1024 + 6, 2, "\x34\x34" },
	{ { "UFS2", true }, 65536 + 1372, 4, "\x19\x01\x54\x19" },
	{ { "UFS", true }, 8192 + 1372, 4, "\x54\x19\x01" },
	{ { "bcachefs", true },
	  4096 + 24,
	  16,
	  "\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef" },
	{ { "a bcache device", true },
	  4096 + 24,
	  16,
	  "\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81" },
	{ { "ZFS", true }, 128 << 10, 8, "\x0c\xb1\xba\0\0\0\0\0" },
	{ { "NTFS", false }, 3, 8, "NTFS    " },
	{ { "exFAT", true }, 3, 8, "EXFAT   " },
	{ { "BitLocker", false }, 3, 8, "-FVE-FS-" },
	{ { "HFS+", false }, 1024, 2, "H+" },
	{ { "APFS", false }, 32, 4, "NXSB" },
	{ { "Linux swap", false }, 4096 - 10, 10, "SWAPSPACE2" },
	/* Disks that somebody forgot to unpack: there is no /boot to move. */
	{ { "a qcow2 image", false }, 0, 4, "QFI\xfb" },
	{ { "a VMDK image", false }, 0, 4, "KDMV" },
	{ { "a VHDX image", false }, 0, 8, "vhdxfile" },
	{ { "a VHD image", false }, 0, 8, "conectix" },
	{ { "a VDI image", false }, 64, 4, "\x7f\x10\xda\xbe" },
	{ { "gzip data", false }, 0, 3, "\x1f\x8b\x08" },
	{ { "xz data", false },
	  0,
	  6,
	  "\xfd"
	  "7zXZ\0" },
	{ { "zstd data", false }, 0, 4, "\x28\xb5\x2f\xfd" },
};

const struct foreign *foreign_of(struct blk *b, struct arena *a)
{
	uint8_t have[MAGIC_MAX];
	struct cache *c = cache_new(b, a, b->align > LINE ? b->align : LINE, LINES);
	if (!c)
		return NULL;
	for (size_t i = 0; i < array_len(marks); i++) {
		const struct mark *m = &marks[i];
		if ((uint64_t)m->at + m->n <= b->size && cache_read(c, m->at, have, m->n) == OK &&
		    memcmp(have, m->magic, m->n) == 0)
			return &m->is;
	}
	return NULL;
}
