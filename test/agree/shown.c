/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shown IMAGE...: boot each image as the in-guest loader does, with a person at a VT100, and
 * say what that person sees and gets. Twice: hands off, for what boots and after how long;
 * and with a menu that waits for ever, walking through all of it. Lines, fields split by tabs:
 *   image NAME
 *   boots TITLE SECONDS         or "never": it waits for Enter
 *   nothing REASON              in place of boots
 *   starts TITLE                the entry that is marked when the menu appears
 *   entry TITLE                 as shown, with those of its submenus in front: "a>b"
 */
#include "../../core/base/str.h"
#include "../../core/platform.h"
#include "../../hosted/hosted.h"
#include "../vt.h"
#include <string.h>

enum { ROWS = 60, COLS = 250, LEVELS = 16, KEYS_MAX = 20000, START_MS = 1000 };

struct person {
	struct con con;
	uint64_t now;
	struct vt vt;
	bool walks, waited, looked;
	const char *keys; /* to be typed before the next look */
	size_t typed;
	size_t depth;
	char title[LEVELS][COLS * 4 + 1]; /* the selected entry of each level */
	size_t row;			  /* of the last look; 0: a level that was just entered */
	bool back;			  /* a submenu was left, and is the selected entry */
};
static struct person person;

static void on_write(struct con *c, const char *p, size_t n)
{
	vt_write(&container_of(c, struct person, con)->vt, p, n);
}

static uint64_t on_clock(struct con *c)
{
	return container_of(c, struct person, con)->now;
}

/* The selected row's text, in *out; its number, or 0: there is none. */
static size_t selected(struct vt *v, char *out)
{
	size_t row = 0, n = 0;
	while (row < v->rows && !v->inverse[row][2])
		row++;
	if (row == v->rows)
		return 0;
	for (size_t col = 2; col < v->cols; col++)
		if (v->cell[row][col] != 1)
			n += utf8_put(v->cell[row][col] ? v->cell[row][col] : ' ', out + n);
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = 0;
	return row;
}

static bool strip(char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);
	if (n < m || strcmp(s + n - m, end) != 0)
		return false;
	s[n - m] = 0;
	return true;
}

static void say_entry(const struct person *w)
{
	printf("entry\t");
	for (size_t i = 0; i <= w->depth; i++)
		printf("%s%s", i ? ">" : "", w->title[i]);
	printf("\n");
}

/* The end of a level. NULL: of the last one. */
static const char *leave(struct person *w)
{
	if (!w->depth)
		return NULL;
	w->depth--;
	w->back = true;
	return "\x1b[D";
}

/* Is what is selected the submenu that was to be entered? */
static bool is_still(const struct person *w, const char *now)
{
	char title[sizeof w->title[0]];
	strcpy(title, now);
	return strip(title, " >>") && strcmp(title, w->title[w->depth - 1]) == 0;
}

/* Look at the screen, and decide what to type. */
static const char *look(struct person *w)
{
	char now[COLS * 4 + 1];
	size_t row = selected(&w->vt, now);
	if (!row)
		return NULL;
	if (!w->looked) {
		w->looked = true;
		strip(now, " >>");
		printf("starts\t%s\n", now);
		return "\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[H";
	}
	if (w->back) {
		w->back = false;
		w->row = row;
		strcpy(w->title[w->depth], now);
		return "\x1b[B";
	}
	if (row == w->row) /* Down went nowhere: the list fits the screen */
		return leave(w);
	if (!w->row && w->depth && is_still(w, now)) { /* a submenu of nothing does not open */
		w->depth--;
		w->row = row;
		return "\x1b[B";
	}
	w->row = row;
	strcpy(w->title[w->depth], now);
	bool opens = strip(w->title[w->depth], " >>");
	if (!opens)
		say_entry(w);
	if (!opens || w->depth + 1 == LEVELS)
		return "\x1b[B";
	w->depth++;
	w->row = 0;
	return "\x1b[C\x1b[H";
}

static int on_byte(struct con *c, uint64_t deadline)
{
	struct person *w = container_of(c, struct person, con);
	if (!*w->keys && deadline <= w->now)
		return -1;
	if (!*w->keys &&
	    deadline != CON_FOREVER) { /* a countdown, or an answer of the terminal's */
		w->now = deadline;
		return -1;
	}
	if (!*w->keys && (w->walks || !w->waited)) {
		w->keys = w->walks ? look(w) : "\r";
		w->waited = true;
	}
	if (!w->keys)
		w->keys = "";
	return *w->keys && w->typed++ < KEYS_MAX ? (uint8_t)*w->keys++ : -2;
}

static void person_begin(struct person *w, bool walks)
{
	memset(w, 0, sizeof *w);
	w->con = (struct con){
		.write = on_write, .byte = on_byte, .now_ms = on_clock, .rows = ROWS, .cols = COLS
	};
	w->now = START_MS;
	w->keys = "";
	w->walks = walks;
	vt_init(&w->vt, ROWS, COLS);
}

/* As guest/start.c and guest/xen answer for an x86-64 PV guest. */
static struct str fact(struct platform *p, struct str name)
{
	(void)p;
	if (str_eq(name, STR("grub_platform")))
		return STR("xen");
	return str_eq(name, STR("grub_cpu")) ? STR("x86_64") : (struct str){ NULL, 0 };
}

static void put_path(const struct boot_entry *e)
{
	if (e->parent) {
		put_path(e->parent);
		printf(">");
	}
	printf("%.*s", STR_ARG(e->title));
}

static void hands_off(struct boot *b)
{
	const struct boot_plan *plan;
	person_begin(&person, false);
	enum err e = boot_run(b, &(struct boot_want){ 0 }, &plan);
	if (e) {
		printf("nothing\t%s\n", err_text(e));
		return;
	}
	printf("boots\t");
	put_path(boot_entry(b));
	if (person.waited)
		printf("\tnever\n");
	else
		printf("\t%llu\n", (unsigned long long)(person.now - START_MS) / 1000);
}

static bool walk(struct boot *b)
{
	const struct boot_plan *plan;
	person_begin(&person, true);
	enum err e =
		boot_run(b, &(struct boot_want){ .has_timeout = true, .timeout_s = -1 }, &plan);
	if (person.vt.bad)
		printf("bad\t%s\n%s\n", person.vt.bad, vt_text(&person.vt));
	/* The person walks away at the end, which is the console's error. */
	return e == ERR_IO || e == ERR_NOENT;
}

static bool show(const char *image)
{
	struct blk blk, *disk[] = { &blk };
	struct boot *b;
	struct platform pf = {
		.pages = &hosted_pages,
		.memory = 256u << 20,
		.log = hosted_log(LOG_ERROR),
		.con = &person.con,
		.disk = disk,
		.n_disk = 1,
		.fact = fact,
		.has_shell = true,
		.limits = CONF_LIMITS_DEFAULT,
	};
	printf("image\t%s\n", image);
	if (hosted_open(&blk, image) || boot_begin(&b, &pf))
		return false;
	hands_off(b);
	bool ok = walk(b);
	boot_end(b);
	return ok;
}

int main(int argc, char **argv)
{
	bool ok = true;
	for (int i = 1; i < argc; i++)
		ok = show(argv[i]) && ok;
	return !ok;
}
