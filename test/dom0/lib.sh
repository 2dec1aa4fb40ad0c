# SPDX-License-Identifier: GPL-2.0-or-later
# What check.sh and test.sh share: a place to work, and checks that print one line.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
domboot=$PWD/build/host/domboot
forbidden=$PWD/build/host/test/dom0/forbidden
liar=$PWD/build/host/test/dom0/liar
here=$PWD/test/dom0
PATH=$PATH:/usr/sbin:/sbin
export MTOOLS_SKIP_CHECK=1 LC_ALL=C
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
cd "$tmp" || exit 1
mkdir out

ok() { echo "ok dom0: $1"; }
bad() { echo "not ok dom0: $1: ${2//$'\n'/ | }"; }
is() { # is NAME HAVE WANT
	if [ "$2" = "$3" ]; then ok "$1"; else bad "$1" "'$2', not '$3'"; fi
}
left() { # what is left where nothing may be: files, and processes of ours, but a keeper's last moment
	find out -mindepth 1 | head -3
	for _ in 1 2 3 4 5; do pgrep -f "^$domboot" >/dev/null || return 0; sleep 0.1; done
	pgrep -f "^$domboot" | head -3
}

# fails NAME TEXT ARGUMENT...: exit status 1, nothing on standard output, nothing left behind,
# and TEXT (a grep -E pattern) in the last line of standard error, which begins as pygrub's does.
fails() {
	local name=$1 text=$2 rc last; shift 2
	timeout 20 "$domboot" --output-directory=out "$@" >stdout 2>stderr </dev/null; rc=$?
	last=$(tail -n 1 stderr)
	if [ $rc -ne 1 ]; then bad "$name" "exit status $rc: $(tail -c 300 stderr)"
	elif [ -s stdout ]; then bad "$name" "it printed $(head -c 100 stdout)"
	elif [[ $last != "RuntimeError: "* ]]; then bad "$name" "last line: $last"
	elif ! grep -qE -- "$text" <<<"$last"; then bad "$name" "'$last' does not say '$text'"
	elif grep -q '[^[:print:]]' stderr; then bad "$name" "control characters on stderr"
	elif left=$(left); [ -n "$left" ]; then bad "$name" "left behind: $left"
	else ok "$name"; fi
	rm -f out/*
}

# boots NAME KERNEL INITRD ARGS ARGUMENT...: the answer is right and so are the files.
# INITRD may be empty. Options that ask for another format or place are not for here.
boots() {
	local name=$1 kernel=$2 initrd=$3 args=$4 k r a rc; shift 4
	timeout 60 "$domboot" --output-format=simple --output-directory=out "$@" \
		>stdout 2>stderr </dev/null; rc=$?
	k=$(sed -n 's/^kernel //p' stdout) r=$(sed -n 's/^ramdisk //p' stdout) a=$(sed -n 's/^args //p' stdout)
	if [ $rc -ne 0 ]; then bad "$name" "exit status $rc: $(tail -c 300 stderr)"
	elif ! cmp -s "$kernel" "$k"; then bad "$name" "another kernel: $k"
	elif [ -n "$initrd" ] && ! cmp -s "$initrd" "$r"; then bad "$name" "another initrd: $r"
	elif [ -z "$initrd$r" ] && [ "$(ls out | wc -l)" != 1 ]; then bad "$name" "more files: $(ls out)"
	elif [ "$a" != "$args" ]; then bad "$name" "args '$a', not '$args'"
	elif [ "$(stat -c %a "$k")" != 600 ]; then bad "$name" "mode $(stat -c %a "$k")"
	else ok "$name"; fi
	rm -f out/*
}

# lies HOW TEXT [DISK]: as fails, of a domboot whose worker does HOW (liar.c)
lies() {
	local told=$domboot
	domboot=$liar
	LIE=$1 fails "a worker that lies: $1" "$2" -q --timeout="${LIMIT_S:-1}" "${3:-disk.img}"
	domboot=$told
}
