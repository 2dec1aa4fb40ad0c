/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../load/exchange.h"
#include "../test.h"
#include <string.h>

enum { PFNS = 4096 };

/* Every frame once, and both directions agree. */
static void check_bijection(const struct exchange *x, uint64_t from)
{
	static uint8_t seen[PFNS];
	memset(seen, 0, sizeof seen);
	for (uint64_t i = 0; i < PFNS; i++) {
		uint64_t old = exchange_at(x, from + i);
		check(old >= from && old - from < PFNS && !seen[old - from]);
		seen[old - from] = 1;
		check_u64(exchange_find(x, old), from + i);
	}
}

TEST(nothing_moves_at_first)
{
	struct exchange x = { .arena = test_arena() };
	uint64_t pfn = 0;
	check_u64(exchange_at(&x, 12345), 12345);
	check_u64(exchange_find(&x, EXCHANGE_PFN_MAX), EXCHANGE_PFN_MAX);
	check(!exchange_next(&x, &pfn));
}

TEST(placing_makes_room)
{
	struct exchange x = { .arena = test_arena() };
	uint64_t pfn = 0;
	check_ok(exchange_place(&x, 10, 1000));
	check_u64(exchange_at(&x, 10), 1000);
	check_u64(exchange_at(&x, 1000), 10);
	check_ok(exchange_place(&x, 1000, 20)); /* frame 10 moves on to 20 */
	check_u64(exchange_at(&x, 1000), 20);
	check_u64(exchange_at(&x, 20), 10);
	check_u64(exchange_find(&x, 10), 20);
	check(exchange_next(&x, &pfn) && pfn == 10);
	pfn++;
	check(exchange_next(&x, &pfn) && pfn == 20);
	check_ok(exchange_place(&x, 20, 20)); /* home again */
	check_u64(exchange_at(&x, 20), 20);
	check_u64(exchange_at(&x, 1000), 10);
}

TEST(random_swaps_lose_nothing)
{
	const uint64_t base[] = { 0, 511, (1ull << 27) - 100, EXCHANGE_PFN_MAX - PFNS };
	for (size_t b = 0; b < array_len(base); b++) {
		struct exchange x = { .arena = test_arena() };
		uint32_t r = 1;
		for (size_t i = 0; i < 20000; i++) {
			r = r * 1664525 + 1013904223;
			check_ok(exchange_place(&x, base[b] + (r >> 8) % PFNS,
						base[b] + (r >> 20) % PFNS));
		}
		check_bijection(&x, base[b]);
		uint64_t n = 0;
		for (uint64_t pfn = 0; exchange_next(&x, &pfn); pfn++)
			n++;
		check(n > PFNS / 2 && n <= PFNS);
	}
}

TEST(out_of_memory_changes_nothing)
{
	struct arena a;
	arena_init(&a, &hosted_exact, 1 << 20);
	struct exchange x = { .arena = &a };
	check_ok(exchange_swap(&x, 1, 2));
	a.limit = a.used; /* one path down the tree */
	check_err(exchange_swap(&x, 1, 1 << 20), ERR_NOMEM);
	check_u64(exchange_at(&x, 1), 2);
	check_u64(exchange_at(&x, 2), 1);
	check_u64(exchange_at(&x, 1 << 20), 1 << 20);
	arena_release(&a);
}
