/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ISO9660_H
#define ISO9660_H
#include "fs.h"
/*
 * Shared by iso9660.c (volume, directories, files; ECMA-119, 4th edition) and
 * iso9660_susp.c (SUSP 1.12 and Rock Ridge, RRIP 1.12).
 */

enum { ISO_SECTOR = 2048 };
enum iso_names {
	ISO_PLAIN,  /* upper case and ";1": shown in lower case, any case matches */
	ISO_JOLIET, /* UTF-16, any case matches */
	ISO_ROCK,   /* as POSIX has them */
};
struct iso {
	uint32_t block; /* bytes: what extents are counted in */
	enum iso_names names;
	uint32_t skip; /* bytes before the system use fields of a record: SP's LEN_SKP */
};

/* What the system use fields of one directory record say. */
struct iso_susp {
	char name[FS_NAME_MAX];
	size_t name_n; /* 0: no name, or one that is too long */
	bool name_bad;
	uint32_t mode;		  /* st_mode; 0: no PX */
	int64_t mtime;		  /* 0: unknown */
	uint32_t child;		  /* CL: the directory is at this block; 0: no CL */
	bool relocated;		  /* RE: shown elsewhere, by a CL */
	bool packed;		  /* ZF: zisofs */
	char *link;		  /* the caller's, or NULL: where a link's target goes */
	size_t link_cap, link_n;  /* link_n: the target's length, also when it does not fit */
	bool link_part, link_bad; /* SL: no slash before the next component; one we do not know */
};
/* Read area and its continuations; s is zero but for link and link_cap. */
enum err iso_susp_read(struct fs *fs, struct span area, struct iso_susp *s);
/*
 * Whether area, of the root directory's record of itself, says that records
 * have such fields. Leaves area at the first one.
 */
bool iso_susp_find(struct span *area, uint32_t *skip);

/* The two forms of a date: 7 binary bytes, and 17 of which 16 are digits. 0: unknown. */
enum { ISO_DATE_SHORT = 7, ISO_DATE_LONG = 17 };
int64_t iso_date_short(const uint8_t raw[ISO_DATE_SHORT]);
int64_t iso_date_long(const uint8_t raw[ISO_DATE_LONG]);
#endif
