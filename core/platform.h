/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLATFORM_H
#define PLATFORM_H
#include "menu/menu.h"
/* What a shell gives the core. Nothing else is reachable from core/. */
struct platform {
	struct pages *pages;
	size_t memory; /* bytes that one attempt may use */
	struct log *log;
	struct con *con;	 /* NULL: no menu, take the default */
	struct blk *const *disk; /* in the order in which the guest sees them: hd0, hd1, ... */
	size_t n_disk;
	struct str (*fact)(struct platform *p, struct str name); /* see conf_host */
	struct conf_limits limits;
};

/* What the caller asks for; all zero: search, show the menu, boot what it says. */
struct boot_want {
	struct str config;   /* "(hd0,0)/boot/grub/menu.lst": this file and no other */
	struct span preset;  /* the text of a menu.lst; used instead of a file */
	struct str kernel;   /* a path in the guest: no configuration is read */
	struct str ramdisk;  /* with kernel */
	struct str args;     /* with kernel: the command line; else appended to the entry's */
	struct str entry;    /* number in the flattened list, title, id or path a>b; no menu */
	bool quiet;	     /* no menu */
	bool legacy_numbers; /* config counts partitions from 0 */
	int timeout_s;	     /* replaces the menu's when has_timeout */
	bool has_timeout;
};

/*
 * One attempt. boot_begin finds disks and partitions; boot_run finds the
 * configuration, shows the menu, evaluates the choice, falls back, and ends
 * with a checked plan or an error whose reason is in the log. *plan lives
 * until boot_end, which gives back everything.
 */
struct boot;
enum err boot_begin(struct boot **out, struct platform *p);
enum err boot_run(struct boot *b, const struct boot_want *want, const struct boot_plan **plan);
/* The next configuration on the disks, in search order, as a menu: for listings. ERR_NOENT: no
 * more. */
enum err boot_next(struct boot *b, const struct boot_want *want, const struct boot_menu **menu);
enum err boot_choose(struct boot *b, const struct boot_entry *e, const struct boot_plan **plan);
void boot_end(struct boot *b);
#endif
