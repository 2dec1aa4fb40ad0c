/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../table_host.h"

/* A partitioned disk, a bare one, and a partition that cannot be read. */
static const struct host_file files[] = {
	{ .device = "hd0,msdos1", .path = "/vmlinuz" },
	{ .device = "hd0,msdos1", .path = "/boot/grub/grub.cfg", .text = "set x=y\n" },
	{ .device = "hd1", .path = "/initrd" },
};
static const struct host_fact facts[] = {
	{ "uuid:hd0,msdos1", "11-22" },
	{ "label:hd1", "data" },
	{ "place:hd0,msdos1", "xvda, partition 1" },
};

static struct table_host world;

static enum err open_from(const char *own, const char *device, const char *path,
			  struct boot_file *out)
{
	table_host_init(&world, files, array_len(files), facts, array_len(facts));
	struct conf c = { .host = &world.host, .arena = test_arena(), .log = test_log() };
	struct conf_source src = { .device = str_of(own), .path = STR("/grub.cfg") };
	return conf_open(&c, &src, str_of(device), str_of(path), out);
}

TEST(files_come_from_the_device_named)
{
	struct boot_file f;
	check_ok(open_from("hd1", "hd0,1", "/vmlinuz", &f));
	check_str(f.device, "hd0,msdos1");
	check(!test_logged("taken from"));
}

TEST(no_device_is_the_configurations_own)
{
	struct boot_file f;
	check_ok(open_from("hd0,1", "", "/vmlinuz", &f));
	check_str(f.device, "hd0,msdos1");
}

TEST(a_partition_of_a_bare_disk_is_the_disk)
{
	struct boot_file f;
	check_ok(open_from("hd0,1", "hd1,msdos1", "/initrd", &f));
	check_str(f.device, "hd1");
	check(test_logged("/initrd is not on (hd1,msdos1): taken from (hd1)"));
}

TEST(a_missing_device_is_the_configurations_own)
{
	struct boot_file f;
	check_ok(open_from("hd0,1", "hd7,gpt3", "/vmlinuz", &f));
	check_str(f.device, "hd0,msdos1");
	check_ok(open_from("hd0,1", "hd0", "/vmlinuz", &f));
	check_str(f.device, "hd0,msdos1");
}

static enum err damaged(struct conf_host *h, struct str device, struct str path,
			struct boot_file *out)
{
	(void)h;
	*out = (struct boot_file){ .device = device, .path = path };
	return str_eq(device, STR("hd0,1")) ? OK : ERR_CORRUPT;
}

TEST(a_damaged_device_is_not_passed_over)
{
	struct boot_file f;
	table_host_init(&world, files, array_len(files), facts, array_len(facts));
	world.host.open = damaged;
	struct conf c = { .host = &world.host, .arena = test_arena(), .log = test_log() };
	struct conf_source src = { .device = STR("hd0,1") };
	check_err(conf_open(&c, &src, STR("hd1,1"), STR("/vmlinuz"), &f), ERR_CORRUPT);
	check(test_logged("(hd1,1)/vmlinuz: damaged data"));
}

TEST(a_missing_file_is_named_with_its_place)
{
	struct boot_file f;
	check_err(open_from("hd0,1", "hd0,1", "/nope", &f), ERR_NOENT);
	check(test_logged("xvda, partition 1: /nope: no such file or directory"));
}

static enum err count(void *ctx, struct str name, enum fs_type type)
{
	size_t *n = ctx;
	*n += type == FS_DIR ? 100 : 1;
	return name.n ? OK : ERR_CORRUPT;
}

TEST(the_test_world_is_a_world)
{
	struct span s;
	struct str dev;
	size_t n = 0;
	table_host_init(&world, files, array_len(files), facts, array_len(facts));
	struct conf_host *h = &world.host;
	check_ok(h->read(h, STR("hd0,1"), STR("//boot/grub/grub.cfg"), 100, test_arena(), &s));
	check_u64(s.n, 8);
	check_err(h->read(h, STR("hd0,1"), STR("/boot/grub/grub.cfg"), 7, test_arena(), &s),
		  ERR_LIMIT);
	check_ok(h->list(h, STR("hd0,gpt1"), STR("/"), count, &n));
	check_u64(n, 101);
	check_ok(h->search(h, SEARCH_FILE, STR("/initrd"), &dev));
	check_str(dev, "hd1");
	check_ok(h->search(h, SEARCH_UUID, STR("11-22"), &dev));
	check_str(dev, "hd0,msdos1");
	check_ok(h->search(h, SEARCH_LABEL, STR("data"), &dev));
	check_str(dev, "hd1");
	check_err(h->search(h, SEARCH_LABEL, STR("none"), &dev), ERR_NOENT);
}
