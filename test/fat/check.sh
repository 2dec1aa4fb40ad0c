#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# FAT volumes made by mkfs.vfat, filled by mcopy, copied out by bootcp and held
# against what was put in; label and UUID against blkid.
set -u
cd "$(dirname "$0")/../.." || exit 1
cp=$PWD/build/host/tools/bootcp fuzz=$PWD/build/fuzz/test/fuzz/fat_fuzz
PATH=$PATH:/usr/sbin:/sbin
export TZ=UTC MTOOLS_SKIP_CHECK=1 LC_ALL=C.UTF-8
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

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
touch -d '2019-06-30 23:59:58' in/empty
touch -d '2106-01-02 03:04:06' in/initrd.img

volume() { # volume NAME SIZE MKFS-OPTIONS...: make it, fill it, read it
	local name=$1 size=$2; shift 2
	rm -rf img out; truncate -s "$size" img
	if ! mkfs.vfat "$@" img >log 2>&1 || ! mcopy -s -m -i img in/* :: >>log 2>&1; then
		echo "not ok fat: $name: $(tr '\n' ';' <log)"; return
	fi
	want="fat $(blkid -p -o value -s UUID img) $(blkid -p -o value -s LABEL img)"
	[ "${want% }" = "$want" ] || want="$want-"
	have=$("$cp" img out 2>err)
	if [ "$want" != "$have" ]; then echo "not ok fat: $name: '$have', not '$want'"
	elif [ -s err ] || ! diff -r in out >diff; then echo "not ok fat: $name: $(head -c 300 err diff)"
	elif ! times in >in.times || ! times out | diff in.times - >diff; then
		echo "not ok fat: $name: other times: $(head -c 300 diff)"
	else echo "ok fat: $name"; fi
}
times() { # DOS times are even
	(cd "$1" && find . -type f -printf '%p %T@\n') | awk '{$NF = int($NF / 2); print}' | sort
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
rm -rf img out; truncate -s 20M img; mkfs.vfat -F 16 -s 1 img >/dev/null
mkdir fill; for i in $(seq 1200); do head -c 15000 in/vmlinuz-6.1.0-18-amd64 >fill/$i; done
mmd -i img ::fill && mcopy -i img fill/* ::fill
mdel -i img $(seq -f '::fill/%g' 1 2 1200)
seq 2000000 | head -c 9M >big
mcopy -i img big ::big && "$cp" img out >/dev/null && cmp big out/big && cmp fill/1200 out/fill/1200
[ $? -eq 0 ] && echo "ok fat: a file in pieces" || echo "not ok fat: a file in pieces"

# Real volumes as seeds, for as long as a check may take. Their FATs are short: 2 KiB of sectors.
mkdir seeds small && echo kernel >small/vmlinuz && echo a >"small/a long name for an entry.conf"
for b in "12 64K" "16 2200K" "32 34M"; do
	set -- $b; rm -f img; truncate -s "$2" img
	mkfs.vfat -F "$1" -s 1 -S 512 -r 16 -f 1 -n SEED img >/dev/null 2>&1
	mcopy -s -i img small ::; mcopy -i img small/* ::
	head -c 300K img >seeds/$1
done
"$fuzz" -max_len=307200 -seed=1 -runs=20000 -max_total_time=1 seeds >log 2>&1
[ $? -eq 0 ] && echo "ok fat: fuzzing from real volumes" ||
	echo "not ok fat: fuzzing from real volumes: $(tail -20 log | tr '\n' ';')"
