#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: guests that boot through the tool in dom0, started by xl; and what
# is left when that fails.
# shellcheck source=SCRIPTDIR/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings # from test.sh: LOADER, BOOTLOADER, INITRD_SUM, ...

# by_dom0 NAME IMAGE-OR-DEVICE LINE...
by_dom0() {
	by_dom0_name=$1 by_dom0_dev=$2
	[ -b "$2" ] || by_dom0_dev=$(attach "$2")
	shift 2
	pv "$by_dom0_name" "bootloader = \"$BOOTLOADER\"" 'on_poweroff = "preserve"' \
		"disk = [ \"phy:$by_dom0_dev,xvda,w\" ]" "$@"
}

begin 'dom0: default entry after the countdown, menu on the guest'\''s console'
by_dom0 plain good.img
boot 90 'second probe=>@' 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg first'
want '^    \|.*first probe' 'no menu on the screen'
want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'
end

begin 'dom0: menu by keys, second entry'
by_dom0 keys good.img
boot 90 'second probe=>\eOB\r' 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg second'
end

begin 'dom0: the second entry, changed in the editor'
by_dom0 edit good.img
boot 90 'second probe=>\eOBe' 'Edit: second probe=>\x0e\x05 edited\x18' 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg second edited'
end

begin 'dom0: bootloader_args=["-q"], no menu'
by_dom0 quiet good.img 'bootloader_args = [ "-q" ]'
boot_quietly 90 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg first'
never 'second probe' 'a menu in spite of -q'
end

begin 'dom0: extra= is appended to the command line'
by_dom0 args good.img 'extra = "from-xl"' 'bootloader_args = [ "-q" ]'
boot_quietly 90 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg first from-xl'
end

begin 'dom0: bootloader_args with --entry'
by_dom0 entry good.img 'bootloader_args = [ "--entry=1" ]'
boot_quietly 90 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg second'
end

for layout in gpt logical fat whole; do
	begin "dom0: layout $layout"
	covers 'PV 64, by dom0' 'the probe' "$layout"
	by_dom0 "$layout" "$layout.img" 'bootloader_args = [ "-q" ]'
	boot_quietly 90 'PROBE-DONE=>\x1d'
	probed 'from-grub-cfg first'
	end
done

begin 'dom0: 4 KiB sectors, GPT'
covers 'PV 64, by dom0' 'the probe' 'GPT, 4 KiB sectors'
by_dom0 gpt4k "$(attach gpt4k.img 4096)" 'bootloader_args = [ "-q" ]'
boot_quietly 90 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg first'
end

begin 'dom0: a file as the disk'
by_dom0 file good.img 'bootloader_args = [ "-q" ]' \
	'disk = [ "format=raw,vdev=xvda,access=rw,target=/job/good.img" ]'
boot_quietly 90 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg first'
end

begin 'dom0: a file as the disk, by the old word for it and a symbolic link'
ln -s good.img link.img
by_dom0 link good.img 'bootloader_args = [ "-q" ]' 'disk = [ "file:/job/link.img,xvda,w" ]'
boot_quietly 90 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg first'
end

# The journal is never empty here, and the guest has the disk to read only.
begin 'dom0: a disk with a file system that another writes to'
cp good.img written.img
disk=$(losetup -f) && losetup -o 1048576 "$disk" written.img
mount -t ext4 "$disk" /mnt || fail 'not mounted'
: >writing
while [ -e writing ]; do
	cp /mnt/boot/initrd /mnt/written && sync && echo >>writes
	usleep 50000
done &
writer=$!
disk=$(losetup -f) && losetup -r "$disk" written.img
by_dom0 written "$disk" 'bootloader_args = [ "-q" ]' "disk = [ \"phy:$disk,xvda,r\" ]"
boot_quietly 90 'PROBE-DONE=>\x1d'
rm writing
wait $writer
umount /mnt
probed 'from-grub-cfg first'
want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'
[ "$(wc -l <writes)" -gt 2 ] || fail 'nobody wrote'
end

begin 'dom0: xl finds domboot under the name of pygrub'
if domboot-as-pygrub on >"$out/as-pygrub.log" 2>&1; then
	by_dom0 pygrub good.img 'bootloader = "pygrub"' 'bootloader_args = [ "-q", "--entry=1" ]'
	boot_quietly 90 'PROBE-DONE=>\x1d'
	probed 'from-grub-cfg second'
	domboot-as-pygrub off >>"$out/as-pygrub.log" 2>&1 || fail 'not undone'
	domboot-as-pygrub status | grep -q ': domboot' && fail 'domboot is still there'
else
	fail "$(cat "$out/as-pygrub.log")"
fi
end

begin 'dom0: bootloader_restrict, as root leaves it to another user'
by_dom0 restrict good.img 'bootloader_restrict = 1' 'bootloader_user = "nobody"'
boot_quietly 90 'PROBE-DONE=>\x1d'
probed 'from-grub-cfg first'
never 'second probe' 'a menu in spite of -q, which xl adds'
end

begin 'dom0: a reboot after an update takes the new kernel'
disk=$(attach old.img)
by_dom0 update "$disk" 'bootloader_args = [ "-q" ]' 'on_reboot = "restart"'
xl create -q -p update.cfg # from here on the old kernel is in the guest
dd if=new.img of="$disk" bs=64k 2>/dev/null && sync
first=$(xl domid update)
log=$out/update.log
: >"$log"
boot_with "{ usleep 500000; xl unpause update; } & exec xl console update" 90 'the-old-kernel=>' 'PROBE-DONE=>'
cp "$log" "$out/update-old.log"
tries=0
until second=$(xl domid update 2>/dev/null) && [ "$second" != "$first" ] || [ $tries -ge 100 ]; do
	usleep 200000
	tries=$((tries + 1))
done
boot_with "xl console update" 90 'PROBE-DONE=>\x1d'
probed 'the-new-kernel'
end

begin 'dom0: two disks, the boot configuration is not on the first'
by_dom0 two "$(attach data.img)" "bootloader_args = [ \"-q\", \"$(attach new.img)\" ]"
boot_quietly 90 'PROBE-DONE=>\x1d'
probed 'the-new-kernel'
end

# xapi DISK [OPTION]...: the bootloader as xenopsd calls it and reads its answer: into xapi_kernel,
# xapi_ramdisk and xapi_args; or the reason into xapi_why.
xapi() {
	xapi_kernel='' xapi_ramdisk='' xapi_args='' xapi_why=''
	xapi_disk=$1
	shift
	if ! "$BOOTLOADER" --output-format=simple -q --runas=65535 "$@" "$xapi_disk" >answer 2>said </dev/null; then
		xapi_why=$(sed -n 's/^RuntimeError: //p' said)
		return 1
	fi
	while IFS= read -r xapi_line; do
		case $xapi_line in
		*' '*) ;;
		*) continue ;;
		esac
		xapi_key=${xapi_line%% *} xapi_value=${xapi_line#* }
		case $xapi_key in
		kernel | ramdisk)
			[ "$(dirname "$(readlink -f "$xapi_value")")" = "$(readlink -f /var/run/xen)/pygrub" ] ||
				xapi_why="$xapi_value lies elsewhere"
			;;
		args) ;;
		*) xapi_why="an unknown word: $xapi_key" ;;
		esac
		eval "[ -z \"\$xapi_$xapi_key\" ]" || xapi_why="$xapi_key, twice"
		eval "xapi_$xapi_key=\$xapi_value"
	done <answer
	[ -z "$xapi_why" ]
}

begin 'dom0: called and read as XAPI does it'
disk=$(attach good.img)
if xapi "$disk"; then
	pv xapi "kernel = \"$xapi_kernel\"" "ramdisk = \"$xapi_ramdisk\"" "extra = \"$xapi_args\"" \
		"disk = [ \"phy:$disk,xvda,w\" ]"
	boot_quietly 90 'PROBE-DONE=>'
	probed 'from-grub-cfg first'
	want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'
	rm -f "$xapi_kernel" "$xapi_ramdisk" # XAPI does
else
	fail "the answer: $xapi_why"
fi
end

begin 'dom0: as XAPI calls it for a guest with arguments of its own'
if xapi "$(attach good.img)" '--default_args=quiet one' --extra_args=two --vm=0fc2b3a4-1111-4222-8333-944455556666 \
	--args=three; then
	[ "$xapi_args" = 'from-grub-cfg first three two' ] || fail "arguments: $xapi_args"
	rm -f "$xapi_kernel" "$xapi_ramdisk"
else
	fail "the answer: $xapi_why"
fi
end

begin 'dom0: what XAPI shows when it fails'
if xapi "$(attach nokernel.img)"; then fail 'it succeeded'; fi
echo "$xapi_why" | grep -q '/boot/absent: no such file' || fail "it says: $xapi_why"
[ -z "$(ls -A /var/run/xen/pygrub 2>/dev/null)" ] || fail "left behind: $(ls /var/run/xen/pygrub)"
end

# --- bad input: fails, says why in one line, leaves nothing -------------------

# refuses NAME LINE DISK: the tool itself, called as libxl does
refuses() {
	refuses_dir=/tmp/refuses/$1
	begin "dom0, bad input: $1"
	mkdir -p "$refuses_dir"
	: >"$refuses_dir.out"
	log=$out/refuses-$1.log
	drive -q -l "$log" -t 60 -- "$BOOTLOADER" --output="$refuses_dir.out" --output-format=simple0 \
		--output-directory="$refuses_dir" "$3"
	refuses_status=$?
	[ $refuses_status -ne 0 ] || fail 'exit status 0'
	[ $refuses_status -ne 124 ] || fail 'did not end'
	[ ! -s "$refuses_dir.out" ] || fail "result is not empty: $(tr '\0' ' ' <"$refuses_dir.out")"
	[ -z "$(ls -A "$refuses_dir")" ] || fail "left in the output directory: $(ls -A "$refuses_dir")"
	want "$2"
	refuses_left=$(leftovers)
	[ -z "$refuses_left" ] || fail "left behind: $refuses_left"
	end
}
refuses no-disk '/job/absent.img: No such file' /job/absent.img
refuses junk-disk 'junk.img: no boot configuration found \(whole disk: no file system' junk.img
refuses no-config 'noconf.img: no boot configuration found \(partition 1: ext' noconf.img
refuses no-kernel 'nokernel.img: partition 1 \(ext\): /boot/absent: no such file' nokernel.img
refuses corrupt-kernel 'corrupt.img: partition 1 \(ext\): /boot/vmlinuz: xz: damaged' corrupt.img
refuses no-xen-notes 'nonotes.img: partition 1 \(ext\): /boot/busybox: .*without Xen notes' nonotes.img
refuses config-loop '\(hd0,msdos1\)/boot/grub/grub.cfg:1: over the limit of include' loop.img
refuses truncated 'truncated.img: partition 1: ext: .*truncated' truncated.img

begin 'dom0, bad input: xl create fails, and nothing stays'
by_dom0 fails noconf.img
boot 60
[ "$boot_status" -ne 0 ] || fail 'xl create succeeded'
[ "$boot_status" -ne 124 ] || fail 'xl create did not end'
never '[^[:print:][:space:]]' 'control characters in what xl prints'
where=$(sed -n 's/.*consult logfile \([^[:space:]]*\).*/\1/p' "$log")
log=$out/fails-bootloader.log
cp "$where" "$log" || fail "xl names no log: $where"
want '^RuntimeError: .*: no boot configuration found' 'no reason in the log that xl names'
want '^domboot: hint: ' 'no hint in the log that xl names'
never '[^[:print:][:space:]]' 'control characters in the log that xl names'
end
exit 0
