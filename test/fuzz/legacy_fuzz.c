/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../lang_fuzz.h"

/* The input is a menu.lst, which may also lead to itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct host_file file[] = {
		{ .device = "hd0,msdos1", .path = "/vmlinuz" },
		{ .device = "hd0,msdos2", .path = "/m", .text = (const char *)data, .n = size },
		{ .device = "hd0,msdos1", .path = "/grub/default", .text = "1\n" },
	};
	struct conf_source src = { STR("hd0,msdos1"), STR("/grub/menu.lst"), { data, size } };
	lang_fuzz(&legacy_conf, &src, file, size ? array_len(file) : 1);
	return 0;
}
