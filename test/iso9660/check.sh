#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ISO 9660 images made by xorriso and genisoimage, seen by bootls and held
# against what was put in; label and UUID against blkid.
cd "$(dirname "$0")/../.." && . test/fs.sh || exit 1

# plain: names that every level can hold; in: what Rock Ridge is for
mkdir -p plain/boot/grub plain/empty
seq 100000 >plain/boot/vmlinuz
echo set >plain/boot/grub/grub.cfg
: >plain/zero
cp -r plain joliet
seq 500 >"joliet/Long name, with case, größer 日本.conf"
cp -r joliet in
mkdir -p in/1/2/3/4/5/6/7/8/9/10 in/many
echo deep >in/1/2/3/4/5/6/7/8/9/10/file
for i in $(seq 200); do echo "$i" >"in/many/number $i of a directory of several sectors"; done
echo long >in/$(printf 'n%.0s' {1..250})
ln -s boot/vmlinuz in/vmlinuz
ln -s ../../boot/./grub in/boot/up
ln -s / in/root
ln -s "/$(printf 'x%.0s' {1..90})/$(printf 'y%.0s' {1..90})/../$(printf 'z%.0s' {1..90})" in/long
mkfifo in/pipe
touch -d '1999-12-31 23:59:59' in/zero
touch -d '2023-02-03 04:05:06' "in/Long name, with case, größer 日本.conf"

image() { # image NAME TREE COMMAND...: make it, read it
	rm -f img; want "$2"
	if "${@:3}" -quiet -o img "$2" >log 2>&1; then same "$1" img iso9660; else result "$1" log; fi
}
for maker in "xorriso -as mkisofs" genisoimage; do
	who=${maker%% *}
	for level in 1 2 3; do
		image "$who: plain, level $level" plain $maker -iso-level $level -V PLAIN
	done
	image "$who: Joliet" joliet $maker -J -V 'Größe 1'
	image "$who: Rock Ridge" in $maker -R -V ROCK
	image "$who: Rock Ridge and Joliet" in $maker -R -J -joliet-long -V BOTH-and-more-than-16-letters
done
image "genisoimage: Rock Ridge, XA" in genisoimage -R -xa -V XA
image "genisoimage: Rock Ridge, deep directories where they are" in genisoimage -R -D -V DEEP
image "xorriso: Rock Ridge 1.10, in another time zone" in env TZ=Asia/Kolkata \
	xorriso -as mkisofs -R --old-root-no-ino -V OLD

# As installation media are made: a partition table, and the same files once more for partition 1.
image "hybrid, as a whole" in xorriso -as mkisofs -R -J -V HYBRID -partition_offset 16
"$bootparts" img >parts; [ "$(sed -n '1p;2s/ .*//p' parts | xargs)" = "mbr 1" ]
result "hybrid, its table" parts
same "hybrid, partition 1" "img@$(awk 'NR == 2 {print $2}' parts)"
truncate -s 200K img
tree_of img >have 2>err; grep -q 'past the end of the device' err && [ "$(wc -l <have)" -gt 10 ]
result "truncated" err

mkdir -p seeds small/1/2/3/4/5/6/7/8/9 && echo kernel >small/vmlinuz && ln -s vmlinuz small/link
genisoimage -quiet -no-pad -R -J -o seeds/rock small
genisoimage -quiet -no-pad -J -o seeds/joliet small 2>/dev/null
for f in seeds/*; do truncate -s 96K "$f"; done
fuzz 98304
