/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/settings.h"
#include "../test.h"

static char why[OPTS_WHY];
#define check_z(a, b) check_str(str_of(a), b)

static enum err parse(struct opts *o, const char *text)
{
	return settings_parse(o, "file", str_of(text), test_arena(), why);
}

static struct str printed(const struct opts *o)
{
	struct text t = { .arena = test_arena() };
	opts_print(o, &t);
	return text_str(&t);
}

TEST(settings_are_options)
{
	struct opts o;
	opts_init(&o);
	check_ok(parse(&o, "# limits\n\ntimeout = 5\n max-initrd=64\r\n"
			   "extra_args = console=hvc0 quiet\nrequire-sandbox = yes\n"
			   "file-systems = ext, fat\nxen-version = 4.17"));
	check_u64(o.timeout_s, 5);
	check_u64(o.max_initrd, 64 << 20);
	check_z(o.extra_args, "console=hvc0 quiet");
	check(o.require_sandbox && !o.unpack_kernel);
	check_u64(o.xen_version, 4 << 16 | 17);
}

TEST(what_a_file_forbids_stays_forbidden)
{
	struct opts o;
	opts_init(&o);
	uint64_t all = o.file_systems;
	check_ok(parse(&o, "file-systems = ext\nrequire-sandbox = yes"));
	check(o.file_systems && o.file_systems != all);
	uint64_t ext = o.file_systems;
	check_ok(parse(&o, "require-sandbox = no\nfile-systems = ext,fat"));
	check(o.require_sandbox);
	check_u64(o.file_systems, ext);
	check_err(parse(&o, "file-systems = fat"), ERR_SYNTAX);
}

TEST(settings_that_make_no_sense)
{
	struct opts o;
	opts_init(&o);
	check_err(parse(&o, "\ntimeout"), ERR_SYNTAX);
	check_z(why, "file:2: not of the form NAME = VALUE");
	check_err(parse(&o, "colour = red"), ERR_SYNTAX);
	check_z(why, "file:1: there is no setting \"colour\"");
	check_err(parse(&o, "output = /etc/passwd"), ERR_SYNTAX); /* an option, but no setting */
	check_err(parse(&o, "timeout = soon"), ERR_SYNTAX);
	check_err(parse(&o, "require-sandbox = maybe"), ERR_SYNTAX);
	check_err(parse(&o, "file-systems = ntfs"), ERR_SYNTAX);
	check_err(parse(&o, "xen-version = 4"), ERR_SYNTAX);
}

TEST(nothing_of_another_file_is_quoted)
{
	struct opts o;
	opts_init(&o);
	check_err(parse(&o, "root:$6$secret:19000:0"), ERR_SYNTAX);
	check_z(why, "file:1: not of the form NAME = VALUE");
	check_err(parse(&o, "PASSWORD1 = secret"), ERR_SYNTAX);
	check_z(why, "file:1: not of the form NAME = VALUE");
}

TEST(what_is_printed_is_what_is_parsed)
{
	struct opts o, again;
	opts_init(&o);
	check_ok(parse(&o,
		       "timeout = 7\nfile-systems = fat\nextra_args = a b\nunpack-kernel = yes\n"
		       "xen-version = 4.20\nrunas = 1234\nmax-memory = 99"));
	struct str text = printed(&o);
	opts_init(&again);
	check_ok(settings_parse(&again, "again", text, test_arena(), why));
	check(str_eq(printed(&again), text));
}
