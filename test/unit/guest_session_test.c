/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole loader but for the jump: from its start to the hand-over, and what happens when not. */
#include "../../guest/guest.h"
#include "../../guest/xen/time.h"
#include "../fake/fake.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { XVDA = 51712, XVDB = 51728, JUMPED = 100, KERNEL = 300000 };
static uint8_t *image, *fresh; /* what the disks of a test hold, and held at its start */
static uint8_t *own;
static size_t image_n;
static char title[64], cmdline[256];
static unsigned fails;	    /* so many hand-overs fail first */
static unsigned read_fails; /* the n-th request to the first disk, in one_failure() */

static const char make_image[] =
	"set -e; d=$(mktemp -d); mkdir -p $d/t/boot/grub; cd $d/t/boot\n"
	"head -c 300000 /dev/zero | tr '\\0' k >vmlinuz; echo x >initrd\n"
	"cat >grub/grub.cfg <<'E'\n"
	"set timeout=3\n"
	"menuentry one { linux /boot/vmlinuz from-grub-cfg one\n initrd /boot/initrd\n }\n"
	"menuentry two { linux /boot/vmlinuz from-grub-cfg two\n }\n"
	"menuentry gone { linux /boot/absent\n }\n"
	"menuentry saves { set saved_entry=two; save_env saved_entry next_entry\n"
	" linux /boot/vmlinuz saves $xen_grub_env_word\n }\n"
	"if [ -n \"$xen_grub_env_default\" ]; then set default=$xen_grub_env_default; fi\n"
	"export xen_grub_env_word\n"
	"E\n"
	"printf '# GRUB Environment Block\\nnext_entry=one\\n%0974d' 0 | tr 0 '#' >grub/grubenv\n"
	"printf '0\\n#\\n#\\n#\\n#\\n#\\n' >grub/default\n"
	"printf 'timeout 0\\ntitle one\\nkernel /boot/vmlinuz a\\nsavedefault 7\\n' "
	">grub/saves.lst\n"
	"cat >grub/menu.lst <<'E'\n"
	"timeout 0\ntitle legacy\nkernel /boot/vmlinuz from-menu-lst\n"
	"E\n"
	"echo 'source /boot/grub/loop.cfg' >grub/loop.cfg\n"
	"echo 'menuentry off { halt }; menuentry again { reboot }' >grub/off.cfg\n"
	"printf 'set superusers=root\\npassword root geheim\\n' >grub/sealed.cfg\n"
	"cat >grub/locked.cfg <<'E'\n"
	"set superusers=root\npassword root geheim\n"
	"menuentry free --unrestricted { linux /boot/vmlinuz free\n }\n"
	"menuentry shut { linux /boot/vmlinuz shut\n }\n"
	"E\n"
	"mke2fs -q -F -t ext4 -O ^has_journal -d $d/t $d/image 4M >/dev/null 2>&1\n"
	"cat $d/image; rm -rf $d";

/* A disk of the guest's with a loader of its own. */
static const char make_own[] =
	"set -e; d=$(mktemp -d); mkdir -p $d/t/xen\n"
	"head -c 300000 /dev/zero | tr '\\0' k >$d/t/xen/pvboot-x86_64.elf\n"
	"mke2fs -q -F -t ext4 -O ^has_journal -d $d/t $d/image 4M >/dev/null 2>&1\n"
	"cat $d/image; rm -rf $d";

static uint8_t *image_make(const char *command)
{
	FILE *f = popen(command, "r");
	uint8_t *p = malloc(5 << 20);
	check(f && p);
	image_n = fread(p, 1, 5 << 20, f);
	check(pclose(f) == 0 && image_n == 4 << 20);
	return p;
}

static struct fake_disk *disk_of(uint32_t vbd, uint8_t **p, const char *command)
{
	if (!*p)
		*p = image_make(command);
	struct fake_disk *d = fake_disk(vbd, NULL, image_n / 512);
	d->image = *p;
	return d;
}

static struct fake_disk *disk(uint32_t vbd)
{
	return disk_of(vbd, &image, make_image);
}

static struct fake_disk *own_disk(uint32_t vbd)
{
	return disk_of(vbd, &own, make_own);
}

/* Read what the plan names, give everything back, and be gone. */
static enum err jump(const struct boot_plan *plan, const struct platform *pf)
{
	static uint8_t kernel[KERNEL];
	struct boot_stream s;
	uint32_t reason = JUMPED;
	try(stream_of(&plan->kernel, 1, PAGE_SIZE, &s));
	check_u64(s.size, KERNEL);
	uint8_t *p = mem_pages(KERNEL / PAGE_SIZE + 1);
	if (!p)
		return ERR_NOMEM;
	enum err e = stream_read(&s, 0, p, KERNEL);
	memcpy(kernel, p, KERNEL);
	mem_free(p, KERNEL / PAGE_SIZE + 1);
	try(e);
	for (size_t i = 0; i < KERNEL; i++)
		check(kernel[i] == 'k');
	if (fails) {
		fails--;
		log_at(pf->log, LOG_ERROR, "this kernel is no good");
		return ERR_CORRUPT;
	}
	fmt_to(title, sizeof title, "%.*s", STR_ARG(plan->title));
	fmt_to(cmdline, sizeof cmdline, "%.*s", STR_ARG(plan->cmdline));
	guest_teardown();
	hyper_sched(SCHEDOP_shutdown, &reason);
	return ERR_IO;
}

static void begin(const char *words)
{
	if (!fresh) {
		fresh = image_make(make_image);
		image = malloc(5 << 20);
		check(image);
	}
	memcpy(image, fresh, image_n);
	fake_begin();
	fake.handover = jump;
	fails = read_fails = 0;
	title[0] = cmdline[0] = 0;
	strcpy(fake.start.cmdline, words);
}

static void main_once(void)
{
	guest_main();
}

static void ends(int reason)
{
	int have = fake_run(main_once);
	if (have != reason)
		test_fail(__FILE__, __LINE__, "ended with %d, not %d: %.*s", have, reason,
			  (int)fake_console.n, fake_console.out);
}

static void jumps(const char *want)
{
	ends(JUMPED);
	check_str(str_of(cmdline), want);
	fake_check_quiet();
}

TEST(the_default_boots_after_its_timeout)
{
	begin("");
	disk(XVDA);
	uint64_t from = time_ms();
	jumps("from-grub-cfg one");
	check_str(str_of(title), "one");
	check(time_ms() - from >= 3000 && time_ms() - from < 3500);
}

TEST(dom0_names_the_configuration)
{
	begin("root=/dev/xvda1 (hd0)/boot/grub/menu.lst");
	disk(XVDA);
	uint64_t from = time_ms();
	jumps("from-menu-lst");
	check(time_ms() - from < 500);
}

TEST(dom0_chooses)
{
	begin("default=two timeout=0 append='and more'");
	disk(XVDA);
	jumps("from-grub-cfg two and more");
}

TEST(dom0_gives_a_menu)
{
	static const char menu[] = "timeout 0\ntitle p\nroot (hd0)\nkernel /boot/vmlinuz preset\n";
	begin("");
	disk(XVDA);
	char *p = mem_pages(1);
	memset(p, 0, PAGE_SIZE);
	memcpy(p, menu, sizeof menu - 1);
	fake.start.mod_pfn = mem_pfn(p);
	fake.start.mod_len = PAGE_SIZE; /* libxl counts pages */
	/* guest_main runs in the same domain: these pages stay taken. */
	jumps("preset");
}

TEST(a_ramdisk_that_is_no_menu)
{
	begin("timeout=0");
	disk(XVDA);
	fake.start.mod_pfn = 1;
	fake.start.mod_len = 3 << 20;
	jumps("from-grub-cfg one");
	check(fake_said("not a menu in text"));
}

TEST(the_guests_own_loader_goes_first)
{
	begin("default=two timeout=0 root=/dev/xvda1");
	disk(XVDA);
	own_disk(XVDB);
	jumps("default=two timeout=0 root=/dev/xvda1 pvboot=no");
	check_str(str_of(title), "/xen/pvboot-x86_64.elf");
	begin("");
	own_disk(XVDA);
	jumps("pvboot=no");
}

TEST(the_guests_own_loader_is_not_looked_for)
{
	begin("default=two timeout=0 pvboot=no");
	disk(XVDA);
	own_disk(XVDB);
	jumps("from-grub-cfg two");
	begin("(hd0)/boot/grub/menu.lst"); /* dom0 has chosen */
	disk(XVDA);
	own_disk(XVDB);
	jumps("from-menu-lst");
	begin("timeout=0");
	disk(XVDA);
	jumps("from-grub-cfg one");
	check(!fake_said("pvboot"));
}

TEST(the_guests_own_loader_does_not_boot)
{
	begin("");
	disk(XVDA);
	own_disk(XVDB);
	fails = 1;
	jumps("from-grub-cfg one");
	check(fake_said("Booting /xen/pvboot-x86_64.elf"));
	check(fake_said("/xen/pvboot-x86_64.elf does not boot: going on with the configurations"));
	check(fake_said("\033[2;1Hthis kernel is no good")); /* above the menu, too */
}

TEST(debug_says_when)
{
	begin("debug timeout=0");
	disk(XVDA)->late_ms = 1000;
	jumps("from-grub-cfg one");
	check(fake_said("[  1.0"));
	check(fake_said("Booting \"one\""));
	begin("timeout=0");
	disk(XVDA);
	jumps("from-grub-cfg one");
	check(!fake_said("[  0."));
}

TEST(a_key_chooses)
{
	begin("");
	disk(XVDA);
	fake_type("\033[B\r");
	jumps("from-grub-cfg two");
}

enum { CODE_ESC = 1, CODE_Y = 21, CODE_P = 25, CODE_ENTER = 28, CODE_DOWN = 108 };

TEST(the_menu_is_on_the_screen_too)
{
	begin("vfb=yes timeout=600");
	disk(XVDA);
	fake_screen_add();
	fake_screen_type_later(5000, CODE_DOWN);
	fake_screen_type_later(6000, CODE_ENTER);
	jumps("from-grub-cfg two");
	check(fake_screen_read("> two")); /* before the last key */
	check(fake_said("two"));
	check(!fake_screen.fb && !fake_screen.kbd);
	check_u64(fake_get_u64("/local/domain/1/device/vfb/0/state"), BUS_INITIALISING);
	check_u64(fake_get_u64("/local/domain/0/backend/vkbd/1/0/state"), BUS_INIT_WAIT);
	check(!fake_get("/local/domain/1/device/vfb/0/page-ref"));
}

TEST(the_screen_is_left_alone_where_nobody_asks)
{
	begin("timeout=0");
	disk(XVDA);
	fake_screen_add();
	jumps("from-grub-cfg one");
	check_u64(fake_screen.connects, 0);
}

TEST(without_a_console_there_is_the_screen)
{
	begin("vfb=yes default=gone timeout=0");
	disk(XVDA);
	fake_screen_add();
	fake.no_console = true;
	fake_screen_type_later(5000, CODE_ESC); /* out of the menu, which tells why */
	fake_screen_type_later(6000, CODE_Y);
	fake_screen_type_later(7000, CODE_P);
	fake_screen_type_later(7000, CODE_ENTER);
	ends(SHUTDOWN_poweroff);
	check(fake_screen_read("power off")); /* the prompt, when p was pressed */
}

TEST(a_failed_hand_over_comes_back_to_the_menu)
{
	begin("");
	disk(XVDA);
	fails = 1;
	fake_type_later(60000, "\033[B\r");
	uint64_t from = time_ms();
	jumps("from-grub-cfg two");
	check(fake_said("error: this kernel is no good"));
	check(fake_said("\033[2;1Hthis kernel is no good")); /* above the menu, too */
	/* It does not try what failed again by itself. */
	check(time_ms() - from >= 60000);
}

TEST(an_entry_without_its_kernel_says_so_in_the_menu)
{
	begin("default=gone timeout=0");
	disk(XVDA);
	fake_type_later(5000, "\033[A\r");
	jumps("from-grub-cfg two");
	check(fake_said("/boot/absent"));
}

TEST(an_entry_that_powers_off)
{
	begin("config=/boot/grub/off.cfg timeout=0");
	disk(XVDA);
	ends(SHUTDOWN_poweroff);
	begin("config=/boot/grub/off.cfg timeout=0 default=again");
	disk(XVDA);
	ends(SHUTDOWN_reboot);
	fake_check_quiet();
}

static size_t times_said(const char *text)
{
	size_t n = 0, len = strlen(text);
	fake_said(text);
	for (size_t i = 0; i + len <= fake_console.n; i++)
		n += memcmp(fake_console.out + i, text, len) == 0;
	return n;
}

TEST(what_boots_is_said_once)
{
	begin("");
	disk(XVDA);
	jumps("from-grub-cfg one");
	check_u64(times_said("Booting one"), 1);
	check_u64(times_said("Booting \"one\""), 0);
	begin("timeout=0");
	disk(XVDA);
	jumps("from-grub-cfg one");
	check_u64(times_said("Booting"), 1);
}

TEST(a_kernel_is_typed)
{
	begin("");
	disk(XVDA);
	fake_type("c");
	fake_type_later(1000, "ls\rlinux /boot/vmlinuz typed\rinitrd /boot/initrd\r");
	fake_type_later(2000, "boot\r");
	jumps("typed");
	check(fake_said("(hd0)"));
	begin("(hd0)/boot/grub/menu.lst timeout=-1");
	disk(XVDA);
	fake_type("c");
	fake_type_later(1000, "root (hd0)\rkernel /boot/vmlinuz typed-too\rboot\r");
	jumps("typed-too");
}

TEST(a_typed_kernel_that_fails_comes_back_to_the_command_line)
{
	begin("");
	disk(XVDA);
	fails = 1;
	fake_type("c");
	fake_type_later(1000, "linux /boot/vmlinuz typed\rboot\r");
	fake_type_later(2000, "linux /boot/absent\rboot\r");
	fake_type_later(3000, "linux /boot/vmlinuz again\rboot\r");
	jumps("again");
	check(fake_said("error: this kernel is no good"));
	check(fake_said("/boot/absent"));
}

TEST(the_command_line_leads_back_to_the_menu)
{
	begin("");
	disk(XVDA);
	fake_type("\033[Bc");
	fake_type_later(1000, "exit\r");
	fake_type_later(2000, "\r");
	jumps("from-grub-cfg two");
	/* From the editor, with what was typed there. */
	begin("");
	disk(XVDA);
	fake_type("e\005 \016\016\005");
	fake_type_later(1000, "\003");
	fake_type_later(2000, "\004");
	fake_type_later(3000, "\020\005 edited\030");
	ends(JUMPED);
	check(strstr(cmdline, "edited"));
	/* Where the menu was left, and to another one. */
	begin("");
	disk(XVDA);
	fake_type("\033");
	fake_type_later(500, "y");
	fake_type_later(900, "echo $timeout.\r");
	fake_type_later(1000, "configfile /boot/grub/off.cfg\r");
	fake_type_later(2000, "\033");
	fake_type_later(2500, "y");
	fake_type_later(4000, "\r");
	jumps("from-grub-cfg one");
	check(fake_said("\r\n3.\r\n"));
	check(fake_said("again"));
	begin("");
	disk(XVDA);
	fake_type("chalt\r");
	ends(SHUTDOWN_poweroff);
}

TEST(no_way_round_a_password)
{
	static const char *const keys[] = {
		"c", "e", "\033y", "\003", "c\033\033y",
	};
	for (size_t i = 0; i < array_len(keys); i++) {
		begin("config=/boot/grub/locked.cfg timeout=-1");
		disk(XVDA);
		for (size_t k = 0; keys[i][k]; k++)
			fake_type_later(k * 500, (char[]){ keys[i][k], 0 });
		for (uint64_t s = 4; s < 20; s++) /* whatever asks: none of this is the answer */
			fake_type_later(s * 1000, s % 4 == 0   ? "linux /boot/vmlinuz typed\r"
						  : s % 4 == 1 ? "boot\r"
						  : s % 4 == 2 ? "\003"
							       : "exit\r");
		fake_type_later(60000, "\003\033");
		fake_type_later(61000, "p\r");
		fake_type_later(62000, "\033");
		fake_type_later(63000, "\003p\r");
		int end = fake_run(main_once);
		check(end == SHUTDOWN_poweroff || (end == JUMPED && strcmp(cmdline, "free") == 0));
	}
}

TEST(a_lock_outlives_a_menu_without_entries)
{
	begin("config=/boot/grub/sealed.cfg timeout=-1");
	disk(XVDA);
	fake_type("ecpe");
	fake_type_later(1000, "c");
	fake_type_later(2000, "\033[B\r");
	jumps("from-grub-cfg two");
	check(fake_said("sealed.cfg: no entry"));
	check(fake_said("This is locked"));
	check(!fake_said("Edit:") && !fake_said("grub>"));
}

TEST(the_password_opens_the_prompt)
{
	begin("config=/boot/grub/locked.cfg timeout=-1");
	disk(XVDA);
	fake_type("\033");
	fake_type_later(500, "y");
	fake_type_later(600, "\033"); /* to the menu, and out of it once more */
	fake_type_later(700, "\033");
	fake_type_later(800, "y");
	fake_type_later(1000, "linux /boot/vmlinuz typed\r");
	fake_type_later(2000, "root\rno\r");
	fake_type_later(4000, "\r");
	fake_type_later(5000, "root\rgeheim\r");
	fake_type_later(6000, "linux /boot/vmlinuz typed\rboot\r");
	jumps("typed");
	check(fake_said("locked"));
	/* A menu that is asked for at the command line has its own lock. */
	begin("");
	disk(XVDA);
	fake_type("cconfigfile /boot/grub/locked.cfg\r");
	fake_type_later(1000, "c");
	fake_type_later(2000, "\033");
	fake_type_later(3000, "\033[B\r");
	fake_type_later(4000, "root\rgeheim\r");
	jumps("shut");
}

TEST(nothing_to_boot)
{
	static const struct {
		char key;
		int reason;
	} table[] = { { 'p', SHUTDOWN_poweroff }, { 'b', SHUTDOWN_reboot } };
	for (size_t i = 0; i < array_len(table); i++) {
		begin("");
		fake_type((char[]){ 'x', '\r', table[i].key, '\r', 0 });
		ends(table[i].reason);
		check(fake_said("there is no disk"));
		check(fake_said("r: look again"));
		fake_check_quiet();
	}
}

TEST(junk_and_emptiness)
{
	begin("(hd0,0)/boot/grub/menu.lst");
	fake_disk(XVDA, NULL, 5000);
	fake_disk(XVDB, NULL, 1);
	fake_type("p\r");
	ends(SHUTDOWN_poweroff);
	check(fake_said("xvda: no boot configuration found"));
	check(fake_said("xvdb: no boot configuration found"));
	fake_check_quiet();
}

TEST(looking_again_sees_a_disk_that_came_late)
{
	begin("timeout=0");
	disk(XVDA)->never_ms = 15000;
	fake_type_later(20000, "r\r");
	jumps("from-grub-cfg one");
}

TEST(a_configuration_that_includes_itself)
{
	begin("config=/boot/grub/loop.cfg timeout=0");
	disk(XVDA);
	jumps("from-grub-cfg one"); /* the search goes on */
	check(fake_said("loop.cfg"));
}

TEST(without_a_console_it_boots_or_crashes)
{
	begin("timeout=20");
	disk(XVDA);
	fake.no_console = true;
	jumps("from-grub-cfg one");
	begin("");
	fake.no_console = true;
	uint64_t from = time_ms();
	ends(SHUTDOWN_crash);
	check(time_ms() - from >= 10000);
}

TEST(a_console_that_nobody_reads)
{
	begin("");
	disk(XVDA);
	fake_console.unread = true;
	uint64_t from = time_ms();
	jumps("from-grub-cfg one");
	check(time_ms() - from < 6000);
}

TEST(a_megabyte_is_typed)
{
	static char text[60001];
	begin("");
	disk(XVDA);
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = "zx\033[Z\t q\x7f"[i % 9];
	for (int i = 0; i < 17; i++)
		fake_type(text);
	fake_type("\033[A\033[A\033[A\r");
	jumps("from-grub-cfg one");
}

TEST(a_back_end_that_dies_in_the_middle)
{
	begin("timeout=0");
	disk(XVDA)->dies = 6;
	jumps("from-grub-cfg one");
	check(fake_said("xvda: the back end has gone: connecting again"));
	begin("timeout=0");
	struct fake_disk *d = disk(XVDA);
	d->dies = 6;
	d->offline = true;
	fake_type_later(60000, "p\r");
	ends(SHUTDOWN_poweroff);
	check(fake_said("xvda: the back end has gone, no answer for sector"));
	fake_check_quiet();
}

/* --- what dom0 says in xenstore -------------------------------------------------------- */

#define VM "/local/domain/1/vm-data/domboot/"

TEST(dom0_says_it_in_xenstore)
{
	begin("");
	disk(XVDA);
	fake_set(VM "default", "two");
	fake_set(VM "timeout", "0");
	fake_set(VM "append", "and more");
	jumps("from-grub-cfg two and more");
	begin("default=0 append=less");
	disk(XVDA);
	fake_set(VM "default", "two");
	fake_set(VM "timeout", "0");
	fake_set(VM "append", "and more");
	jumps("from-grub-cfg one less");
	begin("");
	disk(XVDA);
	fake_set(VM "config", "(hd0)/boot/grub/menu.lst");
	jumps("from-menu-lst");
}

TEST(variables_from_dom0_reach_the_script)
{
	begin("timeout=0 xen_grub_env_word='a  b'");
	disk(XVDA);
	fake_set(VM "env/default", "saves");
	fake_set(VM "env/word", "of xenstore");
	fake_set(VM "env/not-a-name", "x");
	jumps("saves a b");
	check(fake_said("xen_grub_env_not-a-name: only letters"));
}

/* --- what dom0 asks for ----------------------------------------------------------------- */

#define SHUTDOWN "/local/domain/1/control/shutdown"

TEST(dom0_ends_the_domain_in_menu_and_prompt)
{
	static const struct {
		const char *word;
		int reason;
	} table[] = {
		{ "poweroff", SHUTDOWN_poweroff },
		{ "halt", SHUTDOWN_poweroff },
		{ "reboot", SHUTDOWN_reboot },
	};
	for (size_t i = 0; i < 2 * array_len(table); i++) {
		begin("timeout=-1");
		if (i % 2)
			disk(XVDA);
		fake_set(SHUTDOWN, "");
		fake_set_later(40000, SHUTDOWN, table[i / 2].word);
		uint64_t from = time_ms();
		ends(table[i / 2].reason);
		check(time_ms() - from >= 40000 && time_ms() - from < 41000);
		check(!strcmp(fake_get(SHUTDOWN), ""));
		fake_check_quiet();
	}
}

TEST(what_a_loader_cannot_do_is_left_alone)
{
	begin("timeout=-1");
	disk(XVDA);
	fake_set_later(10000, SHUTDOWN, "suspend");
	fake_type_later(20000, "\r");
	jumps("from-grub-cfg one");
	check(fake_said("dom0 asks for \"suspend\""));
	check(!strcmp(fake_get(SHUTDOWN), "suspend"));
}

TEST(a_shutdown_that_was_asked_for_while_the_disks_came)
{
	begin("timeout=-1");
	disk(XVDA)->late_ms = 10000;
	fake_set_later(5000, SHUTDOWN, "poweroff");
	ends(SHUTDOWN_poweroff);
	fake_check_quiet();
}

/* --- what a configuration wants remembered ------------------------------------------------ */

/* How many bytes of the disk changed; all of them lie in the KiB that begins so. */
static size_t changed(const char *begins)
{
	const uint8_t *at = memmem(image, image_n, begins, strlen(begins));
	size_t n = 0;
	for (size_t i = 0; i < image_n; i++) {
		if (image[i] == fresh[i])
			continue;
		n++;
		check(at && image + i >= at && image + i < at + 1024);
	}
	return n;
}

TEST(save_env_is_written_before_the_jump)
{
	begin("default=saves timeout=0");
	struct fake_disk *d = disk(XVDA);
	jumps("saves");
	check_u64(d->writes, 1);
	check_u64(d->flushes, 1);
	check(changed("# GRUB Environment Block\nsaved_entry=two\n####") > 0);
}

TEST(savedefault_of_grub_legacy_is_written)
{
	begin("(hd0)/boot/grub/saves.lst");
	disk(XVDA);
	jumps("a");
	check_u64(changed("7\n#\n#\n"), 1);
}

TEST(what_cannot_be_written_does_not_keep_a_kernel_from_booting)
{
	struct fake_disk *d;
	begin("default=saves timeout=0");
	d = disk(XVDA);
	d->bad_writes = 3;
	jumps("saves");
	check_u64(changed(""), 0);
	check(fake_said("warning: (hd0)/boot/grub/grubenv stays as it is: it cannot be written"));
	begin("default=saves timeout=0");
	d = disk(XVDA);
	d->bad_flushes = 3;
	jumps("saves");
	check(fake_said("warning: (hd0)/boot/grub/grubenv stays as it is"));
	begin("default=saves timeout=0");
	d = disk(XVDA);
	d->readonly = true;
	jumps("saves");
	check_u64(changed(""), 0);
	check(fake_said("stays as it is: the disk is not writable"));
}

TEST(nothing_is_written_when_nothing_changes)
{
	begin("timeout=0");
	struct fake_disk *d = disk(XVDA);
	jumps("from-grub-cfg one");
	check_u64(d->writes, 0);
	check_u64(changed(""), 0);
}

/* Whatever fails, it ends in a kernel or at the prompt, and leaves nothing behind. */
static void one_failure(void)
{
	struct fake_disk *d = disk(XVDA);
	disk(XVDB);
	d->fail = read_fails;
	for (uint64_t s = 90; s < 120; s++) /* in a menu the one, at the prompt the other */
		fake_type_later(s * 1000, s % 3 == 0 ? "\033" : s % 3 == 1 ? "y" : "\003p\r");
	int reason = fake_run(main_once);
	read_fails = d->fail;
	check(reason == JUMPED || reason == SHUTDOWN_poweroff || reason == SHUTDOWN_crash);
	if (reason == SHUTDOWN_crash)
		check(fake_said("cannot boot"));
	else
		fake_check_quiet();
}

#define each_failure(field, step, most)                                                            \
	do {                                                                                       \
		unsigned n_ = 1;                                                                   \
		for (;; n_ += (step)) {                                                            \
			begin("timeout=0");                                                        \
			field = n_;                                                                \
			one_failure();                                                             \
			if (field)                                                                 \
				break;                                                             \
		}                                                                                  \
		check(n_ > 1 && n_ < (most));                                                      \
	} while (0)

TEST(every_page_that_is_not_there)
{
	each_failure(fake.fail_pages, 1, 200);
}
TEST(every_channel_that_is_refused)
{
	each_failure(fake.fail_alloc_port, 1, 20);
}
TEST(every_request_that_xenstore_refuses)
{
	each_failure(fake_store.fail, 1, 200);
}
TEST(every_read_that_fails)
{
	each_failure(read_fails, 1, 200);
}
TEST(every_hypercall_that_is_refused)
{
	each_failure(fake.fail_call, 1, 4000);
}
