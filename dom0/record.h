/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RECORD_H
#define RECORD_H
#include "../core/base/fmt.h"
/*
 * What the worker reports to the front, as data: one WIRE_RECORD frame each,
 * whose detail is the kind and whose payload is the fields of that kind in
 * order. The front checks lengths and types and believes none of the values.
 * The names of the fields are the keys of JSON output. Pure.
 */
enum record_kind {
	REC_CONFIG, /* a boot configuration */
	REC_ENTRY,  /* an entry of it */
	REC_VOLUME, /* a partition, or a disk without */
	REC_PLAN,   /* what would be booted */
	REC_STEP,   /* how it came about */
	REC_FINDING,
	REC_FILE,
	REC_GUEST,   /* never on the wire: the front's own summary of a run */
	REC_SETTING, /* the same: of domboot itself */
	RECORD_KINDS,
};
/* The fields of each kind, by their place. */
enum { CONFIG_SOURCE, CONFIG_PLACE, CONFIG_LANGUAGE, CONFIG_WHY, CONFIG_TIMEOUT };
enum {
	ENTRY_NUMBER,
	ENTRY_ID,
	ENTRY_TITLE,
	ENTRY_VERSION,
	ENTRY_LINUX,
	ENTRY_INITRD,
	ENTRY_OPTIONS,
	ENTRY_DEVICE,
	ENTRY_SOURCE,
	ENTRY_LINE,
	ENTRY_IS_DEFAULT,
	ENTRY_IS_SELECTED,
	ENTRY_RESTRICTED,
	ENTRY_ERROR,
};
enum {
	VOLUME_DEVICE,
	VOLUME_DISK,
	VOLUME_PARTITION,
	VOLUME_TYPE,
	VOLUME_LABEL,
	VOLUME_UUID,
	VOLUME_PARTUUID,
	VOLUME_START,
	VOLUME_SIZE,
	VOLUME_ERROR,
};
enum {
	PLAN_TITLE,
	PLAN_ID,
	PLAN_VERSION,
	PLAN_LINUX,
	PLAN_LINUX_SIZE,
	PLAN_PACKING,
	PLAN_INITRD,
	PLAN_INITRD_SIZE,
	PLAN_OPTIONS,
	PLAN_DEVICE,
	PLAN_PLACE,
	PLAN_SOURCE,
	PLAN_LINE,
	PLAN_WHY,
};
enum { STEP_TOPIC, STEP_TEXT };
enum { FINDING_LEVEL, FINDING_TOPIC, FINDING_TEXT, FINDING_FIX };
enum { FILE_TYPE, FILE_SIZE, FILE_MTIME, FILE_NAME, FILE_TARGET };
enum {
	GUEST_NAME,
	GUEST_TITLE,
	GUEST_VERSION,
	GUEST_LINUX,
	GUEST_PACKING,
	GUEST_STATUS,
	GUEST_PROBLEMS
};
enum { SETTING_NAME, SETTING_VALUE };
enum { RECORD_FIELDS = 14, RECORD_TEXT_MAX = 16384 };

enum field_type {
	FIELD_NONE,
	FIELD_TEXT,   /* empty: not known */
	FIELD_LIST,   /* texts, each with a NUL behind it */
	FIELD_NUMBER, /* RECORD_UNKNOWN: not known */
	FIELD_BOOL,
};
#define RECORD_UNKNOWN UINT64_MAX
struct field {
	const char *key;
	enum field_type type;
};
/* A table of RECORD_FIELDS fields; those past the kind's last are FIELD_NONE. */
const struct field *record_fields(enum record_kind kind);
/* The name of a list of such records: "entries". */
const char *record_plural(enum record_kind kind);

struct record {
	enum record_kind kind;
	struct str text[RECORD_FIELDS];
	uint64_t number[RECORD_FIELDS]; /* numbers and truth values */
};
/* A payload. What is too long of a text is cut. */
void record_put(struct text *out, const struct record *r);
/* ERR_CORRUPT: no such kind on the wire, or a payload that nobody writes. The texts point into it.
 */
enum err record_get(unsigned kind, struct span payload, struct record *out);
/* The next text of a FIELD_LIST. */
bool record_next(struct str *list, struct str *out);
#endif
