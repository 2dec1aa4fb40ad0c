#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: 32-bit PV guests, which Debian's Xen runs in its PV shim, booted by
# domboot-x86_32 inside them. The probe checks the hand-over; Debian's own
# grub-i386-xen.bin is a kernel that we did not write.
# shellcheck source=SCRIPTDIR/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings # from test.sh: LOADER32, INITRD_SUM, ...

# pv32 NAME LINE...: a guest with pv32.img as xvda; boots (hd0,0)/boot/NAME/menu.lst
pv32() {
	pv32_name=$1
	shift
	pvh "$pv32_name" 'pvshim = 1' "kernel = \"$LOADER32\"" \
		"extra = \"(hd0,0)/boot/$pv32_name/menu.lst\"" \
		"disk = [ \"phy:$(attach pv32.img),xvda,w\" ]" "$@"
}

begin 'pv32: menu by keys, second entry'
pv32 search 'extra = ""'
boot 90 'second probe=>@' '=>\eOB\r' 'PROBE-DONE=>'
probed 'from-grub-cfg second'
want '^    \|.*first probe' 'no menu on the screen'
end

begin 'pv32: the initrd arrives whole'
covers 'PV 32' 'the probe'
pv32 ramdisk
boot 90 'PROBE-DONE=>'
probed 'from-menu-lst initrd'
want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'
end

begin 'pv32: more memory than 32 bits can address'
covers 'PV 32' 'the probe, 4200 MiB'
pv32 ramdisk 'memory = 4200'
boot 120 'PROBE-UP pages=10[0-9a-f]{4} flags=>' 'PROBE-DONE=>'
probed 'from-menu-lst initrd'
end

begin 'pv32: two hops, ours boots ours boots the probe'
pv32 hop
boot 120 'PROBE-DONE=>'
probed 'from-menu-lst second-hop'
end

for like in netbsd 2006 mini-os; do
	begin "pv32: a kernel with the wishes of $like"
	covers 'PV 32' "the probe, as $like"
	pv32 $like
	boot 120 'PROBE-DONE=>'
	probed "like $like"
	want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'
	end
done

begin 'pv32: a list of modules'
covers 'PV 32' 'the probe, modules'
pv32 modules
boot 120 'PROBE-DONE=>'
probed 'modules'
want "PROBE-MODULE length=$INITRD_LENGTH sum=$INITRD_SUM args=/boot/initrd one two[.]" 'first module'
want 'PROBE-MODULE length=[0-9a-f]+ sum=[0-9a-f]+ args=/boot/modules/menu.lst[.]' 'second module'
end

begin 'pv32: 64 MiB'
covers 'PV 32' 'the probe, 64 MiB'
pv32 ramdisk 'memory = 64'
boot 120 'PROBE-DONE=>'
probed 'from-menu-lst initrd'
end

begin 'pv32: grub-i386-xen.bin, its menu, and what it boots'
covers 'PV 32' 'GRUB, then the probe'
pv32 grub-xen
boot 120 '\*first probe=>\r' 'PROBE-DONE=>'
want 'GNU GRUB  version' "no menu of GRUB's"
probed 'from-grub-cfg first'
end

begin 'pv32: a 64-bit kernel is told from the rest'
pv32 wide
boot 90 'probe: a 64-bit kernel in a 32-bit PV guest: use domboot-x86_64=>\x1d'
never 'PROBE-UP'
end

begin 'pv32: a 32-bit kernel in a 64-bit guest is, too'
pv narrow "kernel = \"$LOADER\"" 'extra = "(hd0,0)/boot/ramdisk/menu.lst"' \
	"disk = [ \"phy:$(attach pv32.img),xvda,r\" ]"
boot 90 'probe32: a 32-bit kernel in a 64-bit PV guest: use domboot-x86_32=>\x1d'
never 'PROBE-UP'
end
exit 0
