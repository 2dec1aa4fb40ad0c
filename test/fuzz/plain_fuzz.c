/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/tables.h"
#include "../lang_fuzz.h"

/* The input is a boot.cfg of NetBSD, a loader.conf of FreeBSD, and the fstab beside a kernel. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct host_file file[] = {
		{ .device = "hd0", .path = "/netbsd" },
		{ .device = "hd0", .path = "/boot/kernel/kernel" },
		{ .device = "hd0", .path = "/vmlinuz-1" },
		{ .device = "hd0", .path = "/initrd-1" },
		{ .device = "hd0", .path = "/etc/fstab", .text = (const char *)data, .n = size },
		{ .device = "hd0",
		  .path = "/boot/loader.conf.local",
		  .text = (const char *)data,
		  .n = size },
		{ .device = "hd0",
		  .path = "/boot/loader.conf.d/x.conf",
		  .text = (const char *)data,
		  .n = size },
	};
	struct conf_source boot_cfg = { STR("hd0"), STR("/boot.cfg"), { data, size } };
	struct conf_source loader = { STR("hd0"), STR("/boot/loader.conf"), { data, size } };
	struct conf_source root = { STR("hd0"), STR("/"), { NULL, 0 } };
	size_t n = size ? array_len(file) : array_len(file) - 3;
	lang_fuzz(&netbsd_conf, &boot_cfg, file, n);
	lang_fuzz(&freebsd_conf, &loader, file, n);
	lang_fuzz(&guess_conf, &root, file, n);
	return 0;
}
