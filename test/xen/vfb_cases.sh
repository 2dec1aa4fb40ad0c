#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In dom0: guests with a frame buffer and a keyboard, which QEMU serves and
# shows by VNC; the loader inside the guest uses them where `vfb=yes` says so.
# /dev/vdc is Debian's disk (debian-disk).
# shellcheck source=SCRIPTDIR/lib.sh
. /usr/lib/bench.sh
# shellcheck source=/dev/null
. ./settings # from test.sh: LOADER, FONT, ...
port=5900

# vfb NAME EXTRA DISK LINE...: a guest with a screen
vfb() {
	vfb_name=$1 vfb_extra=$2 vfb_disk=$3
	shift 3
	pv "$vfb_name" "kernel = \"$LOADER\"" "extra = \"$vfb_extra\"" "disk = [ \"phy:$vfb_disk,xvda,w\" ]" \
		"vfb = [ \"type=vnc,vnclisten=127.0.0.1,vncdisplay=$((port - 5900)),vncunused=0\" ]" "$@"
}
# viewer SECONDS STEP...: look and type there, in the background; see vnc
viewer() {
	viewer_limit=$1
	shift
	./vnc -t "$viewer_limit" -l "$out/$guest.vnc" "$FONT" $port "$@" &
	viewer=$!
}
viewed() { # the viewer has seen all that it should
	wait $viewer || fail "not on the screen: $(grep 'not seen' "$out/$guest.vnc")"
}

begin 'vfb: the menu is on screen and console, and the keyboard chooses'
vfb both 'vfb=yes timeout=60' "$(attach good.img)"
viewer 90 '^> first probe=><Down>' '^> second probe=>\r'
boot 90 'second probe=>@' 'PROBE-DONE=>'
viewed
want '^    \|.*first probe' 'no menu on the console'
want 'PROBE-CMDLINE from-grub-cfg second'
want 'PROBE-DONE bad=0' 'the probe did not run or found a fault'
end

begin 'vfb: in a PVH guest'
vfb pvh 'vfb=yes timeout=60' "$(attach pvh-probe.img)" 'type = "pvh"'
viewer 90 '^> one=>\r'
boot 90 'PROBE-DONE=>'
viewed
want 'PROBE-CMDLINE from-grub-cfg pvh'
want 'PROBE-DONE bad=0' 'the probe did not run or found a fault'
end

begin 'vfb: screen and keyboard at the jump as they were before'
vfb wait 'vfb=yes (hd0,0)/boot/wait/menu.lst' "$(attach good.img)"
xl create -q -p wait.cfg
id=$(xl domid wait)
frontends() { xenstore-ls -f "/local/domain/$id/device" | sort; }
frontends >before
log=$out/wait.log
: >"$log"
drive -q -l "$log" -t 90 'PROBE-WAITS=>' 'PROBE-DONE=>' -- xl console wait &
usleep 500000
xl unpause wait
tries=0
until grep -q PROBE-WAITS "$log" || [ $tries -ge 400 ]; do
	usleep 200000
	tries=$((tries + 1))
done
frontends >after
xenstore-ls -f /local/domain/0/backend | grep -E "/(vbd|vfb|vkbd)/$id/.*/state = " >states
cat before after states >>"$log"
cmp -s before after || fail "front ends differ: $(diff before after | grep '^[-+]/' | tr '\n' ' ')"
[ "$(grep -c '= "2"' states)" = 3 ] || fail "back ends: $(tr '\n' ' ' <states)"
gone
wait
end

# linux NAME EXTRA: Debian's kernel, which ends in a shell that keeps it there
linux() {
	vfb "$1" "$2 append='console=tty0 console=hvc0 guest.shell'" /dev/vdc 'memory = 512'
}
has_fb() { # the steps until it has said what /proc/fb holds
	boot 240 'GUEST-UP=>' 'Type a key=>x' 'leave it with exit=>cat /proc/fb\r' '0 xen\r=>\x1d'
}

begin "vfb: without vfb=yes, it is the kernel's"
linux left timeout=0
has_fb
viewer 60 'Run /init as init process=>'
viewed
end

# QEMU shows the second connection on its second console.
begin "vfb: after the menu, the kernel's connects, and is behind Ctrl-Alt-2"
linux after 'vfb=yes timeout=60'
viewer 90 '^> Debian=>\r'
has_fb
viewed
viewer 60 '.*=><Ctrl-Alt-2>' 'Run /init as init process=>'
viewed
end
exit 0
