/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RD_H
#define RD_H
#include "base.h"
/*
 * A cursor over untrusted bytes. A read past the end yields zero and fails the
 * cursor for good; ask rd_ok() once, after the last field of a record.
 */
struct rd {
	const uint8_t *p;
	size_t n, at;
	bool bad;
};

static inline struct rd rd_of(const void *p, size_t n)
{
	return (struct rd){ .p = p, .n = n };
}
[[nodiscard]] static inline bool rd_ok(const struct rd *r)
{
	return !r->bad;
}
static inline size_t rd_left(const struct rd *r)
{
	return r->bad ? 0 : r->n - r->at;
}
/* The next n bytes, in place; {NULL, 0} after failure. */
struct span rd_take(struct rd *r, size_t n);
void rd_seek(struct rd *r, size_t at);
void rd_skip(struct rd *r, size_t n);
/* A cursor over the next n bytes alone; the parent moves past them. */
struct rd rd_sub(struct rd *r, size_t n);
/* n bytes copied to dst; zeros after failure. */
void rd_copy(struct rd *r, void *dst, size_t n);
uint8_t rd_u8(struct rd *r);
uint16_t rd_le16(struct rd *r);
uint32_t rd_le32(struct rd *r);
uint64_t rd_le64(struct rd *r);
uint16_t rd_be16(struct rd *r);
uint32_t rd_be32(struct rd *r);
uint64_t rd_be64(struct rd *r);
#endif
