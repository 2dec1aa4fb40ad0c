#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""compare.py ROOT TABLE [NAME...]: domboot beside Debian's pygrub, on the same disks.

ROOT holds the unpacked packages with pygrub. What each program answers to a case
(cases.py) is brought to one line: the files that it handed over by their paths in the
guest, its arguments, or why it failed. Where the two differ, the case must be
named in TABLE, and what is named there must differ. NAMEs: only these; both answers are shown."""
import concurrent.futures
import glob
import importlib.machinery
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)
import cases  # noqa: E402

loader = importlib.machinery.SourceFileLoader('mkkernel', HERE + '/../dom0/mkkernel')
mkkernel = importlib.util.module_from_spec(importlib.util.spec_from_loader('mkkernel', loader))
loader.exec_module(mkkernel)

DOMBOOT = HERE + '/../../build/host/domboot'
PATHS = [f'{d}/{kind}-{x}' for d in ('/boot', '') for kind in ('vmlinuz', 'initrd') for x in 'abc']


def pygrub_of(root):
    """pygrub's command, and the environment that it needs to run from where it lies."""
    xen = sorted(glob.glob(root + '/usr/lib/xen-*'))[0]
    lib = xen + '/lib/x86_64-linux-gnu'
    paths = [lib, root + '/usr/lib/x86_64-linux-gnu', root + '/lib/x86_64-linux-gnu']
    return ['/usr/bin/python3', xen + '/bin/pygrub'], dict(
        os.environ, PYTHONPATH=xen + '/lib/python', PYTHONDONTWRITEBYTECODE='1',
        XEN_FSIMAGE_FSDIR=lib + '/xenfsimage', LD_LIBRARY_PATH=':'.join(paths))


def content(path):
    if 'vmlinuz' in path:
        return mkkernel.make(inner=b'\177ELF' + path.encode() * 99, version=path.encode() + b'\0')
    return (path.encode() + b'\n') * 200


KNOWN = {content(p): p for p in PATHS}
KNOWN.update({a + b'\0' * (-len(a) % 4) + b: f'{KNOWN[a]}+{KNOWN[b]}'
              for a in list(KNOWN) for b in list(KNOWN) if 'initrd' in KNOWN[a] and 'initrd' in KNOWN[b]})
KNOWN[b''] = 'nothing'


def run(*command, data=None):
    subprocess.run(command, input=data, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# --- disks ---------------------------------------------------------------------


def make_tree(case, top):
    files = {p: content(p) for p in PATHS}
    for path, text in case['files'].items():
        files[path] = text.encode() + case.get('latin1', '').encode('latin1')
    for path, data in files.items():
        os.makedirs(top + os.path.dirname(path), exist_ok=True)
        with open(top + path, 'wb') as f:
            f.write(data)
    for path, target in case.get('links', {}).items():
        os.symlink(target, top + path)


def make_fs(kind, tree, image):
    mib = {'fat32': 40, 'fat16': 24}.get(kind, 8)
    with open(image, 'wb') as f:
        f.truncate(mib << 20)
    name, *options = kind.split()
    if name.startswith('fat'):
        run('mkfs.vfat', '-F', name[3:], image)
        run('mcopy', '-s', '-i', image, *(os.path.join(tree, n) for n in os.listdir(tree)), '::')
    else:
        run('mke2fs', '-q', '-F', '-t', name.split('-')[0], *options, '-d', tree, image)
    return mib


def sfdisk_script(layout):
    """sfdisk's input, and the MiB where the partition of interest begins: the last one."""
    if layout[0] == 'logical':
        return 'label: dos\nstart=2048, size=20M, type=5\nstart=4096, size=12M, type=83\n', 2
    gpt = layout[0] and layout[0].startswith('gpt')
    lines, at = ['label: gpt' if gpt else 'label: dos'], 1
    for i, part in enumerate(layout):
        last = i + 1 == len(layout)
        number, kind = ('' if gpt else f'{i + 1} : '), (part or '').strip('*+')
        if part:
            lines.append(f'{number}start={at}M, size={60 if last else 4}M' + ('' if gpt else f', type={kind}')
                         + (', bootable' if '*' in part else ''))
        if part and not last:
            at += 4
    return '\n'.join(lines) + '\n', at


def make_disk(case, folder):
    """The case's disk; None: there is none."""
    image, tree = folder + '/disk', folder + '/tree'
    if 'config' in case:
        return f'{HERE}/../conf/{case["config"]}/config'
    if 'raw' in case:
        if case['raw'] is not None:
            with open(image, 'wb') as f:
                f.write(case['raw'])
        return image
    make_tree(case, tree)
    if 'iso' in case:
        run('genisoimage', '-quiet', *case['iso'], '-o', image, tree)
        return image
    layout = case.get('layout', [])
    if not layout:
        make_fs(case.get('mkfs', 'ext2'), tree, image)
        return image
    script, at = sfdisk_script(layout)
    part = folder + '/part'
    make_fs(case.get('mkfs', 'ext2'), tree, part)
    with open(image, 'wb') as f:
        f.truncate(128 << 20)
    run('sfdisk', '-q', image, data=script.encode())
    run('dd', f'if={part}', f'of={image}', 'bs=1M', f'seek={at}', 'conv=notrunc,sparse')
    return image


# --- answers -------------------------------------------------------------------


def by_path(text, out):
    """The names of files in out, as the paths in the guest of what they hold."""
    def path_of(m):
        with open(m.group(0), 'rb') as f:
            data = f.read()
        return f'<{KNOWN.get(data, f"{len(data)} other bytes")}>'
    return re.sub(re.escape(out) + r'/boot_(kernel|ramdisk)\.[a-z0-9_]{8}', path_of, text)


def ask(command, env, case, image, folder):
    """What the program answers, as one line, and its standard error."""
    out = tempfile.mkdtemp(dir=folder)
    answer = os.path.join(out, 'ANSWER')
    options = [o.replace('ANSWER', answer) for o in case['options']]
    open(answer, 'w').close()
    if not any(o.startswith('--output-directory') for o in options):
        options = ['--output-directory=' + out] + options
    disks = [] if case.get('no_disk') else [image]
    done = subprocess.run([*command, *options, *disks, *case.get('behind', [])], env={**env, **case.get('env', {})},
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    stdout = done.stdout.decode(errors='surrogateescape')
    with open(answer) as f:
        stdout += ''.join('file: ' + line for line in f)
    said = repr(by_path(stdout, out)) if not done.returncode else f'exit {done.returncode}'
    if case.get('left'):
        said += f', {len(os.listdir(out)) - 1} files left behind'
    shutil.rmtree(out)
    return said, done.stderr.decode(errors='replace')


def compare(case, pygrub, env, base):
    folder = tempfile.mkdtemp(dir=base)
    image = base + '/shared' if case.get('shared') else make_disk(case, folder)
    theirs, _ = ask(pygrub, env, case, image, folder)
    ours, stderr = ask([DOMBOOT], dict(os.environ), case, image, folder)
    shutil.rmtree(folder)
    if ours.startswith('exit') and not stderr.splitlines()[-1].startswith('RuntimeError: '):
        ours += ', without a reason for XAPI: ' + stderr
    return case['name'], (theirs, ours)


def table_names(path):
    """The cases in the first column of the table, in backquotes."""
    with open(path) as f:
        rows = [line.split('|')[1] for line in f if line.startswith('| `')]
    return [name for row in rows for name in re.findall('`([^`]+)`', row)]


def main(root, table, *only):
    pygrub, env = pygrub_of(root)
    base = tempfile.mkdtemp()
    listed, bad = table_names(table), 0
    chosen = [c for c in cases.CASES if not only or c['name'] in only]
    try:
        shared = next(c for c in cases.CASES if c.get('shared'))
        os.rename(make_disk(shared, tempfile.mkdtemp(dir=base)), base + '/shared')
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda c: compare(c, pygrub, env, base), chosen))
    finally:
        shutil.rmtree(base)
    for name, (theirs, ours) in results:
        same = theirs == ours
        fine = same != (name in listed)
        bad += not fine
        if only or os.environ.get('VERBOSE'):
            print(f'{name}\n  pygrub  {theirs}\n  domboot {ours}')
        if fine:
            print(f'ok pygrub: {name}{"" if same else ", which differs as the table says"}')
        else:
            print(f'not ok pygrub: {name}: ' + ('the table is out of date: both answer ' + ours if same else
                                                f'pygrub answers {theirs}, domboot {ours}'))
    for name in sorted(set(listed) - {c['name'] for c in cases.CASES}):
        print(f'not ok pygrub: the table names {name}, which is no case')
        bad += 1
    return bad != 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
