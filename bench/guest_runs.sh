#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: the runs of bench/guest. /dev/vdc and /dev/vdd are the disks with
# the initrds of 30 and 200 MB.
# shellcheck source=SCRIPTDIR/../test/xen/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings
grub=/usr/lib/grub-xen
ours=/usr/lib/domboot/domboot-x86_64.gz
times=$out/bench-guest.times
words='console=hvc0 earlyprintk=xen'
: >"$times"

direct() { # direct TYPE NAME KERNEL
	"$1" "$2" "kernel = \"$3\"" 'ramdisk = "/tmp/initrd"' "extra = \"$words\""
}
config() { # config KIND DISK [WORDS]
	case $1 in
	direct) direct pv "$1" /tmp/vmlinuz ;;
	direct-pvh) direct pvh "$1" /tmp/vmlinuz ;;
	direct-*) direct pv "$1" "/tmp/packed-${1#*-}" ;;
	domboot) pv "$1" "kernel = \"$ours\"" "extra = \"${3:-}\"" ;;
	domboot-pvh) pvh "$1" "kernel = \"$ours\"" ;;
	domboot-*) pv "$1" "kernel = \"$ours\"" "extra = \"default=${1#*-}\"" ;;
	grub-*_pvh) pvh "$1" "kernel = \"$grub/$1.bin\"" ;;
	grub-*) pv "$1" "kernel = \"$grub/$1.bin\"" ;;
	esac
	printf '%s\n' 'memory = 1024' "disk = [ \"phy:$2,xvda,w\" ]" >>"$1.cfg"
}

# A line of the kernel's, with its own time. A PVH kernel has no console for its
# first ones: what counts is when its clock began.
line='\[ *[0-9]+\.[0-9][0-9][0-9][0-9][0-9][0-9]\]'
# start KIND: to a line of the kernel; then it is destroyed
start() {
	boot_with "xl create -q -p $1.cfg && echo CREATED && {
		{ usleep 300000; echo UNPAUSE; xl unpause $1; } & exec xl console $1; }" \
		300 "$line=>\\x1d"
	gone
}
# measure KIND MB: seconds in "xl create", and from then to the kernel's begin
measure() {
	start "$1"
	awk -v kind="$1" -v mb="$2" '/CREATED/ { created = $1 } / UNPAUSE/ { unpaused = $1 }
		!seen && match($0, /\[ *[0-9]+\.[0-9][0-9][0-9][0-9][0-9][0-9]\]/) {
			seen = 1
			print kind, mb, created, $1 - unpaused - substr($0, RSTART + 1, RLENGTH - 2)
		}
		END { if (!seen) print kind, mb, "did not boot" }' "$log" | tee -a "$times"
}
# wanted KIND: among those asked for
wanted() {
	case " ${KINDS:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
}

for mb in 30 200; do
	kinds='direct domboot grub-x86_64-xen direct-pvh domboot-pvh grub-i386-xen_pvh'
	disk=/dev/vdd
	if [ $mb = 30 ]; then
		disk=/dev/vdc
		kinds="$kinds direct-zstd domboot-zstd direct-lz4 domboot-lz4"
	fi
	mount -t ext4 -o ro "${disk}1" /mnt
	cp /mnt/boot/vmlinuz-* /tmp/vmlinuz
	cp /mnt/boot/packed-* /tmp 2>/dev/null
	cp /mnt/boot/initrd.img-* /tmp/initrd
	umount /mnt
	# In turn, so that what slows the machine slows all of them.
	for run in $(seq "$RUNS"); do
		for kind in $kinds; do
			wanted "$kind" || continue
			echo "run $run:" | tr '\n' ' '
			config "$kind" $disk
			measure "$kind" $mb
		done
	done
	if wanted domboot; then
		config domboot $disk debug
		start domboot
		sed -nE "s/^.*(\[ *[0-9]+\.[0-9]{3}\] .*)/profile $mb: \1/p" "$log" |
			grep -E ' bytes|: in place|Booting|entries' | tee -a "$times"
	fi
done

# What Linux itself reads from the same disk in the same guest.
if wanted domboot; then
	mount -t ext4 -o ro /dev/vdc1 /mnt
	cp /mnt/boot/initrd.img-* /tmp/initrd
	umount /mnt
	words="$words guest.read"
	config direct /dev/vdd
	boot 300 'GUEST-DONE=>'
	sed -nE 's/^.*GUEST-READ (.*)/linux: \1/p' "$log" | tee -a "$times"
	gone
fi
[ -z "$why" ] || echo "$why"
python3 guest_table.py "$times"
