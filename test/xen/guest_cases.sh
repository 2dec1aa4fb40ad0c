#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: guests that boot through the loader inside the guest. Mostly with
# the probe as their kernel, which is quick and checks the hand-over; Linux
# itself is in kernel_cases.sh.
# shellcheck source=SCRIPTDIR/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings # from test.sh: LOADER, BOOTLOADER, INITRD_SUM, ...

# in_guest NAME EXTRA IMAGE...: a guest with these disks, xvda first
in_guest() {
	in_guest_name=$1 in_guest_extra=$2 in_guest_disks='' in_guest_letter=a
	shift 2
	for in_guest_image; do
		case $in_guest_image in
		/dev/*) in_guest_dev=$in_guest_image ;;
		*) in_guest_dev=$(attach "$in_guest_image") ;;
		esac
		in_guest_disks="$in_guest_disks \"phy:$in_guest_dev,xvd$in_guest_letter,w\","
		in_guest_letter=$(echo "$in_guest_letter" | tr a-y b-z)
	done
	pv "$in_guest_name" "kernel = \"$LOADER\"" "extra = \"$in_guest_extra\"" \
		"disk = [ $in_guest_disks ]"
}

begin 'in-guest: config named by extra=, PV-GRUB form'
in_guest named '(hd0,0)/boot/grub/menu.lst' good.img
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst first'
want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'
end

begin 'in-guest: words root=... in extra= are skipped'
in_guest rootword 'root=/dev/xvda1 ro (hd0,0)/boot/grub/menu.lst' good.img
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst first'
end

begin 'in-guest: root= in xl.cfg, joined with extra= by xl'
in_guest rootkey '(hd0,0)/boot/grub/menu.lst' good.img
echo 'root = "/dev/xvda1"' >>rootkey.cfg
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst first'
end

begin 'in-guest: default search finds grub.cfg'
in_guest search '' good.img
boot 90 'PROBE-DONE=>'
probed 'from-grub-cfg first'
end

begin 'in-guest: menu by keys, second entry'
in_guest keys '' good.img
boot 90 'second probe=>@' '=>\eOB\r' 'PROBE-DONE=>'
probed 'from-grub-cfg second'
want '^    \|.*first probe' 'no menu on the screen'
end

begin 'in-guest: an entry changed in the editor, ^X'
in_guest edit '' good.img
boot 90 'second probe=>e' 'Edit: first probe=>@' '=>\x0e\x05 edited\x18' 'PROBE-DONE=>'
probed 'from-grub-cfg first edited'
end

begin 'in-guest: command line, GRUB 2: ls, linux, initrd, boot'
in_guest shell '' good.img
boot 90 'second probe=>c' 'grub>=>ls\r' '(?s)\(hd0,msdos1\).*grub>=>linux /boot/probe typed by hand\r' \
	'grub>=>ls -lh /boot\r' 'grub>=>@' '=>initrd /boot/initrd\rboot\r' 'PROBE-DONE=>'
probed 'typed by hand'
want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'
end

begin 'in-guest: command line, GRUB legacy: root, kernel, initrd, boot'
in_guest legacy 'timeout=-1 (hd0,0)/boot/grub/menu.lst' good.img
boot 90 'Enter: boot=>c' 'grub>=>root (hd0,0)\r' '(?s)ext.*grub>=>kernel /boot/probe typed, legacy\r' \
	'grub>=>initrd /boot/initrd\rboot\r' 'PROBE-DONE=>'
probed 'typed, legacy'
want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'
end

begin 'in-guest: nothing to boot: the command line, and halt'
in_guest prompt '' noconf.img
boot 60 'help: what=>ls (hd0,1)\r' '(?s)\(hd0,msdos1\): ext.*grub>=>@' '=>halt\r'
[ "$boot_status" = 0 ] || fail "it did not end by itself: $boot_status"
end

for layout in gpt logical fat whole; do
	begin "in-guest: layout $layout"
	covers 'PV 64' 'the probe' "$layout"
	in_guest "$layout" '' "$layout.img"
	boot 90 'PROBE-DONE=>'
	probed 'from-grub-cfg first'
	end
done

begin 'in-guest: 4 KiB sectors, GPT'
covers 'PV 64' 'the probe' 'GPT, 4 KiB sectors'
in_guest gpt4k '' "$(attach gpt4k.img 4096)"
boot 90 'PROBE-DONE=>'
probed 'from-grub-cfg first'
end

begin 'in-guest: exported partition xvda1 is (hd0)'
pv xvda1 "kernel = \"$LOADER\"" 'extra = "(hd0)/boot/grub/menu.lst"' \
	"disk = [ \"phy:$(attach whole.img),xvda1,w\" ]"
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst first'
end

begin 'in-guest: read-only disk'
pv readonly "kernel = \"$LOADER\"" "disk = [ \"phy:$(attach good.img),xvda,r\" ]"
boot 90 'PROBE-DONE=>'
probed 'from-grub-cfg first'
end

begin 'in-guest: the config is on the second of three disks'
in_guest second '' junk.img good.img noconf.img
boot 90 'PROBE-DONE=>'
probed 'from-grub-cfg first'
end

begin 'in-guest: hd1 is the second disk by number, not by order in xl.cfg'
pv order "kernel = \"$LOADER\"" 'extra = "(hd1,0)/boot/grub/menu.lst"' \
	"disk = [ \"phy:$(attach good.img),xvdc,w\", \"phy:$(attach noconf.img),xvda,w\" ]"
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst first'
end

# vbd DOMAIN NUMBER TYPE [DEVICE]: a disk for a guest that does not run yet, as
# libxl writes it, which itself takes seconds for each, and wants QEMU for a drive
# without a medium. libxl does not know of them: boot_with_vbds clears up.
vbd() {
	vbd_front=/local/domain/$1/device/vbd/$2 vbd_back=/local/domain/0/backend/vbd/$1/$2
	xenstore-write "$vbd_front/backend" "$vbd_back" "$vbd_front/backend-id" 0 \
		"$vbd_front/state" 1 "$vbd_front/virtual-device" "$2" "$vbd_front/device-type" "$3"
	xenstore-chmod -r "$vbd_front" "n$1" r0
	xenstore-write "$vbd_back/frontend" "$vbd_front" "$vbd_back/frontend-id" "$1" \
		"$vbd_back/online" 1 "$vbd_back/state" 1 "$vbd_back/removable" 1 "$vbd_back/mode" r \
		"$vbd_back/type" phy "$vbd_back/device-type" "$3" "$vbd_back/params" "${4:-}"
	xenstore-chmod -r "$vbd_back" n0 "r$1"
	# Without a name blkback connects and then serves nothing.
	[ -z "${4:-}" ] || xenstore-write "$vbd_back/dev" "vbd$2" "$vbd_back/hotplug-status" connected \
		"$vbd_back/physical-device" "$(stat -L -c '%t:%T' "$4")"
}
# boot_with_vbds SECONDS STEP...: boot_quietly, after more_disks DOMAIN has made vbds
boot_with_vbds() {
	xl create -q -p "$guest.cfg"
	boot_vbds_domain=$(xl domid "$guest")
	more_disks "$boot_vbds_domain"
	boot_with "{ usleep 300000; xl unpause $guest; } & exec xl console $guest" "$@"
	xl destroy "$guest"
	xenstore-rm "/local/domain/0/backend/vbd/$boot_vbds_domain"
}

begin 'in-guest: 28 disks, the config on the last'
in_guest many '(hd27,0)/boot/grub/menu.lst' noconf.img
last=$(attach good.img)
empty=$(attach noconf.img)
more_disks() {
	more=1
	while [ $more -lt 27 ]; do
		number=$((more < 16 ? 51712 + more * 16 : (1 << 28) + (more << 8)))
		vbd "$1" $number disk "$empty"
		more=$((more + 1))
	done
	vbd "$1" $(((1 << 28) + (27 << 8))) disk "$last"
}
boot_with_vbds 120 'PROBE-DONE=>'
probed 'from-menu-lst first'
end

begin 'in-guest: a CD-ROM drive without a medium'
in_guest cdrom '' good.img
more_disks() { vbd "$1" 5632 cdrom; }
boot_with_vbds 90 'PROBE-DONE=>'
probed 'from-grub-cfg first'
want 'hdc: no medium in the drive'
end

# The hotplug script's delay, without waiting for it in xl.
begin 'in-guest: a back end that is late'
in_guest late 'timeout=0' good.img
boot_with "xl create -q -p late.cfg &&
	state=/local/domain/0/backend/vbd/\$(xl domid late)/51712/state && xenstore-write \$state 1 && {
	{ usleep 300000; xl unpause late; sleep 3; xenstore-write \$state 2; } & exec xl console late; }" \
	90 'PROBE-DONE=>'
probed 'from-grub-cfg first'
want 'xvda: waiting for its back end, which is in state 1' 'it did not say that it waits'
end

begin 'in-guest: what dom0 says in vm-data'
in_guest vmdata 'timeout=0' good.img
boot_with "xl create -q -p vmdata.cfg &&
	at=/local/domain/\$(xl domid vmdata)/vm-data/domboot &&
	xenstore-write \$at/default 'second probe' \$at/append 'and more' && {
	{ usleep 300000; xl unpause vmdata; } & exec xl console vmdata; }" 90 'PROBE-DONE=>'
probed 'from-grub-cfg second and more'
end

begin 'in-guest: a ramdisk that is a packed text is the menu'
printf 'timeout 0\ntitle one\nroot (hd0,0)\nkernel /boot/probe from-dom0\n' | gzip >menu.gz
in_guest preset '' good.img
echo 'ramdisk = "menu.gz"' >>preset.cfg
boot 90 'PROBE-DONE=>'
probed 'from-dom0'
end

# remembered FILE: what the guest's disk holds there now
remembered() {
	remembered_dev=$(losetup -f)
	losetup -o 1048576 "$remembered_dev" saves.img && mount -t ext4 -o ro "$remembered_dev" /mnt
	cat "/mnt/boot/grub/$1"
	umount /mnt
	losetup -d "$remembered_dev"
}
begin 'in-guest: save_env and next_entry are on the disk afterwards'
in_guest saves '' saves.img
boot 90 'PROBE-DONE=>'
probed 'from-grub-cfg once'
gone
remembered grubenv >environment
tr '#' '\n' <environment | grep . >>"$log"
[ "$(wc -c <environment)" = 1024 ] || fail 'the environment block has another length'
grep -qx 'saved_entry=saver' environment || fail 'saved_entry is not on the disk'
grep -q next_entry=once environment && fail 'next_entry is still there'
in_guest saves '' saves.img
boot 90 'PROBE-DONE=>'
probed 'from-grub-cfg saver'
end

begin 'in-guest: savedefault of GRUB legacy'
in_guest savedefault '(hd0,0)/boot/grub/menu.lst' saves.img
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst first'
gone
[ "$(remembered default | head -1)" = 1 ] || fail 'the default is not on the disk'
in_guest savedefault '(hd0,0)/boot/grub/menu.lst' saves.img
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst second'
end

begin 'in-guest: xl shutdown ends a guest that waits in its menu'
in_guest shutdown 'timeout=-1' good.img
: >"$out/shutdown.log"
{
	tries=0
	# The menu itself is one line, which drive keeps back until it ends.
	until grep -q ': 2 entries' "$out/shutdown.log" || [ $tries -ge 300 ]; do
		usleep 200000
		tries=$((tries + 1))
	done
	sleep 2
	xl shutdown -w shutdown
} &
boot 90 'second probe=>' 'dom0 asks for poweroff=>'
wait
tries=0 # xl's daemon takes the domain away, which has ended by now
while xl list shutdown >/dev/null 2>&1 && [ $tries -lt 50 ]; do
	usleep 200000
	tries=$((tries + 1))
done
[ $tries -lt 50 ] || fail 'the domain is still there'
end

begin 'in-guest: 100 KB typed into the menu'
in_guest flood 'timeout=-1' good.img
boot 120 "second probe=>$(head -c 100000 /dev/zero | tr '\0' z)\r" 'PROBE-DONE=>'
probed 'from-grub-cfg first'
end

# The guest stays at the probe's door while we look at it from outside.
begin 'in-guest: xenstore at the jump as it was before, front ends 1, back ends 2'
in_guest wait '(hd0,0)/boot/wait/menu.lst' good.img gpt.img
stop_at_jump
end

begin 'in-guest: two hops, ours boots ours boots the probe'
in_guest hops '(hd0,0)/boot/hop/menu.lst' good.img gpt.img
boot 120 'PROBE-DONE=>'
probed 'from-menu-lst second-hop'
end

# --- bad input: a clear line, and the menu or a prompt; never a silent end ----

# bad NAME EXTRA LINE IMAGE...: LINE is what the user must see
bad() {
	bad_name=$1 bad_extra=$2 bad_line=$3
	shift 3
	begin "in-guest, bad input: $bad_name"
	in_guest "bad-$bad_name" "$bad_extra" "$@"
	boot 60 "$bad_line=>" '(p: power off|Enter: boot)=>\x1d'
	never 'Linux version|PROBE-UP'
	end
}
bad no-disk '' 'there is no disk'
bad junk-disk '' 'xvda: no boot configuration found \(whole disk: no file system' junk.img
bad no-config '' 'xvda: no boot configuration found \(partition 1: ext' noconf.img
bad no-kernel '' 'xvda: partition 1 \(ext\): /boot/absent: no such file' nokernel.img
bad corrupt-kernel '' 'xvda: partition 1 \(ext\): /boot/vmlinuz: xz: damaged' corrupt.img
bad no-xen-notes '' 'xvda: partition 1 \(ext\): /boot/busybox: no Xen notes' nonotes.img
bad config-loop '' '\(hd0,msdos1\)/boot/grub/grub.cfg:1: over the limit of include' loop.img
bad truncated '' 'xvda: partition 1: ext: .*truncated' truncated.img
exit 0
