/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_SCRIPT_H
#define TEST_SCRIPT_H
#include "table_host.h"
#include "test.h"
/* A GRUB 2 script in a test: evaluated against one small disk. */
struct script {
	struct conf c;
	struct conf_source src;
	struct table_host host;
	struct boot_menu menu;
	struct log log;
	struct text said; /* what echo printed, a line each */
	enum err loaded;
};
/* Where it runs; what is left zero is the usual: see script.c. */
struct script_world {
	const struct host_file *file;
	size_t n_file;
	const struct host_fact *fact;
	size_t n_fact;
	struct conf_limits limits;
	uint64_t work_each; /* table_host.work_each */
	size_t n;	    /* bytes of the text; 0: up to its NUL */
};
struct script *script_in(struct script_world w, const char *text);
struct script *script(const char *text);
/* The plan that evaluating an entry gives, as plan_print shows it, or err_text and a newline. */
struct str script_plan(struct script *s, const struct boot_entry *e);
/* What a script without entries says. */
void script_says(const char *file, int line, const char *text, const char *want);
#define says(text, want) script_says(__FILE__, __LINE__, text, want)
#endif
