/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Key codes to bytes, and these to the keys of the menu. */
#include "../../core/menu/keys.h"
#include "../../guest/keymap.h"
#include "../test.h"

enum { SHIFT = 42, RSHIFT = 54, CTRL = 29, RCTRL = 97, ALT = 56, CAPS = 58, NUM = 69 };
static struct keymap map;

static struct str typed(uint32_t code)
{
	static char out[KEYMAP_BYTES], up[KEYMAP_BYTES];
	struct str s = { out, keymap_key(&map, code, true, out) };
	check_u64(keymap_key(&map, code, false, up), 0);
	return s;
}

static void hold(uint32_t code)
{
	char out[KEYMAP_BYTES];
	check_u64(keymap_key(&map, code, true, out), 0);
}

static void let_go(uint32_t code)
{
	char out[KEYMAP_BYTES];
	check_u64(keymap_key(&map, code, false, out), 0);
}

static void begin(void)
{
	map = (struct keymap){ 0 };
}

/* The rows of a US keyboard, by the code of their first key. */
static const struct {
	uint32_t first;
	const char *plain, *shifted;
} rows[] = {
	{ 2, "1234567890-=", "!@#$%^&*()_+" },
	{ 16, "qwertyuiop[]", "QWERTYUIOP{}" },
	{ 30, "asdfghjkl;'`", "ASDFGHJKL:\"~" },
	{ 43, "\\zxcvbnm,./", "|ZXCVBNM<>?" },
	{ 57, " ", " " },
};

TEST(every_letter_alone_and_with_shift)
{
	for (size_t r = 0; r < array_len(rows); r++) {
		for (uint32_t i = 0; rows[r].plain[i]; i++) {
			begin();
			check_str(typed(rows[r].first + i), ((char[]){ rows[r].plain[i], 0 }));
			hold(r % 2 ? SHIFT : RSHIFT);
			check_str(typed(rows[r].first + i), ((char[]){ rows[r].shifted[i], 0 }));
			let_go(r % 2 ? SHIFT : RSHIFT);
			check_str(typed(rows[r].first + i), ((char[]){ rows[r].plain[i], 0 }));
		}
	}
}

TEST(both_shifts_are_counted)
{
	begin();
	hold(SHIFT);
	hold(RSHIFT);
	let_go(SHIFT);
	check_str(typed(30), "A");
	let_go(RSHIFT);
	check_str(typed(30), "a");
}

TEST(caps_lock_is_for_letters)
{
	begin();
	hold(CAPS);
	let_go(CAPS);
	check_str(typed(30), "A");
	check_str(typed(2), "1");
	hold(SHIFT);
	check_str(typed(30), "a");
	check_str(typed(2), "!");
	let_go(SHIFT);
	hold(CAPS);
	let_go(CAPS);
	check_str(typed(30), "a");
}

TEST(control_and_alt)
{
	begin();
	hold(RCTRL);
	check_str(typed(49), "\x0e"); /* ^N */
	check_str(typed(45), "\x18"); /* ^X */
	check_str(typed(26), "\x1b"); /* ^[ */
	check_str(typed(2), "1");
	let_go(RCTRL);
	hold(ALT);
	check_str(typed(45), "\x1bx");
	let_go(ALT);
	hold(CTRL);
	hold(SHIFT);
	check_str(typed(12), "\x1f"); /* ^_ */
	check_str(typed(49), "\x0e");
}

TEST(keys_mean_to_the_menu_what_they_say)
{
	static const struct {
		uint32_t code;
		enum key_code key;
	} table[] = {
		{ 103, KEY_UP },     { 108, KEY_DOWN },	 { 105, KEY_LEFT }, { 106, KEY_RIGHT },
		{ 102, KEY_HOME },   { 107, KEY_END },	 { 104, KEY_PGUP }, { 109, KEY_PGDN },
		{ 111, KEY_DELETE }, { 28, KEY_ENTER },	 { 96, KEY_ENTER }, { 68, KEY_F10 },
		{ 59, KEY_OTHER },   { 62, KEY_OTHER },	 { 63, KEY_OTHER }, { 88, KEY_OTHER },
		{ 110, KEY_OTHER },  { 72, KEY_UP },	 { 80, KEY_DOWN },  { 75, KEY_LEFT },
		{ 77, KEY_RIGHT },   { 71, KEY_HOME },	 { 79, KEY_END },   { 73, KEY_PGUP },
		{ 81, KEY_PGDN },    { 83, KEY_DELETE }, { 1, KEY_ESC },
	};
	for (size_t i = 0; i < array_len(table); i++) {
		struct keys k = { 0 };
		begin();
		struct str s = typed(table[i].code);
		struct key key = { .code = KEY_NONE };
		check(s.n > 0);
		for (size_t at = 0; at < s.n; at++) {
			check_u64(key.code, KEY_NONE);
			key = keys_byte(&k, (uint8_t)s.p[at]);
		}
		if (keys_pending(&k))
			key = keys_gap(&k);
		check_u64(key.code, table[i].key);
	}
}

TEST(the_keypad_has_digits_with_num_lock)
{
	static const char digits[] = "789-456+1230.";
	begin();
	hold(NUM);
	let_go(NUM);
	for (uint32_t i = 0; digits[i]; i++)
		check_str(typed(71 + i), ((char[]){ digits[i], 0 }));
	begin();
	check_str(typed(74), "-");
	check_str(typed(78), "+");
	check_str(typed(55), "*");
	check_str(typed(98), "/");
	check_u64(typed(76).n, 0);
}

TEST(tabs_and_rubouts)
{
	begin();
	check_str(typed(15), "\t");
	check_str(typed(14), "\x7f");
	hold(SHIFT);
	check_str(typed(15), "\x1b[Z");
}

TEST(any_code_is_safe)
{
	char out[KEYMAP_BYTES];
	begin();
	for (uint32_t code = 0; code < 100000; code++)
		check(keymap_key(&map, code, code % 3 != 0, out) <= sizeof out);
	check(keymap_key(&map, UINT32_MAX, true, out) == 0);
	check(keymap_key(&map, 0, true, out) == 0);
}
