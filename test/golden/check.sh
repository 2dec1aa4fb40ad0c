#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Golden cases of GRUB legacy and extlinux: NAME.conf, a table of the files it
# finds (see tools/bootplan.c), and what comes of them in NAME.want: the menu
# and every entry's plan. The shapes are those that installers, update-grub,
# u-boot-menu and live media write.
# UPDATE=1 check.sh writes NAME.want anew: read the difference.
set -u
cd "$(dirname "$0")" || exit 1
for table in *.table; do
	name=${table%.table}
	have=$(../../build/host/tools/bootplan -a "$name.conf" "$table" 2>&1)
	[ -z "${UPDATE:-}" ] || echo "$have" >"$name.want"
	if diff -u "$name.want" - <<<"$have"; then echo "ok golden: $name"
	else echo "not ok golden: $name: another menu or plan than $name.want"; fi
done
