/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opts.h"
#include "../core/base/str.h"
#include "../core/tables.h"
#include <string.h>

enum opt {
	OPT_QUIET,
	OPT_INTERACTIVE,
	OPT_LIST,
	OPT_NOT_REALLY,
	OPT_HELP,
	OPT_OUTPUT,
	OPT_FORMAT,
	OPT_DIRECTORY,
	OPT_OFFSET,
	OPT_RUNAS,
	OPT_ENTRY,
	OPT_KERNEL,
	OPT_RAMDISK,
	OPT_ARGS,
	OPT_IS_CONFIG,
	OPT_DEBUG,
	OPT_DEFAULT_ARGS,
	OPT_EXTRA_ARGS,
	OPT_VM,
	OPT_REQUIRE_SANDBOX,
	OPT_TIMEOUT,
	OPT_MAX_KERNEL,
	OPT_MAX_INITRD,
	OPT_MAX_MEMORY,
	OPT_VERSION,
	OPT_CONFIG,
	OPT_FILE_SYSTEMS,
	OPT_UNPACK_KERNEL,
	OPT_JSON,
	OPT_TRACE,
	OPT_DEEP,
	OPT_COLOR,
	OPT_TYPE,
	OPT_XEN_VERSION,
	OPT_MEMORY,
	OPT_STATE,
	OPT_RULES,
};
/* The commands that know an option. */
enum {
	BOOT = 1 << CMD_BOOT,
	DOCTOR = 1 << CMD_DOCTOR | 1 << CMD_SCAN,
	PLAN = 1 << CMD_SHOW | 1 << CMD_EXPLAIN | 1 << CMD_EXTRACT | DOCTOR,
	DATA = PLAN | 1 << CMD_LIST | 1 << CMD_LS | 1 << CMD_CAT,
	DISK = BOOT | DATA, /* all that read a disk */
	SET = DISK | 1 << CMD_CONFIG,
	TABLE = 1 << CMD_LIST | 1 << CMD_SHOW | 1 << CMD_EXPLAIN | 1 << CMD_LS | DOCTOR |
		1 << CMD_CONFIG | 1 << CMD_VERSION,
	EVERY = -1,
};
struct option {
	const char *name;
	char letter; /* 0: none */
	bool value;
	bool pygrub; /* a prefix that is unique among pygrub's names stays so beside ours */
	int of;	     /* the commands */
	bool file;   /* may stand in domboot.conf */
};
static const struct option options[] = {
	[OPT_QUIET] = { "quiet", 'q', false, true, BOOT, false },
	[OPT_INTERACTIVE] = { "interactive", 'i', false, true, BOOT, false },
	[OPT_LIST] = { "list-entries", 'l', false, true, BOOT, false },
	[OPT_NOT_REALLY] = { "not-really", 'n', false, true, BOOT, false },
	[OPT_HELP] = { "help", 'h', false, true, EVERY, false },
	[OPT_OUTPUT] = { "output", 0, true, true, BOOT, false },
	[OPT_FORMAT] = { "output-format", 0, true, true, BOOT, false },
	[OPT_DIRECTORY] = { "output-directory", 0, true, true, BOOT | 1 << CMD_EXTRACT, false },
	[OPT_OFFSET] = { "offset", 0, true, true, DISK, false },
	[OPT_RUNAS] = { "runas", 0, true, true, SET, true },
	[OPT_ENTRY] = { "entry", 0, true, true, BOOT | PLAN, false },
	[OPT_KERNEL] = { "kernel", 0, true, true, BOOT | PLAN, false },
	[OPT_RAMDISK] = { "ramdisk", 0, true, true, BOOT | PLAN, false },
	[OPT_ARGS] = { "args", 0, true, true, BOOT | PLAN | 1 << CMD_LIST, false },
	[OPT_IS_CONFIG] = { "isconfig", 0, false, true, BOOT, false },
	[OPT_DEBUG] = { "debug", 0, false, true, DISK, false },
	[OPT_DEFAULT_ARGS] = { "default_args", 0, true, false, BOOT, false },
	[OPT_EXTRA_ARGS] = { "extra_args", 0, true, false, SET, true },
	[OPT_VM] = { "vm", 0, true, false, BOOT, false },
	[OPT_REQUIRE_SANDBOX] = { "require-sandbox", 0, false, false, SET, true },
	[OPT_TIMEOUT] = { "timeout", 0, true, false, SET, true },
	[OPT_MAX_KERNEL] = { "max-kernel", 0, true, false, SET, true },
	[OPT_MAX_INITRD] = { "max-initrd", 0, true, false, SET, true },
	[OPT_MAX_MEMORY] = { "max-memory", 0, true, false, SET, true },
	[OPT_VERSION] = { "version", 0, false, false, EVERY, false },
	[OPT_CONFIG] = { "config", 0, true, false, SET, false },
	[OPT_FILE_SYSTEMS] = { "file-systems", 0, true, false, SET, true },
	[OPT_UNPACK_KERNEL] = { "unpack-kernel", 0, false, false, SET, true },
	[OPT_JSON] = { "json", 0, false, false, TABLE, false },
	[OPT_TRACE] = { "trace", 0, false, false, 1 << CMD_EXPLAIN, false },
	[OPT_DEEP] = { "deep", 0, false, false, 1 << CMD_SCAN, false },
	[OPT_COLOR] = { "color", 0, true, false, TABLE, false },
	[OPT_TYPE] = { "type", 0, true, false, DOCTOR, false },
	[OPT_XEN_VERSION] = { "xen-version", 0, true, false, SET, true },
	[OPT_MEMORY] = { "memory", 0, true, false, DOCTOR, false },
	[OPT_STATE] = { "state-directory", 0, true, false, SET, true },
	[OPT_RULES] = { "rules-directory", 0, true, false, SET, true },
};

struct parse {
	struct opts *o;
	int argc, at; /* at: the next word */
	char *const *argv;
	char *why;
};

static enum err bad(struct parse *p, const char *fmt, ...) printf_like(2, 3);
static enum err bad(struct parse *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fmt_v(p->why, OPTS_WHY, fmt, ap);
	va_end(ap);
	return ERR_SYNTAX;
}

/* The value as a number of units, its product with them below limit. */
static enum err number(struct parse *p, enum opt opt, const char *value, uint64_t unit,
		       uint64_t limit, uint64_t *out)
{
	uint64_t n;
	if (!str_u64(str_of(value), &n) || !mul_u64(n, unit, &n) || n > limit)
		return bad(p, "--%s: \"%s\" is not a number that it takes", options[opt].name,
			   value);
	*out = n;
	return OK;
}

static enum err number32(struct parse *p, enum opt opt, const char *value, uint32_t *out)
{
	uint64_t n;
	try(number(p, opt, value, 1, UINT32_MAX - 1, &n)); /* -1 means "no change" to setuid() */
	*out = (uint32_t)n;
	return OK;
}

static const char *const format_name[] = { "sxp", "simple", "simple0" };
static const char *const color_name[] = { "auto", "always", "never" };
static const char *const type_name[] = { "any", "pv", "pvh", "hvm" };

/* One of n names as its index. */
static enum err one_of(struct parse *p, enum opt opt, const char *value, const char *const *name,
		       size_t n, unsigned *out)
{
	char all[128] = "";
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(str_of(name[i]), str_of(value))) {
			*out = (unsigned)i;
			return OK;
		}
		at += fmt_to(all + at, sizeof all - at, "%s%s", i ? ", " : "", name[i]);
	}
	return bad(p, "--%s: \"%s\" is none of %s", options[opt].name, value, all);
}

/* "ext,fat": what is not named may not be tried any more. */
static enum err file_systems(struct parse *p, const char *value)
{
	struct str rest = str_of(value), name;
	uint64_t mask = 0;
	while (str_split(&rest, ',', &name)) {
		size_t i = 0;
		name = str_trim(name);
		while (i < n_fs_drivers && !str_eq(str_of(fs_drivers[i]->name), name))
			i++;
		if (i == n_fs_drivers)
			return bad(p, "--file-systems: domboot reads no \"%.*s\"", STR_ARG(name));
		mask |= 1ull << i;
	}
	p->o->file_systems &= mask;
	return p->o->file_systems ? OK : bad(p, "--file-systems: none is left that is allowed");
}

/* "4.17", and what may follow after another dot. */
static enum err xen_version(struct parse *p, const char *value)
{
	struct str rest = str_of(value), major, minor;
	uint64_t a, b;
	if (!str_split(&rest, '.', &major) || !str_split(&rest, '.', &minor) ||
	    !str_u64(major, &a) || !str_u64(minor, &b) || a == 0 || a > 0xffff || b > 0xffff)
		return bad(p, "--xen-version: \"%s\" is not like 4.17", value);
	p->o->xen_version = (uint32_t)(a << 16 | b);
	return OK;
}

static enum err set_value(struct parse *p, enum opt opt, const char *v)
{
	struct opts *o = p->o;
	unsigned i;
	switch (opt) {
	case OPT_OUTPUT:
		o->output = str_eq(str_of(v), STR("-")) ? NULL : v;
		return OK;
	case OPT_FORMAT:
		try(one_of(p, opt, v, format_name, array_len(format_name), &i));
		o->format = (enum format)i;
		return OK;
	case OPT_DIRECTORY:
		o->directory = v;
		o->own_directory = true;
		return OK;
	case OPT_RULES:
		o->rules = v;
		return OK;
	case OPT_STATE:
		o->state = *v ? v : NULL;
		return OK;
	case OPT_OFFSET:
		return number(p, opt, v, 1, INT64_MAX, &o->offset);
	case OPT_RUNAS:
		return number32(p, opt, v, &o->runas);
	case OPT_ENTRY:
		o->entry = v;
		o->quiet = true;
		return OK;
	case OPT_KERNEL:
		o->kernel = v;
		return OK;
	case OPT_RAMDISK:
		o->ramdisk = v;
		return OK;
	case OPT_ARGS:
		o->args = v;
		return OK;
	case OPT_DEFAULT_ARGS:
		o->default_args = v;
		return OK;
	case OPT_EXTRA_ARGS:
		o->extra_args = v;
		return OK;
	case OPT_CONFIG:
		o->config = v;
		return OK;
	case OPT_FILE_SYSTEMS:
		return file_systems(p, v);
	case OPT_COLOR:
		try(one_of(p, opt, v, color_name, array_len(color_name), &i));
		o->color = (enum color)i;
		return OK;
	case OPT_TYPE:
		try(one_of(p, opt, v, type_name, array_len(type_name), &i));
		o->type = (enum guest_type)i;
		return OK;
	case OPT_XEN_VERSION:
		return xen_version(p, v);
	case OPT_MEMORY:
		return number(p, opt, v, OPTS_MIB, INT64_MAX, &o->guest_memory);
	case OPT_TIMEOUT:
		return number32(p, opt, v, &o->timeout_s);
	case OPT_MAX_KERNEL:
		return number(p, opt, v, OPTS_MIB, INT64_MAX, &o->max_kernel);
	case OPT_MAX_INITRD:
		return number(p, opt, v, OPTS_MIB, INT64_MAX, &o->max_initrd);
	case OPT_MAX_MEMORY:
		return number(p, opt, v, OPTS_MIB, INT64_MAX, &o->max_memory);
	default: /* --vm: XenServer gives it and nobody reads it */
		return OK;
	}
}

static void set_flag(struct opts *o, enum opt opt)
{
	switch (opt) {
	case OPT_QUIET:
		o->quiet = true;
		break;
	case OPT_INTERACTIVE:
		o->quiet = false;
		o->entry = NULL;
		break;
	case OPT_LIST:
		o->list = true;
		break;
	case OPT_NOT_REALLY:
		o->not_really = true;
		break;
	case OPT_IS_CONFIG:
		o->is_config = true;
		break;
	case OPT_DEBUG:
		o->debug = true;
		break;
	case OPT_REQUIRE_SANDBOX:
		o->require_sandbox = true;
		break;
	case OPT_VERSION:
		o->version = true;
		break;
	case OPT_UNPACK_KERNEL:
		o->unpack_kernel = true;
		break;
	case OPT_JSON:
		o->json = true;
		break;
	case OPT_TRACE:
		o->trace = true;
		break;
	case OPT_DEEP:
		o->deep = true;
		break;
	default:
		o->help = true;
		break;
	}
}

/* One option whose value, if it was glued on, is in value. */
static enum err apply(struct parse *p, enum opt opt, const char *value)
{
	if (!(options[opt].of >> p->o->command & 1))
		return bad(p, "option --%s is not for this command", options[opt].name);
	if (!options[opt].value) {
		if (value)
			return bad(p, "--%s takes no value", options[opt].name);
		set_flag(p->o, opt);
		return OK;
	}
	if (!value) {
		if (p->at == p->argc)
			return bad(p, "--%s needs a value", options[opt].name);
		value = p->argv[p->at++];
	}
	return set_value(p, opt, value);
}

/* How many names of one group start with prefix; the last of them into *opt. */
static size_t matches(struct str prefix, bool pygrub, enum opt *opt)
{
	size_t n = 0;
	for (size_t i = 0; i < array_len(options); i++) {
		if (options[i].pygrub != pygrub || !str_starts(str_of(options[i].name), prefix))
			continue;
		*opt = (enum opt)i;
		n++;
	}
	return n;
}

static enum err find_long(struct parse *p, struct str name, enum opt *opt)
{
	for (size_t i = 0; i < array_len(options); i++) {
		if (!str_eq(str_of(options[i].name), name))
			continue;
		*opt = (enum opt)i;
		return OK;
	}
	size_t n = matches(name, true, opt);
	if (n == 0)
		n = matches(name, false, opt);
	if (n == 1)
		return OK;
	return bad(p, "option --%.*s is %s", STR_ARG(name), n ? "ambiguous" : "unknown");
}

static enum err take_long(struct parse *p, const char *word)
{
	struct str all = str_of(word);
	size_t eq = str_find(all, '=', 0);
	enum opt opt;
	try(find_long(p, str_sub(all, 0, eq), &opt));
	return apply(p, opt, eq < all.n ? word + eq + 1 : NULL);
}

enum { REST_MAX = 64 };
static enum err take_words(struct parse *p, bool posixly);

/*
 * libvirt (9.0 was tried) hands over all of <bootloader_args> as one word, "-q
 * --entry=1". To pygrub that is an error; here more words stand behind the letters.
 */
static enum err take_rest(struct parse *p, char *rest)
{
	static const char blanks[] = " \t\n";
	char *word[REST_MAX];
	struct parse more = *p;
	more.argv = word;
	more.argc = more.at = 0;
	while (*(rest += strspn(rest, blanks))) { /* each turn takes a word */
		if (more.argc == REST_MAX)
			return bad(p, "more than %d words in one", REST_MAX);
		word[more.argc++] = rest;
		rest += strcspn(rest, blanks);
		if (*rest)
			*rest++ = 0;
	}
	return take_words(&more, false); /* none of them has a blank: it goes no deeper */
}

static enum err take_short(struct parse *p, char *letters)
{
	for (; *letters; letters++) { /* to the end of the word */
		if (*letters == ' ')
			return take_rest(p, letters);
		size_t i = 0;
		while (i < array_len(options) && options[i].letter != *letters)
			i++;
		if (i == array_len(options))
			return bad(p, "option -%c is unknown", *letters);
		try(apply(p, (enum opt)i, NULL));
	}
	return OK;
}

static enum err take_disk(struct parse *p, const char *word)
{
	if (p->o->operand) {
		p->o->operand[p->o->n_operand++] = word;
		return OK;
	}
	if (p->o->n_disk == OPTS_DISKS_MAX)
		return bad(p, "more than %d disks", OPTS_DISKS_MAX);
	p->o->disk[p->o->n_disk++] = word;
	return OK;
}

static enum err take_words(struct parse *p, bool posixly)
{
	bool over = false;
	while (p->at < p->argc) {
		char *word = p->argv[p->at++];
		if (over || word[0] != '-' || word[1] == 0) {
			try(take_disk(p, word));
			over |= posixly;
		} else if (word[1] != '-') {
			try(take_short(p, word + 1));
		} else if (word[2] == 0) {
			over = true;
		} else {
			try(take_long(p, word + 2));
		}
	}
	return OK;
}

static void take_mb(const char *text, uint64_t *first, uint64_t *second)
{
	uint64_t n;
	if (!text || !str_u64(str_of(text), &n) || n == 0 || !mul_u64(n, OPTS_MIB, &n))
		return;
	*first = n;
	if (second)
		*second = n;
}

void opts_init(struct opts *o)
{
	*o = (struct opts){
		.directory = OPTS_DIRECTORY,
		.rules = OPTS_RULES,
		.timeout_s = OPTS_TIMEOUT_S,
		.max_kernel = OPTS_MAX_KERNEL,
		.max_initrd = OPTS_MAX_INITRD,
		.max_memory = OPTS_MAX_MEMORY,
		.file_systems = (1ull << n_fs_drivers) - 1,
	};
}

enum err opts_parse(struct opts *o, const struct opts_env *env, int argc, char *const argv[],
		    char why[OPTS_WHY])
{
	struct parse p = { .o = o, .argc = argc, .at = 1, .argv = argv, .why = why };
	why[0] = 0;
	take_mb(env->max_file_mb, &o->max_kernel, &o->max_initrd);
	take_mb(env->max_ram_mb, &o->max_memory, NULL);
	return take_words(&p, env->posixly_correct && env->posixly_correct[0]);
}

/* --- domboot.conf ----------------------------------------------------------- */

static bool yes_or_no(struct str s, bool *yes)
{
	*yes = str_eq(s, STR("yes"));
	return *yes || str_eq(s, STR("no"));
}

enum err opts_set(struct opts *o, struct str name, struct str value, char why[OPTS_WHY])
{
	struct parse p = { .o = o, .why = why };
	size_t i = 0;
	bool yes;
	while (i < array_len(options) &&
	       !(options[i].file && str_eq(str_of(options[i].name), name)))
		i++;
	if (i == array_len(options))
		return bad(&p, "there is no setting \"%.*s\"", STR_ARG(name));
	if (options[i].value)
		return set_value(&p, (enum opt)i, value.p);
	if (!yes_or_no(value, &yes))
		return bad(&p, "%.*s is yes or no", STR_ARG(name));
	if (yes)
		set_flag(o, (enum opt)i);
	return OK;
}

static void print_size(struct text *out, const char *name, uint64_t bytes)
{
	text_fmt(out, "%s = %llu\n", name, (unsigned long long)(bytes / OPTS_MIB));
}

void opts_print(const struct opts *o, struct text *out)
{
	text_fmt(out, "timeout = %u\n", o->timeout_s);
	print_size(out, "max-kernel", o->max_kernel);
	print_size(out, "max-initrd", o->max_initrd);
	print_size(out, "max-memory", o->max_memory);
	text_put(out, STR("file-systems = "));
	for (size_t i = 0, n = 0; i < n_fs_drivers; i++)
		if (o->file_systems >> i & 1)
			text_fmt(out, "%s%s", n++ ? "," : "", fs_drivers[i]->name);
	text_fmt(out, "\nrequire-sandbox = %s\n", o->require_sandbox ? "yes" : "no");
	text_fmt(out, "runas = %u\n", o->runas);
	text_fmt(out, "unpack-kernel = %s\n", o->unpack_kernel ? "yes" : "no");
	if (o->extra_args)
		text_fmt(out, "extra_args = %s\n", o->extra_args);
	text_fmt(out, "rules-directory = %s\n", o->rules);
	if (o->state)
		text_fmt(out, "state-directory = %s\n", o->state);
	if (o->xen_version)
		text_fmt(out, "xen-version = %u.%u\n", o->xen_version >> 16,
			 o->xen_version & 0xffff);
}

uint32_t opts_cpu_s(const struct opts *o)
{
	return o->timeout_s ? o->timeout_s / 3 + (o->timeout_s % 3 > 0) : 0;
}

const char *opts_usage(void)
{
	return "usage: domboot [OPTION]... DISK...\n"
	       "       domboot COMMAND ...; domboot help lists the commands\n"
	       "Read the boot configuration on a guest's DISK (a raw image or a block device),\n"
	       "show its menu, and hand out the kernel, the initrd and the command line.\n"
	       "\n"
	       "  -q, --quiet               no menu, the default entry\n"
	       "  -i, --interactive         the menu, if there is a terminal (the default)\n"
	       "  -l, --list-entries        print the entries; boot nothing\n"
	       "  -n, --not-really          find and check the files, but do not copy them\n"
	       "      --entry=ENTRY         no menu, this entry: number from 0, title or id\n"
	       "      --kernel=PATH         this kernel in the guest; reads no configuration\n"
	       "      --ramdisk=PATH        with --kernel: this initrd in the guest\n"
	       "      --args=ARGS           with --kernel the command line, else added to it\n"
	       "      --output=FILE         write the answer there, not to standard output\n"
	       "      --output-format=F     sxp (the default), simple or simple0\n"
	       "      --output-directory=D  put the files there, not into " OPTS_DIRECTORY "\n"
	       "      --offset=BYTES        where the file system begins on DISK\n"
	       "      --runas=UID           the user that reads DISK (default: nobody)\n"
	       "      --isconfig            DISK is a configuration file: evaluate it\n"
	       "      --timeout=SECONDS     give up after that long without a menu (30; 0: never)\n"
	       "      --max-kernel=MIB      largest kernel (128)\n"
	       "      --max-initrd=MIB      largest initrd (1024)\n"
	       "      --max-memory=MIB      most memory to use (256)\n"
	       "      --file-systems=LIST   try no others: ext,fat\n"
	       "      --unpack-kernel       hand out the kernel unpacked, a plain ELF file\n"
	       "      --rules-directory=D   XenServer's rules for titles (" OPTS_RULES ")\n"
	       "      --state-directory=D   count there the boots of entries that ask for it\n"
	       "      --config=FILE         more settings, after /etc/domboot.conf\n"
	       "      --require-sandbox     fail where a part of the jail is missing\n"
	       "      --debug               say more on standard error\n"
	       "  -h, --help; --version\n"
	       "\n"
	       "Exit status: 0 when a kernel was found, else 1, with the reason in the last line.\n"
	       "See domboot(1).\n";
}
