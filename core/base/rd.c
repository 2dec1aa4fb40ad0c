/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rd.h"
#include <string.h>

struct span rd_take(struct rd *r, size_t n)
{
	if (r->bad || n > r->n - r->at) {
		r->bad = true;
		return (struct span){ NULL, 0 };
	}
	r->at += n;
	return (struct span){ r->p + (r->at - n), n };
}

void rd_seek(struct rd *r, size_t at)
{
	if (at > r->n)
		r->bad = true;
	else
		r->at = at;
}

void rd_skip(struct rd *r, size_t n)
{
	(void)rd_take(r, n);
}

struct rd rd_sub(struct rd *r, size_t n)
{
	struct span s = rd_take(r, n);
	return (struct rd){ .p = s.p, .n = s.n, .bad = r->bad };
}

void rd_copy(struct rd *r, void *dst, size_t n)
{
	struct span s = rd_take(r, n);
	if (s.p)
		memcpy(dst, s.p, n);
	else
		memset(dst, 0, n);
}

static uint64_t little(struct rd *r, size_t n)
{
	struct span s = rd_take(r, n);
	uint64_t v = 0;
	for (size_t i = s.n; i-- > 0;)
		v = v << 8 | s.p[i];
	return v;
}

static uint64_t big(struct rd *r, size_t n)
{
	struct span s = rd_take(r, n);
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | s.p[i];
	return v;
}

uint8_t rd_u8(struct rd *r)
{
	return (uint8_t)little(r, 1);
}

uint16_t rd_le16(struct rd *r)
{
	return (uint16_t)little(r, 2);
}

uint32_t rd_le32(struct rd *r)
{
	return (uint32_t)little(r, 4);
}

uint64_t rd_le64(struct rd *r)
{
	return little(r, 8);
}

uint16_t rd_be16(struct rd *r)
{
	return (uint16_t)big(r, 2);
}

uint32_t rd_be32(struct rd *r)
{
	return (uint32_t)big(r, 4);
}

uint64_t rd_be64(struct rd *r)
{
	return big(r, 8);
}
