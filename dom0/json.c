/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"
#include "../core/base/str.h"
#include "../core/base/utf.h"
#include <string.h>

/* One character, as it stands in the text. */
static void put_char(struct text *out, uint32_t cp, struct str as_is)
{
	char shown[4];
	if (cp == '"' || cp == '\\') {
		text_char(out, '\\');
		text_char(out, (char)cp);
		return;
	}
	/* The one list of what a terminal must not get is str_clean()'s. */
	memcpy(shown, as_is.p, as_is.n);
	if (str_clean(shown, as_is.n) == as_is.n && memcmp(shown, as_is.p, as_is.n) == 0)
		text_put(out, as_is);
	else
		text_fmt(out, "\\u%04x", cp); /* they are all below 10000 */
}

void json_string(struct text *out, struct str s)
{
	text_char(out, '"');
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t cp = utf8_next(s, &at);
		put_char(out, cp, str_sub(s, from, at));
	}
	text_char(out, '"');
}

static void put_list(struct text *out, struct str list)
{
	struct str item;
	bool more = false;
	text_char(out, '[');
	while (record_next(&list, &item)) {
		if (more)
			text_char(out, ',');
		more = true;
		json_string(out, item);
	}
	text_char(out, ']');
}

static void put_value(struct text *out, enum field_type type, struct str s, uint64_t number)
{
	if (type == FIELD_LIST)
		put_list(out, s);
	else if (type == FIELD_BOOL)
		text_fmt(out, "%s", number ? "true" : "false");
	else if (type == FIELD_NUMBER ? number == RECORD_UNKNOWN : s.n == 0)
		text_put(out, STR("null"));
	else if (type == FIELD_NUMBER)
		text_fmt(out, "%llu", (unsigned long long)number);
	else
		json_string(out, s);
}

void json_record(struct text *out, const struct record *r)
{
	const struct field *f = record_fields(r->kind);
	text_char(out, '{');
	for (size_t i = 0; i < RECORD_FIELDS && f[i].type; i++) {
		text_fmt(out, "%s\"%s\":", i ? "," : "", f[i].key);
		put_value(out, f[i].type, r->text[i], r->number[i]);
	}
	text_char(out, '}');
}
