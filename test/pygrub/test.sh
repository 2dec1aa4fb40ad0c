#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# domboot beside Debian's pygrub, which is unpacked for the bench: see compare.py.
set -eu
cd "$(dirname "$0")/../.."
export PATH=$PATH:/usr/sbin:/sbin
work=${BENCH_DIR:-$PWD/build/xen}
BENCH_DIR=$work test/xen/bench build >&2
test/pygrub/compare.py "$work/root" FROM-PYGRUB.md
