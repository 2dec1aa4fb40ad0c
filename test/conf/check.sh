#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The configuration languages against recorded answers:
#   lang/NAME.cfg     scripts; lang.out/NAME.out is what GRUB 2.06 printed (test.sh asks again)
#   NAME/             a golden case: config and table, and expect: the menu and every plan.
#                     In place of config, generate: what mkconfig is to be told (test.sh
#                     only, or with MKCONFIG=1: it takes 3 s a case).
set -u
cd "$(dirname "$0")" || exit 1
# BUILD: another build of both, as make cov has it.
plan=../../${BUILD:-build/host}/tools/bootplan
parse=$PWD/../../${BUILD:-build/asan}/test/conf/parse
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
bad=0

verdict() { # verdict NAME: whether $work/want and $work/have are the same
	if cmp -s "$work/want" "$work/have"; then
		echo "ok $1"
	else
		echo "not ok $1: $(diff "$work/want" "$work/have" | sed -n 2p)"
		diff -u "$work/want" "$work/have" | head -40
		bad=1
	fi
}

for f in lang/*.cfg; do
	n=$(basename "$f" .cfg)
	cp "lang.out/$n.out" "$work/want"
	$plan -e -c "(memdisk)/$n.cfg" "$f" lang.table 2>&1 | grep -v '^error' > "$work/have"
	verdict "lang $n"
done

generate() { # generate DIR: with the kernels that its table names
	local file args
	rm -rf "$work/root"
	sed -n 's/^file ([^)]*)\(\/boot\/[^ /]*\).*/\1/p' "$1/table" | while read -r file; do
		mkdir -p "$work/root/boot" && echo CONFIG_XEN_DOM0=y > "$work/root$file"
	done
	mapfile -t args < "$1/generate"
	./mkconfig "$work/root" "${args[@]}" > "$work/config"
}

for d in */expect; do
	d=${d%/expect}
	[ ! -f "$d/generate" ] || [ -n "${MKCONFIG:-}" ] || continue
	cp "$d/expect" "$work/want"
	if [ -f "$d/generate" ]; then
		generate "$d"
		cp "$work/config" "$work/$d.cfg"
		../agree/agree.py "$work/$d.cfg,$d/table"
	else
		cp "$d/config" "$work/config"
	fi
	$plan -a "$work/config" "$d/table" > "$work/have" 2> "$work/log"
	[ -z "${UPDATE:-}" ] || cp "$work/have" "$d/expect"
	verdict "golden $d"
done
# A kernel out of an image that lies in a file system, and one out of an image in that.
tree=$work/disk
mkdir -p "$tree/live" "$tree/boot/grub" "$work/iso/live"
../dom0/mkkernel "$work/iso/live/vmlinuz"
seq 5000 > "$work/iso/live/initrd"
xorriso -as mkisofs -quiet -R -o "$work/inner.iso" "$work/iso" 2> /dev/null
cp "$work/inner.iso" "$work/iso/inner.iso"
printf 'd-i x/y boolean true' > "$work/iso/seed"
xorriso -as mkisofs -quiet -R -o "$tree/live/outer.iso" "$work/iso" 2> /dev/null
cat > "$tree/boot/grub/grub.cfg" <<'C'
menuentry a {
	loopback one /live/outer.iso
	linux (one)/live/vmlinuz findiso=/live/outer.iso
	initrd (one)/live/initrd
}
menuentry b {
	loopback one /live/outer.iso
	loopback two (one)/inner.iso
	search --file --set=root /inner.iso
	linux (two)/live/vmlinuz ro
	initrd (two)/live/initrd
}
menuentry c {
	loopback one /live/outer.iso
	linux (one)/live/vmlinuz
	initrd newc:/etc/a/seed:(one)/seed
}
C
mke2fs -q -t ext4 -d "$tree" "$work/loop.img" 24M 2> /dev/null > /dev/null
for i in 0 1; do
	rm -rf "$work/out" && mkdir "$work/out"
	../../build/host/domboot -q --entry=$i --output-format=simple --output-directory="$work/out" "$work/loop.img" 2>&1 |
		sed "/^\$/d; s,$work/,,; s,boot_[a-z]*\.[^ ]*,FILE,"
	cat "$work"/out/* | cksum
done > "$work/have"
both=$(cat "$work/iso/live/vmlinuz" "$work/iso/live/initrd" | cksum)
cat > "$work/want" <<W
kernel out/FILE
ramdisk out/FILE
args findiso=/live/outer.iso
$both
kernel out/FILE
ramdisk out/FILE
args ro
$both
W
verdict "kernels out of images in images"
rm -rf "$work/out" "$work/in" && mkdir "$work/out" "$work/in"
../../build/host/domboot -q --entry=2 --output-format=simple --output-directory="$work/out" "$work/loop.img" > /dev/null 2> "$work/log"
(cd "$work/in" && cpio -id < "$work"/out/boot_ramdisk* 2> /dev/null; find . -printf '%P %m '; cat etc/a/seed) > "$work/have"
printf ' 755 etc 777 etc/a 777 etc/a/seed 777 d-i x/y boolean true' > "$work/want"
verdict "a file that becomes an archive"

# Generated scripts that say much, against GRUB as a program.
mkdir -p "$work/say/sub" "$work/grub"
echo x > "$work/say/sub/x"
printf 'echo in $# $a\nb=s$b\n' > "$work/say/sub/s"
./generate.py "${SEED:-1}" "${SAY:-10}" "$work/say"
./ask-emu "$work/say" "$work/grub"
echo 'tree (memdisk)/ say' > "$work/say.table"
for f in "$work"/say/*.cfg; do
	n=$(basename "$f" .cfg)
	$plan -e -c "(memdisk)/$n.cfg" "$f" "$work/say.table" 2>&1 | grep -v '^$' > "$work/said"
	[ "$(wc -L < "$work/said")" -lt 79 ] || continue # GRUB's terminal breaks a line where it likes
	echo "== $n" | tee -a "$work/want.all"
	cat "$work/grub/$n.out" >> "$work/want.all"
	cat "$work/said"
done > "$work/have"
mv "$work/want.all" "$work/want"
verdict "what $(grep -c "^== g" "$work/have") generated scripts say"

# What GRUB's language has in common with a shell's: bash is asked.
mkdir "$work/core"
./generate.py "${SEED:-1}" "${CORE:-60}" "$work/core" core
for f in "$work"/core/*.cfg; do
	timeout 5 bash "$f" 2>&1 | grep -v '^$' > "$work/said"
	[ "$(wc -L < "$work/said")" -lt 400 ] || continue # the log's lines end somewhere
	echo "== $(basename "$f")" | tee -a "$work/want.all"
	cat "$work/said" >> "$work/want.all"
	$plan -e -c "(memdisk)/x.cfg" "$f" "$work/say.table" 2>&1 | grep -v '^$'
done > "$work/have"
mv "$work/want.all" "$work/want"
verdict "what $(grep -c '^==' "$work/have") generated scripts say to GRUB and to bash"

# The grammar: small generated scripts and all of the above, judged by GRUB's own parser too.
mkdir "$work/syntax"
./syntax.py "${SCRIPTS:-200}" "$work/syntax"
cp lang/*.cfg "$work/syntax"
cd "$work/syntax" || exit 1
"$parse" ./*.cfg | cut -d' ' -f1,2 > "$work/have"
for f in ./*.cfg; do
	if grub-script-check "$f" 2> /dev/null > /dev/null; then echo "$f ok"; else echo "$f wrong"; fi
done > "$work/want"
verdict "grammar of $(wc -l < "$work/want") generated scripts"
exit $bad
