/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lang.h"
#include <string.h>

enum err lang_load(struct lang *l, const char *text, size_t n, struct conf_limits limits)
{
	/* A copy of its own: ASan must see its end. */
	char *copy = arena_alloc(test_arena(), n, 1);
	if (n)
		memcpy(copy, text, n);
	l->conf = (struct conf){
		.host = &l->host.host, .arena = test_arena(), .log = test_log(), .limits = limits
	};
	l->src = (struct conf_source){ .device = STR("hd0,msdos1"),
				       .path = str_of(l->path),
				       .text = { (uint8_t *)copy, n } };
	return l->ops->load(&l->conf, &l->src, &l->menu);
}

struct str lang_plan(struct lang *l, const struct boot_entry *e)
{
	struct boot_plan plan;
	struct text t = { .arena = test_arena() };
	enum err err = l->ops->choose(&l->conf, e, &plan);
	if (err)
		return str_of(err_text(err));
	plan_print(&plan, &t);
	return text_str(&t);
}
