/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../vt.h"
#include "../../core/menu/edit.h"

static struct edit edit;
static char buf[256];

static void begin(const char *text, size_t cap, size_t rows, size_t width)
{
	size_t n = strlen(text);
	memcpy(buf, text, n);
	edit = (struct edit){ .p = buf, .n = n, .cap = cap, .rows = rows, .width = width };
}

static enum edit_out type(const char *keys)
{
	struct keys k = { 0 };
	enum edit_out out = EDIT_STAY;
	for (; *keys; keys++)
		out = edit_key(&edit, keys_byte(&k, (uint8_t)*keys));
	return keys_pending(&k) ? edit_key(&edit, keys_gap(&k)) : out;
}

/* The text with a bar at the cursor, after keys were typed into text from its start. */
static struct str after(const char *text, const char *keys)
{
	static char out[300];
	begin(text, sizeof buf, 3, 10);
	(void)type(keys);
	snprintf(out, sizeof out, "%.*s|%.*s", (int)edit.at, buf, (int)(edit.n - edit.at),
		 buf + edit.at);
	return str_of(out);
}
#define UP    "\x1b[A"
#define DOWN  "\x1b[B"
#define RIGHT "\x1b[C"
#define LEFT  "\x1b[D"

TEST(typing)
{
	check_str(after("", "abc"), "abc|");
	check_str(after("bc", "a"), "a|bc");
	check_str(after("ab", RIGHT "\r"), "a\n|b");
	check_str(after("ab", RIGHT "\x0f"), "a|\nb");
	check_str(after("", "a\tb\x01\x02\x07"), "|a\tb");
	check_str(after("", "\xc3\xa4\xe6\xbc\xa2" LEFT "x"), "\xc3\xa4x|\xe6\xbc\xa2");
}

TEST(taking_away)
{
	check_str(after("abc", RIGHT RIGHT "\x7f"), "a|c");
	check_str(after("abc", RIGHT "\x08\x08\x08"), "|bc");
	check_str(after("abc", "\x04\x1b[3~"), "|c");
	check_str(after("\xc3\xa4z", RIGHT "\x7f"), "|z");
	check_str(after("\xc3\xa4z", "\x04"), "|z");
	check_str(after("a\xc3z", RIGHT RIGHT "\x7f"), "a|z"); /* not UTF-8: a byte at a time */
	check_str(after("a", "\x05\x04"), "a|");
	check_str(after("a\nb", DOWN "\x7f"), "a|b");
}

TEST(cutting_and_pasting)
{
	check_str(after("abc\ndef", RIGHT "\x0b"), "a|\ndef");
	check_str(after("abc\ndef", RIGHT "\x0b\x0b"), "a|def");
	check_str(after("abc\ndef", RIGHT "\x0b" DOWN "\x05\x19"), "a\ndefbc|");
	check_str(after("abc\ndef", DOWN RIGHT RIGHT "\x15"), "abc\n|f");
	check_str(after("ab", "\x05\x0b"), "ab|");
	check_str(after("ab", "\x15\x19"), "|ab");
	check_str(after("a b\nc dd  e", DOWN "\x05\x02\x17"), "a b\nc |e");
	check_str(after("a\nb", DOWN "\x17"), "a\n|b");
	check_str(after("one two", "\x05\x17\x01\x19"), "two|one ");
}

TEST(moving_along_lines)
{
	check_str(after("abc\ndef", "\x05"), "abc|\ndef");
	check_str(after("abc\ndef", "\x1b[F" RIGHT), "abc\n|def");
	check_str(after("abc\ndef", "\x1b[F" RIGHT LEFT), "abc|\ndef");
	check_str(after("abc\ndef", DOWN RIGHT "\x1b[H"), "abc\n|def");
	check_str(after("abc", LEFT), "|abc");
	check_str(after("abc", "\x06\x06\x02"), "a|bc");
}

TEST(moving_between_rows)
{
	check_str(after("abc\nd\nefg", "\x05" DOWN), "abc\nd|\nefg");
	check_str(after("abc\nd\nefg", "\x05" DOWN DOWN), "abc\nd\nefg|");
	check_str(after("abc\nd\nefg", "\x0e\x0e\x0e\x0e"), "abc\nd\n|efg");
	check_str(after("abc\nd\nefg", DOWN UP UP), "|abc\nd\nefg");
	check_str(after("abc\n", DOWN), "abc\n|");
	check_str(after("abc\n", DOWN UP), "|abc\n");
	/* Ten columns a row: a long line is several rows. */
	check_str(after("0123456789abcdefghijkl", RIGHT RIGHT DOWN), "0123456789ab|cdefghijkl");
	check_str(after("0123456789abcdefghijkl", RIGHT RIGHT DOWN DOWN),
		  "0123456789abcdefghijkl|");
	check_str(after("0123456789a\nx", "\x05" UP), "0|123456789a\nx");
	check_str(after("\n\n\n\nx", "\x1b[6~"), "\n\n\n|\nx");
	check_str(after("\n\n\n\nx", "\x1b[6~\x1b[6~\x1b[5~"), "\n|\n\n\nx");
}

TEST(what_the_keys_mean)
{
	begin("x", sizeof buf, 3, 10);
	check(type("a") == EDIT_STAY);
	check(type("\x18") == EDIT_BOOT);
	check(type("\x1b[21~") == EDIT_BOOT);
	check(type("\x03") == EDIT_SHELL);
	check(type("\x1bOQ") == EDIT_SHELL);
	check(type("\x0c") == EDIT_REDRAW);
	check(type("\x1b") == EDIT_LEAVE);
	check(type("\x1b[24;80R") == EDIT_STAY);
	check_u64(edit.n, 2);
}

TEST(a_full_text_takes_no_more)
{
	begin("ab", 3, 3, 10);
	(void)type("xyz\r\x19\x0b\x19");
	check_u64(edit.n, 3);
	check_str(((struct str){ buf, edit.n }), "xab");
}

/* --- the screen ------------------------------------------------------------------ */

static struct vt vt;
static size_t sent;

static void screen_write(struct con *c, const char *p, size_t n)
{
	(void)c;
	sent += n;
	vt_write(&vt, p, n);
}

static const char *drawn(struct grid *g, uint16_t rows, uint16_t cols, const char *notice)
{
	static struct con con;
	con = (struct con){ .write = screen_write, .rows = rows, .cols = cols };
	if (!g->rows) {
		grid_init(g, &con);
		vt_init(&vt, rows, cols);
	}
	edit_draw(&edit, g, STR("Debian\x1b"), str_of(notice));
	check(!vt.bad);
	return vt_text(&vt);
}

TEST(the_editors_screen)
{
	static struct grid g;
	begin("\tlinux /vmlinuz root=/dev/xvda1 ro quiet\n\tinitrd /initrd\n", sizeof buf, 1, 80);
	check_str(str_of(drawn(&g, 9, 30, "")), "Edit: Debian?\n"
						"-----------------------------\n"
						"    linux /vmlinuz root=/dev\\\n"
						"/xvda1 ro quiet\n"
						"    initrd /initrd\n"
						"\n\n"
						"-----------------------------\n"
						"^X or F10: boot   Esc: back,\n");
	check_u64(vt.row, 2);
	check_u64(vt.col, 0);
	g.rows = 0;
	check(strstr(drawn(&g, 9, 10, ""), "Edit: ...\n"));
	g.rows = 0;
	(void)drawn(&g, 9, 30, "");
	sent = 0;
	(void)type("\x1b[C" DOWN "X");
	check(strstr(drawn(&g, 9, 30, "no such file"), "no such file\n"));
	check_u64(vt.row, 3);
	check_u64(vt.col, 5);
	check(sent < 60);
}

static void random_edit(uint16_t rows, uint16_t cols, uint32_t seed)
{
	static const char *const keys[] = { "a",       "b ",	  "\r",		  UP,
					    DOWN,      LEFT,	  RIGHT,	  "\x7f",
					    "\x0b",    "\x19",	  "\xe6\xbc\xa2", "\t",
					    "\x1b[5~", "\x1b[6~", "\xff",	  "\x04" };
	static struct grid g, fresh;
	static char have[sizeof vt.text];
	g.rows = 0;
	begin("linux /boot/vmlinuz-6.1.0-30-amd64 root=UUID=0000-1111 ro\n\n\tinitrd /boot/i\nx",
	      sizeof buf, 1, 80);
	for (int i = 0; i < 500; i++) {
		seed = seed * 1664525 + 1013904223;
		(void)type(keys[(seed >> 20) % array_len(keys)]);
		strcpy(have, drawn(&g, rows, cols, ""));
		struct vt kept = vt;
		fresh.rows = 0;
		check_str(str_of(have), drawn(&fresh, rows, cols, ""));
		check(vt.row == kept.row && vt.col == kept.col);
		vt = kept;
	}
}

TEST(steps_and_fresh_screens_agree)
{
	random_edit(24, 80, 1);
	random_edit(9, 20, 2);
	random_edit(3, 8, 3);
	random_edit(1, 12, 4);
	random_edit(60, 250, 5);
}
