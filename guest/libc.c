/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libc.h"
#include "guest.h"
#include "mem.h"
#include <string.h>

/*
 * What the codec libraries expect of a C library. Each block has whole pages:
 * they ask for few and large ones. The length stands in front.
 */
enum { HEAD = 64 }; /* keeps the library's alignment */

static size_t block_pages(const void *block)
{
	size_t pages;
	memcpy(&pages, block, sizeof pages);
	return pages;
}

void *malloc(size_t n)
{
	size_t pages = n / PAGE_SIZE + 2;
	if (pages > mem_unused())
		return NULL;
	pages = (n + HEAD + PAGE_SIZE - 1) / PAGE_SIZE;
	char *block = mem_pages(pages);
	if (!block)
		return NULL;
	memcpy(block, &pages, sizeof pages);
	return block + HEAD;
}

void *calloc(size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	void *p = malloc(bytes);
	return p ? memset(p, 0, bytes) : NULL;
}

void free(void *p)
{
	if (!p)
		return;
	char *block = (char *)p - HEAD;
	mem_free(block, block_pages(block));
}

void __stack_chk_fail(void)
{
	guest_panic("a function wrote past its stack frame");
}

void libc_never(void)
{
	guest_panic("a library called a function that it never should");
}
