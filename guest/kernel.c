/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel.h"
#include "../core/base/fmt.h"

/* A file that does not tell its size: begin with this many times its own. */
enum { GUESS = 4 };

static size_t pages_of(size_t bytes)
{
	return bytes / PAGE_SIZE + (bytes % PAGE_SIZE != 0);
}

struct str kernel_name(const struct boot_file *f, struct arena *a)
{
	struct text t = { .arena = a };
	const char *where = f->fs ? f->fs->where : "";
	text_fmt(&t, "%s%s%.*s", where, *where ? ": " : "", STR_ARG(f->path));
	return t.bad ? (struct str){ 0 } : text_str(&t);
}

static enum err no_room(const struct image_file *f, const char *what, size_t bytes)
{
	return image_fail(f, ERR_NOMEM, "no room for %s of %zu MiB: %llu MiB are free, of %llu",
			  what, (bytes >> 20) + 1, (unsigned long long)mem_unused() / 256,
			  (unsigned long long)mem_total() / 256);
}

enum err kernel_read(struct hold *h, const struct boot_file *f, struct log *log, struct kernel *k)
{
	struct boot_stream s;
	*k = (struct kernel){ .file = { .name = kernel_name(f, h->arena), .log = log } };
	if (!k->file.name.p) {
		log_at(log, LOG_ERROR, "%.*s: out of memory", STR_ARG(f->path));
		return ERR_NOMEM;
	}
	try(stream_of(f, 1, 1, &s));
	if (s.size == 0 || s.size > IMAGE_MAX)
		return image_fail(&k->file, ERR_LIMIT, "a kernel of %llu bytes",
				  (unsigned long long)s.size);
	k->pages = hold_pages(h, pages_of((size_t)s.size));
	if (!k->pages)
		return no_room(&k->file, "a kernel", (size_t)s.size);
	k->file.bytes = (struct span){ k->pages, (size_t)s.size };
	enum err e = stream_read(&s, 0, k->pages, (size_t)s.size);
	log_at(log, LOG_DEBUG, "%.*s: %zu bytes read", STR_ARG(k->file.name), (size_t)s.size);
	return e ? image_fail(&k->file, e, "%s", err_text(e)) : OK;
}

/* One packing off, into pages of its own. ERR_LIMIT, with those given back: try more. */
static enum err unpack_into(struct hold *h, struct kernel *k, const struct image_packing *p,
			    size_t room)
{
	void *dst = hold_pages(h, pages_of(room));
	size_t n = room;
	if (!dst)
		return no_room(&k->file, "an unpacked kernel", room);
	enum err e = image_unpack(&k->file, p, dst, &n);
	if (e) {
		hold_drop(h, dst);
		return e;
	}
	hold_drop(h, k->pages);
	k->pages = dst;
	k->file.bytes = (struct span){ dst, n };
	log_at(k->file.log, LOG_DEBUG, "%.*s: %zu bytes unpacked", STR_ARG(k->file.name), n);
	return OK;
}

static enum err unpack_once(struct hold *h, struct kernel *k, const struct image_packing *p)
{
	if (p->exact)
		return unpack_into(h, k, p, p->size);
	size_t room = min_size(p->size, IMAGE_MAX);
	if (p->size == SIZE_MAX)
		room = min_size(p->packed.n, IMAGE_MAX / GUESS) * GUESS;
	for (;;) { /* doubles up to IMAGE_MAX */
		enum err e = unpack_into(h, k, p, room);
		if (e != ERR_LIMIT || room == IMAGE_MAX)
			return e;
		room = min_size(room, IMAGE_MAX / 2) * 2;
	}
}

/* One packing less, or done. */
static enum err unpack_step(struct hold *h, struct kernel *k, bool *done)
{
	struct image_packing p;
	try(image_packing(&k->file, &p));
	*done = p.format == UNPACK_NONE;
	return *done ? OK : unpack_once(h, k, &p);
}

static enum err packed_often(const struct kernel *k)
{
	return image_fail(&k->file, ERR_LIMIT, "packed more than %d times", IMAGE_PACKINGS);
}

enum err kernel_unwrap(struct hold *h, struct kernel *k, struct bzimage *out, bool *is_bzimage)
{
	for (int i = 0; i <= IMAGE_PACKINGS; i++) {
		bool done;
		enum err e = bzimage_parse(&k->file, out);
		*is_bzimage = !e;
		if (e != ERR_FORMAT)
			return e;
		try(unpack_step(h, k, &done));
		if (done)
			return OK;
	}
	return packed_often(k);
}

enum err kernel_unpack(struct hold *h, struct kernel *k)
{
	for (int i = 0; i <= IMAGE_PACKINGS; i++) {
		bool done;
		try(unpack_step(h, k, &done));
		if (done)
			return OK;
	}
	return packed_often(k);
}
