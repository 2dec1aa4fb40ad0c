/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mem_ops.h"
#include <string.h>

/*
 * Pages that are not free, as sorted, disjoint runs; neighbours of one kind
 * are one run. Their number follows what the loader does, not how large the
 * domain is.
 */
enum { RUNS = 1024, HOLE_MIN = 512 };
struct run {
	uint64_t pfn, n;
	enum mem_kind kind;
};
static struct run runs[RUNS];
static size_t n_runs;
static uint64_t total;
static const struct mem_ops *ops;

void mem_begin(const struct mem_ops *how, uint64_t pages)
{
	ops = how;
	total = pages;
	n_runs = 0;
}

uint64_t mem_total(void)
{
	return total;
}

uint64_t mem_unused(void)
{
	uint64_t n = total;
	for (size_t i = 0; i < n_runs; i++)
		n -= runs[i].n;
	return n;
}

uint64_t mem_mfn(uint64_t pfn)
{
	return pfn < total ? ops->mfn(pfn) : UINT64_MAX;
}

uint64_t mem_pfn(const void *va)
{
	return ops->pfn(va);
}

/* The first run that ends after pfn; n_runs: none does. */
static size_t run_find(uint64_t pfn)
{
	size_t lo = 0, hi = n_runs;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (runs[mid].pfn + runs[mid].n > pfn)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

enum mem_kind mem_kind(uint64_t pfn)
{
	if (mem_mfn(pfn) == UINT64_MAX)
		return MEM_HOLE;
	size_t i = run_find(pfn);
	return i < n_runs && runs[i].pfn <= pfn ? runs[i].kind : MEM_FREE;
}

static void run_insert(size_t i, struct run r)
{
	memmove(runs + i + 1, runs + i, (n_runs - i) * sizeof *runs);
	runs[i] = r;
	n_runs++;
}

static void run_remove(size_t i)
{
	n_runs--;
	memmove(runs + i, runs + i + 1, (n_runs - i) * sizeof *runs);
}

/* Make pfn a border between runs. */
static void run_cut(uint64_t pfn)
{
	size_t i = run_find(pfn);
	if (i == n_runs || runs[i].pfn >= pfn)
		return;
	struct run tail = runs[i];
	tail.n -= pfn - tail.pfn;
	tail.pfn = pfn;
	runs[i].n -= tail.n;
	run_insert(i + 1, tail);
}

static void run_join(size_t i)
{
	if (i + 1 >= n_runs || runs[i].kind != runs[i + 1].kind ||
	    runs[i].pfn + runs[i].n != runs[i + 1].pfn)
		return;
	runs[i].n += runs[i + 1].n;
	run_remove(i + 1);
}

/* One marking adds at most two runs to the table. */
static bool run_room(void)
{
	return n_runs + 2 < RUNS;
}

bool mem_mark(uint64_t pfn, uint64_t n, enum mem_kind kind)
{
	if (!n || !run_room())
		return !n;
	run_cut(pfn);
	run_cut(pfn + n);
	size_t i = run_find(pfn);
	while (i < n_runs && runs[i].pfn < pfn + n)
		run_remove(i);
	if (kind == MEM_FREE)
		return true;
	run_insert(i, (struct run){ pfn, n, kind });
	run_join(i);
	if (i)
		run_join(i - 1);
	return true;
}

/*
 * A hole ends at end: where does it begin? Long ones are remembered, so that
 * they are walked through once (a guest may have much less than its maximum).
 */
static uint64_t hole_begin(uint64_t from, uint64_t end)
{
	uint64_t pfn = end - 1;
	while (pfn > from && ops->mfn(pfn - 1) == UINT64_MAX)
		pfn--;
	if (end - pfn >= HOLE_MIN && n_runs < RUNS / 2)
		mem_mark(pfn, end - pfn, MEM_HOLE);
	return pfn;
}

/* The lowest n frames in a row in [from, to), or UINT64_MAX; holes are stepped over. */
static uint64_t gap_first(uint64_t from, uint64_t to, uint64_t n)
{
	uint64_t have = 0;
	for (uint64_t pfn = from; pfn < to && to - pfn >= n - have; pfn++) {
		have = ops->mfn(pfn) == UINT64_MAX ? 0 : have + 1;
		if (have == n)
			return pfn + 1 - n;
	}
	return UINT64_MAX;
}

uint64_t mem_find(uint64_t from, uint64_t to, uint64_t n)
{
	to = min_u64(to, total);
	for (size_t i = run_find(from); from < to; i++) { /* the gap below run i */
		uint64_t end = i < n_runs ? min_u64(to, runs[i].pfn) : to;
		uint64_t pfn = gap_first(from, end, n);
		if (pfn != UINT64_MAX)
			return pfn;
		from = i < n_runs ? runs[i].pfn + runs[i].n : to;
	}
	return UINT64_MAX;
}

/* The highest n frames in a row in [from, to), or UINT64_MAX; holes are stepped over. */
static uint64_t gap_fit(uint64_t from, uint64_t to, size_t n)
{
	uint64_t have = 0;
	for (uint64_t pfn = to; pfn - from >= n - have;) {
		if (ops->mfn(pfn - 1) == UINT64_MAX) {
			have = 0;
			pfn = hole_begin(from, pfn);
			continue;
		}
		pfn--;
		if (++have == n)
			return pfn;
	}
	return UINT64_MAX;
}

uint64_t mem_reserve(size_t n, uint64_t below)
{
	uint64_t to = min_u64(total, below);
	for (size_t i = n_runs + 1; n && i-- > 0;) { /* the gap above run i - 1 */
		uint64_t from = i ? runs[i - 1].pfn + runs[i - 1].n : 0;
		uint64_t pfn = to < from || to - from < n ? UINT64_MAX : gap_fit(from, to, n);
		if (pfn != UINT64_MAX)
			return mem_mark(pfn, n, MEM_USED) ? pfn : UINT64_MAX;
		to = i ? min_u64(to, runs[i - 1].pfn) : 0;
	}
	return UINT64_MAX;
}

void *mem_pages(size_t n)
{
	uint64_t pfn = mem_reserve(n, UINT64_MAX);
	if (pfn == UINT64_MAX)
		return NULL;
	void *p = ops->map(pfn, n);
	if (!p)
		mem_mark(pfn, n, MEM_FREE);
	return p;
}

void mem_free(void *p, size_t n)
{
	mem_mark(mem_pfn(p), n, MEM_FREE);
}

bool mem_take(uint64_t pfn, size_t n)
{
	if (!n || pfn >= total || n > total - pfn || !run_room())
		return false;
	size_t i = run_find(pfn);
	if (i < n_runs && runs[i].pfn < pfn + n)
		return false;
	for (size_t k = 0; k < n; k++)
		if (ops->mfn(pfn + k) == UINT64_MAX)
			return false;
	return mem_mark(pfn, n, MEM_USED);
}

void *mem_map(uint64_t pfn, size_t n)
{
	return pfn < total && n <= total - pfn ? ops->map(pfn, n) : NULL;
}

enum err mem_unmap(void *va, size_t n)
{
	return ops->protect(va, n, false);
}

enum err mem_remap(void *va, size_t n)
{
	return ops->protect(va, n, true);
}
