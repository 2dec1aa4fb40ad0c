#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: Linux, packed in every way, booted inside the guest; one also from
# dom0. /dev/vdc is Debian's disk (debian-disk), /dev/vdd has the kernels.
# shellcheck source=SCRIPTDIR/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings # from test.sh: LOADER, BOOTLOADER, INITRD_SUM, ...
up='GUEST-DONE=>'

begin 'dom0: Debian 12, its own kernel (xz) and configuration, to user space'
covers 'PV 64, by dom0' 'Linux, xz'
pv debian-dom0 "bootloader = \"$BOOTLOADER\"" 'disk = [ "phy:/dev/vdc,xvda,w" ]' 'memory = 512'
boot 300 'Advanced options=>\r' "$up"
want "GUEST-UP kernel=$GENERIC type=PV"
want 'GUEST-CMDLINE root=UUID=[-0-9a-f]+ ro console=hvc0 earlyprintk=xen'
want 'GUEST-DISKS xvda:[1-9]'
end

begin 'in-guest: Debian 12, its own kernel (xz) and configuration, to user space'
covers 'PV 64' 'Linux, xz'
pv debian-guest "kernel = \"$LOADER\"" 'memory = 512' \
	'disk = [ "phy:/dev/vdc,xvda,w", "phy:/dev/vdd,xvdb,r", "phy:/dev/vdc,xvdf1,r" ]'
boot 300 'Advanced options=>\r' "$up"
want "GUEST-UP kernel=$GENERIC type=PV"
want 'GUEST-CMDLINE root=UUID=[-0-9a-f]+ ro console=hvc0 earlyprintk=xen'
want 'GUEST-DISKS xvda:[1-9][0-9]* xvdb:[1-9][0-9]* xvdf1:[1-9]' 'not all disks in the guest'
end

begin 'in-guest: two hops, ours boots ours boots Debian, all disks there'
covers 'PV 64' 'domboot, then domboot, then Linux'
pv debian-hops "kernel = \"$LOADER\"" 'memory = 512' 'extra = "(hd1,0)/boot/hop/menu.lst"' \
	'disk = [ "phy:/dev/vdc,xvda,w", "phy:/dev/vdd,xvdb,w" ]'
boot 300 "$up"
want "GUEST-UP kernel=$GENERIC type=PV"
want 'GUEST-DISKS xvda:[1-9][0-9]* xvdb:[1-9]' 'not all disks in the guest'
end

# Each kernel starts and finds its initrd; only the first of each build goes
# on to user space, as that takes the same time again.
linux() { # linux FILE VERSION WHAT UNTIL PACKING
	begin "in-guest: $3"
	covers 'PV 64' "Linux, $5"
	pv "linux-$1" "kernel = \"$LOADER\"" "extra = \"(hd0,0)/boot/$1/menu.lst\"" 'memory = 512' \
		'disk = [ "phy:/dev/vdd,xvda,r" ]'
	boot 300 "$4"
	want "Linux version $2 "
	want "Command line: .*kernel-is-$1"
	end
}
linux cloud "$CLOUD" 'Debian 12 cloud kernel (lz4), to user space' "$up" lz4
linux next "$NEXT" 'Debian 13 cloud kernel (zstd), to user space' "$up" 'zstd, Debian 13'
for format in zstd gzip bzip2 lzma lzop elf; do
	linux $format "$GENERIC" "Debian 12 kernel packed as $format" 'RAMDISK: .mem=>\x1d' $format
done
exit 0
