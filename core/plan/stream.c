/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan.h"
#include <string.h>

/* What is on disk. */
static enum err start_own(const struct boot_file *f, uint64_t off, void *dst, size_t len)
{
	if (!f->part.p)
		return fs_start(f->fs, &f->node, off, dst, len);
	if (off > f->len || len > f->len - off || !add_u64(off, f->off, &off))
		return ERR_IO;
	return fs_start(f->fs, &f->node, off, dst, len);
}

/* The bytes of s from *off on, as many as there are and are wanted; the rest counts from s' end. */
static void copy_of(struct span s, uint64_t *off, uint8_t **dst, size_t *len)
{
	size_t at = (size_t)min_u64(*off, s.n), n = min_size(s.n - at, *len);
	if (n)
		memcpy(*dst, s.p + at, n);
	*off -= at;
	*dst += n;
	*len -= n;
}

enum err boot_file_start(const struct boot_file *f, uint64_t off, void *dst, size_t len)
{
	uint64_t size = boot_file_size(f), own = size - f->before.n - f->after.n;
	uint8_t *to = dst;
	if (!f->before.n && !f->after.n)
		return start_own(f, off, dst, len);
	if (size == UINT64_MAX || off > size || len > size - off)
		return ERR_IO;
	copy_of(f->before, &off, &to, &len);
	size_t n = off < own ? (size_t)min_u64(len, own - off) : 0;
	if (n)
		try(start_own(f, off, to, n));
	to += n;
	len -= n;
	off = off < own ? 0 : off - own;
	copy_of(f->after, &off, &to, &len);
	return OK;
}

enum err boot_file_read(const struct boot_file *f, uint64_t off, void *dst, size_t len)
{
	enum err e = boot_file_start(f, off, dst, len);
	enum err d = blk_drain(f->fs->disk);
	return e ? e : d;
}

/* Bytes that file i takes in the stream: only the last one is not padded. */
static bool room_of(const struct boot_stream *s, size_t i, uint64_t *room)
{
	uint64_t n = boot_file_size(&s->file[i]);
	if (i + 1 == s->n) {
		*room = n;
		return true;
	}
	if (!add_u64(n, s->pad - 1, &n))
		return false;
	*room = n & ~(uint64_t)(s->pad - 1);
	return true;
}

enum err stream_of(const struct boot_file *f, size_t n, uint32_t pad, struct boot_stream *out)
{
	*out = (struct boot_stream){ .file = f, .n = n, .pad = pad };
	for (size_t i = 0; i < n; i++) {
		uint64_t room;
		if (!room_of(out, i, &room) || !add_u64(out->size, room, &out->size))
			return ERR_LIMIT;
	}
	return OK;
}

/* The part [off, off + len) of one file's room: its bytes, then zeros. */
static enum err start_in(const struct boot_file *f, uint64_t off, uint8_t *dst, size_t len)
{
	uint64_t size = boot_file_size(f);
	size_t have = off < size ? (size_t)min_u64(len, size - off) : 0;
	if (have)
		try(boot_file_start(f, off, dst, have));
	memset(dst + have, 0, len - have);
	return OK;
}

enum err stream_start(const struct boot_stream *s, uint64_t off, void *dst, size_t len)
{
	uint8_t *to = dst;
	if (off > s->size || len > s->size - off)
		return ERR_IO;
	for (size_t i = 0; i < s->n && len; i++) {
		uint64_t room = 0;
		(void)room_of(s, i, &room); /* stream_of() saw that it fits */
		if (off >= room) {
			off -= room;
			continue;
		}
		size_t n = (size_t)min_u64(len, room - off);
		try(start_in(&s->file[i], off, to, n));
		to += n;
		len -= n;
		off = 0;
	}
	return OK;
}

enum err stream_drain(const struct boot_stream *s)
{
	enum err first = OK;
	for (size_t i = 0; i < s->n; i++) {
		enum err e = blk_drain(s->file[i].fs->disk);
		if (!first)
			first = e;
	}
	return first;
}

enum err stream_read(const struct boot_stream *s, uint64_t off, void *dst, size_t len)
{
	enum err e = stream_start(s, off, dst, len);
	enum err d = stream_drain(s);
	return e ? e : d;
}
