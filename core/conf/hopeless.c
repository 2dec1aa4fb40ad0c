/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sh.h"

/*
 * Entries that are shown as such before anybody runs them. Only what is plain
 * to see counts: the first words of lines. A command that may load something
 * after all, such as a function, leaves it open.
 */

/* What loads nothing itself. */
static bool loads_nothing(struct str word)
{
	static const char *const names[] = {
		"set",	      "echo",	  "insmod",   "search", "savedefault",	   "load_video",
		"recordfail", "parttool", "drivemap", "true",	"terminal_output", "module"
	};
	for (size_t i = 0; i < array_len(names); i++)
		if (str_eq(word, str_of(names[i])))
			return true;
	return str_find(word, '=', 0) < word.n || str_starts(word, STR("#"));
}

/* What grub-mkconfig puts around search: the words of an "if" with no command after them. */
static bool is_frame(struct str word, struct str rest)
{
	if (str_eq(word, STR("if")) || str_eq(word, STR("elif")))
		return str_ends(rest, STR("; then"));
	return !rest.n &&
	       (str_eq(word, STR("then")) || str_eq(word, STR("else")) || str_eq(word, STR("fi")));
}

/* "gnumach-1.8-486.gz", not "gnumach-1.8-xen-486.gz", which is GNU Mach for PV guests. */
static bool is_bare_mach(struct str path)
{
	struct str name, at;
	while (str_split(&path, '/', &name)) /* ends with the name */
		;
	for (at = name; at.n; at = str_sub(at, 1, at.n))
		if (str_starts(at, STR("xen")))
			return false;
	return str_starts(name, STR("gnumach"));
}

/* GRUB's loaders of kernels that know no Xen guest, with their modules; and the Hurd's kernel. */
static bool is_other_system(struct str word, struct str args)
{
	static const char *const loaders[] = { "kfreebsd", "knetbsd", "kopenbsd", "xnu_" };
	for (size_t i = 0; i < array_len(loaders); i++)
		if (str_starts(word, str_of(loaders[i])))
			return true;
	return str_eq(word, STR("multiboot")) && str_word(&args, &word) && is_bare_mach(word);
}

/* A boot sector, or a loader that is no unified kernel image by its name. */
static bool is_foreign(struct str args)
{
	struct str word;
	return str_word(&args, &word) &&
	       (str_ends(word, STR("+1")) || str_ends(word, STR("bootmgfw.efi")));
}

/* What the command word loads, as the reason; NULL: something that may boot. */
static const char *loads(struct str word, struct str args)
{
	if (str_eq(word, STR("fwsetup")))
		return "sets the firmware up";
	if (str_eq(word, STR("chainloader")) && is_foreign(args))
		return "starts another boot loader";
	if (is_other_system(word, args))
		return "boots another system";
	if (str_starts(word, STR("linux")) && str_word(&args, &word) && conf_tests_memory(word))
		return "tests memory";
	return NULL;
}

const char *sh_hopeless(struct str text)
{
	const char *why = NULL;
	struct str line, word;
	bool joined = false, goes_on;
	while (str_split(&text, '\n', &line)) { /* ends with the text */
		line = str_trim(line);
		goes_on = str_ends(line, STR("\\"));
		if (!joined && str_word(&line, &word) && !loads_nothing(word) &&
		    !is_frame(word, str_trim(line))) {
			why = loads(word, line);
			if (!why)
				return NULL;
		}
		joined = goes_on;
	}
	return why;
}
