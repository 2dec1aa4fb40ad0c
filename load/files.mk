# SPDX-License-Identifier: GPL-2.0-or-later
LOAD := $(sort $(wildcard load/*.c))
