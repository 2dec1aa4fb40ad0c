# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of file systems, sourced by test/DIR/check.sh in the top directory:
# sets up an empty directory to work in, and compares images with what was put in.
set -u
area=$(basename "$(dirname "$0")")
bootls=$PWD/build/host/tools/bootls bootparts=$PWD/build/host/tools/bootparts
tree=$PWD/test/ext/tree fuzzers=$PWD/build/fuzz/test/fuzz
PATH=$PATH:/usr/sbin:/sbin
export TZ=UTC LC_ALL=C.UTF-8
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

result() { # result NAME LOGS...: by the exit code of the last command
	if [ $? -eq 0 ]; then echo "ok $area: $1"
	else echo "not ok $area: $1: $(cat "${@:2}" | head -c 500 | tr '\n' ';')"; fi
}
want() { # want DIR: images are to hold this from now on
	{ "$tree" "$1"; find "$1" -maxdepth 1 -type f -printf 'f %s %Ts %f\n'; } | LC_ALL=C sort >want
}
# What bootls sees; genisoimage's rr_moved is where deep directories really are.
tree_of() { { "$bootls" -r "$1" && "$bootls" "$1" | grep '^f'; } | grep -v ' /rr_moved$' | LC_ALL=C sort; }
same() { # same NAME IMAGE [DRIVER]: the image holds it; blkid knows it by the same names
	local id
	: >id; : >err
	if [ $# -gt 2 ]; then
		id="$(blkid -p -o value -s UUID "$2") $(blkid -p -o value -s LABEL "$2")"
		"$bootls" -i "$2" 2>err | diff <(echo "$3 ${id/% / -}") - >id || { false; result "$1" id; return; }
	fi
	tree_of "$2" 2>err | diff want - >diff && [ ! -s err ]
	result "$1" err diff
}
fuzz() { # fuzz SIZE: from the images in seeds, for as long as a check may take
	"$fuzzers/${area}_fuzz" -max_len="$1" -seed=1 -runs=20000 -max_total_time=1 seeds >log 2>&1 ||
		{ tail -20 log >end; false; }
	result "fuzzing from real ones" end
}
