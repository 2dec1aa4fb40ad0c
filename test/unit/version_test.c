/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/conf/version.h"

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

/* Every pair of a list that grows, both ways round. */
static void check_order(int (*order)(struct str, struct str), const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			int have = sign(order(str_of(v[i]), str_of(v[j])));
			if (have != (i > j) - (i < j))
				test_fail(__FILE__, __LINE__, "%s and %s: %d", v[i], v[j], have);
		}
	}
}

TEST(the_specifications_order)
{
	static const char *const v[] = {
		"~",	   "",	      "1a",	 "9",	  "122.1",   "123~rc1-1",
		"123",	   "123-a",   "123-a.1", "123-1", "123-1.1", "123^post1",
		"123.a-1", "123.1-1", "123a-1",	 "124-1",
	};
	check_order(version_cmp, v, array_len(v));
}

TEST(the_specifications_equals)
{
	check(version_cmp(STR("00123"), STR("123")) == 0);
	check(version_cmp(STR("1_2"), STR("12")) < 0); /* the number ends at the strange byte */
	check(version_cmp(STR("a+b"), STR("a_b")) == 0);
	check(version_cmp(STR("\xc3\xa4x"), STR("x")) == 0);
	check(version_cmp(STR("6.1.0-9-amd64"), STR("6.1.0-10-amd64")) < 0);
	check(version_cmp(STR("x0"), STR("x")) > 0);
}

TEST(rpms_order)
{
	static const char *const v[] = {
		"~~",	   "~",	   "",	      "a",	  "ab",	   "b",	  "1~rc1",
		"1~rc1.1", "1",	   "1^git1",  "1^git1.2", "1.a",   "1.0", "1.0.1",
		"1.1",	   "2.50", "10.0001", "10.1.1",	  "10.39",
	};
	check_order(version_cmp_rpm, v, array_len(v));
	check(version_cmp_rpm(STR("1.0"), STR("1_0")) == 0);
	check(version_cmp_rpm(STR("1.0010"), STR("1.10")) == 0);
	check(version_cmp_rpm(STR("1^1"), STR("1^1~2")) > 0);
}

TEST(packages_by_name_then_version_then_release)
{
	static const char *const v[] = {
		"aaaa-0-rescue",     "aaaa-5.14.0-9.el9", "aaaa-5.14.0-10.el9",
		"aaaa-5.15.0-1.el9", "bbbb-4.18.0-1.el8",
	};
	check_order(version_cmp_package, v, array_len(v));
	check(version_cmp_package(STR("plain"), STR("plain")) == 0);
	check(version_cmp_package(STR("a"), STR("a-1")) < 0);
}
