/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse FILE...: for each file a line "NAME ok" or "NAME wrong LINE: why", the
 * first mistake; "NAME unstable" where what sh_print writes parses into
 * something else.
 */
#include "../../core/conf/ast.h"
#include "../../hosted/hosted.h"
#include <stdio.h>
#include <stdlib.h>

static struct str slurp(const char *name, struct arena *a)
{
	struct text t = { .arena = a };
	char buf[4096];
	FILE *f = fopen(name, "rb");
	for (size_t n = 1; f && n;) {
		n = fread(buf, 1, sizeof buf, f);
		text_put(&t, (struct str){ buf, n });
	}
	if (f)
		fclose(f);
	return text_str(&t);
}

/* Parse all units and print them; false: *p tells the first mistake. */
static bool parse(struct sh_parser *p, struct str text, struct text *out)
{
	bool more = true;
	if (sh_parse_begin(p, text, 64, out->arena))
		abort();
	while (more) {
		const struct sh_cmd *unit;
		enum err e = sh_parse_next(p, &unit, &more);
		if (e == ERR_SYNTAX)
			return false;
		if (e)
			abort();
		sh_print(unit, out);
	}
	return true;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct arena a;
		struct sh_parser p;
		arena_init(&a, &hosted_exact, 64u << 20);
		struct text once = { .arena = &a }, twice = { .arena = &a };
		if (!parse(&p, slurp(argv[i], &a), &once))
			printf("%s wrong %u: %s\n", argv[i], p.line, p.why);
		else if (!parse(&p, text_str(&once), &twice) ||
			 !str_eq(text_str(&once), text_str(&twice)))
			printf("%s unstable\n", argv[i]);
		else
			printf("%s ok\n", argv[i]);
		arena_release(&a);
	}
	return 0;
}
