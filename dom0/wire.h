/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIRE_H
#define WIRE_H
#include "../core/base/fmt.h"
/*
 * What the jailed worker may say to the front, over one pipe: frames of an
 * 8-byte head and a payload. The front believes nothing of it. Pure.
 *   u8 type, u8 detail, u16 zero, u32 bytes of payload; little-endian
 */
enum wire_type {
	WIRE_LOG = 'L',	   /* detail: enum log_level; payload: one line */
	WIRE_TEXT = 'T',   /* payload: text for standard output */
	WIRE_RECORD = 'D', /* detail: enum record_kind; payload: a record */
	WIRE_RESULT = 'R', /* the last frame: what was found and copied */
	WIRE_FAILED = 'F', /* the last frame: detail: enum status; payload: the reason */
};
enum {
	WIRE_HEAD = 8,
	WIRE_MAX = 65536,      /* of a payload */
	WIRE_FIELD_MAX = 8191, /* of a result's text: what libxl reads of an item */
};

struct wire_frame {
	enum wire_type type;
	uint8_t detail;
	struct span payload; /* inside the buffer that was given */
};
/* A head with room for its payload behind it. */
void wire_head(uint8_t head[WIRE_HEAD], enum wire_type type, uint8_t detail, uint32_t n);
/*
 * The frame at the start of buf. *used: its bytes, 0 when it is not complete
 * yet. ERR_CORRUPT: no worker of ours wrote this.
 */
enum err wire_next(struct span buf, struct wire_frame *out, size_t *used);

struct result {
	uint64_t kernel_size, ramdisk_size; /* bytes copied */
	bool has_ramdisk;
	struct str kernel,
		ramdisk; /* the names in the guest; several initrds: with blanks between */
	struct str args;
	struct str counted; /* boot_plan's; empty: none */
};
/* The payload of a WIRE_RESULT. ERR_LIMIT: a text is too long. */
enum err result_put(struct text *out, const struct result *r);
/*
 * Checked: every text no longer than WIRE_FIELD_MAX, without NUL and newline; nothing left over.
 * The texts point into payload. ERR_CORRUPT.
 */
enum err result_get(struct span payload, struct result *out);
#endif
