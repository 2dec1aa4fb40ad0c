/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lang_fuzz.h"
#include "../hosted/hosted.h"

static void choose_all(const struct conf_ops *ops, struct conf *c, const struct boot_entry *e,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct boot_plan plan;
		struct arena a, *menu = c->arena;
		if (e[i].index != i)
			__builtin_trap();
		if (e[i].children) {
			choose_all(ops, c, e[i].children, e[i].n_children);
			continue;
		}
		arena_init(&a, &hosted_exact, 1 << 20);
		c->arena = &a;
		if (ops->choose(c, &e[i], &plan) == OK && plan_check(&plan, NULL) == OK &&
		    plan.cmdline.n > PLAN_CMDLINE_MAX)
			__builtin_trap();
		c->arena = menu;
		arena_release(&a);
	}
}

void lang_fuzz(const struct conf_ops *ops, const struct conf_source *src,
	       const struct host_file *file, size_t n_file)
{
	struct table_host host;
	struct arena a;
	struct boot_menu menu;
	table_host_init(&host, file, n_file, NULL, 0);
	arena_init(&a, &hosted_exact, 4 << 20);
	struct conf c = { .host = &host.host, .arena = &a, .limits = CONF_LIMITS_DEFAULT };
	c.limits.entries = 64;
	if (ops->load(&c, src, &menu) == OK) {
		if (!menu.chosen || menu.chosen->children)
			__builtin_trap();
		choose_all(ops, &c, menu.entry, menu.n);
	}
	arena_release(&a);
}
