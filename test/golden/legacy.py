#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""legacy.py WITNESS: does the real GRUB legacy (Debian's grub-legacy, 0.97) boot what domboot boots?

Each case is a menu.lst on a disk of one primary partition (ext2), beside a second disk. GRUB is
installed on the first one and boots its default in QEMU, where WITNESS (test/conf/witness.c) stands
for every kernel and initrd and tells its name and its arguments; domboot -n is asked on the same
disks. Where the two shall differ, the case says what domboot does, and why."""
import glob
import os
import sys
import tempfile

import real
from real import put, run

UUID = "6c617374-6368-616e-6365-746f626f6f74"
FILES = ["/boot/a", "/boot/b", "/boot/c", "/vmlinuz", "/boot/initrd", "/boot/initrd2"]
ONE = "title one\nroot (hd0,0)\nkernel /boot/a one\ninitrd /boot/initrd\n"
TWO = "title two\nroot (hd0,0)\nkernel /boot/b two\n"
THREE = "title three\nroot (hd0,0)\nkernel /boot/c three\n"
GONE = "title gone\nroot (hd0,0)\nkernel /boot/gone\n"
CASES = {
    "plain": ONE + TWO,
    "default": "default 1\n" + ONE + TWO,
    "default with =": "default=1\n" + ONE + TWO,
    "default with = and blanks": "default = 1\n" + ONE + TWO,
    "default behind a tab": "default\t1\n" + ONE + TWO,
    "default in octal": "default 01\n" + ONE + TWO,
    "default in hexadecimal": "default 0x1\n" + ONE + TWO,
    "default beyond the last": "default 7\n" + ONE + TWO,
    "two defaults": "default 0\ndefault 1\n" + ONE + TWO,
    "default among the entries": ONE + "default 1\n" + TWO,
    "default behind the entries": ONE + TWO + "default 1\n",
    "upper case": "DEFAULT 1\n" + ONE + TWO,
    "fallback": "default 0\nfallback 1\n" + GONE + TWO,
    "several fallbacks": "default 0\nfallback 1 2\n" + GONE + GONE.replace("gone\n", "gone2\n") + THREE,
    "fallback to the default itself": "default 0\nfallback 0 1\n" + GONE + TWO,
    "saved": ("default saved\n" + ONE + TWO, {"/boot/grub/default": b"1\n#\n#\n"}),
    "saved, file of junk": ("default saved\n" + ONE + TWO, {"/boot/grub/default": b"x\n"}),
    "CRLF": ("default 1\n" + ONE + TWO).replace("\n", "\r\n"),
    "blanks before commands": "  default 1\n" + ONE.replace("\n", "\n   ") + "\n\t" + TWO,
    "comments": "# default 0\ndefault 1\n" + ONE + "# title none\n" + TWO + "# kernel /boot/a\n",
    "a comment behind": ONE.replace("one\ninitrd", "one # two\ninitrd"),
    "no newline at the end": (ONE + TWO)[:-1],
    "names with a device": "title x\nkernel (hd0,0)/boot/a one\ninitrd (hd0,0)/boot/initrd\n",
    "no root": "title x\nkernel /boot/a one\n",
    "rootnoverify": ONE.replace("root (", "rootnoverify ("),
    "root of the second disk": "title x\nroot (hd1,0)\nkernel /other two-disks\n",
    "a file of the second disk": "title x\nroot (hd0,0)\nkernel (hd1,0)/other\ninitrd /boot/initrd\n",
    "root goes on in the next entry": "title x\nroot (hd1,0)\nkernel /gone\n" + "default 1\ntitle y\nkernel /boot/b\n",
    "uuid": f"title x\nuuid {UUID}\nkernel /boot/a by-uuid\n",
    "kernel --type": ONE.replace("kernel ", "kernel --type=biglinux "),
    "kernel --no-mem-option": ONE.replace("kernel ", "kernel --no-mem-option "),
    "kernel with =": "title x\nroot=(hd0,0)\nkernel=/boot/a one=1 two\ninitrd=/boot/initrd\n",
    "several blanks in arguments": "title x\nroot (hd0,0)\nkernel /boot/a  one   two  \n",
    "quotes in arguments": "title x\nroot (hd0,0)\nkernel /boot/a a=\"b c\" 'd' \\e\n",
    "backslashes": r"title x@root (hd0,0)@kernel /boot/a a\\b c\ d e\"f \#g".replace("@", "\n") + "\n",
    "two backslashes at the end": "title x\nroot (hd0,0)\nkernel /boot/a one \\\\\n two\n",
    "a backslash joins lines": "title x\nroot (hd0,0)\nkernel /boot/a one \\\n two\n",
    "a backslash in a title": "title x\\\nroot (hd0,0)\nkernel /boot/a one\n",
    "default in hexadecimal, fallback too": "default 0x0\nfallback 0x1\n" + GONE + TWO,
    "numbers with something behind": "default 1x\n" + ONE + TWO,
    "a negative default": "default -1\n" + ONE + TWO,
    "boot in an entry that goes on": "title x\nroot (hd0,0)\nkernel /boot/a one\nboot\ninitrd /boot/initrd\n",
    "kernel twice": "title x\nroot (hd0,0)\nkernel /boot/a one\nkernel /boot/b two\n",
    "initrd twice": ONE + "initrd /boot/initrd2\n",
    "boot is said": ONE + "boot\n" + TWO,
    "commands behind boot": "title x\nroot (hd0,0)\nkernel /boot/a one\nboot\nkernel /boot/b\n",
    "savedefault": ("default saved\n" + ONE + "savedefault\n" + TWO, {"/boot/grub/default": b"0\n" + b"#\n" * 8}),
    "makeactive, map, hide": "title x\nroot (hd0,0)\nmakeactive\nmap (hd0) (hd1)\nmap (hd1) (hd0)\nkernel /boot/a\n",
    "color, hiddenmenu": "color cyan/blue white/blue\nhiddenmenu\n" + ONE,
    "a global root": "root (hd1,0)\ntitle x\nkernel /other\n",
    "find at the top": "find --set-root /other\ntitle x\nkernel /boot/a\n",
    "an unknown command at the top": "nosuch 1\ndefault 1\n" + ONE + TWO,
    "an unknown command in an entry": "default 0\nfallback 1\ntitle x\nnosuch\nkernel /boot/a\n" + TWO,
    "quiet": ONE.replace("kernel ", "quiet\nkernel "),
    "title alone": "title\nroot (hd0,0)\nkernel /boot/a\n" + TWO,
    "RHEL 6, by an admin": "#boot=/dev/xvda\nsplashimage=(hd0,0)/grub/splash.xpm.gz\nhiddenmenu\ndefault=1\nfallback 0\n"
                           "title\tone\n\troot=(hd0,0)\n\tkernel=/boot/a ro   quiet  \n\tinitrd=/boot/initrd\n"
                           "title\ttboot\n\troot (hd0,0)\n\tkernel /boot/gone.gz logging=serial\n\tmodule /boot/b two\n",
    "titles that are the same": "default 1\n" + ONE + TWO.replace("title two", "title one"),
    "an entry without a kernel": "default 0\nfallback 1\ntitle x\nroot (hd0,0)\n" + TWO,
    "configfile": ("title x\nconfigfile (hd0,0)/boot/other.lst\n",
                   {"/boot/other.lst": ("timeout 0\ndefault 1\n" + ONE + TWO).encode()}),
    "lock": ("default 0\nfallback 1\ntitle x\nlock\nroot (hd0,0)\nkernel /boot/a\n" + TWO),
    "double slashes": "title x\nroot (hd0,0)\nkernel //boot///a\n",
    "a link": "title x\nroot (hd0,0)\nkernel /link one\n",
    "lock and a password": "password secret\ndefault 0\nfallback 1\ntitle x\nlock\nroot (hd0,0)\nkernel /boot/a\n" + TWO,
    "a password in the entry": "default 0\nfallback 1\ntitle x\npassword secret\nroot (hd0,0)\nkernel /boot/a\n" + TWO,
    "root of a whole disk": "default 0\nfallback 1\ntitle x\nroot (hd0)\nkernel /boot/a\n" + TWO,
    "a kernel without a slash": "default 0\nfallback 1\ntitle x\nroot (hd0,0)\nkernel boot/a\n" + TWO,
    "initrd before kernel": "default 0\nfallback 1\ntitle x\nroot (hd0,0)\ninitrd /boot/initrd\nkernel /boot/a\n" + TWO,
    "upper case in the entry": "default 0\nfallback 1\nTITLE x\nROOT (hd0,0)\nKERNEL /boot/a\n" + TWO,
    "an initrd that is gone": "default 0\nfallback 1\ntitle x\nroot (hd0,0)\nkernel /boot/a\ninitrd /gone\n" + TWO,
    "a partition that is not there": "default 0\nfallback 1\ntitle x\nroot (hd0,2)\nkernel /boot/a\n" + TWO,
    "a disk that is not there": "default 0\nfallback 1\ntitle x\nroot (hd4,0)\nkernel /boot/a\n" + TWO,
    "blanks in a device": "default 0\nfallback 1\ntitle x\nroot (hd0 , 0)\nkernel /boot/a\n" + TWO,
    "blanks between device and path": "default 0\nfallback 1\ntitle x\nkernel (hd0,0) /boot/a\n" + TWO,
    "saved without a file": "default saved\n" + ONE + TWO,
    "two initrds in a line": "title x\nroot (hd0,0)\nkernel /boot/a\ninitrd /boot/initrd /boot/initrd2\n",
    "a configfile that is gone": "default 0\nfallback 1\ntitle x\nconfigfile /gone\n" + TWO,
    "configfile, its own fallback": ("title x\nconfigfile /boot/other.lst\n" + THREE,
                                     {"/boot/other.lst": ("timeout 0\ndefault 0\nfallback 1\n" + GONE + TWO).encode()}),
    "find in the entry": "title x\nfind /other\nroot (hd0,0)\nkernel /boot/a\n",
    "halt by fallback": "default 0\nfallback 1 2\n" + GONE + GONE + THREE,
    "empty lines": "\n\ndefault 1\n\n" + ONE.replace("\n", "\n\n") + "\n" + TWO,
    "module for Linux": "title x\nroot (hd0,0)\nkernel /boot/a\nmodule /boot/initrd\n",
    "chainloader, then the fallback": "default 0\nfallback 1\ntitle x\nroot (hd0,0)\nchainloader /gone\n" + TWO,
    "a long line": "title x\nroot (hd0,0)\nkernel /boot/a " + "x" * 200 + "\n",
}
# What domboot does otherwise, and why: {case: (what GRUB boots, what domboot does)}.
OTHERWISE = {
    # A command of the menu, where GRUB stops with an error and waits for somebody: passed over.
    "default among the entries": ("", "/boot/a /boot/initrd one"),
    # GRUB waits for somebody, too, where there is a fallback.
    "an entry without a kernel": ("", "/boot/b - two"),
    # Who starts a guest in dom0 without a menu has every right there, as with pygrub.
    "lock and a password": ("/boot/b - two", "/boot/a -"),
    "a password in the entry": ("", "/boot/a -"),
    # pygrub looks beside the configuration whatever root says, and PV-GRUB's guests are disks and
    # partitions in turn: where the place is not there, domboot looks beside the configuration, too.
    "root of a whole disk": ("/boot/b - two", "/boot/a -"),
    "a partition that is not there": ("/boot/b - two", "/boot/a -"),
    "a disk that is not there": ("/boot/b - two", "/boot/a -"),
    # What pygrub takes, or what can mean but one thing.
    "a kernel without a slash": ("/boot/b - two", "/boot/a -"),
    "blanks in a device": ("/boot/b - two", "/boot/a -"),
    "initrd before kernel": ("/boot/b - two", "/boot/a /boot/initrd"),
    "two initrds in a line": ("/boot/a /boot/initrd", "/boot/a /boot/initrd /boot/initrd2"),
    # The same file by the name in the menu; the witness knows the one that it was written under.
    "a link": ("/boot/a - one", "/link - one"),
}


def disk(work, name, files):
    """A disk with one active partition of these files."""
    root, image = f"{work}/{name}.root", f"{work}/{name}"
    for path, data in files.items():
        put(root + path, data)
    if name == "hd0":
        os.symlink("boot/a", root + "/link")
    with open(image, "wb") as f:
        f.truncate(17 << 20)
    run("sfdisk", "-q", image, text=b"2048,,83,*\n")
    run("mke2fs", "-q", "-F", "-t", "ext2", "-I", "128", "-U", UUID if name == "hd0" else "random", "-d", root,
        "-E", "offset=1048576", image, "16M")
    return image


def disks(work, menu, more, kernel):
    files = {p: kernel(p) for p in FILES}
    files.update({"/boot/grub/" + os.path.basename(s): open(s, "rb").read()
                  for s in glob.glob(f"{LEGACY}/usr/lib/grub/x86_64-pc/*stage*")})
    head = "serial --unit=0\nterminal serial\ntimeout 0\n"
    files["/boot/grub/menu.lst"] = head.encode() + menu.encode()
    files.update(more)
    images = [disk(work, "hd0", files), disk(work, "hd1", {"/other": kernel("/other")})]
    put(f"{work}/map", f"(hd0) {images[0]}\n".encode())
    said = run("qemu-i386", f"{LEGACY}/usr/sbin/grub", "--batch", "--no-floppy", f"--device-map={work}/map",
               text=b"root (hd0,0)\nsetup (hd0)\nquit\n")
    if b"succeeded" not in said:
        sys.exit("GRUB cannot be installed: " + said.decode(errors="replace"))
    return images


def try_case(menu, more):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        told = real.boot(disks(one, menu, more, KERNELS.witness), [b"Press any key to continue", b"is highlighted"])
        have = real.line(told["boot"][0], told.get("initrd", []), told["args"][0]) if told else ""
        return have, real.by_domboot(disks(two, menu, more, KERNELS.for_domboot))


with tempfile.TemporaryDirectory() as base:
    KERNELS = real.Kernels(base, sys.argv[1])
    LEGACY = base + "/grub-legacy"
    real.package(LEGACY, "grub-legacy")
    real.judge("grub legacy", CASES, OTHERWISE, try_case)
