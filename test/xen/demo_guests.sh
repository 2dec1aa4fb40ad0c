#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: the guests of the demo. /dev/vdc is the guest's disk.
# shellcheck source=SCRIPTDIR/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings # from demo: live, BOOTLOADER, LOADER
failed=0

# show NAME LINE...: boot it from its own configuration, to user space
show() {
	pv "$@" 'memory = 512' 'disk = [ "phy:/dev/vdc,xvda,w" ]'
	printf '\n--- %s.cfg ' "$guest"
	printf -- '-%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
	printf '\n'
	grep -E '^(bootloader|kernel|disk|memory)' "$guest.cfg" | tail -n 3
	printf '\n# xl create -c %s.cfg\n' "$guest"
	if [ "${live:-}" = live ]; then
		drive -r -t 300 -l "$out/demo-$guest.log" 'GUEST-UP=>' 'GUEST-DONE=>' -- xl create -c "$guest.cfg"
	else
		drive -p -t 150 -l "$out/demo-$guest.log" 'Advanced options=>@' 'Linux version=>' \
			'Command line:=>' 'GUEST-UP=>' 'GUEST-DISKS=>' 'GUEST-DONE=>' -- xl create -c "$guest.cfg"
	fi
	show_status=$?
	if [ $show_status = 0 ] && grep -q '^ *[0-9.]* GUEST-UP' "$out/demo-$guest.log"; then
		echo "=== $guest: the guest reached user space"
	else
		failed=1
		echo "=== $guest: FAILED (status $show_status). The end of what it printed:"
		tail -n 15 "$out/demo-$guest.log"
		tail -n 5 /var/log/xen/bootloader.*.log 2>/dev/null
	fi
	xl destroy "$guest" 2>/dev/null
}

show by-dom0 "bootloader = \"$BOOTLOADER\""
show in-guest "kernel = \"$LOADER\""
exit $failed
