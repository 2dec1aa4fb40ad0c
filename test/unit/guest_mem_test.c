/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page bookkeeping against a model: one byte a page. */
#include "../../guest/mem_ops.h"
#include "../test.h"
#include <stdlib.h>
#include <string.h>

enum { PAGES = 3000, MFN = 7000 };
#define BASE 0x100000000ull
static uint8_t model[PAGES]; /* enum mem_kind */
static bool refuse;

static uint64_t mfn_of(uint64_t pfn)
{
	return model[pfn] == MEM_HOLE ? UINT64_MAX : pfn + MFN;
}
static uint64_t pfn_of(const void *va)
{
	return ((uint64_t)(uintptr_t)va - BASE) / PAGE_SIZE;
}
static void *map(uint64_t pfn, size_t n)
{
	check(pfn + n <= PAGES);
	for (size_t i = 0; i < n; i++)
		if (model[pfn + i] == MEM_HOLE)
			return NULL;
	return refuse ? NULL : (void *)(uintptr_t)(BASE + pfn * PAGE_SIZE);
}
static enum err protect(void *va, size_t n, bool mapped)
{
	(void)va;
	(void)n;
	(void)mapped;
	return OK;
}
static const struct mem_ops ops = { mfn_of, pfn_of, map, protect };

static void begin(void)
{
	memset(model, MEM_FREE, sizeof model);
	refuse = false;
	mem_begin(&ops, PAGES);
}

static void check_model(void)
{
	uint64_t unused = 0;
	for (uint64_t i = 0; i < PAGES; i++) {
		check_u64(mem_kind(i), model[i]);
		unused += model[i] == MEM_FREE || model[i] == MEM_HOLE;
	}
	check(mem_unused() <= unused); /* a hole inside a run is not known */
	check_u64(mem_kind(PAGES), MEM_HOLE);
	check_u64(mem_mfn(PAGES), UINT64_MAX);
}

static void mark(uint64_t pfn, uint64_t n, enum mem_kind kind)
{
	check(mem_mark(pfn, n, kind));
	for (uint64_t i = 0; i < n; i++)
		if (model[pfn + i] != MEM_HOLE)
			model[pfn + i] = (uint8_t)kind;
}

TEST(pages_come_from_the_top)
{
	begin();
	void *a = mem_pages(10), *b = mem_pages(5);
	check_u64(mem_pfn(a), PAGES - 10);
	check_u64(mem_pfn(b), PAGES - 15);
	mem_free(a, 10);
	check_u64(mem_pfn(mem_pages(10)), PAGES - 10);
	check(mem_pages(PAGES) == NULL);
	check(mem_pages(0) == NULL);
	check(mem_pages(PAGES - 15) != NULL);
	check_u64(mem_unused(), 0);
	check(mem_pages(1) == NULL);
}

TEST(runs_lie_between_holes)
{
	begin();
	model[PAGES - 3] = model[100] = MEM_HOLE;
	check_u64(mem_pfn(mem_pages(2)), PAGES - 2);
	check_u64(mem_pfn(mem_pages(4)), PAGES - 7);
	check(mem_pages(PAGES - 100) == NULL);
	check_u64(mem_kind(100), MEM_HOLE);
	check(!mem_take(99, 2));
	check(mem_take(99, 1));
	check(mem_map(99, 1) != NULL);
	check(mem_map(99, 2) == NULL);
	check(mem_map(PAGES - 1, 2) == NULL);
}

TEST(taking_is_all_or_nothing)
{
	begin();
	mark(50, 10, MEM_GIVEN);
	check(!mem_take(45, 6));
	check(!mem_take(59, 5));
	check(!mem_take(PAGES - 1, 2));
	check(!mem_take(UINT64_MAX, 2));
	check(!mem_take(0, 0));
	check_model();
	check(mem_take(40, 10));
	memset(model + 40, MEM_USED, 10);
	check(!mem_take(49, 1));
	check_model();
}

TEST(what_cannot_be_mapped_is_not_taken)
{
	begin();
	refuse = true;
	check(mem_pages(3) == NULL);
	check_model();
}

TEST(part_of_a_run_can_be_given_back)
{
	begin();
	char *p = mem_pages(10);
	mem_free(p + (size_t)3 * PAGE_SIZE, 4);
	memset(model + PAGES - 10, MEM_USED, 3);
	memset(model + PAGES - 3, MEM_USED, 3);
	check_model();
}

TEST(as_the_model_says)
{
	begin();
	srandom(1);
	for (int i = 0; i < 60; i++)
		model[random() % PAGES] = MEM_HOLE;
	for (int i = 0; i < 4000; i++) {
		uint64_t pfn = (uint64_t)random() % PAGES, n = (uint64_t)random() % 60 + 1;
		if (n > PAGES - pfn)
			n = PAGES - pfn;
		mark(pfn, n, (enum mem_kind)(random() % MEM_HOLE));
		if (i % 100 == 0)
			check_model();
	}
	check_model();
}

TEST(too_many_runs)
{
	begin();
	unsigned did = 0;
	for (uint64_t i = 0; i < PAGES; i += 2)
		did += mem_take(i, 1);
	check(did > 1000 && did < PAGES / 2);
	/* It refuses, and loses nothing. */
	check_u64(mem_unused(), PAGES - did);
	check(mem_pages(1) == NULL);
}

/* Both searches beside the simplest ones. */
static bool free_run(uint64_t pfn, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		if (model[pfn + i] != MEM_FREE)
			return false;
	return true;
}
static uint64_t lowest(uint64_t from, uint64_t to, uint64_t n)
{
	for (uint64_t pfn = from; pfn + n <= to && pfn + n <= PAGES; pfn++)
		if (free_run(pfn, n))
			return pfn;
	return UINT64_MAX;
}
static uint64_t highest(uint64_t below, uint64_t n)
{
	for (uint64_t pfn = (below < PAGES ? below : PAGES) - n + 1; pfn-- > 0;)
		if (free_run(pfn, n))
			return pfn;
	return UINT64_MAX;
}

TEST(the_lowest_and_the_highest_place)
{
	begin();
	srandom(2);
	for (int i = 0; i < 60; i++)
		model[random() % PAGES] = MEM_HOLE;
	for (int i = 0; i < 300; i++) {
		uint64_t pfn = (uint64_t)random() % (PAGES - 40);
		mark(pfn, (uint64_t)random() % 40 + 1, (enum mem_kind)(random() % MEM_HOLE));
	}
	for (int i = 0; i < 3000; i++) {
		uint64_t from = (uint64_t)random() % PAGES, n = (uint64_t)random() % 30 + 1;
		uint64_t to = from + (uint64_t)random() % PAGES;
		check_u64(mem_find(from, to, n), lowest(from, to, n));
		uint64_t have = mem_reserve(n, to + n);
		check_u64(have, highest(to + n, n));
		if (have != UINT64_MAX)
			check(mem_mark(have, n, MEM_FREE));
	}
	check_u64(mem_find(10, 10, 1), UINT64_MAX);
	check_u64(mem_find(0, UINT64_MAX, PAGES), UINT64_MAX);
	check_u64(mem_find(PAGES, UINT64_MAX, 1), UINT64_MAX);
	check_model();
}
