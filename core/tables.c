/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tables.h"

const struct fs_ops *const fs_drivers[] = {
	&fat_fs,
	NULL,
};
const size_t n_fs_drivers = array_len(fs_drivers) - 1;
