/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../table_host.h"
#include "../../core/tables.h"
#include "../../hosted/hosted.h"

static void choose_all(struct conf *c, const struct boot_entry *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct boot_plan plan;
		struct arena a, *menu = c->arena;
		if (e[i].index != i)
			__builtin_trap();
		if (e[i].children) {
			choose_all(c, e[i].children, e[i].n_children);
			continue;
		}
		arena_init(&a, &hosted_exact, 1 << 20);
		c->arena = &a;
		if (extlinux_conf.choose(c, &e[i], &plan) == OK && plan_check(&plan, NULL) == OK &&
		    plan.cmdline.n > PLAN_CMDLINE_MAX)
			__builtin_trap();
		c->arena = menu;
		arena_release(&a);
	}
}

/* The input is an extlinux.conf, which may also include itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct host_file file[] = {
		{ .device = "hd0,msdos1", .path = "/vmlinuz" },
		{ .device = "hd0,msdos1", .path = "/d/m", .text = (const char *)data, .n = size },
		{ .device = "hd0,msdos1",
		  .path = "/d/n",
		  .text = "label n\ninclude m\nconfig m\n" },
	};
	struct table_host host;
	struct arena a;
	struct boot_menu menu;
	struct conf_source src = { STR("hd0,msdos1"), STR("/d/extlinux.conf"), { data, size } };
	table_host_init(&host, file, size ? array_len(file) : 1, NULL, 0);
	arena_init(&a, &hosted_exact, 4 << 20);
	struct conf c = { .host = &host.host, .arena = &a, .limits = CONF_LIMITS_DEFAULT };
	c.limits.entries = 64;
	if (extlinux_conf.load(&c, &src, &menu) == OK) {
		if (!menu.chosen || menu.chosen->children)
			__builtin_trap();
		choose_all(&c, menu.entry, menu.n);
	}
	arena_release(&a);
	return 0;
}
