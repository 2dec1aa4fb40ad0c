#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# GRUB legacy itself, on small menus.
cd "$(dirname "$0")" && exec ./legacy.py ../../build/test/witness
