#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The dom0 tool under stress: killed at any moment, a hundred at once, an initrd of 1 GiB, a worker
# that never answers.
set -u
. "$(dirname "$0")/lib.sh"

# image NAME MIB: a disk with a kernel, an initrd of so many MiB and a grub.cfg
image() {
	mkdir -p in/boot/grub && "$here/mkkernel" in/boot/vmlinuz && rm -f in/boot/initrd
	truncate -s "$2M" in/boot/initrd
	[ "$2" -gt 100 ] || head -c "$2M" /dev/urandom >in/boot/initrd
	echo 'menuentry a { linux /boot/vmlinuz root=/dev/xvda1; initrd /boot/initrd; }' >in/boot/grub/grub.cfg
	truncate -s $(($2 + 100))M "$1" && mke2fs -q -F -t ext4 -d in "$1"
}

# Every other time the worker, else the front; then nothing of either may be left.
killed() { # killed ROUND
	local front victim wait
	"$domboot" -q --output-format=simple --output-directory=out middle.img >stdout 2>stderr </dev/null &
	front=$!
	printf -v wait '0.%03d' $((RANDOM % takes))
	sleep "$wait"
	victim=$front
	[ $(($1 % 2)) = 0 ] || victim=$(pgrep -P "$front" | head -1)
	[ -z "$victim" ] || kill -KILL "$victim" 2>/dev/null
	wait "$front" 2>/dev/null
	rc=$?
	for _ in $(seq 40); do [ -z "$(pgrep -f "^$domboot")" ] && break; sleep 0.05; done
	if [ $rc = 0 ]; then
		[ "$(ls out | wc -l)" = 2 ] || echo "round $1: it succeeded with $(ls out | wc -l) files"
	else
		kills=$((kills + 1))
		[ "$victim" = "$front" ] || [ $rc = 1 ] || echo "round $1: the worker was killed, and the front ended with $rc"
		[ -z "$(left)" ] || echo "round $1: left behind: $(left | tr '\n' ' ')"
	fi
	rm -f out/*
}

# How long a run takes that nobody kills, in ms; of the shortest, for the first ones fill the cache.
takes_ms() {
	local began ended
	for _ in $(seq 8); do
		began=$(date +%s%N)
		"$domboot" -q --output-directory=out middle.img >stdout 2>stderr </dev/null && rm -f out/*
		ended=$(date +%s%N)
		echo $(((ended - began) / 1000000 + 1))
	done | sort -n | head -1
}
image middle.img 48
takes=$(takes_ms) mounts=$(wc -l </proc/self/mounts) kills=0
for ((round = 1; round <= 600 && kills < 60; round++)); do killed $round; done >wrong
if [ -s wrong ]; then bad "killed at any moment" "$(head -3 wrong)"
elif [ "$kills" -lt 60 ]; then bad "killed at any moment" "only $kills of 600 did not end before they were killed"
elif [ "$mounts" != "$(wc -l </proc/self/mounts)" ]; then bad "killed at any moment" "mounts are left"
else ok "killed at any moment, 60 times: no file, no process, no mount is left"; fi

# Each with a directory of its own; the largest process of each run, twice, for front and worker.
image small.img 2
for i in $(seq 100); do
	mkdir "many.$i"
	/usr/bin/time -o "many.$i/peak" -f %M "$domboot" -q --output-format=simple \
		--output-directory="many.$i" small.img >"many.$i/answer" 2>&1 </dev/null &
done
wait
good=0
for i in $(seq 100); do
	set -- "many.$i"/boot_kernel.* "many.$i"/boot_ramdisk.*
	cmp -s "$1" in/boot/vmlinuz && cmp -s "$2" in/boot/initrd && grep -q '^args root=/dev/xvda1$' "many.$i/answer" &&
		good=$((good + 1))
done
is "a hundred at once: right" $good 100
total=$(cat many.*/peak | awk '{ n += 2 * $1 } END { print int(n / 1024) }')
if [ "$total" -lt 2560 ]; then ok "a hundred at once: $total MiB"; else bad "a hundred at once" "$total MiB"; fi
rm -rf many.*

image large.img 1024
peak=$(/usr/bin/time -f %M "$domboot" -q --output-format=simple --output-directory=out large.img 2>&1 >stdout </dev/null | tail -1)
if ! cmp -s in/boot/initrd out/boot_ramdisk.*; then bad "an initrd of 1 GiB" "$(ls -l out) $peak"
elif [ "$peak" -gt 8192 ]; then bad "an initrd of 1 GiB" "$peak KiB of memory"
else ok "an initrd of 1 GiB, in $((peak / 1024)) MiB of memory"; fi
rm -f out/*

for how in deaf spin stuck; do lies $how 'no result after 1 s; --timeout=SECONDS raises the limit' small.img; done
LIMIT_S=3 lies burn 'more than 1 s of CPU; --timeout=SECONDS raises the limit' small.img
