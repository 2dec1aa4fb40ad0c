#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The unit tests of core, load and hand-over once more, as 32-bit programs.
set -u
cd "$(dirname "$0")/../.." || exit 1
# Where the kernel runs no 32-bit programs (ia32_emulation=0), QEMU does.
run=
build/host32/test/unit/base_test >/dev/null 2>&1
[ $? != 126 ] || run=qemu-i386
one() { # one RUN TEST
	local name=${2##*/} out rc
	out=$($1 "$2" 2>&1)
	rc=$?
	sed -nE 's/^((not )?ok )/\1width32\//p' <<<"$out"
	[ $rc = 0 ] || grep -q '^not ok' <<<"$out" || echo "not ok width32/$name: ends with $rc"
}
for t in build/host32/test/unit/*_test; do
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
	one "$run" "$t" &
done
wait
