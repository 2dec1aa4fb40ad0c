#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: PV guests of several sizes, and kernels that want to be loaded in
# other ways than Linux does, played by the probe, which checks all that it is
# given; and kernels that are loaders themselves.
# shellcheck source=SCRIPTDIR/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings # from test.sh: LOADER, INITRD_SUM, ...

# payload NAME [LINE...]: a guest with payload.img as xvda; boots (hd0,0)/boot/NAME/menu.lst
payload() {
	payload_name=$1
	shift
	pv "$payload_name" "kernel = \"$LOADER\"" "extra = \"(hd0,0)/boot/$payload_name/menu.lst\"" \
		'disk = [ "phy:/dev/vdc,xvda,r" ]' "$@"
}
initrd() { want "PROBE-INITRD length=$INITRD_LENGTH sum=$INITRD_SUM" 'initrd is not what was on the disk'; }

for like in linux netbsd 2006 illumos mini-os; do
	begin "payload: a kernel with the wishes of $like"
	covers 'PV 64' "the probe, as $like"
	payload $like
	boot 120 'PROBE-DONE=>'
	probed "like $like"
	initrd
	end
done

for name in modules mapped-modules; do
	begin "payload: a list of modules ($name)"
	covers 'PV 64' "the probe, $name"
	payload $name
	boot 120 'PROBE-DONE=>'
	probed "${name%-modules}"
	want "PROBE-MODULE length=$INITRD_LENGTH sum=$INITRD_SUM args=/boot/initrd [^.]*[.]" 'first module'
	want 'PROBE-MODULE length=[0-9a-f]+ sum=[0-9a-f]+ args=/boot/[a-z/.]*[.]' 'second module'
	end
done

begin 'payload: an entry for the hypervisor boots what lies inside'
payload xen-entry
boot 120 'PROBE-DONE=>'
probed 'the guest itself'
initrd
end

begin 'payload: an exception of the kernel is not ours any more'
payload trap
boot 120 'PROBE-TRAPS bad=0=>'
sleep 2
never 'exception|has failed|PROBE-DONE' 'the loader still handles traps'
end

begin 'payload: grub-x86_64-xen.bin, its menu, and what it boots'
covers 'PV 64' 'GRUB, then the probe'
payload grub-xen
boot 120 '\*first probe=>\r' 'PROBE-DONE=>'
want 'GNU GRUB  version' "no menu of GRUB's"
probed 'from-grub-cfg first'
end

for mib in 64 128 1024 3993 5120; do
	begin "payload: $mib MiB"
	covers 'PV 64' "the probe, $mib MiB"
	payload plain "memory = $mib"
	boot 150 'PROBE-DONE=>'
	probed 'size'
	want "PROBE-UP pages=$(printf %x $((mib * 256))) " 'other memory than it has'
	initrd
	end
done

# with_own EXTRA IMAGE: payload.img, and a second disk that has a file pvboot-x86_64.elf
with_own() {
	pv own "kernel = \"$LOADER\"" "extra = \"$1\"" \
		"disk = [ \"phy:/dev/vdc,xvda,r\", \"phy:$(attach "$2"),xvdb,r\" ]"
}
begin 'payload: the loader that the guest brings goes first'
with_own 'timeout=0 append=chained' own.img
boot 120 'PROBE-DONE=>'
want 'Booting /boot/xen/pvboot-x86_64.elf' 'it was not looked for'
probed 'from-grub-cfg first chained'
end

begin 'payload: the loader that the guest brings is not wanted'
with_own 'timeout=0 pvboot=no' own.img
boot 120 'PROBE-DONE=>'
never pvboot 'it was looked for'
probed 'from-grub-cfg first'
end

begin 'payload: the loader that the guest brings does not boot'
with_own 'timeout=0' broken.img
boot 120 'PROBE-DONE=>'
want '/xen/pvboot-x86_64.elf: no Xen notes' 'no reason'
want '/xen/pvboot-x86_64.elf does not boot: going on with the configurations' 'nothing said'
probed 'from-grub-cfg first'
end
exit 0
