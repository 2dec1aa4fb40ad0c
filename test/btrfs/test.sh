#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Btrfs as the kernel writes it: compression, subvolumes, snapshots, shared and
# preallocated extents, several devices. Needs root and loop devices.
cd "$(dirname "$0")/../.." && . test/fs.sh || exit 1
mkdir m
trap 'umount -q m; for l in $loops; do losetup -d $l; done; rm -rf "$tmp"' EXIT
loops=

mkdir -p in/boot in/many
seq 1500000 >in/boot/vmlinuz
head -c 300000 /dev/urandom >in/boot/random
{ head -c 200000 /dev/urandom; seq 100000; } >in/mixed
for n in 0 1 100 2000 4095 4096 4097 131071 131072 131073; do yes "$n" | head -c "$n" >in/$n; done
for i in $(seq 2000); do echo "$i" >"in/many/file number $i"; done
ln -s boot/vmlinuz in/vmlinuz

volume() { # volume MOUNT-OPTIONS MKFS-OPTIONS...: an empty one, mounted on m
	umount -q m; rm -f img; truncate -s 400M img
	mkfs.btrfs -q "${@:2}" img >log 2>&1 && mount -o "loop,$1" img m 2>>log && return
	false; result "mounting" log; exit 1
}
for how in zlib:9 lzo zstd:3; do
	volume "compress-force=$how" -L packed
	cp -a in/. m; umount m; want in
	same "packed by $how" img btrfs
	btrfs inspect-internal dump-tree -t 5 img >dump 2>&1; grep -q "compression.*(${how%:*})" dump
	result "packed by $how, indeed" dump
done

# Written over, in pieces, shared, preallocated: half of the extents are in use by parts.
volume compress=zstd
cp -a in/. m; sync
for i in $(seq 40); do
	dd if=/dev/urandom of=m/boot/vmlinuz bs=5000 seek=$((i * 7)) count=1 conv=notrunc status=none
	[ $((i % 10)) -eq 0 ] && sync
done
cp --reflink=always m/mixed m/shared
dd if=/dev/zero of=m/shared bs=4096 seek=60 count=3 conv=notrunc status=none
fallocate -l 1M m/prealloc; echo start | dd of=m/prealloc conv=notrunc status=none
echo end | dd of=m/hole bs=1M seek=3 status=none
fallocate -p -o 100000 -l 200000 m/mixed
want m; umount m
same "rewritten, shared, preallocated, punched" img btrfs

# As openSUSE has it: @, a snapshot as the default, others beside.
volume defaults
for s in @ @/home @/snap; do btrfs -q subvolume create m/$s || exit 1; done
cp -a in/boot m/@/boot; echo here >m/@/home/file
btrfs -q subvolume snapshot m/@ m/@/snap/1; echo changed >m/@/snap/1/new; mkdir m/@/snap/1/home/x 2>/dev/null
want m; umount m
same "subvolumes" img btrfs
mount -o loop img m
btrfs subvolume set-default m/@/snap/1; sync; umount m
mount -o loop img m; want m; umount m
same "a snapshot as the default" img btrfs
"$bootls" -c img /@/home/file >have 2>err; echo here | diff - have >diff
result "a path from the top behind it" diff err

# Two devices: one that holds all, one that does not.
umount -q m; rm -f a b; truncate -s 300M a b
for f in a b; do loops="$loops $(losetup -f --show $f)"; done
mkfs.btrfs -q -f -d raid1 -m raid1 $loops >log 2>&1 && btrfs -q device scan $loops >>log 2>&1 &&
	mount ${loops##* } m 2>>log && cp -a in/. m && umount m
want in; losetup -d $loops; loops=
same "mirrored on two devices, the first" a btrfs
same "mirrored on two devices, the second" b btrfs
for f in a b; do loops="$loops $(losetup -f --show $f)"; done
mkfs.btrfs -q -f -d raid0 -m raid1 $loops >log 2>&1 && btrfs -q device scan $loops >>log 2>&1 &&
	mount ${loops##* } m 2>>log && cp -a in/. m && umount m
tree_of a >have 2>err; grep -q 'cannot read this: striped over several devices' err
result "striped over two devices is refused" log err
