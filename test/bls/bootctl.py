#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""bootctl.py [SEED [COUNT]]: random sets of entries of the Boot Loader Specification, listed by
systemd's own bootctl (Debian's package systemd-boot) and by bootplan: the same order, the same default."""
import os
import random
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
PLAN = HERE + "/../../build/host/tools/bootplan"
NAMES = ["arch", "arch-lts", "deb-6.1.0-9", "deb-6.1.0-10", "deb-6.1.0-10-rt", "f40-6.9.12", "f40-6.9.9", "Zeta", "a", "10", "9",
         "m1-6.1-rc1", "m1-6.1", "x_y", "UPPER"]
# "arch" alone is the id of systemd before 253: domboot takes that, too.
DEFAULTS = ["", "", "arch.conf", "arch*", "*6.1*", "deb-6.1.0-10.conf", "[fd]*", "*.conf", "nosuch*", "?eta*", "UPPER*",
            "upper*", "@saved", "m1-6.1?rc1.conf", "m1-6.1*"]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bootctl.py: {' '.join(command)}: {done.stderr}")
    return done.stdout


def entries(r, to):
    os.makedirs(f"{to}/loader/entries")
    for name in r.sample(NAMES, r.randint(2, 9)):
        counter = r.choice([""] * 4 + ["+3", "+0-3", "+1-2", "+0"])
        # Its title is the file's name: bootctl tells entries of one title apart by more words.
        lines = [f"title {name}", "linux /kernel"]
        for key, values in ("sort-key", ["deb", "arch", "a"]), ("machine-id", ["0" * 31 + "1", "0" * 31 + "2"]), (
                "version", ["6.1", "6.10", "6.9", "6.1~rc1", "1.0-2"]):
            if r.randint(0, 1):
                lines.append(f"{key} {r.choice(values)}")
        with open(f"{to}/loader/entries/{name}{counter}.conf", "w") as f:
            f.write("\n".join(lines) + "\n")
    with open(f"{to}/loader/loader.conf", "w") as f:
        f.write(f"timeout 3\ndefault {r.choice(DEFAULTS)}\n")
    open(f"{to}/kernel", "w").write("k")


def by_bootctl(base, sets):
    """Each set's ids in order, the default's with a star. It wants the root of a file system."""
    script = f"mkdir {base}/mnt\n"
    for i in range(sets):
        script += (f"mount -t tmpfs none {base}/mnt && cp -r {base}/{i}/. {base}/mnt && echo set\n"
                   f"SYSTEMD_RELAX_ESP_CHECKS=1 {base}/deb/usr/bin/bootctl --esp-path={base}/mnt list || exit 1\n"
                   f"umount {base}/mnt\n")
    text = run("unshare", "-m" if os.getuid() == 0 else "-rm", "sh", "-c", script)
    out = []
    for part in text.split("set\n")[1:]:
        found = re.findall(r"title: .*?( \(default\))?(?: \(not reported/new\))?\n *id: (.*)\.conf\n", part)
        out.append([name + (" *" if default else "") for default, name in found])
    return out


def by_bootplan(base, i):
    table = f"{base}/{i}.table"
    with open(table, "w") as f:
        f.write(f"config (hd0,gpt1)/loader/entries\ntree (hd0,gpt1)/loader/ {i}/loader\nfile (hd0,gpt1)/kernel\n")
    lines = run(PLAN, "/dev/null", table).splitlines()
    found = [re.fullmatch(r"\d+ (\S+( \*)?)", l) for l in lines]
    return [m[1] for m in found if m]


seed, count = (sys.argv[1:] + ["1", "80"][len(sys.argv) - 1:])[:2]
with tempfile.TemporaryDirectory() as base:
    os.makedirs(base + "/deb")
    run("sh", "-c", f"cd {base}/deb && apt-get -qq -o APT::Sandbox::User=root download systemd-boot && dpkg-deb -x *.deb .")
    for i in range(int(count)):
        entries(random.Random(f"{seed}/{i}"), f"{base}/{i}")
    wrong = 0
    real = by_bootctl(base, int(count))
    for i, want in enumerate(real):
        have = by_bootplan(base, i)
        if have != want or not want:
            wrong += 1
            conf = open(f"{base}/{i}/loader/loader.conf").read().replace("\n", "; ")
            print(f"not ok bls: set {i}: {conf} bootctl {want}, domboot {have}")
    if not wrong:
        print(f"ok bls: {len(real)} sets of entries in the order of bootctl, with its default")
    sys.exit(wrong > 0 or len(real) != int(count))
