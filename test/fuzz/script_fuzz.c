/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../lang_fuzz.h"

/* The input is a grub.cfg, which may also source itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct host_file file[] = {
		{ .device = "hd0,msdos1", .path = "/vmlinuz" },
		{ .device = "hd0,msdos1",
		  .path = "/grub/grub.cfg",
		  .text = (const char *)data,
		  .n = size },
	};
	struct conf_source src = { STR("hd0,msdos1"), STR("/grub/grub.cfg"), { data, size } };
	lang_fuzz(&grub2_conf, &src, file, size ? array_len(file) : 1);
	return 0;
}
