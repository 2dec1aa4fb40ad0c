/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_H
#define BASE_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The ground that everything stands on: one error type, two views of foreign
 * bytes, the log, the arena. Core code may call memcpy, memmove, memset and
 * memcmp besides; every shell has them.
 */

#define printf_like(f, a) __attribute__((format(printf, f, a)))

/* Arenas own everything, so leaving early is always right: no goto, no cleanup. */
#define try(e)                                                                                     \
	do {                                                                                       \
		enum err err_ = (e);                                                               \
		if (err_)                                                                          \
			return err_;                                                               \
	} while (0)

#define array_len(a)	      (sizeof(a) / sizeof((a)[0]))
#define container_of(p, T, m) ((T *)(void *)((char *)(p)-offsetof(T, m)))

/*
 * One result type for the whole core. The code says what the caller can do
 * about it; where it happened is in the log.
 */
enum [[nodiscard]] err{
	OK = 0,		 ERR_FORMAT, /* not this format: try the next driver */
	ERR_CORRUPT,		     /* this format, but the bytes are wrong */
	ERR_UNSUPPORTED,	     /* this format, with a feature we do not read */
	ERR_NOENT,		     /* no such name */
	ERR_TYPE,		     /* the wrong kind of object: a directory for a file, ... */
	ERR_LOOP,		     /* too many symlinks, includes, calls */
	ERR_LIMIT,		     /* over a fixed bound of ours */
	ERR_NOMEM,	 ERR_IO,     ERR_SYNTAX, /* configuration text */
	ERR_CANCEL,				 /* the user said so */
	ERR_DENIED,				 /* a password is due */
};
/* A few words for messages: "no such file or directory". Never NULL. */
const char *err_text(enum err e);

/* A run of bytes that somebody else owns. Never NUL-terminated by contract. */
struct span {
	const uint8_t *p;
	size_t n;
};
struct str {
	const char *p;
	size_t n;
};
#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })
/* For a "%.*s" conversion. */
#define STR_ARG(s) (int)(s).n, (s).p

/* a + b and a * b into *sum; false when the true result does not fit. */
[[nodiscard]] static inline bool add_u64(uint64_t a, uint64_t b, uint64_t *sum)
{
	return !__builtin_add_overflow(a, b, sum);
}
[[nodiscard]] static inline bool mul_u64(uint64_t a, uint64_t b, uint64_t *product)
{
	return !__builtin_mul_overflow(a, b, product);
}
static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}
static inline size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
/*
 * A sink for one-line messages. emit gets a line without newline, made safe
 * for a terminal (str_clean), at most LOG_LINE bytes; longer ones end in "...".
 */
struct log {
	void (*emit)(struct log *log, enum log_level level, const char *line, size_t n);
	enum log_level level; /* the most talkative level that is passed on */
};
enum { LOG_LINE = 1024 };
/* A NULL log swallows everything. */
void log_at(struct log *log, enum log_level level, const char *fmt, ...) printf_like(3, 4);
void log_v(struct log *log, enum log_level level, const char *fmt, va_list ap) printf_like(3, 0);

/*
 * Where arenas get their memory. grain is the smallest request worth making;
 * 0 gives every object a block of its own, so that a sanitizer sees each bound.
 */
struct pages {
	void *(*get)(struct pages *pg, size_t bytes); /* NULL: none left */
	void (*put)(struct pages *pg, void *p, size_t bytes);
	size_t grain;
	bool zeroed; /* get gives zeros: what nobody writes to need not be touched */
};
/*
 * The only allocator of the core. There is no free(): a whole arena goes at
 * once. limit bounds what hostile input can cost, in bytes.
 */
struct arena {
	struct arena_block *head;
	size_t used, limit;
	struct pages *pages;
};
void arena_init(struct arena *a, struct pages *from, size_t limit);
/* Zeroed memory, or NULL when the limit or the machine is exhausted. align: a power of two. */
[[nodiscard]] void *arena_alloc(struct arena *a, size_t size, size_t align);
[[nodiscard]] void *arena_array_(struct arena *a, size_t n, size_t size, size_t align);
void arena_release(struct arena *a);
#define arena_new(a, T)	     ((T *)arena_alloc((a), sizeof(T), _Alignof(T)))
#define arena_array(a, T, n) ((T *)arena_array_((a), (n), sizeof(T), _Alignof(T)))
#endif
