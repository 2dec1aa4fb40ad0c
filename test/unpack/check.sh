#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every format as the real tools write it, whole and damaged; see sweep.c.
set -u
cd "$(dirname "$0")/../.." || exit 1
sweep=build/asan/test/unpack/sweep bomb=build/asan/test/unpack/bomb
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
cd "$dir" && cd - >/dev/null || exit 1

# Machine code (for xz's x86 filter), text, zeros.
{ head -c 60000 "$(command -v bash)"; cat core/plan/*.h core/base/*.c; head -c 10000 /dev/zero; } >"$dir/small"
# Longer than a block of lz4 and than the usual windows, repeating far apart.
for _ in $(seq 40); do cat "$dir/small" "$dir/small"; head -c 65000 /dev/urandom; done >"$dir/large"

pack() { # pack NAME COMMAND...: small through COMMAND, whole and damaged
	local name=$1; shift
	if "$@" <"$dir/small" >"$dir/$name"; then $sweep "$name" "$dir/$name" "$dir/small"
	else echo "not ok $name: cannot pack"; fi
}
large() { # the same, whole only; part of make test
	[ -n "${LARGE:-}" ] || return
	local name=$1; shift
	if "$@" <"$dir/large" >"$dir/$name"; then $sweep "$name" "$dir/$name" "$dir/large" exact
	else echo "not ok $name: cannot pack"; fi
}
two() { head -c 50000 "$dir/small" | "$@"; tail -c +50001 "$dir/small" | "$@"; }

pack gzip gzip -9
pack bzip2 bzip2 -9
pack lzma xz --format=lzma -9
pack xz xz --check=crc32 --x86 --lzma2=dict=128MiB # as the kernel build does
pack xz-sha256 xz --check=sha256 -6
pack xz-crc64 xz --check=crc64 --block-size=32768
pack lzo lzop -9
pack lzo-crc lzop -3 --crc32
pack lz4 lz4 -q -l -9
pack zstd zstd -q --ultra -22
pack zstd-long zstd -q -19 --long=27
pack gzip-two two gzip
pack bzip2-two two bzip2
pack xz-two two xz
pack zstd-two two zstd -q
large gzip-large gzip -1
large bzip2-large bzip2 -1
large lzma-large xz --format=lzma -0
large xz-large xz -0 --x86 --lzma2=dict=128MiB,mode=fast,nice=8,mf=hc3
large lzo-large lzop -1
large lz4-large lz4 -q -l -1
large zstd-large zstd -q -3 --long=27

for c in "gzip -1" "bzip2 -1" "xz -0 --format=lzma" "xz -0" "lzop -1" "lz4 -q -l -1" "zstd -q -1"; do
	head -c 40M /dev/zero | $c >"$dir/bomb"
	if why=$($bomb "$dir/bomb" $((8 << 20)) 2); then echo "ok bomb: $c"; else echo "not ok bomb: $c: $why"; fi
done
