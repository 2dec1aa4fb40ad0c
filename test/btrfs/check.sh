#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Btrfs made by mkfs.btrfs --rootdir, which needs no root, seen by bootls and
# held against what was put in; then damaged. test.sh has what only the kernel
# can write.
cd "$(dirname "$0")/../.." && . test/fs.sh || exit 1

mkdir -p in/boot/grub in/many
seq 400000 >in/boot/vmlinuz
echo 'set default=0' >in/boot/grub/grub.cfg
ln -s boot/vmlinuz in/vmlinuz
ln -s "$(printf '%3000s' | tr ' ' t)" in/long
for n in 0 1 1000 2000 2047 2048 4000 4095 4096 4097; do yes "$n" | head -c "$n" >in/$n; done
for i in $(seq 1000); do echo "$i" >"in/many/file number $i"; done
echo x >"in/Größe größer als 日本語"
echo y >in/$(printf 'n%.0s' {1..255})
mkfifo in/fifo
echo 'in the middle' | dd of=in/sparse bs=1 seek=700000 status=none
truncate -s 1M in/sparse
want in

make() { rm -f img; truncate -s 140M img; mkfs.btrfs -q -L "My label" --rootdir in "$@" img >log 2>&1; }
volume() { # volume NAME MKFS-OPTIONS...
	if make "${@:2}"; then same "$1" img btrfs; else result "$1" log; fi
}
volume "one copy of all" -d single -m single
volume "two copies of all" -d dup -m dup
volume "mixed groups, blocks of 4096" --mixed -n 4096
volume "blocks of 65536" -n 65536
volume "written holes" -O ^no-holes,^skinny-metadata,^extref
volume "sums by xxhash" --csum xxhash
volume "as mkfs makes it"

cp --sparse=always img whole
printf XXXX | dd of=img bs=1 seek=$((65536 + 80)) conv=notrunc status=none
tree_of img 2>err | diff want - >diff && grep -q 'using copy 1' err
result "superblock from its copy" err diff

# The second stripe of the DUP chunk of metadata is left, the first becomes zeros.
mv whole img
btrfs inspect-internal dump-tree -t chunk img 2>/dev/null >chunks
read -r at len < <(awk '$5 == "CHUNK_ITEM" || /CHUNK_ITEM/ {m = 0}
	/METADATA\|DUP/ {m = 1; len = $2} /stripe 0/ && m {print $6, len; exit}' chunks)
dd if=/dev/zero of=img bs=64K seek=$((at / 65536)) count=$((len / 65536)) conv=notrunc status=none
same "metadata from its copy" img
make && truncate -s 12M img && tree_of img >have 2>err
grep -q 'the device ends before' err && grep -q 'damaged: ' err
result "truncated" err

# A seed is the pages that are not empty, each behind its number.
mkdir seeds small; seq 3000 >small/file; seq 10 >small/inline; ln -s file small/link
truncate -s 120M seed; mkfs.btrfs -q -M -n 4096 --rootdir small seed >log 2>&1
/usr/bin/python3 -c '
import sys
with open("seed", "rb") as disk:
    for i in range(16384):
        page = disk.read(4096)
        if page.strip(b"\0"):
            sys.stdout.buffer.write(i.to_bytes(2, "little") + page)' >seeds/mixed
fuzz 200000
