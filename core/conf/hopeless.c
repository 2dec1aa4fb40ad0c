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
	static const char *const names[] = { "set",	   "echo",	     "insmod",
					     "search",	   "savedefault",    "load_video",
					     "recordfail", "parttool",	     "drivemap",
					     "true",	   "terminal_output" };
	for (size_t i = 0; i < array_len(names); i++)
		if (str_eq(word, str_of(names[i])))
			return true;
	return str_find(word, '=', 0) < word.n || str_starts(word, STR("#"));
}

/* A boot sector, or a loader that is no unified kernel image by its name. */
static bool is_foreign(struct str args)
{
	struct str word;
	return str_word(&args, &word) &&
	       (str_ends(word, STR("+1")) || str_ends(word, STR("bootmgfw.efi")));
}

const char *sh_hopeless(struct str text)
{
	const char *why = NULL;
	struct str line, word;
	while (str_split(&text, '\n', &line)) { /* ends with the text */
		line = str_trim(line);
		if (!str_word(&line, &word) || loads_nothing(word))
			continue;
		if (str_eq(word, STR("fwsetup")))
			why = "sets the firmware up";
		else if (str_eq(word, STR("chainloader")) && is_foreign(line))
			why = "starts another boot loader";
		else if (str_starts(word, STR("linux")) && str_word(&line, &word) &&
			 conf_tests_memory(word))
			why = "tests memory";
		else
			return NULL;
	}
	return why;
}
