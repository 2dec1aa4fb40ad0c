/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PE_H
#define PE_H
#include "../core/base/base.h"
/* PE files for tests: nothing but headers and sections, each rounded up to 512 bytes. */
struct pe_section {
	const char *name, *text;
	size_t n; /* 0: up to its NUL */
};
struct str pe_make(struct arena *a, uint16_t machine, const struct pe_section *v, size_t n);
#endif
