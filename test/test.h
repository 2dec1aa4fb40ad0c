/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_H
#define TEST_H
#include "../core/base/base.h"
#include "../core/base/str.h"
#include "../hosted/hosted.h"
/*
 * A small harness. A program is one file of TEST(name) { ... } bodies; it
 * prints "ok FILE: name" or "not ok FILE: name: reason" for each. A failed
 * check ends its test; the others go on.
 */
void test_add(const char *name, void (*fn)(void));
_Noreturn void test_fail(const char *file, int line, const char *fmt, ...) printf_like(3, 4);
#define TEST(name)                                                                                 \
	static void name(void);                                                                    \
	__attribute__((constructor)) static void name##_add(void)                                  \
	{                                                                                          \
		test_add(#name, name);                                                             \
	}                                                                                          \
	static void name(void)
#define check(x)                                                                                   \
	do {                                                                                       \
		if (!(x))                                                                          \
			test_fail(__FILE__, __LINE__, "%s", #x);                                   \
	} while (0)
#define check_ok(e)	   check_err(e, OK)
#define check_err(e, want) test_err(__FILE__, __LINE__, #e, e, want)
#define check_u64(a, b)	   test_u64(__FILE__, __LINE__, #a, (uint64_t)(a), (uint64_t)(b))
#define check_str(a, b)	   test_str(__FILE__, __LINE__, #a, a, str_of(b))
void test_err(const char *file, int line, const char *what, enum err have, enum err want);
void test_u64(const char *file, int line, const char *what, uint64_t have, uint64_t want);
void test_str(const char *file, int line, const char *what, struct str have, struct str want);

/* A fresh arena for this test, released after it; one block an object, so ASan sees each bound. */
struct arena *test_arena(void);
/* Pages that are kept and given out again: for tests that fill thousands of arenas. */
extern struct pages test_pages;
/* A log that keeps its lines; test_logged: whether some line since the test's start holds text. */
struct log *test_log(void);
bool test_logged(const char *text);
#endif
