/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../lang_fuzz.h"

/* The input is an entry of the Boot Loader Specification, loader.conf and an environment block. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const struct host_file file[] = {
		{ .device = "hd0,gpt1", .path = "/vmlinuz" },
		{ .device = "hd0,gpt1",
		  .path = "/loader/entries/a+3-1.conf",
		  .text = text,
		  .n = size },
		{ .device = "hd0,gpt1", .path = "/loader/entries/b.conf", .text = text, .n = size },
		{ .device = "hd0,gpt1", .path = "/loader/loader.conf", .text = text, .n = size },
		{ .device = "hd0,gpt1", .path = "/grub2/grubenv", .text = text, .n = size },
	};
	struct conf_source src = { STR("hd0,gpt1"), STR("/loader/entries"), { NULL, 0 } };
	lang_fuzz(&bls_conf, &src, file, size ? array_len(file) : 1);
	return 0;
}
