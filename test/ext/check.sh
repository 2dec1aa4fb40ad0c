#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ext2, ext3 and ext4 made by mke2fs with one feature after the other, bent by
# debugfs and e2fsck, listed by bootls: every name, type, size, checksum and
# link target is held against what was put in; label and UUID against blkid.
set -u
cd "$(dirname "$0")/../.." || exit 1
ls=$PWD/build/host/tools/bootls tree=$PWD/test/ext/tree
PATH=$PATH:/usr/sbin:/sbin
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

# in: the shapes that a root file system has, and the sizes at which things change
mkdir -p in/boot/grub in/many in/links in/sizes in/$(printf 'deep/%.0s' {1..40})
seq 100000 >in/boot/vmlinuz-6.1.0-18-amd64
seq 200000 | tac >in/boot/initrd.img-6.1.0-18-amd64
echo 'set default=0' >in/boot/grub/grub.cfg
ln -s boot/vmlinuz-6.1.0-18-amd64 in/vmlinuz
ln -s ../../boot/grub in/links/dir
for n in 1 2 59 60 61 100 255 900; do ln -s "$(printf "%${n}s" | tr ' ' t)" in/links/$n; done
for n in 0 1 59 60 61 100 139 140 150 200 400 1023 1024 1025 4095 4096 4097 12288 12289 70000; do
	yes "$n" | head -c $n >in/sizes/$n
done
for i in $(seq 300); do echo "$i" >"in/many/file number $i"; done
echo x >"in/Größe größer als 日本語"
echo y >in/$(printf 'n%.0s' {1..255})
mkfifo in/fifo
for at in 0 13K 300K 301K 3M; do # each in another place of the pointer trees
	echo "at $at" | dd of=in/sparse bs=1 seek=$at conv=notrunc status=none
done
truncate -s 4M in/hole
"$tree" in >want || exit 1

result() { # result NAME LOGS...: by the exit code of the last command
	if [ $? -eq 0 ]; then echo "ok ext: $1"; else echo "not ok ext: $1: $(cat "${@:2}" | head -c 500 | tr '\n' ';')"; fi
}
make() { # make MKE2FS-OPTIONS...: img, filled
	rm -f img; truncate -s "${SIZE:-24M}" img
	mke2fs -q -F -d in "$@" img >log 2>&1 || { cat log; false; }
}
same() { # same NAME: img holds what `want` says
	"$ls" -r img 2>err | grep -v ' /lost+found$' | sort >have
	diff want have >diff && [ ! -s err ]
	result "$1" diff err
}
volume() { make "${@:2}" >log 2>&1 && same "$1" || { [ -s log ] && result "$1" log; }; }

volume "ext2" -t ext2 -b 1024
volume "ext2, 2 KiB blocks" -t ext2 -b 2048
volume "ext2, 4 KiB blocks" -t ext2 -b 4096
volume "ext2, 64 KiB blocks" -t ext2 -b 65536
volume "ext2, revision 0" -t ext2 -r 0 -b 1024
volume "ext2 without types in directories" -t ext2 -O ^filetype
volume "ext2 without sparse_super" -t ext2 -O ^sparse_super,^resize_inode -g 512 -b 1024
volume "ext2, inodes of 128 bytes" -t ext2 -I 128
volume "ext3" -t ext3
volume "ext3, 4 KiB blocks, inodes of 128 bytes" -t ext3 -b 4096 -I 128
for b in 1024 2048 4096 8192 65536; do volume "ext4, blocks of $b" -t ext4 -b $b; done
for i in 128 512 1024 4096; do volume "ext4, inodes of $i" -t ext4 -b 4096 -I $i; done
volume "ext4 without extents" -t ext4 -b 1024 -O ^extent,^64bit
b=4096
for f in ^64bit ^metadata_csum ^metadata_csum,uninit_bg ^metadata_csum,^64bit,uninit_bg \
	metadata_csum_seed ^has_journal ^flex_bg ^dir_index meta_bg,^resize_inode \
	sparse_super2 sparse_super2,meta_bg,^resize_inode bigalloc large_dir casefold encrypt,verity \
	project,quota mmp ea_inode stable_inodes orphan_file fast_commit \
	^huge_file,^large_file,^extra_isize; do
	b=$((5120 - b)) # 1024 and 4096 in turn
	volume "ext4 -O $f, blocks of $b" -t ext4 -b $b -O $f
done
volume "ext4, many groups" -t ext4 -b 1024 -g 256 -O ^flex_bg
volume "ext4, many groups, meta_bg" -t ext4 -b 1024 -g 256 -O meta_bg,^resize_inode,^flex_bg
volume "ext4, many groups, meta_bg, one backup" -t ext4 -b 1024 -g 256 \
	-O meta_bg,^resize_inode,sparse_super2
volume "ext4, clusters of 16 KiB" -t ext4 -b 1024 -O bigalloc -C 16384
for i in 256 512 1024; do
	volume "ext4, inline data, inodes of $i" -t ext4 -b 1024 -I $i -O inline_data
done
