/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line at which the input is typed, in GRUB 2's language or, by its first bit, GRUB
 * legacy's. */
#include "../../core/menu/shell.h"
#include "../../hosted/hosted.h"
#include "../table_host.h"
#include <stddef.h>
#include <string.h>

static const struct host_file files[] = {
	{ .device = "hd0,msdos1", .path = "/boot/vmlinuz" },
	{ .device = "hd0,msdos1", .path = "/boot/initrd" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/grub/grub.cfg",
	  .text = "menuentry x { linux /boot/vmlinuz\n}\n" },
	{ .device = "hd0,msdos1",
	  .path = "/boot/grub/menu.lst",
	  .text = "title x\nkernel /boot/vmlinuz\n" },
	{ .device = "hd1", .path = "/text", .text = "a\tb\xff\x1b[2J\n" },
};

struct typist {
	struct con con;
	const uint8_t *p;
	size_t n;
	uint64_t now;
};

static void typist_write(struct con *c, const char *p, size_t n)
{
	(void)c, (void)p, (void)n;
}

static int typist_byte(struct con *c, uint64_t deadline)
{
	struct typist *t = container_of(c, struct typist, con);
	if (deadline != CON_FOREVER)
		t->now = deadline > t->now ? deadline : t->now;
	if (!t->n) /* who typed is gone, and after a day the console is */
		return deadline == CON_FOREVER || t->now > 86400 * 1000 ? -2 : -1;
	t->n--;
	return *t->p++;
}

static uint64_t typist_now(struct con *c)
{
	return container_of(c, struct typist, con)->now;
}

static void type(struct shell *s, struct arena *a, const struct shell_ops *ops,
		 const struct typist *t)
{
	static const struct conf_source src = { { "hd0,msdos1", 10 },
						{ "/boot/grub/x", 12 },
						{ NULL, 0 } };
	struct table_host host;
	struct boot_plan plan;
	enum shell_end end;
	table_host_init(&host, files, array_len(files), NULL, 0);
	struct conf c = { .host = &host.host, .arena = a, .log = &s->log, .user = &s->user };
	struct shell_lang lang = { .c = &c, .ops = ops };
	c.limits = CONF_LIMITS_DEFAULT;
	c.limits.steps = 2000;
	if (ops->begin(&c, &src, NULL, &lang.state))
		return;
	while (t->n && shell_run(s, &lang, false, &end) == OK)
		if (end == SHELL_BOOT)
			(void)ops->plan(&c, lang.state, &plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct typist t = { .con = { .write = typist_write,
				     .byte = typist_byte,
				     .now_ms = typist_now,
				     .rows = 24,
				     .cols = 80 } };
	struct arena arena;
	if (!size)
		return 0;
	arena_init(&arena, &hosted_exact, 16 << 20);
	struct shell *s = arena_new(&arena, struct shell);
	if (!s)
		__builtin_trap();
	t.p = data + 1;
	t.n = size - 1;
	shell_init(s, &t.con);
	shell_begin(s);
	type(s, &arena, data[0] & 1 ? &legacy_shell : &grub2_shell, &t);
	arena_release(&arena);
	return 0;
}
