#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""guest_table.py TIMES: what guest_runs.sh wrote down, as tables."""
import re
import statistics
import sys

text = open(sys.argv[1]).read()
runs = {}
for kind, mb, create, boot in re.findall(r'^(\S+) (\d+) ([\d.]+) ([\d.]+)$', text, re.M):
    runs.setdefault((kind, int(mb)), []).append((float(create), float(boot)))
median = {k: [statistics.median(x) for x in zip(*v)] for k, v in runs.items()}
kinds = list(dict.fromkeys(kind for kind, mb in runs))


def ratio(key, of, part=sum):
    return '%.2f' % (part(median[key]) / part(median[of])) if of in median else '-'


print('| kind | initrd MB | runs | before s | after s | both s | of direct | after, of domboot |')
print('|---|---|---|---|---|---|---|---|')
for kind, mb in sorted(median, key=lambda x: (x[1], kinds.index(x[0]))):
    create, boot = median[kind, mb]
    tail = re.search('-(zstd|lz4|pvh)$|_pvh$', kind)
    tail = tail.group(0).replace('_', '-') if tail else ''
    print('| %s | %d | %d | %.2f | %.2f | %.2f | %s | %s |' % (
        kind, mb, len(runs[kind, mb]), create, boot, create + boot, ratio((kind, mb), ('direct' + tail, mb)),
        ratio((kind, mb), ('domboot' + tail, mb), lambda t: t[1])))
for kind in kinds:
    if (kind, 30) in median and (kind, 200) in median:
        more = median[kind, 200][1] - median[kind, 30][1]
        print('%s: 170 MB more of initrd cost %.2f s after unpause%s' %
              (kind, more, ', %.1f MiB/s' % (170 / more) if more > 0.05 else ''))
for mb in 30, 200:
    m = re.search(r'^profile %d: \[ *([\d.]+)\] debug: initrd: (\d+) bytes.*?'
                  r'^profile %d: \[ *([\d.]+)\] debug: initrd: in place' % (mb, mb), text, re.M | re.S)
    if m:
        took = float(m.group(3)) - float(m.group(1))
        print('domboot: initrd of %s bytes in %.3f s, %.1f MiB/s' % (
            m.group(2), took, int(m.group(2)) / took / 2 ** 20))
