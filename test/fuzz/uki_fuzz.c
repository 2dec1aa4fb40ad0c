/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../lang_fuzz.h"

/* The input is a unified kernel image. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct host_file file[] = {
		{ .device = "hd0",
		  .path = "/EFI/Linux/a.efi",
		  .text = (const char *)data,
		  .n = size },
	};
	struct conf_source src = { STR("hd0"), STR("/EFI/Linux"), { NULL, 0 } };
	if (size)
		lang_fuzz(&bls_conf, &src, file, 1);
	return 0;
}
