/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/base/date.h"
#include "../../core/base/crc.h"
#include "../../core/base/fmt.h"
#include "../../core/base/rd.h"
#include "../../core/base/utf.h"
#include "../../core/base/uuid.h"
#include <stdio.h>
#include <string.h>

TEST(rd_fails_for_good)
{
	struct rd r = rd_of("\x01\x02\x03\x04\x05", 5);
	check_u64(rd_le32(&r), 0x04030201);
	check_u64(rd_be16(&r), 0);
	check(!rd_ok(&r));
	rd_seek(&r, 0);
	check_u64(rd_u8(&r), 0);
}

TEST(rd_sub_is_a_window)
{
	struct rd r = rd_of("abcdef", 6), s = rd_sub(&r, 4);
	rd_skip(&s, 3);
	check_u64(rd_le16(&s), 0);
	check(!rd_ok(&s));
	check_u64(rd_u8(&r), 'e');
}

TEST(arena_stays_below_its_limit)
{
	struct arena a;
	arena_init(&a, &hosted_pages, 1 << 20);
	check(arena_alloc(&a, 1 << 19, 4096));
	check(!arena_alloc(&a, 1 << 20, 1));
	check(!arena_array(&a, uint64_t, SIZE_MAX / 4));
	char *p = arena_alloc(&a, 100, 64);
	check(p && (uintptr_t)p % 64 == 0 && p[99] == 0);
	arena_release(&a);
}

/* Larger than a block would be: its block holds nothing else, and its header is in the way. */
TEST(arena_has_room_for_any_alignment)
{
	struct arena a;
	arena_init(&a, &hosted_pages, 1 << 22);
	for (size_t align = 1; align <= 4096; align *= 2) {
		char *p = arena_alloc(&a, 1 << 17, align);
		check(p && (uintptr_t)p % align == 0);
	}
	arena_release(&a);
}

static void fmt_is(const char *want, const char *fmt, ...) printf_like(2, 3);
static void fmt_is(const char *want, const char *fmt, ...)
{
	char have[128], libc[128];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(have, sizeof have, fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	vsnprintf(libc, sizeof libc, fmt, ap);
	va_end(ap);
	check_u64(n, strlen(want));
	check_str(str_of(have), want);
	check_str(str_of(libc), want);
}

TEST(fmt_agrees_with_printf)
{
	fmt_is("-7|007|  7|7  |", "%d|%03d|%3d|%-3d|", -7, 7, 7, 7);
	fmt_is("-09|18446744073709551615|ff|FF", "%03d|%llu|%x|%X", -9, ~0ull, 255, 255);
	fmt_is("ab|   ab|ab   |a%", "%s|%5s|%-5s|%.*s%%", "ab", "ab", "ab", 1, "ab");
	fmt_is("-9223372036854775808 12 c", "%lld %zu %c", (long long)INT64_MIN, (size_t)12, 'c');
}

TEST(fmt_cuts_at_the_room)
{
	char b[4];
	check_u64(fmt_to(b, sizeof b, "%s", "abcdef"), 6);
	check_str(str_of(b), "abc");
}

TEST(text_grows)
{
	struct text t = { .arena = test_arena() };
	for (int i = 0; i < 1000; i++)
		text_fmt(&t, "%d,", i);
	check(!t.bad);
	check_u64(t.n, 10 * 2 + 90 * 3 + 900 * 4);
}

TEST(str_words_and_fields)
{
	struct str rest = STR("  a\tbc "), w;
	check(str_word(&rest, &w) && str_eq(w, STR("a")));
	check(str_word(&rest, &w) && str_eq(w, STR("bc")));
	check(!str_word(&rest, &w));
	rest = STR("a,,b");
	size_t n = 0;
	while (str_split(&rest, ',', &w))
		n++;
	check_u64(n, 3);
	uint64_t v;
	check(str_u64(STR("18446744073709551615"), &v) && v == UINT64_MAX);
	check(!str_u64(STR("18446744073709551616"), &v));
	check(!str_u64(STR(""), &v));
	check(!str_u64(STR("12x"), &v));
	check_str(str_trim(STR(" \r\nx y\t")), "x y");
}

TEST(crcs_have_their_check_values)
{
	check_u64(crc32c(~0u, "123456789", 9) ^ ~0u, 0xe3069283);
	check_u64(crc32_ieee(~0u, "123456789", 9) ^ ~0u, 0xcbf43926);
	check_u64(crc16(0, "123456789", 9), 0xbb3d);
}

/* By the definition: bit by bit. */
static uint32_t slow_crc(uint32_t poly, uint32_t crc, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n * 8; i++) {
		crc ^= i % 8 ? 0 : p[i / 8];
		crc = crc >> 1 ^ (crc & 1 ? poly : 0);
	}
	return crc;
}

TEST(crcs_are_those_of_their_polynomials)
{
	uint8_t b[64];
	for (size_t i = 0; i < sizeof b; i++)
		b[i] = (uint8_t)(i * i * 29 + i / 3);
	for (size_t from = 0; from < 8; from++) {
		for (size_t n = 0; n <= sizeof b - from; n++) {
			const uint8_t *p = b + from;
			check_u64(crc32c(0x12345678, p, n), slow_crc(0x82f63b78, 0x12345678, p, n));
			check_u64(crc32_ieee(~0u, p, n), slow_crc(0xedb88320, ~0u, p, n));
			check_u64(crc16(0xbeef, p, n), slow_crc(0xa001, 0xbeef, p, n));
		}
	}
}

TEST(clean_text_cannot_drive_a_terminal)
{
	char s[] = "a\x1b[2Jb\xc2\x9b"
		   "c\xe2\x80\xae"
		   "d\xff\xc3\xa4\n";
	size_t n = str_clean(s, sizeof s - 1);
	check_str(((struct str){ s, n }), "a?[2Jb?c?d?\xc3\xa4?");
}

TEST(utf16_pairs_become_one_character)
{
	char b[8];
	check_u64(utf16_to_utf8((uint16_t[]){ 0xd83d, 0xde00, 'a' }, 3, b, sizeof b), 5);
	check(memcmp(b,
		     "\xf0\x9f\x98\x80"
		     "a",
		     5) == 0);
	check_u64(utf16_to_utf8((uint16_t[]){ 0xd83d }, 1, b, sizeof b), 3);
}

TEST(uuids_print_in_both_orders)
{
	const uint8_t raw[16] = { 0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
				  0xba, 0x4b, 0,    0xa0, 0xc9, 0x3e, 0xc9, 0x3b };
	char t[UUID_TEXT];
	guid_print(raw, t);
	check_str(str_of(t), "c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
	uuid_print(raw, t);
	check_str(str_of(t), "28732ac1-1ff8-d211-ba4b-00a0c93ec93b");
}

TEST(log_lines_are_cut_and_clean)
{
	char big[3000];
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = 0;
	log_at(test_log(), LOG_WARN, "a\x1b%s", big);
	check(test_logged("a?xxx"));
	check(test_logged("xxx...\n"));
	log_at(NULL, LOG_ERROR, "nobody listens");
}

TEST(dates_there_and_back)
{
	static const int64_t t[] = { 0,		 86399,	     951782400, /* 2000-02-29 */
				     1709251199, 1735689599, 4102444800 };
	struct date d;
	for (size_t i = 0; i < array_len(t); i++) {
		date_of_unix(t[i], &d);
		check_u64(date_unix(&d), t[i]);
	}
	for (int64_t s = 0; s < 253402300799; s += 86400 * 97 + 12345) {
		date_of_unix(s, &d);
		check_u64(date_unix(&d), s);
	}
	date_of_unix(-1, &d);
	check_u64(date_unix(&d), 0);
	date_of_unix(INT64_MAX, &d);
	check(d.year == 9999 && d.month == 12 && d.day == 31 && d.second == 59);
}
