# SPDX-License-Identifier: GPL-2.0-or-later
# The one list that every build of the core includes.
CORE := $(sort $(wildcard core/*.c core/*/*.c))
