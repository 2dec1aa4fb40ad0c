# SPDX-License-Identifier: GPL-2.0-or-later
"""What compare.py asks pygrub and domboot: configurations, options, disks.

Every file system holds /boot/vmlinuz-X, /boot/initrd-X, /vmlinuz-X and /initrd-X with X
of a, b and c, each file with bytes of its own."""

GRUB2, LEGACY, EXTLINUX = '/boot/grub/grub.cfg', '/boot/grub/menu.lst', '/boot/extlinux/extlinux.conf'


def entry(title, x='a', args='root=/dev/xvda1 ro', head='menuentry', rest='--class os {', root=''):
    """A menu entry as update-grub writes them."""
    return (f"{head} '{title}' {rest}\n{root}\tlinux /boot/vmlinuz-{x} {args}\n"
            f"\tinitrd /boot/initrd-{x}\n}}\n")


THREE = entry('First') + entry('Second', 'b', 'two  blanks') + entry('Third', 'c', 'three')


def conf(name, text, *options, path=GRUB2, **files):
    """A disk that is one ext2 with this configuration; files: PATH=TEXT more."""
    return {'name': name, 'files': {path: text, **files.pop('more', {})}, 'options': options, **files}


def legacy(name, text, *options, **more):
    return conf(name, text, *options, path=more.pop('path', LEGACY), **more)


def extlinux(name, text, *options, **more):
    return conf(name, text, *options, path=more.pop('path', EXTLINUX), **more)


GRUB2_CASES = [
    conf('grub2', THREE),
    conf('grub2-default-number', 'set default=1\n' + THREE),
    conf('grub2-default-quoted', 'set default="2"\n' + THREE),
    conf('grub2-default-out-of-range', 'set default=9\n' + THREE),
    conf('grub2-default-negative', 'set default=-1\n' + THREE),
    conf('grub2-default-title', 'set default="Second"\n' + THREE),
    conf('grub2-default-id', 'set default=third\n' + THREE + entry('Fourth', 'b', 'x', rest="--id third {")),
    conf('grub2-default-submenu', 'set default="1>0"\n' + entry('First') + "submenu 'More' {\n"
         + entry('Second', 'b') + "}\n"),
    conf('grub2-submenu', "submenu 'More' {\n" + entry('Second', 'b') + "}\n" + entry('Third', 'c')),
    conf('grub2-saved', 'load_env\nset default="${saved_entry}"\n' + THREE,
         more={'/boot/grub/grubenv': '# GRUB Environment Block\nsaved_entry=2\n' + '#' * 983}),
    conf('grub2-saved-nothing', 'if [ -s $prefix/grubenv ]; then\n  load_env\nfi\n'
         'set default="${saved_entry}"\n' + THREE),
    conf('grub2-if-else', 'if [ "$x" = "" ]; then\n  set default=1\nelse\n  set default=2\nfi\n' + THREE),
    conf('grub2-if-taken-last', 'if [ "$x" = y ]; then\n  set default=1\nelse\n  set default=2\nfi\n' + THREE),
    conf('grub2-function', 'function f {\n  insmod x\n}\nf\n' + THREE),
    conf('grub2-function-one-line', 'function f { true; }\n' + THREE),
    conf('grub2-no-arguments', "menuentry 'A' {\n\tlinux /boot/vmlinuz-a\n\tinitrd /boot/initrd-a\n}\n"),
    conf('grub2-no-initrd', "menuentry 'A' {\n\tlinux /boot/vmlinuz-a ro quiet\n}\n"),
    conf('grub2-linux16', "menuentry 'A' {\n\tlinux16 /boot/vmlinuz-b ro\n\tinitrd16 /boot/initrd-b\n}\n"),
    conf('grub2-linuxefi', "menuentry 'A' {\n\tlinuxefi /boot/vmlinuz-b ro\n\tinitrdefi /boot/initrd-b\n}\n"),
    conf('grub2-two-initrds', "menuentry 'A' {\n\tlinux /boot/vmlinuz-a ro\n\tinitrd /boot/initrd-b /boot/initrd-a\n}\n"),
    conf('grub2-double-slash', "menuentry 'A' {\n\tlinux //boot/vmlinuz-a ro\n}\n"),
    conf('grub2-set-root', entry('A', root="\tset root='hd0,msdos1'\n")),
    conf('grub2-set-root-old', entry('A', root="\tset root=(hd0,1)\n")),
    conf('grub2-set-root-lvm', entry('A', root="\tset root='lvm/vg-root'\n")),
    conf('grub2-set-root-mduuid', entry('A', root="\tset root='mduuid/0123'\n")),
    conf('grub2-kernel-with-device', "menuentry 'A' {\n\tlinux (hd0,1)/boot/vmlinuz-a ro\n\tinitrd (hd0,1)/boot/initrd-a\n}\n"),
    conf('grub2-kernel-with-root', "menuentry 'A' {\n\tlinux ($root)/boot/vmlinuz-a ro\n}\n"),
    conf('grub2-search', entry('A', root="\tsearch --no-floppy --fs-uuid --set=root 1234-5678\n")),
    conf('grub2-recordfail', entry('A', root='\trecordfail\n\tload_video\n\tgfxmode $linux_gfx_mode\n')),
    conf('grub2-echo', entry('A', root="\techo 'Loading Linux ...'\n")),
    conf('grub2-variable', 'set x=quiet\n' + entry('A', 'a', 'ro $x')),
    conf('grub2-vt-handoff', entry('A', 'a', 'ro quiet splash $vt_handoff')),
    conf('grub2-quoted-argument', entry('A', 'a', 'ro "a b" c=\'d e\'')),
    conf('grub2-continuation', "menuentry 'A' {\n\tlinux /boot/vmlinuz-a ro \\\n\t\tquiet\n}\n"),
    conf('grub2-comment-behind', "menuentry 'A' {\n\tlinux /boot/vmlinuz-a ro # quiet\n}\n"),
    conf('grub2-semicolons', "menuentry 'A' { linux /boot/vmlinuz-a ro; initrd /boot/initrd-a; }\n" + entry('B', 'b')),
    conf('grub2-crlf', THREE.replace('\n', '\r\n')),
    conf('grub2-double-quoted-title', THREE.replace("'", '"')),
    conf('grub2-unquoted-title', "menuentry First {\n\tlinux /boot/vmlinuz-a ro\n}\n"),
    conf('grub2-two-blanks', "menuentry  'First' {\n\tlinux /boot/vmlinuz-a ro\n}\n"),
    conf('grub2-brace-on-next-line', "menuentry 'First'\n{\n\tlinux /boot/vmlinuz-a ro\n}\n"),
    conf('grub2-block-in-entry', entry('A', root='\tif [ x = y ]; then\n\t\tlinux /boot/vmlinuz-b\n\tfi\n')),
    conf('grub2-if-in-entry-last', "menuentry 'A' {\n\tif true; then\n\t\tlinux /boot/vmlinuz-a ro\n\telse\n"
         "\t\tlinux /boot/vmlinuz-b ro\n\tfi\n}\n"),
    conf('grub2-set-with-equals', 'set x="a=b"\n' + THREE),
    conf('grub2-set-alone', 'set x\n' + THREE),
    conf('grub2-latin1-comment', THREE, latin1='# caf\xe9\n'),
    conf('grub2-utf8-title', entry('Größe 日本')),
    conf('grub2-sles-dummy', "if [ -n \"$extra_cmdline\" ]; then\n  menuentry \"Bootable snapshot #$snapshot_num\" {\n"
         "    menuentry \"If OK, run 'snapper rollback' and reboot.\" { true; }\n  }\nfi\n" + entry('SLES')),
    conf('grub2-xen-first', "menuentry 'Xen' {\n\tmultiboot /boot/xen.gz\n\tmodule /boot/vmlinuz-b dummy ro\n"
         "\tmodule /boot/initrd-b\n}\n" + entry('Linux'), more={'/boot/xen.gz': 'xen'}),
    conf('grub2-memtest-first', "menuentry 'Memory test' {\n\tlinux16 /boot/memtest86+.bin\n}\n" + entry('Linux'),
         more={'/boot/memtest86+.bin': 'memtest'}),
    conf('grub2-memtest-last', entry('Linux') + "menuentry 'Memory test' {\n\tlinux16 /boot/memtest86+.bin\n}\n",
         '-q', '-l', more={'/boot/memtest86+.bin': 'memtest'}),
    conf('grub2-missing-kernel-first', "menuentry 'Gone' {\n\tlinux /boot/vmlinuz-x ro\n}\n" + entry('Linux', 'b')),
    conf('grub2-missing-initrd', "menuentry 'Gone' {\n\tlinux /boot/vmlinuz-a ro\n\tinitrd /boot/initrd-x\n}\n"),
    conf('grub2-no-entries', 'set timeout=5\n'),
    conf('grub2-source', 'source /boot/grub/custom.cfg\n', more={'/boot/grub/custom.cfg': entry('Custom', 'b')}),
    conf('grub2-broken-and-menu.lst', "menuentry 'A' {\n", more={
        LEGACY: 'title A\nkernel /boot/vmlinuz-b ro\n'}),
    conf('grub2-beside-menu.lst', entry('A'), more={LEGACY: 'title A\nkernel /boot/vmlinuz-b ro\n'}),
    conf('grub2-in-grub2', entry('A', 'b'), path='/boot/grub2/grub.cfg'),
    conf('grub2-separate-boot', "menuentry 'A' {\n\tlinux /vmlinuz-a ro\n\tinitrd /initrd-a\n}\n", path='/grub/grub.cfg'),
    conf('grub2-separate-boot-2', "menuentry 'A' {\n\tlinux /vmlinuz-b ro\n\tinitrd /initrd-b\n}\n", path='/grub2/grub.cfg'),
    conf('grub2-large', '# ' + 'x' * (1 << 20) + '\n' + entry('Behind 1 MiB')),
    conf('grub2-password', 'set superusers="root"\npassword root secret\n' + THREE),
]

A = 'title A\n\troot (hd0,0)\n\tkernel /boot/vmlinuz-a ro quiet\n\tinitrd /boot/initrd-a\n'
B = 'title B\n\troot (hd0,0)\n\tkernel /boot/vmlinuz-b  ro\n\tinitrd /boot/initrd-b\n'
LEGACY_CASES = [
    legacy('legacy', 'timeout 5\n' + A + B),
    legacy('legacy-default', 'default 1\n' + A + B),
    legacy('legacy-default-equals', 'default=1\n' + A + B),
    legacy('legacy-default-saved', 'default saved\n' + A + B, more={'/boot/grub/default': '1\n#\n#\n#\n'}),
    legacy('legacy-fallback', 'default 0\nfallback 1\ntitle X\nkernel /boot/vmlinuz-x\n' + B),
    legacy('legacy-no-initrd', 'title A\nkernel /boot/vmlinuz-a ro\n'),
    legacy('legacy-no-arguments', 'title A\nkernel /boot/vmlinuz-a\n'),
    legacy('legacy-device-in-path', 'title A\nkernel (hd0,0)/boot/vmlinuz-a ro\ninitrd (hd0,0)/boot/initrd-a\n'),
    legacy('legacy-kernel-option', 'title A\nkernel --no-mem-option /boot/vmlinuz-a ro\n'),
    legacy('legacy-xen', 'title Xen\nkernel /boot/xen.gz dom0_mem=1G\nmodule /boot/vmlinuz-b ro\nmodule /boot/initrd-b\n'),
    legacy('legacy-commands', 'splashimage=(hd0,0)/boot/x.xpm.gz\nhiddenmenu\ncolor a/b c/d\n' + A + '\tsavedefault\n\tboot\n'),
    legacy('legacy-uuid', 'title A\n\tuuid 1234-5678\n\tkernel /boot/vmlinuz-a ro\n'),
    legacy('legacy-separator', 'title Other systems:\nroot\n' + A),
    legacy('legacy-root-nd', 'title Net\nroot (nd)\nkernel /boot/vmlinuz-b\n' + A),
    legacy('legacy-password', 'password secret\n' + A),
    legacy('legacy-lock', 'title A\nlock\nkernel /boot/vmlinuz-a ro\n'),
    legacy('legacy-grub.conf', A, path='/boot/grub/grub.conf'),
    legacy('legacy-separate-boot', 'title A\nkernel /vmlinuz-a ro\ninitrd /initrd-a\n', path='/grub/menu.lst'),
    legacy('legacy-separate-boot-conf', 'title A\nkernel /vmlinuz-b ro\n', path='/grub/grub.conf'),
    legacy('legacy-crlf', A.replace('\n', '\r\n')),
    legacy('legacy-automagic', '### BEGIN AUTOMAGIC KERNELS LIST\n# kopt=root=/dev/xvda1 ro\n' + A + '### END\n'),
    legacy('legacy-configfile', 'title Other\nconfigfile /boot/grub/other.lst\n', more={'/boot/grub/other.lst': B}),
]

EXTLINUX_CASES = [
    extlinux('extlinux', 'default b\nlabel a\n  kernel /boot/vmlinuz-a\n  append ro initrd=/boot/initrd-a\n'
             'label b\n  kernel /boot/vmlinuz-b\n  append initrd=/boot/initrd-b ro quiet\n'),
    extlinux('extlinux-no-default', 'label a\n  kernel /boot/vmlinuz-a\n  append ro\nlabel b\n  kernel /boot/vmlinuz-b\n'),
    extlinux('extlinux-upper-case', 'DEFAULT a\nLABEL a\n  KERNEL /boot/vmlinuz-a\n  APPEND ro\n'),
    extlinux('extlinux-initrd-line', 'label a\n  kernel /boot/vmlinuz-a\n  append ro\n  initrd /boot/initrd-a\n'),
    extlinux('extlinux-linux-line', 'label a\n  linux /boot/vmlinuz-a\n  append ro\n  initrd /boot/initrd-a\n'),
    extlinux('extlinux-relative', 'label a\n  kernel vmlinuz-a\n  append ro\n', path='/extlinux.conf'),
    extlinux('extlinux-relative-here', 'label a\n  kernel ../vmlinuz-b\n  append ro\n'),
    extlinux('extlinux-menu-default', 'label a\n  kernel /boot/vmlinuz-a\nlabel b\n  menu default\n  kernel /boot/vmlinuz-b\n'),
    extlinux('extlinux-two-initrds', 'label a\n  kernel /boot/vmlinuz-a\n  append initrd=/boot/initrd-b,/boot/initrd-a ro\n'),
    extlinux('extlinux-kernel-arguments', 'label a\n  kernel /boot/vmlinuz-a ro quiet\n'),
    extlinux('extlinux-append-first', 'label a\n  append ro\n  kernel /boot/vmlinuz-a\n'),
    extlinux('extlinux-global-append', 'append quiet\nlabel a\n  kernel /boot/vmlinuz-a\n'),
    extlinux('extlinux-localboot-first', 'label hd\n  localboot 0x80\nlabel a\n  kernel /boot/vmlinuz-a\n  append ro\n'),
    extlinux('extlinux-mboot', 'label a\n  kernel mboot.c32\n  append /boot/xen.gz --- /boot/vmlinuz-b ro --- /boot/initrd-b\n'),
    extlinux('extlinux-boot', 'label a\n  kernel /boot/vmlinuz-b\n', path='/boot/extlinux.conf'),
    extlinux('isolinux', 'label a\n  kernel /boot/vmlinuz-b\n  append initrd=/boot/initrd-b\n', path='/boot/isolinux/isolinux.cfg'),
]

Q0 = ('-q', '--output-format=simple0')
OPTION_CASES = [
    ('options-sxp', '-q'), ('options-simple', '-q', '--output-format=simple'), ('options-simple0', *Q0),
    ('options-prefix', '-q', '--output-form=simple', '--ent=1'), ('options-value-apart', '-q', '--output-format', 'simple', '--entry', '1'),
    ('options-quiet', '--quiet'), ('options-quie', '--quie'), ('options-bundle', '-qq'),
    ('options-repeated', '-q', '--entry=0', '--entry=2', '--output-format=sxp', '--output-format=simple'),
    ('options-unknown', '-q', '--frobnicate'), ('options-ambiguous', '-q', '--output-', 'x'), ('options-no-value', '-q', '--args'),
    ('options-short-unknown', '-x'), ('options-h', '-h'), ('options-bad-format', '-q', '--output-format=xml'),
    ('options-bad-offset', '-q', '--offset=x'), ('options-bad-directory', '-q', '--output-directory=/nonexistent'),
    ('options-bad-output', '-q', '--output=/nonexistent/x'), ('options-output-dash', '-q', '--output=-'),
    ('options-output-file', '-q', '--output=ANSWER', '--output-format=simple'),
    ('options-entry-number', *Q0, '--entry=1'), ('options-entry-title', *Q0, '--entry=Third'),
    ('options-entry-without-q', '--entry=1', '--output-format=simple0'), ('options-entry-unknown', *Q0, '--entry=Nope'),
    ('options-entry-high', *Q0, '--entry=7'), ('options-entry-negative', *Q0, '--entry=-1'), ('options-entry-id', *Q0, '--entry=an-id'),
    ('options-args', *Q0, '--args=single console=hvc0'), ('options-args-twice', *Q0, '--args=a', '--args=b'),
    ('options-args-empty', *Q0, '--args='), ('options-args-quotes', '-q', "--args=a 'b'"), ('options-args-both', '-q', "--args='a' \"b\""),
    ('options-args-backslash', '-q', '--args=a\\b'), ('options-args-utf8', '-q', '--args=größe'), ('options-args-tab', '-q', '--args=a\tb'),
    ('options-args-control', '-q', '--args=a\x1bb'), ('options-args-newline-sxp', '-q', '--args=a\nb'),
    ('options-args-newline-simple', '-q', '--output-format=simple', '--args=a\nkernel /etc/passwd'),
    ('options-args-newline-simple0', *Q0, '--args=a\nb'),
    ('options-kernel', *Q0, '--kernel=/boot/vmlinuz-c'), ('options-kernel-args', *Q0, '--kernel=/boot/vmlinuz-c', '--args=x'),
    ('options-kernel-ramdisk', *Q0, '--kernel=/boot/vmlinuz-c', '--ramdisk=/boot/initrd-c', '--args=x  y'),
    ('options-ramdisk-alone', *Q0, '--ramdisk=/boot/initrd-c'), ('options-kernel-missing', *Q0, '--kernel=/boot/nope'),
    ('options-ramdisk-missing', *Q0, '--kernel=/boot/vmlinuz-c', '--ramdisk=/boot/nope'), ('options-kernel-relative', *Q0, '--kernel=boot/vmlinuz-c'),
    ('options-i-then-q', '-i', *Q0), ('options-debug', '--debug', *Q0), ('options-n', '-q', '-n'), ('options-n-missing', '-q', '-n', '--kernel=/nope'),
    ('options-list', '-l'), ('options-list-long', '--list-entries'), ('options-offset-zero', *Q0, '--offset=0'),
]


def iso(name, config, text, *command):
    return {'name': name, 'files': {config: text}, 'iso': command}


def disk(name, layout, **more):
    return {'name': name, 'files': {GRUB2: THREE}, 'layout': layout, **more}


RR = iso('iso-rock-ridge', '/boot/isolinux/isolinux.cfg', 'label a\n  kernel /boot/vmlinuz-a\n  append initrd=/boot/initrd-a ro\n', '-R')
DISK_CASES = [
    disk('disk-mbr', ['83']), disk('disk-mbr-second', [None, '83']), disk('disk-mbr-fourth', [None, None, None, '83']),
    disk('disk-mbr-active', ['83', '83*'], other=True), disk('disk-swap-first', ['82', '83']), disk('disk-extended', ['logical']),
    disk('disk-gpt', ['gpt']), disk('disk-gpt-third', ['gpt', 'gpt', 'gpt+']), disk('disk-offset', ['83'], options=(*Q0, '--offset=1048576')),
    disk('disk-offset-wrong', ['83'], options=(*Q0, '--offset=512')), disk('disk-fat16', ['c'], mkfs='fat16'),
    disk('disk-fat32', ['c'], mkfs='fat32'), disk('disk-fat-whole', [], mkfs='fat16'),
    *(disk(f'fs-{o.split()[0]}', [], mkfs=o) for o in (
        'ext3', 'ext4', 'ext4-1k -b 1024', 'ext4-64bit -O 64bit', 'ext4-no-csum -O ^metadata_csum', 'ext4-inline -O inline_data',
        'ext4-bigalloc -O bigalloc', 'ext4-128 -I 128', 'ext4-meta_bg -O meta_bg,^resize_inode', 'ext2-4k -b 4096', 'ext4-casefold -O casefold',
        'ext4-large_dir -O large_dir', 'ext4-ea_inode -O ea_inode', 'ext4-no-extents -O ^extents,^64bit', 'ext4-quota -O quota')),
    RR, iso('iso-plain', '/boot/isolinux/isolinux.cfg', 'label a\n  kernel /boot/vmlinuz-a\n  append ro\n'),
    iso('iso-joliet', '/boot/isolinux/isolinux.cfg', 'label a\n  kernel /boot/vmlinuz-a\n  append ro\n', '-J', '-R'),
    iso('iso-grub', GRUB2, THREE, '-R'),
    {'name': 'disk-empty', 'raw': b''}, {'name': 'disk-zeros', 'raw': bytes(1 << 20)}, {'name': 'disk-missing', 'raw': None},
    {'name': 'disk-no-configuration', 'files': {}}, {'name': 'disk-symlinks', 'files': {GRUB2: entry('A').replace('vmlinuz-a', 'link')},
                                                     'links': {'/boot/link': 'vmlinuz-b'}},
    {'name': 'disk-symlink-absolute', 'files': {GRUB2: entry('A').replace('vmlinuz-a', 'link')}, 'links': {'/boot/link': '/boot/vmlinuz-c'}},
]

ISCONFIG_CASES = [
    {'name': f'isconfig-{c}', 'config': c, 'options': ('-q', '--isconfig')} for c in (
        'alpine', 'amazon2', 'arch', 'fedora-hidden', 'gentoo', 'guix', 'mageia', 'nixos', 'proxmox', 'qubes', 'rhel7', 'slackware',
        'sles15', 'void')]
CASES = [{'options': Q0, **c, **({'options': Q0} if not c.get('options') else {})}
         for c in GRUB2_CASES + LEGACY_CASES + EXTLINUX_CASES + DISK_CASES + ISCONFIG_CASES]
SHARED = {'shared': True, 'files': {GRUB2: entry('First') + entry('Second', 'b', 'two') + entry('Third', 'c', 'three', rest='--id an-id {')}}
CASES += [{'name': n, 'options': o, **SHARED} for n, *o in OPTION_CASES]
CASES += [
    {'name': 'options-behind-disk', 'options': ['-q'], 'behind': ['--output-format=simple', '--entry=1'], **SHARED},
    {'name': 'options-end', 'options': [*Q0, '--'], **SHARED},
    {'name': 'options-posixly-correct', 'options': ['-q'], 'behind': ['--entry=1'], 'env': {'POSIXLY_CORRECT': '1'}, **SHARED},
    {'name': 'options-help', 'options': ['--help'], **SHARED},
    {'name': 'options-help-alone', 'options': ['--help'], 'no_disk': True, **SHARED},
    {'name': 'options-runas-with-menu', 'options': ['--runas=65534', '--output-format=simple0'], **SHARED},
    {'name': 'options-second-disk', 'options': Q0, 'behind': ['/nonexistent'], **SHARED},
    {'name': 'left-behind-by-success', 'options': Q0, 'left': True, **SHARED},
    {'name': 'left-behind-by-list', 'options': ['-l'], 'left': True, **SHARED},
    {'name': 'left-behind-by-failure', 'options': [*Q0, '--kernel=/nope'], 'left': True, **SHARED},
]
