/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sum.h"

bool sum_match(uint32_t have, uint32_t want)
{
	return have == want;
}
