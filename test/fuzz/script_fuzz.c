/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/conf/ast.h"
#include "../../core/tables.h"
#include "../../hosted/hosted.h"
#include "../lang_fuzz.h"

/* All units that are right, printed. */
static struct str printed(struct str text, struct arena *a, bool must_be_right)
{
	struct sh_parser p;
	struct text out = { .arena = a };
	bool more = true;
	if (sh_parse_begin(&p, text, 64, a))
		return (struct str){ NULL, 0 };
	while (more) {
		const struct sh_cmd *unit;
		enum err e = sh_parse_next(&p, &unit, &more);
		if (e == ERR_NOMEM)
			return (struct str){ NULL, 0 };
		if (e && must_be_right)
			__builtin_trap();
		if (!e)
			sh_print(unit, &out);
	}
	return out.bad ? (struct str){ NULL, 0 } : text_str(&out);
}

/* What is printed parses into the same tree. */
static void reparse(struct str text)
{
	struct arena a;
	arena_init(&a, &hosted_exact, 8 << 20);
	struct str once = printed(text, &a, false);
	struct str twice = once.p ? printed(once, &a, true) : once;
	if (once.p && twice.p && !str_eq(once, twice))
		__builtin_trap();
	arena_release(&a);
}

/* The input is a grub.cfg, which may also source itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct host_file file[] = {
		{ .device = "hd0,msdos1", .path = "/vmlinuz" },
		{ .device = "hd0,msdos1",
		  .path = "/grub/grub.cfg",
		  .text = (const char *)data,
		  .n = size },
	};
	struct conf_source src = { STR("hd0,msdos1"), STR("/grub/grub.cfg"), { data, size } };
	reparse((struct str){ (const char *)data, size });
	lang_fuzz(&grub2_conf, &src, file, size ? array_len(file) : 1);
	return 0;
}
