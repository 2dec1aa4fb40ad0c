/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../lang_fuzz.h"

/* The input is an extlinux.conf, which may also include itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct host_file file[] = {
		{ .device = "hd0,msdos1", .path = "/vmlinuz" },
		{ .device = "hd0,msdos1", .path = "/d/m", .text = (const char *)data, .n = size },
		{ .device = "hd0,msdos1",
		  .path = "/d/n",
		  .text = "label n\ninclude m\nconfig m\n" },
	};
	struct conf_source src = { STR("hd0,msdos1"), STR("/d/extlinux.conf"), { data, size } };
	lang_fuzz(&extlinux_conf, &src, file, size ? array_len(file) : 1);
	return 0;
}
