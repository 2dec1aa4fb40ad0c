/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/guest.h"
#include "../test.h"

static char why[OPTS_WHY];

static enum err xl(struct guest *g, const char *text)
{
	*g = (struct guest){ .type = GUEST_ANY };
	return xlcfg_parse(str_of(text), test_arena(), g, why);
}

static enum err xml(struct guest *g, const char *text)
{
	*g = (struct guest){ .type = GUEST_ANY };
	return virtxml_parse(str_of(text), test_arena(), g, why);
}

#define check_z(a, b) check_str(str_of(a), b)

TEST(a_config_as_xl_create_takes_it)
{
	struct guest g;
	check_ok(xl(&g, "# Debian\n"
			"name = 'web 1'\n"
			"type=\"pvh\" ; memory = 512\n"
			"bootloader = \"domboot\"  # ours\n"
			"bootloader_args = [ \"-q\",\n \"--entry=Debian\", ]\n"
			"disk = [ 'phy:/dev/vg/web,xvda,w' ]\n"
			"vif = [ 'bridge=xenbr0' ]\n"
			"on_crash = 'restart'\n"));
	check_str(g.name, "web 1");
	check_u64(g.type, GUEST_PVH);
	check_u64(g.memory, 512ull << 20);
	check_str(g.bootloader, "domboot");
	check_u64(g.n_args, 2);
	check_str(g.arg[1], "--entry=Debian");
	check_u64(g.n_disk, 1);
	check_z(g.disk[0].path, "/dev/vg/web");
	check_str(g.disk[0].vdev, "xvda");
	check_u64(g.n_note, 0);
}

TEST(disks_in_every_form)
{
	struct guest g;
	check_ok(xl(
		&g,
		"disk = [ '/dev/a,raw,xvda,rw', '/dev/b,,xvdb', 'file:/c.img,hdc:cdrom,r',\n"
		" 'tap:aio:/d.img,xvdd,w', 'format=qcow2, vdev=xvde, access=ro, target=/e,f.img',"
		" 'vdev=hdd,devtype=cdrom,target=', 'tap:qcow2:/g.img,xvdg,w' ]"));
	check_u64(g.n_disk, 6);
	check_z(g.disk[0].path, "/dev/a");
	check_str(g.disk[0].format, "raw");
	check_str(g.disk[1].vdev, "xvdb");
	check(g.disk[2].cdrom);
	check_str(g.disk[2].vdev, "hdc");
	check_z(g.disk[3].path, "/d.img");
	check_z(g.disk[4].path, "/e,f.img");
	check_str(g.disk[4].format, "qcow2");
	check_str(g.disk[5].format, "qcow2");
	check_u64(g.n_note, 0);
}

TEST(what_is_not_understood_is_told)
{
	struct guest g;
	check_ok(xl(&g,
		    "memory = 'much'\ndisk = [ 'nbd:host:1,xvda,w', '/dev/a,raw,xvdb,w,frob' ]"));
	check_u64(g.n_note, 3);
	check_str(g.note[0], "line 1: memory: \"much\" is no number");
}

TEST(kernels_of_dom0)
{
	struct guest g;
	check_ok(xl(&g, "kernel = '/usr/lib/domboot/domboot-x86_64.gz'\nroot = '/dev/xvda1'\nextra "
			"= 'ro'"));
	check_str(g.kernel, "/usr/lib/domboot/domboot-x86_64.gz");
	check_str(g.cmdline, "root=/dev/xvda1 ro");
	check_ok(xl(&g, "cmdline = 'a b'\nextra = 'c'"));
	check_str(g.cmdline, "a b");
	check_ok(xl(&g, "bootloader_args = '-q  --entry=1'"));
	check_u64(g.n_args, 2);
	check_ok(xl(&g, "builder = 'hvm'"));
	check_u64(g.type, GUEST_HVM);
}

TEST(no_config_at_all)
{
	struct guest g;
	check_err(xl(&g, "name = 'x"), ERR_SYNTAX);
	check_z(why, "line 1: a string without its closing quote");
	check_err(xl(&g, "\nhello"), ERR_SYNTAX);
	check_z(why, "line 2: not of the form NAME = VALUE");
	check_err(xl(&g, "disk = [ 'a' 'b' ]"), ERR_SYNTAX);
	check_err(xl(&g, "disk = [ 'a',"), ERR_SYNTAX);
	check_err(xl(&g, "x = "), ERR_SYNTAX);
	check_err(xl(&g, "x = 1 2"), ERR_SYNTAX);
	check_err(xl(&g, "\177ELF\1\1"), ERR_SYNTAX);
}

#define DOMAIN(body) "<?xml version='1.0'?>\n<!-- by hand -->\n<domain type='xen'>" body "</domain>"

TEST(a_domain_as_libvirt_writes_it)
{
	struct guest g;
	check_ok(xml(
		&g,
		DOMAIN("<name>web&amp;1</name><memory unit='KiB'>524288</memory>"
		       "<bootloader>/usr/bin/domboot</bootloader>"
		       "<bootloader_args>-q --unpack-kernel</bootloader_args>"
		       "<os><type arch='x86_64' machine='xenpvh'>xenpvh</type>"
		       "<cmdline>a &lt;b&#62;</cmdline></os>"
		       "<devices><disk type='block' device='disk'><driver name='phy' type='raw'/>"
		       "<source dev='/dev/vg/web'/><target dev='xvda' bus='xen'/></disk>"
		       "<disk type='file' device='cdrom'><source file=\"/a b.iso\"/>"
		       "<target dev='xvdb'/></disk>"
		       "<disk device='cdrom'><target dev='hdc'/></disk></devices>")));
	check_str(g.name, "web&1");
	check_u64(g.memory, 512ull << 20);
	check_u64(g.type, GUEST_PVH);
	check_str(g.bootloader, "/usr/bin/domboot");
	check_u64(g.n_args, 1);
	check_str(g.arg[0], "-q --unpack-kernel");
	check_str(g.cmdline, "a <b>");
	check_u64(g.n_disk, 2);
	check_z(g.disk[0].path, "/dev/vg/web");
	check_str(g.disk[0].format, "raw");
	check_str(g.disk[0].vdev, "xvda");
	check_z(g.disk[1].path, "/a b.iso");
	check(g.disk[1].cdrom && !g.disk[0].cdrom);
	check_u64(g.n_note, 0);
}

TEST(a_domain_with_what_is_not_known)
{
	struct guest g;
	check_ok(xml(&g, DOMAIN("<memory unit='parsec'>3</memory><devices><disk device='disk'>"
				"<source protocol='rbd'/><target dev='xvda'/></disk></devices>")));
	check_u64(g.n_note, 2);
	check_u64(g.n_disk, 0);
}

TEST(no_domain_at_all)
{
	struct guest g;
	check_err(xml(&g, "<a/>"), ERR_SYNTAX);
	check_z(why, "line 1: no <domain> element");
	check_err(xml(&g, "<domain>\n<name>x</domain>"), ERR_SYNTAX);
	check_z(why, "line 2: mismatched tag");
	check_err(xml(&g, "<domain>"), ERR_SYNTAX);
	check_err(xml(&g, "<domain a>"), ERR_SYNTAX);
	check_err(xml(&g, "<domain a='"), ERR_SYNTAX);
	check_err(xml(&g, "<domain"), ERR_SYNTAX);
	check_err(xml(&g, "<!DOCTYPE x [<!ENTITY a 'b'>]><domain/>"), ERR_SYNTAX);
	check_err(xml(&g, "<!-- <domain/>"), ERR_SYNTAX);
	check_err(xml(&g, "</domain>"), ERR_SYNTAX);
	struct text deep = { .arena = test_arena() };
	for (int i = 0; i < 100; i++)
		text_put(&deep, STR("<domain>"));
	text_char(&deep, 0);
	check_err(xml(&g, deep.p), ERR_SYNTAX);
}

TEST(configurations_are_told_by_their_names)
{
	check(guest_is_config("/etc/xen/web"));
	check(guest_is_config("web.cfg") && guest_is_config("a/web.xml"));
	check(!guest_is_config("web.img") && !guest_is_config("/dev/vg/web"));
}
