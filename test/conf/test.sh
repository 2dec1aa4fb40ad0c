#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ask the real GRUB again what check.sh compares with, boot the golden cases with
# it (all but those that a file no-grub says why not), run its mkconfig, and judge
# more generated scripts.
set -u
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
bad=0
./ask-grub lang "$work/out" || { echo "not ok ask-grub: GRUB did not run"; exit 1; }
for f in lang/*.cfg; do
	n=$(basename "$f" .cfg)
	if cmp -s "lang.out/$n.out" "$work/out/$n.out"; then
		echo "ok grub lang $n"
	else
		echo "not ok grub lang $n: the record differs from what GRUB prints"
		diff -u "lang.out/$n.out" "$work/out/$n.out" | head -20
		bad=1
	fi
done
cases=()
for d in */expect; do
	[ -f "${d%/expect}/no-grub" ] || cases+=("${d%/expect}")
done
./boot.py ../../build/test/witness "${cases[@]}" || bad=1
./generators || bad=1
MKCONFIG=1 SCRIPTS=2000 SAY=260 CORE=1000 ./check.sh | grep -E 'generated|(golden|agree:) (debian|ubuntu)' || bad=1
exit $bad
