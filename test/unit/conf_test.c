/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/conf/conf.h"

/* One file system with one file, /vmlinuz; everything else is what the test says. */
struct one {
	struct conf_host host;
	const char *device;
	enum err other;
};

static enum err one_open(struct conf_host *h, struct str device, struct str path,
			 struct boot_file *out)
{
	struct one *o = container_of(h, struct one, host);
	if (!str_eq(device, str_of(o->device)))
		return o->other;
	*out = (struct boot_file){ .device = device, .path = path };
	return str_eq(path, STR("/vmlinuz")) ? OK : ERR_NOENT;
}

static struct str one_fact(struct conf_host *h, struct str name)
{
	struct one *o = container_of(h, struct one, host);
	bool known = str_starts(name, STR("place:")) &&
		     str_eq(str_sub(name, 6, name.n), str_of(o->device));
	return known ? STR("xvda, partition 1") : (struct str){ NULL, 0 };
}

static enum err open_at(const char *fs, enum err other, const char *own, const char *device,
			const char *path, struct boot_file *out)
{
	struct one o = { .host = { .open = one_open, .fact = one_fact },
			 .device = fs,
			 .other = other };
	struct conf c = { .host = &o.host, .arena = test_arena(), .log = test_log() };
	struct conf_source src = { .device = str_of(own), .path = STR("/grub.cfg") };
	return conf_open(&c, &src, str_of(device), str_of(path), out);
}

TEST(files_come_from_the_device_named)
{
	struct boot_file f;
	check_ok(open_at("hd0,1", ERR_NOENT, "hd1", "hd0,1", "/vmlinuz", &f));
	check_str(f.device, "hd0,1");
	check(!test_logged("taken from"));
}

TEST(no_device_is_the_configurations_own)
{
	struct boot_file f;
	check_ok(open_at("hd0,1", ERR_NOENT, "hd0,1", "", "/vmlinuz", &f));
	check_str(f.device, "hd0,1");
}

TEST(a_partition_of_a_bare_disk_is_the_disk)
{
	struct boot_file f;
	check_ok(open_at("hd0", ERR_NOENT, "hd1", "hd0,msdos1", "/vmlinuz", &f));
	check_str(f.device, "hd0");
	check(test_logged("/vmlinuz is not on (hd0,msdos1): taken from (hd0)"));
}

TEST(a_missing_device_is_the_configurations_own)
{
	struct boot_file f;
	check_ok(open_at("hd0,1", ERR_NOENT, "hd0,1", "hd7,gpt3", "/vmlinuz", &f));
	check_ok(open_at("hd0,1", ERR_FORMAT, "hd0,1", "hd0", "/vmlinuz", &f));
	check_str(f.device, "hd0,1");
}

TEST(a_damaged_device_is_not_passed_over)
{
	struct boot_file f;
	check_err(open_at("hd0,1", ERR_CORRUPT, "hd0,1", "hd1,1", "/vmlinuz", &f), ERR_CORRUPT);
	check(test_logged("(hd1,1)/vmlinuz: damaged data"));
}

TEST(a_missing_file_is_named_with_its_place)
{
	struct boot_file f;
	check_err(open_at("hd0,1", ERR_NOENT, "hd0,1", "hd0,1", "/nope", &f), ERR_NOENT);
	check(test_logged("xvda, partition 1: /nope: no such file or directory"));
}
