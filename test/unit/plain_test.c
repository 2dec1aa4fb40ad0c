/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small languages: kernels without a configuration, NetBSD, FreeBSD, Solaris. */
#include "../lang.h"
#include "../../core/tables.h"
#include <stdio.h>
#include <string.h>

static struct lang lang;
#define menu lang.menu

enum { ROWS = 100 };
static struct host_file row[ROWS];
static struct host_fact fact[4];
static size_t n_rows, n_facts;

static void file_on(const char *device, const char *path, const char *text)
{
	row[n_rows++] = (struct host_file){ .device = device, .path = path, .text = text };
}

static void reset(void)
{
	n_rows = n_facts = 0;
}

/* Files of one byte on hd0,msdos1. */
static void files(const char *const *path, size_t n)
{
	reset();
	for (size_t i = 0; i < n; i++)
		file_on("hd0,msdos1", path[i], NULL);
}

static enum err load(const struct conf_ops *ops, const char *path, const char *text)
{
	lang = (struct lang){ .ops = ops, .path = path };
	table_host_init(&lang.host, row, n_rows, fact, n_facts);
	return lang_load(&lang, text, strlen(text), CONF_LIMITS_DEFAULT);
}

static void check_plan(size_t i, const char *want)
{
	check(i < menu.n);
	check_str(lang_plan(&lang, &menu.entry[i]), want);
}

/* --- guesses ------------------------------------------------------------------------ */

TEST(kernels_without_a_configuration_the_newest_first)
{
	static const char *const f[] = {
		"/boot/vmlinuz-6.1.0-9-amd64",
		"/boot/initrd.img-6.1.0-9-amd64",
		"/boot/vmlinuz-6.1.0-10-amd64",
		"/boot/vmlinuz-6.1.0-10-amd64.hmac",
		"/boot/vmlinuz.old",
		"/boot/vmlinuz with blank",
		"/boot/vmlinuz-dir/x",
		"/boot/System.map-6.1.0-9-amd64",
	};
	files(f, array_len(f));
	check_ok(load(&guess_conf, "/boot", ""));
	check_u64(menu.n, 3);
	check_str(menu.entry[0].title,
		  "vmlinuz-6.1.0-10-amd64 (a guess: there is no boot configuration)");
	check_str(menu.entry[0].id, "vmlinuz-6.1.0-10-amd64");
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/boot/vmlinuz-6.1.0-10-amd64\nargs \n");
	check_plan(1, "kind linux\nkernel (hd0,msdos1)/boot/vmlinuz-6.1.0-9-amd64\nargs \n"
		      "initrd (hd0,msdos1)/boot/initrd.img-6.1.0-9-amd64\n");
	check_str(menu.entry[2].id, "vmlinuz.old");
	check(test_logged("guessing from the kernels"));
	check(test_logged("no root="));
	check(menu.chosen == menu.entry && menu.timeout_s == 5);
}

TEST(every_distribution_has_its_name_for_an_initrd)
{
	static const char *const pair[][2] = {
		{ "/vmlinuz", "/initrd.img" },
		{ "/vmlinuz", "/initrd" },
		{ "/vmlinuz.old", "/initrd.img.old" },
		{ "/vmlinuz-6.8.5-301.fc40.x86_64", "/initramfs-6.8.5-301.fc40.x86_64.img" },
		{ "/vmlinuz-6.4.0-default", "/initrd-6.4.0-default" },
		{ "/vmlinuz-linux", "/initramfs-linux.img" },
		{ "/vmlinuz-lts", "/initramfs-lts" },
		{ "/kernel-genkernel-x86_64-6.1", "/initramfs-genkernel-x86_64-6.1" },
		{ "/kernel-6.1-gentoo", "/initramfs-6.1-gentoo.img" },
		{ "/vmlinux-6.1", "/initrd-6.1.img" },
		{ "/bzImage", "/initrd.gz" },
		{ "/vmlinuz-6.6.30_1", "/initramfs-6.6.30_1.img" },
		{ "/vmlinuz-huge-6.6.30", "/initrd-huge-6.6.30.img" },
		{ "/Image-6.4.0-default", "/initrd-6.4.0-default" },
		{ "/linux", "/initrd" },
	};
	for (size_t i = 0; i < array_len(pair); i++) {
		char want[300];
		files(pair[i], 2);
		check_ok(load(&guess_conf, "/", ""));
		check_u64(menu.n, 1);
		snprintf(want, sizeof want,
			 "kind linux\nkernel (hd0,msdos1)%s\nargs \ninitrd (hd0,msdos1)%s\n",
			 pair[i][0], pair[i][1]);
		check_plan(0, want);
	}
}

TEST(of_one_version_the_kernel_that_is_packed_to_boot)
{
	static const char *const f[] = { "/vmlinux-6.4.0-default.gz",
					 "/vmlinux-6.4.0-default",
					 "/vmlinuz-6.4.0-default",
					 "/linuxrc",
					 "/kernels",
					 "/Images" };
	files(f, array_len(f));
	check_ok(load(&guess_conf, "/", ""));
	check_u64(menu.n, 2);
	check_str(menu.entry[0].id, "vmlinuz-6.4.0-default");
	check_str(menu.entry[1].id, "vmlinux-6.4.0-default");
}

static struct str args_with(const char *fstab, bool initrd)
{
	static const char *const f[] = { "/vmlinuz", "/initrd" };
	files(f, initrd ? 2 : 1);
	file_on("hd0,msdos2", "/etc/fstab", fstab);
	fact[n_facts++] = (struct host_fact){ "uuid:hd0,msdos2", "12-34" };
	fact[n_facts++] = (struct host_fact){ "label:hd0,msdos2", "root" };
	check_ok(load(&guess_conf, "/", ""));
	struct boot_plan p;
	check_ok(guess_conf.choose(&lang.conf, menu.chosen, &p));
	return p.cmdline;
}

TEST(root_is_guessed_only_where_fstab_makes_it_safe)
{
	check_str(
		args_with("# /etc/fstab\nproc /proc proc x 0 0\n/dev/xvda1 / ext4 rw 0 1\n", false),
		"root=/dev/xvda1 ro");
	check_str(args_with("UUID=12-34\t/\tbtrfs\tdefaults,subvol=@,noatime 0 0\n", true),
		  "root=UUID=12-34 ro rootflags=subvol=@");
	check_str(args_with("LABEL=root / ext4 x\n", true), "root=LABEL=root ro");
	check_str(args_with("PARTUUID=ab / ext4 x\n", false), "root=PARTUUID=ab ro");
	check_str(args_with("/dev/mapper/vg-root / ext4 x\n", true), "root=/dev/mapper/vg-root ro");
	check_str(args_with("UUID=12-34 / ext4 x\n", false), "");
	check_str(args_with("UUID=99-99 / ext4 x\n", true), "");
	check_str(args_with("/dev/sda1 / ext4 x\n", true), "");
	check_str(args_with("/dev/xvda1 /boot ext4 x\n#/dev/xvda2 / ext4 x\n", true), "");
}

TEST(no_kernel_no_guess)
{
	static const char *const f[] = { "/boot/README" };
	files(f, 1);
	check_err(load(&guess_conf, "/boot", ""), ERR_NOENT);
	check_err(load(&guess_conf, "/gone", ""), ERR_NOENT);
}

TEST(of_too_many_kernels_the_newest_stay)
{
	static char name[ROWS][40];
	reset();
	for (size_t i = 0; i < ROWS; i++) {
		snprintf(name[i], sizeof name[i], "/vmlinuz-%zu", i * 37 % ROWS);
		file_on("hd0,msdos1", name[i], NULL);
	}
	check_ok(load(&guess_conf, "/", ""));
	check_u64(menu.n, 64);
	for (size_t i = 0; i < 64; i++) {
		char want[40];
		snprintf(want, sizeof want, "vmlinuz-%zu", ROWS - 1 - i);
		check_str(menu.entry[i].id, want);
	}
}

/* --- NetBSD ---------------------------------------------------------------------------- */

static void netbsd(const char *text)
{
	static const char *const f[] = { "/netbsd", "/netbsd-XEN3_DOMU", "/netbsd.old" };
	files(f, array_len(f));
	check_ok(load(&netbsd_conf, "/boot.cfg", text));
}

TEST(a_boot_cfg_with_blanks_before_its_keys)
{
	netbsd(" menu=a:boot\n\tmenu = b:boot\nmenu\nmenus=c:boot\n default=2\n");
	check_u64(menu.n, 2);
	check_str(menu.chosen->title, "b");
}

TEST(netbsds_boot_cfg)
{
	netbsd("banner=Welcome\nmenu=Boot normally:rndseed /var/db/entropy-file;boot\n"
	       "menu=Single user:rndseed /x;boot netbsd -s\nmenu=:boot hd0a:netbsd.old -v\n"
	       "menu=Xen:load /netbsd-XEN3_DOM0 bootdev=wd0a;multiboot /xen.gz dom0_mem=1\n"
	       "menu=Prompt:prompt\nmenu=Hypervisor:multiboot "
	       "/xen.gz\ndefault=2\ntimeout=7\nclear=1\n");
	check_u64(menu.n, 6);
	check_str(menu.entry[0].title, "Boot normally");
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/netbsd-XEN3_DOMU\nargs \n");
	check_plan(1, "kind linux\nkernel (hd0,msdos1)/netbsd\nargs -s\n");
	check_str(menu.entry[2].title, "boot hd0a:netbsd.old -v");
	check_plan(2, "kind linux\nkernel (hd0,msdos1)/netbsd.old\nargs -v\n");
	check_plan(3, err_text(ERR_NOENT));
	check(str_eq(str_of(menu.entry[4].hopeless), STR("boots nothing")));
	check_plan(4, err_text(ERR_UNSUPPORTED));
	check(test_logged("\"Prompt\" boots nothing"));
	check(menu.entry[5].hopeless);
	check(menu.chosen == &menu.entry[1]);
	check_u64(menu.timeout_s, 7);
}

TEST(a_boot_cfg_without_a_menu_boots)
{
	netbsd("timeout=5\n");
	check_u64(menu.n, 1);
	check_u64(menu.timeout_s, 0);
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/netbsd-XEN3_DOMU\nargs \n");
	netbsd("menu=A:boot -s\ntimeout=-1\n");
	check(menu.timeout_s == -1);
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/netbsd-XEN3_DOMU\nargs -s\n");
}

/* --- FreeBSD ------------------------------------------------------------------------------ */

TEST(freebsds_loader_conf)
{
	static const char *const f[] = { "/boot/kernel/kernel", "/boot/k2/kernel2" };
	files(f, 2);
	check_ok(load(&freebsd_conf, "/boot/loader.conf",
		      "# x\nvfs.root.mountfrom=\"ufs:/dev/ada0p2\" # root\nboot_verbose=YES\n"
		      "zfs_load=\"YES\"\nif_x_load=\"NO\"\nautoboot_delay=\"3\"\nbeastie_disable="
		      "\"YES\"\n"
		      "kern.x=\"a b\"\nnonsense\n"));
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/boot/kernel/kernel\n"
		      "args vfs.root.mountfrom=ufs:/dev/ada0p2,boot_verbose=YES\n");
	check_u64(menu.timeout_s, 3);
	check(test_logged("zfs_load: a module cannot be loaded"));
	check(!test_logged("if_x_load"));
	check(test_logged("kern.x cannot be a word"));
	check_ok(load(&freebsd_conf, "/boot/loader.conf",
		      "kernel=\"k2\"\nbootfile=\"kernel2;kernel\"\nkernel_options=\"-s\"\n"
		      "autoboot_delay=\"NO\"\n"));
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/boot/k2/kernel2\nargs -s\n");
	check(menu.timeout_s == -1);
	check_ok(load(&freebsd_conf, "/boot/loader.conf",
		      "kernel=/boot/kernel/kernel\na=1\n"
		      "kernel_options=-v\n"));
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/boot/kernel/kernel\nargs a=1,-v\n");
}

/* --- kernels by their names ------------------------------------------------------------------ */

TEST(what_comes_after_loader_conf_counts)
{
	static const char *const f[] = { "/boot/kernel/kernel", "/boot/new/kernel" };
	files(f, 2);
	file_on("hd0,msdos1", "/boot/loader.conf.d/b.conf", "a=\"2\"\nkernel=old\nc=3\n");
	file_on("hd0,msdos1", "/boot/loader.conf.d/a.conf", "b=1\nkernel=older\n");
	file_on("hd0,msdos1", "/boot/loader.conf.d/c.conf.off", "z=1\n");
	file_on("hd0,msdos1", "/boot/loader.conf.local", "kernel=\"new\"\nautoboot_delay=2\nc=4\n");
	check_ok(load(&freebsd_conf, "/boot/loader.conf", "a=1\nautoboot_delay=9\n"));
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/boot/new/kernel\nargs a=2,b=1,c=4\n");
	check_u64((uint64_t)menu.timeout_s, 2);
}

TEST(solaris_is_told_by_its_kernel)
{
	static const char *const f[] = { "/platform/i86xpv/kernel/amd64/unix",
					 "/platform/i86pc/amd64/boot_archive",
					 "/platform/i86xpv/kernel/unix", "/nwserver/xnloader.sys" };
	files(f, array_len(f));
	check_ok(load(&named_conf, f[0], ""));
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/platform/i86xpv/kernel/amd64/unix\n"
		      "args /platform/i86xpv/kernel/amd64/unix\n"
		      "initrd (hd0,msdos1)/platform/i86pc/amd64/boot_archive\n");
	check_err(load(&named_conf, f[2], ""), ERR_NOENT); /* without its boot archive */
	check_ok(load(&named_conf, f[3], ""));
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/nwserver/xnloader.sys\nargs \n");
	check_err(load(&named_conf, "/else", ""), ERR_NOENT);
}

TEST(xenserver_boots_what_a_guest_puts_there)
{
	static const char *const f[] = { "/xenkernel", "/boot/xenkernel", "/boot/xeninitrd" };
	files(f, array_len(f));
	check_ok(load(&named_conf, f[0], ""));
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/xenkernel\nargs \n");
	fact[n_facts++] = (struct host_fact){ "default_args", "root=/dev/xvda1 ro" };
	check_ok(load(&named_conf, f[1], ""));
	check_plan(0, "kind linux\nkernel (hd0,msdos1)/boot/xenkernel\nargs root=/dev/xvda1 ro\n"
		      "initrd (hd0,msdos1)/boot/xeninitrd\n");
}

/* --- all ------------------------------------------------------------------------------------ */

TEST(a_plain_entry_can_be_edited)
{
	struct str text;
	struct boot_entry e;
	static const char *const f[] = { "/vmlinuz", "/initrd", "/other" };
	files(f, 3);
	check_ok(load(&guess_conf, "/", ""));
	check_ok(guess_conf.text(&lang.conf, menu.chosen, &text));
	check_str(text, "linux /vmlinuz \ninitrd /initrd\n");
	check_ok(guess_conf.edit(
		&lang.conf, menu.chosen,
		STR("linux  /vmlinuz root=/dev/xvda1  ro\n\ninitrd /initrd /other\nx\n"), &e));
	check_str(lang_plan(&lang, &e),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz\nargs root=/dev/xvda1  ro\n"
		  "initrd (hd0,msdos1)/initrd\ninitrd (hd0,msdos1)/other\n");
	check(test_logged("ignored: x"));
	check_ok(guess_conf.edit(&lang.conf, menu.chosen, STR("initrd /initrd\n"), &e));
	check_str(lang_plan(&lang, &e), err_text(ERR_SYNTAX));
	check_ok(guess_conf.edit(&lang.conf, menu.chosen, STR("linux /gone\n"), &e));
	check_str(lang_plan(&lang, &e), err_text(ERR_NOENT));
}
