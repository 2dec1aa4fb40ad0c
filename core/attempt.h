/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ATTEMPT_H
#define ATTEMPT_H
#include "host.h"
#include "menu/guard.h"
#include "menu/shell.h"
#include "menu/term.h"
#include "tables.h"
/* Private to core's own files: what one attempt knows. */
struct boot {
	struct platform *platform;
	struct arena arena;  /* disks, mounts, this */
	struct arena texts;  /* the configuration at hand */
	struct arena choice; /* the plan at hand */
	struct arena edits;  /* the editor, and the entry that came out of it */
	struct arena words;  /* what was typed at the command line */
	struct log log;	     /* passes lines on to the platform's and keeps the first error */
	char reason[LOG_LINE];
	size_t reason_n;
	struct disks disks;
	struct host host;
	struct conf conf;
	const struct conf_ops *ops;
	struct conf_source source;
	struct str config; /* source as "(device)path" */
	struct boot_menu menu;
	const struct boot_entry *entry; /* of menu: chosen last; or NULL */
	struct boot_plan plan;
	struct menu_host menu_host;
	struct guard guard;    /* of the configuration at hand */
	bool trusted;	       /* no lock counts now */
	struct term term;      /* around the platform's console */
	struct prompt *prompt; /* NULL: there was no command line yet */
	bool sealed;	       /* a menu with a lock on its command line was passed over */
	bool by_prompt;	       /* the last plan was typed */
	enum boot_wish wish;
	/* Where the search for configurations stands. */
	enum { FIND_PRESET, FIND_ASKED, FIND_PLACES } stage;
	size_t at_step, at_place, at_match;
	bool bare;	 /* the source at hand is no text, but a place to look in */
	bool lead;	 /* the source at hand may do no more than lead to the real one */
	bool found;	 /* some configuration was found and logged */
	enum err broken; /* why the last one that did not load did not */
};
/* find.c: the next configuration's text into b->source, its language into b->ops. */
enum err find_next(struct boot *b, const struct boot_want *want);
/* attempt.c: whether an entry that the one at hand leads to may boot; c: boot.conf. */
bool boot_may(struct conf *c, const struct boot_entry *e);
/*
 * prompt.c: the command line, after its lock if it has one. e: the entry that is
 * selected in the menu that it is opened from; NULL: go on with what was typed
 * before. last: there is no menu to go back to. SHELL_BOOT: b->plan, which was
 * checked; SHELL_MENU: b->menu.
 */
enum err prompt_run(struct boot *b, const struct boot_entry *e, bool last, enum shell_end *end);
void prompt_forget(struct boot *b); /* what b->conf made is about to go */
bool prompt_hears(struct boot *b, enum log_level level, const char *line, size_t n);
/* One line per disk: why nothing was found there. */
void find_report(struct boot *b);
#endif
