/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLATFORM_H
#define PLATFORM_H
#include "blk/part.h"
#include "fs/foreign.h"
#include "menu/menu.h"
/* What a shell gives the core. Nothing else is reachable from core/. */
struct platform {
	struct pages *pages;
	size_t memory; /* bytes that one attempt may use */
	struct log *log;
	struct con *con;	 /* NULL: no menu, take the default */
	struct blk *const *disk; /* in the order in which the guest sees them: hd0, hd1, ... */
	size_t n_disk;
	struct str (*fact)(struct platform *p, struct str name); /* see conf_host; may be NULL */
	uint64_t (*clock)(struct platform *p); /* seconds since 1970, UTC; may be NULL */
	bool has_shell;			       /* the menu leads to a command line */
	struct conf_limits limits;
	const struct fs_ops *const *driver; /* the only ones to be tried; NULL: all there are */
	size_t n_driver;
};

/* What the caller asks for; all zero: search, show the menu, boot what it says. */
struct boot_want {
	struct str config;   /* "(hd0,0)/boot/grub/menu.lst", "/boot/grub/grub.cfg": tried first */
	bool legacy_numbers; /* "(hd0,0)" in config counts partitions from 0, as GRUB legacy does */
	struct span preset;  /* the text of a configuration; used instead of a file */
	struct str kernel;   /* a path in the guest: no configuration is read */
	struct str ramdisk;  /* with kernel */
	struct str args;     /* with kernel: the command line; else appended to the entry's */
	struct str entry;    /* number in the flattened list, title, id or path a>b; no menu */
	struct str chosen;   /* the same, as the menu's default; left alone where it is not there */
	bool entry_or_default; /* where there is no such entry: the default, with a warning */
	bool quiet;	       /* no menu */
	/*
	 * Without a menu: 0 for the title of an entry that may not boot by itself, otherwise the
	 * more the rather it shall take the place of such a default. NULL: all may.
	 */
	int (*rank)(void *ctx, struct str title);
	void *rank_ctx;
	struct boot_var *var; /* for GRUB 2 scripts, in order */
	size_t n_var;
	/*
	 * What is booted without a menu is dom0's own order, and needs none of
	 * the guest's passwords. In the menu they hold for whoever sits there.
	 */
	bool trusted;
	bool has_timeout;
	int timeout_s; /* replaces the configuration's when has_timeout */
	/*
	 * > 0: replaces a configuration's wish to wait for ever, and a failure in
	 * a menu where no key was pressed is boot_run's, not shown in the menu.
	 */
	int forever_s;
	struct str notice; /* shown above the menu: why the last boot failed */
};

/*
 * One attempt. boot_begin reads the partition tables; boot_run finds the
 * configuration, shows the menu, evaluates the choice, falls back, and ends
 * with a checked plan, or with an error whose reason was logged. ERR_CANCEL:
 * the user left the menu. *plan lives until the next boot_run or boot_choose,
 * and no longer than boot_end, which gives back everything.
 */
struct boot;
enum err boot_begin(struct boot **out, struct platform *p);
enum err boot_run(struct boot *b, const struct boot_want *want, const struct boot_plan **plan);
/*
 * A command line in the place of the menu; goes on with what was typed before.
 * It is behind the password of the configuration at hand. ERR_CANCEL with
 * WISH_NONE: back to boot_run, please. ERR_IO: the console is gone.
 */
enum err boot_shell(struct boot *b, const struct boot_want *want, const struct boot_plan **plan);
/* After ERR_CANCEL: what the user or the chosen entry asks for instead. */
enum boot_wish boot_wish(const struct boot *b);
/* Whether the last plan came from a command line: that is where to go on when it fails. */
bool boot_typed(const struct boot *b);
void boot_end(struct boot *b);
/*
 * Write what the plan wants remembered, where it may be written, and flush it:
 * for a shell whose disks are its own. Right before the plan is carried out.
 * What cannot be written is a warning.
 */
void boot_save(struct boot *b, const struct boot_plan *plan);

/*
 * A plan for a file of the guest, without a configuration: the file of this
 * path on the first volume that has it. ERR_NOENT, and nothing is logged: none
 * has. path and args must live as long as the plan.
 */
enum err boot_kernel(struct boot *b, struct str path, struct str args,
		     const struct boot_plan **plan);

/* The steps of boot_run, for listings and explanations. */

/* The next configuration in search order that has an entry. ERR_NOENT: no more. */
enum err boot_next(struct boot *b, const struct boot_want *want, const struct boot_menu **menu);
/* The first error that was logged since the attempt or the last menu began; empty: none. */
struct str boot_reason(const struct boot *b);
struct log *boot_log(struct boot *b); /* the platform's, which also keeps boot_reason */
/* Where the configuration that boot_next gave lies: "(hd0,msdos1)/boot/grub/grub.cfg". */
struct str boot_config(const struct boot *b);
struct str boot_language(const struct boot *b); /* its language: "grub2", "legacy" */
/* Look for configurations from the first place again. */
void boot_rewind(struct boot *b);
/* The menu that boot_next gave last, also inside boot_run. */
const struct boot_menu *boot_menu(const struct boot *b);
/* The entry that boot_choose evaluated last; NULL: none yet of this menu. */
const struct boot_entry *boot_entry(const struct boot *b);
/* Evaluate an entry of that menu, append want->args, and check the plan. */
enum err boot_choose(struct boot *b, const struct boot_want *want, const struct boot_entry *e,
		     const struct boot_plan **plan);
/* The entry that a caller names: see boot_want. ERR_NOENT: there is none (logged). */
enum err boot_pick(struct boot *b, const struct boot_menu *m, struct str name,
		   const struct boot_entry **out);
/* Leaves in the menu's order, submenus flattened: entry number i, or NULL. */
const struct boot_entry *boot_leaf(const struct boot_menu *m, size_t i);

/* A partition, or a whole disk, as listings show it. */
struct boot_volume {
	struct str device, place;      /* "hd0,msdos1"; "disk.img: partition 1 (ext, "root")" */
	const struct part *part;       /* NULL: the whole disk */
	const struct blk *disk;	       /* the one it lies on */
	struct fs *fs;		       /* NULL where result is an error */
	enum err result;	       /* of mounting it: ERR_FORMAT: no file system that we read */
	const struct foreign *foreign; /* what it is then; NULL: nobody knows */
};
/* The i-th in search order; it is mounted first. false: there are no more. */
bool boot_volume(struct boot *b, size_t i, struct boot_volume *out);
#endif
