#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fuzzers that no other script runs, each from real samples for a moment.
cd "$(dirname "$0")/../.." && . test/fuzz/lib.sh || exit 1
for name in script legacy extlinux unpack elf bzimage record guest shell bls uki plain; do
	smoke $name -runs=1000 -max_total_time=1
done
