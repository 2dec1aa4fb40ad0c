#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The dom0 tool as a toolstack calls it, on images that need no root to make.
set -u
. "$(dirname "$0")/lib.sh"

# --- what goes in -----------------------------------------------------------------
"$here/mkkernel" vmlinuz
seq 1 300000 | tac >initrd
truncate -s 16M fat.img
mkfs.vfat fat.img >/dev/null && mcopy -i fat.img vmlinuz ::vmlinuz && mcopy -i fat.img initrd ::initrd.img
truncate -s 32M disk.img
echo '2048,,c,*' | sfdisk -q disk.img
dd if=fat.img of=disk.img bs=1M seek=1 conv=notrunc status=none
files=(--kernel=/vmlinuz --ramdisk=/initrd.img)

# --- answers ----------------------------------------------------------------------
boots "kernel and initrd by name" vmlinuz initrd "ro  quiet" -q "${files[@]}" "--args=ro  quiet" disk.img
boots "a kernel alone, on a whole-disk file system" vmlinuz "" "" -q --kernel=/vmlinuz fat.img
boots "at an offset" vmlinuz initrd "" -q "${files[@]}" --offset=1048576 disk.img
boots "a second disk that is not there" vmlinuz initrd "" -q "${files[@]}" disk.img missing.img
truncate -s 1M blank.img
boots "on the second disk" vmlinuz initrd "" -q "${files[@]}" blank.img disk.img

answer() { # answer FORMAT: byte for byte, names of files as pygrub makes them
	"$domboot" -q "${files[@]}" --args="a 'b'" --output-format="$1" --output-directory=.//out/../out \
		disk.img 2>&1 | sed -E "s,$tmp/out/boot_(kernel|ramdisk)\.[a-z0-9_]{8}([^a-z0-9_]|\$),<\1>\2,g" | od -An -c | tr -s ' \n' ' '
	rm -f out/*
}
want() { printf "$1" | od -An -c | tr -s ' \n' ' '; }
is "sxp, byte by byte" "$(answer sxp)" "$(want "linux (kernel '<kernel>')(ramdisk '<ramdisk>')(args \"a 'b'\")")"
is "simple, byte by byte" "$(answer simple)" "$(want "kernel <kernel>\nramdisk <ramdisk>\nargs a 'b'\n\n")"
is "simple0, byte by byte" "$(answer simple0)" "$(want "kernel <kernel>\0ramdisk <ramdisk>\0args a 'b'\0\0")"
is "-n names the files in the guest" "$("$domboot" -qn "${files[@]}" --output-format simple disk.img)" \
	$'kernel <kernel:/vmlinuz>\nramdisk <ramdisk:/initrd.img>'
: >answer
"$domboot" -q "${files[@]}" --output=answer --output-format=simple --output-directory=out disk.img >stdout
is "the answer in a file" "$(head -c 7 answer) $(wc -c <stdout)" "kernel  0"
rm -f out/*
is "--version" "$("$domboot" --version)" "domboot 0.1"
is "--help is for people" "$("$domboot" --help | head -1)" "usage: domboot [OPTION]... DISK..."

# --- what cannot work -------------------------------------------------------------
fails "no disk" "no disk is named" -q
fails "an unknown option" "option --frob is unknown" --frob disk.img
fails "a disk that is not there" "missing.img: No such file" -q "${files[@]}" missing.img
fails "a directory for a disk" "out: neither a regular file nor" -q "${files[@]}" out
mkfifo fifo
fails "a pipe for a disk" "fifo: neither a regular file nor" -q "${files[@]}" fifo
fails "a device that is no disk" "/dev/zero: neither a regular file nor" -q "${files[@]}" /dev/zero
: >empty.img
fails "an empty disk" "empty.img" -q empty.img
head -c 3M /dev/urandom >junk.img
fails "a junk disk" "Unable to find partition containing kernel.*junk.img" -q junk.img
truncate -s 4M none.img && mkfs.vfat none.img >/dev/null && mcopy -i none.img "$here/mkkernel" ::file
fails "no configuration" "Unable to find partition containing kernel.*none.img" -q none.img
boots "no configuration, but a kernel" vmlinuz "" "" -q disk.img
fails "a kernel that is not there" "disk.img: /nope: no such file" -q --kernel=/nope disk.img
fails "an initrd that is not there" "disk.img: /nope: no such file" -q --kernel=/vmlinuz --ramdisk=/nope disk.img
fails "an offset outside" "offset" -q "${files[@]}" --offset=99999999999 disk.img
fails "a kernel over the limit" "vmlinuz has more than 1 MiB; --max-kernel" -q "${files[@]}" --max-kernel=1 disk.img
fails "an initrd over the limit" "initrd.img has more than 1 MiB; --max-initrd" -q "${files[@]}" --max-initrd=1 disk.img
boots "limits just raised enough" vmlinuz initrd "" -q "${files[@]}" --max-kernel=$(($(stat -c %s vmlinuz) / 1048576 + 1)) \
	--max-initrd=$(($(stat -c %s initrd) / 1048576 + 1)) disk.img
fails "an output that is not there" "absent: No such file" -q "${files[@]}" --output=absent disk.img
fails "a full output" "full: No space left" -q "${files[@]}" --output=/dev/full disk.img
fails "a directory that is not there" "/absent: output directory: No such file" -q "${files[@]}" --output-directory=absent disk.img
fails "too little memory" "out of memory; --max-memory=MIB raises the limit" -q "${files[@]}" --max-memory=1 disk.img
fails "a newline in a simple answer" "delimiter|newline" -q "${files[@]}" --output-format=simple --args=$'a\nkernel /etc/shadow' disk.img
head -c 4M fat.img >short.img
fails "a truncated file system" "short.img" -q "${files[@]}" short.img

# --- kernels that no domain can be built from -------------------------------------
kernel() { # kernel KIND: its image is kernel.img
	"$here/mkkernel" kernel "$1"
	[ -n "$1" ] || cp "$2" kernel
	truncate -s 16M kernel.img && mkfs.vfat kernel.img >/dev/null && mcopy -i kernel.img kernel ::kernel
}
kernel signed
boots "a signed kernel" kernel "" "" -q --kernel=/kernel kernel.img
kernel unsummed
boots "a kernel with another checksum, packed well" kernel "" "" -q --kernel=/kernel kernel.img
kernel newer
boots "a kernel without a checksum is not unpacked" kernel "" "" -q --kernel=/kernel kernel.img
kernel damaged
fails "a damaged kernel" "kernel.img.*/kernel: gzip: damaged" -q --kernel=/kernel kernel.img
kernel packed
fails "a kernel in a compression that Xen lacks" "/kernel: bzImage payload of unknown" -q --kernel=/kernel kernel.img
kernel "" "$domboot"
fails "a program that is no kernel" "/kernel: an ELF file without Xen notes" -q --kernel=/kernel kernel.img
kernel "" initrd
fails "a file that is no kernel" "/kernel: neither a bzImage nor an ELF" -q --kernel=/kernel kernel.img
head -c 1M vmlinuz >half; kernel "" half
fails "half a kernel" "/kernel: bzImage payload of .* lies outside the file" -q --kernel=/kernel kernel.img
head -c 100 vmlinuz >half; kernel "" half
fails "a hundred bytes of a kernel" "/kernel: " -q --kernel=/kernel kernel.img

# --- configurations ---------------------------------------------------------------
mkdir -p in/boot/grub && cp vmlinuz initrd in/boot/ && : >in/boot/empty
cat >in/boot/grub/grub.cfg <<'CFG'
set default=0
set timeout=30
menuentry 'Debian' --id one {
	set root='hd0,msdos1'
	linux /boot/vmlinuz root=/dev/xvda1 ro
	initrd /boot/initrd
}
submenu 'More' {
	menuentry "It's two" { linux /boot/vmlinuz two; initrd /boot/initrd /boot/initrd; }
}
menuentry 'No initrd' { linux /boot/vmlinuz three; }
menuentry 'Missing' { linux /boot/nope; }
menuentry 'Empty' { linux /boot/empty; }
CFG
image() { # image NAME: in/ on the first partition, whose first copy is what the others begin with
	rm -f "$1"; truncate -s 33M "$1"
	echo '2048,,83,*' | sfdisk -q "$1"
	mke2fs -q -t ext4 -d in -E offset=1048576 "$1" 32M
}
config() { # config NAME: standard input is grub.cfg
	cp ext.img "$1"; cat >cfg
	printf 'rm /boot/grub/grub.cfg\nwrite cfg /boot/grub/grub.cfg\n' |
		debugfs -w -f - "$1?offset=1048576" >/dev/null 2>&1
}
image ext.img
truncate -s 16M fat2.img && mkfs.vfat fat2.img >/dev/null && mmd -i fat2.img ::boot && mcopy -i fat2.img vmlinuz ::boot/vmlinuz
for i in $(seq 3000); do printf 'menuentry "%d" { linux /boot/vmlinuz n=%d %01000d; }\n' "$i" "$i" 0; done | config many.img
fails "no memory to read a configuration" "out of memory; --max-memory=MIB raises the limit" -q --max-memory=16 many.img
fails "no memory to run one" "grub.cfg:[0-9]+: over the limit of [0-9]+ bytes of memory" -q --max-memory=24 many.img
boots "with more memory it runs" vmlinuz "" "n=1 $(printf %01000d 0)" -q --max-memory=96 many.img
{
	echo 'fallback="1 2 3"'
	for i in 0 1 2 3; do echo "menuentry $i { while true; do [ -f /boot/nope ]; done; }"; done
} | config forever.img
fails "entries that never end" "grub.cfg:2: over the limit of 1000000 steps" -q forever.img
is "only one of them is a fallback" "$("$domboot" -qn forever.img 2>&1 | grep -c 'falling back')" 1
yes '# much' | head -c 4194305 | config long.img
fails "a configuration over the limit" "grub.cfg: over the limit of 4194304 bytes in a configuration file" -q long.img
boots "the default entry" vmlinuz initrd "root=/dev/xvda1 ro" -q ext.img
boots "without a terminal there is no menu" vmlinuz initrd "root=/dev/xvda1 ro" ext.img
boots "arguments are appended" vmlinuz initrd "root=/dev/xvda1 ro a b" -q "--args=a b" ext.img
config device.img <<'CFG'
for d in xen/xvda,msdos1 xvda1 hd0,1 xen/xvdb,1 xen/xvdb fd0; do
	if [ -f ($d)/boot/vmlinuz ]; then there="$there $d"; fi
done
menuentry a { linux (xen/xvda,1)/boot/vmlinuz $there; }
CFG
boots "disks by the guest's names" vmlinuz "" "xen/xvda,msdos1 hd0,1" -q device.img
boots "and the second one" vmlinuz "" "xen/xvda,msdos1 hd0,1 xen/xvdb" -q device.img fat2.img
config probe.img <<'CFG'
probe --set=uuid --part-uuid $root
probe --set=none --part-uuid hd0
probe --set=driver --driver $root
search --disk-uuid --set=disk DEADBEEF
menuentry a { linux /boot/vmlinuz root=PARTUUID=$uuid $none $driver $disk; }
CFG
sfdisk -q --disk-id probe.img 0xdeadbeef
boots "the UUID of a partition in an MBR" vmlinuz "" "root=PARTUUID=deadbeef-01 none xen hd0" -q probe.img
usr=5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6
usr_disk() { # usr_disk A B: a disk of CoreOS' shape, its two partitions for /usr with these attributes
	rm -f usr.img
	truncate -s 16M usr.img
	sfdisk -q usr.img <<-END
		label: gpt
		start=2048, size=8M, name=EFI-SYSTEM
		size=1M, type=$usr, name=USR-A, uuid=7130c94a-213a-4e5a-8e26-6cce9662f132, attrs="$1"
		size=1M, type=$usr, name=USR-B, uuid=e03dd35c-7c2d-4a47-b3fe-27f15780a57c, attrs="$2"
	END
	dd if=esp.img of=usr.img bs=1M seek=1 conv=notrunc status=none
}
truncate -s 8M esp.img && mkfs.vfat esp.img >/dev/null
cat >usr.cfg <<'END'
search --no-floppy --part-label USR-B --set b
menuentry x {
	gptprio.next -d device -u uuid
	linux /vmlinuz $device usr=$uuid b=$b
}
END
mmd -i esp.img boot boot/grub && mcopy -i esp.img usr.cfg ::boot/grub/grub.cfg && mcopy -i esp.img vmlinuz ::
usr_disk GUID:48,56 GUID:49
boots "CoreOS, one /usr is good" vmlinuz "" "hd0,gpt2 usr=7130c94a-213a-4e5a-8e26-6cce9662f132 b=hd0,gpt3" -q usr.img
usr_disk GUID:48,56 GUID:49,52
boots "CoreOS, a newer /usr to try" vmlinuz "" "hd0,gpt3 usr=e03dd35c-7c2d-4a47-b3fe-27f15780a57c b=hd0,gpt3" -q usr.img
usr_disk GUID:48 GUID:52
boots "CoreOS, no /usr may be tried" vmlinuz "" "usr= b=hd0,gpt3" -q usr.img
boots "XenServer's arguments" vmlinuz initrd "root=/dev/xvda1 ro a x" -q --args=a --extra_args=x --vm=0 --default_args=d ext.img
truncate -s 16M named.img
mkfs.vfat named.img >/dev/null && mmd -i named.img ::boot && mcopy -i named.img vmlinuz ::boot/xenkernel &&
	mcopy -i named.img initrd ::boot/xeninitrd
mkdir rules && printf 'title blacklist ^Deb\n' >rules/one && printf 'title prefer No initrd\n' >rules/two
boots "XenServer's rules for titles" vmlinuz "" "three" -q --rules-directory=rules ext.img
boots "and they hold for the default alone" vmlinuz initrd "root=/dev/xvda1 ro" --entry=0 --rules-directory=rules ext.img
boots "XenServer's kernel" vmlinuz initrd "ro quiet x" -q --extra_args=x --default_args="ro quiet" named.img
cat initrd <(printf '\0%.0s' $(seq $((-$(stat -c %s initrd) & 3)))) initrd >two # each begins at 4 bytes
boots "--entry by number, in submenus too" vmlinuz two "two" --entry=1 ext.img
boots "--entry by title" vmlinuz "" "three" "--entry=No initrd" ext.img
boots "--entry by id" vmlinuz initrd "root=/dev/xvda1 ro" --entry one ext.img
boots "an entry that is gone: the default" vmlinuz initrd "root=/dev/xvda1 ro" --entry=Gone ext.img
is "and a warning" "$(sed 's/.*warning: //' stderr | tail -1)" 'taking the default: "Debian"'
fails "a kernel that is not there" 'ext.img: partition 1 \(ext4?\): /boot/nope: no such file' --entry=Missing ext.img
fails "an empty kernel" "/boot/empty: an empty file" --entry=Empty ext.img
config off.img <<<"menuentry x { halt; }"
fails "an entry that powers off" '"x" boots nothing' -q off.img
config missing.img <<<"menuentry x { linux /boot/vmlinuz; initrd /gone; }"
fails "an initrd that is not there" 'missing.img: partition 1 \(ext4?\): /gone: no such file' -q missing.img
config cloud.img <<'END'
menuentry x {
	if [ "${initrdfail}" = 1 ]; then linux /boot/vmlinuz tried; initrd /boot/initrd; else linux /boot/vmlinuz panic=-1; fi
}
END
boots "Ubuntu's first try without an initrd, which dom0 cannot note" vmlinuz initrd "tried" -q cloud.img
config loop.img <<<'while true; do x=1; done'
fails "a configuration that loops" "grub.cfg" -q loop.img
config self.img <<<'configfile /boot/grub/grub.cfg'
fails "a configuration that includes itself" "grub.cfg" -q self.img
config none.img <<<'# nothing here'
fails "a configuration without entries" "grub.cfg: no entry" -q none.img
config evil.img <<'CFG'
menuentry "a
kernel /etc/shadow" { linux /boot/vmlinuz '$(id) `id` %n; kernel /etc/shadow)(kernel x'; }
CFG
boots "shell words and brackets are only words" vmlinuz "" '"$(id) `id` %n; kernel /etc/shadow)(kernel x"' -q evil.img
config newline.img <<'CFG'
menuentry x { linux /boot/vmlinuz "a
kernel /etc/shadow"; }
CFG
fails "a newline in the guest's command line" "newline" -q newline.img
config escape.img <<<$'menuentry x { linux "/nope\e]0;title\a\e[2J"; }'
fails "escape sequences in a message" "nope" -q escape.img
head -c 3M ext.img >cut.img
fails "a disk cut in the file system" "cut.img" -q cut.img
is "--list-entries" "$("$domboot" -l ext.img 2>/dev/null | head -11)" "title: Debian
  root: d0p1
  kernel: /boot/vmlinuz
  args: root=/dev/xvda1 ro
  initrd: /boot/initrd
title: It's two
  root: d0p1
  kernel: /boot/vmlinuz
  args: two
  initrd: /boot/initrd /boot/initrd
title: No initrd"
is "--isconfig" "$("$domboot" --isconfig --args=x in/boot/grub/grub.cfg 2>&1)" "  kernel: /boot/vmlinuz
  initrd: /boot/initrd
  args: root=/dev/xvda1 ro x"

# --- the menu ---------------------------------------------------------------------
# menu NAME STATUS WANT KEYS... -- ARGUMENT...: type KEYS, see how it ends and what was answered
menu() {
	local name=$1 status=$2 want=$3 rc keys=(); shift 3
	while [ "$1" != -- ]; do keys+=("$1"); shift; done
	: >answer
	"$here/../xen/drive" -q -l log -t 20 "${keys[@]}" -- "$domboot" --output=answer \
		--output-format=simple "${@:2}" >/dev/null 2>stderr; rc=$?
	if [ $rc -ne "$status" ]; then bad "$name" "status $rc: $(tail -c 300 log)"
	elif [ "$(sed -n 's/^args //p' answer)" != "$want" ]; then bad "$name" "$(cat answer)"
	elif [ -n "$(left)" ]; then bad "$name" "left behind: $(left)"
	else ok "$name"; fi
}
menu "an entry chosen in the menu" 0 three 'Debian=>\eOB' '=>\eOB' 'No initrd=>\r' -- -n ext.img
menu "a title chosen in a submenu" 0 two 'Debian=>\e[B' 'More=>\r' "two=>\r" -- -n ext.img
menu "an entry changed in the editor" 0 "root=/dev/xvda1 ro single" \
	'Debian=>e' 'Edit: Debian=>\x0e\x0e\x05 single\x18' -- -n ext.img
menu "a change that fails comes back to the editor" 0 "root=/dev/xvda1 ro" \
	'Debian=>e' 'Edit: Debian=>\x0e\x0e\x0einitrd /gone #\x18' '/gone: no such file=>\x0e\x0e\x0e\x0b\x18' -- -n ext.img
menu "there is no command line in dom0" 0 "root=/dev/xvda1 ro" 'Debian=>c' '=>\x1bOQ' '=>\r' -- -n ext.img
menu "Esc leaves the menu" 1 "" 'Debian=>\e' 'Press y=>y' -- -n ext.img
is "and says so" "$(grep -c 'RuntimeError: ext.img: cancelled' log)" 1
menu "Ctrl-C ends it" 1 "" 'Debian=>\x03' -- -n ext.img
menu "an entry that fails comes back to the menu" 0 "root=/dev/xvda1 ro" 'Missing=>\e[F' '=>\e[A' '=>\r' \
	'no such file=>\e[H' '=>\r' -- -n ext.img
# What the front has to say waits until the menu is gone from the terminal that both write to.
is "no line is drawn into the menu" "$(tr -d '\r' <log | grep -bo 'Booting Debian\|domboot: ext.img' |
	cut -d: -f2 | uniq | tr '\n' ' ')" "Booting Debian domboot "
# As under xl: no size, TERM=vt100, and terminal settings that must come back.
cat >under_xl.py <<'PY'
import os, pty, sys, termios, time, select
master, slave = pty.openpty()  # 0 rows, 0 columns
before = termios.tcgetattr(slave)
if os.fork() == 0:
    os.setsid()
    import fcntl
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(slave, fd)
    os.environ['TERM'] = 'vt100'
    os.execv(sys.argv[1], sys.argv[1:])
seen = b''
while b'No initrd' not in seen and select.select([master], [], [], 10)[0]:
    seen += os.read(master, 4096)
os.write(master, b'\r')
while select.select([master], [], [], 0.1)[0]:
    seen += os.read(master, 4096)
status = os.wait()[1]
print(status, 'restored' if termios.tcgetattr(slave) == before else 'changed', len(seen) < 4096)
PY
: >answer
is "a terminal without a size" "$(timeout 20 /usr/bin/python3 under_xl.py "$domboot" -n --output=answer ext.img)" "0 restored True"
is "and its answer" "$(cat answer)" "linux (kernel '<kernel:/boot/vmlinuz>')(ramdisk '<ramdisk:/boot/initrd>')(args 'root=/dev/xvda1 ro')"

# --- a worker that lies -----------------------------------------------------------
no_result='the worker ended without a result'
no_sense='the worker sent (a result that makes no sense|what is no message)'
for how in silence half exit; do lies $how "$no_result"; done
for how in noise huge kind zero empty newline nul long rest; do lies $how "$no_sense"; done
for how in nofiles less secret; do lies $how 'the copies do not have the sizes'; done
for how in record text answer; do lies $how 'the worker sent what nobody asked for'; done
lies log 'no result after 1 s; --timeout=SECONDS raises the limit'
is "of its endless messages a thousand are shown" "$(wc -l <stderr)" 1003
LIE=text timeout 20 "$liar" --list-entries disk.img 2>stderr | wc -c >stdout
is "a list without an end" "$(cat stdout) $(grep -c 'RuntimeError: more than 64 MiB of text' stderr)" "67108864 1"
lies status 'fine, thanks'
lies reason 'title. two.lines'
lies trap 'killed by signal 4'
lies sys 'tried a system call that the sandbox forbids'
leaves_a_child() { # an ordinary user has no name space that ends with its first process
	LIE=child timeout 20 "$liar" -q --output-format=sxp --output-directory=out disk.img >stdout 2>stderr
	is "a worker that leaves a process behind" "$? $(sleep 0.3; pgrep -f "^$liar" | wc -l)" "0 0"
	rm -f out/*
}
[ "$(id -u)" != 0 ] || leaves_a_child
LIE=quote timeout 20 "$liar" -q --output-format=sxp --output-directory=out disk.img >stdout 2>stderr
is "quotes in arguments stay inside" "$? $(sed 's/.*(args/(args/' stdout)" "0 (args \"ro')(kernel '/etc/shadow\")"
rm -f out/*

# --- surroundings -----------------------------------------------------------------
boots "without standard streams" vmlinuz "" "" -q --kernel=/vmlinuz fat.img
"$domboot" -q --kernel=/vmlinuz --output=answer --output-format=simple --output-directory=out fat.img <&- >&- 2>&-
is "started with no descriptor open" "$? $(sed -n 's/^kernel //p' answer | xargs cmp vmlinuz 2>&1)" "0 "
rm -f out/*
env -i $(for i in $(seq 300); do echo "LD_X$i=%n%s"; done) PYTHONPATH=/x XEN_FSIMAGE_FSDIR=/x FSIMAGE_FSDIR=/x \
	TERM=$'\e[2J' LINES=-1 COLUMNS=99999999 IFS=/ PATH= HOME=/x TMPDIR=/x LANG=xx_YY.UTF-8 \
	"$domboot" -qn "${files[@]}" disk.img >stdout 2>stderr
is "a hostile environment changes nothing" "$? $(cat stdout stderr)" "0 linux (kernel '<kernel:/vmlinuz>')(ramdisk '<ramdisk:/initrd.img>')"
own_mounts=-m; [ "$(id -u)" = 0 ] || own_mounts=-rm
is "without /dev/null" "$(unshare $own_mounts sh -c 'mount -t tmpfs none /dev && exec "$@"' x \
	"$domboot" -qn "${files[@]}" disk.img </dev/null 2>stderr)" "linux (kernel '<kernel:/vmlinuz>')(ramdisk '<ramdisk:/initrd.img>')"

# in_env NAME MISSING COMMAND...: started by COMMAND it boots, and names what the sandbox lacks there.
cp "$domboot" mine && chmod 755 mine && chmod 644 disk.img && chmod 777 out
in_env() {
	local name=$1 missing=$2 rc; shift 2
	timeout -k 1 20 "$@" ./mine -q --timeout=9 "${files[@]}" --output-format=simple \
		--output-directory=out disk.img >stdout 2>stderr </dev/null; rc=$?
	if [ $rc -ne 0 ]; then bad "in $name" "exit status $rc: $(tail -c 300 stderr)"
	elif ! cmp -s vmlinuz "$(sed -n 's/^kernel //p' stdout)"; then bad "in $name" "another kernel"
	elif [ "$(sed 's/^domboot: warning: this machine lacks parts of the sandbox: //' stderr)" != "$missing" ]; then
		bad "in $name" "$(cat stderr)"
	else ok "in $name"; fi
	rm -f out/*
}
# refuses NAME TEXT COMMAND...: it fails at once, with TEXT in the last line, and leaves nothing.
refuses() {
	local name=$1 text=$2 rc; shift 2
	timeout -k 1 20 "$@" ./mine -q ${demand-} --timeout=2 "${files[@]}" --output-directory=out disk.img >stdout 2>stderr </dev/null; rc=$?
	for _ in 1 2 3 4 5; do pgrep -f '^./mine -q' >left || break; sleep 0.1; done # the keeper ends after the front
	if [ $rc -ne 1 ] || [ -s stdout ]; then bad "in $name" "exit status $rc: $(cat stdout stderr)"
	elif ! tail -n 1 stderr | grep -q "^RuntimeError: .*$text"; then bad "in $name" "$(tail -n 1 stderr)"
	elif [ -n "$(find out -mindepth 1)" ] || [ -s left ]; then bad "in $name" "left behind: $(cat left; ls out)"
	else ok "in $name"; fi
	rm -f out/*
}
in_env "umask 777" "" bash -c 'umask 0777 && exec "$@"' x
in_env "ignored signals" "" env --ignore-signal=CHLD --ignore-signal=PIPE --ignore-signal=ALRM
in_env "blocked signals" "" env --block-signal=CHLD --block-signal=PIPE --block-signal=TERM
in_env "a session of its own" "" setsid -w
in_env "20 MB of memory" "" bash -c 'ulimit -v 20000 && exec "$@"' x
in_env "no room for core files" "" bash -c 'ulimit -c 0 && exec "$@"' x
in_env "a user name space" "own user" unshare -Ur
refuses "a limit of the size of files" "ulimit -f raises it" bash -c 'ulimit -f 1 && exec "$@"' x
refuses "a limit of 16 open files" "ulimit -n 64 is enough" bash -c 'ulimit -n 16 && exec "$@"' x
refuses "a limit of 1 MB of data" "ulimit -d raises" bash -c 'ulimit -d 1000 && exec "$@"' x
in_env "every signal blocked, and a TMPDIR that is not there" "" env --block-signal TMPDIR=/nonexistent
is "no standard input, and no /dev/null for it" "$(unshare $own_mounts sh -c 'mount -t tmpfs none /dev && exec "$@" <&-' x \
	"$domboot" -qn "${files[@]}" disk.img 2>&1)" "RuntimeError: a standard stream is closed, and /dev/null cannot stand in for it: No such file or directory"
spins() (ulimit -t 1; LIMIT_S=9 lies spin 'more than 1 s of CPU; ulimit -t raises')
spins
# hangs_up COMMAND...: what a hang-up makes of one whose worker waits.
hangs_up() {
	LIE=hang timeout 20 "$@" "$liar" -q --timeout=1 --output-directory=out disk.img >stdout 2>stderr </dev/null &
	sleep 0.3; kill -HUP "$(pgrep -P $!)"; wait $!; tail -n 1 stderr
}
is "a hang-up ends it" "$(hangs_up env)" "RuntimeError: stopped by signal 1 (Hangup)"
is "but not under nohup" "$(hangs_up nohup)" "RuntimeError: no result after 1 s; --timeout=SECONDS raises the limit"
fails_few() (ulimit -n 8; fails "too few descriptors" "open files" -q "${files[@]}" disk.img)
fails_few

# As root, who has more to lose: of what a kernel may lack, and what a container takes away.
without() { echo "$(dirname "$forbidden")/../commands/without"; }
lacks() { in_env "a kernel without $1" "$2" "$(without)" "$3"; }
odd_places() {
	in_env "an ordinary user's hands" "" setpriv --reuid=65534 --regid=65534 --clear-groups
	in_env "no new privileges" "" setpriv --no-new-privs
	in_env "no capabilities" "an empty root, own user, namespaces" setpriv --bounding-set=-all --inh-caps=-all
	in_env "no user name spaces" "own user" unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' x
	in_env "a process name space" "" unshare -pf --mount-proc
	in_env "no network" "" unshare -n
	in_env "no /proc" "an empty root" unshare -m sh -c 'umount -l /proc && exec "$@"' x
	in_env "a root that is read only" "" unshare -m sh -c "mount --bind $tmp/out $tmp/out"' &&
		mount -o remount,ro,bind / && exec "$@"' x
	in_env "a change of the root" "an empty root" bash -o pipefail -c 'chroot . "$@" | sed "s|/out/|$PWD/out/|"' x
	lacks Landlock Landlock 444
	lacks "name spaces" namespaces 272
	lacks "chroot()" "an empty root" 161
	lacks "setresuid()" "own user" 117
	lacks "seccomp(), but with prctl()" "" 317
	lacks "memfd_create()" "" 319
	lacks "clone3()" "" 435
	lacks "prctl()" "seccomp, prctl" 157
	lacks "prlimit()" "resource limits" 302
	for missing in 444:Landlock 272:namespaces 161:root 117:user 157:prctl 302:limits; do
		demand=--require-sandbox refuses "--require-sandbox, and no ${missing#*:}" \
			"lacks parts of the sandbox: .*${missing#*:}" "$(without)" "${missing%:*}"
	done
	refuses "a kernel without poll()" "poll: Function not implemented" "$(without)" 7
	refuses "a kernel without pread()" "read error" "$(without)" 17
	refuses "a kernel without pipes" "pipe: Function not implemented" "$(without)" 293
}
[ "$(id -u)" != 0 ] || odd_places

"$forbidden" filter
[ "$(id -u)" != 0 ] || "$forbidden" confine
