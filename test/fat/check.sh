#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# FAT volumes made by mkfs.vfat and filled by mcopy, seen by bootls and held
# against what was put in; label and UUID against blkid.
cd "$(dirname "$0")/../.." && . test/fs.sh || exit 1
export MTOOLS_SKIP_CHECK=1

# in: the shapes that a boot partition has, and some names that are hard
mkdir -p in/EFI/BOOT in/loader/entries in/many "in/a directory with a long name"
seq 1 3000 >in/EFI/BOOT/BOOTX64.EFI
seq 1 200000 >in/vmlinuz-6.1.0-18-amd64
head -c 700000 in/vmlinuz-6.1.0-18-amd64 | tac >in/initrd.img
: >in/empty
echo x >"in/loader/entries/0123456789abcdef-6.1.0-18-amd64.conf"
echo y >"in/a directory with a long name/Größe größer als 日本語.txt"
echo z >in/$(printf 'n%.0s' {1..200})
for i in $(seq 150); do echo "$i" >"in/many/entry number $i.conf"; done
find in -type f -exec touch -d '2019-06-30 23:59:58' {} +
touch -d '2106-01-02 03:04:06' in/initrd.img
want in

volume() { # volume NAME SIZE MKFS-OPTIONS...: make it, fill it, read it
	rm -f img; truncate -s "$2" img
	if mkfs.vfat "${@:3}" img >log 2>&1 && mcopy -s -m -i img in/* :: >>log 2>&1
	then same "$1" img fat; else result "$1" log; fi
}
volume "FAT12" 8M -F 12 -s 8 -n BOOT
volume "FAT12, one FAT, large clusters" 32M -F 12 -s 64 -f 1
volume "FAT16" 32M -F 16 -n "EFI SYSTEM" -i deadbeef
volume "FAT16, sectors of 4096" 64M -F 16 -S 4096 -s 1
volume "FAT16, clusters of 64 KiB" 300M -F 16 -s 128
volume "FAT32" 300M -F 32 -n ESP -i 00ab00cd
volume "FAT32, clusters of 512" 40M -F 32 -s 1
volume "FAT32, sectors of 4096" 300M -F 32 -S 4096 -s 1
volume "FAT32, sectors of 2048, three FATs" 300M -F 32 -S 2048 -s 2 -f 3 -R 40
volume "FAT chosen by mkfs" 100M

# A file in many pieces: every second one of the small ones that filled the volume gives way to it.
rm -f img; truncate -s 20M img; mkfs.vfat -F 16 -s 1 img >/dev/null
mkdir -p pieces/fill; seq 3000000 | head -c 18000000 | split -a 4 -b 15000 --numeric-suffixes=1001 - pieces/fill/
mcopy -s -m -i img pieces/fill :: && mdel -i img $(seq -f '::fill/%g' 1001 2 2200)
rm $(seq -f 'pieces/fill/%g' 1001 2 2200); seq 2000000 | head -c 9M >pieces/big
touch -d '2019-06-30 23:59:58' pieces/big
mcopy -m -i img pieces/big :: && want pieces
same "a file in pieces" img

# Seeds: 2 KiB sectors would make them long.
mkdir seeds small && echo kernel >small/vmlinuz && echo a >"small/a long name for an entry.conf"
for b in "12 64K" "16 2200K" "32 34M"; do
	set -- $b; rm -f img; truncate -s "$2" img
	mkfs.vfat -F "$1" -s 1 -S 512 -r 16 -f 1 -n SEED img >/dev/null 2>&1
	mcopy -s -i img small ::; mcopy -i img small/* ::
	head -c 300K img >seeds/$1
done
fuzz 307200
