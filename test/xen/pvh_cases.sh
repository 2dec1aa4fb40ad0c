#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: PVH guests, booted by domboot-x86_64 inside them. The probe checks
# the hand-over through PHYS32_ENTRY; Debian's kernels go through the Linux boot protocol, and
# Debian's own grub-i386-xen_pvh.bin is a kernel that we did not write.
# /dev/vdc has the kernels.
# shellcheck source=SCRIPTDIR/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings # from test.sh: LOADER, INITRD_SUM, ...

# in_pvh NAME LINE...: a guest with pvh.img as xvda; boots (hd0,0)/boot/NAME/menu.lst
in_pvh() {
	in_pvh_name=$1
	shift
	pvh "$in_pvh_name" "kernel = \"$LOADER\"" "extra = \"(hd0,0)/boot/$in_pvh_name/menu.lst\"" \
		'disk = [ "phy:/dev/vdc,xvda,r" ]' "$@"
}
whole="PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM"

begin 'pvh: menu by keys, second entry, modules and their arguments'
covers PVH 'the probe, modules'
in_pvh search 'extra = ""'
boot 90 'second probe=>@' '=>\eOB\r' 'PROBE-DONE=>'
probed 'from-grub-cfg second'
want '^    \|.*first probe' 'no menu on the screen'
want 'PROBE-MODULE a module of xen_pvh'
want "$whole" 'first module is not what was on the disk'
want 'PROBE-INITRD length=[1-9a-f]*' 'no second module'
end

begin 'pvh: the initrd arrives whole'
covers PVH 'the probe'
in_pvh initrd-whole
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst initrd'
want "$whole" 'initrd is not what was on the disk'
end

# The guest stays at the probe's door while we look at it from outside.
begin 'pvh: xenstore at the jump as it was before, front ends 1, back ends 2'
in_pvh wait "disk = [ \"phy:/dev/vdc,xvda,r\", \"phy:$(attach good.img),xvdb,w\" ]"
stop_at_jump
end

begin 'pvh: two hops, ours boots ours boots the probe'
covers PVH 'domboot, then the probe'
in_pvh hop
boot 120 'PROBE-DONE=>'
probed 'from-menu-lst second-hop'
end

begin 'pvh: a menu from dom0, as ramdisk'
printf 'timeout 0\ntitle preset\nkernel (hd0,0)/boot/probe-pvh from-preset\n' >preset.lst
in_pvh preset 'extra = ""' 'ramdisk = "/job/preset.lst"'
boot 90 'PROBE-DONE=>'
probed from-preset
end

begin 'pvh: 8 CPUs'
in_pvh second 'vcpus = 8'
boot 90 'PROBE-DONE=>'
probed from-menu-lst
end

begin 'pvh: 64 MiB'
covers PVH 'the probe, 64 MiB'
in_pvh initrd-whole 'memory = 64'
boot 90 'PROBE-UP pages=4000 frames=>' 'PROBE-DONE=>'
probed from-menu-lst
want "$whole" 'initrd is not what was on the disk'
end

begin 'pvh: memory < maxmem, and nothing that is not needed is touched'
in_pvh balloon 'memory = 32' 'maxmem = 512'
boot 90 'PROBE-UP pages=20000 frames=2[0-9a-f]{3}\b=>' 'PROBE-DONE=>'
probed probe.balloon
want "$whole" 'initrd is not what was on the disk'
end

begin 'pvh: 5 GiB'
covers PVH 'the probe, 5120 MiB'
in_pvh initrd-whole 'memory = 5120'
boot 120 'PROBE-UP pages=140000 frames=>' 'PROBE-DONE=>'
probed from-menu-lst
want "$whole" 'initrd is not what was on the disk'
end

begin 'pvh: a kernel for PV only is told from the rest'
in_pvh pv-only
boot 90 'probe: no PHYS32_ENTRY note: kernel built without CONFIG_PVH; use type="pv"=>\x1d'
never 'PROBE-UP'
end

# linux NAME WHAT LINE...: Linux, with what the menu.lst of this name says
linux() {
	linux_name=$1
	begin "pvh: $2"
	shift 2
	in_pvh "$linux_name" 'memory = 512' "$@"
}
# in_user_space VERSION: Linux of this version gets there, with its disk
in_user_space() {
	boot 300 'GUEST-DONE=>'
	want "GUEST-UP kernel=$1 type=PVH"
	want "GUEST-CMDLINE .*kernel-is-$linux_name"
	want 'GUEST-DISKS xvda:[1-9]' 'no disk in the guest'
}
linux generic 'Debian 12 (xz) to user space'
covers PVH 'Linux, xz'
in_user_space "$GENERIC"
end
linux next 'Debian 13 (zstd) to user space with 5 GiB and 2 CPUs' 'memory = 5120' 'vcpus = 2'
covers PVH 'Linux, zstd, Debian 13'
in_user_space "$NEXT"
want 'smp: Brought up 1 node, 2 CPUs' 'a CPU is missing'
end
linux next 'Debian 13 through PHYS32_ENTRY, unpacked by us' \
	'extra = "(hd0,0)/boot/next/menu.lst pvh=elf"'
covers PVH 'Linux, zstd, by PHYS32_ENTRY'
boot 300 "Linux version $NEXT =>" 'Command line: .*kernel-is-next=>' 'RAMDISK: .mem=>\x1d'
end

begin 'pvh: grub-i386-xen_pvh.bin, its menu, and what it boots'
covers PVH 'GRUB, then Linux'
in_pvh grub-pvh 'memory = 512'
boot 300 '\*first probe=>\x0e\x0e\r' 'Linux version=>\x1d'
want 'GNU GRUB  version' "no menu of GRUB's"
want 'Command line: .*from-grub-cfg third'
end
exit 0
