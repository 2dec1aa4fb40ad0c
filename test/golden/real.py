# SPDX-License-Identifier: GPL-2.0-or-later
"""What legacy.py and syslinux.py share: a boot loader's package, disks in QEMU, what a witness
tells (test/conf/witness.c stands for every kernel and initrd), what domboot -n answers."""
import concurrent.futures
import os
import re
import select
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
DOMBOOT = HERE + "/../../build/host/domboot"
NAME_AT = 0x600
QUIET = 5  # seconds without a letter: a loader that waits, however busy the machine is


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def package(to, *names):
    """Debian's packages, unpacked below to."""
    os.makedirs(to)
    run("sh", "-c", f"cd {to} && apt-get -qq -o APT::Sandbox::User=root download {' '.join(names)} &&"
                    " for d in *.deb; do dpkg-deb -x $d .; done")


class Kernels:
    """The bytes of a kernel by its place: for the real loader a witness, for domboot one that it takes."""

    def __init__(self, base, witness):
        # Without its multiboot header, which GRUB legacy would prefer to what Linux has.
        self.image = open(witness, "rb").read().replace(b"\x02\xb0\xad\x1b", bytes(4)).ljust(4096, b"\0")
        run(HERE + "/../dom0/mkkernel", base + "/kernel")
        self.good = open(base + "/kernel", "rb").read()

    def witness(self, place):
        image = bytearray(self.image)
        image[NAME_AT:NAME_AT + len(place) + 1] = place.encode() + b"\0"
        return bytes(image)

    def for_domboot(self, place):
        return self.good


def boot(images, waits):
    """What the loader boots, as key: values of the witness; {} where it waits for somebody (one of waits)."""
    command = ["qemu-system-x86_64", "-accel", "tcg", "-m", "64", "-nodefaults", "-display", "none", "-no-reboot",
               "-serial", "stdio", "-device", "isa-debug-exit", "-snapshot"]
    for i in images:
        command += ["-drive", f"file={i},format=raw,if=ide"]
    qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    text, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([qemu.stdout], [], [], QUIET)[0]:
            if any(w in text for w in waits):
                break
            continue
        data = os.read(qemu.stdout.fileno(), 4096)
        if not data:
            break
        text += data
    qemu.kill()
    qemu.wait()
    if os.environ.get("VERBOSE"):
        print(text.decode("latin-1"))
    told = {}
    for key, value in re.findall(r"^@(\w+) ?(.*?)\r?$", text.decode("latin-1"), re.M):
        told.setdefault(key, []).append(value)
    return told if "end" in told else {}


def line(kernel, initrds, args):
    return f"{os.path.normpath(re.sub('/+', '/', kernel))} {' '.join(initrds) or '-'} {args}".rstrip()


def by_domboot(images):
    """The same line from domboot; "" where it boots nothing."""
    done = subprocess.run([DOMBOOT, "-q", "-n", "--output-format=simple", *images], capture_output=True, text=True)
    if os.environ.get("VERBOSE"):
        print(done.stderr)
    if done.returncode:
        return ""
    told = dict(l.split(" ", 1) for l in done.stdout.splitlines() if " " in l)
    name = {k: re.sub(r"<\w+:(.*)>", r"\1", told.get(k, "")) for k in ("kernel", "ramdisk")}
    return line(name["kernel"], name["ramdisk"].split(), told.get("args", ""))


def judge(loader, cases, otherwise, try_case):
    """Every case by both, as many at once as there are processors; ends the program."""
    def judged(name):
        have = try_case(*(cases[name] if isinstance(cases[name], tuple) else (cases[name], {})))
        want = otherwise.get(name, (have[0], have[0]))
        if have == want:
            return f"ok {loader}: {name}"
        return f"not ok {loader}: {name}: it boots '{have[0]}', domboot '{have[1]}'"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        lines = list(pool.map(judged, sys.argv[2:] or cases))
    print("\n".join(lines))
    sys.exit(any(l.startswith("not") for l in lines))
