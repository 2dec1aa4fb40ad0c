/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../lang_fuzz.h"
#include <string.h>

/* The input is a unified kernel image, and each of its addons. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str without_kernel(const uint8_t *data, size_t size, uint8_t *copy, size_t max)
{
	const struct str name = STR(".linux");
	size_t n = min_size(size, max);
	memcpy(copy, data, n);
	for (size_t i = 0; i + name.n <= n; i++)
		if (memcmp(copy + i, name.p, name.n) == 0)
			copy[i] = '!';
	return (struct str){ (const char *)copy, n };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The image without what makes it one: the section's name is another. */
	static uint8_t copy[65536];
	struct str addon = without_kernel(data, size, copy, sizeof copy);
	const struct host_file file[] = {
		{ .device = "hd0",
		  .path = "/EFI/Linux/a.efi",
		  .text = (const char *)data,
		  .n = size },
		{ .device = "hd0",
		  .path = "/EFI/Linux/a.efi.extra.d/b.addon.efi",
		  .text = (const char *)data,
		  .n = size },
		{ .device = "hd0",
		  .path = "/loader/addons/c.addon.efi",
		  .text = (const char *)addon.p,
		  .n = addon.n },
	};
	struct conf_source src = { STR("hd0"), STR("/EFI/Linux"), { NULL, 0 } };
	if (size)
		lang_fuzz(&bls_conf, &src, file, array_len(file));
	return 0;
}
