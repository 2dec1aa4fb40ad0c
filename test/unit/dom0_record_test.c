/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/json.h"
#include "../test.h"

static struct span span_of(const struct text *t)
{
	return (struct span){ (const uint8_t *)t->p, t->n };
}

static struct record entry(void)
{
	struct record r = { .kind = REC_ENTRY };
	r.number[ENTRY_NUMBER] = 3;
	r.text[ENTRY_TITLE] = STR("A \"title\"");
	r.text[ENTRY_INITRD] = STR("/a\0/b\0");
	r.number[ENTRY_LINE] = RECORD_UNKNOWN;
	r.number[ENTRY_IS_DEFAULT] = 1;
	return r;
}

TEST(a_record_comes_back)
{
	struct record in = entry(), out;
	struct text t = { .arena = test_arena() };
	record_put(&t, &in);
	check_ok(record_get(REC_ENTRY, span_of(&t), &out));
	check_u64(out.number[ENTRY_NUMBER], 3);
	check_str(out.text[ENTRY_TITLE], "A \"title\"");
	check_u64(out.text[ENTRY_INITRD].n, 6);
	check(out.number[ENTRY_IS_DEFAULT] && out.number[ENTRY_LINE] == RECORD_UNKNOWN);
	struct str list = out.text[ENTRY_INITRD], item;
	check(record_next(&list, &item));
	check_str(item, "/a");
	check(record_next(&list, &item));
	check_str(item, "/b");
	check(!record_next(&list, &item));
}

TEST(a_record_that_is_cut_or_too_long)
{
	struct record in = entry(), out;
	struct text t = { .arena = test_arena() };
	record_put(&t, &in);
	for (size_t n = 0; n < t.n; n++)
		check_err(record_get(REC_ENTRY, (struct span){ (const uint8_t *)t.p, n }, &out),
			  ERR_CORRUPT);
	text_char(&t, 0);
	check_err(record_get(REC_ENTRY, span_of(&t), &out), ERR_CORRUPT);
}

TEST(records_that_no_worker_may_send)
{
	struct record out, in = { .kind = REC_STEP };
	struct text t = { .arena = test_arena() };
	in.text[STEP_TEXT] = STR("a\0b");
	record_put(&t, &in);
	check_err(record_get(REC_STEP, span_of(&t), &out), ERR_CORRUPT); /* a NUL in a text */
	in = entry();
	in.number[ENTRY_IS_DEFAULT] = 2;
	t.n = 0;
	record_put(&t, &in);
	check_err(record_get(REC_ENTRY, span_of(&t), &out), ERR_CORRUPT);
	check_err(record_get(REC_GUEST, span_of(&t), &out), ERR_CORRUPT); /* the front's own */
	check_err(record_get(200, span_of(&t), &out), ERR_CORRUPT);
}

TEST(a_text_that_is_too_long_is_cut)
{
	struct record in = { .kind = REC_STEP }, out;
	struct text t = { .arena = test_arena() }, big = { .arena = test_arena() };
	for (size_t i = 0; i < RECORD_TEXT_MAX + 10; i++)
		text_char(&big, 'x');
	in.text[STEP_TEXT] = text_str(&big);
	record_put(&t, &in);
	check_ok(record_get(REC_STEP, span_of(&t), &out));
	check_u64(out.text[STEP_TEXT].n, RECORD_TEXT_MAX);
}

static struct str json(struct str s)
{
	static struct text t;
	t = (struct text){ .arena = test_arena() };
	json_string(&t, s);
	return text_str(&t);
}

TEST(json_strings)
{
	check_str(json(STR("")), "\"\"");
	check_str(json(STR("a\"b\\c/d")), "\"a\\\"b\\\\c/d\"");
	check_str(json(STR("a\nb\tc\033[2J")), "\"a\\u000ab\\u0009c\\u001b[2J\"");
	check_str(json(STR("gr\xc3\xbc\xc3\x9f")), "\"gr\xc3\xbc\xc3\x9f\"");
	check_str(json(STR("\xff?")), "\"\\ufffd?\"");
	check_str(json(STR("\xe2\x80\xae")), "\"\\u202e\""); /* text turned around */
	check_str(json(STR("\xc2\x9b")), "\"\\u009b\"");     /* a C1 control */
	check_str(json((struct str){ "a\0b", 3 }), "\"a\\u0000b\"");
	check_str(json(STR("\xf0\x9f\x92\xbe")), "\"\xf0\x9f\x92\xbe\"");
}

TEST(json_objects)
{
	struct record r = { .kind = REC_FILE };
	struct text t = { .arena = test_arena() };
	r.text[FILE_TYPE] = STR("file");
	r.number[FILE_SIZE] = 12;
	r.number[FILE_MTIME] = RECORD_UNKNOWN;
	r.text[FILE_NAME] = STR("x");
	json_record(&t, &r);
	check_str(text_str(&t), "{\"type\":\"file\",\"size\":12,\"mtime\":null,\"name\":\"x\","
				"\"target\":null}");
	t.n = 0;
	r = entry();
	json_record(&t, &r);
	check(str_starts(text_str(&t),
			 STR("{\"number\":3,\"id\":null,\"title\":\"A \\\"title\\\"\"")));
}
