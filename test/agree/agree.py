#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""agree.py CASE...: a disk of every golden case (CONFIG,TABLE; see tools/bootplan.c), and the
menu of the in-guest loader (shown) and `domboot list --json` on it. They must name the same
entries in the same order, the same default and the same timeout."""
import json, os, re, shutil, struct, subprocess, sys, tempfile

TOP = os.path.dirname(os.path.abspath(__file__)) + "/../.."
SHOWN, DOMBOOT = TOP + "/build/asan/test/agree/shown", TOP + "/build/host/domboot"
SECTOR, PART = 512, 6 << 20  # bytes of one partition


def rows(table):
    for line in open(table):
        word = line.split(maxsplit=2)
        if word and not word[0].startswith("#"):
            yield word[0], word[1], word[2].strip() if len(word) > 2 else ""


class Case:
    def __init__(self, config, table, work, number):
        self.name = re.sub(r"/config$|\.[a-z]+$", "", os.path.relpath(config)).split("/")[-1]
        self.beside = os.path.dirname(table)
        self.image = f"{work}/{number}.img"
        self.root, self.facts = f"{work}/{number}", {}
        place = "(hd0,msdos1)/boot/grub/grub.cfg"
        for kind, first, rest in rows(table):
            if kind == "config":
                place = first
            elif kind == "fact":
                self.facts[first] = rest
            elif kind == "tree":
                self.tree(first, f"{self.beside}/{rest}")
            else:
                self.file(first, rest and f"{self.beside}/{rest}")
        if not place.endswith("/entries"):
            self.file(place, config)

    def path(self, place):
        """Where a file of that name lies while the disk is made; None: on no disk of ours."""
        at = re.fullmatch(r"\(hd0(?:,(?:msdos|gpt)?(\d+))?\)(/.*)", place)
        return at and f"{self.root}/{at[1] or 0}{at[2]}"

    def file(self, place, source):
        path = self.path(place)
        if not path:
            return
        if path.endswith("/"):
            os.makedirs(path, exist_ok=True)
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if source:
            shutil.copyfile(source, path)
        else:
            open(path, "w").write("a file\n")

    def tree(self, place, source):
        for where, _, names in os.walk(source):
            for name in names:
                self.file(place + os.path.relpath(f"{where}/{name}", source), f"{where}/{name}")

    def file_system(self, number, device):
        """With the UUID and label that the table tells, so that searches find it."""
        args = ["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", f"{self.root}/{number}"]
        uuid, label = self.facts.get(f"uuid:{device}", ""), self.facts.get(f"label:{device}", "")
        if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid):
            args += ["-U", uuid]
        if label:
            args += ["-L", label[:16]]
        part = f"{self.root}/part"
        subprocess.run(args + [part, f"{PART >> 10}k"], check=True, stdout=subprocess.DEVNULL)
        data = open(part, "rb").read()
        os.remove(part)
        return data

    def make(self):
        """A bare disk, or one with an MBR: number N of it has the files of (hd0,gptN), too."""
        numbers = sorted(int(n) for n in os.listdir(self.root))
        with open(self.image, "wb") as out:
            if numbers == [0]:
                out.write(self.file_system(0, "hd0"))
                return
            mbr = bytearray(SECTOR)
            mbr[510:] = b"\x55\xaa"
            for at, n in enumerate(numbers):
                device = next((f.split(":")[1] for f in self.facts if re.search(rf":hd0,\D*{n}$", f)), "")
                start = (1 << 20) + at * PART
                struct.pack_into("<B3sB3sII", mbr, 446 + 16 * (n - 1), 0, b"", 0x83, b"",
                                 start // SECTOR, PART // SECTOR)
                out.seek(start)
                out.write(self.file_system(n, device))
            out.seek(0)
            out.write(mbr)
        shutil.rmtree(self.root)


def listed(image):
    """What dom0 says, in the form of shown's lines."""
    text = subprocess.run([DOMBOOT, "list", "--json", image], capture_output=True, text=True).stdout
    answer = json.loads(text)
    wait = answer["configs"][0]["timeout"] if answer["configs"] else None
    lines = []
    for e in answer["entries"]:
        if e["isSelected"]:
            lines.append(f"boots\t{e['title']}\t{'never' if wait is None else wait}")
        if e["isDefault"]:
            lines.append("starts\t" + e["title"].rsplit(">")[-1])
    return lines + ["entry\t" + e["title"] for e in answer["entries"]], answer["entries"]


def plain(lines):
    """What is no UTF-8 is a '?' on the screen, and U+FFFD in JSON; blanks at an end are not seen."""
    return [line.replace("\ufffd", "?").rstrip(" ") for line in lines]


def judge(case, screen):
    want, entries = listed(case.image)
    want = plain(want)
    have = [re.sub(r" \(not here\)$", "", l) for l in plain(screen)]
    marked = [l for l in screen if l.endswith(" (not here)")]
    boot = {e["title"] for e in entries if not e["error"]}
    wrong = [l for l in marked if l.removeprefix("entry\t").removesuffix(" (not here)") in boot]
    if not any(e["isSelected"] for e in entries):
        have = [l for l in have if not l.startswith("nothing\t")]
    if have == want and entries and not wrong:
        print(f"ok agree: {case.name}: {len(entries)} entries")
        return
    pair = next(((a, b) for a, b in zip(have + [""], want + [""]) if a != b), (wrong, "boots"))
    print(f"not ok agree: {case.name}: the guest shows {pair[0]!r}, domboot list has {pair[1]!r}")
    print("\n".join(["  guest"] + have + ["  list"] + want))


def main():
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    with tempfile.TemporaryDirectory() as work:
        cases = [Case(*pair.split(","), work, i) for i, pair in enumerate(sys.argv[1:])]
        for case in cases:
            case.make()
        out = subprocess.run([SHOWN] + [c.image for c in cases], capture_output=True)
        out.stdout, out.stderr = (o.decode(errors="replace") for o in (out.stdout, out.stderr))
        screens = [s.splitlines()[1:] for s in out.stdout.split("image\t")[1:]]
        print(out.stderr, end="") if out.returncode else None
        for case, screen in zip(cases, screens):
            judge(case, screen)
        if len(screens) != len(cases) or out.returncode:
            print(f"not ok agree: shown ended with {out.returncode}")


main()
