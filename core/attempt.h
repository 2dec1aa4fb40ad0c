/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ATTEMPT_H
#define ATTEMPT_H
#include "host.h"
#include "menu/guard.h"
#include "menu/term.h"
#include "tables.h"
/* Private to core's own files: what one attempt knows. */
struct boot {
	struct platform *platform;
	struct arena arena;  /* disks, mounts, this */
	struct arena texts;  /* the configuration at hand */
	struct arena choice; /* the plan at hand */
	struct arena edits;  /* the editor, and the entry that came out of it */
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
	struct guard guard; /* of the configuration at hand */
	bool trusted;	    /* no lock counts now */
	struct term term;   /* around the platform's console */
	/* Where the search for configurations stands. */
	enum { FIND_PRESET, FIND_ASKED, FIND_PLACES } stage;
	size_t at_volume, at_place;
	bool found;	 /* some configuration was found and logged */
	enum err broken; /* why the last one that did not load did not */
};
/* find.c: the next configuration's text into b->source, its language into b->ops. */
enum err find_next(struct boot *b, const struct boot_want *want);
/* One line per disk: why nothing was found there. */
void find_report(struct boot *b);
#endif
