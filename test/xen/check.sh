#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What can be said about the bench without starting it: its scripts are clean,
# "drive" types, waits and sees a screen as it should.
set -u
cd "$(dirname "$0")" || exit 1
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT

verdict() { # verdict NAME STATUS
	if [ "$2" = 0 ]; then echo "ok bench/$1"; else echo "not ok bench/$1: see above"; fi
}

grep -lE '^#!/bin/(ba)?sh|^# shellcheck shell=' ./* ../../.ci/run ../../bench/guest* ../../dom0/domboot-as-pygrub 2>/dev/null |
	xargs shellcheck -x -e SC2317
verdict shellcheck $?

# A program with a menu: it paints, moves the cursor back, and echoes a key.
cat >"$dir/menu" <<'MENU'
printf '\033[2J\033[3;5Hfirst\033[4;5Hsecond'
printf '\033[3;5H\033[7m>first\033[0m\033[K'
stty raw -echo
key=$(dd bs=1 count=3 2>/dev/null | od -An -tx1 | tr -d ' ')
printf '\r\nkey %s\r\n' "$key"
[ "$key" = 1b4f42 ] && exit 3
exit 4
MENU
./drive -q -t 20 -l "$dir/log" '>first=>@' '=>\eOB' 'key [0-9a-f]+=>' -- sh "$dir/menu"
[ $? = 3 ] && grep -q 'key 1b4f42' "$dir/log"
verdict drive-keys $?
printf '    |\n    |\n    |    >first\n    |    second\n' >"$dir/want"
grep '^    |' "$dir/log" | diff - "$dir/want"
verdict drive-screen $?
./drive -q -t 0.3 -- sleep 5
[ $? = 124 ]
verdict drive-limit $?
./drive -q 'never=>' -- true
[ $? = 125 ]
verdict drive-unseen $?
