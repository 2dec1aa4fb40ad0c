/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIEW_H
#define VIEW_H
#include "record.h"
#include "run.h"
/*
 * What becomes of a worker's records: text for people, or one JSON document.
 * Nothing goes to standard output before all of it is known to be right. Every
 * text is made safe for a terminal before a command's own show sees it.
 */
enum { VIEW_MEMORY = 256 << 20, VIEW_OUT_MAX = 64 << 20 };
struct view {
	const struct opts *o;
	struct arena arena;
	struct text out;		   /* the text form */
	struct text section[RECORD_KINDS]; /* the JSON form, kind by kind */
	unsigned kinds;			   /* bits of the record kinds that the worker may send */
	bool color;
	void (*show)(struct view *v, const struct record *r); /* text: append to out */
	void (*end)(struct view *v); /* text: when all is there; NULL: nothing to do */
	void *ctx;		     /* show's own */
	unsigned errors;	     /* records that say so: the command's own count */
};
void view_init(struct view *v, const struct opts *o,
	       void (*show)(struct view *v, const struct record *r));
/* As a run's take, whose ctx is the view. */
bool view_take(struct run *r, const struct wire_frame *f);
/* A record of the front's own. */
void view_add(struct view *v, struct record *r);
/*
 * Write it all. kinds: bits of the record kinds that the document has, even
 * where there are none.
 */
enum status view_print(struct view *v, const char *command, unsigned kinds);
/* Begin and end a way of writing; nothing where there are no colours. */
enum ink { INK_BOLD, INK_GOOD, INK_WARN, INK_BAD };
void view_ink(struct view *v, enum ink ink);
void view_plain(struct view *v);
/* "2.5 MiB", at most 10 characters. */
void view_size(struct text *out, uint64_t bytes);
#endif
