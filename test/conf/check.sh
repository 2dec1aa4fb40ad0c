#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The configuration languages against recorded answers:
#   lang/NAME.cfg     scripts; lang.out/NAME.out is what GRUB 2.06 printed (test.sh asks again)
#   NAME/             a golden case: config and table, and expect: the menu and every plan
# and our parser's verdict on every script against grub-script-check's.
set -u
cd "$(dirname "$0")" || exit 1
plan=../../build/host/tools/bootplan
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

for d in */expect; do
	d=${d%/expect}
	cp "$d/expect" "$work/want"
	$plan -a "$d"/config "$d/table" > "$work/have" 2> "$work/log"
	verdict "golden $d"
done
exit $bad
