#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The tests on the real Xen: builds what they need, then starts QEMU once for each
# part, with many guests one after another, two parts at a time: each keeps hardly more
# than a processor busy. Transcripts stay in build/xen/logs.
#   test.sh [guest|dom0|kernel|pv32|pvh|payload|vfb|libvirt]... only these
# BOOTLOADER and LOADER in the environment put a peer in our place: pygrub,
# /usr/lib/grub-xen/grub-x86_64-xen.bin.
set -euo pipefail
cd "$(dirname "$0")/../.."
xen=$PWD/test/xen work=${BENCH_DIR:-$PWD/build/xen}
overlay=ours # what lies over dom0
parts=${*:-dom0 libvirt guest kernel pv32 pvh payload vfb}
job=$work/test
# Two of the largest take 13 GiB.
parallel=${BENCH_PARALLEL:-$(awk '/^MemAvailable/ { print ($2 > 14e6 ? 2 : 1) }' /proc/meminfo)}
font=/usr/share/consolefonts/Uni2-VGA16.psf.gz
export IMAGE_UUID=6c617374-6368-616e-6365-746f626f6f74 BENCH_DIR=$work

make -s all
rm -rf "$work/ours" "$job"
"$xen/packages" "$work/ours"
"$xen/bench" build
mkdir -p "$job" "$work/logs"

# probe NAME SOURCE BASE LD-EMULATION GCC-OPTION...: the probe of this width or type, as $job/NAME;
# offset in the environment: where its physical addresses count from
probe() {
	local name=$1 source=$2 base=$3 emulation=$4
	shift 4
	gcc -std=gnu2x -O2 -Wall -Wextra -Wconversion -Wshadow -Werror -ffreestanding -fno-pic \
		-no-pie -mno-red-zone -mgeneral-regs-only -fno-stack-protector "$@" \
		-fno-asynchronous-unwind-tables -fcf-protection=none -c "$xen/$source" -o "$job/$name.o"
	ld -m "$emulation" -static -n --build-id=none --no-warn-rwx-segments --defsym PROBE_BASE="$base" \
		--defsym PROBE_OFFSET="${offset:-0}" -T "$xen/probe.lds" "$job/$name.o" -o "$job/$name"
}
probe64() { # probe64 NAME BASE GCC-OPTION...: and probe32, for PV guests
	probe "$1" probe.c "$2" elf_x86_64 -m64 -DWIDTH_H='"probe_x86_64.h"' "${@:3}"
}
probe32() {
	probe "$1" probe.c "$2" elf_i386 -m32 -DWIDTH_H='"probe_x86_32.h"' "${@:3}"
}
probes() {
	local top=0xffffffff80000000
	probe64 probe $top -mcmodel=kernel
	probe64 probe-linux $top -mcmodel=kernel -DLIKE_LINUX
	offset=$top probe64 probe-netbsd $top -mcmodel=kernel -DLIKE_NETBSD
	offset=$top probe64 probe-2006 $top -mcmodel=kernel -DLIKE_2006
	offset=0x40000000 probe64 probe-illumos 0x40000000 -DLIKE_ILLUMOS -DBASE=0x40000000ul
	probe64 probe-mini-os 0 -DLIKE_MINI_OS -DBASE=0ul
	probe32 probe32 0xc0000000
	offset=0xc0000000 probe32 probe32-netbsd 0xc0000000 -DLIKE_NETBSD
	offset=0xc0000000 probe32 probe32-2006 0xc0000000 -DLIKE_2006
	probe32 probe32-mini-os 0 -DLIKE_MINI_OS -DBASE=0ul
	probe probe-pvh probe_pvh.c 0 elf_i386 -m32
}

# tree NAME: a guest's directory with an empty boot/grub in it
tree() {
	mkdir -p "$job/$1/boot/grub"
	echo "$job/$1"
}

# A disk with the probe as its kernel, and every configuration that boots it.
good_tree() {
	local d
	d=$(tree good)
	cp "$job/probe" "$d/boot/"
	cp "$work/ours/usr/lib/domboot/domboot-x86_64.gz" "$d/boot/"
	head -c 70001 /dev/urandom >"$d/boot/initrd"
	cat >"$d/boot/grub/grub.cfg" <<-'CFG'
		set default=0
		set timeout=3
		menuentry 'first probe' {
			linux $prefix/../probe from-grub-cfg first
			initrd $prefix/../initrd
		}
		menuentry 'second probe' {
			linux $prefix/../probe from-grub-cfg second
			initrd $prefix/../initrd
		}
	CFG
	lst "$d/boot/grub" 'kernel /boot/probe from-menu-lst first' 'initrd /boot/initrd'
	lst "$d/boot/wait" 'kernel (hd0,0)/boot/probe probe.wait'
	lst "$d/boot/second" 'kernel (hd0,0)/boot/probe from-menu-lst second-hop'
	lst "$d/boot/hop" 'kernel (hd0,0)/boot/domboot-x86_64.gz (hd0,0)/boot/second/menu.lst'
}

lst() { # lst DIR LINE...: DIR/menu.lst with one entry
	local to=$1/menu.lst
	mkdir -p "$1"
	shift
	printf '%s\n' 'default 0' 'timeout 0' 'title one' "$@" >"$to"
}

cfg() { # cfg TREE LINE...: boot/grub/grub.cfg with one entry
	local to=$1/boot/grub/grub.cfg
	shift
	{ printf 'set timeout=0\nmenuentry one {\n'; printf '\t%s\n' "$@"; echo '}'; } >"$to"
}

good_images() {
	local layout
	good_tree
	for layout in gpt gpt4k logical whole; do
		"$xen/image" "$layout" "$job/$layout.img" "$job/good" 6
	done
	"$xen/image" mbr "$job/good.img" "$job/good" 6
	"$xen/image" fat "$job/fat.img" "$job/good"
}

# A disk on which a boot changes what the next one does.
saves_image() {
	local d
	d=$(tree saves)
	cp "$job/probe" "$d/boot/"
	cat >"$d/boot/grub/grub.cfg" <<-'CFG'
		set timeout=0
		load_env
		if [ "$next_entry" ]; then
			set default=$next_entry
			set next_entry=
			save_env next_entry
		else
			set default=$saved_entry
		fi
		menuentry plain { linux /boot/probe from-grub-cfg plain; }
		menuentry once { saved_entry=saver; save_env saved_entry; linux /boot/probe from-grub-cfg once; }
		menuentry saver { linux /boot/probe from-grub-cfg saver; }
	CFG
	{ printf '# GRUB Environment Block\nnext_entry=once\n'; head -c 983 /dev/zero | tr '\0' '#'; } \
		>"$d/boot/grub/grubenv"
	cat >"$d/boot/grub/menu.lst" <<-'LST'
		default saved
		timeout 0
		title first
		kernel /boot/probe from-menu-lst first
		savedefault 1
		title second
		kernel /boot/probe from-menu-lst second
	LST
	printf '0\n#\n#\n#\n#\n#\n' >"$d/boot/grub/default"
	"$xen/image" mbr "$job/saves.img" "$d" 3
}

# A guest of two disks, /boot on the second; and what becomes of a disk when an update is installed.
update_images() {
	local d
	d=$(tree old)
	cp "$job/probe" "$d/boot/"
	cfg "$d" 'linux /boot/probe the-old-kernel probe.reboot'
	"$xen/image" mbr "$job/old.img" "$d" 3
	d=$(tree new)
	cp "$job/probe" "$d/boot/"
	cfg "$d" 'linux /boot/probe the-new-kernel'
	"$xen/image" mbr "$job/new.img" "$d" 3
	mkdir -p "$job/data/srv"
	"$xen/image" mbr "$job/data.img" "$job/data" 3
}

bad_images() {
	local d
	"$xen/image" mbr "$job/noconf.img" "$(tree noconf)" 3
	d=$(tree nokernel)
	cfg "$d" 'linux /boot/absent'
	"$xen/image" mbr "$job/nokernel.img" "$d" 3
	d=$(tree corrupt) # noise where the compressed kernel is
	cfg "$d" 'linux /boot/vmlinuz'
	cp "$work/vmlinuz-generic" "$d/boot/vmlinuz"
	head -c 100000 /dev/urandom | dd of="$d/boot/vmlinuz" bs=1k seek=2000 conv=notrunc status=none
	"$xen/image" mbr "$job/corrupt.img" "$d"
	d=$(tree nonotes) # a 64-bit ELF program, but no kernel
	cfg "$d" 'linux /boot/busybox'
	cp "$work/root/bin/busybox" "$d/boot/"
	"$xen/image" mbr "$job/nonotes.img" "$d" 6
	d=$(tree loop)
	echo 'source /boot/grub/grub.cfg' >"$d/boot/grub/grub.cfg"
	"$xen/image" mbr "$job/loop.img" "$d" 3
	head -c 3M /dev/urandom >"$job/junk.img"
	head -c 2M "$job/good.img" >"$job/truncated.img"
}

debian_image() {
	local d
	d=$(tree debian)
	"$xen/debian-disk" "$d"
	"$xen/image" mbr "$job/debian.img" "$d"
}

kernel_images() {
	local d format version
	version=$(sed -n 's/generic=linux-image-//p' "$work/versions")
	d=$(tree kernels)
	rm -d "$d/boot/grub"
	cp "$job"/debian/boot/initrd.img-* "$d/boot/initrd.img"
	cp "$work/ours/usr/lib/domboot/domboot-x86_64.gz" "$d/boot/"
	cp "$work/vmlinuz-cloud" "$d/boot/vmlinuz-cloud"
	cp "$work/vmlinuz-next" "$d/boot/vmlinuz-next"
	for format in zstd gzip bzip2 lzma lzop elf; do
		[ -s "$work/vmlinuz-$version-$format" ] ||
			"$xen/recompress" "$work/vmlinuz-generic" $format "$work/vmlinuz-$version-$format"
		cp "$work/vmlinuz-$version-$format" "$d/boot/vmlinuz-$format"
	done
	for format in cloud next zstd gzip bzip2 lzma lzop elf; do
		lst "$d/boot/$format" "kernel (hd0,0)/boot/vmlinuz-$format console=hvc0 kernel-is-$format" \
			'initrd (hd0,0)/boot/initrd.img'
	done
	lst "$d/boot/hop" 'kernel (hd1,0)/boot/domboot-x86_64.gz (hd0,0)/boot/grub/grub.cfg'
	"$xen/image" mbr "$job/kernels.img" "$d"
}

# A disk for each wish that a PV kernel may have, for lists of modules, and for kernels that load.
payload_images() {
	local d like
	d=$(tree payload)
	cp "$job"/probe "$job"/probe-* "$job/good/boot/initrd" \
		"$work/root/usr/lib/grub-xen/grub-x86_64-xen.bin" "$d/boot/"
	# shellcheck disable=SC2016 # a variable of GRUB's
	sed 's|$prefix/..|/boot|' "$job/good/boot/grub/grub.cfg" >"$d/boot/grub/grub.cfg"
	head -c 5M /dev/zero >"$d/boot/xen.gz"
	lst "$d/boot/plain" 'kernel /boot/probe size' 'initrd /boot/initrd'
	for like in linux netbsd 2006 illumos mini-os; do
		lst "$d/boot/$like" "kernel /boot/probe-$like like $like" 'initrd /boot/initrd'
	done
	lst "$d/boot/modules" 'kernel /boot/probe-linux modules' 'module /boot/initrd one two' \
		'module /boot/modules/menu.lst'
	lst "$d/boot/mapped-modules" 'kernel /boot/probe mapped' 'module /boot/initrd a' 'module /boot/initrd'
	lst "$d/boot/xen-entry" 'kernel /boot/xen.gz dom0_mem=1G' 'module /boot/probe the guest itself' \
		'module /boot/initrd'
	lst "$d/boot/trap" 'kernel /boot/probe probe.trap'
	lst "$d/boot/grub-xen" 'kernel /boot/grub-x86_64-xen.bin'
	"$xen/image" mbr "$job/payload.img" "$d"
	# A second disk with a loader of its own, and one with none that boots.
	d=$(tree own)
	mkdir -p "$d/boot/xen" "$job/broken/xen"
	zcat "$work/ours/usr/lib/domboot/domboot-x86_64.gz" >"$d/boot/xen/pvboot-x86_64.elf"
	"$xen/image" mbr "$job/own.img" "$d"
	cp "$work/root/bin/busybox" "$job/broken/xen/pvboot-x86_64.elf"
	"$xen/image" mbr "$job/broken.img" "$job/broken" 6
}

# The same for 32-bit guests, and kernels of the wrong width.
pv32_image() {
	local d like
	d=$(tree pv32)
	cp "$job"/probe32* "$job/probe" "$job/good/boot/initrd" \
		"$work/root/usr/lib/grub-xen/grub-i386-xen.bin" \
		"$work/ours/usr/lib/domboot/domboot-x86_32.gz" "$d/boot/"
	# shellcheck disable=SC2016 # a variable of GRUB's
	sed 's|$prefix/../probe|/boot/probe32|; s|$prefix/..|/boot|' "$job/good/boot/grub/grub.cfg" \
		>"$d/boot/grub/grub.cfg"
	lst "$d/boot/ramdisk" 'kernel (hd0,0)/boot/probe32 from-menu-lst initrd' 'initrd (hd0,0)/boot/initrd'
	lst "$d/boot/second" 'kernel (hd0,0)/boot/probe32 from-menu-lst second-hop'
	lst "$d/boot/hop" 'kernel (hd0,0)/boot/domboot-x86_32.gz (hd0,0)/boot/second/menu.lst'
	lst "$d/boot/grub-xen" 'kernel (hd0,0)/boot/grub-i386-xen.bin'
	lst "$d/boot/wide" 'kernel (hd0,0)/boot/probe'
	for like in netbsd 2006 mini-os; do
		lst "$d/boot/$like" "kernel /boot/probe32-$like like $like" 'initrd /boot/initrd'
	done
	lst "$d/boot/modules" 'kernel /boot/probe32 modules' 'module /boot/initrd one two' \
		'module /boot/modules/menu.lst'
	"$xen/image" mbr "$job/pv32.img" "$d"
}

# PVH guests: the probe for them, one for PV only, Linux packed with xz and zstd, GRUB, ourselves.
pvh_image() {
	local d name
	d=$(tree pvh)
	"$xen/debian-disk" "$job/pvh-debian"
	cp "$job/probe-pvh" "$job/probe" "$job/good/boot/initrd" "$work/vmlinuz-generic" "$work/vmlinuz-next" \
		"$work/root/usr/lib/grub-xen/grub-i386-xen_pvh.bin" \
		"$work/ours/usr/lib/domboot/domboot-x86_64.gz" "$d/boot/"
	cp "$job"/pvh-debian/boot/initrd.img-* "$d/boot/initrd.img"
	cat >"$d/boot/grub/grub.cfg" <<-'CFG'
		set default=0
		set timeout=3
		menuentry 'first probe' {
			linux /boot/probe-pvh from-grub-cfg first
		}
		menuentry 'second probe' {
			multiboot /boot/probe-pvh from-grub-cfg second
			module /boot/initrd a module of $grub_platform
			module /boot/grub/grub.cfg
		}
		menuentry 'linux' {
			linux /boot/vmlinuz-next console=hvc0 from-grub-cfg third
			initrd /boot/initrd.img
		}
	CFG
	lst "$d/boot/initrd-whole" 'kernel /boot/probe-pvh from-menu-lst initrd' 'initrd /boot/initrd'
	lst "$d/boot/wait" 'kernel /boot/probe-pvh probe.wait'
	lst "$d/boot/balloon" 'kernel /boot/probe-pvh probe.balloon' 'initrd /boot/initrd'
	lst "$d/boot/second" 'kernel /boot/probe-pvh from-menu-lst second-hop'
	lst "$d/boot/hop" 'kernel /boot/domboot-x86_64.gz (hd0,0)/boot/second/menu.lst'
	lst "$d/boot/grub-pvh" 'kernel /boot/grub-i386-xen_pvh.bin'
	lst "$d/boot/pv-only" 'kernel /boot/probe'
	for name in generic next; do
		lst "$d/boot/$name" "kernel /boot/vmlinuz-$name console=hvc0 kernel-is-$name" 'initrd /boot/initrd.img'
	done
	"$xen/image" mbr "$job/pvh.img" "$d"
}

# The smallest disk that a PVH guest boots from.
pvh_probe_image() {
	local d
	d=$(tree pvh-probe)
	cp "$job/probe-pvh" "$d/boot/"
	cfg "$d" 'linux /boot/probe-pvh from-grub-cfg pvh'
	"$xen/image" mbr "$job/pvh-probe.img" "$d" 3
}

# libvirt's daemon beside ours. Its smallest model of a processor has a feature that QEMU's
# emulation lacks (vme), and without a model that fits it does not start.
libvirt_overlay() {
	local driver=usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_libxl.so
	overlay=ours-and-libvirt
	rm -rf "${work:?}/$overlay"
	cp -a "$work/ours" "$work/$overlay"
	"$xen/bench" tree "$work/$overlay" libvirt-daemon-driver-xen $driver usr/sbin/libvirtd usr/share/libvirt/cpu_map
	"$xen/bench" tree "$work/$overlay" libvirt-clients usr/bin/virsh
	sed -i "/'vme'/d" "$work/$overlay/usr/share/libvirt/cpu_map/x86_486.xml"
}

settings() {
	local sum
	sum=$(/usr/bin/python3 -c "
import sys
s = 0
for b in open(sys.argv[1], 'rb').read(): s = s * 31 + b & 0xffffffff
print('%x' % s)" "$job/good/boot/initrd")
	printf '%s\n' "INITRD_LENGTH=$(printf %x 70001)" "INITRD_SUM=$sum" \
		"BOOTLOADER=${BOOTLOADER:-domboot}" \
		"LOADER=${LOADER:-/usr/lib/xen/boot/pv-grub-x86_64.gz}" \
		"LOADER32=/usr/lib/xen/boot/pv-grub-x86_32.gz" \
		"FONT=${font##*/}" \
		"GENERIC=$(sed -n 's/generic=linux-image-//p' "$work/versions")" \
		"CLOUD=$(sed -n 's/cloud=linux-image-//p' "$work/versions")" \
		"NEXT=$(sed -n 's/next=linux-image-//p' "$work/versions" | sed 's/[+]/[+]/g')" >"$job/settings"
}

# once FUNCTION: what it makes may be in use by the time that the next part wants it, too
made=' '
once() {
	case $made in *" $1 "*) return ;; esac
	made="$made$1 "
	"$1"
}

# run NAME OPTION... -- FILE...: one QEMU for NAME_cases.sh, in the background
run() {
	local name=$1 options=()
	shift
	while [ "$1" != -- ]; do options+=("$1"); shift; done
	shift
	while [ "$(jobs -rp | wc -l)" -ge "$parallel" ]; do wait -n || true; done
	part "$name" "$@" &
}
part() { # part NAME FILE...: its lines appear together, when it is over
	local name=$1 status=0 lines=$work/logs/lines-$1
	shift
	"$xen/bench" run -i "$work/$overlay" -o "$work/logs" -c "$work/logs/console-$name" -t 1500 \
		"${options[@]}" "$xen/${name}_cases.sh" "$job/settings" "$@" >"$lines.raw" || status=$?
	sed 's/\r//g' "$lines.raw" | tee >(sed -n 's/^table|//p' >"$lines.table") | grep -v '^table|' >"$lines" || true
	[ "$status" = 0 ] || echo "not ok xen/$name: ended with $status before its last case" >>"$lines"
	flock "$work/logs" cat "$lines"
}

probes
good_images
settings
for part in $parts; do
	case $part in
	dom0 | guest)
		once bad_images
		once saves_image
		once update_images
		run "$part" -- "$job"/*.img
		;;
	pv32)
		pv32_image
		BENCH_MEM=6656 run pv32 -- "$job/pv32.img"
		;;
	vfb) # QEMU is there only where it is needed: it makes dom0 half as large again
		once debian_image
		once pvh_probe_image
		overlay=ours-and-qemu
		rm -rf "${work:?}/$overlay"
		cp -a "$work/ours" "$work/$overlay"
		"$xen/bench" tree "$work/$overlay" qemu-system-xen usr/libexec/xen-qemu-system-i386 usr/share/qemu/keymaps
		run vfb -d "$job/debian.img" -- "$job"/{good,pvh-probe}.img "$xen/vnc" "$font"
		overlay=ours
		;;
	libvirt)
		once bad_images
		once pvh_probe_image
		libvirt_overlay
		run libvirt -- "$job"/{good,nokernel,pvh-probe}.img
		overlay=ours
		;;
	payload)
		payload_images
		BENCH_MEM=6656 BENCH_DOM0_MEM=1024 run payload -d "$job/payload.img" -- "$job"/{own,broken}.img
		;;
	pvh)
		pvh_image
		BENCH_MEM=6656 BENCH_DOM0_MEM=1024 run pvh -d "$job/pvh.img" -- "$job/good.img"
		;;
	kernel)
		once debian_image
		kernel_images
		run kernel -d "$job/debian.img" -d "$job/kernels.img" --
		;;
	esac
done
wait
{
	echo 'guest|kernel|disk|'
	for part in $parts; do cat "$work/logs/lines-$part.table"; done | sort -u
} | column -t -s '|' | sed 's/^/# /'
