/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal in memory, and the dots that it becomes. */
#include "../../core/menu/menu.h"
#include "../../guest/paint.h"
#include "../test.h"
#include <string.h>

static struct vt100 term;

static void say(const char *text)
{
	vt100_write(&term, text, strlen(text));
}

static void begin(const char *text)
{
	vt100_init(&term);
	say(text);
}

/* A row as text: what is not ASCII is shown as '#', the right half of a wide one as '<'. */
static const char *row(size_t y)
{
	static char text[VT100_COLS + 1];
	size_t n = 0;
	for (size_t x = 0; x < VT100_COLS; x++) {
		uint32_t cp = term.cell[y][x].cp;
		text[x] = !cp ? '<' : cp < 0x7f ? (char)cp : '#';
		if (text[x] != ' ')
			n = x + 1;
	}
	text[n] = 0;
	return text;
}

#define check_row(y, want) check_str(str_of(row(y)), want)
#define check_at(y, x)                                                                             \
	do {                                                                                       \
		check_u64(term.row, y);                                                            \
		check_u64(term.col, x);                                                            \
	} while (0)

TEST(text_and_its_controls)
{
	begin("one\r\ntwo\rT\n\bx\ty");
	check_row(0, "one");
	check_row(1, "Two");
	check_row(2, "x       y");
	check_at(2, 9);
}

TEST(a_line_wraps_at_the_last_column_and_not_before)
{
	begin("");
	for (size_t i = 0; i < VT100_COLS; i++)
		say("=");
	check_at(0, VT100_COLS);
	say("\r\nx"); /* no empty line in between */
	check_row(1, "x");
	begin("\x1b[1;80Hab");
	check_row(1, "b");
	say("\x1b[1;80H\t\tc");
	check_u64(term.cell[0][VT100_COLS - 1].cp, 'c');
}

TEST(the_last_line_scrolls)
{
	begin("first\r\nsecond\x1b[30;1Hlast\r\nnew");
	check_row(0, "second");
	check_row(28, "last");
	check_row(29, "new");
}

TEST(positions)
{
	begin("\x1b[3;5Ha\x1b[Hb\x1b[7;3fc\x1b[999;999Hd\x1b[2Ae\x1b[5Df\x1b[0;0Hg");
	check_u64(term.cell[2][4].cp, 'a');
	check_u64(term.cell[0][0].cp, 'g');
	check_u64(term.cell[6][2].cp, 'c');
	check_u64(term.cell[29][79].cp, 'd');
	check_u64(term.cell[27][79].cp, 'e');
	check_u64(term.cell[27][74].cp, 'f');
	begin("\x1b[2B\x1b[3C*\x1b[99A\x1b[99D#");
	check_u64(term.cell[2][3].cp, '*');
	check_u64(term.cell[0][0].cp, '#');
}

TEST(erasing)
{
	static const char full[] = "\x1b[1;1Habcdef\x1b[2;1Habcdef\x1b[3;1Habcdef\x1b[2;3H";
	static const struct {
		const char *how, *row[3];
	} table[] = {
		{ "\x1b[K", { "abcdef", "ab", "abcdef" } },
		{ "\x1b[0K", { "abcdef", "ab", "abcdef" } },
		{ "\x1b[1K", { "abcdef", "   def", "abcdef" } },
		{ "\x1b[2K", { "abcdef", "", "abcdef" } },
		{ "\x1b[J", { "abcdef", "ab", "" } },
		{ "\x1b[1J", { "", "   def", "abcdef" } },
		{ "\x1b[2J", { "", "", "" } },
		{ "\x1b[3J", { "abcdef", "abcdef", "abcdef" } },
	};
	for (size_t i = 0; i < array_len(table); i++) {
		begin(full);
		say(table[i].how);
		for (size_t y = 0; y < 3; y++)
			check_row(y, table[i].row[y]);
		check_at(1, 2);
	}
}

TEST(reverse_video)
{
	begin("a\x1b[7mb\x1b[27mc\x1b[7;1md\x1b[me\x1b[0;7mf\x1b[0mg\x1b[31mh");
	for (size_t i = 0; i < 8; i++)
		check_u64(term.cell[0][i].attr, strchr("bdf", 'a' + (int)i) ? CELL_REVERSE : 0);
	begin("\x1b[7mx\x1b[2J"); /* erasing leaves plain blanks */
	check_u64(term.cell[0][0].attr, 0);
}

TEST(the_scrolling_region)
{
	begin("a\r\nb\r\nc\r\nd\r\ne\x1b[2;4r");
	check_at(0, 0);
	say("\x1b[4;1H\n");
	check_row(0, "a");
	check_row(1, "c");
	check_row(2, "d");
	check_row(3, "");
	check_row(4, "e");
	say("\x1b[2;1H\x1bM\x1bM");
	check_row(1, "");
	check_row(2, "");
	check_row(3, "c");
	check_row(4, "e");
	say("\x1b[r\x1b[30;1H\n");
	check_row(3, "e");
	/* What is no region changes nothing; below one, the cursor stops at the end. */
	say("\x1b[5;5r\x1b[9;3r\x1b[2;4r\x1b[30;1H\n\n!");
	check_row(29, "!");
	check_row(3, "e");
}

TEST(the_cursor_is_saved)
{
	begin("\x1b[4;7H\x1b[7m\x1b"
	      "7\x1b[0m\x1b[999;999H\x1b[6n\x1b"
	      "8x");
	check_u64(term.cell[3][6].cp, 'x');
	check_u64(term.cell[3][6].attr, CELL_REVERSE);
	begin("\x1b[9;9H\x1b"
	      "8"); /* never saved: home */
	check_at(0, 0);
}

TEST(utf_8)
{
	begin("\xc3\xa9\xe2\x94\x80");
	check_u64(term.cell[0][0].cp, 0xe9);
	check_u64(term.cell[0][1].cp, 0x2500);
	begin("\xc3");
	say("\xa9"); /* a character in two writes */
	check_u64(term.cell[0][0].cp, 0xe9);
	check_at(0, 1);
	begin("\xe2\x94x\xff\xc3\x1b[1;9Hy\x80\xbf");
	check_row(0, "##x##   y##");
	check_u64(term.cell[0][0].cp, 0xfffd);
	begin("e\xcc\x81|\xe4\xb8\xad|\xf0\x9f\x98\x80|\xc2\x85|");
	check_row(0, "e|#<|#<||"); /* marks and C1 controls take no room */
	say("\x1b[1;4Hx");	   /* half of a wide one is gone: so is the other */
	check_row(0, "e| x|#<||");
	say("\x1b[1;6Hy");
	check_row(0, "e| x|y ||");
	begin("\x1b[1;80H\xe4\xb8\xad");
	check_row(1, "#<");
}

TEST(what_is_not_known_leaves_nothing_behind)
{
	begin("\x1b[?25la\x1b[>0cb\x1b(Bc\x1b#8d\x1b[1;2;3;4;5ze\x1b=f\x1b[99999999999;"
	      "4mg\x7f\x07h");
	check_row(0, "abcdefgh");
	begin("\x1b[3\r\n1Hx"); /* controls act inside of a sequence */
	check_row(29, "x");
	begin("ab\x1b\x1b[1;1Hc");
	check_row(0, "cb");
	begin("x\x1b[7m\x1b[2;9r\x1b"
	      "cy");
	check_row(0, "y");
	check_u64(term.cell[0][0].attr, 0);
	check_u64(term.bottom, VT100_ROWS - 1);
}

TEST(noise_stays_inside)
{
	uint32_t r = 1;
	begin("");
	for (size_t i = 0; i < 2000000; i++) {
		r = r * 1664525 + 1013904223;
		static const char often[] = "\x1b[;0123HJKmrM\n\xe4\xb8";
		uint8_t c = (uint8_t)(r >> 24);
		char byte = r & 0x100000 ? often[c % (sizeof often - 1)] : (char)c;
		vt100_write(&term, &byte, 1);
		check(term.row < VT100_ROWS && term.col <= VT100_COLS);
		check(term.top < term.bottom && term.bottom < VT100_ROWS);
	}
}

/* --- the menu, as it comes ---------------------------------------------------------- */

/* Four times Down, each when the screen is up to date; then the console is gone. */
static int four_down(struct con *c, uint64_t deadline_ms)
{
	static const char keys[] = "\x1b[B\x1b[B\x1b[B\x1b[B";
	static size_t at;
	(void)c;
	if (!deadline_ms)
		return -1;
	return at < sizeof keys - 1 ? keys[at++] : -2;
}

static uint64_t no_time(struct con *c)
{
	(void)c;
	return 0;
}

static void to_term(struct con *c, const char *p, size_t n)
{
	(void)c;
	vt100_write(&term, p, n);
}

TEST(the_menu_scrolls_in_it)
{
	struct boot_entry e[7] = { 0 };
	static const char *const titles[] = {
		"zero", "one", "two", "three", "four", "five", "six"
	};
	struct con con = { to_term, four_down, no_time, 9, VT100_COLS, NULL, 0, 0 };
	struct menu_choice choice = { 0 };
	for (size_t i = 0; i < array_len(e); i++)
		e[i].title = str_of(titles[i]);
	struct boot_menu m = { .entry = e, .n = array_len(e), .chosen = e, .timeout_s = -1 };
	begin("old text\r\n");
	check_err(menu_run(&m, (struct str){ NULL, 0 }, &con, NULL, &choice), ERR_IO);
	check_row(0, "domboot");
	size_t selected = 0, found = 0;
	for (size_t y = 0; y < 9; y++)
		if (!strcmp(row(y), "> four")) {
			selected = y;
			found++;
		}
	check_u64(found, 1);
	check_u64(term.cell[selected][2].attr, CELL_REVERSE);
	check_row(selected - 1, "  three");
	check_u64(term.row, selected);
}

/* --- dots ------------------------------------------------------------------------------ */

static uint8_t dots[PAINT_WIDTH * PAINT_HEIGHT];
static struct paint paint;

/* Whether a cell shows this letter, in reverse or not. */
static bool shows(size_t y, size_t x, uint32_t cp, bool reverse)
{
	const uint8_t *g = font_glyph(cp);
	for (size_t dy = 0; dy < FONT_ROWS - 2; dy++) /* the cursor is below */
		for (size_t dx = 0; dx < FONT_COLS; dx++) {
			bool ink = (g[dy] >> (7 - dx) & 1) != reverse;
			size_t at = (y * FONT_ROWS + dy) * PAINT_WIDTH + x * FONT_COLS + dx;
			if (dots[at] != (ink ? PAINT_INK : PAINT_PAPER))
				return false;
		}
	return true;
}

TEST(letters_become_dots)
{
	struct rect r;
	begin("\x1b[?25l");
	memset(dots, 0x55, sizeof dots);
	paint_begin(&paint, dots);
	check(paint_vt100(&paint, &term, &r)); /* the cursor */
	check(!paint_vt100(&paint, &term, &r));
	say("\x1b[3;5HA\x1b[7mB\x1b[0m\xc3\xa9\x1b[9;1H");
	check(paint_vt100(&paint, &term, &r));
	check(shows(2, 4, 'A', false) && shows(2, 5, 'B', true) && shows(2, 6, 0xe9, false));
	check(shows(0, 0, ' ', false) && !shows(2, 4, 'B', false));
	/* from where the cursor was to where it is */
	check_u64(r.x, 0);
	check_u64(r.y, 0);
	check_u64(r.width, 7 * FONT_COLS);
	check_u64(r.height, 9 * FONT_ROWS);
	say("\x1b[3;6Hx\x1b[9;1H");
	check(paint_vt100(&paint, &term, &r));
	check_u64(r.x, 5 * FONT_COLS);
	check_u64(r.y, 2 * FONT_ROWS);
	check_u64(r.width, FONT_COLS);
	check_u64(r.height, FONT_ROWS);
	check(shows(2, 5, 'x', false));
}

TEST(the_cursor_is_an_underline)
{
	struct rect r;
	size_t last = (size_t)(FONT_ROWS - 1) * PAINT_WIDTH;
	begin("");
	paint_begin(&paint, dots);
	paint_vt100(&paint, &term, &r);
	check_u64(dots[last], PAINT_INK);
	check_u64(dots[last + FONT_COLS], PAINT_PAPER);
	check_u64(dots[0], PAINT_PAPER);
	say(" ");
	paint_vt100(&paint, &term, &r);
	check_u64(dots[last], PAINT_PAPER);
	check_u64(dots[last + FONT_COLS], PAINT_INK);
}

TEST(the_font_has_what_boot_menus_use)
{
	static const uint32_t latin[] = { 0xe4,	  0xdf,	 0xf1,	0x161, 0x142,
					  0x20ac, 0x416, 0x3b1, 0x2500 };
	const uint8_t *none = font_glyph(0x10fffe);
	check(none == font_glyph(0xfffd) && none == font_glyph(0x4e2d));
	for (uint32_t cp = 0x21; cp < 0x7f; cp++)
		for (uint32_t other = 0x21; other < cp; other++)
			check(memcmp(font_glyph(cp), font_glyph(other), FONT_ROWS) != 0);
	for (size_t i = 0; i < array_len(latin); i++)
		check(font_glyph(latin[i]) != none);
}
