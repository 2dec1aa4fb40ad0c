/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"
#include "../core/base/rd.h"
#include "../core/base/str.h"

static const struct field fields[RECORD_KINDS][RECORD_FIELDS] = {
	[REC_CONFIG] = {
		[CONFIG_SOURCE] = { "source", FIELD_TEXT },
		[CONFIG_PLACE] = { "place", FIELD_TEXT },
		[CONFIG_LANGUAGE] = { "language", FIELD_TEXT },
		[CONFIG_WHY] = { "why", FIELD_TEXT },
		[CONFIG_TIMEOUT] = { "timeout", FIELD_NUMBER },
	},
	[REC_ENTRY] = {
		[ENTRY_NUMBER] = { "number", FIELD_NUMBER },
		[ENTRY_ID] = { "id", FIELD_TEXT },
		[ENTRY_TITLE] = { "title", FIELD_TEXT },
		[ENTRY_VERSION] = { "version", FIELD_TEXT },
		[ENTRY_LINUX] = { "linux", FIELD_TEXT },
		[ENTRY_INITRD] = { "initrd", FIELD_LIST },
		[ENTRY_OPTIONS] = { "options", FIELD_TEXT },
		[ENTRY_DEVICE] = { "device", FIELD_TEXT },
		[ENTRY_SOURCE] = { "source", FIELD_TEXT },
		[ENTRY_LINE] = { "line", FIELD_NUMBER },
		[ENTRY_IS_DEFAULT] = { "isDefault", FIELD_BOOL },
		[ENTRY_IS_SELECTED] = { "isSelected", FIELD_BOOL },
		[ENTRY_RESTRICTED] = { "isRestricted", FIELD_BOOL },
		[ENTRY_ERROR] = { "error", FIELD_TEXT },
	},
	[REC_VOLUME] = {
		[VOLUME_DEVICE] = { "device", FIELD_TEXT },
		[VOLUME_DISK] = { "disk", FIELD_TEXT },
		[VOLUME_PARTITION] = { "partition", FIELD_NUMBER },
		[VOLUME_TYPE] = { "type", FIELD_TEXT },
		[VOLUME_LABEL] = { "label", FIELD_TEXT },
		[VOLUME_UUID] = { "uuid", FIELD_TEXT },
		[VOLUME_PARTUUID] = { "partuuid", FIELD_TEXT },
		[VOLUME_START] = { "start", FIELD_NUMBER },
		[VOLUME_SIZE] = { "size", FIELD_NUMBER },
		[VOLUME_ERROR] = { "error", FIELD_TEXT },
	},
	[REC_PLAN] = {
		[PLAN_TITLE] = { "title", FIELD_TEXT },
		[PLAN_ID] = { "id", FIELD_TEXT },
		[PLAN_VERSION] = { "version", FIELD_TEXT },
		[PLAN_LINUX] = { "linux", FIELD_TEXT },
		[PLAN_LINUX_SIZE] = { "linuxSize", FIELD_NUMBER },
		[PLAN_PACKING] = { "compression", FIELD_TEXT },
		[PLAN_INITRD] = { "initrd", FIELD_LIST },
		[PLAN_INITRD_SIZE] = { "initrdSize", FIELD_NUMBER },
		[PLAN_OPTIONS] = { "options", FIELD_TEXT },
		[PLAN_DEVICE] = { "device", FIELD_TEXT },
		[PLAN_PLACE] = { "place", FIELD_TEXT },
		[PLAN_SOURCE] = { "source", FIELD_TEXT },
		[PLAN_LINE] = { "line", FIELD_NUMBER },
		[PLAN_WHY] = { "why", FIELD_TEXT },
	},
	[REC_STEP] = {
		[STEP_TOPIC] = { "topic", FIELD_TEXT },
		[STEP_TEXT] = { "text", FIELD_TEXT },
	},
	[REC_FINDING] = {
		[FINDING_LEVEL] = { "level", FIELD_TEXT },
		[FINDING_TOPIC] = { "topic", FIELD_TEXT },
		[FINDING_TEXT] = { "text", FIELD_TEXT },
		[FINDING_FIX] = { "fix", FIELD_TEXT },
	},
	[REC_FILE] = {
		[FILE_TYPE] = { "type", FIELD_TEXT },
		[FILE_SIZE] = { "size", FIELD_NUMBER },
		[FILE_MTIME] = { "mtime", FIELD_NUMBER },
		[FILE_NAME] = { "name", FIELD_TEXT },
		[FILE_TARGET] = { "target", FIELD_TEXT },
	},
	[REC_GUEST] = {
		[GUEST_NAME] = { "name", FIELD_TEXT },
		[GUEST_TITLE] = { "title", FIELD_TEXT },
		[GUEST_VERSION] = { "version", FIELD_TEXT },
		[GUEST_LINUX] = { "linux", FIELD_TEXT },
		[GUEST_PACKING] = { "compression", FIELD_TEXT },
		[GUEST_STATUS] = { "status", FIELD_NUMBER },
		[GUEST_PROBLEMS] = { "problems", FIELD_LIST },
	},
	[REC_SETTING] = {
		[SETTING_NAME] = { "name", FIELD_TEXT },
		[SETTING_VALUE] = { "value", FIELD_TEXT },
	},
};

const struct field *record_fields(enum record_kind kind)
{
	return fields[kind];
}

const char *record_plural(enum record_kind kind)
{
	static const char *const name[RECORD_KINDS] = {
		[REC_CONFIG] = "configs", [REC_ENTRY] = "entries", [REC_VOLUME] = "volumes",
		[REC_PLAN] = "plans",	  [REC_STEP] = "steps",	   [REC_FINDING] = "findings",
		[REC_FILE] = "files",	  [REC_GUEST] = "guests",  [REC_SETTING] = "settings",
	};
	return name[kind];
}

static void put_number(struct text *out, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		text_char(out, (char)(uint8_t)(v >> (8 * i)));
}

void record_put(struct text *out, const struct record *r)
{
	const struct field *f = fields[r->kind];
	for (size_t i = 0; i < RECORD_FIELDS && f[i].type; i++) {
		struct str s = str_sub(r->text[i], 0, RECORD_TEXT_MAX);
		if (f[i].type == FIELD_NUMBER || f[i].type == FIELD_BOOL) {
			put_number(out, r->number[i], 8);
			continue;
		}
		put_number(out, s.n, 4);
		text_put(out, s);
	}
}

static bool get_text(struct rd *r, const struct field *f, struct str *out)
{
	uint32_t n = rd_le32(r);
	struct span s = rd_take(r, n);
	*out = (struct str){ (const char *)s.p, s.n };
	if (!rd_ok(r) || n > RECORD_TEXT_MAX)
		return false;
	return f->type == FIELD_LIST || str_find(*out, 0, 0) == out->n;
}

enum err record_get(unsigned kind, struct span payload, struct record *out)
{
	struct rd r = rd_of(payload.p, payload.n);
	if (kind >= REC_GUEST)
		return ERR_CORRUPT;
	*out = (struct record){ .kind = (enum record_kind)kind };
	const struct field *f = fields[kind];
	for (size_t i = 0; i < RECORD_FIELDS && f[i].type; i++) {
		if (f[i].type == FIELD_NUMBER || f[i].type == FIELD_BOOL)
			out->number[i] = rd_le64(&r);
		else if (!get_text(&r, &f[i], &out->text[i]))
			return ERR_CORRUPT;
		if (f[i].type == FIELD_BOOL && out->number[i] > 1)
			return ERR_CORRUPT;
	}
	return rd_ok(&r) && rd_left(&r) == 0 ? OK : ERR_CORRUPT;
}

bool record_next(struct str *list, struct str *out)
{
	return list->n && str_split(list, 0, out);
}
