# SPDX-License-Identifier: GPL-2.0-or-later
# For check.sh and test.sh, in the top directory: samples for each fuzzer below $dir, and
# "smoke NAME OPTION...", which runs one from them and prints its line.
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
mkdir "$dir"/{script,legacy,extlinux,unpack,elf,bzimage,record,guest,shell,bls,uki,plain}

cp test/golden/legacy-*.conf "$dir/legacy"
cp test/golden/extlinux-*.conf "$dir/extlinux"
cp test/conf/lang/*.cfg "$dir/script"
seq 2000 >"$dir/text"
i=0
for pack in 'gzip -c' 'bzip2 -c' 'xz -c' 'lzma -c' 'lz4 -lc' 'lzop -c' 'zstd -qc'; do
	$pack "$dir/text" >"$dir/unpack/$((i++))" 2>/dev/null
done
cp build/asan/core/base/str.o "$dir/elf/object"
head -c 4096 /bin/true >"$dir/elf/program"
gcc -c test/load/kernel.S -o "$dir/kernel.o" &&
	ld -static --no-warn-rwx-segments -z noexecstack -Ttext-segment=0xffffffff81000000 \
		"$dir/kernel.o" -o "$dir/linked" &&
	objcopy --change-section-lma '*-0xffffffff80000000' "$dir/linked" "$dir/elf/kernel"
{ head -c 514 /dev/zero; printf 'HdrS\017\002'; head -c 4000 /dev/zero; } >"$dir/bzimage/header"
# A log line, a record of two texts, an empty result.
printf 'L\1\0\0\2\0\0\0hi'"D\\4\\0\\0\\14\\0\\0\\0\\2\\0\\0\\0ab\\2\\0\\0\\0cd" >"$dir/record/frames"
printf "name = 'g'\ndisk = [ 'phy:/dev/a,xvda,w', 'vdev=xvdb,target=/b' ]\n" >"$dir/guest/xl"
printf "<domain><devices><disk><source dev='/dev/a'/></disk></devices></domain>" >"$dir/guest/xml"
printf 'timeout = 5\nfile-systems = ext,fat\n' >"$dir/guest/settings"

printf '0ls -l\rlinux /boot/vmlinuz a\rinitrd /boot/initrd\rboot\r' >"$dir/shell/grub2"
printf '1root (hd0,0)\rker\t/boot/v\t\r\033[A\027x\rfind /text\rcat (hd1)/text\rboot\r' >"$dir/shell/legacy"

cp test/conf/bls-*/*/*.conf test/conf/bls-*/*/*/*.conf test/conf/bls-fedora/grubenv "$dir/bls" 2>/dev/null
printf 'menu=A:rndseed /x;boot netbsd -s\nmenu=:boot\ndefault=2\ntimeout=5\n' >"$dir/plain/boot.cfg"
printf 'vfs.root.mountfrom="ufs:/dev/ada0p2" # x\nzfs_load="YES"\nkernel=kernel\n' >"$dir/plain/loader.conf"
printf 'UUID=1-2 / btrfs subvol=@ 0 0\n' >"$dir/plain/fstab"
/usr/bin/python3 - >"$dir/uki/image" <<'EOF'
import struct
import sys
parts = [(b'.osrel', b'ID=x\nPRETTY_NAME="X"\n'), (b'.cmdline', b'quiet\0'), (b'.ucode', b'u'),
         (b'.initrd', b'initrd'), (b'.linux', b'kernel'), (b'.profile', b'ID=a\n'),
         (b'.profile', b'ID=b\nTITLE=B\n'), (b'.cmdline', b'debug')]
at = 0x40 + 24 + 40 * len(parts)
head = b'MZ'.ljust(0x3c, b'\0') + struct.pack('<I4sHH12xHH', 0x40, b'PE\0\0', 0x8664, len(parts), 0, 0)
body = b''
for name, text in parts:
    head += struct.pack('<8sIIII16x', name, len(text), 0, len(text), at + len(body))
    body += text
sys.stdout.buffer.write(head + body)
EOF

smoke() { # smoke NAME OPTION...
	local name=$1 log=$dir/$1.log; shift
	[ -n "$(ls "$dir/$name")" ] || { echo "not ok $name: no samples"; return; }
	if timeout 90 "build/fuzz/test/fuzz/${name}_fuzz" -seed=1 "$@" -max_len=131072 -timeout=5 \
		-rss_limit_mb=1024 -artifact_prefix="$dir/" "$dir/$name" >"$log" 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name: $(grep -m1 -E 'ERROR|SUMMARY' "$log")"
	fi
}
