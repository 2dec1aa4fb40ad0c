/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire.h"
#include "../core/base/rd.h"
#include "../core/base/str.h"

static void put_le(uint8_t *p, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void wire_head(uint8_t head[WIRE_HEAD], enum wire_type type, uint8_t detail, uint32_t n)
{
	head[0] = (uint8_t)type;
	head[1] = detail;
	put_le(head + 2, 0, 2);
	put_le(head + 4, n, 4);
}

static bool is_known(uint8_t type)
{
	return type == WIRE_LOG || type == WIRE_TEXT || type == WIRE_RECORD ||
	       type == WIRE_RESULT || type == WIRE_FAILED;
}

enum err wire_next(struct span buf, struct wire_frame *out, size_t *used)
{
	struct rd r = rd_of(buf.p, buf.n);
	*used = 0;
	if (buf.n < WIRE_HEAD)
		return OK;
	uint8_t type = rd_u8(&r);
	out->detail = rd_u8(&r);
	uint16_t zero = rd_le16(&r);
	uint32_t n = rd_le32(&r);
	if (!is_known(type) || zero || n > WIRE_MAX)
		return ERR_CORRUPT;
	if (n > rd_left(&r))
		return OK;
	out->type = (enum wire_type)type;
	out->payload = rd_take(&r, n);
	*used = WIRE_HEAD + (size_t)n;
	return OK;
}

static void put_number(struct text *out, uint64_t v, size_t bytes)
{
	uint8_t raw[8];
	put_le(raw, v, bytes);
	text_put(out, (struct str){ (const char *)raw, bytes });
}

static enum err put_field(struct text *out, struct str s)
{
	if (s.n > WIRE_FIELD_MAX)
		return ERR_LIMIT;
	put_number(out, s.n, 4);
	text_put(out, s);
	return OK;
}

enum err result_put(struct text *out, const struct result *r)
{
	put_number(out, r->kernel_size, 8);
	put_number(out, r->ramdisk_size, 8);
	put_number(out, r->has_ramdisk, 1);
	try(put_field(out, r->kernel));
	try(put_field(out, r->ramdisk));
	try(put_field(out, r->args));
	try(put_field(out, r->counted));
	return out->bad ? ERR_NOMEM : OK;
}

static bool get_field(struct rd *r, struct str *out)
{
	uint32_t n = rd_le32(r);
	struct span s = rd_take(r, n);
	*out = (struct str){ (const char *)s.p, s.n };
	return rd_ok(r) && n <= WIRE_FIELD_MAX && str_find(*out, 0, 0) == out->n &&
	       str_find(*out, '\n', 0) == out->n;
}

enum err result_get(struct span payload, struct result *out)
{
	struct rd r = rd_of(payload.p, payload.n);
	out->kernel_size = rd_le64(&r);
	out->ramdisk_size = rd_le64(&r);
	uint8_t has = rd_u8(&r);
	out->has_ramdisk = has == 1;
	if (!get_field(&r, &out->kernel) || !get_field(&r, &out->ramdisk) ||
	    !get_field(&r, &out->args) || !get_field(&r, &out->counted))
		return ERR_CORRUPT;
	return rd_ok(&r) && rd_left(&r) == 0 && has <= 1 ? OK : ERR_CORRUPT;
}
