/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXTLINUX_H
#define EXTLINUX_H
#include "conf.h"
/*
 * The configuration of extlinux, syslinux, isolinux and of what imitates them
 * (syslinux.cfg(5), doc/menu.txt; U-Boot's distro boot). extlinux_read.c reads
 * the files, extlinux.c makes a menu of what they say, extlinux_run.c a plan of
 * one label.
 */

/* boot_entry.body: what a LABEL says. The strings are pieces of the files' text. */
struct ext_label {
	struct conf_source src;
	struct str dir;	   /* "/boot/extlinux/": where relative names begin */
	struct str kernel; /* KERNEL, LINUX, ...: the file and, sometimes, arguments */
	bool other;	   /* COM32, LOCALBOOT, BOOT, ...: nothing that a guest can run */
	struct str append; /* its own or the global one */
	bool has_append;
	struct str initrd; /* INITRD: names with commas between them */
	uint32_t line;
};
/* A label or a submenu while the files are read; the entries are made at the end. */
struct ext_node {
	struct ext_node *made_before, *made_after; /* of all nodes: parents before children */
	struct ext_node *parent; /* the submenu it lies in; NULL: it is the top itself */
	struct ext_node *next;	 /* in parent */
	struct ext_node *first, *last;
	bool is_menu;
	bool dropped;		     /* shows nothing, or leads back to where one came from */
	bool is_default, restricted; /* MENU DEFAULT, MENU PASSWD */
	bool hide; /* MENU HIDE: not shown, but DEFAULT and its like may name it */
	struct str password;
	struct str name, title;
	char hotkey;
	struct ext_label label;
	const struct ext_file *file; /* where it stands */
	struct ext_node *leads_to;   /* the submenu that it is another name of */
	size_t n;		     /* of a submenu: entries that are not dropped */
	struct boot_entry *entry;
};

/* A file that is being read, and the ones that led to it. */
struct ext_file {
	const struct ext_file *from;
	struct conf_source src;
	uint32_t line, depth;
};

/* What the directives outside labels say. CONFIG reads another file with its own. */
struct ext_globals {
	struct str dir; /* of relative names */
	struct str append;
	struct str default_, ontimeout, onerror;
	struct str ui; /* the program that shows the menu, and its arguments */
	bool prompt, hidden, immediate;
	uint64_t timeout, total; /* tenths of a second */
};

struct ext_parse {
	struct conf *c;
	struct ext_globals g;
	struct ext_node top;
	struct ext_node *oldest, *newest;
	struct ext_node *menu;	/* where labels go */
	struct ext_node *floor; /* the one that MENU END in this file cannot leave */
	struct ext_node *label; /* the open one, or NULL */
	struct ext_node *start; /* MENU START */
	struct ext_file first;
	const struct ext_file *file;	/* the one that is being read */
	uint32_t entries, files, lines; /* that may still come */
	uint32_t depth;			/* of submenus */
	bool guarded;			/* MENU MASTER PASSWD, ALLOWOPTIONS 0 */
	bool fixed;			/* ALLOWOPTIONS 0: no password changes that */
	struct boot_user *master;	/* MENU MASTER PASSWD */
	bool in_text;			/* between TEXT and ENDTEXT */
};

/* Read src and what it includes into p, which is zero but for c. */
enum err ext_read(struct ext_parse *p, const struct conf_source *src);
/* A label, after all others of the top menu, that boots command ("vmlinuz root=..."). */
enum err ext_add_command(struct ext_parse *p, struct str name, struct str command);
/* A line inside a label, into l; false: it says nothing about what to boot. */
bool ext_label_line(struct ext_label *l, struct str line);
/* menu.c32 and the like, which show the labels. */
bool ext_is_menu_module(struct str file);

/*
 * The absolute name of a file, in the arena: where it is from dir, or, as
 * pygrub has it, from the root.
 */
enum err ext_path(struct conf *c, const struct ext_label *l, struct str name, struct str *out);
bool ext_is_module(struct str file, const char *name); /* "menu.c32", with or without directory */
/* Files that syslinux runs itself, by the ends of their names (syslinux.cfg(5)). */
bool ext_is_program(struct str file);
/* Why it cannot boot in a Xen guest, or NULL. */
const char *ext_hopeless(const struct ext_label *l);
/* conf_ops.choose. */
enum err ext_run(struct conf *c, const struct ext_label *l, struct boot_plan *out);
#endif
