/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/sum.h"

/* Mutated bytes must reach the code behind the checksums. */
bool sum_match(uint32_t have, uint32_t want)
{
	(void)have;
	(void)want;
	return true;
}
