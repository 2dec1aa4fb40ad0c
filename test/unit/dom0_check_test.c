/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/check.h"
#include "../test.h"
#include <string.h>

struct found {
	struct check_sink sink;
	struct text all; /* "LEVEL TOPIC: TEXT (FIX)" lines */
};

static void finding(struct check_sink *s, enum check_level level, const char *topic,
		    const char *text, const char *fix)
{
	struct found *f = container_of(s, struct found, sink);
	text_fmt(&f->all, "%s %s: %s (%s)\n", check_level_name[level], topic, text, fix ? fix : "");
}

static const char *said(const struct check_facts *facts)
{
	static struct found f;
	f = (struct found){ { finding }, { .arena = test_arena() } };
	check_boot(facts, &f.sink);
	text_char(&f.all, 0);
	return f.all.p;
}

/* Debian's: PV and PVH, 64 bit. */
static struct image debian(void)
{
	struct image i = { .is64 = true, .low = 0x1000000, .high = 0x4000000 };
	i.xen.present = 1u << XEN_NOTE_PHYS32_ENTRY | 1u << XEN_NOTE_LOADER;
	i.xen.text[XEN_NOTE_LOADER] = STR("generic");
	i.xen.text[XEN_NOTE_GUEST_OS] = STR("linux");
	i.xen.text[XEN_NOTE_XEN_VERSION] = STR("xen-3.0");
	return i;
}

static const struct check_volume disks[] = {
	{ .vdev = { "xvda1", 5 }, .uuid = { "12-ab", 5 }, .label = { "root", 4 } },
	{ .vdev = { "xvda", 4 } },
};

static struct check_facts good(const struct image *i)
{
	return (struct check_facts){
		.type = GUEST_PVH,
		.xen_version = 4 << 16 | 17,
		.memory = 1ull << 30,
		.packing = UNPACK_XZ,
		.version = "6.1.0-56-amd64",
		.image = i,
		.cmdline = STR("root=UUID=12-AB ro console=hvc0"),
		.has_initrd = true,
		.initrd_size = 30 << 20,
		.volume = disks,
		.n_volume = array_len(disks),
		.all_read = true,
	};
}

#define says(facts, text)  check(strstr(said(facts), text))
#define quiet(facts, text) check(!strstr(said(facts), text))

TEST(a_guest_that_boots)
{
	struct image i = debian();
	struct check_facts f = good(&i);
	quiet(&f, "warning ");
	quiet(&f, "error ");
	says(&f, "ok pvh: ");
	quiet(&f, " pv: "); /* of no concern */
	says(&f, "ok root: root=UUID=12-AB is on");
	f.type = GUEST_ANY;
	says(&f, "ok pv: ");
}

TEST(kernels_of_the_other_kind)
{
	struct image i = debian();
	struct check_facts f = good(&i);
	i.xen.present = 1u << XEN_NOTE_LOADER;
	says(&f, "error pvh: the kernel does not start as a PVH guest: it has no PHYS32_ENTRY note "
		 "(type = \"pv\"");
	i = debian();
	i.xen.text[XEN_NOTE_LOADER] = i.xen.text[XEN_NOTE_GUEST_OS] = STR("");
	f.type = GUEST_PV;
	says(&f, "error pv: ");
	says(&f, "type = \"pvh\" boots it");
	f.type = GUEST_ANY;
	says(&f, "note pv: ");
	quiet(&f, "error");
	i.xen.present = 0;
	says(&f, "error kernel: the kernel starts neither");
	i = debian();
	i.is64 = false;
	f.type = GUEST_PV;
	says(&f, "error pv: a 32-bit PV kernel without PAE");
	i.xen.text[XEN_NOTE_PAE_MODE] = STR("yes");
	says(&f, "warning pv: a 32-bit PV kernel: not every Xen");
}

TEST(packings_and_versions_of_xen)
{
	struct image i = debian();
	struct check_facts f = good(&i);
	f.packing = UNPACK_ZSTD;
	says(&f, "ok packing: zstd");
	f.xen_version = 4 << 16 | 14;
	says(&f, "error packing: zstd needs Xen 4.15 or newer; this is 4.14");
	says(&f, "--unpack-kernel");
	f.unpacks = true;
	says(&f, "ok packing: zstd, unpacked by domboot");
	f.unpacks = false;
	f.xen_version = 0;
	says(&f, "note packing: zstd: needs Xen 4.15");
	f = good(&i);
	f.version = "6.12.1";
	says(&f, "error packing: xz needs Xen 4.20 or newer; this is 4.17");
	f.version = "6.9.12";
	says(&f, "ok packing");
	f.version = "7.0";
	says(&f, "error packing");
	f.version = "";
	says(&f, "ok packing");
	f.packing = UNPACK_NONE;
	says(&f, "ok packing: not packed");
}

TEST(memory_and_initrds)
{
	struct image i = debian();
	struct check_facts f = good(&i);
	f.memory = 64 << 20;
	says(&f, "error memory: kernel and initrd need 78 MiB, the guest has 64");
	f.memory = 128 << 20;
	says(&f, "warning memory: ");
	f.memory = 0;
	quiet(&f, "memory");
	f.initrd_size = 2ull << 30;
	says(&f, "error initrd: 2048 MiB");
	f.initrd_size = UINT64_MAX;
	f.memory = 1 << 30;
	says(&f, "error memory");
}

TEST(command_lines)
{
	struct image i = debian();
	struct check_facts f = good(&i);
	char line[4096];
	memset(line, 'x', sizeof line);
	f.cmdline = (struct str){ line, 1024 };
	quiet(&f, "error cmdline");
	f.type = GUEST_PV;
	says(&f, "error cmdline: 1024 bytes: what a PV guest gets is cut after 1023");
	f.type = GUEST_PVH;
	f.cmdline.n = 2048;
	says(&f, "error cmdline: 2048 bytes");
	f.cmdline = STR("root=/dev/xvda1");
	says(&f, "warning console: no console=: a PVH guest");
	f.type = GUEST_PV;
	says(&f, "ok console");
	f.cmdline = STR("root=/dev/xvda1 console=tty0 console=ttyS0");
	says(&f, "warning console: no console= names hvc0");
}

static const char *root(const char *cmdline)
{
	struct image i = debian();
	struct check_facts f = good(&i);
	f.cmdline = str_of(cmdline);
	return said(&f);
}

TEST(root_file_systems)
{
	check(strstr(root("root=/dev/xvda1"), "ok root"));
	check(strstr(root("root=/dev/xvda2"), "error root"));
	check(strstr(root("root=/dev/sda1"), "warning root"));
	check(strstr(root("root=/dev/mapper/vg-root"), "note root"));
	check(strstr(root("root=LABEL=root"), "ok root"));
	check(strstr(root("root=LABEL=home"), "error root"));
	check(strstr(root("root=UUID=99"), "error root"));
	check(strstr(root("root=PARTUUID=99"), "note root")); /* an MBR has none that we know */
	check(strstr(root("root=UUID=99 root=/dev/xvda1"), "ok root"));
	check(!strstr(root("ro"), " root:")); /* the initrd knows */
}

TEST(roots_without_an_initrd)
{
	struct image i = debian();
	struct check_facts f = good(&i);
	f.has_initrd = false;
	f.cmdline = STR("root=UUID=12-ab");
	says(&f, "error root: root=UUID=12-ab without an initrd");
	f.cmdline = STR("ro");
	says(&f, "warning root: neither root= nor an initrd");
	f = good(&i);
	f.all_read = false;
	f.cmdline = STR("root=UUID=99");
	says(&f, "note root");
}

static const char *said_of(const struct guest *g)
{
	static struct found f;
	f = (struct found){ { finding }, { .arena = test_arena() } };
	check_guest(g, &f.sink);
	text_char(&f.all, 0);
	return f.all.p;
}

TEST(what_dom0_is_told_to_do)
{
	struct guest g = { .type = GUEST_HVM };
	check(strstr(said_of(&g), "error config: an HVM guest"));
	g.type = GUEST_PV;
	check(strstr(said_of(&g), "error config: neither bootloader= nor kernel="));
	g.bootloader = STR("/usr/bin/pygrub");
	check(strstr(said_of(&g), "note config: it is booted by pygrub"));
	g.bootloader = STR("xpygrub");
	check(strstr(said_of(&g), "ok config"));
	g.disk[g.n_disk++] = (struct guest_disk){ .path = "/a", .format = STR("qcow2") };
	check(strstr(said_of(&g), "note disk: /a is qcow2"));
}
