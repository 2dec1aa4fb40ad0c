#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Boot Loader Specification: orders against systemd's and rpm's own, entries that
# kernel-install writes, unified kernel images that objcopy makes of systemd's stub,
# through the dom0 tool from a GPT disk.
set -u
. "$(dirname "$0")/../dom0/lib.sh"
ok() { echo "ok bls: $1"; }
bad() { echo "not ok bls: $1: ${2//$'\n'/ | }"; }
order=$here/../../build/asan/test/bls/order

# --- orders -------------------------------------------------------------------------
words() { # words COUNT LETTERS: pairs of short versions, always the same ones
	awk -v n="$1" -v s="$2" 'function w(  o, k) { o = ""; for (k = 1 + int(rand() * 7); k > 0; k--)
		o = o substr(s, 1 + int(rand() * length(s)), 1); return o }
		BEGIN { srand(7); while (n-- > 0) print w(), w() }'
}
words 12 '0019aAbz.-~^+_' >pairs
while read -r a b; do systemd-analyze compare-versions -- "$a" "$b"; done <pairs >want
"$order" uapi <pairs >have
is "the order of systemd-analyze compare-versions" "$(wc -l <have) $(diff want have)" "12 "
words 300 '0019aAbz.~^+_' >pairs # rpm.vercmp() takes a '-' for the release
"$order" rpm <pairs | cut -d' ' -f2 >have
rpm --eval "%{lua:$(while read -r a b; do
	echo "r = rpm.vercmp('$a', '$b') io.write(r < 0 and '<' or r > 0 and '>' or '==', ' ')"
done <pairs | tr '\n' ' ')}" | tr ' ' '\n' | head -300 >want
is "the order of rpm.vercmp" "$(wc -l <have) $(diff want have)" "300 "

# --- disks ----------------------------------------------------------------------------
disk() { # disk IMAGE DIR: a GPT disk whose ESP, its second partition, holds DIR's files
	truncate -s 24M esp.img && mkfs.vfat esp.img >/dev/null
	mcopy -s -i esp.img "$2"/* ::/
	truncate -s 32M "$1"
	printf 'label: gpt\n2048,4096\n8192,49152,U\n' | sfdisk -q -w never -W never "$1"
	dd if=esp.img of="$1" bs=4096 seek=1024 conv=notrunc status=none
}
"$here/mkkernel" vmlinuz
"$here/mkkernel" older unsummed
seq 1 100000 >initrd
seq 1 2000 >ucode

# --- what kernel-install writes ---------------------------------------------------------
mkdir -p conf boot
echo layout=bls >conf/install.conf
echo 'root=/dev/xvda2 ro quiet' >conf/cmdline
echo token >conf/entry-token
for v in 6.1.0-9-amd64 6.1.0-10-amd64; do
	MACHINE_ID=0123456789abcdef0123456789abcdef BOOT_ROOT=$tmp/boot KERNEL_INSTALL_CONF_ROOT=$tmp/conf \
		kernel-install add $v "$tmp/$([ $v = 6.1.0-9-amd64 ] && echo older || echo vmlinuz)" "$tmp/initrd" >log 2>&1
done
# It cuts the mount point off paths, which here is none.
sed -i "s,$tmp/boot,," boot/loader/entries/*.conf
disk bls.img boot
boots "the newest entry of kernel-install" vmlinuz initrd "root=/dev/xvda2 ro quiet" -q bls.img
boots "an older one, by its id" older initrd "root=/dev/xvda2 ro quiet" -q --entry=token-6.1.0-9-amd64 bls.img
mv boot/loader/entries/token-6.1.0-10-amd64.conf boot/loader/entries/token-6.1.0-10-amd64+0-3.conf
disk bad.img boot
boots "an entry that failed three times comes last" older initrd "root=/dev/xvda2 ro quiet" -q bad.img

# --- boot counting: in dom0, for the guest's disk is not written ------------------------------
mv boot/loader/entries/token-6.1.0-10-amd64+0-3.conf boot/loader/entries/token-6.1.0-10-amd64+2.conf
disk count.img boot
sum=$(cksum <count.img)
boots "the first try of two" vmlinuz initrd "root=/dev/xvda2 ro quiet" -q --state-directory=state count.img
boots "the second one" vmlinuz initrd "root=/dev/xvda2 ro quiet" -q --state-directory=state count.img
boots "then the older entry" older initrd "root=/dev/xvda2 ro quiet" -q --state-directory=state count.img
boots "without the directory nothing is counted" vmlinuz initrd "root=/dev/xvda2 ro quiet" -q count.img
is "what dom0 keeps" "$(cat state/*.tries; stat -c %a state/*.tries)" \
	"2 (hd0,gpt2)/loader/entries/token-6.1.0-10-amd64+2.conf
600"
is "list knows it" "$("$domboot" list --state-directory=state count.img | grep -c '^\*.*10-amd64')" 0
is "the disk is as it was" "$(cksum <count.img)" "$sum"
rm -r state && echo a file >state
boots "a boot that cannot be counted" vmlinuz initrd "root=/dev/xvda2 ro quiet" -q --state-directory=state count.img
is "is told" "$(grep -c 'this boot is not counted' stderr)" 1
mv boot/loader/entries/token-6.1.0-10-amd64+2.conf boot/loader/entries/token-6.1.0-10-amd64.conf

# --- unified kernel images -----------------------------------------------------------------
stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub
printf 'PRETTY_NAME="Some Linux"\nID=some\nVERSION_ID=1\n' >osrel
printf 'root=/dev/xvda3 ro\0' >cmdline
image() { # image OUT CMDLINE KERNEL
	objcopy --add-section .osrel=osrel --change-section-vma .osrel=0x20000 \
		--add-section .cmdline="$2" --change-section-vma .cmdline=0x30000 \
		--add-section .ucode=ucode --change-section-vma .ucode=0x40000 \
		--add-section .initrd=initrd --change-section-vma .initrd=0x3000000 \
		--add-section .linux="$3" --change-section-vma .linux=0x2000000 "$stub" "$1"
}
mkdir -p uki/EFI/Linux
image uki/EFI/Linux/some-1.efi cmdline vmlinuz
disk uki.img uki
cat ucode initrd >both # a multiple of 4 bytes, so nothing is between them
[ $(($(stat -c %s ucode) % 4)) = 1 ] && { head -c 3 /dev/zero >pad; cat ucode pad initrd >both; }
boots "a unified kernel image without firmware" vmlinuz both "root=/dev/xvda3 ro" -q uki.img
mkdir -p uki/EFI/Linux/some-1.efi.extra.d uki/loader/addons
addon() { # addon OUT CMDLINE: a stub with nothing but a command line
	printf '%s\0' "$2" >line
	objcopy --add-section .cmdline=line --change-section-vma .cmdline=0x30000 "$stub" "$1"
}
addon uki/EFI/Linux/some-1.efi.extra.d/b.addon.efi own=2
addon uki/EFI/Linux/some-1.efi.extra.d/a.addon.efi own=1
addon uki/loader/addons/all.addon.efi all=1
disk addons.img uki
boots "an image with addons" vmlinuz both "root=/dev/xvda3 ro all=1 own=1 own=2" -q addons.img
mkdir -p named/loader/entries named/EFI/x
cp uki/EFI/Linux/some-1.efi named/EFI/x/
printf 'title X\nuki /EFI/x/some-1.efi\noptions root=/dev/xvda9\n' >named/loader/entries/x.conf
disk named.img named
boots "an image that an entry names" vmlinuz both "root=/dev/xvda9" -q named.img
mkdir -p cut/EFI/Linux
head -c 300000 uki/EFI/Linux/some-1.efi >cut/EFI/Linux/cut.efi
disk cut.img cut
fails "an image that is cut off" "cut.efi: a section reaches past the end of the file|no entry" -q cut.img

# --- pygrub's names come first on a disk ---------------------------------------------------
mkdir -p both.d/grub both.d/loader/entries
cp vmlinuz initrd both.d/ && cp older both.d/older
printf 'title Old\nkernel /vmlinuz from=menu.lst\ninitrd /initrd\n' >both.d/grub/menu.lst
printf 'title New\nlinux /older\n' >both.d/loader/entries/x.conf
disk order.img both.d
boots "menu.lst before loader/entries" vmlinuz initrd "from=menu.lst" -q order.img
printf 'title Old\nchainloader +1\n' >both.d/grub/menu.lst
disk order.img both.d
boots "a menu.lst that boots nothing hides no entries" older "" "" -q order.img

# --- kernels without a configuration --------------------------------------------------------
mkdir -p guess/boot guess/etc
cp vmlinuz guess/boot/vmlinuz-6.10 && cp older guess/boot/vmlinuz-6.9 && cp initrd guess/boot/initrd.img-6.10
printf '/dev/xvda1 / ext4 defaults 0 1\n' >guess/etc/fstab
disk guess.img guess
boots "the newest kernel, where there is no configuration" vmlinuz initrd "root=/dev/xvda1 ro" -q guess.img
