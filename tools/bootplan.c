/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootplan [-a] [-e] [-c PLACE] CONFIG TABLE: evaluate a boot configuration against a
 * table of files and print the menu and what would be booted; what the golden
 * tests of test/conf compare. -a: the plan of every entry, not of the chosen
 * one alone. -e: what the script says with echo, in the place of the log.
 *
 * TABLE, a line each:
 *   config (DEVICE)/PATH        where CONFIG lies; default (hd0,msdos1)/boot/grub/grub.cfg; as -c
 *   file (DEVICE)/PATH [FILE]   a file, with FILE's bytes; a PATH/ is a directory
 *   tree (DEVICE)/PATH DIR      every file below DIR, there
 *   fact NAME VALUE             as conf_host's: "uuid:hd0,msdos1 1234"
 * FILE and DIR are looked for beside the table.
 */
#include "../core/tables.h"
#include "../hosted/hosted.h"
#include "../test/table_host.h"
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS_MAX = 4096 };
static struct host_file file[ROWS_MAX];
static struct host_fact fact[ROWS_MAX];
static size_t n_file, n_fact;
static struct conf_source src = { .device = { "hd0,msdos1", 10 },
				  .path = { "/boot/grub/grub.cfg", 19 } };

static _Noreturn void die(const char *what, const char *name)
{
	fprintf(stderr, "bootplan: %s: %s\n", name, what);
	exit(2);
}

static char *keep(struct str s)
{
	char *p = strndup(s.p, s.n);
	return p ? p : (abort(), NULL);
}

static char *slurp(const char *name, size_t *n)
{
	FILE *f = fopen(name, "rb");
	char *p = NULL;
	size_t got;
	if (!f)
		die("cannot open", name);
	*n = 0;
	do {
		p = realloc(p, *n + 65537);
		if (!p)
			abort();
		got = fread(p + *n, 1, 65536, f);
		*n += got;
	} while (got);
	p[*n] = 0;
	fclose(f);
	return p;
}

/* The bracket that closes the one in front; a device may have some itself: "(loop(hd0)/x.iso)/f".
 */
static size_t closing(struct str place)
{
	size_t open = 0, i = 0;
	for (; i < place.n; i++) {
		open += place.p[i] == '(';
		if (place.p[i] == ')' && --open == 0)
			break;
	}
	return i;
}

static void split_place(const char *table, struct str place, char **device, char **path)
{
	size_t end = closing(place);
	if (!str_starts(place, STR("(")) || end == place.n)
		die("a row without (DEVICE)/PATH", table);
	*device = keep(str_sub(place, 1, end));
	*path = keep(str_sub(place, end + 1, place.n));
}

static void set_config(const char *table, struct str place)
{
	char *device, *path;
	split_place(table, place, &device, &path);
	src.device = str_of(device);
	src.path = str_of(path);
}

static char *beside(const char *table, struct str name)
{
	const char *slash = strrchr(table, '/');
	char *out;
	if (asprintf(&out, "%.*s%.*s", slash ? (int)(slash - table + 1) : 0, table, STR_ARG(name)) <
	    0)
		abort();
	return out;
}

static void add_file(const char *table, struct str place, const char *from)
{
	char *device, *path;
	split_place(table, place, &device, &path);
	if (n_file == ROWS_MAX)
		die("too many rows", table);
	struct host_file *f = &file[n_file++];
	*f = (struct host_file){ .device = device, .path = path };
	if (from)
		f->text = slurp(from, &f->n);
}

static void add_tree(const char *table, struct str place, const char *dir)
{
	char *argv[] = { keep(str_of(dir)), NULL }, *path;
	FTS *tree = fts_open(argv, FTS_LOGICAL, NULL);
	for (FTSENT *e = tree ? fts_read(tree) : NULL; e; e = fts_read(tree)) {
		if (e->fts_info != FTS_F)
			continue;
		if (asprintf(&path, "%.*s%s", STR_ARG(place), e->fts_path + strlen(dir) + 1) < 0)
			abort();
		add_file(table, str_of(path), e->fts_path);
	}
	if (tree)
		fts_close(tree);
}

static void add_row(const char *table, struct str line)
{
	struct str rest = line, key, first;
	if (!str_word(&rest, &key) || key.p[0] == '#')
		return;
	if (!str_word(&rest, &first) || n_fact == ROWS_MAX)
		die("a row that is too short, or too many", table);
	rest = str_trim(rest);
	if (str_eq(key, STR("file")))
		add_file(table, first, rest.n ? beside(table, rest) : NULL);
	else if (str_eq(key, STR("tree")))
		add_tree(table, first, beside(table, rest));
	else if (str_eq(key, STR("fact")))
		fact[n_fact++] = (struct host_fact){ keep(first), keep(rest) };
	else if (str_eq(key, STR("config")))
		set_config(table, first);
	else
		die("a row of an unknown kind", table);
}

static void read_table(const char *name)
{
	size_t n;
	struct str text = { slurp(name, &n), 0 }, line;
	text.n = n;
	while (str_split(&text, '\n', &line))
		add_row(name, line);
}

static void echo(struct log *log, enum log_level level, const char *line, size_t n)
{
	struct str s = { line, n };
	(void)level;
	(void)log;
	size_t at = 0;
	while (at < s.n && !str_starts(str_sub(s, at, s.n), STR(": echo: ")))
		at++;
	if (at < s.n)
		printf("%.*s\n", STR_ARG(str_sub(s, at + 8, s.n)));
}

static struct log echo_log = { .emit = echo, .level = LOG_INFO };

static void print_plan(const struct conf_ops *ops, struct conf *c, const struct boot_entry *e)
{
	struct boot_plan plan;
	struct arena arena, *menus = c->arena;
	arena_init(&arena, &hosted_pages, c->limits.bytes);
	struct text t = { .arena = &arena };
	c->arena = &arena;
	enum err err = ops->choose(c, e, &plan);
	if (err)
		printf("  error %s\n", err_text(err));
	else
		plan_print(&plan, &t);
	struct str text = text_str(&t), line;
	while (text.n && str_split(&text, '\n', &line) && line.n)
		printf("  %.*s\n", STR_ARG(line));
	c->arena = menus;
	arena_release(&arena);
}

static void print_entries(const struct conf_ops *ops, struct conf *c, const struct boot_entry *e,
			  size_t n, const struct boot_menu *m, bool all)
{
	for (size_t i = 0; i < n; i++) {
		for (const struct boot_entry *up = e[i].parent; up; up = up->parent)
			printf("> ");
		printf("%u %.*s", e[i].index, STR_ARG(e[i].title));
		if (!str_eq(e[i].id, e[i].title))
			printf(" id=%.*s", STR_ARG(e[i].id));
		if (e[i].hotkey)
			printf(" key=%c", e[i].hotkey);
		printf("%s%s%s\n", e[i].restricted ? " restricted" : "",
		       e[i].children ? " submenu" : "", &e[i] == m->chosen ? " *" : "");
		if (e[i].children)
			print_entries(ops, c, e[i].children, e[i].n_children, m, all);
		else if (all || &e[i] == m->chosen)
			print_plan(ops, c, &e[i]);
	}
}

static void print_menu(const struct boot_menu *m)
{
	if (m->why)
		printf("why %s\n", m->why);
	if (m->timeout_s < 0)
		printf("timeout none\n");
	else
		printf("timeout %d%s\n", m->timeout_s, m->hidden ? " hidden" : "");
	for (size_t i = 0; i < m->n_fallback; i++)
		printf("fallback %.*s\n", STR_ARG(m->fallback[i]->title));
}

static void print_answer(const struct conf_ops *ops, struct conf *c, const struct boot_menu *m,
			 bool all)
{
	print_menu(m);
	print_entries(ops, c, m->entry, m->n, m, all);
}

int main(int argc, char **argv)
{
	bool all = false, echoes = false;
	struct arena arena;
	struct table_host host;
	struct boot_menu menu = { 0 };
	const char *place = NULL;
	int opt;
	while ((opt = getopt(argc, argv, "aec:")) != -1) {
		all = all || opt == 'a';
		echoes = echoes || opt == 'e';
		if (opt == 'c')
			place = optarg;
	}
	if (argc - optind != 2)
		die("bootplan [-a] [-e] [-c PLACE] CONFIG TABLE", "usage");
	read_table(argv[optind + 1]);
	if (place)
		set_config("-c", str_of(place));
	src.text.p = (const uint8_t *)slurp(argv[optind], &src.text.n);
	table_host_init(&host, file, n_file, fact, n_fact);
	arena_init(&arena, &hosted_pages, CONF_LIMITS_DEFAULT.bytes);
	struct conf c = { .host = &host.host,
			  .arena = &arena,
			  .log = echoes ? &echo_log : hosted_log(LOG_INFO),
			  .limits = CONF_LIMITS_DEFAULT };
	const struct conf_ops *ops = conf_ops_for(src.path, src.text);
	enum err e = ops->load(&c, &src, &menu);
	struct boot_plan plan;
	if (echoes)
		e = e ? e : ops->choose(&c, menu.chosen, &plan);
	else if (e)
		printf("error %s\n", err_text(e));
	else
		print_answer(ops, &c, &menu, all);
	arena_release(&arena);
	return e != OK;
}
