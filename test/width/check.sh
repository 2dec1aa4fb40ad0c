#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The unit tests of core, load and hand-over once more, as 32-bit programs.
set -u
cd "$(dirname "$0")/../.." || exit 1
for t in build/host32/test/unit/*_test; do
	name=${t##*/}
	out=$("$t" 2>&1)
	rc=$?
	sed -nE 's/^((not )?ok )/\1width32\//p' <<<"$out"
	[ $rc = 0 ] || grep -q '^not ok' <<<"$out" || echo "not ok width32/$name: ends with $rc"
done
