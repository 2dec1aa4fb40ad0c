#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fuzzers of the configuration languages for 30 s each, as many at once as there are processors.
cd "$(dirname "$0")/../.." && . test/fuzz/lib.sh || exit 1
for name in script legacy extlinux bls uki plain; do
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
	smoke $name -max_total_time=30 &
done
wait
