/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BLS_H
#define BLS_H
#include "../base/str.h"
#include "conf.h"
#include "env.h"
#include "uki.h"
/*
 * The Boot Loader Specification (UAPI.1): entries in small files of their own
 * (type #1, /loader/entries/NAME.conf) and unified kernel images (type #2,
 * /EFI/Linux/NAME.efi). bls_entry.c reads and sorts them, bls_plan.c makes a
 * plan of one; two faces stand on these: bls.c is the language of its own, as
 * systemd-boot shows it, bls_cmd.c GRUB's command blscfg (Fedora, RHEL; GRUB 2.14).
 */

enum {
	BLS_FILE_MAX = 65536, /* bytes of one entry's file, and of loader.conf */
	BLS_DIR_MAX = 16384,  /* names looked at in one directory */
};

/* One entry. The strings are pieces of text, or of what the arena holds. */
struct bls_entry {
	struct str device, dir; /* "hd0,gpt1", "/loader/entries": where it lies */
	struct str file;	/* "fedora-6.1+3-1.conf" */
	struct str name;	/* without suffix and counters */
	struct str full; /* with its suffix, without counters: the id of systemd 253 and later */
	struct str id;	 /* the same, for a profile with "@1" behind */
	bool counted;	 /* boot counting: */
	uint64_t left, done;	/* tries that may still come, and those that failed; with the
				 * shell's own count */
	struct str text;	/* type #1: all of its lines */
	struct boot_file image; /* type #2, where is_image */
	bool is_image;
	uint32_t profile; /* of image, or of what the key uki names */
	struct str title, version, machine_id, sort_key, architecture;
	struct str kernel, efi, uki, own_id;		/* paths; the key id of old Fedoras */
	struct str grub_users, grub_hotkey, grub_class; /* the last of each */
	bool unrestricted;				/* grub_arg --unrestricted */
	bool like_others;				/* others have its title, too, */
	bool like_version;				/* and its version */
	struct bls_entry *next;
};
/* In the order in which they were found. */
struct bls_list {
	struct bls_entry *first, *last;
	size_t n;
	uint32_t names, files; /* looked at for it */
};

/* The next key and value of an entry's text; false at the end. */
bool bls_line(struct str *text, struct str *key, struct str *value);
/* "(hd0,gpt1)/loader/entries/NAME.conf" */
enum err bls_source(struct conf *c, const struct bls_entry *e, struct str *out);
/* Fill what the keys say from e->text. */
void bls_parse(struct bls_entry *e);
/*
 * Read all entries of a directory into the list. A file that is broken, or for
 * another kind of machine, is left out and told. ERR_NOENT: no such directory.
 */
enum err bls_read(struct conf *c, struct str device, struct str dir, struct bls_list *list);
/* The same for the unified kernel images of a directory: one entry a profile. */
enum err bls_read_images(struct conf *c, struct str device, struct str dir, struct bls_list *list);
/* One entry, whose text is given. */
enum err bls_add(struct conf *c, const struct bls_entry *like, struct bls_list *list);

/* Which of two comes first: < 0 where a does. */
typedef int bls_order(const struct bls_entry *a, const struct bls_entry *b);
bls_order bls_by_spec; /* UAPI.1, "Sorting" */
bls_order bls_by_file; /* Fedora's blscfg: file names, the newest package first */
void bls_sort(struct bls_list *list, bls_order *order);

/* Whether this machine can run what is for that architecture, by EFI's names ("x64"). */
bool bls_is_ours(struct conf *c, struct str architecture);

/*
 * A value with $NAME and ${NAME} replaced by what vars have. A name that is
 * not set is left as it stands, unless it is one that Fedora's tools use
 * (kernelopts, tuned_params, tuned_initrd, ...) or all is set.
 */
enum err bls_expand(struct conf *c, const struct env *vars, bool all, struct str value,
		    struct str *out);
/* All values of a key, expanded, with a blank between them. */
enum err bls_values(struct conf *c, const struct env *vars, bool all, const struct bls_entry *e,
		    const char *key, struct str *out);
/*
 * The file that an entry names: where the path says, counted from the root of
 * its file system, and where that has none, also with /boot in front or without
 * it, as /boot is a partition on one machine and a directory on the other.
 * ERR_NOENT: it is nowhere, which was not logged.
 */
enum err bls_find(struct conf *c, const struct bls_entry *e, struct str path,
		  struct boot_file *out);
/* What e boots. src: for messages. */
enum err bls_plan(struct conf *c, const struct conf_source *src, const struct env *vars,
		  const struct bls_entry *e, struct boot_plan *out);
/* Why e cannot boot in a Xen guest, or NULL. */
const char *bls_hopeless(struct conf *c, const struct bls_entry *e);
#endif
