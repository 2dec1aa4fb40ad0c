/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../vt.h"
#include "../../core/menu/draw.h"
#include "../../core/menu/edit.h"
#include "../../core/menu/term.h"
#include "../../core/menu/width.h"

/* --- a person at a terminal ---------------------------------------------------- */

/* Typed at a time; the last one has keys == NULL: gone, or, when patient, silent for ever. */
struct typed {
	uint64_t at_ms;
	const char *keys;
};
enum { STEPS = 128 };
struct person {
	struct con con;
	const struct typed *script;
	size_t at;
	uint64_t now;
	struct vt vt;
	size_t cost[STEPS], n_cost; /* bytes sent before each wait */
	size_t sent, writes;
	char seen[sizeof((struct vt *)0)->text]; /* the screen at the last wait */
};

static void person_write(struct con *c, const char *p, size_t n)
{
	struct person *w = container_of(c, struct person, con);
	w->sent += n;
	w->writes++;
	vt_write(&w->vt, p, n);
}

static int person_byte(struct con *c, uint64_t deadline)
{
	struct person *w = container_of(c, struct person, con);
	if (deadline) {
		if (w->n_cost < STEPS)
			w->cost[w->n_cost++] = w->sent;
		w->sent = 0;
		strcpy(w->seen, vt_text(&w->vt));
	}
	while (w->script->keys && !w->script->keys[w->at]) {
		w->script++;
		w->at = 0;
	}
	if (w->script->at_ms <= w->now || w->script->at_ms <= deadline) {
		w->now = w->script->at_ms > w->now ? w->script->at_ms : w->now;
		return w->script->keys ? (uint8_t)w->script->keys[w->at++] : -2;
	}
	if (deadline > w->now)
		w->now = deadline;
	return -1;
}

static uint64_t person_now(struct con *c)
{
	return container_of(c, struct person, con)->now;
}

static struct person person;

static struct menu_choice choice;
static struct menu_host *menu_host;

static enum err run_with(const struct boot_menu *m, const char *notice, const struct typed *script,
			 uint16_t rows, uint16_t cols, const struct boot_entry **e)
{
	struct person *w = &person;
	memset(w, 0, sizeof *w);
	w->con = (struct con){ person_write, person_byte, person_now, rows, cols, NULL, 0, 0 };
	w->script = script;
	w->now = 1000;
	vt_init(&w->vt, rows ? rows : 24, cols ? cols : 80);
	enum err r = menu_run(m, str_of(notice), &w->con, menu_host, &choice);
	*e = choice.entry;
	if (w->vt.bad)
		test_fail(__FILE__, __LINE__, "the terminal saw %s", w->vt.bad);
	return r;
}

/* Run on 80x24 of unknown size; the title of what is booted, or what else came of it. */
static const char *boots(const struct boot_menu *m, const struct typed *script)
{
	const struct boot_entry *e = NULL;
	enum err r = run_with(m, "", script, 0, 0, &e);
	return r ? err_text(r) : e->title.p;
}

#define TYPED(...)                                                                                 \
	(const struct typed[])                                                                     \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			1000000, NULL                                                              \
		}                                                                                  \
	}

static const struct typed nobody[] = { { 1000000, NULL } };

/* --- menus ----------------------------------------------------------------------- */

enum { N = 40 };
static struct boot_entry list[N], sub[3];
static char title[N][160];

/* n entries "entry I"; the third one is a submenu of three, "old I". */
static struct boot_menu menu_of(size_t n, int timeout)
{
	memset(list, 0, sizeof list);
	memset(sub, 0, sizeof sub);
	for (size_t i = 0; i < n; i++) {
		snprintf(title[i], sizeof title[i], "entry %zu", i);
		list[i] = (struct boot_entry){ .title = str_of(title[i]), .index = (uint32_t)i };
	}
	static const char *const old[] = { "old 0", "old 1", "old 2" };
	for (uint32_t i = 0; i < 3; i++)
		sub[i] = (struct boot_entry){ .title = str_of(old[i]),
					      .parent = &list[2],
					      .index = i };
	if (n > 2) {
		list[2].title = STR("Advanced options");
		list[2].children = sub;
		list[2].n_children = 3;
	}
	return (struct boot_menu){ .entry = list, .n = n, .chosen = list, .timeout_s = timeout };
}

/* --- keys ------------------------------------------------------------------------ */

static const char *codes(const char *bytes, bool gap)
{
	static char out[256];
	static const char *const name[] = { "",	   "up",   "down", "left", "right", "home",
					    "end", "pgup", "pgdn", "del",  "enter", "esc",
					    "f2",  "f10",  "size", "other" };
	struct keys k = { 0 };
	out[0] = 0;
	for (size_t i = 0; bytes[i] || gap; i++) {
		struct key key = bytes[i] ? keys_byte(&k, (uint8_t)bytes[i]) : keys_gap(&k);
		if (key.code == KEY_CHAR)
			snprintf(out + strlen(out), 8, "%c ", key.byte);
		else if (key.code != KEY_NONE)
			snprintf(out + strlen(out), 8, "%s ", name[key.code]);
		if (!bytes[i])
			break;
	}
	check(!gap || !keys_pending(&k));
	return out;
}
#define check_keys(bytes, want) check_str(str_of(codes(bytes, false)), want)

TEST(keys_of_every_terminal)
{
	check_keys("\x1b[A\x1bOA\x1b[B\x1bOB\x1b[C\x1bOD", "up up down down right left ");
	check_keys("\x1b[H\x1bOH\x1b[1~\x1b[7~", "home home home home ");
	check_keys("\x1b[F\x1bOF\x1b[4~\x1b[8~", "end end end end ");
	check_keys("\x1b[5~\x1b[6~\x1b[3~\x1b[21~\x1bOM", "pgup pgdn del f10 enter ");
	check_keys("\x1b[1;5A\x1bO5B", "up down ");
	check_keys("\x1b[15~\x1bOP\x1b[[Ax\x1bq", "other other other x other ");
	check_keys("\x1b[12~\x1bOQ\x1b[[Bx", "f2 f2 f2 x ");
}

TEST(enter_is_one_key)
{
	check_keys("\r", "enter ");
	check_keys("\n\n", "enter enter ");
	check_keys("\r\n\r\n", "enter enter ");
	check_keys("\rx\n", "enter x enter ");
}

TEST(esc_is_told_by_the_gap)
{
	check_str(str_of(codes("\x1b", true)), "esc ");
	check_keys("\x1b\x1b[A", "esc up ");
	check_str(str_of(codes("\x1b[1", true)), "");
	check_keys("\x1b[\x1b[B", "down ");
	check_keys("\x1b[\rx", "enter x ");
}

TEST(answers_of_a_terminal_are_no_keys)
{
	check_keys("\x1b[24;80R\x1b[?1;2c\x1b[0n", "size ");
	check_keys("\x1b[1;2R\x1b[;99R\x1b[99999999999999999~", "other ");
}

/* --- choosing -------------------------------------------------------------------- */

TEST(no_timeout_boots_at_once_and_draws_nothing)
{
	struct boot_menu m = menu_of(4, 0);
	m.chosen = &list[1];
	check_str(str_of(boots(&m, TYPED({ 1000, "x" }))), "entry 1");
	check_u64(person.writes, 0);
	check_u64(person.now, 1000);
}

TEST(the_countdown_boots_the_default)
{
	struct boot_menu m = menu_of(4, 5);
	m.chosen = &list[3];
	check_str(str_of(boots(&m, nobody)), "entry 3");
	check_u64(person.now, 6000);
	check_u64(person.n_cost, 5); /* one wait a second */
	check(person.cost[0] < 2048 && person.cost[1] < 80);
}

TEST(any_key_stops_the_countdown)
{
	struct boot_menu m = menu_of(4, 5);
	check_str(str_of(boots(&m, TYPED({ 3000, "x" }, { 60000, "\r" }))), "entry 0");
	check_u64(person.now, 60000);
	check(!strstr(person.seen, "Booting in"));
}

TEST(noise_does_not_stop_the_countdown)
{
	struct boot_menu m = menu_of(4, 5);
	check_str(str_of(boots(&m, TYPED({ 2000, "\x1b[24;80R" }))), "entry 0");
	check_u64(person.now, 6000);
}

/* With a terminal that says how large it is, behind a console that does not know it. */
static const char *boots_asking(const struct boot_menu *m, const struct typed *script)
{
	static struct term term;
	struct person *w = &person;
	memset(w, 0, sizeof *w);
	w->con = (struct con){ person_write, person_byte, person_now, 0, 0, NULL, 0, 0 };
	w->script = script;
	w->now = 1000;
	vt_init(&w->vt, 40, 120);
	term_init(&term, &w->con);
	enum err r = menu_run(m, STR(""), &term.con, NULL, &choice);
	check(!w->vt.bad);
	return r ? err_text(r) : choice.entry->title.p;
}

TEST(the_terminal_is_asked_for_its_size)
{
	struct boot_menu m = menu_of(36, 5);
	check_str(str_of(boots_asking(
			  &m, TYPED({ 1020, "\x1b[40;120R" }, { 3000, "\x1b[F" }, { 3100, "\r" }))),
		  "entry 35");
	check(strstr(person.seen, "entry 34\n> [entry 35]"));
	check_u64(person.vt.n_asked, 1);
	/* The countdown ends when it would have, and nobody has typed. */
	check_str(str_of(boots_asking(&m, TYPED({ 1020, "\x1b[40;120R" }))), "entry 0");
	check_u64(person.now, 6000);
	check(!choice.typed);
	/* One that does not answer is 24 by 80, after a moment. */
	check_str(str_of(boots_asking(&m, nobody)), "entry 0");
	check_u64(person.now, 6000);
	check(strstr(person.seen, "--- v ---"));
}

TEST(a_flood_of_keys_is_not_one_of_questions)
{
	struct boot_menu m = menu_of(3, -1);
	const struct typed *keys = TYPED({ 2000, "z" }, { 2200, "z" }, { 2400, "zzz" },
					 { 2600, "z" }, { 3500, "z" }, { 4000, "\r" });
	check_str(str_of(boots_asking(&m, keys)), "entry 0");
	check_u64(person.vt.n_asked, 3); /* at the start, and once a second */
}

TEST(a_console_may_be_smaller_than_its_terminal)
{
	size_t rows, cols;
	struct con c = { .rows = 60, .cols = 200, .rows_most = 30, .cols_most = 80 };
	con_size(&c, &rows, &cols);
	check(rows == 30 && cols == 79);
	c.rows = c.cols = 0;
	con_size(&c, &rows, &cols);
	check(rows == 24 && cols == 79);
	c.rows = c.cols = 20;
	con_size(&c, &rows, &cols);
	check(rows == 20 && cols == 19);
}

TEST(keys_around_the_answer_count)
{
	struct boot_menu m = menu_of(36, 5);
	check_str(str_of(boots_asking(&m, TYPED({ 1000, "jj" }, { 1010, "k\x1b[40;120Rjj\r" }))),
		  "entry 3");
	check_str(str_of(boots_asking(&m, TYPED({ 1000, "3\x1b[" }, { 1140, "B\r" }))), "entry 3");
	/* More than is kept: then there is no answer to wait for. */
	check_str(str_of(boots_asking(
			  &m, TYPED({ 1000,
				      "jkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjkjk"
				      "jkjkjkjkjkjkjkjkj\r" }))),
		  "entry 1");
}

TEST(an_answer_that_comes_late_counts)
{
	struct boot_menu m = menu_of(36, 5);
	check_str(str_of(boots_asking(&m, TYPED({ 2000, "\x1b[40;120R" }, { 5000, "9\r" }))),
		  "entry 8");
	check(strstr(person.seen, "entry 33"));
	/* ^L asks again. */
	check_str(str_of(boots_asking(&m, TYPED({ 1020, "\x1b[20;80R" }, { 2000, "\f" },
						{ 2050, "\x1b[40;120R" }, { 5000, "\r" }))),
		  "entry 0");
	check(strstr(person.seen, "entry 33"));
	check_u64(person.vt.n_asked, 2);
}

TEST(a_negative_timeout_waits_for_ever)
{
	struct boot_menu m = menu_of(4, -1);
	check_str(str_of(boots(&m, TYPED({ 900000, "\x1b[B\r" }))), "entry 1");
	check_u64(person.now, 900000);
}

TEST(keys_move_the_selection)
{
	static const struct {
		const char *keys, *title;
	} t[] = {
		{ "\x1b[B\r", "entry 1" },
		{ "\x1bOB\x0e\x10\r", "entry 1" },
		{ "jk\r", "entry 0" },
		{ "\x1b[F\r", "entry 29" },
		{ "\x1b[4~\x1b[1~\r", "entry 0" },
		{ "\x1b[6~\r", "entry 19" },
		{ "\x1b[F\x1b[5~\r", "entry 10" },
		{ "5\r", "entry 4" },
		{ "\x1b[A\n", "entry 0" },
		{ "\x05\x01\x1b[B\r", "entry 1" },
	};
	for (size_t i = 0; i < array_len(t); i++) {
		struct boot_menu m = menu_of(30, 5);
		check_str(str_of(boots(&m, TYPED({ 1100, t[i].keys }))), t[i].title);
	}
}

TEST(hotkeys_boot_and_win_over_ours)
{
	struct boot_menu m = menu_of(4, 5);
	list[3].hotkey = 'k';
	check_str(str_of(boots(&m, TYPED({ 1100, "k" }))), "entry 3");
}

TEST(submenus_open_and_close)
{
	struct boot_menu m = menu_of(4, -1);
	check_str(str_of(boots(&m, TYPED({ 1100, "3\r\x1b[B\r" }))), "old 1");
	check_str(str_of(boots(&m, TYPED({ 1100, "3\x1b[Cj\r" }))), "old 1");
	check_str(str_of(boots(&m, TYPED({ 1100, "3\r\x1b[B\x1b" }, { 1200, "\x1b[B\r" }))),
		  "entry 3");
	check_str(str_of(boots(&m, TYPED({ 1100, "3\r\x1b[D\x1b[B\r" }))), "entry 3");
}

TEST(a_default_in_a_submenu_is_shown_there)
{
	struct boot_menu m = menu_of(4, 2);
	m.chosen = &sub[1];
	check_str(str_of(boots(&m, nobody)), "old 1");
	check(strstr(person.seen, "domboot > Advanced options"));
	check(strstr(person.seen, "> [old 1]"));
}

TEST(leaving_takes_two_keys)
{
	struct boot_menu m = menu_of(4, 5);
	check_str(str_of(boots(&m, TYPED({ 1100, "\x1b" }, { 1200, "y" }))), "cancelled");
	check(strstr(person.seen, "Leave without booting?"));
	check_str(str_of(boots(&m, TYPED({ 1100, "qY" }))), "cancelled");
	/* Enter is no answer, and boots only when pressed again. */
	check_str(str_of(boots(&m, TYPED({ 1100, "q\r" }, { 1200, "j\r" }))), "entry 1");
}

TEST(locked_entries_do_not_boot)
{
	struct boot_menu m = menu_of(4, 3);
	list[0].restricted = true;
	check_str(str_of(boots(&m, TYPED({ 60000, "\r" }, { 60100, "j\r" }))), "entry 1");
	check(strstr(person.seen, "entry 0"));
	list[2].restricted = true;
	m.chosen = &sub[0];
	check_str(str_of(boots(&m, TYPED({ 60000, "\r" }))), "read error");
	check(strstr(person.seen, "This is locked"));
}

TEST(a_hidden_menu_comes_up_at_a_key)
{
	struct boot_menu m = menu_of(4, 5);
	m.hidden = true;
	check_str(str_of(boots(&m, nobody)), "entry 0");
	check_u64(person.writes, 0);
	check_u64(person.now, 6000);
	check_str(str_of(boots(&m, TYPED({ 2000, "\r" }, { 90000, "j\r" }))), "entry 1");
	check(strstr(person.seen, "[entry 0]"));
	m.timeout_s = -1; /* hidden for ever would be a hang */
	check_str(str_of(boots(&m, TYPED({ 2000, "j\r" }))), "entry 1");
}

static enum err entry_text(struct menu_host *h, const struct boot_entry *e, struct str *out)
{
	(void)h;
	*out = e->index == 3 ? (struct str){ "", EDIT_MAX + 1 } : e->title;
	return OK;
}

static const char *edits(const struct boot_menu *m, const struct typed *script)
{
	static struct menu_host h;
	h = (struct menu_host){ .text = entry_text, .arena = test_arena() };
	menu_host = &h;
	const char *r = boots(m, script);
	menu_host = NULL;
	return r;
}

TEST(e_edits_an_entry)
{
	struct boot_menu m = menu_of(4, 5);
	choice.text.p = NULL;
	check_str(str_of(edits(&m, TYPED({ 1100, "je" }, { 1200, "X \x18" }))), "entry 1");
	check_str(choice.text, "X entry 1");
	check(strstr(person.seen, "Edit: entry 1\n"));
	/* Back in the editor, as after a boot that failed. */
	check_str(str_of(edits(&m, TYPED({ 1100, "Y\x18" }))), "entry 1");
	check_str(choice.text, "YX entry 1");
	/* Esc forgets the changes. */
	check_str(str_of(edits(&m, TYPED({ 1100, "Z\x1b" }, { 1200, "k\r" }))), "entry 0");
	check(!choice.text.p);
}

TEST(the_editor_keeps_out)
{
	struct boot_menu m = menu_of(4, -1);
	choice.text.p = NULL;
	/* Of submenus, texts that are too long, locked entries, guarded menus. */
	check_str(str_of(edits(&m, TYPED({ 1100, "jje" }, { 1200, "k\r" }))), "entry 1");
	check_str(str_of(edits(&m, TYPED({ 1100, "\x05"
						 "" },
					 { 1150, "jjje" }, { 1200, "kk" }, { 1300, "k\r" }))),
		  "entry 0");
	m.guarded = true;
	check_str(str_of(edits(&m, TYPED({ 1100, "e" }, { 1200, "\r" }))), "entry 0");
	check(strstr(person.seen, "This is locked"));
	m.guarded = false;
	list[0].restricted = true;
	check_str(str_of(edits(&m, TYPED({ 1100, "e" }, { 1200, "j\r" }))), "entry 1");
	/* Without an editor e is a key without meaning. */
	check_str(str_of(boots(&m, TYPED({ 1100, "je\r" }))), "entry 1");
	check(!choice.text.p);
}

static const struct boot_user root = { .name = { "root", 4 },
				       .secret = { .text = { "geheim", 6 } } };
static const struct boot_user bob = { .name = { "bob", 3 }, .secret = { .text = { "x", 1 } } };
static const struct boot_user nameless = { .secret = { .text = { "geheim", 6 } } };
static const struct boot_user *const both_users[] = { &bob, &root };
static const struct boot_user *const nameless_user[] = { &nameless };
static const struct boot_lock root_lock = { .user = both_users + 1, .n = 1 };
static const struct boot_lock both_lock = { .user = both_users, .n = 2 };
static const struct boot_lock nameless_lock = { .user = nameless_user, .n = 1 };
static struct guard guard;

/* The same with a command line, and with everybody out at first. */
static const char *guarded(const struct boot_menu *m, uint32_t patience_s,
			   const struct typed *script)
{
	static struct menu_host h;
	guard = (struct guard){ 0 };
	h = (struct menu_host){ .text = entry_text,
				.arena = test_arena(),
				.has_shell = true,
				.guard = &guard,
				.patience_s = patience_s };
	menu_host = &h;
	choice = (struct menu_choice){ 0 };
	const char *r = boots(m, script);
	menu_host = NULL;
	return choice.shell ? "shell" : r;
}

TEST(the_editor_leads_to_the_command_line_and_back)
{
	struct boot_menu m = menu_of(4, -1);
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "je" }, { 1200, "X\x03" }))), "shell");
	check_str(choice.text, "Xentry 1");
	check_str(str_of(edits(&m, TYPED({ 1100, "Y\x03\x1bOQ\x18" }))), "entry 1");
	check_str(choice.text, "YXentry 1");
	choice.text.p = NULL;
}

TEST(a_password_opens_an_entry)
{
	struct boot_menu m = menu_of(4, -1);
	list[0].restricted = true;
	list[0].lock = &both_lock;
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "\rroot\rgeheim\r" }))), "entry 0");
	check(!strstr(person.seen, "geheim") && strstr(person.seen, "> [entry 0]"));
	check_str(str_of(guarded(&m, 0,
				 TYPED({ 1100, "\rroxx\b\bot\r" }, { 1200, "ge\x15geheim\r" }))),
		  "entry 0");
	check(strstr(person.seen, "Password:\n"));
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "\rbob\rx\r" }))), "entry 0");
	/* Not with another's password, nor without a name, nor with a part of it. */
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "\rbob\rgeheim\r" }, { 9000, "j\r" }))),
		  "entry 1");
	check(strstr(person.seen, "Access denied."));
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "\r\rgeheim\r" }, { 9000, "j\r" }))),
		  "entry 1");
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "\rroot\rgehei\r" }, { 9000, "j\r" }))),
		  "entry 1");
	/* Esc goes back to the list. */
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "\rroot\rge\x1b" }, { 1200, "j\r" }))),
		  "entry 1");
}

TEST(a_failure_costs_time_and_what_is_typed_meanwhile)
{
	struct boot_menu m = menu_of(4, -1);
	list[0].restricted = true;
	list[0].lock = &nameless_lock;
	check_str(str_of(guarded(&m, 0,
				 TYPED({ 1100, "\rno\r" }, { 2000, "j\r" }, { 2200, "\rno\r" },
				       { 4100, "\rgeheim\r" }, { 4300, "\rgeheim\r" }))),
		  "entry 0");
	check_u64(person.now, 4300);
	check_u64(guard.failures, 0);
	/* 1, 2, 4, 8 and never more than 8 s. */
	check_str(str_of(guarded(&m, 0,
				 TYPED({ 1000, "\rx\r" }, { 3000, "\rx\r" }, { 6000, "\rx\r" },
				       { 11000, "\rx\r" }, { 20000, "\rx\r" },
				       { 28001, "\rgeheim\r" }))),
		  "entry 0");
}

TEST(who_is_in_stays_in)
{
	struct boot_menu m = menu_of(4, -1);
	list[0].restricted = list[2].restricted = true;
	list[0].lock = list[2].lock = &root_lock;
	m.guarded = true;
	m.guard = &root_lock;
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "proot\rgeheim\r" }, { 1200, "jj\rj\r" }))),
		  "old 1");
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "croot\rgeheim\r" }))), "shell");
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "croot\rno\r" }, { 3000, "j\r" }))),
		  "entry 1");
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "jeroot\rgeheim\rX\x18" }))), "entry 1");
	check_str(choice.text, "Xentry 1");
	m.guarded = false;
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "c" }))), "shell");
}

TEST(a_locked_submenu_locks_what_is_in_it)
{
	struct boot_menu m = menu_of(4, 1);
	list[2].restricted = true;
	list[2].lock = &nameless_lock;
	m.chosen = &sub[1];
	check_str(str_of(guarded(&m, 0, TYPED({ 5000, "geheim\r" }))), "old 1");
	check_str(str_of(guarded(&m, 0,
				 TYPED({ 5000, "no\r" }, { 7000, "\x1b[D" }, { 7100, "k\r" }))),
		  "entry 1");
	list[2].lock = NULL;
	check_str(str_of(guarded(&m, 0, TYPED({ 5000, "\r" }))), "read error");
	check(strstr(person.seen, "This is locked"));
}

TEST(both_locks_of_an_entry_are_asked_for)
{
	struct boot_lock both = root_lock;
	struct boot_menu m = menu_of(4, -1);
	both.also = &nameless_lock;
	list[0].restricted = true;
	list[0].lock = &both;
	check_str(str_of(guarded(&m, 0, TYPED({ 1100, "\rroot\rgeheim\r" }, { 1200, "geheim\r" }))),
		  "entry 0");
	check_str(str_of(guarded(
			  &m, 0,
			  TYPED({ 1100, "\rroot\rgeheim\r" }, { 1200, "no\r" }, { 3000, "j\r" }))),
		  "entry 1");
}

TEST(nobody_at_a_locked_default)
{
	struct boot_menu m = menu_of(4, 2);
	list[0].restricted = true;
	list[0].lock = &root_lock;
	m.hidden = true;
	check_str(str_of(guarded(&m, 10, nobody)), "a password is needed");
	check_u64(person.now, 13000);
	check(strstr(person.seen, "User name:"));
	m.timeout_s = 0;
	check_str(str_of(guarded(&m, 10, nobody)), "a password is needed");
	check_str(str_of(guarded(&m, 10, TYPED({ 2000, "r" }, { 90000, "oot\rgeheim\r" }))),
		  "entry 0");
	/* Somebody who moved about is there, and has all the time. */
	m.timeout_s = -1;
	check_str(str_of(guarded(&m, 10, TYPED({ 2000, "\r" }, { 90000, "root\rgeheim\r" }))),
		  "entry 0");
}

TEST(a_console_that_goes_away_ends_the_menu)
{
	struct boot_menu m = menu_of(4, -1);
	check_str(str_of(boots(&m, (const struct typed[]){ { 1500, NULL } })), "read error");
	m.timeout_s = 5;
	check_str(str_of(boots(&m, (const struct typed[]){ { 0, NULL } })), "read error");
}

TEST(a_menu_without_entries_is_no_menu)
{
	const struct boot_entry *e;
	struct boot_menu m = { .timeout_s = -1 };
	check_err(run_with(&m, "", nobody, 0, 0, &e), ERR_NOENT);
}

TEST(pasted_garbage_costs_no_output)
{
	enum { SIZE = 1 << 20 };
	char *paste = arena_alloc(test_arena(), SIZE + 1, 1);
	uint32_t x = 1;
	for (size_t i = 0; i < SIZE; i++) {
		x = x * 1664525 + 1013904223;
		paste[i] = (char)(x >> 24);
		if (paste[i] == 0 || paste[i] == '\r' || paste[i] == '\n' || paste[i] == 'q' ||
		    paste[i] == 'M' || paste[i] == 0x1b)
			paste[i] = '[';
	}
	struct boot_menu m = menu_of(30, 5);
	check_str(str_of(boots(&m, TYPED({ 1500, paste }, { 1600, "1\r" }))), "entry 0");
	check(person.n_cost <= 3);
	check(person.cost[1] < 2048);
}

/* --- drawing --------------------------------------------------------------------- */

TEST(the_first_screen)
{
	const struct boot_entry *e;
	struct boot_menu m = menu_of(4, 5);
	check_ok(run_with(&m, "xvda: /boot/vmlinuz: no such file", TYPED({ 1100, "\r" }), 24, 80,
			  &e));
	check_str(
		str_of(person.seen),
		"domboot\n"
		"xvda: /boot/vmlinuz: no such file\n"
		"-------------------------------------------------------------------------------\n"
		"> [entry 0]\n"
		"  entry 1\n"
		"  Advanced options >>\n"
		"  entry 3\n"
		"\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
		"-------------------------------------------------------------------------------\n"
		"Booting in 5 s. Any key stops the countdown.\n"
		"Up, Down: select   Enter: boot   Esc: leave\n");
	check_str(str_of(vt_text(&person.vt)), "Booting entry 0\n");
}

TEST(a_small_screen_holds_the_list)
{
	const struct boot_entry *e;
	struct boot_menu m = menu_of(30, 5);
	check_ok(run_with(&m, "", TYPED({ 1100, "jjjj\r" }), 4, 20, &e));
	check_str(str_of(person.seen), "> [entry 0]\n"
				       "  entry 1\n"
				       "  Advanced op... >>\n"
				       "Booting in 5 s. Any\n" +
					       0);
}

TEST(titles_are_cut_with_a_mark)
{
	const struct boot_entry *e;
	struct boot_menu m = menu_of(4, -1);
	list[0].title = STR("0123456789012345678901234567890123456789");
	list[1].title = STR("\xc3\xa4\xc3\xb6\xc3\xbc \xe6\xbc\xa2\xe5\xad\x97 "
			    "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97");
	list[3].title = STR("\x1b[2Jx\x9b\xff\ty");
	check_ok(run_with(&m, "", TYPED({ 1100, "\r" }), 10, 24, &e));
	check(strstr(person.seen, "> [012345678901234567...]\n"));
	check(strstr(person.seen,
		     "  \xc3\xa4\xc3\xb6\xc3\xbc \xe6\xbc\xa2\xe5\xad\x97 \xe6\xbc\xa2...\n"));
	check(strstr(person.seen, "  ?[2Jx???y\n"));
}

TEST(widths_of_characters)
{
	check_u64(width_of('a'), 1);
	check_u64(width_of(0x301), 0);
	check_u64(width_of(0x6f22), 2);
	check_u64(width_of(0x1f600), 2);
	check_u64(width_of(0x416), 1);
	check_u64(width_fit(STR("a\xe6\xbc\xa2"), 2), 1);
	check_u64(width_fit(STR("a\xe6\xbc\xa2"), 4), 4);
}

TEST(a_list_that_scrolls_says_so)
{
	const struct boot_entry *e;
	struct boot_menu m = menu_of(30, -1);
	check_ok(run_with(&m, "", TYPED({ 1100, "\x1b[F" }, { 1200, "\x1b[A" }, { 1300, "\r" }), 0,
			  0, &e));
	check(strstr(person.seen, "--- ^ ----"));
	check(!strstr(person.seen, " v "));
	check_ok(run_with(&m, "", TYPED({ 1100, "\r" }), 0, 0, &e));
	check(!strstr(person.seen, "--- ^ ----"));
	check(strstr(person.seen, "--- v ----"));
}

static void fill_titles(size_t n, const char *with)
{
	for (size_t i = 0; i < n; i++) {
		title[i][0] = 0;
		while (strlen(title[i]) + strlen(with) < sizeof title[i])
			strcat(title[i], with);
		list[i].title = str_of(title[i]);
	}
}

TEST(painting_is_cheap_on_a_serial_line)
{
	static const char *const with[] = { "wide title ", "\xe6\xbc\xa2", "e\xcc\x81" };
	struct typed moves[2 * N + 2];
	for (uint64_t i = 0; i < 2 * N; i++)
		moves[i] = (struct typed){ 1100 + 100 * i, i < N ? "j" : "\x1b[A" };
	moves[2 * N] = (struct typed){ 90000, "\r" };
	moves[2 * N + 1] = (struct typed){ 99999, NULL };
	for (size_t w = 0; w < array_len(with); w++) {
		const struct boot_entry *e;
		struct boot_menu m = menu_of(N, 5);
		fill_titles(N, with[w]);
		check_ok(run_with(&m, with[w], moves, 0, 0, &e));
		check(person.cost[0] < 2048);
		for (size_t i = 1; i < person.n_cost; i++)
			if (person.cost[i] >= 200)
				test_fail(__FILE__, __LINE__, "step %zu cost %zu", i,
					  person.cost[i]);
	}
}

/* Whatever was drawn in steps must look like a fresh painting of the same state. */
static void random_walk(uint16_t rows, uint16_t cols, uint32_t seed, struct str notice)
{
	static const char chars[] = "jjjjkkkk\r\r q9151";
	static const enum key_code code[] = { KEY_UP,  KEY_DOWN, KEY_PGUP,  KEY_PGDN, KEY_HOME,
					      KEY_END, KEY_ESC,	 KEY_RIGHT, KEY_LEFT };
	struct boot_menu m = menu_of(N, 10);
	struct person *w = &person;
	struct layout l;
	struct menu s, was;
	static struct vt fresh;
	w->con = (struct con){ person_write, person_byte, person_now, rows, cols, NULL, 0, 0 };
	struct out o = { .con = &w->con };
	draw_layout(&l, &w->con, notice);
	menu_begin(&s, &m, l.list_rows);
	vt_init(&w->vt, rows, cols);
	draw_all(&o, &l, &s, notice);
	for (int i = 0; i < 400; i++) {
		seed = seed * 1664525 + 1013904223;
		struct key k = { .code = KEY_CHAR, .byte = (uint8_t)chars[(seed >> 24) % 16] };
		if (seed >> 31)
			k.code = code[(seed >> 16) % array_len(code)];
		was = s;
		if (k.byte == ' ' && was.left_s != 0)
			(void)menu_tick(&s, 1 + (long)(seed >> 20 & 7));
		else
			(void)menu_key(&s, k);
		draw_change(&o, &l, &was, &s, notice);
		char have[sizeof fresh.text];
		strcpy(have, vt_text(&w->vt));
		struct vt old = w->vt;
		vt_init(&w->vt, rows, cols);
		draw_all(&o, &l, &s, notice);
		check_str(str_of(have), vt_text(&w->vt));
		check(old.row == w->vt.row && old.col == w->vt.col);
		check(!old.bad && !w->vt.bad);
		w->vt = old;
	}
}

TEST(steps_and_fresh_paintings_agree)
{
	static const uint16_t size[][2] = { { 24, 80 }, { 9, 40 }, { 1, 10 },	{ 2, 8 },
					    { 8, 80 },	{ 3, 30 }, { 12, 132 }, { 50, 250 } };
	for (uint32_t i = 0; i < array_len(size); i++) {
		random_walk(size[i][0], size[i][1], i, STR(""));
		random_walk(size[i][0], size[i][1], i + 99,
			    STR("xvda, partition 1 (ext4): /boot/vmlinuz-6.1.0-28-amd64: "
				"no such file or directory; hint: look harder"));
	}
}
