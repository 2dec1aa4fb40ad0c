#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The dom0 tool as a toolstack calls it, on images that need no root to make.
set -u
. "$(dirname "$0")/lib.sh"

# --- what goes in -----------------------------------------------------------------
seq 1 400000 >vmlinuz
seq 1 300000 | tac >initrd
truncate -s 16M fat.img
mkfs.vfat fat.img >/dev/null && mcopy -i fat.img vmlinuz ::vmlinuz && mcopy -i fat.img initrd ::initrd.img
truncate -s 32M disk.img
echo '2048,,c,*' | sfdisk -q disk.img
dd if=fat.img of=disk.img bs=1M seek=1 conv=notrunc status=none
files=(--kernel=/vmlinuz --ramdisk=/initrd.img)

# --- answers ----------------------------------------------------------------------
boots "kernel and initrd by name" vmlinuz initrd "ro  quiet" -q "${files[@]}" "--args=ro  quiet" disk.img
boots "a kernel alone, on a whole-disk file system" vmlinuz "" "" -q --kernel=/vmlinuz fat.img
boots "at an offset" vmlinuz initrd "" -q "${files[@]}" --offset=1048576 disk.img
boots "a second disk that is not there" vmlinuz initrd "" -q "${files[@]}" disk.img missing.img
truncate -s 1M blank.img
boots "on the second disk" vmlinuz initrd "" -q "${files[@]}" blank.img disk.img

answer() { # answer FORMAT: byte for byte, names of files as pygrub makes them
	"$domboot" -q "${files[@]}" --args="a 'b'" --output-format="$1" --output-directory=.//out/../out \
		disk.img 2>&1 | sed -E "s,$tmp/out/boot_(kernel|ramdisk)\.[a-z0-9_]{8}([^a-z0-9_]|\$),<\1>\2,g" | od -An -c | tr -s ' \n' ' '
	rm -f out/*
}
want() { printf "$1" | od -An -c | tr -s ' \n' ' '; }
is "sxp, byte by byte" "$(answer sxp)" "$(want "linux (kernel '<kernel>')(ramdisk '<ramdisk>')(args \"a 'b'\")")"
is "simple, byte by byte" "$(answer simple)" "$(want "kernel <kernel>\nramdisk <ramdisk>\nargs a 'b'\n\n")"
is "simple0, byte by byte" "$(answer simple0)" "$(want "kernel <kernel>\0ramdisk <ramdisk>\0args a 'b'\0\0")"
is "-n names the files in the guest" "$("$domboot" -qn "${files[@]}" --output-format simple disk.img)" \
	$'kernel <kernel:/vmlinuz>\nramdisk <ramdisk:/initrd.img>'
: >answer
"$domboot" -q "${files[@]}" --output=answer --output-format=simple --output-directory=out disk.img >stdout
is "the answer in a file" "$(head -c 7 answer) $(wc -c <stdout)" "kernel  0"
rm -f out/*
is "--version" "$("$domboot" --version)" "domboot 0.1"
is "--help is for people" "$("$domboot" --help | head -1)" "usage: domboot [OPTION]... DISK..."

# --- what cannot work -------------------------------------------------------------
fails "no disk" "no disk is named" -q
fails "an unknown option" "option --frob is unknown" --frob disk.img
fails "a disk that is not there" "missing.img" -q "${files[@]}" missing.img
fails "a directory for a disk" "out: cannot be read" -q "${files[@]}" out
mkfifo fifo
fails "a pipe for a disk" "fifo: cannot be read" -q "${files[@]}" fifo
fails "a device that is no disk" "/dev/zero: cannot be read" -q "${files[@]}" /dev/zero
: >empty.img
fails "an empty disk" "empty.img" -q empty.img
head -c 3M /dev/urandom >junk.img
fails "a junk disk" "Unable to find partition containing kernel.*junk.img" -q junk.img
fails "no configuration" "Unable to find partition containing kernel.*disk.img" -q disk.img
fails "a kernel that is not there" "disk.img: /nope: no such file" -q --kernel=/nope disk.img
fails "an initrd that is not there" "disk.img: /nope: no such file" -q --kernel=/vmlinuz --ramdisk=/nope disk.img
fails "an offset outside" "offset" -q "${files[@]}" --offset=99999999999 disk.img
fails "a kernel over the limit" "vmlinuz has more than 1 MiB; --max-kernel" -q "${files[@]}" --max-kernel=1 disk.img
fails "an initrd over the limit" "initrd.img has more than 1 MiB; --max-initrd" -q "${files[@]}" --max-initrd=1 disk.img
fails "an output that is not there" "absent: No such file" -q "${files[@]}" --output=absent disk.img
fails "a full output" "full: No space left" -q "${files[@]}" --output=/dev/full disk.img
fails "a directory that is not there" "cannot make files there" -q "${files[@]}" --output-directory=absent disk.img
fails "too little memory" "out of memory|signal" -q "${files[@]}" --max-memory=1 disk.img
fails "a newline in a simple answer" "delimiter|newline" -q "${files[@]}" --output-format=simple --args=$'a\nkernel /etc/shadow' disk.img
head -c 4M fat.img >short.img
fails "a truncated file system" "short.img" -q "${files[@]}" short.img

# --- surroundings -----------------------------------------------------------------
boots "without standard streams" vmlinuz "" "" -q --kernel=/vmlinuz fat.img
"$domboot" -q --kernel=/vmlinuz --output=answer --output-format=simple --output-directory=out fat.img <&- >&- 2>&-
is "started with no descriptor open" "$? $(sed -n 's/^kernel //p' answer | xargs cmp vmlinuz 2>&1)" "0 "
rm -f out/*
env -i $(for i in $(seq 300); do echo "LD_X$i=%n%s"; done) PYTHONPATH=/x XEN_FSIMAGE_FSDIR=/x FSIMAGE_FSDIR=/x \
	TERM=$'\e[2J' LINES=-1 COLUMNS=99999999 IFS=/ PATH= HOME=/x TMPDIR=/x LANG=xx_YY.UTF-8 \
	"$domboot" -qn "${files[@]}" disk.img >stdout 2>stderr
is "a hostile environment changes nothing" "$? $(cat stdout stderr)" "0 linux (kernel '<kernel:/vmlinuz>')(ramdisk '<ramdisk:/initrd.img>')"
fails_few() (ulimit -n 8; fails "too few descriptors" "open files" -q "${files[@]}" disk.img)
fails_few

"$forbidden" filter
