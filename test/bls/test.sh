#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# systemd's own bootctl, on random sets of entries.
exec "$(dirname "$0")/bootctl.py"
