# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lib.sh: what a script in the bench's dom0 needs to test guests. There it is
# /usr/lib/bench.sh. A case reads
#
#	begin 'what is shown'
#	pv NAME CONFIG-LINE...             a guest, or pvh NAME ...
#	boot SECONDS [REGEX=>KEYS]...      run it; see drive
#	want REGEX 'what is missing'       REGEX must be in what it printed
#	end                                prints "ok ..." or "not ok ...: why"
#
# A guest that dies at once must be watched by "xl create -c" (what boot does):
# "xl console" afterwards comes too late. With a bootloader, "xl create -c" has
# one console for that and another for the guest, and the second comes too late
# for such a guest, too: on_poweroff="preserve" keeps it. And when the
# bootloader ends before the first is there (-q), that one may open the number
# of a terminal which is somebody else's by then, and stay for ever: see
# boot_quietly.

out=/job/out

# attach IMAGE [SECTOR-SIZE]: a loop device for it, by name
attach() {
	attach_dev=$(losetup -f) || return 1
	losetup "$attach_dev" "$1" || return 1
	# busybox's losetup cannot set the sector size: LOOP_SET_BLOCK_SIZE
	[ -z "${2:-}" ] || python3 -c "
import fcntl, sys
fcntl.ioctl(open(sys.argv[1], 'rb'), 0x4c09, int(sys.argv[2]))" "$attach_dev" "$2" || return 1
	echo "$attach_dev"
}

# pv NAME LINE...: write NAME.cfg and make it the case's guest
pv() {
	guest=$1
	shift
	{
		printf 'name = "%s"\nmemory = 256\nvcpus = 1\n' "$guest"
		printf 'on_poweroff = "destroy"\non_reboot = "destroy"\non_crash = "destroy"\n'
		printf '%s\n' "$@"
	} >"$guest.cfg" # a later line replaces an earlier one
}
pvh() {
	pvh_name=$1
	shift
	pv "$pvh_name" 'type = "pvh"' "$@"
}

begin() {
	title=$1 why='' guest='' log=/dev/null covered=''
	began=$(cut -d' ' -f1 /proc/uptime)
}

# covers TYPE PAYLOAD [LAYOUT]: the case's row in the table that test.sh prints; LAYOUT: MBR, ext4
covers() { covered="$1|$2|${3:-MBR, ext4}"; }

# fail REASON: the case fails; the first reason counts
fail() { why=${why:-$1}; }

# boot SECONDS STEP...: "xl create -c", until it ends or all was seen; the guest
# stays for "end" to destroy
boot() {
	boot_with "xl create -c $guest.cfg" "$@"
}
# boot_quietly SECONDS STEP...: the same without a console for the bootloader
boot_quietly() {
	boot_with "xl create -q -p $guest.cfg && { { usleep 500000; xl unpause $guest; } &
		exec xl console $guest; }" "$@"
}
boot_with() { # boot_with COMMAND SECONDS STEP...
	boot_command=$1 boot_limit=$2
	shift 2
	log=$out/$guest.log
	drive -q -l "$log" -t "$boot_limit" "$@" -- sh -c "$boot_command"
	boot_status=$?
	case $boot_status in
	124) fail "nothing after $boot_limit s" ;;
	125) fail "ended too soon" ;;
	esac
}

# want REGEX [REASON] / never REGEX [REASON]: in what the guest printed
want() { grep -qE -- "$1" "$log" || fail "${2:-not seen: $1}"; }
never() { ! grep -qE -- "$1" "$log" || fail "${2:-seen: $1}"; }

# probed [REGEX]: the probe ran, found nothing wrong, and got this command line
probed() {
	want 'PROBE-DONE bad=0' 'the probe did not run or found a fault'
	[ -z "${1:-}" ] || want "PROBE-CMDLINE $1" "not this command line: $1"
}

# stop_at_jump: run the guest, with two disks, until its probe waits (probe.wait), and see that
# its devices are in xenstore as they were before; then it is gone
frontends() { xenstore-ls -f "/local/domain/$1/device" | sort; }
stop_at_jump() {
	xl create -q -p "$guest.cfg"
	jump_id=$(xl domid "$guest")
	frontends "$jump_id" >before
	log=$out/$guest.log
	: >"$log"
	drive -q -l "$log" -t 90 'PROBE-WAITS=>' 'PROBE-DONE=>' -- xl console "$guest" &
	usleep 500000
	xl unpause "$guest"
	jump_tries=0
	until grep -q PROBE-WAITS "$log" || [ $jump_tries -ge 400 ]; do
		usleep 200000
		jump_tries=$((jump_tries + 1))
	done
	frontends "$jump_id" >after
	xenstore-ls -f "/local/domain/0/backend/vbd/$jump_id" | grep '/state = ' >states
	{ echo 'front ends before and after:'; cat before; echo; cat after states; } >>"$log"
	cmp -s before after ||
		fail "front ends differ: $(diff before after | grep '^[-+]/' | tr '\n' ' ')"
	[ "$(grep -c '= "2"' states)" = 2 ] || fail "back ends: $(tr '\n' ' ' <states)"
	gone
	wait
}

# leftovers: what is still there of guests that are gone, one a line
leftovers() {
	xl list | sed '1d;/^Domain-0 /d;s/^/domain /'
	for leftovers_dir in /var/run/xen /var/lib/xen; do
		ls -d $leftovers_dir/bootloader.* 2>/dev/null
	done
	ls -A /var/run/xen/pygrub 2>/dev/null
	# shellcheck disable=SC2009 # busybox has no pgrep
	ps | grep -E '[d]omboot|[p]ygrub|[x]l (create|console)'
	xenstore-ls /local/domain/0/backend/vbd 2>/dev/null | sed 's/^/backend /;q'
}

# gone: destroy the guest if it is there, and wait until nothing is left
gone() {
	xl destroy "$guest" 2>/dev/null
	gone_tries=0
	while [ $gone_tries -lt 10 ]; do
		gone_left=$(leftovers)
		[ -n "$gone_left" ] || return 0
		usleep 200000
		gone_tries=$((gone_tries + 1))
	done
	fail "left behind: $gone_left"
}

# end: the verdict, after the guest is gone
end() {
	[ -z "$guest" ] || gone
	took=$(awk -v a="$began" '{ printf "%.1f", $1 - a }' /proc/uptime)
	[ -z "$covered" ] || echo "table|$covered|$([ -z "$why" ] && echo ok || echo failed)"
	if [ -z "$why" ]; then
		echo "ok $title ($took s)"
	else
		echo "not ok $title: $(echo "$why" | tr '\n' ' ')($took s)"
		[ "$log" = /dev/null ] || tail -12 "$log" | sed 's/^/    /'
	fi
}
