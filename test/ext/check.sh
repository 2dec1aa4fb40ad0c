#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ext2, ext3 and ext4 made by mke2fs with one feature after the other, bent by
# debugfs and e2fsck, listed by bootls: every name, type, size, checksum and
# link target is held against what was put in; label and UUID against blkid.
set -u
cd "$(dirname "$0")/../.." || exit 1
ls=$PWD/build/host/tools/bootls tree=$PWD/test/ext/tree
sweep=$PWD/build/asan/test/fs/sweep fuzz=$PWD/build/fuzz/test/fuzz/ext_fuzz
PATH=$PATH:/usr/sbin:/sbin
# mke2fs and its like wait for the disk at each end: in memory it is a third of the time.
tmp=$(TMPDIR=/dev/shm mktemp -d 2>/dev/null || mktemp -d) && trap 'rm -rf "$tmp"' EXIT
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
for i in $(seq 150); do echo "$i" >"in/many/file number $i"; done
echo x >"in/Größe größer als 日本語"
echo y >in/$(printf 'n%.0s' {1..255})
mkfifo in/fifo
for at in 0 13K 300K 301K 1500K; do # each in another place of the pointer trees
	echo "at $at" | dd of=in/sparse bs=1 seek=$at conv=notrunc status=none
done
truncate -s 1M in/hole
"$tree" in >want || exit 1

result() { # result NAME LOGS...: by the exit code of the last command
	if [ $? -eq 0 ]; then echo "ok ext: $1"; else echo "not ok ext: $1: $(cat "${@:2}" | head -c 500 | tr '\n' ';')"; fi
}
make() { # make MKE2FS-OPTIONS...: img, filled
	rm -f img; truncate -s "${SIZE:-24M}" img
	mke2fs -q -F -d "${IN:-in}" "$@" img >log 2>&1
}
bend() { debugfs -w -f /dev/stdin img >log 2>&1; } # debugfs commands from stdin
same() { # same NAME: img holds what `want` says
	"$ls" -r img 2>err | grep -v ' /lost+found$' | sort >have
	diff want have >diff && [ ! -s err ]
	result "$1" diff err
}
volume() { if make "${@:2}"; then same "$1"; else result "$1" log; fi; }
says() { # says NAME TEXT [BOOTLS-ARGS...]: it fails, and one line says so
	! "$ls" -r "${@:3}" img >have 2>err && grep -q -- "$2" err
	result "$1" err
}

volume "ext2" -t ext2 -b 1024
volume "ext2, 2 KiB blocks" -t ext2 -b 2048
volume "ext2, 4 KiB blocks" -t ext2 -b 4096
SIZE=64M volume "ext2, 64 KiB blocks" -t ext2 -b 65536
volume "ext2, revision 0" -t ext2 -r 0 -b 1024
volume "ext2 without types in directories" -t ext2 -O ^filetype
volume "ext2 without sparse_super" -t ext2 -O ^sparse_super,^resize_inode -g 512 -b 1024
volume "ext2, inodes of 128 bytes" -t ext2 -I 128
volume "ext3" -t ext3
volume "ext3, 4 KiB blocks, inodes of 128 bytes" -t ext3 -b 4096 -I 128
for b in 1024 2048 4096 65536; do SIZE=$((b * 12))K volume "ext4, blocks of $b" -t ext4 -b $b; done
for i in 128 1024 4096; do volume "ext4, inodes of $i" -t ext4 -b 4096 -I $i -N 1000; done
volume "ext4 without extents" -t ext4 -b 1024 -O ^extent,^64bit
b=4096
for f in ^64bit ^metadata_csum ^metadata_csum,uninit_bg ^metadata_csum,^64bit,uninit_bg \
	metadata_csum_seed ^has_journal ^flex_bg ^dir_index meta_bg,^resize_inode \
	sparse_super2 sparse_super2,meta_bg,^resize_inode bigalloc large_dir casefold encrypt,verity \
	project,quota mmp ea_inode stable_inodes orphan_file fast_commit \
	^huge_file,^large_file,^extra_isize; do
	b=$((5120 - b)) # 1024 and 4096 in turn
	SIZE=48M volume "ext4 -O $f, blocks of $b" -t ext4 -b $b -O $f
done
volume "ext4, many groups" -t ext4 -b 1024 -g 256 -O ^flex_bg
volume "ext4, many groups, meta_bg" -t ext4 -b 1024 -g 256 -O meta_bg,^resize_inode,^flex_bg
volume "ext4, many groups, meta_bg, one backup" -t ext4 -b 1024 -g 256 \
	-O meta_bg,^resize_inode,sparse_super2
volume "ext4, clusters of 16 KiB" -t ext4 -b 1024 -O bigalloc -C 16384
for i in 256 512 1024; do
	volume "ext4, inline data, inodes of $i" -t ext4 -b 1024 -I $i -O inline_data
done

# Hash trees of two levels, files in pieces, extent trees of two levels, unwritten extents.
mkdir -p bent/tree bent/pieces
/usr/bin/python3 - in/boot/vmlinuz-6.1.0-18-amd64 <<'PY'
import sys
for i in range(1, 551):
    open(f'bent/tree/{i}' + 'n' * 200, 'w')
for i in range(1, 401):
    open(f'bent/pieces/{i}', 'wb').write(open(sys.argv[1], 'rb').read(3000))
open('bent/holes', 'w').write(''.join('%-1023d\n' % i + '\0' * 1024 for i in range(600)))
PY
head -c 1200K in/boot/initrd.img-6.1.0-18-amd64 >big
truncate -s 100K bent/reserved
cp -r bent bent.after && cp big bent.after
(cd bent.after/pieces && rm $(seq 2 2 398))
"$tree" bent.after >want
for o in extent ^metadata_csum,uninit_bg ^extent,^64bit large_dir,metadata_csum_seed; do
	rm -f img; head -c 8M /dev/zero | tr '\0' U >img # what lies in unwritten blocks shall not show
	mke2fs -q -F -E nodiscard -t ext4 -b 1024 -O $o -d bent img >log 2>&1
	{ seq 2 2 398 | sed 's,^,rm pieces/,'; echo "write big big"
	[ $o = ^extent,^64bit ] || echo "fallocate reserved 3 90"; } | bend
	e2fsck -fyD img >log 2>&1
	debugfs -R 'stat tree' img 2>&1 | grep -q 'Flags: 0x[08]*1000' && same "bent: $o" || result "bent: $o" log
done
tune2fs -f -U random img >log 2>&1 && same "another UUID" || result "another UUID" log
debugfs -w -R 'feature needs_recovery' img >log 2>&1
"$ls" -r img 2>err | grep -v ' /lost+found$' | sort | diff want - >diff && [ "$(wc -l <err)" = 1 ] &&
	grep -q 'not cleanly unmounted' err
result "a journal that was not replayed" err diff
truncate -s 3M img
says "a truncated image" "the file system has 8388608 bytes and the device 3145728"

named() { # named NAME UUID LABEL
	make -t ext4 -O metadata_csum_seed && tune2fs -U "$2" -L "$3" img >log 2>&1
	uuid=$(blkid -p -o value -s UUID img) label=$(blkid -p -o value -s LABEL img)
	have=$("$ls" -i img) want="ext ${uuid:--} ${label:--}"
	[ "$want" = "$have" ] || { echo "'$have', not '$want'" >log; false; }
	result "$1" log
}
SIZE=8M IN=in/boot
named "UUID and label" random "root"
named "label with blanks and no end" 00112233-4455-6677-8899-aabbccddeeff " a b c d e f g"
named "neither" clear "   "
make -t ext4 && "$tree" in/boot >want
truncate -s 10M disk && dd if=img of=disk bs=1M seek=1 conv=notrunc status=none
echo '2048,8M,83' | sfdisk -q disk >log 2>&1 && "$ls" -p 1 -r disk >p 2>err && "$ls" -r disk@1048576 2>>err | cmp - p &&
	grep -v ' /lost+found' p | sort | diff want - >diff
result "in a partition" err diff
"$ls" -c img /vmlinuz-6.1.0-18-amd64 | cmp - in/boot/vmlinuz-6.1.0-18-amd64 >log 2>&1
result "a file's bytes" log

# What it must not read, and says why.
put() { printf "$2" | dd of=img bs=1 seek=$(($1)) conv=notrunc status=none; } # put OFFSET BYTES
rm -f img; truncate -s 8M img; mke2fs -q -F -O journal_dev img
says "an external journal" "external journal"
make -t ext4 -O encrypt && echo 'set_inode_field grub flags 0x80800
set_inode_field vmlinuz-6.1.0-18-amd64 flags 0x80800' | bend
says "an encrypted directory" "encrypted is the directory with inode" && :
"$ls" -r img /vmlinuz-6.1.0-18-amd64 2>&1 | grep -q "encrypted is inode"
result "an encrypted file" log
make -t ext4 -O ^metadata_csum && put 0x463 '\001'
says "an unknown feature" "unknown incompat feature, bit number (24)"
make -t ext4 -O ^metadata_csum && put 0x460 '\303'
says "compression" "compression"

# Each kind of metadata with one byte changed, which no clock sets and which means nothing else.
harm() { # harm WHAT BLOCK BYTE TEXT
	cp whole img && put "$2 * 1024 + $3" '\252'
	says "a damaged $1" "damaged: $4"
}
IN=bent make -t ext4 -b 1024 -O ^resize_inode,^has_journal
dir=$(debugfs -R 'blocks /' img 2>/dev/null) table=$(dumpe2fs img 2>/dev/null | sed -n 's/.*Inode table at \([0-9]*\).*/\1/p' | head -1)
tree=$(debugfs -R 'stat holes' img 2>/dev/null | sed -n 's/.*(ETB1):\([0-9]*\).*/\1/p')
cp img whole
harm superblock 1 0x2c "checksum of the superblock"
harm "group descriptor" 2 0x0c "checksum of the descriptor of group (0)"
harm inode "$table" "0x114" "checksum of inode (2)"
harm "directory block" "$dir" 1000 "checksum in the directory with inode"
harm "extent block" "${tree:-0}" 8 "checksum in the extent tree of inode"
IN=in

# Every byte of small ones changed, with checksums and without, and a short fuzzing from there.
mkdir -p seed/d seeds
echo hello >seed/d/f; ln -s d/f seed/l; ln -s "$(printf 'x%.0s' {1..80})" seed/long
# Two leaves, of names that the sweep takes for nothing written, and so for nothing to change.
for i in 1 2 3 4; do ln seed/d/f "seed/d/$i$(printf '\377%.0s' {1..250})"; done
for i in 0 2 4 6 8 10 14; do echo "at $i" | dd of=seed/pieces bs=1 seek=${i}K conv=notrunc status=none; done
tiny() { # tiny NAME OPTIONS...
	IN=seed SIZE=100K make -b 1024 -N 24 -O ^has_journal,^resize_inode "${@:2}"
	e2fsck -fyD img >log 2>&1; echo 'rmdir lost+found' | bend; mv img "seeds/$1"
}
tiny extents -t ext4
tiny pointers -t ext2 -I 128
tiny inline -t ext4 -O inline_data,^metadata_csum,uninit_bg,meta_bg
"$sweep"_any "ext: each byte changed, extents" ext seeds/extents &
"$sweep"_any "ext: each byte changed, pointers" ext seeds/pointers
"$sweep"_any "ext: each byte changed, inline data" ext seeds/inline
"$sweep" "ext: each byte changed, with checksums" ext seeds/extents verify
wait
"$fuzz" -max_len=102400 -seed=1 -runs=20000 -max_total_time=1 seeds >log 2>&1
result "fuzzing from real volumes" log
