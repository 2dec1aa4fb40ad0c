#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ISO 9660 images made by xorriso and genisoimage, copied out by bootcp and held
# against what was put in; label and UUID against blkid.
set -u
cd "$(dirname "$0")/../.." || exit 1
cp=$PWD/build/host/tools/bootcp parts=$PWD/build/host/tools/bootparts
fuzz=$PWD/build/fuzz/test/fuzz/iso9660_fuzz
PATH=$PATH:/usr/sbin:/sbin
export TZ=UTC LC_ALL=C.UTF-8
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

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
touch -d '2023-02-03 04:05:06' in/boot/vmlinuz

image() { # image NAME TREE COMMAND...: make it, read it
	local name=$1 tree=$2; shift 2
	rm -f img
	"$@" -quiet -o img "$tree" >log 2>&1 || { echo "not ok iso9660: $name: $(tail -1 log)"; return; }
	compare "$name" "$tree" img@0
}
compare() { # compare NAME TREE IMAGE[@OFFSET]
	local name=$1 tree=$2 off=${3#img} want have
	want="iso9660 $(blkid -p -O "${off#@}" -o value -s UUID img) $(blkid -p -O "${off#@}" -o value -s LABEL img)"
	rm -rf out; have=$("$cp" "$3" out 2>err)
	rm -rf out/rr_moved
	if [ "$want" != "$have" ]; then echo "not ok iso9660: $name: '$have', not '$want'"
	elif [ -s err ] || ! diff -r --no-dereference -x pipe "$tree" out >diff; then
		echo "not ok iso9660: $name: $(head -c 300 err diff)"
	elif [ "$tree" = in ] && ! { times in >in.times; times out | diff in.times - >diff; }; then
		echo "not ok iso9660: $name: other times: $(head -c 300 diff)"
	else echo "ok iso9660: $name"; fi
}
times() { (cd "$1" && find . -type f -printf '%p %Ts\n' | sort); }

for maker in "xorriso -as mkisofs" genisoimage; do
	who=${maker%% *}
	for level in 1 2 3; do
		image "$who: plain, level $level" plain $maker -iso-level $level -V PLAIN
	done
	image "$who: Joliet" joliet $maker -J -V 'Größe 1'
	image "$who: Rock Ridge" in $maker -R -V ROCK
	image "$who: Rock Ridge and Joliet" in $maker -R -J -joliet-long -V BOTH
done
image "genisoimage: Rock Ridge, XA" in genisoimage -R -xa -V XA
image "genisoimage: Rock Ridge, deep directories where they are" in genisoimage -R -D -V DEEP
image "xorriso: Rock Ridge 1.10, no time zone" in env TZ=Asia/Kolkata xorriso -as mkisofs -R --old-root-no-ino -V OLD

# As installation media are made: a partition table, and the same files once more for partition 1.
image "hybrid, as a whole" in xorriso -as mkisofs -R -J -V HYBRID -partition_offset 16
[ "$("$parts" img | sed -n '1p;2s/ .*//p' | xargs)" = "mbr 1" ] || echo "not ok iso9660: hybrid: no partition"
compare "hybrid, partition 1" in "img@$("$parts" img | awk 'NR == 2 {print $2}')"
truncate -s 200K img
"$cp" img out >/dev/null 2>err && echo "not ok iso9660: truncated: all is well" ||
	{ grep -q . err && echo "ok iso9660: truncated"; }

mkdir seeds small && echo kernel >small/vmlinuz && ln -s vmlinuz small/link && mkdir -p small/1/2/3/4/5/6/7/8/9
genisoimage -quiet -no-pad -R -J -o seeds/rock small
genisoimage -quiet -no-pad -J -o seeds/joliet small 2>/dev/null
for f in seeds/*; do truncate -s 96K "$f"; done
"$fuzz" -max_len=98304 -seed=1 -runs=20000 -max_total_time=1 seeds >log 2>&1
[ $? -eq 0 ] && echo "ok iso9660: fuzzing from real images" ||
	echo "not ok iso9660: fuzzing from real images: $(tail -20 log | tr '\n' ';')"
