/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONF_H
#define CONF_H
#include "../crypt/secret.h"
#include "../plan/plan.h"
/*
 * Boot configuration languages. Two phases: load evaluates a text into a menu,
 * choose runs one entry's body into a plan. Nothing is read from a disk but
 * through struct conf_host.
 */
enum search_by {
	SEARCH_FILE,
	SEARCH_LABEL,
	SEARCH_UUID,
	SEARCH_PART_LABEL, /* of the partition, as a GPT names it */
	SEARCH_PART_UUID,
	SEARCH_DISK_UUID, /* of the partition table: the whole disk is found */
};

/* Something that can hold a file system: a partition, or a whole disk. */
struct conf_device {
	struct str name;
	uint64_t size; /* bytes */
};

/*
 * All of the outside world that a language may ask about; a test gives a
 * table. Devices are GRUB's names without brackets: "hd0", "hd0,msdos1",
 * "hd0,gpt2", "hd0,1" (GRUB 2 counts partitions from 1; the legacy parser
 * converts). A device that does not exist is ERR_NOENT. Results live as long
 * as the attempt.
 */
struct conf_host {
	/* ERR_FORMAT: the device is there, without a file system that is read. */
	enum err (*open)(struct conf_host *h, struct str device, struct str path,
			 struct boot_file *out);
	/* The whole file; ERR_LIMIT over max bytes. */
	enum err (*read)(struct conf_host *h, struct str device, struct str path, size_t max,
			 struct arena *a, struct span *out);
	enum err (*list)(struct conf_host *h, struct str device, struct str path, fs_name_fn *fn,
			 void *ctx);
	/* First match in disk order, the boot device first. */
	enum err (*search)(struct conf_host *h, enum search_by by, struct str key,
			   struct str *device);
	/*
	 * What is known of the machine, or p == NULL: "grub_platform" ("xen",
	 * "xen_pvh"), "grub_cpu"; "fs:DEVICE", "uuid:DEVICE", "label:DEVICE",
	 * "partmap:DEVICE"; "foreign:DEVICE" what lies there that is not read; "place:DEVICE" is
	 * how messages name it, "device:DEVICE" how device() does. "esp:DEVICE" and
	 * "xbootldr:DEVICE": the device on the same disk that is its EFI system partition, its
	 * extended boot loader partition. "part-uuid:DEVICE" of a partition, "disk-uuid:DEVICE" of
	 * a disk's table, "part-label:DEVICE" of one in a GPT; "driver:DEVICE": GRUB's for it;
	 * "gptprio:DEVICE": the partition of that disk with the /usr to boot. "default_args": the
	 * arguments that dom0 has for a kernel without a configuration. "initrdfail": "1" where
	 * nothing can be remembered: Ubuntu's cloud images try first without their initrd, and note
	 * in the environment block that they did. "tries:(DEVICE)/DIR/NAME+3.conf": how often that
	 * entry was booted since it came, in digits, where the shell counts it (boot_plan.counted).
	 */
	struct str (*fact)(struct conf_host *h, struct str name);
	/* For a command line; each may be NULL. */
	bool (*device)(struct conf_host *h, size_t i, struct conf_device *out); /* false: no i-th */
	enum err (*bytes)(struct conf_host *h, const struct boot_file *f, uint64_t off, void *dst,
			  size_t len);
	uint64_t (*clock)(struct conf_host *h); /* seconds since 1970, UTC; 0: unknown */
	/* What these calls have cost by now, as blk.work counts it; NULL: nothing. */
	uint64_t (*work)(struct conf_host *h);
};

/* The text to evaluate and where it came from. */
struct conf_source {
	struct str device; /* where the file lies: the first value of $root */
	struct str path;   /* "/boot/grub/grub.cfg"; for messages and $prefix */
	struct span text;  /* outlives the attempt */
};

/* Somebody whom a configuration knows. */
struct boot_user {
	const struct boot_user *older;
	struct str name; /* empty: who knows the password, whatever the name */
	struct secret secret;
};
/* Who may do a thing: any one of these, after the password. */
struct boot_lock {
	const struct boot_user *const *user;
	size_t n;		      /* 0: nobody */
	const struct boot_lock *also; /* another one that must be open, too; NULL: none */
};

struct boot_entry {
	struct str id, title;		   /* as the configuration has them: clean before showing */
	const struct boot_entry *parent;   /* NULL at the top */
	const struct boot_entry *children; /* != NULL: a submenu */
	size_t n_children;
	uint32_t index;		      /* among its siblings, from 0 */
	struct str source;	      /* "(hd0,msdos1)/boot/grub/grub.cfg" */
	uint32_t line;		      /* in source, from 1 */
	char hotkey;		      /* 0: none */
	const char *hopeless;	      /* why it cannot boot in a Xen guest, or NULL */
	bool restricted;	      /* needs a password that the menu must ask for: lock's */
	const struct boot_lock *lock; /* NULL where restricted: no password opens it */
	const void *body;	      /* the language's own */
};
struct boot_menu {
	const struct boot_entry *entry;
	size_t n;
	const struct boot_entry *chosen; /* never a submenu; NULL only when n == 0 */
	const char *why; /* how chosen came about: "default 0", "saved_entry", ... */
	const struct boot_entry *const *fallback; /* to be tried in order when chosen fails */
	size_t n_fallback;
	int timeout_s; /* < 0: wait for ever; 0: boot at once */
	bool hidden;   /* do not draw the menu unless a key is pressed */
	bool guarded;  /* changing an entry and the command line need a password: guard's */
	const struct boot_lock *guard; /* NULL where guarded: no password opens it */
};

/* Limits of one evaluation; running over one is ERR_LIMIT with its name in the log. */
struct conf_limits {
	uint32_t steps;	  /* commands run */
	uint32_t depth;	  /* nested calls and blocks */
	uint32_t include; /* nested files */
	uint32_t entries;
	size_t file;  /* bytes of one configuration file */
	size_t bytes; /* of memory */
};
#define CONF_LIMITS_DEFAULT                                                                        \
	((struct conf_limits){ .steps = 1000000,                                                   \
			       .depth = 64,                                                        \
			       .include = 16,                                                      \
			       .entries = 4096,                                                    \
			       .file = 4u << 20,                                                   \
			       .bytes = 48u << 20 })

/*
 * The person at a command line. print: foreign text, made safe there; a newline
 * ends a line. false: enough of it, and the command is to end. ask: a line into
 * buf; ERR_CANCEL: broken off; ERR_IO: the console is gone. wait: so long, or
 * (true) until a key is pressed.
 */
struct conf_user {
	bool (*print)(struct conf_user *u, struct str text);
	void (*clear)(struct conf_user *u);
	enum err (*ask)(struct conf_user *u, struct str prompt, bool hidden, char *buf, size_t cap,
			size_t *n);
	bool (*wait)(struct conf_user *u, uint64_t ms);
	bool enough; /* of what the line at hand prints */
};
/* What commands can want in the place of a boot. */
enum boot_wish { WISH_NONE, WISH_HALT, WISH_REBOOT, WISH_AGAIN /* look for disks once more */ };
/* A variable that a GRUB 2 script finds set and exported when it begins. */
struct boot_var {
	struct str name, value;
};

/* One evaluation. Callers fill it; ops own priv. */
struct conf {
	struct conf_host *host;
	struct arena *arena; /* what load or choose makes; the caller gives choose one of its own */
	struct log *log;
	struct conf_limits limits;
	const struct boot_var *var; /* the caller's, in order */
	size_t n_var;
	void *priv;
	/* Whether a restricted entry that another entry leads to may boot; NULL: it may not. */
	bool (*may)(struct conf *c, const struct boot_entry *e);
	struct conf_user *user; /* NULL: a file is evaluated, and nobody is there */
	enum boot_wish wish;	/* after ERR_CANCEL from choose */
};
struct shell_ops;
struct conf_ops {
	const char *name; /* "grub2", "legacy" */
	/* ERR_NOENT: the file is well-formed but has no entry. Other errors are logged. */
	enum err (*load)(struct conf *c, const struct conf_source *src, struct boot_menu *out);
	/*
	 * Run e's body into a plan. Any number of times; one run leaves no
	 * trace in the next. ERR_NOENT: a file is missing (logged with its name).
	 * ERR_CANCEL: it asks for what stands in c->wish instead.
	 */
	enum err (*choose)(struct conf *c, const struct boot_entry *e, struct boot_plan *out);
	/* The commands of e, which is no submenu, as a user may change them. */
	enum err (*text)(struct conf *c, const struct boot_entry *e, struct str *out);
	/* A copy of e for choose that has text for its commands; text must live as long. */
	enum err (*edit)(struct conf *c, const struct boot_entry *e, struct str text,
			 struct boot_entry *out);
	const struct shell_ops *shell; /* NULL: it has no commands */
};
/*
 * Open a file that src names. device: GRUB's name without brackets; empty: the
 * one that src lies on. Configurations are moved between disks that are
 * partitioned and disks that are not, and pygrub never looked at the device at
 * all; so a file that is not on the device named is also looked for on its
 * whole disk and then beside the configuration, which is logged. The error is
 * that of the device named, and is logged with its name.
 */
enum err conf_open(struct conf *c, const struct conf_source *src, struct str device,
		   struct str path, struct boot_file *out);
/* GRUB legacy's "hd0,0" as "hd0,1"; anything else as it stands. */
enum err conf_device_from_zero(struct arena *a, struct str legacy, struct str *out);
/* "memtest86+.bin", "mt86plus" and their like, by the name: no kernel for a Xen guest. */
bool conf_tests_memory(struct str path);
/*
 * A name that is looked for on file systems, and the language it is in. The
 * search goes disk by disk: the names of PLACE_PYGRUB on each partition in turn
 * and then on the whole disk, after them those of PLACE_MORE the same way, so
 * that what pygrub finds stays what is found. When all disks were looked
 * through, those of PLACE_GUESS on all of them. In a file system the order is
 * the table's.
 */
enum place_rank { PLACE_PYGRUB, PLACE_MORE, PLACE_GUESS };
struct conf_place {
	const char *path; /* a "*" in it: every directory there, as they are listed */
	const struct conf_ops *ops;
	enum place_rank rank;
	bool bare; /* a directory, or a file that is no text: the source's text is empty */
};
#endif
