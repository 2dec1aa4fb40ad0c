#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""boot.py WITNESS CASE...: does the real GRUB 2.06 boot what the golden case expects?

For each case (a directory with table and with config or generate) the disks
that its table describes are made with real file systems, with a copy of
WITNESS (witness.c) under the name of every file that the table gives no bytes;
GRUB (grub-pc-bin) runs the configuration in QEMU, boots its default entry and,
in a second run, the last entry of its menu. What the witness then tells, and
what is left in grubenv, must be what domboot's plans say."""
import concurrent.futures
import os
import re
import select
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
PLAN = HERE + "/../../build/host/tools/bootplan"
NAME_AT = 0x600
MODULES = """normal configfile echo test true sleep serial terminal halt regexp search search_fs_file
 search_fs_uuid search_label loadenv eval read part_msdos part_gpt ext2 fat btrfs iso9660 biosdisk probe
 linux linux16 multiboot multiboot2 loopback boot gzio cpuid date hashsum gcry_md5 gcry_sha1 gcry_sha256
 gcry_sha512 gcry_crc legacycfg syslinuxcfg password password_pbkdf2 minicmd smbios gettext keystatus"""
TAIL = """
terminal_output serial
echo "@timeout <$timeout> <$timeout_style>"
if [ -n "$witness_default" ]; then set default="$witness_default"; fi
set timeout=0
"""


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True)
    if done.returncode:
        sys.exit(f"boot.py: {' '.join(command)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def tidy(path):
    return re.sub("/+", "/", path)


class Table:
    """A case's table: the files of each device by path (bytes, None: a witness), and the facts."""

    def __init__(self, case):
        self.devices, self.facts, self.config = {}, {}, ("hd0,msdos1", "/boot/grub/grub.cfg")
        for line in open(f"{case}/table"):
            word = line.split(None, 2)
            if not word or word[0][0] == "#":
                continue
            if word[0] == "fact":
                self.facts[word[1]] = word[2].strip()
                continue
            device, path = re.fullmatch(r"\((loop\(.*?\)[^)]*|[^)]*)\)(.*)", word[1]).groups()
            if word[0] == "config":
                self.config = device, path
            elif word[0] == "tree":
                self.tree(device, path, f"{case}/{word[2].strip()}")
            else:
                self.devices.setdefault(device, {})[path] = (
                    open(f"{case}/{word[2].strip()}", "rb").read() if len(word) > 2 else None)

    def tree(self, device, path, top):
        for base, _, names in os.walk(top):
            for n in names:
                place = path + os.path.relpath(f"{base}/{n}", top)
                self.devices.setdefault(device, {})[place] = open(f"{base}/{n}", "rb").read()


def witness_for(place):
    image = bytearray(WITNESS)
    image[NAME_AT:NAME_AT + len(place) + 1] = place.encode() + b"\0"
    return bytes(image)


def fill(root, device, files):
    os.makedirs(root)
    for path, data in files.items():
        if path.endswith("/"):
            os.makedirs(root + path, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        with open(root + path, "wb") as f:
            f.write(witness_for(f"({device}){tidy(path)}") if data is None else data)


def make_fs(image, root, uuid, label, kind):
    """A file system of root's files; kind by the form of the UUID where no fact names it."""
    kind = kind or ("fat" if re.fullmatch("[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}", uuid or "") else "ext2")
    if kind == "iso9660":
        run("xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", label or "ISO", "-o", image, root)
        return
    with open(image, "wb") as f:
        f.truncate((128 if kind == "btrfs" else 8) << 20)
    if kind == "fat":
        run("mkfs.vfat", "-i", (uuid or "1234-5678").replace("-", ""), "-n", label or "NONE", image)
        names = [f"{root}/{n}" for n in os.listdir(root)]
        if names:
            run("mcopy", "-s", "-i", image, *names, "::")
    elif kind == "btrfs":
        run("mkfs.btrfs", "-q", "-L", label or "none", "-U", uuid, "--rootdir", root, image)
    else:
        run("mke2fs", "-q", "-t", "ext4", "-L", label or "none", *(["-U", uuid] if uuid else []),
            "-d", root, image)


def put_images(work, table):
    """The devices that are files on another one, as ISO images in their place."""
    for i, name in enumerate([d for d in table.devices if d.startswith("loop(")]):
        device, path = re.fullmatch(r"loop\(([^)]*)\)(.*)", name).groups()
        fill(f"{work}/iso{i}.root", name, table.devices.pop(name))
        make_fs(f"{work}/iso", f"{work}/iso{i}.root", None, None, "iso9660")
        table.devices[device][path] = open(f"{work}/iso", "rb").read()


def make_disk(work, table, disk):
    """Disk number disk of the table with all its partitions; returns the image's name."""
    parts, whole = {}, f"{work}/{disk}"
    for device, files in table.devices.items():
        if device.split(",")[0] != disk:
            continue
        image = f"{work}/{device}.fs"
        fill(f"{work}/{device}.root", device, files)
        make_fs(image, f"{work}/{device}.root", table.facts.get("uuid:" + device),
                table.facts.get("label:" + device), table.facts.get("fs:" + device))
        if "," not in device:
            os.rename(image, whole)
            return whole
        parts[int(re.sub("[^0-9]", "", device.split(",")[1]))] = image
    at, lines = 2048, ["label: gpt" if any("gpt" in d for d in table.devices) else "label: dos"]
    places = {}
    for number in sorted(parts):
        sectors = (os.path.getsize(parts[number]) + 511) // 512
        lines.append(f"{number} : start={at}, size={sectors}")
        places[number] = at
        at += (sectors + 2047) // 2048 * 2048
    with open(whole, "wb") as f:
        f.truncate((at + 2048) * 512)
    run("sfdisk", "-q", whole, text="\n".join(lines).encode())
    for number, image in parts.items():
        run("dd", f"if={image}", f"of={whole}", "bs=1M", f"seek={places[number] // 2048}",
            "conv=notrunc,sparse")
        table.places[f"{disk},{number}"] = places[number] * 512
    return whole


def make_grub(work):
    """GRUB as something that QEMU's -kernel takes; it looks for a file /witness.cfg."""
    with open(f"{work}/first", "w") as f:
        f.write("search.file /witness.cfg root\nnormal ($root)/witness.cfg\n")
    run("grub-mkimage", "-O", "i386-pc", "-o", f"{work}/core", "-p", "(hd0)/", "-c",
        f"{work}/first", *MODULES.split())
    with open(f"{work}/grub", "wb") as f:
        f.write(open("/usr/lib/grub/i386-pc/lnxboot.img", "rb").read())
        f.write(open(f"{work}/core", "rb").read())
    return f"{work}/grub"


def start_of(table, default):
    device, path = table.config
    return (f"serial --unit=0\nterminal_output serial\nterminal_input serial\nset root={device}\n"
            f"set prefix=({device}){os.path.dirname(path)}\nset witness_default='{default}'\n"
            f"export witness_default prefix root\nset grub_platform=xen\nset grub_cpu=x86_64\n"
            f"export grub_platform grub_cpu\nconfigfile ({device}){path}\n").encode()


def boot(work, disks):
    """Run GRUB until the witness switches off, the menu comes back, or time is up: what it said."""
    command = ["qemu-system-x86_64", "-accel", "tcg", "-m", "64", "-nodefaults", "-display", "none",
               "-no-reboot", "-serial", "stdio", "-device", "isa-debug-exit",
               "-kernel", GRUB]
    for d in disks:
        command += ["-drive", f"file={d},format=raw,if=ide"]
    qemu = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL)
    text, end = b"", time.monotonic() + 60
    asked = False
    while time.monotonic() < end and not (asked and b"GNU GRUB" in text):
        if select.select([qemu.stdout], [], [], 0.3)[0]:
            data = os.read(qemu.stdout.fileno(), 4096)
            if not data:
                break
            text += data
        elif b"Press any key" in text: # it drops what is typed too early
            asked, text = True, text.replace(b"GNU GRUB", b"")
            qemu.stdin.write(b" ")
            qemu.stdin.flush()
    qemu.kill()
    qemu.wait()
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.decode("latin-1").replace("\r", ""))


def told(text):
    """What the witness said, in the words of bootplan; [] where nothing was booted."""
    lines = [l.partition(" ") for l in re.findall("^@(.*)$", text, re.M)]
    keys = {k for k, _, _ in lines}
    out = []
    if "end" not in keys:
        return out
    for key, _, value in lines:
        if key == "boot" and "multiboot" not in keys:
            out.append("kernel " + value)
        elif key == "module":
            out.append(("initrd " if out else "kernel ") + value)
        elif key == "args" and "multiboot" in keys:
            if out[-1].startswith("kernel"):
                out.append("args " + re.sub("^placeholder ?", "", value))
        elif key == "args":
            out.append("args " + re.sub("^BOOT_IMAGE=[^ ]* ?", "", value))
        elif key == "initrd":
            out.append("initrd " + value)
    return out


class Menu:
    """bootplan's answer: the entries with their paths and plans, the default and what follows it."""

    def __init__(self, text):
        self.entries, self.first, self.timeout, self.fallback = [], None, "", []
        path = []
        for line in text.splitlines():
            entry = re.match("((?:> )*)([0-9]+) (.*)", line)
            if line.startswith("  "):
                self.entries[-1][2].append(line[2:])
            elif line.startswith("timeout "):
                self.timeout = line[8:]
            elif line.startswith("fallback "):
                self.fallback.append(line[9:])
            elif entry:
                path = path[:len(entry[1]) // 2] + [entry[2]]
                self.entries.append((">".join(path), entry[3], []))
                if line.endswith(" *"):
                    self.first = self.entries[-1]
        self.leaves = [e for e in self.entries if e[2]]

    def booted(self, entry):
        """The plan that counts when entry is the default: its own, or that of a fallback."""
        later = [e for t in self.fallback for e in self.leaves if re.split(" id=| \\*", e[1])[0] == t]
        for e in [entry] + later:
            if not e[2][0].startswith("error"):
                return [l for l in e[2] if l[:7] in ("kernel ", "initrd ") or l[:5] in ("args ", "env (")]
        return []


def env_of(data):
    lines = data.replace(b"\\\n", b"").decode("latin-1").split("\n")
    return dict(l.split("=", 1) for l in lines if "=" in l and l[0] != "#")


def expected_env(table, plan):
    """grubenv files by place, after the plan's writes."""
    out = {}
    for line in plan:
        m = re.match(r"env (\([^)]*\)[^ ]*) ([^=]*)=(.*)", line)
        if m:
            device, path = re.fullmatch(r"\(([^)]*)\)(.*)", m[1]).groups()
            env = out.setdefault((device, path), env_of(table.devices[device][path]))
            env.pop(m[2], None) if m[3] == "" and "unset" in line else env.__setitem__(m[2], m[3])
    return out


def real_env(work, table, device, path):
    number = re.sub("[^0-9]", "", device.split(",")[1])
    disk = device.split(",")[0]
    with open(f"{work}/{disk}", "rb") as f:
        f.seek(table.places[f"{disk},{number}"])
        with open(f"{work}/back", "wb") as out:
            out.write(f.read(8 << 20))
    fat = re.fullmatch("[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}", table.facts.get("uuid:" + device, ""))
    if fat:
        return env_of(run("mtype", "-i", f"{work}/back", "::" + path))
    return env_of(run("debugfs", "-R", "cat " + path, f"{work}/back"))


def compare(work, table, want, text):
    plan = [tidy(l) for l in want if not l.startswith("env ")]
    plan = [re.sub("[^ -~]", "?", l).rstrip() for l in plan]
    have = [re.sub("[^ -~]", "?", tidy(l)).rstrip() for l in told(text)]
    if plan != have:
        return f"GRUB boots {have}, domboot {plan}"
    for (device, path), env in expected_env(table, want).items():
        real = real_env(work, table, device, path)
        if {k: v for k, v in real.items() if v} != {k: v for k, v in env.items() if v}:
            return f"GRUB leaves {real} in ({device}){path}, domboot {env}"
    return ""


def config_of(case, work):
    if not os.path.exists(f"{case}/generate"):
        return open(f"{case}/config", "rb").read()
    root = f"{work}/generate"
    for path in re.findall(r"^file \([^)]*\)(/boot/[^ /\n]*)", open(f"{case}/table").read(), re.M):
        os.makedirs(f"{root}/boot", exist_ok=True)
        open(root + path, "w").write("CONFIG_XEN_DOM0=y\n")
    words = open(f"{case}/generate").read().splitlines()
    return run(f"{HERE}/mkconfig", root, *words)


def try_entry(case, which):
    """One boot: "" where GRUB and domboot agree, or how they differ."""
    with tempfile.TemporaryDirectory() as work:
        table = Table(case)
        table.places = {}
        config = config_of(case, work)
        open(f"{work}/config", "wb").write(config)
        menu = Menu(run(PLAN, "-a", f"{work}/config", f"{case}/table").decode("utf-8", "replace"))
        device, path = table.config
        table.devices.setdefault(device, {})[path] = config + TAIL.encode()
        entry = menu.first if which == "default" else menu.leaves[-1]
        table.devices[device]["/witness.cfg"] = start_of(table, "" if which == "default" else entry[0])
        put_images(work, table)
        disks = sorted({d.split(",")[0] for d in table.devices})
        text = boot(work, [make_disk(work, table, d) for d in disks])
        wrong = compare(work, table, menu.booted(entry), text)
        if wrong and os.environ.get("VERBOSE"):
            print(text[-3000:])
        return f"{which}: {wrong}" if wrong else ""


def try_case(case):
    name = os.path.basename(case.rstrip("/"))
    wrong = try_entry(case, "default") or try_entry(case, "last")
    return f"not ok grub boots {name}: {wrong}" if wrong else f"ok grub boots {name}"


with tempfile.TemporaryDirectory() as base, \
        concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    WITNESS = open(sys.argv[1], "rb").read().ljust(4096, b"\0")
    GRUB = make_grub(base)
    verdicts = list(pool.map(try_case, sys.argv[2:]))
print("\n".join(verdicts))
sys.exit(any(v.startswith("not") for v in verdicts))
