#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: the runs of bench/guest. /dev/vdc and /dev/vdd are the disks with
# the initrds of 30 and 200 MB.
# shellcheck source=SCRIPTDIR/../test/xen/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings
grub=/usr/lib/grub-xen
times=$out/bench-guest.times
words='console=hvc0 earlyprintk=xen'
: >"$times"

config() { # config KIND DISK
	case $1 in
	direct) pv "$1" "kernel = \"/tmp/vmlinuz\"" "ramdisk = \"/tmp/initrd\"" "extra = \"$words\"" ;;
	direct-pvh) pvh "$1" "kernel = \"/tmp/vmlinuz\"" "ramdisk = \"/tmp/initrd\"" "extra = \"$words\"" ;;
	domboot) pv "$1" "kernel = \"/usr/lib/domboot/domboot-x86_64.gz\"" ;;
	grub-x86_64-xen) pv "$1" "kernel = \"$grub/$1.bin\"" ;;
	grub-i386-xen_pvh) pvh "$1" "kernel = \"$grub/$1.bin\"" ;;
	esac
	printf '%s\n' 'memory = 1024' "disk = [ \"phy:$2,xvda,w\" ]" >>"$1.cfg"
}

# measure KIND MB: seconds in "xl create", and from then to the first line
measure() {
	boot_with "xl create -q -p $1.cfg && echo CREATED && {
		{ usleep 300000; echo UNPAUSE; xl unpause $1; } & exec xl console $1; }" \
		300 'Linux version=>\x1d'
	xl destroy "$1"
	awk -v kind="$1" -v mb="$2" '/CREATED/ { created = $1 } / UNPAUSE/ { unpaused = $1 }
		/Linux version/ && !seen { seen = 1; print kind, mb, created, $1 - unpaused }' "$log" |
		tee -a "$times"
}

for mb in 30 200; do
	disk=/dev/vdc
	[ $mb = 30 ] || disk=/dev/vdd
	mount -t ext4 -o ro "${disk}1" /mnt
	cp /mnt/boot/vmlinuz-* /tmp/vmlinuz
	cp /mnt/boot/initrd.img-* /tmp/initrd
	umount /mnt
	# In turn, so that what slows the machine slows all of them.
	for run in $(seq "$RUNS"); do
		for kind in direct domboot grub-x86_64-xen direct-pvh grub-i386-xen_pvh; do
			echo "run $run:" | tr '\n' ' '
			config $kind $disk
			measure $kind $mb
		done
	done
	rm /tmp/initrd
done

# What Linux itself reads from the same disk in the same guest.
mount -t ext4 -o ro /dev/vdc1 /mnt
cp /mnt/boot/initrd.img-* /tmp/initrd
umount /mnt
words="$words guest.read"
config direct /dev/vdd
boot 300 'GUEST-DONE=>'
grep GUEST-READ "$log"
gone

python3 - "$times" <<'PY'
import statistics
import sys
runs = {}
for line in open(sys.argv[1]):
    kind, mb, create, boot = line.split()
    runs.setdefault((kind, int(mb)), []).append((float(create), float(boot)))
median = {k: [statistics.median(x) for x in zip(*v)] for k, v in runs.items()}
print('| kind | initrd MB | runs | xl create s | unpause to first line s | sum s | sum / direct | sum / domboot |')
print('|---|---|---|---|---|---|---|---|')
for (kind, mb), (create, boot) in sorted(median.items(), key=lambda x: x[0][1]):
    direct = sum(median['direct-pvh' if 'pvh' in kind else 'direct', mb])
    print('| %s | %d | %d | %.2f | %.2f | %.2f | %.2f | %.2f |' % (
        kind, mb, len(runs[kind, mb]), create, boot, create + boot, (create + boot) / direct,
        (create + boot) / sum(median['domboot', mb])))
for kind in sorted({k for k, mb in median}):
    more = sum(median[kind, 200]) - sum(median[kind, 30])
    print('%s: 170 MB more of initrd cost %.2f s, %.1f MB/s' % (kind, more, 170 / more if more > 0 else 0))
PY
