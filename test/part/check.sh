#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Partition tables made by fdisk, sfdisk and sgdisk, read by bootparts, held
# against what partx (libblkid) makes of them; then damaged ones.
set -u
cd "$(dirname "$0")/../.." || exit 1
parts=$PWD/build/host/tools/bootparts fuzz=$PWD/build/fuzz/test/fuzz/part_fuzz
PATH=$PATH:/usr/sbin:/sbin
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

verdict() { # verdict NAME: by the exit code of the last command
	if [ $? -eq 0 ]; then echo "ok part: $1"; else echo "not ok part: $1: $(tr '\n' ';' <diff)"; fi
}
oracle() { # oracle IMAGE SECTORSIZE: as bootparts prints it, without the first line
	partx --raw --noheadings --bytes --sector-size "$2" \
		--output NR,START,SECTORS,TYPE,UUID,FLAGS "$1" | while read -r nr start n type uuid flags; do
		case $type in 0x5|0xf|0x85) continue ;; 0x*) bit=128 ;; *) bit=4 ;; esac
		[ $((flags & bit)) -ne 0 ] && flags=active || flags=-
		echo "$nr $((start * 512)) $((n * 512)) ${type#0x} $uuid $flags"
	done
}
same() { # same NAME IMAGE SCHEME COUNT [SECTORSIZE]
	{ echo "$3"; oracle "$2" "${5:-512}"; } >want
	"$parts" "$2" >have 2>err
	[ "$(wc -l <want)" -eq $(($4 + 1)) ] && diff want have >diff && [ ! -s err ]
	verdict "$1"
}
still() { # still NAME IMAGE WORD: the same answer as in `want`, and a warning with that word
	"$parts" "$2" >have 2>err
	diff want have >diff && grep -q "$3" err
	verdict "$1"
}
image() { rm -f "$1"; truncate -s "$2" "$1"; }
poke() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

image dos 64M
printf 'label: dos\n2048,10M,83,*\n,10M,82\n' | sfdisk -q dos
same "primary" dos mbr 2

image ext 64M
{ printf 'label: dos\n,1M\n,1M\n,1M,83,*\n,,5\n'; yes ',1M' | head -20; } | sfdisk -q ext 2>/dev/null
same "twenty logical" ext mbr 23
sfdisk -q --delete ext 5 9 13 2>/dev/null
same "logical ones deleted" ext mbr 20

image order 64M
printf 'o\nn\ne\n\n\n\nn\n80000\n+1M\nn\n20000\n+1M\nn\n50000\n+1M\na\n6\nw\n' | fdisk order >/dev/null
same "logical ones out of order" order mbr 3
for type in 5 f 85; do
	sfdisk -q --part-type order 1 $type
	same "extended of type $type" order mbr 3
done

image dos4k 64M
printf 'o\nn\n\n\n\n+8M\nn\n\n\n\n+8M\nw\n' | fdisk -b 4096 dos4k >/dev/null
{ echo mbr; oracle dos4k 4096; } >want
"$parts" -s 4096 dos4k >have 2>err
[ "$(wc -l <want)" -eq 3 ] && diff want have >diff
verdict "primary with 4096-byte sectors"

image gpt 64M
sgdisk -n 1:2048:+1M -t 1:ef02 -n 2:0:+10M -t 2:ef00 -n 7:0:+20M -A 7:set:2 gpt >/dev/null
same "gpt" gpt gpt 3
sgdisk --resize-table=16 gpt >/dev/null
same "gpt with a small table" gpt gpt 3
cp gpt two && poke two 512 XXXX
still "gpt without its primary header" two backup
cp gpt two && poke two 600 XXXX && truncate -s 63M two
"$parts" gpt >want && still "gpt damaged at both ends" two "damaged"
cp gpt two && truncate -s 20M two
"$parts" two >have 2>err; head -3 have >have3; head -3 want >want3
diff want3 have3 >diff && [ "$(sed -n '4s/ [^ ]* [^ ]* [^ ]*$//p' have)" = "7 12582912 8388608" ] &&
	grep -q 'partition 7 reaches past the end' err
verdict "gpt of a truncated image"
cp gpt two && sgdisk --hybrid 2:7 two >/dev/null
same "gpt with a hybrid mbr" two gpt 3
cp gpt two && truncate -s 80M two
same "gpt of a grown image" two gpt 3

image gpt4k 64M
printf 'g\nn\n\n\n+8M\nn\n\n\n+8M\nw\n' | fdisk -b 4096 gpt4k >/dev/null
same "gpt with 4096-byte sectors" gpt4k gpt 2 4096
poke gpt4k 4096 XXXX
still "gpt with 4096-byte sectors, without its primary header" gpt4k backup

for fs in fat ext4; do
	image bare 8M
	if [ $fs = fat ]; then mkfs.vfat bare >/dev/null; else mke2fs -q -t ext4 bare; poke bare 510 '\125\252'; fi
	poke bare 446 'Please insert a bootable floppy and\r\npress any key'
	[ "$("$parts" bare 2>err)" = none ] && [ ! -s err ]
	verdict "bare $fs with boot code"
done

# Real tables as seeds, for as long as a check may take.
mkdir seeds
for f in ext order; do head -c 65536 $f >seeds/$f; done
for f in gpt gpt4k; do head -c 20480 $f >seeds/$f; done
"$fuzz" -max_len=65536 -seed=1 -runs=20000 -max_total_time=1 seeds >log 2>&1
[ $? -eq 0 ] || { tail -20 log; false; }
verdict "fuzzing from real tables"
