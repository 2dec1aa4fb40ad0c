/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "test.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TESTS_MAX = 512 };
static struct {
	const char *name;
	void (*fn)(void);
} tests[TESTS_MAX];
static size_t n_tests;
static jmp_buf out;
static char why[2048];
static char *logged;
static size_t logged_n;
static struct arena arena;

void test_add(const char *name, void (*fn)(void))
{
	if (n_tests == TESTS_MAX)
		abort();
	tests[n_tests].name = name;
	tests[n_tests++].fn = fn;
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(why, sizeof why, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vsnprintf(why + n, sizeof why - (size_t)n, fmt, ap);
	va_end(ap);
	longjmp(out, 1);
}

void test_err(const char *file, int line, const char *what, enum err have, enum err want)
{
	if (have != want)
		test_fail(file, line, "%s is \"%s\", not \"%s\"", what, err_text(have),
			  err_text(want));
}

void test_u64(const char *file, int line, const char *what, uint64_t have, uint64_t want)
{
	if (have != want)
		test_fail(file, line, "%s is %llu, not %llu", what, (unsigned long long)have,
			  (unsigned long long)want);
}

void test_str(const char *file, int line, const char *what, struct str have, struct str want)
{
	if (!str_eq(have, want))
		test_fail(file, line, "%s is \"%.*s\", not \"%.*s\"", what, STR_ARG(have),
			  STR_ARG(want));
}

struct arena *test_arena(void)
{
	return &arena;
}

/* Blocks given back, by size: few sizes, each with a bound of its own that ASan knows. */
static struct {
	void *p;
	size_t n;
} kept[16];

static void *page_get(struct pages *pg, size_t bytes)
{
	(void)pg;
	for (size_t i = 0; i < array_len(kept); i++)
		if (kept[i].p && kept[i].n == bytes) {
			void *p = kept[i].p;
			kept[i].p = NULL;
			return p;
		}
	return malloc(bytes);
}

static void page_put(struct pages *pg, void *p, size_t bytes)
{
	(void)pg;
	for (size_t i = 0; i < array_len(kept); i++)
		if (!kept[i].p) {
			kept[i].p = p;
			kept[i].n = bytes;
			return;
		}
	free(p);
}

struct pages test_pages = { page_get, page_put, 65536, false };

static void keep(struct log *log, enum log_level level, const char *line, size_t n)
{
	(void)log;
	(void)level;
	logged = realloc(logged, logged_n + n + 2);
	if (!logged)
		abort();
	memcpy(logged + logged_n, line, n);
	logged_n += n;
	logged[logged_n++] = '\n';
	logged[logged_n] = 0;
}

struct log *test_log(void)
{
	static struct log log = { .emit = keep, .level = LOG_DEBUG };
	return &log;
}

bool test_logged(const char *text)
{
	return logged && strstr(logged, text);
}

static bool run(size_t i)
{
	arena_init(&arena, &hosted_exact, 256u << 20);
	free(logged);
	logged = NULL;
	logged_n = 0;
	bool good = !setjmp(out);
	if (good)
		tests[i].fn();
	arena_release(&arena);
	return good;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'), *file = slash ? slash + 1 : argv[0];
	int failed = 0;
	for (size_t i = 0; i < n_tests; i++) {
		if (argc > 1 && strcmp(argv[1], tests[i].name) != 0)
			continue;
		if (run(i)) {
			printf("ok %s: %s\n", file, tests[i].name);
		} else {
			failed = 1;
			printf("not ok %s: %s: %s\n", file, tests[i].name, why);
			if (logged)
				printf("%s", logged);
		}
		fflush(stdout);
	}
	free(logged);
	return failed;
}
