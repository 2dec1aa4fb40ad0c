/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/rules.h"
#include "../test.h"
#include "../../core/base/str.h"
#include <string.h>

static struct rules r;

TEST(rules_for_titles)
{
	r.n = 0;
	check_ok(rules_add(&r, STR("# ours\ntitle blacklist kdump|[Rr]escue\n\n"
				   "title accept  my rescue \nkernel blacklist .*\ntitle\n"
				   "title blacklist\ntitle forbid x\ntitle prefer ^Linux\r\n")));
	check_u64((uint64_t)rules_rank(&r, STR("Rescue mode")), 0);
	check_u64((uint64_t)rules_rank(&r, STR("my rescue mode")), 1);
	check_u64((uint64_t)rules_rank(&r, STR("Debian")), 1);
	check_u64((uint64_t)rules_rank(&r, STR("Linux 6.1")), 2);
	check_u64((uint64_t)rules_rank(&r, STR("Linux kdump")), 0);
}

TEST(rules_that_are_none)
{
	r.n = 0;
	check_ok(rules_add(&r, STR("title blacklist (\ntitle blacklist [\n")));
	check_u64((uint64_t)rules_rank(&r, STR("(")), 1);
}

TEST(too_many_rules)
{
	static char line[RULES_MAX];
	memset(line, 'x', sizeof line);
	memcpy(line, "title blacklist ", 16);
	r.n = 0;
	check_err(rules_add(&r, (struct str){ line, sizeof line }), OK);
	check_err(rules_add(&r, STR("title prefer yyyyyyyyyyyyyyyyyyyyyyyyyyyy\n")), ERR_LIMIT);
	check(r.n <= sizeof r.text);
}
