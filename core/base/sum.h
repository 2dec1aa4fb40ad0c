/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUM_H
#define SUM_H
#include "base.h"
/*
 * Whether a stored checksum is the computed one. A function, and a file of its
 * own, because fuzzers link another one that believes every checksum.
 */
bool sum_match(uint32_t have, uint32_t want);
#endif
