/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SH_H
#define SH_H
#include "ast.h"
#include "conf.h"
#include "env.h"
#include "lock.h"
/*
 * Running GRUB 2 script. Private to the language: grub2.c is its face.
 *
 * Two kinds of failure are kept apart. A command that fails, as a command of
 * GRUB does, sets sh->status and the script goes on. An enum err other than OK
 * ends the evaluation: a budget or the memory is used up.
 */

/* The values of $?: GRUB's error numbers (include/grub/err.h), those that commands here end with.
 */
enum sh_status {
	SH_TRUE = 0,
	SH_FALSE = 1,
	SH_BAD_FILE = 4,
	SH_NO_FILE = 5,
	SH_BAD_NUMBER = 10,
	SH_BAD_DEVICE = 13,
	SH_BAD_COMMAND = 17,
	SH_BAD_ARGUMENT = 18,
	SH_NO_KERNEL = 22,
	SH_UNSUPPORTED = 24,
	SH_TOO_DEEP = 47,
};

struct sh_args {
	const struct str *v; /* v[0]: the command's own name */
	size_t n;
	const struct sh_cmd *block; /* the block in braces behind the words, or NULL */
	struct str text;	    /* and its text */
};

struct sh_write {
	const struct sh_write *older;
	struct env_write w; /* w.value.p == NULL: take it out */
};
struct sh_module {
	const struct sh_module *older;
	struct boot_module m;
};
struct sh_loop {
	const struct sh_loop *older;
	struct str name, device; /* "loop0", "loop(hd0,msdos1)/live.iso" */
	uint32_t n;		 /* with the older ones */
};

struct sh_mount {
	const struct sh_mount *older;
	struct str device, dir, subvol;
	uint32_t n; /* of them up to here */
};

/* What linux, initrd and their like have loaded so far. */
enum sh_loaded { LOADED_NOTHING, LOADED_LINUX, LOADED_MULTIBOOT, LOADED_OTHER };
struct sh_loader {
	enum sh_loaded kind;
	struct boot_file kernel;
	struct str args;
	const struct boot_file *initrd;
	size_t n_initrd;
	const struct sh_module *module; /* newest first */
	size_t n_module;
	struct str other;    /* LOADED_OTHER: the command that has no meaning in a Xen guest */
	enum err kernel_err; /* the last kernel that was not there */
	enum err initrd_err; /* an initrd of this kernel that was not there */
};

/* All that a script changes: copied when an entry is run, so that a run leaves no trace. */
struct sh_scope {
	struct env vars, functions;
	const struct sh_write *write; /* newest first; older ones are shared */
	const struct sh_loop *loop;   /* the same */
	const struct sh_mount *mount; /* the same */
	struct sh_loader loader;
	int status; /* $? and whether it is set, where the body of an entry begins */
	bool ran;
	struct str next_entry; /* as load_env found it */
	uint32_t slept;	       /* seconds of the last sleep that a key may end */
};

/* A menu being built. */
struct sh_entry;
struct sh_foreign;
struct sh_menu {
	struct sh_entry *first, **end;
	size_t n;
};
/* The body of a struct boot_entry of this language. */
struct sh_body {
	struct sh_args args;	      /* v[0] is the title: $1 of the body */
	const struct sh_scope *scope; /* of the menu that it stands in */
	const struct sh_scope *inner; /* a submenu's, after its body has run */
	struct str path;	      /* $chosen: ids from the top, '>' between them */
	bool is_submenu, unrestricted;
	struct str users;		  /* --users */
	const struct sh_foreign *foreign; /* another language's: */
	const struct boot_entry *entry;	  /* its own entry, which this one stands for */
	struct boot_entry *children;	  /* what the entry has as children */
};
struct sh_entry {
	struct sh_entry *next;
	struct boot_entry e;
	struct sh_body body;
};

/* A finished menu; v is out.entry while it may still be changed. */
struct sh_taken {
	struct boot_menu menu;
	struct boot_entry *v;
};

/* Whom password and its like have named, in all menus of one load. */
struct sh_users {
	const struct boot_user *newest;
	size_t n;
};

enum sh_flow {
	FLOW_NONE,
	FLOW_BREAK,
	FLOW_CONTINUE,
	FLOW_RETURN,
	FLOW_BOOT, /* boot was called, and something is loaded */
	FLOW_MENU, /* a configfile has a menu, which takes over: sh->taken */
	FLOW_EXIT,
	FLOW_HALT,
	FLOW_REBOOT,
};

/* Counters of one load or one choose, whatever the depth. */
struct sh_budget {
	uint32_t steps, entries, messages;
	uint64_t work; /* of the host's, that was paid for */
	size_t base;   /* arena->used at the start */
	bool over;     /* a limit was hit and logged */
};
enum {
	SH_LOOK = 50,		/* steps: a directory must be read for it */
	SH_WORK = 16,		/* units of blk.work that cost a step */
	SH_LOOPS_MAX = 256,	/* loopback commands */
	SH_MESSAGES_MAX = 1000, /* lines logged by one evaluation */
	SH_ARGS_MAX = 1u << 20, /* bytes that the words of one command may expand to */
	SH_LISTING_MAX = 65536, /* names looked at in one directory */
	SH_MENUS_MAX = 8,	/* menus inside menus, by submenu or configfile */
	SH_USERS_MAX = 256,
};

struct sh {
	struct sh_scope s;
	struct conf *c;
	const struct conf_source *src; /* the configuration that the attempt began with */
	struct sh_budget *budget;
	struct sh_menu *menu; /* where menuentry adds; NULL while an entry runs */
	struct sh_taken *taken;
	struct sh_users *users;	      /* NULL while an entry runs */
	bool restricted;	      /* the menu stands inside a submenu that needs a password */
	const struct boot_lock *lock; /* that one's */
	struct sh_args pos;	      /* v[0] is $1 here */
	struct str path;	      /* of the menu: ids from the top, '>' between them */
	struct str file; /* being run, for messages: "(hd0,msdos1)/boot/grub/grub.cfg" */
	uint32_t line;
	uint32_t depth, include, loops, calls, menus;
	enum sh_flow flow;
	uint32_t flow_n; /* loops still to leave */
	bool ran;	 /* a command has, in this context: $? is set */
	int status;	 /* $?: of the last command, simple or not */
	int last;	 /* that of the one before a builtin command, while this runs */
};

/* What load leaves for choose in conf.priv. */
struct grub2 {
	struct conf_source src;
};

/* grub2.c */
/* The variables of a fresh GRUB; name: of the configuration, "(device)path". */
enum err sh_set_variables(struct sh *sh, struct str name);
/* What is loaded; e: for messages. */
enum err sh_plan(struct sh *sh, const struct boot_entry *e, struct boot_plan *out);

/* exec.c */
enum err sh_exec(struct sh *sh, const struct sh_cmd *list);
/* A new evaluation inside sh's: sees exported variables only, GRUB's context. */
enum err sh_child(struct sh *child, const struct sh *sh);
/* Parse and run a file's text: a mistake costs its unit. name: for messages. */
enum err sh_run(struct sh *sh, struct str text, struct str name);
/* The same for a piece of the file at hand: a mistake ends it, as in GRUB's eval. */
enum err sh_eval(struct sh *sh, struct str text);
void sh_log(struct sh *sh, enum log_level level, const char *fmt, ...) printf_like(3, 4);
/* The command failed: log why, set the status. */
void sh_fail(struct sh *sh, enum sh_status status, const char *fmt, ...) printf_like(3, 4);
struct sh_budget sh_budget_of(struct conf *c); /* nothing is spent yet */
/*
 * Take steps: one for every command and turn of a loop, SH_LOOK for asking the
 * host, and what that had to read since. Looks at the memory used too.
 */
enum err sh_spend(struct sh *sh, uint32_t steps);
/* A budget is used up: log its name. ERR_LIMIT. */
enum err sh_limit(struct sh *sh, const char *what, uint64_t limit);
/* ERR_LIMIT from env_set() and friends told by name; other errors as they are. */
enum err sh_told(struct sh *sh, enum err e);

/* menu.c */
/*
 * What sh->menu has gathered as a menu that can be shown: submenus evaluated,
 * each in a child of sh as it is now.
 */
enum err sh_finish(struct sh *sh, struct sh_taken *out);
/*
 * Run an entry's body, and where that ends in another menu, the default of
 * that. sh: budget, conf and src; afterwards sh->s is as the body left it. *e
 * becomes an entry of another language where one is reached.
 */
enum err sh_enter(struct sh *sh, const struct boot_entry **e);
/* foreign.c: conf_ops of an entry that another language has. */
enum err sh_foreign_choose(struct conf *c, const struct sh_body *b, struct boot_plan *out);
enum err sh_foreign_text(struct conf *c, const struct sh_body *b, struct str *out);
enum err sh_foreign_edit(struct conf *c, struct sh_body *b, struct str text);
/* $config_file and $config_directory. */
enum err sh_set_config(struct sh *sh, struct str name);
/*
 * hopeless.c: why an entry with these commands cannot boot in a Xen guest, or
 * NULL: it can, or running it must tell.
 */
const char *sh_hopeless(struct str text);
/* choice.c: out->entry and out->n are given; the rest follows from the variables. */
enum err sh_choice(struct sh *sh, struct boot_menu *out);
/* $default while e runs: what stands behind the '>' of its menu's; p == NULL: not set. */
struct str sh_default_left(const struct boot_entry *e);

/* number.c: the digits that s begins with, as strtoul(s, 0, 0) reads them; false: none. */
bool sh_number(struct str s, uint64_t *out);

/* expand.c */
enum err sh_expand(struct sh *sh, const struct sh_word *words, struct sh_args *out);
/* A variable or a positional parameter; p == NULL: not set. */
enum err sh_get(struct sh *sh, struct str name, struct str *out);
enum err sh_set(struct sh *sh, struct str name, struct str value);
/* glob.c: call fn for every file that a pattern names; '\\' keeps the next byte from being magic.
 */
typedef enum err sh_glob_fn(void *ctx, struct str name);
enum err sh_glob(struct sh *sh, struct str pattern, sh_glob_fn *fn, void *ctx);
#endif
