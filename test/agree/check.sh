#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# On a disk of every golden case of test/conf and test/golden, the menu that the guest shows and
# `domboot list --json` agree: entries, order, submenus, default, timeout.
cd "$(dirname "$0")/../conf" || exit 1
pairs=()
for table in */table ../golden/*.table; do
	config=${table%table}
	if [ "$config" = "${config%.}" ]; then config=${config}config; else config=${config}conf; fi
	[ ! -f "$config" ] || pairs+=("$config,$table") # where mkconfig generates it: conf/test.sh
done
exec ../agree/agree.py "${pairs[@]}"
