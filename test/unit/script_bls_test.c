/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GRUB 2 script: blscfg, uki, and the chainloader of a unified kernel image. */
#include "../pe.h"
#include "../script.h"
#include <string.h>

#define DIR "/loader/entries/"

static const struct host_file fedora[] = {
	{ .device = "hd0,msdos1", .path = "/vmlinuz-6.9" },
	{ .device = "hd0,msdos1", .path = "/initramfs-6.9.img" },
	{ .device = "hd0,msdos1", .path = "/boot/vmlinuz-6.10" },
	{ .device = "hd0,msdos1", .path = "/ucode.img" },
	{ .device = "hd0,msdos1",
	  .path = DIR "m-6.9-1.fc40.conf",
	  .text = "title Fedora (6.9)\nversion 6.9\nlinux /vmlinuz-6.9\n"
		  "initrd /initramfs-6.9.img $tuned_initrd\noptions $kernelopts $tuned_params\n"
		  "grub_users $grub_users\ngrub_arg --unrestricted\ngrub_class fedora\n"
		  "grub_hotkey f\n" },
	{ .device = "hd0,msdos1",
	  .path = DIR "m-6.10-1.fc40.conf",
	  .text = "linux /vmlinuz-6.10\noptions root=/dev/xvda2 \"a b\"\n" },
	{ .device = "hd0,msdos1",
	  .path = DIR "m-0-rescue.conf",
	  .text = "title Rescue\nlinux /gone\ngrub_users root\n" },
	{ .device = "hd1", .path = DIR "other.conf", .text = "linux /other\n" },
	{ .device = "hd1", .path = "/other" },
};

static struct script *on(const struct host_file *f, size_t n, const char *text)
{
	return script_in((struct script_world){ .file = f, .n_file = n }, text);
}

static struct script *run(const char *text)
{
	return on(fedora, array_len(fedora), text);
}

TEST(entries_are_added_the_newest_first)
{
	struct script *s = run("kernelopts='root=UUID=1 ro'\nblscfg\n");
	check_ok(s->loaded);
	check_u64(s->menu.n, 3);
	check_str(s->menu.entry[0].id, "m-6.10-1.fc40");
	check_str(s->menu.entry[0].title, "m-6.10-1.fc40");
	check_str(s->menu.entry[1].title, "Fedora (6.9)");
	check_str(s->menu.entry[1].source, "(hd0,msdos1)" DIR "m-6.9-1.fc40.conf");
	check_u64((uint8_t)s->menu.entry[1].hotkey, 'f');
	check_str(s->menu.entry[2].id, "m-0-rescue");
	check_str(script_plan(s, &s->menu.entry[0]),
		  "kind linux\nkernel (hd0,msdos1)/boot/vmlinuz-6.10\nargs root=/dev/xvda2 \"a "
		  "b\"\n");
	check_str(script_plan(s, &s->menu.entry[1]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz-6.9\nargs root=UUID=1 ro\n"
		  "initrd (hd0,msdos1)/initramfs-6.9.img\n");
	check_str(script_plan(s, &s->menu.entry[2]), "no such file or directory\n");
	check(test_logged("(hd0,msdos1)/gone"));
}

TEST(an_id_is_what_saved_entry_holds)
{
	struct script *s = run("menuentry first { true; }\ndefault=m-6.9-1.fc40\nblscfg\n");
	check_str(s->menu.chosen->title, "Fedora (6.9)");
	check_u64(s->menu.n, 4);
}

TEST(an_id_may_begin_with_digits)
{
	struct script *s =
		script("default=8a3f-6.1\nmenuentry a { true; }\n"
		       "menuentry b --id 8a3f-6.1 { true; }\nmenuentry '1 old' { true; }\n");
	check_str(s->menu.chosen->title, "b");
	s = script("default='1 old'\nmenuentry '1 old' { true; }\nmenuentry b { true; }\n");
	check_str(s->menu.chosen->title, "b");
	s = script("default=1old\nmenuentry a { true; }\nmenuentry b { true; }\n");
	check_str(s->menu.chosen->title, "b");
}

TEST(variables_count_as_they_are_when_the_command_runs)
{
	struct script *s = run("early_initrd=ucode.img\ntuned_initrd=/ucode.img\ntuned_params=t\n"
			       "kernelopts=1\nblscfg\nkernelopts=2\n");
	check_str(script_plan(s, &s->menu.entry[1]),
		  "kind linux\nkernel (hd0,msdos1)/vmlinuz-6.9\nargs 1 t\n"
		  "initrd (hd0,msdos1)/ucode.img\ninitrd (hd0,msdos1)/initramfs-6.9.img\n"
		  "initrd (hd0,msdos1)/ucode.img\n");
}

TEST(users_lock_an_entry_only_where_they_are_set)
{
	struct script *s = run("superusers=root\nexport superusers\npassword root x\nblscfg\n");
	check(!s->menu.entry[0].restricted);
	check(!s->menu.entry[1].restricted);
	check(s->menu.entry[2].restricted);
	s = run("superusers=root\nexport superusers\npassword root x\ngrub_users=root\nblscfg\n");
	check(s->menu.entry[1].restricted);
}

TEST(other_places)
{
	struct script *s = run("boot=hd1\nblscfg\n");
	check_u64(s->menu.n, 4);
	s = run("root=hd1\nblscfg\n");
	check_u64(s->menu.n, 1);
	check_str(script_plan(s, s->menu.chosen), "kind linux\nkernel (hd1)/other\nargs \n");
	s = run("root=hd9\nblscfg\n");
	check_u64(s->menu.n, 3); /* beside the script */
	s = run("blscfg (hd1)" DIR "\n");
	check_u64(s->menu.n, 1);
	s = run("blscfg --path (hd1)/loader/entries\n");
	check_u64(s->menu.n, 1);
	s = run("blscfg -e " DIR "m-6.9-1.fc40.conf\n");
	check_u64(s->menu.n, 1);
	check_str(s->menu.chosen->id, "m-6.9-1.fc40");
	s = run("blsdir=/nothing\nblscfg\necho $?\n");
	check_err(s->loaded, ERR_NOENT);
	check_str(text_str(&s->said), "5\n");
	s = run("blscfg --nonsense\necho $?\n");
	check_str(text_str(&s->said), "18\n");
	s = run("blscfg /gone.conf\necho $?\n");
	check_str(text_str(&s->said), "5\n");
}

TEST(the_default_one_or_the_others)
{
	struct script *s = run("default=m-6.9-1.fc40\nblscfg default\n");
	check_u64(s->menu.n, 1);
	check_str(s->menu.chosen->id, "m-6.9-1.fc40");
	s = run("default=1\nsubmenu more {\nblscfg -n\n}\nblscfg -d\n");
	check_u64(s->menu.n, 2);
	check_u64(s->menu.entry[0].n_children, 2); /* $default is not seen in a submenu */
}

static const struct pe_section image[] = {
	{ ".osrel", "ID=x\nPRETTY_NAME=Image\n", 0 },
	{ ".cmdline", "quiet", 0 },
	{ ".initrd", "initrd", 0 },
	{ ".linux", "kernel", 0 },
	{ ".profile", "ID=a\n", 0 },
	{ ".profile", "ID=b\n", 0 },
	{ ".cmdline", "debug", 0 },
};
#define UKI_PLAN(args)                                                                             \
	"kind linux\nkernel (hd0,msdos1)/EFI/Linux/x.efi:.linux\nargs " args "\n"                  \
	"initrd (hd0,msdos1)/EFI/Linux/x.efi:.initrd\n"

static struct script *with_image(const char *text)
{
	struct host_file *f = arena_array(test_arena(), struct host_file, 3);
	struct str s = pe_make(test_arena(), 0x8664, image, array_len(image));
	f[0] = (struct host_file){ "hd0,msdos1", "/EFI/Linux/x.efi", s.p, s.n, 0 };
	f[1] = (struct host_file){ "hd0,msdos1", DIR "a.conf",
				   "title A\nuki /EFI/Linux/x.efi\n"
				   "profile 1\noptions mine\n",
				   0, 0 };
	f[2] = (struct host_file){ "hd0,msdos1", "/plain", NULL, 0, 0 };
	return on(f, 3, text);
}

TEST(a_unified_kernel_image_is_chainloaded_without_firmware)
{
	struct script *s = with_image("menuentry a { chainloader /EFI/Linux/x.efi\n }\n"
				      "menuentry b { chainloader /EFI/Linux/x.efi single\n }\n"
				      "menuentry c { chainloader /EFI/Linux/x.efi @1\n }\n"
				      "menuentry d { chainloader /plain\n }\n"
				      "menuentry e { chainloader /EFI/Linux/x.efi @7\n }\n"
				      "menuentry f { chainloader /EFI/Linux/gone.efi\n }\n"
				      "menuentry g { chainloader (hd0,msdos1)+1\n }\n");
	check_str(script_plan(s, &s->menu.entry[0]), UKI_PLAN("quiet"));
	check_str(script_plan(s, &s->menu.entry[1]), UKI_PLAN("single"));
	check_str(script_plan(s, &s->menu.entry[2]), UKI_PLAN("debug"));
	check_str(script_plan(s, &s->menu.entry[3]), "a feature that domboot does not read\n");
	check_str(script_plan(s, &s->menu.entry[4]), "a feature that domboot does not read\n");
	/* The search goes on: what is gone was another boot loader as a rule. */
	check_str(script_plan(s, &s->menu.entry[5]), "a feature that domboot does not read\n");
	check(test_logged("/EFI/Linux/gone.efi: no such file or directory"));
	check_str(script_plan(s, &s->menu.entry[6]), "a feature that domboot does not read\n");
}

TEST(images_become_entries)
{
	struct script *s = with_image("blscfg\nuki\n");
	check_u64(s->menu.n, 3);
	check_str(script_plan(s, &s->menu.entry[0]), UKI_PLAN("mine"));
	check_str(script_plan(s, &s->menu.entry[1]), UKI_PLAN("quiet"));
	check_str(s->menu.entry[2].id, "x@b");
	check_str(script_plan(s, &s->menu.entry[2]), UKI_PLAN("debug"));
}

TEST(many_looks_end_with_the_steps)
{
	struct script *s = run("while true; do blscfg; done\n");
	check_err(s->loaded, ERR_LIMIT);
	check(test_logged("over the limit of"));
}

TEST(what_cannot_boot_is_told_in_the_menu)
{
	struct script *s =
		script("menuentry a { linux /vmlinuz\n }\n"
		       "menuentry b {\n insmod x\n set root=hd0\n chainloader +1\n}\n"
		       "menuentry c { fwsetup\n }\nmenuentry d { linux16 /boot/memtest86+.bin\n }\n"
		       "menuentry e { f\n chainloader +1\n }\n"
		       "menuentry f { chainloader /EFI/Linux/x.efi\n }\n"
		       "menuentry g { chainloader /EFI/Microsoft/Boot/bootmgfw.efi\n }\n"
		       /* as grub-mkconfig has it: the search in a frame */
		       "menuentry h {\n if [ x$f = xy ]; then\n  search x\n else\n  search y\n fi\n"
		       " chainloader +1\n}\n"
		       "menuentry i {\n if true; then linux /a; fi\n chainloader +1\n}\n"
		       "menuentry j {\n if true; then\n chainloader +1\n else\n linux /a\n fi\n}\n"
		       "menuentry k {\n multiboot /boot/gnumach.gz root=device:hd0s1\n"
		       " module /hurd/ext2fs.static ext2fs \\\n '$(task-create)'\n}\n"
		       "menuentry l {\n multiboot /boot/xen.gz\n module /boot/vmlinuz\n}\n"
		       "menuentry m {\n kfreebsd /boot/kernel.gz\n set kFreeBSD.a=b\n"
		       " kfreebsd_module_elf /acpi.ko\n}\n"
		       "menuentry n {\n module /hurd/gnumach\n}\n"
		       "menuentry o {\n multiboot /boot/gnumach-1.8-xen-486.gz root=x\n}\n");
	static const char *const want[] = {
		"",
		"starts another boot loader",
		"sets the firmware up",
		"tests memory",
		"",
		"",
		"starts another boot loader",
		"starts another boot loader",
		"",
		"",
		"boots another system",
		"",
		"boots another system",
		"",
		"",
	};
	check_u64(s->menu.n, array_len(want));
	for (size_t i = 0; i < array_len(want); i++)
		check_str(str_of(s->menu.entry[i].hopeless), want[i]);
}
