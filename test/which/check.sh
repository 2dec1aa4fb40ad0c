#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Several configurations on one disk, some broken, empty, or of kernels that are gone: which one
# boots, and what `domboot explain` says of the others. The disk: an ESP, /boot and / on GPT.
set -u
cd "$(dirname "$0")/../.." || exit 1
export PATH=$PATH:/usr/sbin:/sbin MTOOLS_SKIP_CHECK=1 LC_ALL=C
domboot=$PWD/build/host/domboot mkkernel=$PWD/test/dom0/mkkernel
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" && mkdir out || exit 1
"$mkkernel" kernel && seq 3000 >initrd
BOOT=11111111-2222-4333-8444-555555555555 ROOT=22222222-3333-4444-8555-666666666666

fresh() { # no configuration at all, and kernels on each partition
	local d
	rm -rf esp boot root && mkdir -p esp/EFI/BOOT boot root/boot
	for d in esp boot root/boot; do cp kernel $d/vmlinuz; cp initrd $d/initrd; done
}
put() { # put FILE: standard input
	mkdir -p "${1%/*}" && cat >"$1"
}
grub() { local k=${2:-/boot/vmlinuz}; echo "menuentry '$1' { linux $k $1; initrd ${k%/*}/initrd; }"; }
legacy() { printf 'title %s\nroot (hd0,2)\nkernel %s %s\ninitrd /boot/initrd\n' "$1" "${2:-/boot/vmlinuz}" "$1"; }
extlinux() { printf 'default x\nlabel x\nlinux %s\ninitrd /boot/initrd\nappend %s\n' "${2:-/boot/vmlinuz}" "$1"; }
entry() { printf 'title %s\nlinux %s\ninitrd /initrd\noptions %s\n' "$1" "${2:-/vmlinuz}" "$1"; }

make_disk() {
	rm -f disk esp.fs && truncate -s 40M disk && truncate -s 8M esp.fs
	sfdisk -q disk <<'S'
label: gpt
start=2048, size=16384, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
start=20480, size=16384, type=BC13C2FF-59E6-4262-A352-B275FD6F7172
start=40960, size=16384
S
	mkfs.vfat -i ABCDEF01 esp.fs >/dev/null && mcopy -s -i esp.fs esp/* ::
	dd if=esp.fs of=disk bs=1M seek=1 conv=notrunc status=none
	mke2fs -q -t ext4 -U $BOOT -d boot -E offset=$((20480 * 512)) disk 8M 2>/dev/null
	mke2fs -q -t ext4 -U $ROOT -d root -E offset=$((40960 * 512)) disk 8M 2>/dev/null
}

# wins NAME ARGS [TEXT...]: it boots with these arguments ("": nothing boots), and each TEXT is a
# line of what explain says; a TEXT that begins with "!" is none.
wins() {
	local name=$1 want=$2 have text; shift 2
	make_disk
	have=$(timeout 20 "$domboot" -q --output-format=simple --output-directory=out disk 2>boot.log | sed -n 's/^args //p')
	timeout 20 "$domboot" explain disk >said 2>&1
	rm -f out/*
	if [ "$have" != "$want" ]; then
		echo "not ok which: $name: '$have' boots, not '$want': $(tail -n 1 boot.log)"
		return
	fi
	for text in "$@"; do
		if [ "${text#!}" = "$text" ] && ! grep -qE -- "$text" said; then
			echo "not ok which: $name: no '$text' in: $(tr '\n' '|' <said)"
			return
		elif [ "${text#!}" != "$text" ] && grep -qE -- "${text#!}" said; then
			echo "not ok which: $name: '${text#!}' in: $(tr '\n' '|' <said)"
			return
		fi
	done
	echo "ok which: $name"
}

fresh
printf 'search.fs_uuid %s root\nset prefix=($root)/grub\nconfigfile $prefix/grub.cfg\n' $BOOT | put esp/EFI/ubuntu/grub.cfg
grub boot /vmlinuz | put boot/grub/grub.cfg
legacy stale | put root/boot/grub/menu.lst
wins "/boot's grub.cfg before a stale menu.lst and the ESP's stub" boot \
	'^rule +the first configuration in the search order that boots$' \
	'^not used +\(hd0,gpt3\)/boot/grub/menu.lst \(legacy\): it comes later' \
	'^not used +\(hd0,gpt1\)/EFI/ubuntu/grub.cfg \(grub2\): it comes later'
: >boot/grub/grub.cfg
wins "it is empty" stale '\(hd0,gpt2\)/grub/grub.cfg: no entry that can be chosen' '^default +"stale"'
echo "menuentry 'broken' { linux /vmlinuz x" >boot/grub/grub.cfg
wins "it is broken" stale 'grub.cfg:2: syntax error' '\(hd0,gpt2\)/grub/grub.cfg: no entry'
grub gone /vmlinuz-gone >boot/grub/grub.cfg
wins "its kernel is gone: nothing older is booted for it" "" '/vmlinuz-gone: no such file'

fresh
echo 'menuentry w { chainloader +1; }' | put root/boot/grub/grub.cfg
extlinux ext | put root/boot/extlinux/extlinux.conf
legacy leg | put root/boot/grub/menu.lst
wins "a grub.cfg of Windows alone" ext '"w" uses chainloader' '^not used .*/boot/grub/menu.lst'
echo 'configfile /boot/grub/gone.cfg' >root/boot/grub/grub.cfg
: >root/boot/extlinux/extlinux.conf
wins "one that leads nowhere, and an empty extlinux.conf" leg 'gone.cfg: no such file' 'extlinux.conf: no entry'
head -c 3000 /dev/zero >root/boot/grub/grub.cfg
extlinux ext /boot/gone >root/boot/extlinux/extlinux.conf
wins "zeros, and an extlinux.conf whose kernel is gone" "" '/boot/gone: no such file'
rm root/boot/grub/grub.cfg root/boot/extlinux/extlinux.conf
ln -s /gone/grub.cfg root/boot/grub/grub.cfg
mkdir root/boot/extlinux/extlinux.conf
wins "a link to nowhere, and a directory" leg 'extlinux.conf: not a regular file' '!grub.cfg'
echo 'default 0' >root/boot/grub/menu.lst
rm -r root/boot/extlinux/extlinux.conf
entry bls /boot/vmlinuz | put root/loader/entries/a.conf
wins "a menu.lst without a title, and loader entries" bls 'menu.lst: no entry that can be chosen'
rm root/loader/entries/a.conf
wins "nothing but empty ones: no kernel is guessed" "" 'menu.lst: no entry that can be chosen'

fresh
printf 'default esp*\ntimeout 3\n' | put esp/loader/loader.conf
entry esp | put esp/loader/entries/esp.conf
entry xbootldr | put boot/loader/entries/x.conf
grub root | put root/boot/grub/grub.cfg
wins "grub.cfg before the ESP's entries" root '^not used +\(hd0,gpt1\)/loader/entries \(bls\)'
: >root/boot/grub/grub.cfg
wins "it is empty: the entries of ESP and XBOOTLDR are one menu" esp '^fallback +"xbootldr"' '!^not used'
rm esp/vmlinuz
wins "the ESP's kernel is gone" xbootldr '^falls back to "xbootldr"' '!^not used'

fresh
printf 'search --fs-uuid --set=dev %s\nset prefix=($dev)/grub2\nconfigfile $prefix/grub.cfg\n' $BOOT | put esp/EFI/fedora/grub.cfg
: | put boot/grub2/grub.cfg
entry fedora | put boot/loader/entries/m-6.1.conf
wins "Fedora: an empty grub.cfg, and entries" fedora '\(hd0,gpt2\)/grub2/grub.cfg: no entry'
echo blscfg >boot/grub2/grub.cfg
rm boot/loader/entries/m-6.1.conf
wins "Fedora: a grub.cfg whose entries are gone" "" 'grub.cfg:1: blscfg: no entry found'

fresh
echo 'menuentry x { chainloader /EFI/BOOT/grubx64.efi; }' | put esp/EFI/aaa/grub.cfg
grub vendor /vmlinuz | put esp/EFI/ubuntu/grub.cfg
wins "a vendor's directory whose loader is gone" vendor 'grubx64.efi: no such file'

fresh
printf 'hsqs%4000s' x | put root/snaps/pc-kernel_1.snap
printf 'menuentry "Run" {\n loopback loop /snaps/pc-kernel_1.snap\n chainloader (loop)/kernel.efi x\n}\n' |
	put esp/EFI/ubuntu/grub.cfg
sed -i "1i search --fs-uuid --set=root $ROOT" esp/EFI/ubuntu/grub.cfg
wins "a kernel in a snap" "" 'pc-kernel_1.snap: /kernel.efi: it lies in SquashFS, which domboot does not read'

fresh
printf 'menuentry hurd {\n multiboot /boot/vmlinuz root=part:1\n module /boot/initrd x\n}\n' | put root/boot/grub/grub.cfg
wins "an entry of the Hurd's kind" "" '^default +"hurd"' '^fails +"hurd" is a multiboot entry$'
