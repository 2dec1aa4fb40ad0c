#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# GRUB legacy and syslinux themselves, on small configurations.
cd "$(dirname "$0")" || exit 1
bad=0
for loader in legacy syslinux; do
	./$loader.py ../../build/test/witness || bad=1
done
exit $bad
