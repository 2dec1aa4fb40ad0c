/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LANG_FUZZ_H
#define LANG_FUZZ_H
#include "table_host.h"
/*
 * What a fuzzer of a configuration language does with its input: load src, then
 * choose every entry, over the given files. Traps where a menu or a plan is not
 * what conf.h promises.
 */
void lang_fuzz(const struct conf_ops *ops, const struct conf_source *src,
	       const struct host_file *file, size_t n_file);
#endif
