#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# domboot's own commands, on images that the real tools make: what they print,
# every exit status, and that nothing of a guest's reaches a terminal as it is.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/test/dom0/lib.sh"
# Under a name of its own: test/dom0 looks for processes of domboot's that are left.
cp "$domboot" "$tmp/own-domboot" && domboot=$tmp/own-domboot
cp "$liar" "$tmp/own-liar" && liar=$tmp/own-liar
unset NO_COLOR

# --- what goes in -----------------------------------------------------------------
gcc -Wa,--defsym,PV_ONLY=1 -c "$root/test/load/kernel.S" -o kernel.o &&
	ld -static --no-warn-rwx-segments -z noexecstack -Ttext-segment=0xffffffff81000000 kernel.o -o linked &&
	objcopy --change-section-lma '*-0xffffffff80000000' linked elf || bad "a kernel to test with" "gcc, ld"
"$root/test/load/bzimage" elf vmlinuz zstd -q
head -c 300000 /dev/zero | tr '\0' i >initrd
mkdir -p in/boot/grub in/etc && cp vmlinuz initrd in/boot/ && : >in/boot/empty
ln -s vmlinuz in/boot/link
printf 'one\ttab\033[2J\n' >in/etc/issue
cat >in/boot/grub/grub.cfg <<'CFG'
set timeout=5
if [ "$grub_platform" = xen ]; then set x=1; else set x=2; fi
search --set=root --file /boot/vmlinuz
menuentry 'Debian' --id one {
	linux /boot/vmlinuz root=/dev/xvda1 console=hvc0
	initrd /boot/initrd
}
submenu 'More' {
	menuentry "It's two" { linux /boot/vmlinuz two; initrd /boot/initrd /boot/initrd; }
}
menuentry 'Missing' { linux /boot/nope; }
menuentry 'Bad' { linux /etc/issue; }
CFG
image() { # image NAME [MKE2FS-OPTION...]: in/ on its first partition
	rm -f "$1"; truncate -s 9M "$1"
	echo '2048,,83,*' | sfdisk -q "$1"
	mke2fs -q -t ext4 -L root -d in -E offset=1048576 "${@:2}" "$1" 8M
}
config() { # config NAME: standard input is grub.cfg
	cp ext.img "$1"; cat >cfg
	printf 'rm /boot/grub/grub.cfg\nwrite cfg /boot/grub/grub.cfg\n' |
		debugfs -w -f - "$1?offset=1048576" >/dev/null 2>&1
}
image ext.img

# run STATUS ARGUMENT...: stdout and stderr of it, and whether the status is right
run() {
	local want=$1 rc; shift
	timeout 20 "$domboot" "$@" >stdout 2>stderr </dev/null; rc=$?
	[ $rc -eq "$want" ] || { echo "status $rc, not $want: $(tail -c 300 stderr)" >wrong; return 1; }
	if grep -q '[^[:print:][:space:]]' stdout stderr; then echo "control characters" >wrong; return 1; fi
}
says() { # says NAME TEXT ARGUMENT...: it succeeds, and a line of its output is matched by TEXT
	local name=$1 text=$2; shift 2
	if ! run 0 "$@"; then bad "$name" "$(cat wrong)"
	elif ! grep -qE -- "$text" stdout; then bad "$name" "no '$text' in: $(head -c 900 stdout)"
	else ok "$name"; fi
}
ends() { # ends NAME STATUS TEXT ARGUMENT...: that status, the reason on standard error alone, a hint
	local name=$1 status=$2 text=$3; shift 3
	if ! run "$status" "$@"; then bad "$name" "$(cat wrong)"
	elif [ -s stdout ]; then bad "$name" "on standard output: $(head -c 200 stdout)"
	elif ! grep -qE -- "^domboot: .*$text" stderr; then bad "$name" "no '$text' in: $(cat stderr)"
	elif ! grep -q '^domboot: hint: ' stderr; then bad "$name" "no hint: $(cat stderr)"
	elif [ "$(sort stderr | uniq -d)" ]; then bad "$name" "a line twice: $(cat stderr)"
	elif [ -n "$(ls out)" ]; then bad "$name" "left behind: $(ls out)"
	else ok "$name"; fi
}
json() { # json NAME EXPRESSION WANT ARGUMENT...: what python makes of the document d
	local name=$1 expression=$2 want=$3; shift 3
	if ! run 0 "$@"; then bad "$name" "$(cat wrong)"; return; fi
	is "$name" "$(/usr/bin/python3 -c "import json,sys; d=json.load(open('stdout')); print($expression)" 2>&1)" "$want"
}

# --- under pygrub's name ------------------------------------------------------------
as_pygrub() { ROOT=$PWD/dom0-root "$root/dom0/domboot-as-pygrub" "$@" 2>&1 | sed "s|$PWD/dom0-root||g"; }
is "domboot-as-pygrub: nothing to replace" "$(mkdir -p dom0-root/usr/bin; cp "$domboot" dom0-root/usr/bin/; as_pygrub status | cut -c1-60)" \
	"domboot-as-pygrub: no pygrub is installed: nothing calls tha"
mkdir -p dom0-root/usr/lib/xen-4.17/bin dom0-root/usr/libexec/xen/bin
cp /bin/true dom0-root/usr/lib/xen-4.17/bin/pygrub && ln -s ../lib/xen-4.17/bin/pygrub dom0-root/usr/bin/pygrub
is "and without domboot" "$(as_pygrub on)" "domboot-as-pygrub: /usr/bin/domboot: not there"
mv dom0-root/usr/bin/own-domboot dom0-root/usr/bin/domboot
is "domboot-as-pygrub on, twice" "$(as_pygrub on; as_pygrub on)" "/usr/lib/xen-4.17/bin/pygrub: domboot
/usr/bin/pygrub: domboot
/usr/lib/xen-4.17/bin/pygrub: domboot already
/usr/bin/pygrub: domboot already"
is "and both names are links" "$(readlink dom0-root/usr/lib/xen-4.17/bin/pygrub dom0-root/usr/bin/pygrub | xargs)" "/usr/bin/domboot /usr/bin/domboot"
cp /bin/false dom0-root/usr/libexec/xen/bin/pygrub
is "a Xen that came later" "$(as_pygrub status | xargs -n 2)" "/usr/lib/xen-4.17/bin/pygrub: domboot
/usr/libexec/xen/bin/pygrub: pygrub
/usr/bin/pygrub: domboot"
is "domboot-as-pygrub off" "$(as_pygrub off | xargs -n 3)" "/usr/lib/xen-4.17/bin/pygrub: pygrub /usr/libexec/xen/bin/pygrub:
pygrub already /usr/bin/pygrub:
pygrub"
is "and all is as it was" "$(cmp /bin/true dom0-root/usr/bin/pygrub && find dom0-root -name '*of-xen' | wc -l)" 0

# --- what they print --------------------------------------------------------------
# The ESP of RHEL 7 and Ubuntu Core: GRUB's configuration in a directory of the vendor's name.
mkdir -p esp/EFI/{BOOT,aaa,bbb,ubuntu} && cp vmlinuz esp/vmlinuz
echo 'menuentry x { chainloader /EFI/BOOT/grubx64.efi; }' >esp/EFI/bbb/grub.cfg
echo 'menuentry y { linux /vmlinuz $prefix; }' >esp/EFI/ubuntu/grub.cfg
truncate -s 9M esp.img && mkfs.vfat esp.img >/dev/null && mcopy -s -i esp.img esp/EFI ::
mcopy -i esp.img esp/vmlinuz ::
says "GRUB's configuration in a vendor's directory" '^args .*\(hd0\)/EFI/ubuntu' -q -n --output-format=simple esp.img
# One that leads to where nothing can be read is no configuration: what is unread counts.
echo 'search.fs_uuid 1-2 root; configfile ($root)/boot/grub/grub.cfg' >stub && mdel -i esp.img ::EFI/bbb/grub.cfg &&
	mcopy -o -i esp.img stub ::EFI/ubuntu/grub.cfg && mdel -i esp.img ::vmlinuz
truncate -s 20M stub.img && printf '2048,9M\n32768,2M\n' | sfdisk -q stub.img
dd if=esp.img of=stub.img bs=1M seek=1 conv=notrunc status=none
printf XFSB | dd of=stub.img bs=512 seek=32768 conv=notrunc status=none
ends "a vendor's directory that leads nowhere" 11 'partition 2: XFS, which domboot does not read' list stub.img

says "list" '^\*  0  Debian  \(default\)$' list ext.img
says "list: a submenu's entry" "^   1  More>It's two$" list ext.img
says "list: file and line" '^  source   \(hd0,msdos1\)/boot/grub/grub.cfg:4$' list ext.img
says "list: what does not boot" 'fails    ext.img: partition 1 \(ext, "root"\): /boot/nope: no such file' list ext.img
json "list --json" "d['schema'], d['command'], len(d['entries']), d['entries'][0]['title'], d['entries'][0]['isDefault'], d['entries'][1]['initrd']" \
	"1 list 4 Debian True ['/boot/initrd', '/boot/initrd']" list --json ext.img
json "list --json: keys as bootctl's" "sorted(set('id title version linux initrd options source isDefault'.split()) - set(d['entries'][0]))" "[]" list --json ext.img
says "show" '^  kernel   /boot/vmlinuz \(zstd' show ext.img
says "show ENTRY" '^  args     two$' show ext.img "It's two"
says "show by number" '^  args     two$' show ext.img 1
says "show: a path of titles" '^  args     two$' show ext.img "More>It's two"
says "show --kernel" '^  args     quiet$' show --kernel=/boot/vmlinuz --args=quiet ext.img
says "explain: the partition" '^\(hd0,msdos1\) .* ext  LABEL=root  UUID=' explain ext.img
says "explain: the rule" '^rule  *the first configuration' explain ext.img
says "explain: entry and line" '^default  *"Debian" \(line 4\): ' explain ext.img
says "explain --trace: what if decided" '^trace .*grub.cfg:2: .* xen = xen \]: true' explain --trace ext.img
says "explain --trace: what search found" '^trace .*grub.cfg:3: search: /boot/vmlinuz is on' explain --trace ext.img
json "explain --json" "d['plans'][0]['linux'], d['volumes'][0]['type'], d['configs'][0]['language']" "/boot/vmlinuz ext grub2" explain --json ext.img
says "ls: partitions" '^\(hd0,msdos1\) .*8.0 MiB  ext' ls ext.img
says "ls: a directory" '^-  *300000 [0-9-]{10} [0-9:]{5} initrd$' ls ext.img /boot
says "ls: a link" '^l .* link -> vmlinuz$' ls ext.img /boot
says "ls: on a device" '^d .* grub$' ls ext.img '(hd0,msdos1)/boot'
json "ls --json" "[f['name'] for f in d['files'] if f['type'] == 'link'], [f['target'] for f in d['files'] if f['target']]" "['link'] ['vmlinuz']" ls --json ext.img /boot
is "ls: sorted" "$("$domboot" ls ext.img /boot | awk '{print $5}' | tr '\n' ' ')" "empty grub initrd link vmlinuz "
is "cat: a pager may take its time" "$("$domboot" cat --timeout=1 ext.img /boot/initrd | { sleep 2; cmp - initrd; } 2>&1)" ""
"$domboot" cat ext.img /boot/vmlinuz | cmp - vmlinuz && ok "cat: byte by byte" || bad "cat: byte by byte" "other bytes"
is "cat on a terminal shows no escape" "$(script -qec "$domboot cat ext.img /etc/issue" /dev/null </dev/null | tr -d '\r')" $'one\ttab?[2J'
says "config" '^max-memory = 256$' config
says "version" '^file systems .*ext' version
json "version --json" "d['settings'][0]['name']" domboot version --json
says "help" '^  doctor ' help
for c in list show explain doctor extract scan cat ls config version help; do
	says "help $c" "^usage: domboot $c" help "$c"
	[ "$(wc -l <stdout)" -le 40 ] || bad "help $c" "more than 40 lines"
done
ln -s "$domboot" pygrub
is "called as pygrub it has no commands" "$(./pygrub list missing 2>&1 | tail -1)" "RuntimeError: list: No such file or directory"
cp ext.img list && is "a disk of a command's name" "$("$domboot" -qn --output-format=simple ./list | head -1)" 'kernel <kernel:/boot/vmlinuz>'

# --- extract ----------------------------------------------------------------------
says "extract" '/out/kernel$' extract --output-directory=out ext.img
cmp out/kernel vmlinuz && cmp out/initrd initrd && ok "extract: the files" || bad "extract: the files" "differ"
is "extract: the command line" "$(cat out/cmdline)" "root=/dev/xvda1 console=hvc0"
run 18 extract --output-directory=out ext.img && grep -q 'out/kernel: File exists' stderr && cmp -s out/kernel vmlinuz &&
	[ "$(ls out | wc -l)" = 3 ] && ok "extract replaces nothing" || bad "extract replaces nothing" "$(cat stderr)"
rm -f out/*
says "extract --unpack-kernel" '/out/kernel$' extract --unpack-kernel --output-directory=out ext.img
cmp out/kernel elf && ok "extract --unpack-kernel: a plain ELF" || bad "extract --unpack-kernel" "other bytes"
rm -f out/*
boots "--unpack-kernel as a boot loader" elf initrd "root=/dev/xvda1 console=hvc0" -q --unpack-kernel ext.img
says "extract an entry" '/out/kernel$' extract --output-directory=out ext.img "It's two"
is "extract an entry: its command line" "$(cat out/cmdline)" two
rm -f out/*

# --- every exit status --------------------------------------------------------------
ends "2: no disk" 2 'list: no disk' list
ends "2: an unknown option" 2 'unknown' list --frob ext.img
ends "2: an option of another command" 2 'not for this command' ls --trace ext.img
ends "2: no such command to help with" 2 'no command' help frob
echo 'timeout = soon' >bad.conf
ends "2: settings that make no sense" 2 'bad.conf:1' list --config=bad.conf ext.img
head -c 1M /dev/zero >blank.img
ends "10: no file system" 10 'blank.img: no boot configuration' show blank.img
image new.img -O ^has_journal
debugfs -w -R 'set_super_value feature_incompat 0x80000000' 'new.img?offset=1048576' 2>/dev/null
ends "11: a feature that is not read" 11 'new.img' show new.img
ends "11: and its name or number" 11 '80000000|2147483648|unknown' show new.img
printf XFSB >xfs.img && truncate -s 1M xfs.img
ends "11: a file system that is not read" 11 'xfs.img: .*XFS, which domboot does not read' show xfs.img
says "ls: and its name" 'XFS, which domboot does not read' ls xfs.img
truncate -s 4M fat.img && mkfs.vfat fat.img >/dev/null && mcopy -i fat.img vmlinuz ::kernel
ends "12: no configuration" 12 'fat.img: no boot configuration' show fat.img
config none.img <<<'# nothing'
ends "13: a configuration without entries" 13 'no entry' show none.img
ends "13: an entry that is not there" 13 'has no entry "Gone"' show ext.img Gone
ends "14: a kernel that is missing" 14 '/boot/nope: no such file' show ext.img Missing
ends "14: a kernel that is not there by name" 14 '/nope: no such file' show --kernel=/nope ext.img
ends "14: a file that is not there" 14 '/nope: no such file' cat ext.img /nope
ends "14: a directory that is not there" 14 '/nope: no such file' ls ext.img /nope
ends "15: a file that is no kernel" 15 '/etc/issue: neither a bzImage nor an ELF' show ext.img Bad
config chain.img <<<"menuentry x { chainloader /boot/link; }"
ends "15: an entry for another boot loader" 15 '"x" uses chainloader, which cannot boot' show chain.img
says "list: an entry for another boot loader" 'fails    .*uses chainloader' list chain.img
config multi.img <<<"menuentry x { multiboot /boot/vmlinuz; module /boot/initrd; }"
ends "15: a multiboot entry" 15 'multi.img: "x" is a multiboot entry' show multi.img
says "list: a multiboot entry" 'fails    is a multiboot entry' list multi.img
ends "15: extract leaves nothing of it" 15 '/etc/issue: ' extract --output-directory=out ext.img Bad
config loop.img <<<'while true; do x=1; done'
ends "16: a configuration that loops" 16 'over the limit of ' show loop.img
ends "16: a kernel over a limit" 16 'more than 0 MiB; --max-kernel' extract --max-kernel=0 --output-directory=out ext.img
ends "17: a disk that is not there" 17 'gone.img' show gone.img
ends "17: a directory for a disk" 17 'neither a regular file nor a block device' show out
ends "18: a directory that is not there" 18 'absent' extract --output-directory=absent ext.img
timeout 20 "$domboot" list ext.img >/dev/full 2>stderr; rc=$?
is "18: a full standard output" "$rc $(head -1 stderr)" "18 domboot: standard output: No space left on device"
without="$root/build/host/test/commands/without"
timeout 20 "$without" 444 "$domboot" list --require-sandbox ext.img >stdout 2>stderr; rc=$? # no Landlock
is "19: a part of the sandbox is missing" "$rc $(cat stdout) $(head -1 stderr)" "19  domboot: this machine lacks parts of the sandbox: Landlock"
timeout 20 "$without" 444 "$domboot" list ext.img >stdout 2>stderr; rc=$?
is "and without the option it is said once" "$rc $(cat stderr)" "0 domboot: warning: this machine lacks parts of the sandbox: Landlock"
mkfifo pipe # nobody reads it, so the worker stands still in the middle of its work
timeout 20 "$domboot" cat ext.img /boot/initrd >pipe 2>stderr & front=$!
exec 9<pipe
for _ in $(seq 100); do worker=$(pgrep -P "$(pgrep -P $front)") && break; sleep 0.05; done
sleep 0.3; kill -KILL "$worker"; cat <&9 >/dev/null; exec 9<&-; wait $front; rc=$?
is "20: a worker that dies" "$rc $(head -1 stderr)" "20 domboot: the worker was killed by signal 9: by the kernel, if the machine was out of memory (dmesg tells), or by somebody"
mkfifo reader
"$domboot" cat ext.img /boot/initrd >reader 2>stderr &
front=$!
exec 9<reader && sleep 0.3 && kill -TERM $front
for _ in $(seq 50); do kill -0 $front 2>/dev/null && sleep 0.1 || break; done
kill -0 $front 2>/dev/null && kill -KILL $front
wait $front
is "a signal is heard while nobody reads" "$? $(head -1 stderr)" "1 domboot: stopped by signal 15 (Terminated)"
exec 9<&-

# --- a worker that lies (test/dom0/liar.c) ---------------------------------------------
# lie HOW STATUS TEXT COMMAND...: that status and line, in time, and nothing raw or left behind;
# scan puts the line into its table.
lie() {
	local how=$1 status=$2 text=$3 name="a worker that lies: $1: ${*:4}" rc; shift 3
	LIE=$how timeout 5 "$liar" "$@" --timeout=1 >stdout 2>stderr </dev/null; rc=$?
	if [ $rc -ne "$status" ]; then bad "$name" "status $rc: $(tail -c 300 stderr)"
	elif grep -q '[^[:print:]]' stdout stderr; then bad "$name" "not only text: $(cat -v stdout stderr | tail -3)"
	elif ! cat stdout stderr | grep -qE -- "$text"; then bad "$name" "no '$text' in: $(cat stdout stderr | head -5)"
	elif [ -n "$(ls out)" ]; then bad "$name" "left behind: $(ls out)"
	elif [[ $* = *--json* ]] && [ -s stdout ] && ! /usr/bin/python3 -m json.tool stdout >/dev/null; then bad "$name" "no JSON"
	else ok "$name"; fi
	rm -f out/*
}
no_record='a record that makes no sense' too_much='more than 64 MiB of text|no result after 1 s'
for how in rkind rfront rshort rsize rrest rnul rother text; do
	for c in list 'explain --json' doctor 'ls --json'; do lie $how 20 "$no_record" $c ext.img; done
	lie $how 1 "$no_record" scan ext.img
done
for c in list show explain doctor scan ls; do
	lie records 0 'a\?\]0;title\?\?\[2J\?\*  0  Debian' $c ext.img $([ $c != ls ] || echo /)
	lie records 0 'schema' $c --json ext.img $([ $c != ls ] || echo /)
done
lie plans 16 "$too_much" show ext.img
lie steps 16 "$too_much" explain ext.img
lie files 16 "$too_much" ls ext.img /
lie files 16 "$too_much" ls --json ext.img /
lie problems 16 "$too_much" doctor ext.img
lie problems 1 'more than 16 KiB of problems' scan ext.img
lie plans 1 'no result after 1 s' scan ext.img
lie drip 16 'no result after 1 s' explain ext.img
for c in list show explain doctor 'cat ext.img /x' 'extract --output-directory=out'; do
	[[ $c = cat* ]] || c="$c ext.img"
	for how in silence rcut; do lie $how 20 'ended without a result|nobody asked|no sense' $c; done
	for how in noise half huge; do lie $how 20 'no message|ended without' $c; done
	lie noreason 13 'gives no reason' $c
	lie lost 13 '^domboot: the reason' $c
done
for how in nofiles less secret empty newline nul long rest; do
	lie $how 20 'the sizes that the worker claims|makes no sense' extract --output-directory=out ext.img
done
lie escapes 20 'nobody asked' extract --output-directory=out ext.img
lie escapes 20 "$no_record" list ext.img
is "a lying cat on a terminal" "$(LIE=escapes script -qec "$liar cat ext.img /x" /dev/null </dev/null | tr -d '\r\t' | head -1)" 'a?]0;title??[2J'

# --- settings -----------------------------------------------------------------------
printf '# ours\nextra_args = from-the-file\nfile-systems = fat\ntimeout = 9\n' >my.conf
says "config: values of a file" '^timeout = 9$' config --config=my.conf
says "config: the command line wins" '^timeout = 4$' config --config=my.conf --timeout=4
ends "a file system that is not allowed" 10 'ext.img' show --config=my.conf ext.img
echo 'extra_args = from-the-file' >args.conf
says "arguments out of a file" '^  args     .* from-the-file$' show --config=args.conf ext.img

# --- doctor and scan ------------------------------------------------------------------
cat >pv.cfg <<CFG
name = "pv"
type = "pv"
memory = 256
bootloader = "pygrub"
disk = [ 'phy:$tmp/ext.img,xvda,w' ]
CFG
sed 's/"pv"/"pvh"/; s/pygrub/domboot/' pv.cfg >pvh.cfg
cat >pv.xml <<XML
<domain type='xen'><name>x</name><memory unit='MiB'>256</memory><bootloader>domboot</bootloader>
<os><type>linux</type></os><devices><disk type='file' device='disk'><source file='$tmp/ext.img'/><target dev='xvda'/></disk></devices></domain>
XML
says "doctor: PV by its notes" '^ok *pv *the kernel starts as a PV guest \(64 bit\)' doctor --xen-version=4.17 pv.cfg
says "doctor: what to change in xl.cfg" 'fix: bootloader = "domboot"' doctor pv.cfg
says "doctor: root= by the name of the disk" '^ok *root *root=/dev/xvda1 is on' doctor pv.cfg
says "doctor: libvirt's XML" '^ok *config *bootloader domboot' doctor pv.xml
run 1 doctor pvh.cfg && grep -q '^error *pvh *the kernel does not start as a PVH guest' stdout &&
	ok "doctor: PVH needs a note" || bad "doctor: PVH needs a note" "$(cat stdout stderr)"
run 1 doctor --xen-version=4.14 pv.cfg && grep -q '^error *packing *zstd needs Xen 4.15' stdout && grep -q 'fix: .*--unpack-kernel' stdout &&
	ok "doctor: a packing that Xen lacks" || bad "doctor: a packing that Xen lacks" "$(cat stdout stderr)"
says "doctor: --unpack-kernel helps" 'unpacked by domboot' doctor --xen-version=4.14 --unpack-kernel pv.cfg
run 1 doctor fat.img && grep -q '^error *boot ' stdout && ok "doctor: nothing to boot" || bad "doctor: nothing to boot" "$(cat stdout stderr)"
json "doctor --json" "sorted({f['level'] for f in d['findings']})" "['note', 'ok']" doctor --json pv.cfg
{ cat pv.cfg; echo "bootloader_args = [ '-q', \"--entry=It's two\", '--unpack-kernel' ]"; } >two.cfg
says "doctor: bootloader_args count" '^  args     two$' doctor two.cfg
says "doctor: and tell what is done to the kernel" 'unpacked by domboot' doctor --xen-version=4.14 two.cfg
echo "bootloader_args = [ '--frob' ]" | cat pv.cfg - >frob.cfg
says "doctor: bootloader_args that make no sense" '^note *config *bootloader_args: option --frob is unknown' doctor frob.cfg
echo 'name = "x' >broken.cfg
ends "doctor: a file that is none" 2 'broken.cfg: line 1: a string without' doctor broken.cfg
mkdir many && for i in $(seq 20); do ln -s ../ext.img "many/$(printf %02d "$i").img"; done
cp fat.img many/fat.img; cp pv.cfg many/guest.cfg; cp broken.cfg many/
run 1 scan --json many; rc=$?
is "scan: a directory, in order" "$rc $(/usr/bin/python3 -c "
import json; d = json.load(open('stdout'))['guests']
print(len(d), d[0]['name'], sum(g['status'] == 0 for g in d), [g['name'][5:] for g in d if g['status']])" 2>&1)" \
	"0 23 many/01.img 21 ['broken.cfg', 'fat.img']"
says "scan: a table" '^ext.img  6?.* zstd  *boots' scan ext.img
says "scan: without a terminal no colours" 'boots$' scan ext.img
is "colours on a terminal" "$(script -qec "$domboot scan ext.img" /dev/null </dev/null | grep -c $'\033\[32mboots')" 1
is "NO_COLOR" "$(NO_COLOR=1 script -qec "$domboot scan ext.img" /dev/null </dev/null | grep -c $'\033')" 0

# --- what goes with it ---------------------------------------------------------------
complete_() { # complete_ WORD...: what bash offers for the last of them
	PATH=$tmp/bin:$PATH bash -c '. "$1"; shift; COMP_WORDS=(domboot "$@"); COMP_CWORD=$#; _domboot; echo "${COMPREPLY[@]}"' \
		- "$root/completions/domboot" "$@"
}
mkdir bin && ln -s "$domboot" bin/domboot
is "completion: a command" "$(complete_ expl)" explain
is "completion: an option of a command" "$(complete_ list --js)" --json
is "completion: none of another's" "$(complete_ cat --js)" ""
is "completion: pygrub's options" "$(complete_ --output-f)" --output-format
is "completion: a value" "$(complete_ doctor --type pvh)" pvh
is "completion: a file" "$(complete_ list none)" none.img
for m in domboot.1 domboot-commands.1 domboot.conf.5 domboot-grub-compat.7 domboot-security.7; do
	is "$m: without a warning" "$(man --warnings -E ascii -l "$root/man/$m" 2>&1 >/dev/null)" ""
done
is "every exit status is in the manual" "$(sed -nE 's/^\tSTATUS_[A-Z_]+ = ([0-9]+),.*/\1/p' "$root/dom0/status.h")" \
	"$(sed -nE 's/^\.It ([0-9]+)$/\1/p' "$root/man/domboot-commands.1")"
is "and has its test here" "$(sed -nE 's/^\tSTATUS_[A-Z_]+ = ([0-9]+),.*/\1/p' "$root/dom0/status.h" | sed '1,2d')" \
	"$(sed -nE 's/^(ends|is) "([0-9]+): .*/\2/p' "$root/test/commands/check.sh" | sort -nu)"
is "every option is in the manual" "$("$domboot" --help | grep -oE -- '--[a-z-]+' | sort -u)" \
	"$(grep -oE 'Fl (. , )?-[a-z_-]+' "$root/man/domboot.1" | sed 's/^Fl \(. , \)*-/--/' | sort -u | grep -vE '_args|--vm')"
is "every command is in the manual" "$("$domboot" help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort)" \
	"$(sed -nE 's/^\.It Cm ([a-z]+).*/\1/p' "$root/man/domboot-commands.1" | sort)"
is "every setting is in the manual" "$("$domboot" config --extra_args=x --xen-version=4.17 --state-directory=/s | sed 's/ =.*//' | sort)" \
	"$(sed -nE 's/^\.It Cm ([a-z_-]+)$/\1/p' "$root/man/domboot.conf.5" | sort)"

# --- a hostile guest ----------------------------------------------------------------
config evil.img <<<$'menuentry "a\e]0;t\a\e[2J \xff \xe2\x80\xae" --id "\x01" { linux /boot/vmlinuz "x\e[31m"; }'
says "escape sequences in a title" '^\*  0  a\?\]0;t\?\?\[2J' list evil.img
json "escape sequences in JSON" "d['entries'][0]['title'][1:3] == chr(27) + ']', open('stdout').read().count(chr(27))" "True 0" list --json evil.img
is "pygrub's listing on a terminal, too" "$(script -qec "$domboot -l evil.img" /dev/null </dev/null | grep -c $'\033')" 0
is "many disks: /boot on the second" "$("$domboot" show fat.img ext.img | sed -n 's/^  from *//p')" 'ext.img: partition 1 (ext, "root")'
