#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""syslinux.py WITNESS: does the real syslinux 6.04 (Debian's) boot what domboot boots?

Each case is a syslinux.cfg in /boot/syslinux of a FAT disk, with menu.c32 beside it. syslinux
boots its default in QEMU; domboot -n is asked on the same disk. See legacy.py, real.py."""
import glob
import os
import re
import sys
import tempfile

import real
from real import put, run

MODULES = [n + ".c32" for n in ("menu", "linux", "whichsys", "ifcpu64", "libutil", "libcom32", "libgpl")]
FILES = ["/a", "/b", "/boot/syslinux/a", "/boot/syslinux/c", "/boot/d", "/i1", "/i2", "/boot/syslinux/i3"]
A = "label one\n  kernel /a\n  append one\n"
B = "label two\n  kernel /b\n  append two\n"
MENU = "ui menu.c32\ntimeout 1\n"
CASES = {
    "default": "default two\n" + A + B,
    "default behind": A + B + "default two\n",
    "two defaults": "default one\ndefault two\n" + A + B,
    "no default": A + B,
    "upper case": "DEFAULT two\nLABEL two\nKERNEL /b\nAPPEND two\n",
    "a label in another case": "default TWO\n" + A + B,
    "linux in place of kernel": "default x\nlabel x\nlinux /a\nappend one\n",
    "kernel, relative": "default x\nlabel x\nkernel c\n",
    "kernel, up and down": "default x\nlabel x\nkernel ../d\n",
    "a file of both places": "default x\nlabel x\nkernel a\n",
    "default is a file": "default /a root=/dev/x ro\n",
    "default is a label with arguments": "default two more words\n" + A + B,
    "the label is the file": "default c\nlabel c\nappend x\n",
    "a label without anything": "default two\nlabel two\nlabel one\nkernel /a\n",
    "initrd": "default x\nlabel x\nkernel /a\ninitrd /i1\nappend q\n",
    "initrd, relative": "default x\nlabel x\nkernel /a\ninitrd i3\n",
    "initrd in append": "default x\nlabel x\nkernel /a\nappend initrd=/i1 q\n",
    "initrd in append, at the end": "default x\nlabel x\nkernel /a\nappend q initrd=/i2\n",
    "two initrds in append": "default x\nlabel x\nkernel /a\nappend initrd=/i1 initrd=/i2 q\n",
    "initrds with a comma": "default x\nlabel x\nkernel /a\nappend initrd=/i1,/i2 q\n",
    "initrds with a comma, by initrd": "default x\nlabel x\nkernel /a\ninitrd /i1,/i2\n",
    "initrd twice": "default x\nlabel x\nkernel /a\ninitrd /i1\ninitrd /i2\n",
    "initrd and append": "default x\nlabel x\nkernel /a\ninitrd /i1\nappend initrd=/i2 q\n",
    "append twice": "default x\nlabel x\nkernel /a\nappend one\nappend two\n",
    "append before kernel": "default x\nlabel x\nappend one\nkernel /a\n",
    "a global append": "append all\ndefault x\nlabel x\nkernel /a\nlabel y\nkernel /b\nappend y\n",
    "a global append, one of its own": "append all\ndefault y\nlabel x\nkernel /a\nlabel y\nkernel /b\nappend y\n",
    "a global append, none wanted": "append all\ndefault y\nlabel y\nkernel /b\nappend -\n",
    "a global append behind": "default x\nlabel x\nkernel /a\n" + "label y\nkernel /b\nappend y\n",
    "several blanks": "default x\nlabel x\nkernel /a\nappend one   two  three   \n",
    "quotes": "default x\nlabel x\nkernel /a\nappend a=\"b c\" 'd'\n",
    "kernel with arguments": "default x\nlabel x\nkernel /a one two\nappend three\n",
    "kernel twice": "default x\nlabel x\nkernel /a\nkernel /b\n",
    "a label twice": "default one\n" + A + A.replace("/a", "/b"),
    "comments": "# default one\ndefault two\n" + A + "# label two\n" + B,
    "a comment behind": "default x\nlabel x\nkernel /a\nappend one # two\n",
    "CRLF": ("default two\n" + A + B).replace("\n", "\r\n"),
    "tabs": ("default two\n" + A + B).replace("  ", "\t").replace(" ", "\t"),
    "include": ("default two\ninclude more.cfg\n", {"/boot/syslinux/more.cfg": (A + B).encode()}),
    "include in a label": ("default x\nlabel x\nkernel /a\ninclude more.cfg\n", {"/boot/syslinux/more.cfg": b"append in\n"}),
    "an unknown keyword": "nosuch 1\ndefault two\n" + A + B,
    "prompt and timeout": "prompt 1\ntimeout 1\ndefault two\n" + A + B,
    "ontimeout": "prompt 1\ntimeout 1\ndefault one\nontimeout two\n" + A + B,
    "ontimeout with arguments": "prompt 1\ntimeout 1\ndefault one\nontimeout two x y\n" + A + B,
    "onerror": "default gone\nonerror two\n" + B,
    "say, ipappend, fdt": "say hello\ndefault x\nlabel x\nsay now\nkernel /a\nipappend 0\nfdt /x\n",
    "a menu": MENU + A + B,
    "a menu, menu default": MENU + A + B + "  menu default\n",
    "a menu, two menu defaults": MENU + A + "  menu default\n" + B + "  menu default\n",
    "a menu, default": MENU + "default two\n" + A + B,
    "a menu, default against menu default": MENU + "default one\n" + A + B + "  menu default\n",
    "a menu by default": "default menu.c32\nprompt 0\ntimeout 1\n" + A + B + "  menu default\n",
    "a menu, ontimeout": MENU + "ontimeout two\n" + A + B,
    "a menu, hidden entry": MENU + "label zero\n  menu hide\n  kernel /a\n  append zero\n" + B,
    "a menu, the first is disabled": MENU + "label zero\n  menu label nothing\n  menu disable\n" + B,
    "a menu, separators": MENU + "menu separator\n" + A + "menu separator\n" + B,
    "a menu, submenu first": MENU + "menu begin sub\nmenu title Sub\n" + A + "menu end\n" + B,
    "a menu, default in a submenu": MENU + "default one\n" + B + "menu begin sub\nmenu title Sub\n" + A + "menu end\n",
    "a menu, menu default in a submenu": MENU + B + "menu begin sub\n" + A + "  menu default\nmenu end\n",
    "a menu, start in a submenu": MENU + B + "menu begin sub\nmenu start\n" + A + "menu end\n",
    "a menu, text help": MENU + "label x\n  kernel /a\n  text help\n  kernel /b\n  default two\n  endtext\n  append one\n" + B,
    "a menu, title with a caret": MENU + "label x\n  menu label ^First\n  kernel /a\n" + B,
    "a menu, include": (MENU + "menu include more.cfg\n", {"/boot/syslinux/more.cfg": (A + B + "  menu default\n").encode()}),
    "a menu, config": (MENU + "label x\n  config more.cfg\n", {"/boot/syslinux/more.cfg": ("timeout 1\ndefault two\n" + A + B).encode()}),
    "label behind blanks": "default two\n" + "\n   ".join(["", *A.split("\n")]) + "\n  " + B,
    "keywords in a row": "default x\nlabel x\nkernel /a\nappend one\nlabel y\n",
    "default empty": "default\n" + MENU + A + B,
    "an empty append": "append all\ndefault x\nlabel x\nkernel /a\nappend\n",
    "append - with more": "append all\ndefault x\nlabel x\nkernel /a\nappend - more\n",
    "initrd=none": "default x\nlabel x\nkernel /a\nappend initrd= q\n",
    "vga and mem": "default x\nlabel x\nkernel /a\nappend vga=normal mem=60M q\n",
    "backslashes": "default x\nlabel x\nkernel \\boot\\d\nappend q\n",
    "a kernel with an extension that is none": "default x\nlabel x\nlinux /boot/syslinux/a\nappend q\n",
    "include twice": ("default two\ninclude more.cfg\ninclude more.cfg\n", {"/boot/syslinux/more.cfg": (A + B).encode()}),
    "include of what is gone": "default two\ninclude gone.cfg\n" + A + B,
    "include in another directory": ("default two\ninclude sub/more.cfg\n",
                                     {"/boot/syslinux/sub/more.cfg": ("label two\nkernel c\nappend two\n").encode()}),
    "config by the command line": ("default x\nlabel x\nconfig /boot/other.cfg\n",
                                   {"/boot/other.cfg": ("default two\n" + A + B).encode()}),
    "config with a directory": ("default x\nlabel x\nconfig /boot/other.cfg /boot/\n",
                                {"/boot/other.cfg": b"default y\nlabel y\nkernel d\n"}),
    "a menu, default label that is hidden": MENU + "default zero\nlabel zero\n  menu hide\n  kernel /a\n  append zero\n" + B,
    "a menu, two submenus": MENU + "menu begin s1\n" + B + "menu end\nmenu begin s2\n" + A + "  menu default\nmenu end\n",
    "a menu, master password": MENU + "menu master passwd secret\n" + A + B + "  menu default\n",
    "a menu, password of the default": MENU + A + B + "  menu default\n  menu passwd secret\n",
    "a menu, totaltimeout": "ui menu.c32\ntotaltimeout 1\n" + A + B + "  menu default\n",
    "a menu, title and default in one": MENU + "menu title x\nmenu default two\n" + A + B,
    "a menu by kernel": ("default x\nlabel x\nkernel menu.c32\nappend other.cfg\n",
                         {"/boot/syslinux/other.cfg": ("timeout 1\n" + A + B + "  menu default\n").encode()}),
    "linux.c32": "default x\nlabel x\nlinux /a\nappend q initrd=/i1,/i2,/boot/syslinux/i3\n",
    "linux.c32 itself": "default x\nlabel x\nkernel linux.c32\nappend /a initrd=/i1 q\n",
    "linux.c32 with arguments": "default x\nlabel x\ncom32 linux.c32 /a\nappend initrd=/i1 q\n",
    "whichsys.c32": "default x\n" + A + B + "label x\ncom32 whichsys.c32\nappend -iso- one -sys- two -pxe- one\n",
    "whichsys.c32 to a config": (
        "default x\n" + A + "label x\ncom32 whichsys.c32\nappend -iso- one -sys- y\nlabel y\nconfig more.cfg\n",
        {"/boot/syslinux/more.cfg": ("default two\n" + A + B).encode()}),
    "ifcpu64.c32": "default x\n" + A + B + "label x\ncom32 ifcpu64.c32\nappend two q -- one\n",
    "ifcpu64.c32 with PAE": "default x\n" + A + B + "label x\ncom32 ifcpu64.c32\nappend two -- one -- one q\n",
    "default is a label with a config": ("default x\n" + A + "label x\nconfig more.cfg\n",
                                         {"/boot/syslinux/more.cfg": ("default two\n" + A + B).encode()}),
    "a label of two words": "default one\nlabel on\nkernel /b\nlabel one and more\nkernel /a\n",
    "a menu of another file": ("ui menu.c32 more.cfg\ntimeout 1\n" + A, {"/boot/syslinux/more.cfg": (MENU + B).encode()}),
    "a menu of another file, by default": ("default menu.c32 more.cfg\n" + A,
                                           {"/boot/syslinux/more.cfg": (MENU + B).encode()}),
    "a menu of another file and this one": ("ui menu.c32 more.cfg ~\ntimeout 1\n" + A,
                                            {"/boot/syslinux/more.cfg": B.encode()}),
    "files that lead to each other": (MENU + "include m.cfg\n", {
        "/boot/syslinux/m.cfg": (B + "menu begin sub\n" + A + "label help\nconfig p.cfg\nmenu end\n"
                                 "label help\nconfig p.cfg\n").encode(),
        "/boot/syslinux/p.cfg": b"prompt 1\ninclude m.cfg\ninclude e.cfg\n",
        "/boot/syslinux/e.cfg": b"label menu\nconfig s.cfg\n",
        "/boot/syslinux/s.cfg": b"include m.cfg\ndefault menu.c32\n"}),
    "localboot first": MENU + "label disk\n  localboot 0x80\n" + B + "  menu default\n",
}
# What domboot does otherwise, and why: {case: (what syslinux boots, what domboot does)}.
OTHERWISE = {
    # It waits at its prompt, and pygrub's users get the first label.
    "no default": ("", "/a - one"),
    # Names are compared with case there, and without in U-Boot and pygrub: nothing else has that name.
    "a label in another case": ("", "/b - two"),
    # What failed is told to the kernel.
    "onerror": ("/b - two gone", "/b - two"),
    # The cursor is on an entry that boots nothing, and the menu waits.
    "a menu, the first is disabled": ("", "/b - two"),
    "a menu, separators": ("", "/a - one"),
    "a menu, submenu first": ("", "/a - one"),
    "a menu, two submenus": ("", "/b - two"),
    # An initrd without a name, and names as DOS has them, can mean but one thing.
    "initrd=none": ("", "/a - q"),
    "backslashes": ("", "/boot/d - q"),
}


def disk(work, config, more, kernel):
    """A FAT disk without partitions that syslinux is installed on."""
    root, image = work + "/root", work + "/disk"
    files = {p: kernel(p) for p in FILES}
    for name in MODULES:
        files["/boot/syslinux/" + name] = open(f"{PACKAGE}/usr/lib/syslinux/modules/bios/{name}", "rb").read()
    files["/boot/syslinux/syslinux.cfg"] = ("serial 0 115200\n" + config).encode()
    files.update(more)
    for path, data in files.items():
        put(root + path, data)
    with open(image, "wb") as f:
        f.truncate(32 << 20)
    run("mkfs.vfat", image)
    run("mcopy", "-s", "-i", image, *glob.glob(root + "/*"), "::")
    run(f"{PACKAGE}/usr/bin/syslinux", "--directory", "/boot/syslinux", "--install", image)
    return image


def plain(args):
    """Without the words that are syslinux's own: domboot hands the kernel none of them."""
    return re.sub(r"(^| )(BOOT_IMAGE|initrd)=[^ ]*", "", args).strip()


def try_case(config, more):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        told = real.boot([disk(one, config, more, KERNELS.witness)], [b"boot:", b"Press [Tab]"])
        have = real.line(told["boot"][0], told.get("initrd", []), plain(told["args"][0])) if told else ""
        return have, real.by_domboot([disk(two, config, more, KERNELS.for_domboot)])


with tempfile.TemporaryDirectory() as base:
    os.environ["MTOOLS_SKIP_CHECK"] = "1"
    KERNELS = real.Kernels(base, sys.argv[1])
    PACKAGE = base + "/syslinux"
    real.package(PACKAGE, "syslinux", "syslinux-common")
    real.judge("syslinux", CASES, OTHERWISE, try_case)
