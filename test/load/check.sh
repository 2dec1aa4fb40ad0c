#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels as gcc, ld and the real packers make them, against readelf.
set -u
cd "$(dirname "$0")/../.." || exit 1
info=$PWD/build/asan/test/load/info here=$PWD/test/load
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

gcc -c "$here/kernel.S" -o kernel.o &&
	ld -static --no-warn-rwx-segments -z noexecstack -Ttext-segment=0xffffffff81000000 \
		kernel.o -o linked &&
	objcopy --change-section-lma '*-0xffffffff80000000' linked kernel || exit 1
readelf -hlW kernel | awk '{for (i = 2; i <= 6; i++) if (sub("^0x0*", "", $i) && $i == "") $i = "0"}
	/Entry point/ {print "entry", $4}
	$1 == "LOAD" {print "segment", $2, $4, $5, $6}' >want
echo "start $(nm kernel | awk '$3 == "_start" {print $1}') base ffffffff80000000" >>want

same() { # same NAME FILE: what info says of FILE, and the ELF in it
	local name=$1
	if ! $info "$2" elf >have 2>why; then echo "not ok $name: $(tail -1 why)"
	elif ! cmp -s have want; then echo "not ok $name: $(diff have want | tr '\n' ' ')"
	elif ! cmp -s elf kernel; then echo "not ok $name: other bytes"
	else echo "ok $name"; fi
}
refused() { # refused NAME FILE TEXT: info fails in time, with this in its last line
	local name=$1
	if timeout 5 "$info" "$2" >/dev/null 2>why; then echo "not ok $name: taken"
	elif grep -q -- "$3" why; then echo "ok $name"
	else echo "not ok $name: $(tail -1 why)"; fi
}

same plain kernel
formats=("gzip -9" "bzip2 -9" "xz --format=lzma -9" "xz --check=crc32 --x86 --lzma2=dict=4MiB"
	"lzop -9" "lz4 -q -l -9" "zstd -q -19")
for c in "${formats[@]}"; do
	read -ra command <<<"$c"
	"$here/bzimage" kernel bz "${command[@]}"
	same "bzImage: $c" bz
	"${command[@]}" <kernel >packed
	same "file: $c" packed
	head -c "$(($(stat -c %s bz) - 600))" bz >cut
	refused "cut bzImage: $c" cut 'outside the file'
	head -c 1M /dev/zero | cat kernel - >large
	[ "$c" = "gzip -9" ] || LIE=$(stat -c %s kernel) "$here/bzimage" large bz "${command[@]}"
	[ "$c" = "gzip -9" ] || refused "bzImage with a lie for a size: $c" bz 'unpacks to\|damaged'
done
gzip <bz >twice
"$here/bzimage" kernel bz gzip && gzip <bz >twice
same "bzImage packed once more" twice
# The symbols of a kernel that asks for them are an ELF that binutils can read.
# (Their sections are not there, so readelf cannot name these.)
columns='/^ +[0-9]+:/ { print $1, $2, $3, $4, $5, $NF } !/^ +[0-9]+:/ && /rror/'
symbols() { # symbols BITS LD-EMULATION BASE
	gcc -m"$1" -Wa,--defsym,BSD="$1" -c "$here/kernel.S" -o bsd.o &&
		ld -m "$2" -static --no-warn-rwx-segments -z noexecstack -Ttext-segment="$3" bsd.o -o bsd &&
		readelf -sW bsd | awk "$columns" >want.syms
	if ! $info bsd elf symbols >/dev/null 2>why; then echo "not ok symbols, $1 bits: $(tail -1 why)"
	elif ! readelf -sW symbols 2>&1 | awk "$columns" >have.syms || ! cmp -s have.syms want.syms; then
		echo "not ok symbols, $1 bits: $(diff have.syms want.syms | head -3 | tr '\n' ' ')"
	else echo "ok symbols, $1 bits"; fi
}
symbols 64 elf_x86_64 0xffffffff80200000
symbols 32 elf_i386 0xc0100000
strip -R .note.Xen kernel -o nonotes 2>/dev/null
refused 'no notes' nonotes 'no Xen notes'
head -c 100 kernel >short
refused 'cut ELF' short 'lies outside the file'
refused 'a script' "$here/check.sh" 'neither a bzImage nor an ELF kernel'
refused 'this machine'"'"'s shell' "$(command -v bash)" 'no Xen notes'
