/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/opts.h"
#include "../test.h"

enum { WORDS_MAX = 32 };

static char why[OPTS_WHY];

/* line cut at blanks; "''" stands for an empty word. */
static enum err parse_env(struct opts *o, const struct opts_env *env, const char *line)
{
	char *argv[WORDS_MAX] = { (char[]){ "domboot" } };
	int argc = 1;
	struct str rest = str_of(line), word;
	while (str_word(&rest, &word)) {
		if (str_eq(word, STR("''")))
			word.n = 0;
		struct str z = str_dup(test_arena(), word);
		argv[argc++] = (char *)z.p;
	}
	opts_init(o);
	return opts_parse(o, env, argc, argv, why);
}

static enum err parse(struct opts *o, const char *line)
{
	static const struct opts_env none;
	return parse_env(o, &none, line);
}

#define check_z(a, b) check_str(str_of(a), b)

TEST(defaults_are_pygrubs)
{
	struct opts o;
	check_ok(parse(&o, "disk.img"));
	check_u64(o.n_disk, 1);
	check_z(o.disk[0], "disk.img");
	check(!o.quiet && !o.list && !o.not_really && !o.is_config && !o.output && !o.entry);
	check_u64(o.format, FORMAT_SXP);
	check_z(o.directory, "/var/run/xen/pygrub");
	check(!o.own_directory);
	check_u64(o.timeout_s, 30);
	check_u64(o.max_kernel, 128u << 20);
	check_u64(o.max_initrd, 1u << 30);
}

TEST(what_libxl_gives)
{
	struct opts o;
	check_ok(parse(&o, "--kernel=/k --ramdisk=/r --args=root=/dev/xvda1 --runas=65534 --quiet "
			   "--output=/run/out --output-format=simple0 --output-directory=/run/d "
			   "-q /dev/vg/guest"));
	check_z(o.kernel, "/k");
	check_z(o.ramdisk, "/r");
	check_z(o.args, "root=/dev/xvda1");
	check_u64(o.runas, 65534);
	check(o.quiet && o.own_directory);
	check_z(o.output, "/run/out");
	check_u64(o.format, FORMAT_SIMPLE0);
	check_z(o.directory, "/run/d");
	check_z(o.disk[0], "/dev/vg/guest");
}

TEST(values_glued_or_apart)
{
	struct opts o;
	check_ok(parse(&o, "--kernel /k --args '' --entry=2 d --ramdisk= --offset 512"));
	check_z(o.kernel, "/k");
	check(o.args && !o.args[0]);
	check(o.ramdisk && !o.ramdisk[0]);
	check_z(o.entry, "2");
	check_u64(o.offset, 512);
	check_u64(o.n_disk, 1);
}

TEST(prefixes_that_are_unique)
{
	struct opts o;
	check_ok(parse(&o, "--output-form simple --ent 1 --q --isc --de d"));
	check_u64(o.format, FORMAT_SIMPLE);
	check_z(o.entry, "1");
	check(o.quiet && o.is_config && o.debug);
	check_err(parse(&o, "--i d"), ERR_SYNTAX);
	check_z(why, "option --i is ambiguous");
	check_err(parse(&o, "--r=1 d"), ERR_SYNTAX);
	check_err(parse(&o, "--out=x d"), ERR_SYNTAX);
	check_err(parse(&o, "--frobnicate d"), ERR_SYNTAX);
	check_z(why, "option --frobnicate is unknown");
}

/* XenServer's and our own names do not take a prefix away that pygrub knows. */
TEST(prefixes_of_pygrub_come_first)
{
	struct opts o;
	check_ok(parse(&o, "--d --e=7 --ru=5 disk --req --extra=x --max-k 1"));
	check(o.debug && !o.default_args && o.require_sandbox);
	check_z(o.entry, "7");
	check_u64(o.runas, 5);
	check_z(o.extra_args, "x");
	check_u64(o.max_kernel, 1u << 20);
}

TEST(output_is_an_exact_name)
{
	struct opts o;
	check_ok(parse(&o, "--output=- d"));
	check(!o.output);
	check_ok(parse(&o, "--output=a --output - d"));
	check(!o.output);
	check_err(parse(&o, "--output-=a d"), ERR_SYNTAX);
}

TEST(short_options_in_bundles)
{
	struct opts o;
	check_ok(parse(&o, "-qn -l d"));
	check(o.quiet && o.not_really && o.list);
	check_err(parse(&o, "-qx d"), ERR_SYNTAX);
	check_z(why, "option -x is unknown");
}

TEST(where_options_end)
{
	struct opts o;
	static const struct opts_env posix = { .posixly_correct = "1" },
				     empty = { .posixly_correct = "" };
	check_ok(parse(&o, "a -q - -- -n --list"));
	check(o.quiet && !o.not_really && !o.list);
	check_u64(o.n_disk, 4);
	check_z(o.disk[1], "-");
	check_z(o.disk[3], "--list");
	check_ok(parse_env(&o, &posix, "-q a -n"));
	check(o.quiet && !o.not_really);
	check_u64(o.n_disk, 2);
	check_ok(parse_env(&o, &empty, "-q a -n"));
	check(o.not_really);
}

TEST(the_last_one_wins)
{
	struct opts o;
	check_ok(parse(&o, "--entry=1 -i d --args=a --args=b"));
	check(!o.quiet && !o.entry);
	check_z(o.args, "b");
	check_ok(parse(&o, "-i --entry=1 d"));
	check(o.quiet);
}

TEST(values_that_make_no_sense)
{
	struct opts o;
	check_err(parse(&o, "--output-format=xml d"), ERR_SYNTAX);
	check_z(why, "--output-format: \"xml\" is none of sxp, simple, simple0");
	check_err(parse(&o, "--offset=0x200 d"), ERR_SYNTAX);
	check_err(parse(&o, "--offset=-1 d"), ERR_SYNTAX);
	check_err(parse(&o, "--offset= d"), ERR_SYNTAX);
	check_err(parse(&o, "--offset=9223372036854775808 d"), ERR_SYNTAX);
	check_err(parse(&o, "--runas=root d"), ERR_SYNTAX);
	check_err(parse(&o, "--runas=4294967295 d"), ERR_SYNTAX);
	check_err(parse(&o, "--max-initrd=99999999999999 d"), ERR_SYNTAX);
	check_err(parse(&o, "--quiet=1 d"), ERR_SYNTAX);
	check_err(parse(&o, "d --kernel"), ERR_SYNTAX);
	check_z(why, "--kernel needs a value");
}

TEST(limits_from_the_environment)
{
	struct opts o;
	static const struct opts_env env = { .max_file_mb = "200", .max_ram_mb = "64" },
				     junk = { .max_file_mb = "many", .max_ram_mb = "-3" };
	check_ok(parse_env(&o, &env, "d"));
	check_u64(o.max_kernel, 200u << 20);
	check_u64(o.max_initrd, 200u << 20);
	check_u64(o.max_memory, 64u << 20);
	check_ok(parse_env(&o, &env, "--max-initrd=300 d"));
	check_u64(o.max_initrd, 300u << 20);
	check_ok(parse_env(&o, &junk, "d"));
	check_u64(o.max_kernel, OPTS_MAX_KERNEL);
	check_u64(o.max_memory, OPTS_MAX_MEMORY);
}

TEST(more_disks_than_there_is_room_for)
{
	struct opts o;
	check_ok(parse(&o, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"));
	check_u64(o.n_disk, 16);
	check_err(parse(&o, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17"), ERR_SYNTAX);
	check_ok(parse(&o, "--help"));
	check(o.help && o.n_disk == 0);
}

TEST(libvirt_hands_over_one_word)
{
	static const struct opts_env none;
	struct opts o;
	char word[] = "-q  --entry=1 --args a\t-n", alone[] = "--entry=Debian GNU/Linux";
	char *argv[] = { (char[]){ "domboot" }, word, alone, (char[]){ "disk" } };
	opts_init(&o);
	check_ok(opts_parse(&o, &none, 2, argv, why));
	check(o.quiet && o.not_really);
	check_z(o.entry, "1");
	check_z(o.args, "a");
	check_ok(opts_parse(&o, &none, 4, argv, why)); /* its blanks are ends by now */
	check_z(o.entry, "Debian GNU/Linux");
	char bad[] = "-q --frob", *argv_bad[] = { argv[0], bad };
	check_err(opts_parse(&o, &none, 2, argv_bad, why), ERR_SYNTAX);
	check_str(str_of(why), "option --frob is unknown");
}

TEST(xenservers_options)
{
	struct opts o;
	check_ok(parse(&o, "--default_args=a --extra_args b --vm=uuid -q d"));
	check_z(o.default_args, "a");
	check_z(o.extra_args, "b");
	check_u64(o.n_disk, 1);
}

static enum err parse_command(struct opts *o, enum command command, const char *line)
{
	static const struct opts_env none;
	static const char *operand[WORDS_MAX];
	char *argv[WORDS_MAX] = { (char[]){ "list" } };
	int argc = 1;
	struct str rest = str_of(line), word;
	while (str_word(&rest, &word))
		argv[argc++] = (char *)str_dup(test_arena(), word).p;
	opts_init(o);
	o->command = command;
	o->operand = operand;
	return opts_parse(o, &none, argc, argv, why);
}

TEST(each_command_has_its_own_options)
{
	struct opts o;
	check_ok(parse_command(&o, CMD_LIST, "--json a b"));
	check(o.json);
	check_u64(o.n_operand, 2);
	check_u64(o.n_disk, 0);
	check_z(o.operand[1], "b");
	check_err(parse_command(&o, CMD_CAT, "--json a b"), ERR_SYNTAX);
	check_z(why, "option --json is not for this command");
	check_err(parse_command(&o, CMD_LIST, "-q a"), ERR_SYNTAX);
	check_err(parse(&o, "--json a"), ERR_SYNTAX);
	check_ok(parse_command(&o, CMD_DOCTOR, "--type=pvh --memory 64 --xen-version=4.20.1 a"));
	check_u64(o.type, GUEST_PVH);
	check_u64(o.guest_memory, 64 << 20);
	check_u64(o.xen_version, 4 << 16 | 20);
	check_err(parse_command(&o, CMD_DOCTOR, "--type=pvx a"), ERR_SYNTAX);
	check_z(why, "--type: \"pvx\" is none of any, pv, pvh, hvm");
}
